"""Rows by id. Those of the catalogue are kept in memory for as long as nothing is written to their table.

Kept rows are shared by all who ask: nobody may change them. Inside a transaction everything is read anew.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from tortoise.models import Model as Table

from db import queries, versions
from db.tables import Benchmark, Developer, Endpoint, Model, Provider, Source

Row = TypeVar("Row", bound=Table)
CATALOGUE = frozenset({Benchmark, Developer, Endpoint, Model, Provider, Source})


@dataclass
class Memory:
    """The rows of one table that were read since it was last written."""

    versions: tuple[int, ...] = ()
    rows: dict[str, Any] = field(default_factory=dict)


_memories: "WeakKeyDictionary[queries.Client, dict[type[Table], Memory]]" = WeakKeyDictionary()


async def rows_by_id(
    table: type[Row], ids: Sequence[str | None], only: frozenset[str] | None = None
) -> list[Row | None]:
    """The row of each id, in order; None where there is none; of `only` some columns at least."""
    wanted = {key for key in ids if key is not None}
    if table in CATALOGUE and not queries.in_transaction():
        found = await _kept(table, wanted)
    else:
        found = await _read(table, wanted, only)
    return [found.get(key) for key in ids]  # type: ignore[arg-type]  # None is no key of it


async def related(table: type[Row], ids: Sequence[str], only: frozenset[str] | None = None) -> list[Row]:
    """The row of each id, in order, where foreign keys promise that every one exists."""
    return [row for row in await rows_by_id(table, ids, only) if row is not None]


async def _read(table: type[Row], ids: set[str], only: frozenset[str] | None = None) -> dict[str, Row]:
    return {row.__dict__["id"]: row for row in await queries.rows_with(table, "id", ids, only)}


async def _kept(table: type[Row], ids: set[str]) -> dict[str, Row]:
    """The rows as they are, or were `PATIENCE` ago where another process has written since."""
    name = table._meta.db_table  # Tortoise documents `_meta` and gives it no other name
    versions.read({name})
    database = queries.client()
    await queries.look(database, versions.PATIENCE)
    memory, present = _memory(database, table), database.versions.of((name,))
    if memory.versions != present:
        memory.versions, memory.rows = present, {}
    rows = memory.rows
    if missing := ids - rows.keys():
        found = await _read(table, missing)
        if database.versions.of((name,)) == present:  # nobody wrote meanwhile
            rows.update(found)
        rows = rows | found
    return {key: rows[key] for key in ids & rows.keys()}


def _memory(database: queries.Client, table: type[Table]) -> Memory:
    return _memories.setdefault(database, {}).setdefault(table, Memory())
