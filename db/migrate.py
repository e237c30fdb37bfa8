"""Migrations: hand-written SQL files, applied in order in one transaction behind a lock.

Generated SQLite migrations rebuild tables with foreign keys on and delete child rows, so none are generated
(docs/decisions/0003).
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import asyncpg

FOLDER = Path(__file__).with_name("migrations")
_LOCK = 7_231_964_310  # any number of ours, for PostgreSQL's advisory lock
_LEDGER = "CREATE TABLE IF NOT EXISTS migration (name TEXT PRIMARY KEY)"


def scripts(dialect: str) -> Iterator[tuple[str, str]]:
    """The name and the SQL of every migration, in order, for `sqlite` or `postgresql`."""
    other = "-- sqlite only" if dialect == "postgresql" else "-- postgresql only"
    for path in sorted(FOLDER.glob("*.sql")):
        lines = path.read_text(encoding="utf-8").splitlines()
        yield path.stem, "\n".join(line for line in lines if not line.endswith(other))


def migrate_sqlite(path: Path) -> list[str]:
    """Apply what is missing to the SQLite file at `path` (made if absent) and name what was applied.

    BEGIN IMMEDIATE is the lock: a second process waits, then finds nothing left to do.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path, isolation_level=None, timeout=60)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("BEGIN IMMEDIATE")
        connection.execute(_LEDGER)
        done = {name for (name,) in connection.execute("SELECT name FROM migration")}
        missing = [(name, sql) for name, sql in scripts("sqlite") if name not in done]
        for name, sql in missing:
            for statement in statements(sql):
                connection.execute(statement)
            connection.execute("INSERT INTO migration VALUES (?)", (name,))
        connection.execute("COMMIT")  # a crash before this line leaves the file as it was
    return [name for name, _ in missing]


def statements(sql: str) -> Iterator[str]:
    """Split a script where SQLite itself says that a statement is complete: triggers hold semicolons."""
    pending = ""
    for line in sql.splitlines(keepends=True):
        pending += line
        if sqlite3.complete_statement(pending):
            yield pending
            pending = ""


async def migrate_postgresql(url: str) -> list[str]:
    """Apply what is missing to the PostgreSQL database at `url` and name what was applied."""
    connection = await asyncpg.connect(url)
    try:
        async with connection.transaction():
            await connection.execute("SELECT pg_advisory_xact_lock($1)", _LOCK)
            await connection.execute(_LEDGER)
            done = {row["name"] for row in await connection.fetch("SELECT name FROM migration")}
            missing = [(name, sql) for name, sql in scripts("postgresql") if name not in done]
            for name, sql in missing:
                await connection.execute(sql)
                await connection.execute("INSERT INTO migration VALUES ($1)", name)
    finally:
        await connection.close()
    return [name for name, _ in missing]
