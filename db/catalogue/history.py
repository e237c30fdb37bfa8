"""What becomes of an endpoint's price periods when its source is read again: a changed price ends the one before.

A source that dates its prices itself is taken at its word. One that only says what holds today is dated by the day
on which it was checked: the price before ends the day before.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from db.catalogue.store import key_id
from db.tables import PricePeriod

_RATES = tuple(f"{unit}_usd_per_mtok" for unit in ("input", "output", "cache_read", "cache_write"))
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Statement:
    """What one source states about an endpoint's prices, as of the day on which it was checked."""

    slug: str
    source: str
    checked_on: date
    rows: list[PricePeriod]


def period_id(slug: str, valid_from: date | None, condition: str | None) -> str:
    """The id of the period of an endpoint that begins on a day under a condition."""
    return key_id("prc", slug, valid_from.isoformat() if valid_from else "", condition or "")


def succeed(held: Sequence[PricePeriod], stated: Statement) -> list[PricePeriod]:
    """The periods that hold once `stated` has been read; the same statement again changes nothing.

    Prices of another source are no history of this one's: they are left out.
    """
    before: dict[str | None, list[PricePeriod]] = defaultdict(list)
    for row in held:
        if _kind(row.source) == _kind(stated.source):
            before[row.condition].append(row)
    now: dict[str | None, list[PricePeriod]] = defaultdict(list)
    for row in stated.rows:
        now[row.condition].append(row)
    known = any(before.values())
    return [row for condition in before | now for row in _line(before[condition], now[condition], stated, known=known)]


def _kind(source: str) -> str:
    """The source without its version: `genai-prices 0.2.3` continues `genai-prices 0.2.2`."""
    return source.partition(" ")[0]


def _line(
    before: list[PricePeriod], now: list[PricePeriod], stated: Statement, *, known: bool
) -> Iterator[PricePeriod]:
    """The periods of one condition."""
    if now and not _is_undated(now):
        yield from now
        return
    current = next((row for row in before if row.valid_to is None), None)
    yield from (row for row in before if row.valid_to is not None)
    if current is None:
        yield from (_begun(row, stated.checked_on if known else None, stated) for row in now)
    elif stated.checked_on < current.checked_on:
        yield current  # an older statement says nothing about today
    elif now and _rates(now[0]) == _rates(current):
        yield _begun(now[0], current.valid_from, stated)
    else:
        yield from _changed(current, now, stated)


def _changed(current: PricePeriod, now: list[PricePeriod], stated: Statement) -> Iterator[PricePeriod]:
    if stated.checked_on == current.checked_on:  # read twice on one day: a correction
        yield from (_begun(row, current.valid_from, stated) for row in now)
        return
    yield _ended(current, stated.checked_on - _DAY)
    yield from (_begun(row, stated.checked_on, stated) for row in now)


def _is_undated(rows: list[PricePeriod]) -> bool:
    return all(row.valid_from is None and row.valid_to is None for row in rows)


def _rates(row: PricePeriod) -> list[object]:
    return [getattr(row, name) for name in _RATES]


def _begun(row: PricePeriod, day: date | None, stated: Statement) -> PricePeriod:
    row.id, row.valid_from = period_id(stated.slug, day, row.condition), day
    return row


def _ended(row: PricePeriod, day: date) -> PricePeriod:
    return row.clone(pk=row.pk).update_from_dict({"valid_to": day})
