"""A demonstration instance on a loopback port, and a real Chromium to look at it with.

Playwright comes from PyPI (the dependency group `browser`), Chromium from the system: without them the tests skip and
say so.
"""

import importlib
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.browser.telemetry import report
from tests.emulators.servers import free_port, running

MAIN = Path(__file__).parents[2] / "main.py"
AUDITS = Path(__file__).parents[1] / "audits"
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
]
MEASURED = [
    *(("anthropic:claude-opus-4-6", 1.0), ("anthropic:claude-opus-4-6", 1.5)),
    ("openrouter:anthropic/claude-opus-4.6", 3.0),
]  # endpoints, and how many times as slow as the plain deployment
PATIENCE = 30_000  # milliseconds, on a busy machine


@dataclass
class Tab:
    """A browser window on the instance, and what happened in it that should not have."""

    page: Any
    origin: str
    complaints: list[str] = field(default_factory=list)

    def open(self, path: str) -> None:
        self.page.goto(self.origin + path, wait_until="load")

    def sign_in(self, login: str, next_path: str = "/", moderator: bool = False) -> None:
        self.open(f"/sign-in?next={next_path}")
        self.page.get_by_label("Login").fill(login)
        self.page.get_by_label("as a moderator").set_checked(moderator)
        self.page.get_by_role("button", name="Sign in locally").click()
        self.page.wait_for_load_state()

    def watch(self) -> None:
        self.page.on("console", lambda said: self.complaints.append(f"console: {said.text}"))
        self.page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        self.page.on("dialog", self._dismiss)
        self.page.on("request", self._foreign)

    def _dismiss(self, dialog: Any) -> None:
        self.complaints.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _foreign(self, request: Any) -> None:
        if not request.url.startswith((self.origin, "data:")):
            self.complaints.append(f"request: {request.url}")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    if importlib.util.find_spec("playwright") is None:
        pytest.skip("THE PAGES WERE NOT TRIED IN A BROWSER: Playwright is missing (uv sync --group browser).")
    if not Path(CHROMIUM).exists():
        pytest.skip(f"THE PAGES WERE NOT TRIED IN A BROWSER: there is no {CHROMIUM} (apt-get install chromium).")
    with importlib.import_module("playwright.sync_api").sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the instance keeps its data."""
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="session")
def origin(chromium: Any, folder: Path) -> Iterator[str]:
    """The address of a demonstration instance, with telemetry of two hosts of the same weights."""
    port = free_port()
    settings = {"DATA_DIR": str(folder), "PORT": str(port)}
    with pytest.MonkeyPatch.context() as patch:
        for name, value in settings.items():
            patch.setenv(name, value)
        subprocess.run([sys.executable, str(MAIN), "seed", "--demo"], check=True, stdout=subprocess.DEVNULL)
        with running([sys.executable, str(MAIN), "serve"], port):
            address = f"http://127.0.0.1:{port}"
            for number, (endpoint, factor) in enumerate(MEASURED):
                report(address, f"measuring-{number}", endpoint, factor)
            yield address


@pytest.fixture
def tab(chromium: Any, origin: str) -> Iterator[Callable[..., Tab]]:
    """Opens a window of its own; `scripts=False` is a browser without JavaScript."""
    with ExitStack() as stack:

        def opened(scripts: bool = True, width: int = 1280, scheme: str = "light") -> Tab:
            context = chromium.new_context(
                java_script_enabled=scripts, viewport={"width": width, "height": 800}, color_scheme=scheme
            )
            stack.callback(context.close)
            context.set_default_timeout(PATIENCE)
            made = Tab(context.new_page(), origin)
            made.watch()
            return made

        yield opened


@pytest.fixture(scope="session")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The source of axe-core, from npm."""
    if not shutil.which("npm"):
        pytest.skip("ACCESSIBILITY WAS NOT AUDITED: axe-core comes from npm, which is missing here.")
    copy = tmp_path_factory.mktemp("axe") / "audits"
    shutil.copytree(AUDITS, copy)
    subprocess.run(["npm", "install", "--no-audit", "--no-fund", "--silent"], cwd=copy, check=True)
    return (copy / "node_modules" / "axe-core" / "axe.min.js").read_text()
