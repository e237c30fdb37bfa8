"""Tortoise's PostgreSQL backend that notes which tables are read and changed, and loses no connection."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, cast

import asyncpg
from tortoise.backends.asyncpg.client import AsyncpgDBClient, TransactionWrapper
from tortoise.backends.base.client import (
    NestedTransactionContext,
    TransactionalDBClient,
    TransactionContext,
    TransactionContextPooled,
)
from tortoise.backends.base_postgres.client import translate_exceptions
from tortoise.connection import get_connections

from db import versions
from db.versions import Versions


class Client(AsyncpgDBClient):
    """A pool of connections; what is executed outside transactions is committed at once."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.versions = Versions()

    def _check_loop(self) -> bool:
        return True  # an open database stays with its loop, and Tortoise would ask the system at each statement

    async def mark(self) -> object:
        """What differs after anybody has written, this process included: the transactions that a reader now sees."""
        async with self.acquire_connection() as connection:
            return cast(object, await connection.fetchval("SELECT pg_current_snapshot()::text"))

    def _in_transaction(self) -> TransactionContext:
        return Transaction(Writer(self), self._pool_init_lock)

    async def execute_query(self, query: str, values: list[Any] | None = None) -> tuple[int, list[dict[Any, Any]]]:
        versions.read(versions.named(query))
        found = await super().execute_query(query, values)
        self.versions.wrote(versions.written(query))
        return cast(tuple[int, list[dict[Any, Any]]], found)

    async def execute_query_dict(self, query: str, values: list[Any] | None = None) -> list[dict[str, Any]]:
        versions.read(versions.named(query))
        found = await super().execute_query_dict(query, values)
        self.versions.wrote(versions.written(query))
        return cast(list[dict[str, Any]], found)

    @translate_exceptions
    async def tuples(self, query: str, values: list[Any] | None = None) -> Sequence[Sequence[Any]]:
        """What a statement finds, by position."""
        versions.read(versions.named(query))
        self.log.debug("%s: %s", query, values)
        async with self.acquire_connection() as connection:
            found = await connection.fetch(query, *(values or ()))
        self.versions.wrote(versions.written(query))
        return cast(Sequence[Sequence[Any]], found)

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[None]:
        """What is read inside the block stands as it stood at one moment, whatever is written beside it."""
        async with self._in_transaction() as reader:
            await reader.execute_script("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield

    async def create_pool(self, **options: Any) -> Any:
        """A pool whose connections come back as they were taken: nothing here leaves a session changed behind it."""
        return await asyncpg.create_pool(None, reset=_unchanged, **options)

    async def execute_insert(self, query: str, values: list[Any]) -> Any:
        made = await super().execute_insert(query, values)
        self.versions.wrote(versions.written(query))
        return made

    async def execute_many(self, query: str, values: list[Any]) -> None:
        await super().execute_many(query, values)
        self.versions.wrote(versions.written(query))


async def _unchanged(_connection: object) -> None:
    """Nothing to do: asyncpg's own reset is one more round trip for each statement."""


class Writer(TransactionWrapper):
    """The connection inside a transaction; tells what it has changed when it is committed."""

    def __init__(self, connection: "Client | Writer") -> None:
        super().__init__(connection)
        self.outer = connection
        self.written: set[str] = set()

    def _in_transaction(self) -> TransactionContext:
        return NestedTransactionContext(Writer(self))

    async def execute_query(self, query: str, values: list[Any] | None = None) -> tuple[int, list[dict[Any, Any]]]:
        self._note(query)
        return cast(tuple[int, list[dict[Any, Any]]], await super().execute_query(query, values))

    async def execute_query_dict(self, query: str, values: list[Any] | None = None) -> list[dict[str, Any]]:
        self._note(query)
        return cast(list[dict[str, Any]], await super().execute_query_dict(query, values))

    @translate_exceptions
    async def tuples(self, query: str, values: list[Any] | None = None) -> Sequence[Sequence[Any]]:
        """What a statement finds, by position."""
        self._note(query)
        self.log.debug("%s: %s", query, values)
        async with self.acquire_connection() as connection:
            return cast(Sequence[Sequence[Any]], await connection.fetch(query, *(values or ())))

    async def execute_insert(self, query: str, values: list[Any]) -> Any:
        self._note(query)
        return await super().execute_insert(query, values)

    async def execute_many(self, query: str, values: list[Any]) -> None:
        self._note(query)
        await super().execute_many(query, values)

    async def commit(self) -> None:
        await super().commit()
        if isinstance(self.outer, Client):
            self.outer.versions.wrote(self.written)
        else:
            self.outer.written |= self.written

    def _note(self, query: str) -> None:
        versions.read(versions.named(query))
        self.written |= versions.written(query)


class Transaction(TransactionContextPooled):
    """Tortoise's block, which gives the connection back when the transaction cannot begin (Tortoise's does not)."""

    async def __aenter__(self) -> TransactionalDBClient:
        try:
            return await super().__aenter__()
        except BaseException:
            if getattr(self, "token", None) is not None:
                get_connections().reset(self.token)
                await self.client._parent._pool.release(self.client._connection)
            raise


client_class = Client  # the name Tortoise looks for in an engine module
