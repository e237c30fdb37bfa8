"""One entry of the genai-prices package as plain dated periods.

Its conditional prices, tiers and variants become rows of their own. The period without a condition is the
standard price and holds wherever no other period of the same dates says otherwise.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import zip_longest

from genai_prices.types import (
    ConditionalPrice,
    ModelInfo,
    ModelPrice,
    PriceVariant,
    StartDateConstraint,
    TieredPrices,
    TimeOfDateConstraint,
)

UNITS = ("input_mtok", "output_mtok", "cache_read_mtok", "cache_write_mtok")
_MILLIONTH = Decimal("0.000001")

Rates = tuple[Decimal | None, ...]  # USD per million tokens, in the order of UNITS


class UnexpectedPriceError(ValueError):
    """The package states a price in a way this module does not understand."""


@dataclass(frozen=True, slots=True)
class Period:
    """Prices from one day to another, both included; None is unknown or open."""

    valid_from: date | None
    valid_to: date | None
    condition: str | None
    rates: Rates
    terms: str | None = None
    """The condition without the size of the input."""
    above: int | None = None
    """Input tokens of a request above which it holds; the tier above ends it."""

    @property
    def is_priced(self) -> bool:
        """Whether input or output has a price: a period that prices neither says nothing about a task."""
        return self.rates[0] is not None or self.rates[1] is not None

    def joins(self, later: "Period") -> bool:
        """Whether `later` only continues this period."""
        follows = self.valid_to is not None and self.valid_to + timedelta(days=1) == later.valid_from
        return follows and (self.condition, self.rates) == (later.condition, later.rates)


def periods(model: ModelInfo) -> list[Period]:
    """All periods of one entry, by condition and date. Raises ValueError for what it cannot read."""
    begins = [None, *sorted(set(starts(model)))]
    ends = [begin - timedelta(days=1) for begin in begins if begin] + [None]
    found = [
        replace(tier, valid_from=start, valid_to=end)
        for start, end in zip(begins, ends, strict=True)
        for tier in _rates_on(model, start or date.min)
    ]
    return _joined(sorted(found, key=lambda period: (period.condition or "", period.valid_from or date.min)))


def _joined(found: list[Period]) -> list[Period]:
    joined: list[Period] = []
    for period in found:
        if joined and joined[-1].joins(period):
            joined[-1] = replace(joined[-1], valid_to=period.valid_to)
        else:
            joined.append(period)
    return joined


def _conditional(model: ModelInfo) -> list[ConditionalPrice]:
    return [ConditionalPrice(prices=model.prices)] if isinstance(model.prices, ModelPrice) else model.prices


def starts(model: ModelInfo) -> Iterator[date]:
    """The days on which one of the entry's prices begins."""
    for priced in (*_conditional(model), *(model.price_variants or ())):
        if isinstance(priced.constraint, StartDateConstraint):
            yield priced.constraint.start_date


def _begun(constraint: object, day: date) -> bool:
    if isinstance(constraint, StartDateConstraint):
        return constraint.start_date <= day
    if constraint is None or isinstance(constraint, TimeOfDateConstraint):
        return constraint is None
    raise UnexpectedPriceError(f"a price with a {type(constraint).__name__}")


def _rates_on(model: ModelInfo, day: date) -> Iterator[Period]:
    """What holds on a day, as periods without dates."""
    standard, hourly = _standard(_conditional(model), day)
    yield from _tiers(standard, None)
    for window, price in hourly:
        yield from _tiers(price, _hours(window))
    for words, price in _variants(model.price_variants or [], standard, day):
        if hourly:
            raise UnexpectedPriceError("variants of a price that depends on the time of day")
        yield from _tiers(price, words)


def _standard(
    priced: list[ConditionalPrice], day: date
) -> tuple[ModelPrice, list[tuple[TimeOfDateConstraint, ModelPrice]]]:
    # The package's own rule: the last price whose constraint holds, else the first one.
    hourly: list[tuple[TimeOfDateConstraint, ModelPrice]] = []
    for candidate in reversed(priced):
        if _begun(candidate.constraint, day):
            return candidate.prices, hourly
        if isinstance(candidate.constraint, TimeOfDateConstraint):
            _refuse_overlap(candidate.constraint, [window for window, _ in hourly])
            hourly.append((candidate.constraint, candidate.prices))
    return priced[0].prices, hourly


def _refuse_overlap(window: TimeOfDateConstraint, others: list[TimeOfDateConstraint]) -> None:
    for other in others:
        if window.active(_moment(other.start_time)) or other.active(_moment(window.start_time)):
            raise UnexpectedPriceError("times of day that overlap")


def _variants(variants: list[PriceVariant], standard: ModelPrice, day: date) -> Iterator[tuple[str, ModelPrice]]:
    # The package's own rule: per unit, the first variant that holds replaces the standard price.
    replaced: dict[str, dict[str, Decimal | TieredPrices | None]] = {}
    for variant in variants:
        if isinstance(variant.constraint, TimeOfDateConstraint):
            raise UnexpectedPriceError("a variant that depends on the time of day")
        if _begun(variant.constraint, day):
            words = "; ".join(f"{key.replace('_', ' ')}: {value}" for key, value in variant.when.items())
            stated = {unit: price for unit in UNITS if (price := getattr(variant.prices, unit)) is not None}
            replaced[words] = stated | replaced.get(words, {})
    usual = {unit: getattr(standard, unit) for unit in UNITS}
    for words, stated in replaced.items():
        if usual | stated != usual:
            yield words, ModelPrice(**(usual | stated))


def _tiers(price: ModelPrice, terms: str | None) -> Iterator[Period]:
    values = [getattr(price, unit) for unit in UNITS]
    levels = sorted({tier.start for value in values if isinstance(value, TieredPrices) for tier in value.tiers})
    yield Period(None, None, terms, tuple(_rate(value, None) for value in values), terms)
    for start, end in zip_longest(levels, levels[1:]):
        span = f"input tokens above {start:,}" + (f" up to {end:,}" if end else "")
        words = "; ".join(filter(None, (terms, span)))
        yield Period(None, None, words, tuple(_rate(value, start) for value in values), terms, start)


def _rate(value: Decimal | TieredPrices | None, start: int | None) -> Decimal | None:
    if isinstance(value, TieredPrices):
        reached = [tier.price for tier in value.tiers if start is not None and tier.start <= start]
        value = reached[-1] if reached else value.base
    if value is None:
        return None
    if not value.is_finite() or value < 0:
        raise UnexpectedPriceError("a price that is negative or not a number")
    return value.quantize(_MILLIONTH) or None  # 0 says nothing


def _hours(window: TimeOfDateConstraint) -> str:
    return f"{_moment(window.start_time):%H:%M}\N{EN DASH}{_moment(window.end_time):%H:%M} UTC"


def _moment(at: time) -> datetime:
    return datetime.combine(date(2000, 1, 2), at, tzinfo=at.tzinfo or UTC).astimezone(UTC)
