"""`visit(reviewer)` opens the pages as somebody, `visit()` as nobody."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import pytest

from db.connect import Database
from db.tables import Reviewer
from tests.make import World
from tests.web.visitor import Visitor, visiting

Visit = Callable[..., Awaitable[Visitor]]


@pytest.fixture
async def visit(database: Database, make: World) -> AsyncIterator[Visit]:
    async with AsyncExitStack() as open_:

        async def opened(viewer: Reviewer | None = None, raising: bool = True) -> Visitor:
            return await open_.enter_async_context(visiting(database, make.clock, viewer, raising))

        yield opened
