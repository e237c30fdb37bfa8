"""Rows made of what the drivers hand over, several times faster than Tortoise's own way: one generated comprehension
for each table and choice of columns.

Its text holds names of columns of our own tables and numbers, and nothing that anybody sent.
"""

from collections import deque
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cache, partial
from itertools import repeat
from typing import Any, NamedTuple, TypeVar, cast

from tortoise.fields import BooleanField, CharField, FloatField, IntField, TextField
from tortoise.models import Model as Table

from db.fields import InstantField, instants

Row = TypeVar("Row", bound=Table)
Record = Sequence[Any]
Maker = Callable[[Sequence[Record]], list[Any]]
_AS_IT_IS = (
    CharField,
    TextField,
    IntField,
    FloatField,
    BooleanField,
    InstantField,
)  # what every driver hands over as the field has it; moments are made beforehand, all at once
_hold = Table.__dict__["__dict__"].__set__  # Tortoise's own assignment is written in Python
_TRUTH = {0: False, 1: True, None: None}


class Reading(NamedTuple):
    """How records of a table are read: the columns in their order, and who hands them over.

    Records begin with as many values `before` the columns; `spelled` ones have their floats as text.
    """

    columns: tuple[str, ...]
    dialect: str
    before: int = 0
    spelled: bool = False


@cache
def columns_of(table: type[Table]) -> tuple[str, ...]:
    """All columns of a table."""
    return tuple(table._meta.fields_db_projection.values())  # Tortoise documents `_meta` and gives it no other name


def chosen(table: type[Table], only: frozenset[str] | None) -> tuple[str, ...]:
    """The columns of a table that are wanted, and the key; all for None."""
    columns = columns_of(table)
    return columns if only is None else tuple(each for each in columns if each in only or each == "id")


@cache
def floats(table: type[Table]) -> frozenset[str]:
    """The columns that hold floats."""
    return frozenset(each for each in columns_of(table) if isinstance(_field(table, each), FloatField))


@cache
def maker(table: type[Table], reading: Reading) -> Maker:
    """What makes rows of records.

    Rows without some of the columns are only shown: they raise AttributeError where another is asked for, or where
    they are to be saved.
    """
    whole = len(reading.columns) == len(columns_of(table))
    names: dict[str, Any] = {"made": partial(_made, table), "stored": _stored(table), "moments": _moments}
    pairs = [_pair(place, table, column, reading, names) for place, column in enumerate(reading.columns)]
    values = [*["_"] * reading.before, *(f"v{place}" for place in range(len(reading.columns)))]
    moments = [place for place, column in enumerate(reading.columns) if _is_moment(table, column)]
    noted = ["**stored, '_await_when_save': {}"] if whole else []
    row = "{" + ", ".join([*noted, *pairs]) + "}"
    held = ", ".join([f"({', '.join(values)},)", *(f"v{place}" for place in moments)])
    columns = ", ".join(["records", *(f"moments(records, {reading.before + place})" for place in moments)])
    text = f"lambda records: made([{row} for {held} in {f'zip({columns})' if moments else 'records'}])"
    return cast(Maker, eval(text, names))  # noqa: S307  # the text is ours, see above


def _moments(records: Sequence[Record], place: int) -> list[datetime | None]:
    """The moments that stand at one place of all records."""
    return instants([record[place] for record in records])


def _is_moment(table: type[Table], column: str) -> bool:
    return isinstance(_field(table, column), InstantField)


def _made(table: type[Row], values: list[dict[str, Any]]) -> list[Row]:
    """A row of each dictionary of what it holds, without a call in Python for each."""
    rows: list[Row] = list(map(object.__new__, repeat(table, len(values))))
    deque(map(_hold, rows, values), maxlen=0)
    return rows


def _stored(table: type[Table]) -> dict[str, bool]:
    """What Tortoise notes of a row that is in the database."""
    own_key = table._meta.db_pk_column not in table._meta.generated_db_fields
    return {"_partial": False, "_saved_in_db": True, "_custom_generated_pk": own_key}


def _pair(place: int, table: type[Table], column: str, reading: Reading, names: dict[str, Any]) -> str:
    text, names[f"c{place}"] = _conversion(_field(table, column), reading)
    return f"{column!r}: {text.format(c=f'c{place}', v=f'v{place}')}"


def _field(table: type[Table], column: str) -> Any:
    return table._meta.fields_map[table._meta.fields_db_projection_reverse[column]]


def _conversion(field: Any, reading: Reading) -> tuple[str, Any]:
    """How a column becomes what its field holds, as text with the value `v`, and what stands for `c` in it."""
    if members := {each.value: each for each in getattr(field, "enum_type", ())}:
        return "{c}[{v}]", {**members, None: None}
    if isinstance(field, BooleanField) and reading.dialect == "sqlite":
        return "{c}[{v}]", _TRUTH
    if isinstance(field, FloatField) and reading.spelled:
        return "(None if {v} is None else {c}({v}))", float
    if isinstance(field, _AS_IT_IS):
        return "{v}", None
    return "{c}({v})", field.to_python_value
