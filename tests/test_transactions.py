"""Transactions: those that wait for one another on SQLite share a commit, and nothing else."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from typing import cast

import aiosqlite
import pytest
from tortoise.connection import get_connection
from tortoise.exceptions import IntegrityError
from tortoise.transactions import in_transaction

from db.queries import fetch
from db.sqlite import Client
from db.tables import Developer
from tests.conftest import Databases
from tests.make import World

pytestmark = pytest.mark.anyio
_ADD = "INSERT INTO developer (id, slug, name) VALUES ($1, $1, $1)"
_ORPHAN = """
    INSERT INTO revision (id, review_id, reviewer_id, number, latency, pros, cons, interest, created_at)
    VALUES ('rev', 'nowhere', $1, 1, 5, '', '', 'NONE', 0)
"""


@asynccontextmanager
async def opened(databases: Databases) -> AsyncIterator[Client]:
    database = await databases.fresh("sqlite")
    async with database.opened():
        await fetch(_ADD, ["first"])
        yield cast(Client, get_connection("sqlite"))


@asynccontextmanager
async def traced(client: Client) -> AsyncIterator[list[str]]:
    """What SQLite itself is told on the connection that writes."""
    told: list[str] = []
    connection = cast(aiosqlite.Connection, client._connection)
    await connection.set_trace_callback(told.append)
    yield told
    await connection.set_trace_callback(lambda _: None)


async def ids() -> set[str]:
    return {each.id for each in await Developer.all()}


async def add(name: str) -> None:
    async with in_transaction():
        await fetch(_ADD, [name])


async def test_transactions_that_wait_for_one_another_share_a_commit(databases: Databases) -> None:
    async with opened(databases) as writer:
        async with traced(writer) as told:
            await asyncio.gather(*[add(f"developer {number}") for number in range(20)])
        assert told.count("COMMIT") == told.count("BEGIN IMMEDIATE")
        assert 1 <= told.count("COMMIT") <= 3
        assert await Developer.all().count() == 21


async def test_a_transaction_alone_is_committed_at_once(databases: Databases) -> None:
    async with opened(databases) as writer:
        async with traced(writer) as told:
            await add("alone")
            await add("and alone again")
        assert told.count("COMMIT") == 2


async def test_one_that_fails_takes_back_its_own_work_alone(databases: Databases) -> None:
    async with opened(databases):
        names = ["one", "two", "first", "three"]  # there is a first already
        said = await asyncio.gather(*[add(name) for name in names], return_exceptions=True)
        assert [type(each) for each in said] == [type(None), type(None), IntegrityError, type(None)]
        assert await ids() == {"first", "one", "two", "three"}


async def test_the_first_of_a_group_may_fail_alone(databases: Databases) -> None:
    async with opened(databases):
        said = await asyncio.gather(add("first"), add("one"), return_exceptions=True)
        assert isinstance(said[0], IntegrityError)
        assert said[1] is None
        assert await Developer.all().count() == 2


async def test_a_commit_that_fails_acknowledges_nobody(databases: Databases) -> None:
    async with opened(databases):
        author = await World().reviewer()

        async def orphan() -> None:
            async with in_transaction():
                await fetch(_ORPHAN, [author.id])  # its keys are looked up when it is committed

        said = await asyncio.gather(add("one"), orphan(), add("two"), return_exceptions=True)
        assert [type(each) for each in said] == [IntegrityError] * 3
        assert await Developer.all().count() == 1
        await add("later")
        assert await Developer.all().count() == 2


async def test_who_fails_on_what_another_has_just_written_can_read_it_afterwards(databases: Databases) -> None:
    async with opened(databases):

        async def claim() -> int:
            try:
                await add("mine")
            except IntegrityError:
                return await Developer.filter(id="mine").count()
            return 1

        assert await asyncio.gather(*[claim() for _ in range(8)]) == [1] * 8


async def test_a_cancelled_transaction_leaves_nothing_and_nobody_waiting(databases: Databases) -> None:
    async with opened(databases):
        begun = asyncio.Event()

        async def slow() -> None:
            async with in_transaction():
                await fetch(_ADD, ["slow"])
                begun.set()
                await asyncio.sleep(60)

        task = asyncio.create_task(slow())
        await begun.wait()
        others = [asyncio.create_task(add(name)) for name in ("one", "two")]
        task.cancel()
        await asyncio.gather(*others)
        assert await ids() == {"first", "one", "two"}


async def test_reads_see_only_what_is_committed(databases: Databases) -> None:
    async with opened(databases):
        written, read = asyncio.Event(), asyncio.Event()

        async def write() -> None:
            async with in_transaction():
                await fetch(_ADD, ["under way"])
                written.set()
                await read.wait()

        task = asyncio.create_task(write())
        await written.wait()
        assert await Developer.all().count() == 1
        read.set()
        await task
        assert await Developer.all().count() == 2


async def test_a_statement_alone_needs_no_transaction_around_it_and_is_on_disk_when_it_is_done(
    databases: Databases,
) -> None:
    async with opened(databases) as writer:
        async with traced(writer) as told:
            await fetch(_ADD, ["alone"])
        assert len(told) == 1
        assert await ids() == {"first", "alone"}
        with pytest.raises(IntegrityError):
            await fetch(_ADD, ["alone"])
        await add("later")
        assert await ids() == {"first", "alone", "later"}


async def test_statements_alone_follow_one_another_without_waiting_to_be_told(databases: Databases) -> None:
    async with opened(databases) as writer:
        works = [asyncio.create_task(fetch(_ADD, [f"alone {n}"])) for n in range(4)]
        await asyncio.sleep(0)
        assert writer.alone == 4
        await asyncio.gather(*works)
        assert (writer.alone, writer._lock.locked()) == (0, False)
        assert len(await ids()) == 5


async def test_one_of_them_that_fails_fails_alone(databases: Databases) -> None:
    async with opened(databases) as writer:
        names = ("one", "first", "two", "first")
        found = await asyncio.gather(*[fetch(_ADD, [name]) for name in names], return_exceptions=True)
        assert [isinstance(each, IntegrityError) for each in found] == [False, True, False, True]
        assert await ids() == {"first", "one", "two"}
        assert not writer._lock.locked()


async def test_a_transaction_has_its_turn_before_statements_that_come_later(databases: Databases) -> None:
    async with opened(databases) as writer:
        await writer._lock.acquire()  # as a statement does that takes its time
        writer.alone = 1
        waiting = asyncio.create_task(add("in turn"))
        await asyncio.sleep(0)
        later = asyncio.create_task(fetch(_ADD, ["later"]))
        await asyncio.sleep(0.01)
        assert (writer.alone, writer.behind) == (1, 2)
        writer.alone = 0
        writer._lock.release()
        await asyncio.gather(waiting, later)
        assert await ids() == {"first", "in turn", "later"}
        assert writer.behind == 0


async def test_statements_and_transactions_at_once_are_all_kept(databases: Databases) -> None:
    async with opened(databases):
        works = [fetch(_ADD, [f"alone {n}"]) if n % 3 else add(f"together {n}") for n in range(30)]
        await asyncio.gather(*works)
        assert await Developer.all().count() == 31


async def test_a_statement_between_transactions_is_not_told_before_it_is_on_disk(databases: Databases) -> None:
    async with opened(databases) as writer:

        async def alone(name: str) -> bool:
            await fetch(_ADD, [name])
            return name in await ids()  # another connection reads it

        found = await asyncio.gather(add("one"), alone("two"), add("three"), alone("four"), alone("five"))
        assert [each for each in found if each is not None] == [True] * 3
        assert writer.group is None


async def test_what_somebody_wrote_and_did_not_wait_for_is_counted_all_the_same(databases: Databases) -> None:
    async with opened(databases) as writer:
        before = writer.versions.seen.of(("developer",))
        task = asyncio.create_task(fetch(_ADD, ["left alone"]))
        await asyncio.sleep(0)
        [writing] = writer.settling
        task.cancel()
        await writing
        with pytest.raises(asyncio.CancelledError):
            await task
        assert writer.versions.seen.of(("developer",)) != before
        assert await ids() == {"first", "left alone"}


def in_the_file_alone(client: Client) -> set[str]:
    """What stands in the file, whatever the journal beside it holds."""
    with closing(sqlite3.connect(f"file:{client.filename}?immutable=1", uri=True)) as connection:
        return {row[0] for row in connection.execute("SELECT id FROM developer")}


async def test_what_was_written_moves_to_the_file_beside_other_work(
    databases: Databases,
) -> None:
    async with opened(databases) as client:
        await add("second")
        assert in_the_file_alone(client) == set()  # it is in the journal, which is on disk, too
        client.checkpoint = 0.0
        await asyncio.gather(add("third"), add("fourth"))
        await asyncio.gather(*client.settling)
        assert in_the_file_alone(client) == await ids()
        await add("fifth")
        assert not client.settling  # the next is due in a second


async def test_a_checkpoint_that_fails_is_told_in_the_log_and_to_nobody_else(
    databases: Databases, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(_: Client) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    async with opened(databases) as client:
        monkeypatch.setattr(Client, "_reader", full)
        client.checkpoint = 0.0
        await add("second")
        await asyncio.gather(*client.settling)
        assert [each.getMessage() for each in caplog.records] == ["A checkpoint failed: database or disk is full"]
