"""Databases of a dataset, made once and kept: by scale, seed and the SQL of the tables."""

import asyncio
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from datetime import UTC, datetime
from hashlib import blake2b
from itertools import islice
from pathlib import Path

import asyncpg

from bench.speed.dataset import Dataset
from bench.speed.tables import Rows, ours, theirs
from db.connect import Database
from db.fields import microseconds
from db.migrate import FOLDER
from resolvers import epochs

TABLES = Path(__file__).parent / "peers" / "tables.sql"
_BATCH = 50_000


def key(scale: float, seed: int) -> str:
    """The name of everything kept for a scale and a seed; it changes with the SQL and with how rows are made."""
    here = Path(__file__).parent
    parts = [*sorted(FOLDER.glob("*.sql")), TABLES, here / "dataset.py", here / "tables.py"]
    digest = blake2b(b"".join(path.read_bytes() for path in parts), digest_size=5)
    return f"x{scale:g}_s{seed}_{digest.hexdigest()}".replace(".", "p")


def rows(kind: str, data: Dataset) -> Iterable[Rows]:
    """The rows of one kind of database, the newest of them from just now."""
    newest = microseconds(datetime.now(UTC))
    return (ours if kind == "ours" else theirs)(data, newest)


async def build_sqlite(kind: str, data: Dataset, path: Path) -> None:
    """One SQLite file, put in its place when whole."""
    draft = path.with_suffix(".draft")
    for each in (draft, Path(f"{draft}-wal"), Path(f"{draft}-shm")):
        each.unlink(missing_ok=True)
    if kind == "ours":
        await Database(f"sqlite:///{draft}").migrate()
    await asyncio.to_thread(_fill_sqlite, draft, kind, data)
    if kind == "ours":
        await recomputed(Database(f"sqlite:///{draft}"))
    await asyncio.to_thread(_settle, draft)
    draft.rename(path)


def _fill_sqlite(path: Path, kind: str, data: Dataset) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-400000")
        if kind == "theirs":
            connection.executescript(TABLES.read_text(encoding="utf-8"))
        indexes = _indexes(connection)
        connection.execute("BEGIN")
        for _, name in indexes:
            connection.execute(f"DROP INDEX {name}")
        for part in rows(kind, data):
            holes = ", ".join("?" * (part.columns.count(",") + 1))
            connection.executemany(f"INSERT INTO {part.table} ({part.columns}) VALUES ({holes})", part.rows)  # noqa: S608  # constants
        for sql, _ in indexes:
            connection.execute(sql)
        connection.execute("COMMIT")


def _indexes(connection: sqlite3.Connection) -> list[tuple[str, str]]:
    """The indexes that can be made after the rows, which is faster."""
    return connection.execute("SELECT sql, name FROM sqlite_master WHERE type = 'index' AND sql NOT NULL").fetchall()


def _settle(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.executescript("PRAGMA journal_mode=WAL; ANALYZE; PRAGMA wal_checkpoint(TRUNCATE)")


async def build_postgresql(kind: str, data: Dataset, url: str) -> None:
    """The tables and rows of one empty PostgreSQL database."""
    if kind == "ours":
        await Database(url).migrate()
    connection = await asyncpg.connect(url)
    try:
        if kind == "theirs":
            await connection.execute(TABLES.read_text(encoding="utf-8"))
        await connection.execute("SET session_replication_role = replica")  # foreign keys are right by construction
        for part in rows(kind, data):
            await _copy(connection, part)
    finally:
        await connection.close()
    if kind == "ours":
        await recomputed(Database(url))
    await _vacuum(url)


async def _copy(connection: asyncpg.Connection, part: Rows) -> None:
    columns, left = part.columns.split(", "), iter(part.rows)
    while batch := list(islice(left, _BATCH)):
        await connection.copy_records_to_table(part.table, records=batch, columns=columns)


async def _vacuum(url: str) -> None:
    connection = await asyncpg.connect(url)
    await connection.execute("VACUUM ANALYZE")
    await connection.close()


async def recomputed(database: Database) -> str:
    """Reputations and statistics, by the product's own recompute."""
    async with database.opened():
        return await epochs.recompute(datetime.now(UTC))
