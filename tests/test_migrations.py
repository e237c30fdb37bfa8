"""Migrations: applied once whoever comes first, wholly or not at all."""

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import asyncpg
import pytest

from db import migrate
from db.connect import Database
from db.migrate import scripts, statements
from tests.conftest import Databases

pytestmark = pytest.mark.anyio  # which leaves plain functions alone
HOUSE = Path(__file__).parents[1]
MIGRATE = """
import asyncio, os, sys
from db.connect import Database
print("ready", flush=True)
sys.stdin.readline()
print(asyncio.run(Database(os.environ["URL"]).migrate()))
"""
TOLD = (
    """
import os, pathlib
from db import migrate
def told(sql, split=migrate.statements):
    for statement in split(sql):
        print(statement, flush=True)
        yield statement
migrate.statements, migrate.FOLDER = told, pathlib.Path(os.environ["FOLDER"])
"""
    + MIGRATE
)
SLOW = """
CREATE TABLE half_done (id TEXT PRIMARY KEY);
INSERT INTO half_done WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200000)
    SELECT 'row ' || i FROM n;
WITH RECURSIVE slow (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM slow) SELECT COUNT(*) FROM slow; -- sqlite only
SELECT pg_sleep(3) AS slow; -- postgresql only
"""
SLEEPING = """
SELECT COUNT(*) FROM pg_stat_activity
WHERE datname = current_database() AND wait_event = 'PgSleep' AND pid <> pg_backend_pid()
"""


@pytest.fixture(params=["sqlite", "postgresql"])
async def empty(request: pytest.FixtureRequest, databases: Databases, tmp_path: Path) -> Database:
    """A database without any table."""
    if request.param == "sqlite":
        return Database(f"sqlite:///{tmp_path / 'folder' / 'empty.db'}")
    name = f"empty_{time.monotonic_ns()}"
    connection = await asyncpg.connect(databases.server.get_uri())
    await connection.execute(f"CREATE DATABASE {name}")
    await connection.close()
    return Database(databases.server.get_uri(database=name))


def started(database: Database, code: str = MIGRATE, folder: Path = migrate.FOLDER) -> "subprocess.Popen[str]":
    """A process of its own that migrates the database when it is told to go."""
    return subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=HOUSE,
        env=os.environ | {"URL": database.url, "FOLDER": str(folder)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def go(process: "subprocess.Popen[str]") -> None:
    assert process.stdin is not None
    process.stdin.write("go\n")
    process.stdin.flush()


async def tables(database: Database) -> set[str]:
    """The names of the tables that others see."""
    sql = "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'"
    if database.dialect == "sqlite":
        sql = "SELECT name FROM sqlite_schema WHERE type = 'table'"
    async with database.opened() as context:
        rows = await context.connections.get(database.dialect).execute_query_dict(sql)
    return {row["name"] for row in rows}


async def test_migrating_twice_does_nothing(empty: Database) -> None:
    names = [name for name, _ in scripts(empty.dialect)]
    assert names
    assert await empty.migrate() == names
    before = await tables(empty)
    assert await empty.migrate() == []
    assert await tables(empty) == before >= {"review", "revision", "vote", "migration"}


async def test_of_four_processes_at_once_one_migrates_and_none_fails(empty: Database) -> None:
    processes = [started(empty) for _ in range(4)]
    assert [process.stdout and process.stdout.readline() for process in processes] == ["ready\n"] * 4
    for process in processes:
        go(process)
    ends = [(process.communicate(timeout=60), process.returncode) for process in processes]
    assert [code for _, code in ends] == [0] * 4, ends
    said = sorted(out.strip() for (out, _), _ in ends)
    assert said == sorted(["[]"] * 3 + [str([name for name, _ in scripts(empty.dialect)])])


@pytest.fixture
def slow(tmp_path: Path) -> Path:
    """A folder with the real migrations and one more that takes for ever after its first statements."""
    folder = tmp_path / "migrations"
    folder.mkdir()
    for path in migrate.FOLDER.glob("*.sql"):
        (folder / path.name).write_bytes(path.read_bytes())
    (folder / "9999_slow.sql").write_text(SLOW)
    return folder


async def await_the_middle(database: Database, process: "subprocess.Popen[str]") -> None:
    """Return once the endless statement of the slow migration is on."""
    if database.dialect == "sqlite":
        assert process.stdout is not None
        assert any("slow (i)" in line for line in process.stdout)
        return
    connection = await asyncpg.connect(database.url)
    async with asyncio.timeout(30):
        while not await connection.fetchval(SLEEPING):  # noqa: ASYNC110  # only the server knows, and does not tell
            await asyncio.sleep(0.02)
    await connection.close()


async def test_a_migration_killed_half_way_leaves_nothing_behind(empty: Database, slow: Path) -> None:
    process = started(empty, TOLD, slow)
    go(process)
    await await_the_middle(empty, process)
    process.kill()
    out, error = process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL, out + error
    assert await tables(empty) == set()
    assert await empty.migrate() == [name for name, _ in scripts(empty.dialect)]
    assert "half_done" not in await tables(empty)


async def test_a_migration_that_fails_leaves_nothing_behind(
    empty: Database, slow: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await empty.migrate()
    before = await tables(empty)
    (slow / "9999_slow.sql").write_text("CREATE TABLE half_done (id TEXT);\nINSERT INTO nowhere VALUES (1);\n")
    monkeypatch.setattr(migrate, "FOLDER", slow)
    with pytest.raises((sqlite3.OperationalError, asyncpg.UndefinedTableError), match="nowhere"):
        await empty.migrate()
    assert await tables(empty) == before
    (slow / "9999_slow.sql").write_text("CREATE TABLE half_done (id TEXT);\n")
    assert await empty.migrate() == ["9999_slow"]
    assert await tables(empty) == before | {"half_done"}


def test_migrations_run_in_order_of_their_names_without_the_other_dialects_lines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrate, "FOLDER", tmp_path)
    (tmp_path / "0002_b.sql").write_text("two\n")
    (tmp_path / "0001_a.sql").write_text("both,\nlite -- sqlite only\ngres -- postgresql only\nboth -- a remark\n")
    assert list(scripts("sqlite")) == [("0001_a", "both,\nlite -- sqlite only\nboth -- a remark"), ("0002_b", "two")]
    assert next(iter(scripts("postgresql"))) == ("0001_a", "both,\ngres -- postgresql only\nboth -- a remark")


def test_a_script_is_split_where_its_statements_end() -> None:
    trigger = "CREATE TRIGGER t BEFORE UPDATE ON a\nBEGIN\n  SELECT 1;\n  SELECT RAISE(ABORT, 'no; never');\nEND;\n"
    parts = ["-- A remark; with a semicolon.\nCREATE TABLE a (b TEXT DEFAULT ';\n');\n", trigger, "SELECT 2;\n"]
    assert list(statements("".join(parts))) == parts


def test_no_statement_of_the_migrations_is_left_over() -> None:
    for name, sql in scripts("sqlite"):
        rest = sql.removeprefix("".join(statements(sql)))
        assert not [line for line in rest.splitlines() if line and not line.startswith("--")], name
