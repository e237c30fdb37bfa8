"""Short reads of a SQLite file on the event loop's own thread, where they cost no hop to another.

What is not done within `BRIEF` is given up, so that a long read costs the loop that much once, and is asked of a
thread from then on.
"""

import sqlite3
from collections.abc import Sequence
from time import perf_counter
from typing import Any, NamedTuple

BRIEF = 0.025  # seconds
PATIENCE = 100  # times that a statement which took longer is left to a thread before it is tried again
_MOST_LONG = 1_000  # statements that are remembered
_STEPS = 1_000  # of SQLite's machine between two looks at the clock: some tens of microseconds


class Records(NamedTuple):
    """What a statement read: its columns, each described by its name and more, and its rows by position."""

    description: Sequence[Sequence[Any]]
    rows: Sequence[Sequence[Any]]

    def dicts(self) -> list[dict[str, Any]]:
        """The rows by name."""
        names = [name for name, *_ in self.description]
        return [dict(zip(names, row, strict=True)) for row in self.rows]


class Brief:
    """A connection that only reads, for one thread."""

    def __init__(self, filename: str, cache: int) -> None:
        self.connection = sqlite3.connect(filename, timeout=0, isolation_level=None, cached_statements=512)
        self.connection.execute("PRAGMA query_only = ON")
        self.connection.execute(f"PRAGMA cache_size = {cache}")
        self.connection.set_progress_handler(self._late, _STEPS)
        self.until = float("inf")
        self.left: dict[str, int] = {}

    def read(self, query: str, values: Sequence[Any]) -> Records | None:
        """All that a statement reads; None when it takes long, or must wait for a lock."""
        if self._left(query):
            return None
        self.until = perf_counter() + BRIEF
        try:
            cursor = self.connection.execute(query, values)
            return Records(cursor.description, cursor.fetchall())
        except sqlite3.OperationalError as error:
            if error.sqlite_errorname == "SQLITE_INTERRUPT":
                self._leave(query)
            elif error.sqlite_errorname != "SQLITE_BUSY":
                raise
            return None

    def close(self) -> None:
        """Let go of the file."""
        self.connection.close()

    def _late(self) -> bool:
        return perf_counter() > self.until

    def _left(self, query: str) -> bool:
        """Whether the statement is left to a thread this time."""
        if query not in self.left:
            return False
        self.left[query] -= 1
        if not self.left[query]:
            del self.left[query]
        return True

    def _leave(self, query: str) -> None:
        if len(self.left) >= _MOST_LONG:
            del self.left[next(iter(self.left))]
        self.left[query] = PATIENCE
