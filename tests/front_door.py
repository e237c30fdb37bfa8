"""Knocking at the front door, in process: GraphQL over HTTP, signed in with a real session, SQL counted."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx2

from auth import sessions
from db.connect import Database
from db.tables import Reviewer
from main import application
from settings import Settings

ORIGIN = "http://127.0.0.1:8000"
SECRET = b"a secret of the tests, long enough"


@dataclass
class Client:
    """One client of the application; without a viewer, an anonymous one."""

    database: Database
    clock: Callable[[], datetime]
    viewer: Reviewer | None = None

    async def post(self, query: str, **variables: Any) -> httpx2.Response:
        """The raw answer to an operation."""
        settings = Settings(origin=ORIGIN, database=self.database, secret=SECRET)
        cookies = {}
        if self.viewer is not None:
            cookies["session"] = await sessions.open(self.viewer.id, self.clock())
        transport = httpx2.ASGITransport(application(settings, self.clock))
        async with httpx2.AsyncClient(transport=transport, base_url=ORIGIN, cookies=cookies) as http:
            return await http.post("/graphql", json={"query": query, "variables": variables})

    async def ask(self, query: str, **variables: Any) -> Any:
        """The data of an operation that must not fail."""
        answer = (await self.post(query, **variables)).json()
        assert "errors" not in answer, answer["errors"]
        return answer["data"]

    async def refused(self, query: str, **variables: Any) -> dict[str, Any]:
        """The one error of an operation that must fail with a code and without a 500."""
        response = await self.post(query, **variables)
        assert response.status_code < 500, response.text
        [error] = response.json()["errors"]
        assert error["extensions"]["code"] != "INTERNAL"
        return dict(error)


@contextmanager
def statements() -> Iterator[list[str]]:
    """The SQL that runs inside the block, as Tortoise logs it."""
    seen: list[str] = []

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if isinstance(record.args, tuple) and len(record.args) == 2:
                seen.append(str(record.args[0]))

    logger, listener = logging.getLogger("tortoise.db_client"), Listener()
    level = logger.level
    logger.addHandler(listener)
    logger.setLevel(logging.DEBUG)
    try:
        yield seen
    finally:
        logger.removeHandler(listener)
        logger.setLevel(level)
