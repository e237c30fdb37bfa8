"""The GraphQL-over-HTTP specification's own audits, from npm, against a server on a loopback port."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

AUDITS = Path(__file__).parent / "audits"
APP = "tests.audits.toy:app"

pytestmark = pytest.mark.tools


@pytest.fixture
def address() -> Iterator[str]:
    command = [sys.executable, "-m", "uvicorn", APP, "--port", "0", "--no-access-log"]
    with subprocess.Popen(command, cwd=AUDITS.parents[1], stderr=subprocess.PIPE, text=True) as server:
        assert server.stderr
        try:
            yield next(line.split()[-5] for line in server.stderr if "running on" in line) + "/graphql"
        finally:
            server.terminate()


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
