"""Migrations: applied once whoever comes first, wholly or not at all."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from db import migrate
from db.connect import Database
from db.migrate import scripts, statements
from tests.conftest import Databases

pytestmark = pytest.mark.anyio
HOUSE = Path(__file__).parents[1]
MIGRATE = "import asyncio, os; from db.connect import Database; print(asyncio.run(Database(os.environ['URL']).migrate()))"
IN_FOLDER = "import os, pathlib; from db import migrate; migrate.FOLDER = pathlib.Path(os.environ['FOLDER']); " + MIGRATE
SLOW = """CREATE TABLE half_done (id TEXT PRIMARY KEY);
INSERT INTO half_done VALUES ('a');
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT COUNT(*) FROM n; -- sqlite only
SELECT pg_sleep(600); -- postgresql only
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
    """A process of its own that migrates the database."""
    return subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=HOUSE,
        env=os.environ | {"URL": database.url, "FOLDER": str(folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


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
    ends = [(process.communicate(timeout=60), process.returncode) for process in processes]
    assert [code for _, code in ends] == [0] * 4, ends
    said = sorted(out.strip() for (out, _), _ in ends)
    assert said == ["[]"] * 3 + [str([name for name, _ in scripts(empty.dialect)])]


@pytest.fixture
def slow(tmp_path: Path) -> Path:
    """A folder with the real migrations and one more that takes for ever after its first statements."""
    folder = tmp_path / "migrations"
    folder.mkdir()
    for path in migrate.FOLDER.glob("*.sql"):
        (folder / path.name).write_bytes(path.read_bytes())
    (folder / "9999_slow.sql").write_text(SLOW)
    return folder


async def holds(database: Database) -> bool:
    """Whether somebody is at work on the database: on SQLite the lock, on PostgreSQL the endless statement."""
    if database.dialect == "sqlite":
        wal = database.path.with_name(database.path.name + "-wal")
        return wal.exists()
    connection = await asyncpg.connect(database.url)
    try:
        busy = "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE '%pg_sleep%'"
        return bool(await connection.fetchval(busy + " AND pid <> pg_backend_pid()"))
    finally:
        await connection.close()
