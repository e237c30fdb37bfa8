"""How often each table has changed: what an answer that is kept must be checked against.

Every statement is noted by the tables it names. What this process writes is counted exactly, when it is on disk;
that something was written elsewhere is asked of the database, at most `PATIENCE` seconds later (docs/decisions/0009).
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from typing import NamedTuple

from tortoise.models import Model as Table

from db import tables

PATIENCE = 0.5  # seconds
UNMAPPED = {"statistic", "statistic_version", "standing_version", "repository_claim", "audit_head", "seen_trace"}
"""Tables that are read and written with SQL of their own alone."""
TABLES = UNMAPPED | {
    each._meta.db_table  # Tortoise documents `_meta` and gives it no other name
    for each in vars(tables).values()
    if isinstance(each, type) and issubclass(each, Table) and each is not Table
}
_WORD = re.compile(r"\w+")
_reading: ContextVar[set[str] | None] = ContextVar("reading", default=None)


class Seen(NamedTuple):
    """How often each table had changed by some moment; `elsewhere` counts what others changed, in whatever table."""

    changes: Mapping[str, int] = dict.fromkeys(TABLES, 0)
    elsewhere: int = 0

    def of(self, names: Iterable[str]) -> tuple[int, ...]:
        """Equal whenever nothing has changed in these tables."""
        return (self.elsewhere, *map(self.changes.__getitem__, sorted(names)))

    def differs(self, other: "Seen", names: Collection[str]) -> bool:
        """Whether something has changed in these tables between the two moments."""
        return self is not other and self.of(names) != other.of(names)


class Versions:
    """The changes of one open database, as far as this process knows of them; `seen` is what it has seen so far."""

    def __init__(self) -> None:
        self.seen = Seen()
        self.mark: object = None
        self.looked = float("-inf")

    def wrote(self, names: Collection[str]) -> None:
        """Count what was committed here."""
        if names:
            changes, elsewhere = self.seen
            self.seen = Seen({**changes, **{name: changes[name] + 1 for name in names}}, elsewhere)

    def found(self, mark: object, at: float) -> None:
        """Note the database's own mark, which differs when others have written."""
        if mark != self.mark:
            self.seen = self.seen._replace(elsewhere=self.seen.elsewhere + 1)
        self.mark, self.looked = mark, at


@lru_cache(maxsize=4096)
def named(sql: str) -> frozenset[str]:
    """The tables that a statement names; a column of the same name counts too, which only costs a little."""
    return frozenset(_WORD.findall(sql)) & TABLES


@lru_cache(maxsize=4096)
def written(sql: str) -> frozenset[str]:
    """The tables that a statement may change; deleting cascades, and what is unusual may do anything."""
    words = [word.upper() for word in _WORD.findall(sql)]
    verbs = {*words[:1], *({"INSERT", "UPDATE", "DELETE"} & set(words))}
    if verbs <= {"SELECT", "WITH", "PRAGMA"}:
        return frozenset()
    return named(sql) if verbs <= {"SELECT", "WITH", "INSERT", "UPDATE"} else frozenset(TABLES)


def read(names: Iterable[str]) -> None:
    """Note that an answer under way depends on these tables."""
    reading = _reading.get()
    if reading is not None:
        reading.update(names)


@contextmanager
def noted() -> Iterator[set[str]]:
    """The names of the tables that are read inside the block, tasks begun there included."""
    reading: set[str] = set()
    token = _reading.set(reading)
    try:
        yield reading
    finally:
        _reading.reset(token)
