"""SQL with a name: pages of children for many parents in one statement, rows by id, counts.

Statements are written with PostgreSQL's `$1`; SQLite reads the same as `?1`. Only constants of this code base ever
become SQL text, every value is bound.
"""

import asyncio
import re
from collections import Counter
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from itertools import islice
from operator import itemgetter
from time import monotonic
from typing import Any, NamedTuple, TypeVar, cast

import orjson
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.context import require_context
from tortoise.models import Model as Table

from db import postgresql, sqlite
from db.fields import microseconds
from db.rows import Reading, chosen, columns_of, floats, maker

Row = TypeVar("Row", bound=Table)
_HOLE = re.compile(r"\$(\d)")  # and no other dollar: JSON paths begin with one
Record = dict[str, Any]
Client = sqlite.Client | postgresql.Client
_CLIENTS = (sqlite.Client, postgresql.Client)  # asked of exactly these classes, `isinstance` is fast


@dataclass(frozen=True, slots=True)
class Condition:
    """A piece of a WHERE clause; each `{}` in `text` is bound to the value at its place."""

    text: str
    values: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Key:
    """One column of an order: its SQL and its value on a row, as text or integer; `column` if it is a plain one."""

    sql: str
    value: Callable[[Any], Any]
    column: str | None = None


def column(name: str) -> Key:
    """An order by a plain column."""

    def value(row: Any) -> Any:
        held = getattr(row, name)
        return microseconds(held) if isinstance(held, datetime) else held

    return Key(name, value, name)


@dataclass(frozen=True, slots=True)
class Ordering:
    """A total order that a cursor can resume; its last key is unique."""

    name: str
    keys: tuple[Key, ...]
    descending: bool = False

    def place(self, row: Any) -> list[Any]:
        """Where `row` stands in this order."""
        return [key.value(row) for key in self.keys]


class Span(NamedTuple):
    """Which stretch of an order to read: `limit` rows after or before a place, from either end.

    `beyond`: whether to read one row more, which tells that more follow; without it none are said to.
    """

    limit: int
    backward: bool = False
    after: list[Any] | None = None
    before: list[Any] | None = None
    beyond: bool = True


@dataclass(slots=True)
class Stretch:
    """The rows of one span, in the order's own direction. It may be kept for others: nobody may change it."""

    rows: Sequence[Any]
    more_after: bool
    more_before: bool


@dataclass(frozen=True, slots=True)
class Listing:
    """What is listed: a table's rows under conditions, for each parent or for none."""

    table: type[Table]
    ordering: Ordering
    conditions: tuple[Condition, ...] = ()
    parent_column: str | None = None


def dialect() -> str:
    """`sqlite` or `postgresql`: the database in use."""
    return cast(str, require_context().default_connection)


@dataclass(slots=True)
class Statement:
    """SQL under construction with the values bound so far."""

    values: list[Any] = field(default_factory=list)
    dialect: str = field(default_factory=dialect)

    def bind(self, value: Any) -> str:
        """Bind one value and return its place."""
        if isinstance(value, datetime):
            value = microseconds(value)
        elif isinstance(value, date) and self.dialect == "sqlite":
            value = value.isoformat()
        self.values.append(value)
        return f"${len(self.values)}"

    def where(self, conditions: Iterable[Condition]) -> str:
        """All conditions joined by AND."""
        texts = [c.text.format(*[self.bind(value) for value in c.values]) for c in conditions]
        return " AND ".join(["TRUE", *texts])


async def stretches(
    listing: Listing, span: Span, parents: Sequence[str], only: frozenset[str] | None = None
) -> list[Stretch]:
    """For each parent its stretch of children, all in one statement; of `only` some columns, or of all."""
    columns, once = chosen(listing.table, _with_order(only, listing.ordering)), list(dict.fromkeys(parents))
    found = await (_lateral if dialect() == "postgresql" else _gathered)(listing, span, once, columns)
    return [_stretch(found.get(parent, []), span) for parent in parents]


def _with_order(only: frozenset[str] | None, ordering: Ordering) -> frozenset[str] | None:
    """The columns with those that say where a row stands; None, all, where that is more than a column says."""
    places = {key.column for key in ordering.keys}
    return None if only is None or None in places else only | {place for place in places if place}


async def _lateral(listing: Listing, span: Span, parents: list[str], columns: tuple[str, ...]) -> dict[str, list[Any]]:
    """The children of each parent on PostgreSQL, by a lateral join."""
    statement = Statement(dialect="postgresql")
    keys, inner = many(statement, parents), _children(listing, span, statement, columns)
    order = _order(listing.ordering, span)
    joined = f"SELECT k.place AS parent_place, k.value AS parent_key, t.* FROM {keys} CROSS JOIN LATERAL ({inner}) t"
    sql = f"SELECT parent_key, {', '.join(columns)} FROM ({joined}) children ORDER BY parent_place, {order}"
    records = await _tuples(sql, statement)
    rows = maker(listing.table, Reading(columns, "postgresql", before=1))(records)
    return _dealt(rows, Counter(map(itemgetter(0), records)).items())


async def _gathered(listing: Listing, span: Span, parents: list[str], columns: tuple[str, ...]) -> dict[str, list[Any]]:
    """The children of each parent on SQLite, which has no lateral join: all in one JSON array."""
    statement = Statement(dialect="sqlite")
    keys, inner = many(statement, parents), _children(listing, span, statement, columns)
    spelled = ", ".join(_spelled(column, floats(listing.table)) for column in columns)
    children = f"SELECT json_group_array(json_array({spelled})) FROM ({inner})"
    sql = f"SELECT json_group_array(json_array(k.value, ({children}))) FROM {keys}"
    made = maker(listing.table, Reading(columns, "sqlite", spelled=True))
    [(text,)] = await _tuples(sql, statement)
    found = orjson.loads(text)
    rows = made([record for _, records in found for record in records])
    return _dealt(rows, [(parent, len(records)) for parent, records in found])


def _dealt(rows: Iterable[Any], counts: Iterable[tuple[str, int]]) -> dict[str, list[Any]]:
    """The rows of each parent, who has so many, one parent's after another's."""
    left = iter(rows)
    return {parent: list(islice(left, count)) for parent, count in counts}


def _spelled(column: str, floats: frozenset[str]) -> str:
    """A column inside a JSON array, where SQLite would write floats with fifteen digits."""
    return f"CASE WHEN {column} IS NOT NULL THEN printf('%!.17g', {column}) END" if column in floats else column


async def stretch(listing: Listing, span: Span) -> Stretch:
    """One stretch of a whole table."""
    statement = Statement()
    inner = _children(listing, span, statement, columns_of(listing.table))
    return _stretch(await _rows(listing.table, inner, statement), span)


async def totals(listing: Listing, parents: Sequence[str]) -> list[int]:
    """For each parent how many children there are, all in one statement."""
    statement = Statement()
    keys = many(statement, list(dict.fromkeys(parents)))
    where = statement.where(listing.conditions)
    records = await fetch(
        f"SELECT {listing.parent_column} AS parent_key, COUNT(*) AS total FROM {_name(listing.table)} "
        f"WHERE {listing.parent_column} IN (SELECT k.value FROM {keys}) AND {where} GROUP BY 1",
        statement.values,
    )
    counts = {record["parent_key"]: record["total"] for record in records}
    return [counts.get(parent, 0) for parent in parents]


async def total(listing: Listing) -> int:
    """How many rows a listing has."""
    statement = Statement()
    where = statement.where(listing.conditions)
    records = await fetch(f"SELECT COUNT(*) AS total FROM {_name(listing.table)} WHERE {where}", statement.values)
    return int(records[0]["total"])


async def rows_with(
    table: type[Row], column: str, values: Collection[str], only: frozenset[str] | None = None
) -> list[Row]:
    """All rows whose column has one of the values, however many: the list is one bound value."""
    if not values:
        return []
    statement = Statement()
    keys, columns = many(statement, sorted(values)), chosen(table, only)
    named = ", ".join(f"t.{each}" for each in columns)
    # CROSS keeps SQLite from looking for the keys at each row of the table
    join = "JOIN" if statement.dialect == "postgresql" else "CROSS JOIN"
    sql = f"SELECT {named} FROM {keys} {join} {_name(table)} t ON t.{column} = k.value"
    return await _rows(table, sql, statement, columns)


async def slices(
    table: type[Row], conditions: tuple[Condition, ...] = (), most: int = 1_000
) -> AsyncIterator[list[Row]]:
    """All rows of a table under conditions in the order of their ids, some at a time: nobody waits long meanwhile."""
    listing = Listing(table, Ordering("ID", (column("id"),)), conditions)
    span = Span(most)
    while True:
        found = await stretch(listing, span)
        yield list(found.rows)
        if not found.more_after:
            return
        span = Span(most, after=[found.rows[-1].id])


async def row_with(table: type[Row], column: str, value: str) -> Row | None:
    """The row whose column, which is unique, has this value."""
    found = await rows_with(table, column, [value])
    return found[0] if found else None


async def siblings(
    table: type[Row], shared: tuple[str, ...], differing: str, ids: Sequence[str]
) -> dict[str, list[Row]]:
    """For each row's id the rows that share some columns with it and differ in another, all in one statement."""
    statement = Statement()
    keys, name = many(statement, list(dict.fromkeys(ids))), _name(table)
    same = " AND ".join(f"t.{each} = own.{each}" for each in shared)
    read = await beside(
        table,
        f"SELECT k.value, {all_columns(table, 't')} FROM {keys} JOIN {name} own ON own.id = k.value"
        f" JOIN {name} t ON {same} AND t.{differing} <> own.{differing}",
        statement,
    )
    found: dict[str, list[Row]] = {key: [] for key in ids}
    for (key, *_), row in read:
        found[key].append(row)
    return found


async def prices_on(day: date, endpoint_ids: Sequence[str]) -> list[Record]:
    """The list prices of some endpoints that hold on a day, whatever their condition, in millionths of a dollar."""
    statement = Statement()
    keys, today = many(statement, list(dict.fromkeys(endpoint_ids))), statement.bind(day)
    return await fetch(
        "SELECT p.endpoint_id, p.condition, p.above_tokens, p.terms, p.input_usd_per_mtok, p.output_usd_per_mtok,"
        f" p.cache_read_usd_per_mtok, p.source, p.checked_on FROM {keys} JOIN price_period p ON p.endpoint_id = k.value"
        f" WHERE (p.valid_from IS NULL OR p.valid_from <= {today}) AND (p.valid_to IS NULL OR p.valid_to >= {today})"
        " ORDER BY p.endpoint_id, p.terms, p.above_tokens",
        statement.values,
    )


async def locked(table: type[Row], key: str) -> Row | None:
    """The row with this id, which nobody else changes until the transaction ends."""
    lock = "FOR UPDATE" if dialect() == "postgresql" else ""  # a transaction on SQLite is the only one that writes
    named = ", ".join(columns_of(table))
    found = await _rows(table, f"SELECT {named} FROM {_name(table)} WHERE id = $1 {lock}", Statement([key]))
    return found[0] if found else None


async def fetch(sql: str, values: Sequence[Any] = ()) -> list[Record]:
    """Run one statement on the current connection, inside its transaction if there is one."""
    connection = _connection()
    text = sql if dialect() == "postgresql" else _as_sqlite(sql)
    return list(await connection.execute_query_dict(text, list(values)))


async def execute_many(sql: str, rows: Iterable[Sequence[Any]], most: int = 1_000, pause: float = 0.0) -> None:
    """Run one statement for each row of values, some at a time: each time in a transaction, or in the caller's.

    Where it is no caller's, there may be a pause, in seconds, after each, so that others get their turn.
    """
    text, left = sql if dialect() == "postgresql" else _as_sqlite(sql), iter(rows)
    while some := [list(row) for row in islice(left, most)]:
        await _connection().execute_many(text, some)
        if pause:
            await asyncio.sleep(pause)


@lru_cache(maxsize=4096)
def _as_sqlite(sql: str) -> str:
    return _HOLE.sub(r"?\1", sql)


async def returned(table: type[Row], sql: str, values: Sequence[Any]) -> list[Row]:
    """The rows that a statement of our own writes, which returns all their columns in the table's own order."""
    return await _rows(table, sql, Statement(list(values)))


async def beside(table: type[Row], sql: str, statement: Statement, before: int = 1) -> list[tuple[Sequence[Any], Row]]:
    """The records that a statement reads, some values and then `all_columns`, each with the row that it holds."""
    records = await _tuples(sql, statement)
    made = maker(table, Reading(columns_of(table), statement.dialect, before))
    return list(zip(records, made(records), strict=True))


def all_columns(table: type[Table], alias: str) -> str:
    """All columns of a table in its own order, for a statement that calls it so."""
    return ", ".join(f"{alias}.{each}" for each in columns_of(table))


async def _rows(table: type[Row], sql: str, statement: Statement, columns: tuple[str, ...] | None = None) -> list[Row]:
    """The rows that a statement reads, which names these columns in this order, or all."""
    reading = Reading(columns or columns_of(table), statement.dialect)
    return maker(table, reading)(await _tuples(sql, statement))


async def _tuples(sql: str, statement: Statement) -> Sequence[Sequence[Any]]:
    """What one statement reads on the current connection, by position."""
    text = sql if statement.dialect == "postgresql" else _as_sqlite(sql)
    found: Sequence[Sequence[Any]] = await cast(Client, _connection()).tuples(text, statement.values)
    return found


def _children(listing: Listing, span: Span, statement: Statement, columns: tuple[str, ...]) -> str:
    """SELECT … LIMIT of one parent's children (the parent is `k.value`), and perhaps one row beyond."""
    conditions = list(listing.conditions) + _bounds(listing.ordering, span)
    where = statement.where(conditions)
    if listing.parent_column:
        where = f"{listing.parent_column} = k.value AND {where}"
    order = _order(listing.ordering, span)
    named, most = ", ".join(columns), span.limit + span.beyond
    return f"SELECT {named} FROM {_name(listing.table)} WHERE {where} ORDER BY {order} LIMIT {most}"


def _order(ordering: Ordering, span: Span) -> str:
    direction = "DESC" if ordering.descending != span.backward else "ASC"
    return ", ".join(f"{key.sql} {direction}" for key in ordering.keys)


def _bounds(ordering: Ordering, span: Span) -> list[Condition]:
    """The rows strictly between the two cursors."""
    keys = ", ".join(key.sql for key in ordering.keys)
    holes = ", ".join("{}" for _ in ordering.keys)
    later, earlier = ("<", ">") if ordering.descending else (">", "<")
    bounds = [(later, span.after), (earlier, span.before)]
    return [Condition(f"({keys}) {sign} ({holes})", tuple(place)) for sign, place in bounds if place is not None]


def _stretch(rows: list[Any], span: Span) -> Stretch:
    """Cut off the row that was read to see whether more follow. The database's own order counts, collation and all."""
    extra, kept = len(rows) > span.limit, rows[: span.limit]
    if span.backward:
        return Stretch(kept[::-1], more_after=span.before is not None, more_before=extra)
    return Stretch(kept, more_after=extra, more_before=span.after is not None)


def many(statement: Statement, values: list[str]) -> str:
    """A bound list as a table `k` with the column `value`; on PostgreSQL also `place`, as numbers sort faster."""
    if statement.dialect == "postgresql":
        return f"unnest({statement.bind(values)}::text[]) WITH ORDINALITY AS k(value, place)"
    return f"json_each({statement.bind(orjson.dumps(values).decode())}) k"


def _name(table: type[Table]) -> str:
    return table._meta.db_table  # Tortoise documents `_meta` and gives it no other name


def _connection() -> BaseDBAsyncClient:
    context = require_context()
    return context.connections.get(context.default_connection or "")


async def look(client: Client, patience: float) -> None:
    """Ask the database whether others have written, unless that was asked less than `patience` seconds ago."""
    now = monotonic()
    if now - client.versions.looked > patience:
        client.versions.found(await client.mark(), now)


def untransacted() -> Client | None:
    """The open database, or None while a transaction is under way, which sees what others do not."""
    connection = _connection()
    return connection if isinstance(connection, _CLIENTS) else None


def client() -> Client:
    """The open database itself, whether or not a transaction is under way."""
    connection: Any = _connection()
    while not isinstance(connection, _CLIENTS):
        connection = connection._parent  # Tortoise's own way out of a transaction has no public name
    return connection
