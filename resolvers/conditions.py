"""Filters as SQL conditions; None where a filter is not set."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from db.enums import UseCase
from db.queries import Condition
from resolvers.inputs import MeasuredFilter
from resolvers.refusals import BadUserInput

_PRICE = (
    "EXISTS (SELECT 1 FROM price_period p WHERE p.endpoint_id = endpoint.id AND p.condition IS NULL"
    " AND (p.valid_from IS NULL OR p.valid_from <= {}) AND (p.valid_to IS NULL OR p.valid_to >= {}) AND p.? <= {})"
)
_MEASURED = (
    "EXISTS (SELECT 1 FROM pooled_measurement f WHERE f.endpoint_id = endpoint.id AND f.use_case = {}"
    " AND f.metric = {} AND f.value <= {} AND f.value >= {} AND f.n >= {})"
)
_MOST_RANGES, _HIGHEST_FIGURE = 10, 1e15
_HIGHEST_USD = Decimal(1_000_000)
_LONGEST_PART = 200  # characters; SQLite gives up on a LIKE pattern of 50,000 bytes


def unknowable(text: str, value: Any) -> Condition | None:
    """`text` with `value` bound, if it is set; rows where the column is unknown do not pass."""
    return None if value is None else Condition(text, (value,))


def equal(column: str, value: Any) -> Condition | None:
    """The column has this value."""
    return unknowable(f"{column} = {{}}", value)


def contains(columns: tuple[str, ...], part: str | None, *path: str) -> Condition | None:
    """One of the columns contains the text, whatever the case of its letters; `path` leads to the argument."""
    if not part:
        return None
    if len(part) > _LONGEST_PART:
        raise BadUserInput(f"{len(part):,} characters; search for at most {_LONGEST_PART}.", *path)
    escaped = part.lower().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    text = " OR ".join(f"LOWER({column}) LIKE {{}} ESCAPE '\\'" for column in columns)
    return Condition(f"({text})", (f"%{escaped}%",) * len(columns))


def one_of(text: str, values: list[str] | None, *path: str) -> Condition | None:
    """`text` holds for one of the values; `{}` in it becomes the list, and `path` leads to the argument."""
    if values is None:
        return None
    if not 1 <= len(values) <= 100:
        raise BadUserInput(f"{len(values)} values; name 1 to 100, or leave the filter out.", *path)
    holes = ", ".join("{}" for _ in values)
    return Condition(text.format(holes), tuple(values))


def level_at_least(column: str, level: int | None, *path: str) -> Condition | None:
    """The scoring level is at least this; `path` leads to the argument."""
    if level is not None and not 0 <= level <= 5:
        raise BadUserInput("A scoring level is 0 to 5.", *path)
    return unknowable(f"{column} >= {{}}", level)


def price_at_most(column: str, usd: Decimal | None, today: date, *path: str) -> Condition | None:
    """The endpoint's unconditional list price of today is at most this; `path` leads to the argument."""
    if usd is None:
        return None
    if not (usd.is_finite() and 0 <= usd <= _HIGHEST_USD):
        raise BadUserInput(f"A price is 0 to {_HIGHEST_USD} USD.", *path)
    return Condition(_PRICE.replace("?", column), (today, today, int(usd * 1_000_000)))


def measured_in(wanted: list[MeasuredFilter] | None, use_case: UseCase, *path: str) -> list[Condition]:
    """The endpoint's pooled figures are all in their ranges; `path` leads to the argument."""
    if wanted is None:
        return []
    if not 1 <= len(wanted) <= _MOST_RANGES:
        raise BadUserInput(f"{len(wanted)} ranges; name 1 to {_MOST_RANGES}, or leave the filter out.", *path)
    return [_measured(each, use_case, *path) for each in wanted]


def _measured(wanted: MeasuredFilter, use_case: UseCase, *path: str) -> Condition:
    for bound in (wanted.at_most, wanted.at_least):
        if bound is not None and not 0 <= bound <= _HIGHEST_FIGURE:
            raise BadUserInput(f"A figure is 0 to {_HIGHEST_FIGURE:.0e}.", *path)
    most = _HIGHEST_FIGURE if wanted.at_most is None else wanted.at_most
    values = (use_case.value, wanted.metric.value, float(most), float(wanted.at_least or 0), wanted.min_n or 0)
    return Condition(_MEASURED, values)


def since(column: str, day: date | None) -> Condition | None:
    """The moment is on this day (UTC) or later."""
    return None if day is None else unknowable(f"{column} >= {{}}", _midnight(day))


def until(column: str, day: date | None) -> Condition | None:
    """The moment is on this day (UTC) or before."""
    if day is None or day == date.max:
        return None
    return unknowable(f"{column} < {{}}", _midnight(day + timedelta(days=1)))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=UTC)
