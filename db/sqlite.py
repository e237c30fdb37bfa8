"""Tortoise's SQLite backend with reads beside writes, and transactions that cannot deadlock and share their commits.

A plain BEGIN takes its write lock late, so two processes that read and then write refuse each other with
"database is locked" at once. BEGIN IMMEDIATE takes the lock first and the other waits `busy_timeout`.
Reads outside transactions go to connections of their own, which see only what is committed: at first to one on the
event loop's own thread, as a hop to another costs more than most reads do, and to a thread once they take long.
Transactions that wait for one another are committed together: one wait for the disk acknowledges them all. And what
was written moves from the journal to the file beside other work, not inside the commit that fills the journal
(docs/decisions/0009).
"""

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator, Collection, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

import aiosqlite
from tortoise.backends.base.client import (
    NestedTransactionContext,
    TransactionalDBClient,
    TransactionContext,
)
from tortoise.backends.sqlite.client import SqliteClient, SqliteTransactionWrapper, translate_exceptions
from tortoise.connection import get_connections
from tortoise.exceptions import IntegrityError, TransactionManagementError

from db import versions
from db.brief import Brief, Records
from db.versions import Versions

CACHE = -16_000  # kibibytes of each connection that reads, as SQLite wants it said
T = TypeVar("T")
PRAGMAS = {
    "journal_mode": "WAL",
    "synchronous": "FULL",
    "foreign_keys": "ON",
    "busy_timeout": "30000",
    "cache_size": "-4000",  # of the one that writes: a commit takes the longer the more it remembers
    "wal_autocheckpoint": "32000",  # pages of 4 KiB: a commit does the checkpoint where those beside it fall behind
}
CHECKPOINT = 2.0  # seconds between two checkpoints while there are writes: a page written often is moved once
READERS = 3  # connections: more threads than cores only wait for one another


@dataclass
class Group:
    """Transactions that are committed together; `committed` is done when all are on disk."""

    written: set[str] = field(default_factory=set)
    committed: "asyncio.Future[None]" = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class Client(SqliteClient):
    """One SQLite file: one connection that writes, durable and patient, and some that read."""

    def __init__(self, file_path: str, **options: Any) -> None:
        super().__init__(file_path, **(PRAGMAS | options))
        self.versions = Versions()
        self.group: Group | None = None
        self.alone = 0  # statements that are written by themselves now, in the order they came
        self.behind = 0  # who waits for a turn of their own, before whom nobody else joins those
        self._opening = asyncio.Lock()
        self.settling: set[asyncio.Task[Any]] = set()
        self.idle: asyncio.LifoQueue[aiosqlite.Connection] = asyncio.LifoQueue()
        self.readers: list[aiosqlite.Connection] = []
        self.brief: Brief | None = None
        self.checkpoint = time.monotonic() + CHECKPOINT  # when the next one is due

    def _check_loop(self) -> bool:
        return True  # an open database stays with its loop, and Tortoise would ask the system at each statement

    async def mark(self) -> object:
        """What differs after another process has written; asked of the writer, whose own commits leave it alone."""
        await self.opened()
        rows = await cast(aiosqlite.Connection, self._connection).execute_fetchall("PRAGMA data_version")
        return next(iter(rows))[0]

    async def opened(self) -> None:
        """Open the connection that writes, once, however many ask for it first."""
        async with self._opening:
            if self._connection is None:
                await self.create_connection(with_db=True)

    @translate_exceptions
    async def execute_query(self, query: str, values: list[Any] | None = None) -> tuple[int, Sequence[Any]]:
        if versions.written(query):
            async with self._in_transaction() as writer:
                return await writer.execute_query(query, values)
        rows = (await self._read(query, values)).dicts()
        return len(rows), rows

    @translate_exceptions
    async def execute_query_dict(self, query: str, values: list[Any] | None = None) -> list[dict[str, Any]]:
        if versions.written(query):
            return list(map(dict, await self._write(query, values)))
        return (await self._read(query, values)).dicts()

    @translate_exceptions
    async def tuples(self, query: str, values: list[Any] | None = None) -> Sequence[Sequence[Any]]:
        """What a statement finds, by position."""
        if versions.written(query):
            return list(map(tuple, await self._write(query, values)))
        return (await self._read(query, values)).rows

    async def execute_insert(self, query: str, values: list[Any]) -> Any:
        async with self._in_transaction() as writer:
            return await writer.execute_insert(query, values)

    async def execute_many(self, query: str, values: list[list[Any]]) -> None:
        async with self._in_transaction() as writer:
            await writer.execute_many(query, values)

    async def close(self) -> None:
        while self.settling:  # what ends may begin a checkpoint
            await asyncio.gather(*self.settling, return_exceptions=True)
        for reader in self.readers:
            await reader.close()
        self.readers.clear()
        if self.brief is not None:
            self.brief.close()
            self.brief = None
        self.idle = asyncio.LifoQueue()
        await super().close()

    def _in_transaction(self) -> TransactionContext:
        return Transaction(self)

    async def _write(self, query: str, values: list[Any] | None) -> Sequence[sqlite3.Row]:
        """What a statement that writes gives, alone or with all who wait to write."""
        if not self._lock.locked() or (self.alone and not self.behind):
            return await self._alone(query, values)
        async with self._in_transaction() as writer:
            _, rows = await writer.execute_query(query, values)
            return cast(Sequence[sqlite3.Row], rows)

    async def _alone(self, query: str, values: list[Any] | None) -> list[sqlite3.Row]:
        """Have a statement written by itself: SQLite makes a transaction of it, and goes on to the next at once."""
        versions.read(versions.named(query))
        self.log.debug("%s: %s", query, values)
        if not self.alone:
            await self.turn()
        self.alone += 1
        # who gives up waiting does not keep others from knowing what was written
        return await asyncio.shield(self.begin(self._written(query, values)))

    async def _written(self, query: str, values: list[Any] | None) -> list[sqlite3.Row]:
        try:
            await self.opened()
            if self.group is not None:  # a transaction came first, whose commit this one waits for
                await _settled(self, self.group)
            rows = await cast(aiosqlite.Connection, self._connection).execute_fetchall(query, values)
            self.wrote(versions.written(query))
        finally:
            self.alone -= 1
            if not self.alone:
                self._lock.release()
        return list(rows)

    async def turn(self) -> None:
        """Wait for the connection that writes, and hold it until its lock is released."""
        self.behind += 1
        try:
            await self._lock.acquire()
        finally:
            self.behind -= 1

    def wrote(self, tables: Collection[str]) -> None:
        """Note what was committed, and have it moved to the file if that is due."""
        self.versions.wrote(tables)
        now = time.monotonic()
        if now >= self.checkpoint:
            self.checkpoint = now + CHECKPOINT
            self.begin(self._checkpointed())

    async def _checkpointed(self) -> None:
        """Move to the file what no reader looks for in the journal any more; who writes meanwhile does not wait."""
        try:
            async with self._reader() as reader:
                await reader.execute_fetchall("PRAGMA wal_checkpoint(PASSIVE)")
        except sqlite3.Error as error:  # the journal keeps everything until another checkpoint succeeds
            self.log.warning("A checkpoint failed: %s", error)

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[None]:
        """What is read inside the block stands as it stood at one moment, whatever is written beside it."""
        await self.opened()
        async with self._reader() as connection:
            reader = Writer(self)
            reader._connection = connection
            token = get_connections().set(self.connection_name, reader)
            try:
                await connection.execute("BEGIN")
                yield
            finally:
                get_connections().reset(token)
                await connection.rollback()

    def begin(self, work: Coroutine[Any, Any, T]) -> "asyncio.Task[T]":
        """Begin what must end before the database is closed."""
        task = asyncio.create_task(work)
        self.settling.add(task)
        task.add_done_callback(self.settling.discard)
        return task

    async def _read(self, query: str, values: list[Any] | None) -> Records:
        versions.read(versions.named(query))
        self.log.debug("%s: %s", query, values)
        if self.brief is None:
            await self.opened()  # it makes the file and its journal
            self.brief = Brief(self.filename, CACHE)
        found = self.brief.read(query, values or ())
        return await self._read_by_thread(query, values) if found is None else found

    async def _read_by_thread(self, query: str, values: list[Any] | None) -> Records:
        async with self._reader() as reader:
            rows = list(await reader.execute_fetchall(query, values))
        return Records([(name,) for name in rows[0].keys()] if rows else [], list(map(tuple, rows)))  # noqa: SIM118  # a row iterates over its values

    @asynccontextmanager
    async def _reader(self) -> AsyncIterator[aiosqlite.Connection]:
        if self.idle.empty() and len(self.readers) < READERS:
            await self._open_reader()
        reader = await self.idle.get()
        try:
            yield reader
        finally:
            self.idle.put_nowait(reader)

    async def _open_reader(self) -> None:
        reader = aiosqlite.connect(self.filename, isolation_level=None)
        self.readers.append(reader)
        try:
            await reader
            reader._conn.row_factory = sqlite3.Row  # as Tortoise's own connection has it
            await reader.execute_fetchall("PRAGMA query_only = ON")
            await reader.execute_fetchall(f"PRAGMA cache_size = {CACHE}")
        except BaseException:
            self.readers.remove(reader)
            raise
        self.idle.put_nowait(reader)


class Writer(SqliteTransactionWrapper):
    """The connection inside a transaction; notes which tables it changes."""

    def __init__(self, connection: "Client | Writer") -> None:
        super().__init__(connection)
        self.written: set[str] = connection.written if isinstance(connection, Writer) else set()

    def _in_transaction(self) -> TransactionContext:
        return NestedTransactionContext(Writer(self))

    async def execute_query(self, query: str, values: list[Any] | None = None) -> tuple[int, Sequence[Any]]:
        self._note(query)
        return cast(tuple[int, Sequence[Any]], await super().execute_query(query, values))

    async def execute_query_dict(self, query: str, values: list[Any] | None = None) -> list[dict[str, Any]]:
        self._note(query)
        return cast(list[dict[str, Any]], await super().execute_query_dict(query, values))

    async def tuples(self, query: str, values: list[Any] | None = None) -> Sequence[Sequence[Any]]:
        """What a statement finds, by position."""
        _, rows = await self.execute_query(query, values)
        return list(map(tuple, rows))

    async def execute_insert(self, query: str, values: list[Any]) -> Any:
        self._note(query)
        return await super().execute_insert(query, values)

    async def execute_many(self, query: str, values: list[list[Any]]) -> None:
        self._note(query)
        await super().execute_many(query, values)

    def _note(self, query: str) -> None:
        versions.read(versions.named(query))
        self.written |= versions.written(query)


class Transaction(TransactionContext):
    """One transaction: the first of a group, which begins it, or a later one behind a savepoint."""

    def __init__(self, client: Client) -> None:
        self.client = client  # type: ignore[assignment]  # Tortoise declares the wrapper here and never reads it
        self.connection_name = client.connection_name

    async def __aenter__(self) -> TransactionalDBClient:
        client = self._client
        await client.turn()
        try:
            await client.opened()
            await self._begin()
        except BaseException:
            client._lock.release()
            raise
        self.writer = Writer(client)
        self.token = get_connections().set(self.connection_name, self.writer)
        return self.writer

    async def __aexit__(self, kind: Any, error: Any, trace: Any) -> None:
        get_connections().reset(self.token)
        try:
            group = await (self._keep() if kind is None else self._undo())
        finally:
            self._client._lock.release()
        if group is not None:
            # Also who failed waits: it may have failed on what another had written and nobody can read yet.
            await asyncio.wait([group.committed])
        if group is not None and kind is None:
            group.committed.result()

    @property
    def _client(self) -> Client:
        return cast(Client, self.client)

    @property
    def _connection(self) -> aiosqlite.Connection:
        return cast(aiosqlite.Connection, self._client._connection)

    async def _begin(self) -> None:
        try:
            if self._client.group is None:
                await self._connection.execute("BEGIN IMMEDIATE")
            else:
                await self._connection.execute("SAVEPOINT member")
        except sqlite3.OperationalError as error:
            raise TransactionManagementError(error) from error
        except BaseException:  # cancelled while the thread may still begin: what it began must not stay open
            await self._undo()
            raise

    async def _keep(self) -> Group:
        """Leave the work to be committed with that of all who wait now."""
        client = self._client
        if client.group is None:
            client.group = Group()
            client.begin(_settle(client, client.group))
        client.group.written |= self.writer.written
        return client.group

    async def _undo(self) -> Group | None:
        """Take back this one's work alone, or the whole group's where SQLite has already given it up."""
        client, group = self._client, self._client.group
        if group is None:
            await self._connection.rollback()
        elif self._connection.in_transaction:
            await self._connection.execute("ROLLBACK TO member")
        else:
            _failed(group, sqlite3.OperationalError("the transaction was given up"))
            client.group = None
        return group


async def _settle(client: Client, group: Group) -> None:
    """Commit a group once all that waited for the connection when it began have had their turn."""
    async with client._lock:
        if client.group is group:  # else it was given up, or is settled
            await _settled(client, group)


async def _settled(client: Client, group: Group) -> None:
    client.group = None
    connection = cast(aiosqlite.Connection, client._connection)
    try:
        await connection.commit()
    except BaseException as error:  # noqa: BLE001  # a full disk or a deferred foreign key: it must not stay open
        await connection.rollback()
        _failed(group, error)
        return
    client.wrote(group.written)
    group.committed.set_result(None)


def _failed(group: Group, error: BaseException) -> None:
    kind = IntegrityError if isinstance(error, sqlite3.IntegrityError) else TransactionManagementError
    group.committed.set_exception(kind(error))
    group.committed.exception()  # every member raises it; when all are gone nobody need be told


client_class = Client  # the name Tortoise looks for in an engine module
