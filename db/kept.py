"""Rows by id. Those of the catalogue are kept in memory for as long as nothing is written to their table, and so are
the names of reviewers, which stand beside everything they write.

Kept rows are shared by all who ask: nobody may change them. Inside a transaction everything is read anew.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from types import MappingProxyType
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from tortoise.models import Model as Table

from db import queries, versions
from db.tables import Benchmark, Developer, Endpoint, Model, Provider, Reviewer, Source

Row = TypeVar("Row", bound=Table)
MOST = 20_000  # rows of one table
_NAMES = frozenset({"id", "login", "name"})
KEPT: dict[type[Table], frozenset[str] | None] = {
    **dict.fromkeys([Benchmark, Developer, Endpoint, Model, Provider, Source]),
    Reviewer: _NAMES,
}
"""The tables whose rows are kept, and the columns that are; None for all."""


@dataclass
class Memory:
    """The rows of one table that were read since it was last written, by id and by slug."""

    versions: tuple[int, ...] = ()
    rows: dict[str, Any] = field(default_factory=dict)
    by_slug: dict[str, Any] = field(default_factory=dict)

    def keep(self, by_id: Mapping[str, Any], by_slug: Mapping[str, Any]) -> None:
        """Remember rows; where there are too many, those kept longest go."""
        for rows, more in ((self.rows, by_id), (self.by_slug, by_slug)):
            rows.update(more)
            for key in list(islice(rows, max(0, len(rows) - MOST))):
                del rows[key]


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
        _keep(database, table, memory, {row.__dict__["id"]: row}, {slug: row})
    return row


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
        _keep(database, table, memory, found)
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


def _keep(
    database: queries.Client,
    table: type[Table],
    memory: Memory,
    by_id: Mapping[str, Table],
    by_slug: Mapping[str, Table] = MappingProxyType({}),
) -> None:
    """Remember rows that were read, unless somebody wrote meanwhile."""
    if database.versions.of((table._meta.db_table,)) == memory.versions:
        memory.keep(by_id, by_slug)
