"""Rows by id or slug, and lists of them. Those of the catalogue are kept in memory for as long as nothing is written
to their table, and so are the names of reviewers, which stand beside everything they write.

Kept rows are shared by all who ask: nobody may change them. Inside a transaction everything is read anew.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, TypeVar, cast
from weakref import WeakKeyDictionary

from tortoise.models import Model as Table

from db import queries, versions
from db.queries import Listing, Span, Stretch
from db.tables import Benchmark, Developer, Endpoint, Model, Provider, Reviewer, Source
from db.versions import Seen

Row = TypeVar("Row", bound=Table)
K = TypeVar("K")
V = TypeVar("V")
MOST = 20_000  # rows of one table, and lists of them
_BEGINNING = Span(limit=100)  # what is kept of a list
_NAMES = frozenset({"id", "login", "name"})
KEPT: dict[type[Table], frozenset[str] | None] = {
    **dict.fromkeys([Benchmark, Developer, Endpoint, Model, Provider, Source]),
    Reviewer: _NAMES,
}
"""The tables whose rows are kept, and the columns that are; None for all."""


@dataclass
class Memory:
    """What was read of one table since it was last written: rows by id and by slug, and lists by whose they are.

    `seen` are the versions by which it was last found to be as it is.
    """

    seen: Seen
    rows: dict[str | None, Any] = field(default_factory=dict)
    by_slug: dict[str, Any] = field(default_factory=dict)
    lists: dict[tuple[str, str | None, str], Stretch] = field(default_factory=dict)


def _remember(kept: dict[K, V], more: Mapping[K, V]) -> None:
    """Add to what is kept; where that is too much, what was kept longest goes."""
    kept.update(more)
    for key in list(islice(kept, max(0, len(kept) - MOST))):
        del kept[key]


_memories: "WeakKeyDictionary[queries.Client, dict[type[Table], Memory]]" = WeakKeyDictionary()


async def rows_by_id(
    table: type[Row], ids: Sequence[str | None], only: frozenset[str] | None = None
) -> list[Row | None]:
    """The row of each id, in order; None where there is none; of `only` some columns at least."""
    memory = await _memory(table, only)
    rows: dict[str | None, Row] = {} if memory is None else memory.rows
    found: list[Row | None] = list(map(rows.get, ids))
    if all(found):
        return found
    missing = {key for key, row in zip(ids, found, strict=True) if row is None and key is not None}
    read = await queries.rows_with(table, "id", missing, only if memory is None else KEPT[table])
    more: dict[str | None, Row] = {row.__dict__["id"]: row for row in read}
    if memory is not None:
        _remember(memory.rows, more)
    return [row or more.get(key) for key, row in zip(ids, found, strict=True)]


async def related(table: type[Row], ids: Sequence[str], only: frozenset[str] | None = None) -> list[Row]:
    """The row of each id, in order, where foreign keys promise that every one exists."""
    found = await rows_by_id(table, ids, only)
    return cast(list[Row], found) if all(found) else [row for row in found if row is not None]


async def row_by_slug(table: type[Row], slug: str) -> Row | None:
    """The row of a slug, or None."""
    memory = await _memory(table)
    if memory is None:
        return await queries.row_with(table, "slug", slug)
    row: Row | None = memory.by_slug.get(slug)
    if row is None and (row := await queries.row_with(table, "slug", slug)) is not None:
        _remember(memory.by_slug, {slug: row})
    return row


async def stretches(
    listing: Listing, span: Span, parents: Sequence[str], only: frozenset[str] | None = None
) -> list[Stretch]:
    """For each parent its stretch of children, as `queries.stretches` reads them; beginnings are kept."""
    table, order = listing.table, listing.ordering.name
    begins = span._replace(beyond=True) == Span(span.limit) and span.limit <= _BEGINNING.limit
    memory = await _memory(table) if begins and not listing.conditions else None
    if memory is None:
        return await queries.stretches(listing, span, parents, only)
    keys = [(order, listing.parent_column, parent) for parent in parents]
    found = memory.lists
    if missing := [key for key in dict.fromkeys(keys) if key not in found]:
        read = await queries.stretches(listing, _BEGINNING, [parent for *_, parent in missing])
        more = dict(zip(missing, read, strict=True))
        found = {key: found[key] for key in keys if key in found} | more
        _remember(memory.lists, more)
    return [_shortened(found[key], span.limit) for key in keys]


def _shortened(beginning: Stretch, limit: int) -> Stretch:
    more = beginning.more_after or len(beginning.rows) > limit
    return Stretch(beginning.rows[:limit], more_after=more, more_before=False)


async def _memory(table: type[Table], only: frozenset[str] | None = None) -> Memory | None:
    """What is kept of a table now; None where these columns are not, or a transaction is under way.

    Rows are as they are, or were `PATIENCE` ago where another process has written since.
    """
    database = queries.untransacted() if _keeps(table, only) else None
    if database is None:
        return None
    name = table._meta.db_table  # Tortoise documents `_meta` and gives it no other name
    versions.read((name,))
    await queries.look(database, versions.PATIENCE)
    memories, present = _memories.setdefault(database, {}), database.versions.seen
    memory = memories.get(table)
    if memory is None or present.differs(memory.seen, (name,)):
        memory = memories[table] = Memory(present)
    memory.seen = present
    return memory


def _keeps(table: type[Table], only: frozenset[str] | None) -> bool:
    """Whether these columns of a table are kept."""
    if table not in KEPT:
        return False
    kept = KEPT[table]
    return kept is None or (only is not None and only <= kept)
