"""Somebody with a browser that runs no scripts, at the front door of the whole application."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import httpx2

from auth import sessions
from db.connect import Database
from db.tables import Reviewer
from main import application
from settings import Settings
from tests.front_door import ORIGIN, SECRET
from tests.web.reader import Seen, read

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


@dataclass
class Visitor:
    http: httpx2.AsyncClient

    async def get(self, path: str, **headers: str) -> httpx2.Response:
        return await self.http.get(path, headers=headers)

    async def see(self, path: str, status: int = 200) -> Seen:
        """The page at `path`, read."""
        answer = await self.get(path)
        assert answer.status_code == status, answer.text
        return read(answer.text)

    async def send(self, path: str, fields: dict[str, Any] | None = None, **headers: str) -> httpx2.Response:
        """Send a form as a page of ours would."""
        own = {"Origin": ORIGIN, "Sec-Fetch-Site": "same-origin"}
        kind = {"Content-Type": "application/x-www-form-urlencoded"}  # sent by browsers even with no field at all
        return await self.http.post(path, content=urlencode(fields or {}), headers=own | kind | headers)


@asynccontextmanager
async def visiting(
    database: Database, clock: Callable[[], datetime], viewer: Reviewer | None = None, raising: bool = True
) -> AsyncIterator[Visitor]:
    """A visitor, signed in as `viewer`; `raising` hands bugs on to the test."""
    cookies = {"session": await sessions.open(viewer.id, clock())} if viewer else {}
    served = application(Settings(origin=ORIGIN, database=database, secret=SECRET), clock)
    transport = httpx2.ASGITransport(served, raise_app_exceptions=raising)
    async with httpx2.AsyncClient(transport=transport, base_url=ORIGIN, cookies=cookies, headers=BROWSER) as http:
        yield Visitor(http)
