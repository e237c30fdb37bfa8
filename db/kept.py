"""Rows by id. Those of the catalogue are kept in memory for as long as nothing is written to their table, and so are
the names of reviewers, which stand beside everything they write.

Kept rows are shared by all who ask: nobody may change them. Inside a transaction everything is read anew.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from tortoise.models import Model as Table

from db import queries, versions
from db.queries import Listing, Span, Stretch
from db.tables import Benchmark, Developer, Endpoint, Model, Provider, Reviewer, Source

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
    """What was read of one table since it was last written: rows by id and by slug, and lists by whose they are."""

    versions: tuple[int, ...] = ()
    rows: dict[str, Any] = field(default_factory=dict)
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
    wanted, database = {key for key in ids if key is not None}, _keeping(table, only)
    if database is not None:
        found = await _kept(database, table, wanted)
    else:
        found = _by_id(await queries.rows_with(table, "id", wanted, only))
    return [found.get(key) for key in ids]  # type: ignore[arg-type]  # None is no key of it


async def related(table: type[Row], ids: Sequence[str], only: frozenset[str] | None = None) -> list[Row]:
    """The row of each id, in order, where foreign keys promise that every one exists."""
    return [row for row in await rows_by_id(table, ids, only) if row is not None]


async def row_by_slug(table: type[Row], slug: str) -> Row | None:
    """The row of a slug, or None."""
    database = _keeping(table, None)
    if database is None:
        return await queries.row_with(table, "slug", slug)
    memory = await _current(database, table)
    row: Row | None = memory.by_slug.get(slug)
    if row is None and (row := await queries.row_with(table, "slug", slug)) is not None:
        _remember(memory.by_slug, {slug: row})
    return row


async def stretches(
    listing: Listing, span: Span, parents: Sequence[str], only: frozenset[str] | None = None
) -> list[Stretch]:
    """For each parent its stretch of children, as `queries.stretches` reads them; beginnings are kept."""
    table, order = listing.table, listing.ordering.name
    begins = span == Span(span.limit) and span.limit <= _BEGINNING.limit and not listing.conditions
    database = _keeping(table, None) if begins else None
    if database is None:
        return await queries.stretches(listing, span, parents, only)
    memory = await _current(database, table)
    keys = [(order, listing.parent_column, parent) for parent in parents]
    found = memory.lists
    if missing := [key for key in dict.fromkeys(keys) if key not in found]:
        read = await queries.stretches(listing, _BEGINNING, [parent for *_, parent in missing])
        found = {key: found[key] for key in keys if key in found} | dict(zip(missing, read, strict=True))
        _remember(memory.lists, dict(zip(missing, read, strict=True)))
    return [_shortened(found[key], span.limit) for key in keys]


def _shortened(beginning: Stretch, limit: int) -> Stretch:
    more = beginning.more_after or len(beginning.rows) > limit
    return Stretch(beginning.rows[:limit], more_after=more, more_before=False)


def _keeping(table: type[Table], only: Collection[str] | None) -> queries.Client | None:
    """The database whose rows are kept; None where these columns are not, or a transaction is under way."""
    if table not in KEPT:
        return None
    kept = KEPT[table]
    return queries.untransacted() if kept is None or (only is not None and kept.issuperset(only)) else None


def _by_id(rows: Sequence[Row]) -> dict[str, Row]:
    return {row.__dict__["id"]: row for row in rows}


async def _kept(database: queries.Client, table: type[Row], ids: set[str]) -> dict[str, Row]:
    """The rows as they are, or were `PATIENCE` ago where another process has written since."""
    memory = await _current(database, table)
    rows: dict[str, Row] = memory.rows
    if missing := [key for key in ids if key not in rows]:
        rows = {key: rows[key] for key in ids if key in rows}
        found = _by_id(await queries.rows_with(table, "id", missing, KEPT[table]))
        _remember(memory.rows, found)
        rows |= found
    return rows


async def _current(database: queries.Client, table: type[Table]) -> Memory:
    """What is kept of a table, empty if it was written since."""
    name = table._meta.db_table  # Tortoise documents `_meta` and gives it no other name
    versions.read({name})
    await queries.look(database, versions.PATIENCE)
    memories = _memories.setdefault(database, {})
    present = database.versions.of((name,))
    if table not in memories or memories[table].versions != present:
        memories[table] = Memory(present)
    return memories[table]
