"""Tortoise's SQLite backend with transactions that cannot deadlock and commits that are on disk.

A plain BEGIN takes its write lock late, so two processes that read and then write refuse each other with
"database is locked" at once. BEGIN IMMEDIATE takes the lock first and the other waits `busy_timeout`.
"""

import sqlite3
from typing import Any

from tortoise.backends.base.client import TransactionalDBClient, TransactionContext
from tortoise.backends.sqlite.client import SqliteClient, SqliteTransactionContext, SqliteTransactionWrapper
from tortoise.connection import get_connections
from tortoise.exceptions import TransactionManagementError

PRAGMAS = {"journal_mode": "WAL", "synchronous": "FULL", "foreign_keys": "ON", "busy_timeout": "30000"}


class ImmediateTransaction(SqliteTransactionWrapper):
    """A transaction that holds the write lock from its first statement; none stays open when it fails."""

    async def begin(self) -> None:
        try:
            await self._connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            raise TransactionManagementError(error) from error
        except BaseException:  # cancelled while the thread may still begin: what it began must not stay open
            await self._connection.rollback()
            raise

    async def commit(self) -> None:
        try:
            await super().commit()
        except BaseException:  # a full disk or a deferred foreign key: SQLite would keep the transaction open
            await self.rollback()
            raise


class Transaction(SqliteTransactionContext):
    """Tortoise's block, which lets go of the connection when the transaction cannot begin (Tortoise's does not)."""

    async def __aenter__(self) -> TransactionalDBClient:
        await self._trxlock.acquire()
        try:
            await self.ensure_connection()
            await self.connection.begin()
        except BaseException:
            self._trxlock.release()
            raise
        self.token = get_connections().set(self.connection_name, self.connection)
        client: TransactionalDBClient = self.connection
        return client


class Client(SqliteClient):
    """One connection to one SQLite file, durable and patient."""

    def __init__(self, file_path: str, **options: Any) -> None:
        super().__init__(file_path, **(PRAGMAS | options))

    def _in_transaction(self) -> TransactionContext:
        return Transaction(ImmediateTransaction(self), self._lock)


client_class = Client  # the name Tortoise looks for in an engine module
