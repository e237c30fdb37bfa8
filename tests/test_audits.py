"""The GraphQL-over-HTTP specification's own audits, from npm, against a server on a loopback port."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

AUDITS = Path(__file__).parent / "audits"
MAIN = Path(__file__).parents[1] / "main.py"

pytestmark = pytest.mark.tools


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = os.environ | {"DATA_DIR": str(tmp_path / "data"), "PORT": str(port)}
    with subprocess.Popen([sys.executable, str(MAIN), "serve"], env=environment) as server:
        try:
            yield answering(f"http://127.0.0.1:{port}") + "/graphql"
        finally:
            server.terminate()


def answering(origin: str) -> str:
    """The origin, as soon as somebody answers there."""
    for _ in range(600):
        try:
            return str(httpx2.get(f"{origin}/healthz").url.copy_with(path="")).rstrip("/")
        except httpx2.ConnectError:
            time.sleep(0.1)
    raise TimeoutError(origin)


@pytest.fixture
def audits(tmp_path: Path) -> Path:
    if not (shutil.which("node") and shutil.which("npm")):
        pytest.skip("THE 61 GRAPHQL-OVER-HTTP AUDITS DID NOT RUN: they need node and npm, which are missing here.")
    copy = tmp_path / "audits"
    shutil.copytree(AUDITS, copy)
    subprocess.run(["npm", "install", "--no-audit", "--no-fund", "--silent"], cwd=copy, check=True)
    return copy


def test_every_graphql_over_http_audit_passes(audits: Path, address: str) -> None:
    run = subprocess.run(["node", "run.mjs", address], cwd=audits, capture_output=True, text=True, check=False)
    assert run.stdout == "61 of 61 audits ok\n", run.stdout + run.stderr
