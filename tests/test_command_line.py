"""The command line as a newcomer meets it: its own process, a clean environment, an empty data directory."""

import asyncio
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2
import pytest

from main import recomputed_apart
from schema import sdl
from tests.emulators.servers import free_port

ROOT = Path(__file__).parents[1]
BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
RANKING = """{ ranking(useCase: CODING, first: 3, filter: {includeProvisional: true}) {
  nodes { rank demo status subject { ... on Endpoint { slug } } } pageInfo { endCursor } } }"""
PATIENCE = 60  # seconds for a process on a busy machine


def clean(**settings: str) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], **settings}


def run(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    return run_in(ROOT, *arguments, **settings)


def run_in(house: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "main.py", *arguments],
        cwd=house, env=clean(**settings), capture_output=True, text=True, timeout=PATIENCE, check=False,
    )  # fmt: skip


def said(finished: subprocess.CompletedProcess[str]) -> str:
    """What a process printed, as one line."""
    return " ".join((finished.stdout + finished.stderr).split())


@contextmanager
def serving(*arguments: str, **settings: str) -> Iterator[httpx2.Client]:
    """A server process that answers; at the end it must stop on SIGTERM within 5 seconds and without a complaint."""
    port = str(free_port())
    process = subprocess.Popen(
        [sys.executable, "main.py", *arguments],
        cwd=ROOT, env=clean(PORT=port, **settings), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        with httpx2.Client(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE) as http:
            wait_for(http, process)
            yield http
        process.send_signal(signal.SIGTERM)
        output, errors = process.communicate(timeout=5)
    finally:
        process.kill()
        process.wait()
    assert process.returncode in {0, -signal.SIGTERM}
    assert errors == ""
    assert f"http://127.0.0.1:{port}" in output


def wait_for(http: httpx2.Client, process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        try:
            http.get("/healthz")
        except httpx2.TransportError:
            time.sleep(0.1)
        else:
            return
    process.kill()
    pytest.fail(f"the server never answered: {process.communicate()}")


def ask(http: httpx2.Client, query: str) -> dict[str, Any]:
    answer = http.post("/graphql", json={"query": query}).json()
    assert "errors" not in answer, answer
    return dict(answer["data"])


def test_from_nothing_to_a_demonstration(tmp_path: Path) -> None:
    data = str(tmp_path / "data")
    story = [
        (["migrate"], 0, "applied: 0001_initial"),
        (["migrate"], 0, "nothing to do"),
        (["seed"], 2, "Say --demo"),
        (["seed", "--demo"], 0, "made-up reviewers"),
        (["recompute"], 0, "Epoch 2: 288 reviews, "),  # between the two time passes, so a reputation may move
    ]
    for arguments, code, words in story:
        finished = run(*arguments, DATA_DIR=data)
        assert (finished.returncode, words in said(finished)) == (code, True), (arguments, said(finished))
    with serving(DATA_DIR=data) as http:
        [first, *_] = ask(http, RANKING)["ranking"]["nodes"]
        assert first["demo"] is True


@pytest.mark.anyio
async def test_a_server_recomputes_in_a_process_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = str(tmp_path / "data")
    assert run("seed", "--demo", DATA_DIR=data).returncode == 0
    monkeypatch.setenv("DATA_DIR", data)
    assert (await recomputed_apart(datetime.now(UTC))).startswith("Epoch 2: 288 reviews, ")
    monkeypatch.setenv("PORT", "http")
    with pytest.raises(RuntimeError, match="PORT"):
        await recomputed_apart(datetime.now(UTC))


@pytest.mark.anyio
async def test_a_server_that_stops_takes_its_recompute_along(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = tmp_path / "data"
    assert run("seed", "--demo", DATA_DIR=str(data)).returncode == 0
    monkeypatch.setenv("DATA_DIR", str(data))
    begun = asyncio.create_task(recomputed_apart(datetime.now(UTC)))
    with closing(sqlite3.connect(data / "bestclawmodels.db")) as database:
        while not database.execute("SELECT * FROM lease").fetchall():  # noqa: ASYNC110  # no other process sets an event
            await asyncio.sleep(0.01)
        begun.cancel()
        with pytest.raises(asyncio.CancelledError):
            await begun
        assert database.execute("SELECT * FROM lease").fetchall() == []


def test_a_served_instance_answers_people_and_programs_and_can_be_started_again(tmp_path: Path) -> None:
    data = str(tmp_path / "data")
    imported = run("import-catalogue", DATA_DIR=data)
    assert imported.returncode == 0
    assert "models 316 inserted" in said(imported)
    assert "benchmark scores 1,430 inserted" in said(imported)
    again = run("import-catalogue", DATA_DIR=data)
    assert said(again).endswith("Nothing has changed: nothing was written.")
    with serving("serve", DATA_DIR=data) as http:
        assert http.get("/healthz").json() == {"status": "ok"}
        assert http.get("/readyz").json() == {"status": "ok"}
        front = http.get("/", headers=BROWSER)
        assert front.headers["content-type"].startswith("text/html")
        assert f"curl {http.base_url}".rstrip("/") in front.text
        explorer = http.get("/graphql", headers=BROWSER)
        assert explorer.headers["content-type"].startswith("text/html")
        program = http.get("/graphql", params={"query": "{ viewer { login } }"}, headers={"Accept": "application/json"})
        assert program.json() == {"data": {"viewer": None}}
        assert http.get("/schema.graphql").text == sdl()
        ranking = ask(http, RANKING)["ranking"]
        assert [row["status"] for row in ranking["nodes"]] == ["PROVISIONAL"] * 3
        assert not any(row["demo"] for row in ranking["nodes"])
        with serving("serve", DATA_DIR=data) as second:
            after = ranking["pageInfo"]["endCursor"]
            onward = ask(second, RANKING.replace("first: 3", f'first: 3, after: "{after}"'))["ranking"]["nodes"]
            assert onward
            assert not {row["subject"]["slug"] for row in onward} & {row["subject"]["slug"] for row in ranking["nodes"]}


def test_the_checks_of_the_catalogue_are_counted_with_an_example_and_without_a_database(tmp_path: Path) -> None:
    checked = run("lint-catalogue", DATA_DIR=str(tmp_path / "data"))
    assert (checked.returncode, checked.stderr) == (0, "")
    assert "443 RESULT_BEFORE_RELEASE benchmark_scores.csv, line 2: Dated 2024-11-17; the model" in said(checked)
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("command", ["import-catalogue", "lint-catalogue", "serve"])
def test_a_broken_file_of_the_catalogue_is_said_in_one_sentence(tmp_path: Path, command: str) -> None:
    house = tmp_path / "house"
    shutil.copytree(ROOT, house, ignore=shutil.ignore_patterns(".*", "tests", "data", "node_modules"))
    file = house / "db" / "catalogue" / "agent_results.csv"
    file.write_bytes(file.read_bytes()[:-9])
    finished = run_in(house, command, DATA_DIR=str(tmp_path / "data"))
    sentence = "Nothing was imported. agent_results.csv, line 2498, column any: the file is cut off"
    assert finished.returncode == 2
    assert said(finished) == f"{sentence}: its last line has no end."


def test_the_schema_is_printed_byte_for_byte_and_without_a_database(tmp_path: Path) -> None:
    printed = run("export-schema", DATA_DIR=str(tmp_path / "data"))
    assert (printed.returncode, printed.stdout, printed.stderr) == (0, sdl(), "")
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    ("arguments", "name", "value"),
    [
        (["serve"], "PORT", "http"),
        ([], "ORIGIN", "http://claw.example"),
        (["migrate"], "ORIGIN", "[/bold]"),
        (["recompute"], "DATABASE_URL", "mysql://db.example/claw"),
    ],
)
def test_a_bad_setting_is_said_in_one_sentence_and_ends_with_2(
    tmp_path: Path, arguments: list[str], name: str, value: str
) -> None:
    finished = run(*arguments, DATA_DIR=str(tmp_path / "data"), **{name: value})
    sentence = said(finished)
    assert finished.returncode == 2
    assert sentence.startswith(name)
    assert sentence.endswith(".")
    assert "Traceback" not in sentence


def test_the_audit_command_says_whether_the_chain_is_unbroken(tmp_path: Path) -> None:
    assert said(run("audit", DATA_DIR=str(tmp_path))).strip() == "The audit trail is unbroken."
    with closing(sqlite3.connect(tmp_path / "bestclawmodels.db")) as connection, connection:
        connection.execute("UPDATE audit_head SET last = 1")  # as if the first link had been cut off
    broken = run("audit", DATA_DIR=str(tmp_path))
    assert (broken.returncode, broken.stderr) == (1, "The audit trail is broken at link 1.\n")
