"""The sign-in against other people's OAuth servers, from npm: one plays GitHub, one checks PKCE."""

import re
import shutil
import subprocess
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx2
import pytest

from auth.github import GitHub
from tests.emulators.instance import CALLBACK, Instance, agree, begin, opened, query
from tests.emulators.servers import free_port, running

pytestmark = [pytest.mark.anyio, pytest.mark.tools]

HERE = Path(__file__).parent
OFFLINE = re.compile("ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENETUNREACH")


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the locked npm packages installed and our two scripts beside them."""
    if not (shutil.which("node") and shutil.which("npm")):
        pytest.skip("node and npm are not installed: the sign-in was not tried against the npm emulators")
    there = tmp_path_factory.mktemp("emulators")
    for path in [*HERE.glob("*.mjs"), *HERE.glob("package*.json")]:
        shutil.copy(path, there)
    command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    done = subprocess.run(command, cwd=there, capture_output=True, text=True, timeout=300, check=False)
    if OFFLINE.search(done.stderr):
        pytest.skip("npm cannot reach its registry: the sign-in was not tried against the npm emulators")
    assert done.returncode == 0, done.stderr
    return there


@pytest.fixture(scope="module")
def emulated(folder: Path) -> Iterator[GitHub]:
    port = free_port()
    with running(["node", "github.mjs", str(port), CALLBACK], port, folder):
        oauth = f"http://127.0.0.1:{port}/login/oauth"
        paths = (f"{oauth}/authorize", f"{oauth}/access_token", f"http://127.0.0.1:{port}/user")
        yield GitHub("client", "secret", *paths)


@pytest.fixture(scope="module")
def checking(folder: Path) -> Iterator[GitHub]:
    port = free_port()
    with running(["node", "pkce.mjs", str(port)], port, folder):
        url = f"http://127.0.0.1:{port}"
        yield GitHub("client", "secret", f"{url}/authorize", f"{url}/token", f"{url}/userinfo", scope="openid")


@pytest.fixture
async def instance(tmp_path: Path) -> AsyncIterator[Instance]:
    async with opened(tmp_path / "claw.db") as fresh:
        yield fresh


async def choose_octocat(url: str) -> str:
    """Open GitHub's page and press the button of the one person on it."""
    asked = query(url)
    async with httpx2.AsyncClient() as web:
        page = await web.get(url)
    assert page.status_code == 200, page.text
    chosen = {name: asked[name] for name in ("redirect_uri", "state", "client_id")}
    callback = url.partition("/authorize")[0] + "/callback"
    return await agree(callback, login="octocat", scope="", **chosen)


async def consented(url: str) -> str:
    """The address that a server which asks nobody sends the browser back to."""
    async with httpx2.AsyncClient() as web:
        return str((await web.get(url)).headers["location"])


async def test_the_github_emulator_signs_octocat_in(instance: Instance, emulated: GitHub) -> None:
    instance.github = emulated
    async with instance.browser() as browser:
        answer = await browser.get(await choose_octocat(await begin(browser, "/models")))
        assert (answer.status_code, answer.headers["location"]) == (303, "/models")
        assert (await browser.get("/me")).json()["login"] == "octocat"
    [(_, issuer, subject, login, name, *_)] = instance.rows("reviewer")
    assert (issuer, login, name) == ("GITHUB", "octocat", "The Octocat")
    assert str(subject).isdecimal()


async def test_the_github_emulator_refuses_another_address(instance: Instance, emulated: GitHub) -> None:
    instance.github = emulated
    instance.origin = "http://127.0.0.1:8001"
    async with instance.browser() as browser, httpx2.AsyncClient() as web:
        page = await web.get(await begin(browser))
    assert page.status_code == 400
    assert "redirect_uri" in page.text


async def test_an_invented_code_is_refused_by_the_github_emulator(instance: Instance, emulated: GitHub) -> None:
    instance.github = emulated
    async with instance.browser() as browser:
        state = query(await begin(browser))["state"]
        answer = await browser.get("/auth/github/callback", params={"state": state, "code": "invented"})
    assert answer.status_code == 502
    assert instance.rows("reviewer") == []


async def test_a_server_that_checks_pkce_accepts_our_verifier(instance: Instance, checking: GitHub) -> None:
    instance.github = checking
    async with instance.browser() as browser:
        answer = await browser.get(await consented(await begin(browser)))
        assert answer.status_code == 303
        assert (await browser.get("/me")).json()["login"] == "octocat"


async def test_a_server_that_checks_pkce_refuses_another_verifier(instance: Instance, checking: GitHub) -> None:
    instance.github = checking
    async with instance.browser() as browser:
        url = await consented(await begin(browser))
        instance.change("UPDATE sign_in SET verifier = ?", "x" * 43)
        answer = await browser.get(url)
        assert answer.status_code == 502
        assert (await browser.get("/me")).json() is None
    assert instance.rows("reviewer") == instance.rows("session") == []
