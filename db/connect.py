"""Opening the database that `DATABASE_URL` names: a SQLite file or a PostgreSQL server."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from tortoise.backends.base.config_generator import expand_db_url
from tortoise.context import TortoiseContext

from db.migrate import migrate_postgresql, migrate_sqlite


class UnknownDatabaseError(ValueError):
    """The database URL is neither `sqlite:///path` nor `postgresql://…`."""


@dataclass(frozen=True, slots=True)
class Database:
    """Where the data live."""

    url: str = field(repr=False)  # it may hold a password

    def __post_init__(self) -> None:
        scheme = self.url.partition(":")[0]
        if scheme not in ("sqlite", "postgresql", "postgres"):
            raise UnknownDatabaseError(f"DATABASE_URL begins with sqlite:/// or postgresql://, not {scheme[:20]!r}.")

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`."""
        return "sqlite" if self.url.startswith("sqlite:") else "postgresql"

    @property
    def path(self) -> Path:
        """The SQLite file."""
        return Path(unquote(urlsplit(self.url).path.removeprefix("/")))

    async def migrate(self) -> list[str]:
        """Apply the missing migrations and name them."""
        if self.dialect == "sqlite":
            return await asyncio.to_thread(migrate_sqlite, self.path)
        return await migrate_postgresql(self.url)

    @asynccontextmanager
    async def opened(self, *, fallback: bool = False) -> AsyncIterator[TortoiseContext]:
        """Connect Tortoise for as long as the block runs; `fallback` makes it visible to every task."""
        async with TortoiseContext() as context:
            await context.init(config=self._config(), _enable_global_fallback=fallback)
            yield context

    def _config(self) -> dict[str, Any]:
        # Tortoise caches generated SQL by connection name: named by dialect, one process can hold both.
        connections = {self.dialect: self._connection()}
        apps = {"catalogue": {"models": ["db.tables"], "default_connection": self.dialect}}
        return {"connections": connections, "apps": apps, "use_tz": True, "timezone": "UTC"}

    def _connection(self) -> Any:
        if self.dialect == "sqlite":
            return {"engine": "db.sqlite", "credentials": {"file_path": str(self.path)}}
        expanded = expand_db_url(self.url)
        return {"engine": "db.postgresql", "credentials": expanded["credentials"]}
