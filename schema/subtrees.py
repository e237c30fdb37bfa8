"""Parts of answers kept as text: what was written for a row is not resolved again while nothing that it shows changes.

A part is kept for a place of a plan, a row and the values of the variables it depends on, with the versions of all
tables that its operation had read by then. Like whole answers (`Answers`) it is for nobody who is signed in, and
lasts a minute at most.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson
from cachetools import LRUCache
from tortoise.models import Model as Table

from db.versions import Seen

OVERHEAD = 300  # bytes that a part takes besides its text


@dataclass(frozen=True, slots=True)
class Part:
    """The text of one object, and what it depends on."""

    text: orjson.Fragment
    size: int
    tables: frozenset[str]
    versions: tuple[int, ...]
    until: datetime


class Subtrees(LRUCache[Hashable, Part]):
    """Parts by their keys, together no more than `most` bytes; the least recently used are forgotten first."""

    def __init__(self, most: int) -> None:
        super().__init__(most, getsizeof=lambda part: part.size)


@dataclass
class Keeping:
    """What one operation keeps and finds. `present` are the versions before it began, `tables` what it has read."""

    subtrees: Subtrees
    present: Seen
    tables: set[str]
    now: datetime
    until: datetime
    variables: Mapping[str, Any] = field(default_factory=dict)
    known: dict[frozenset[str], tuple[int, ...]] = field(default_factory=dict)

    def keys(self, place: Hashable, rows: Sequence[Any], variables: Sequence[str]) -> list[Hashable | None]:
        """The place, rows of tables by their class and id, and the values of the variables."""
        given = {name: self.variables[name] for name in variables if name in self.variables}
        told = orjson.dumps(given) if given else b""
        return [(place, row.__class__, row.__dict__["id"], told) if isinstance(row, Table) else None for row in rows]

    def find(self, key: Hashable) -> orjson.Fragment | None:
        """The part, if nothing that it was read from has changed."""
        part = self.subtrees.get(key)
        if part is None or part.versions != self.versions(part.tables) or self.now >= part.until:
            return None
        self.tables |= part.tables
        return part.text

    def keep(self, key: Hashable, text: bytes) -> None:
        """Remember a part that has just been made."""
        tables = frozenset(self.tables)
        size = len(text) + OVERHEAD
        if size <= self.subtrees.maxsize:
            self.subtrees[key] = Part(orjson.Fragment(text), size, tables, self.versions(tables), self.until)

    def versions(self, tables: frozenset[str]) -> tuple[int, ...]:
        if tables not in self.known:
            self.known[tables] = self.present.of(tables)
        return self.known[tables]
