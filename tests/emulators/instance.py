"""A small application with the sign-in routes, a clock to set, and browsers to visit it with."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx2
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from auth import sessions
from auth.cookies import Cookies
from auth.github import GitHub
from auth.routes import routes
from db.connect import Database

ORIGIN = "http://127.0.0.1:8000"
CALLBACK = ORIGIN + "/auth/github/callback"
MODERATORS = frozenset({"583231"})


@dataclass
class Instance:
    """The application at `origin` over the database file at `path`; `moment` is what its clock says."""

    path: Path
    github: GitHub | None = None
    origin: str = ORIGIN
    moment: datetime = field(default_factory=lambda: datetime(2026, 1, 1, tzinfo=UTC))

    def browser(self) -> httpx2.AsyncClient:
        """A browser with an empty cookie jar."""
        table = routes(self.origin, self.github, MODERATORS, lambda: self.moment, local=True)
        app = Starlette(routes=[*table, Route("/me", self._me)])
        return httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url=self.origin)

    def rows(self, table: str) -> list[tuple[object, ...]]:
        """All rows of a table, read past the application."""
        with closing(sqlite3.connect(self.path)) as connection:
            return connection.execute(f"SELECT * FROM {table}").fetchall()

    def change(self, sql: str, *values: object) -> None:
        """Change the database past the application."""
        with closing(sqlite3.connect(self.path)) as connection, connection:
            connection.execute(sql, values)

    async def _me(self, request: Request) -> JSONResponse:
        cookies = Cookies(secure=self.origin.startswith("https://"))
        viewer = await sessions.viewer(request.cookies, cookies, self.moment)
        return JSONResponse(viewer and {"id": viewer.id, "login": viewer.login, "role": viewer.role})


@asynccontextmanager
async def opened(path: Path) -> AsyncIterator[Instance]:
    """An instance on a new, migrated database."""
    database = Database(f"sqlite:///{path}")
    await database.migrate()
    async with database.opened(fallback=True):
        yield Instance(path)


async def begin(browser: httpx2.AsyncClient, next_path: str = "/") -> str:
    """Start a sign-in and return the address at the provider that the browser is sent to."""
    answer = await browser.get("/auth/github", params={"next": next_path})
    assert answer.status_code == 303
    return answer.headers["location"]


def query(url: str) -> dict[str, str]:
    """The query of an address."""
    return {name: value for name, (value,) in parse_qs(urlsplit(url).query).items()}


async def agree(url: str, **form: str) -> str:
    """Send the provider's form as a person would, and return the address it sends the browser back to."""
    async with httpx2.AsyncClient() as web:
        answer = await web.post(url, data=form)
    assert answer.status_code == 302, answer.text
    return answer.headers["location"]
