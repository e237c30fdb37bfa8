"""Where things lie in the drawings: pure arithmetic over what a page was answered, in pixels of the drawing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import floor, log10
from typing import Any

Row = Mapping[str, Any]
WIDTH, HEIGHT = 620.0, 150.0
YEARS_BEFORE = 0.06  # how much of the axis an undated beginning takes


@dataclass(frozen=True)
class Scale:
    """A linear axis from `low` to `high` over `length` pixels; falling axes have a negative one."""

    low: float
    high: float
    length: float

    def place(self, value: float) -> float:
        """Pixels from the axis' beginning; what lies outside is drawn at the end it lies beyond."""
        share = (value - self.low) / ((self.high - self.low) or 1.0)
        return round(min(1.0, max(0.0, share)) * self.length, 1)

    @property
    def ticks(self) -> list[float]:
        """Round values inside the axis, three to nine of them."""
        step = round_step((self.high - self.low) / 5)
        first = floor(self.low / step)
        values = [round((first + n) * step, 10) for n in range(12)]
        return [value for value in values if self.low <= value <= self.high]


@dataclass(frozen=True)
class Step:
    """One price while it held."""

    left: float
    right: float
    height: float
    usd: str


@dataclass(frozen=True)
class PriceChart:
    """Output and input prices over time, oldest first, and the days to write below."""

    output: list[Step]
    input: list[Step]
    days: list[tuple[float, str]]
    ticks: list[tuple[float, float]]


def round_step(rough: float) -> float:
    """The smallest of 1, 2, 5, 10, … times a power of ten that is at least `rough`; 1 for a point."""
    if rough <= 0:
        return 1.0
    unit: float = 10.0 ** floor(log10(rough))
    return next(unit * times for times in (1, 2, 5, 10) if unit * times >= rough * (1 - 1e-9))


def axis(values: Iterable[float], length: float) -> Scale:
    """An axis that holds all values with some room at both ends."""
    found = list(values) or [0.0]
    low, high = min(found), max(found)
    room = (high - low) * 0.06 or abs(high) * 0.1 or 1.0
    return Scale(low - room if low < 0 or low - room > 0 else min(low, 0.0), high + room, length)


def price_chart(prices: Sequence[Row]) -> PriceChart | None:
    """The prices that hold whatever the time of day and size, spaced by time; None unless there are two.

    A price that is not known to have begun starts at the left edge; the one of today ends on the day it was checked.
    """
    dated = sorted((each for each in prices if each["condition"] is None), key=lambda each: each["validFrom"] or "")
    if len(dated) < 2:
        return None
    days = sorted({day for each in dated if (day := each["validFrom"])} | {last_day(each) for each in dated})
    scale = Scale(ordinal(days[0]), ordinal(days[-1]), WIDTH)
    if any(each["validFrom"] is None for each in dated):
        scale = Scale(scale.low - (scale.high - scale.low or 1) * YEARS_BEFORE, scale.high, WIDTH)
    heights = axis([0.0, *(float(each[name]) for each in dated for name in PRICES if each[name])], -HEIGHT)
    ticks = [(HEIGHT + heights.place(value), value) for value in heights.ticks]
    output, input_ = (steps(dated, name, scale, heights) for name in PRICES)
    starts = [(scale.place(ordinal(each["validFrom"])), each["validFrom"]) for each in dated if each["validFrom"]]
    return PriceChart(output, input_, spaced([*starts, (scale.length, days[-1])]), ticks)


PRICES = ("outputUsdPerMtok", "inputUsdPerMtok")


def steps(dated: Sequence[Row], name: str, scale: Scale, heights: Scale) -> list[Step]:
    """The known prices of one kind; each holds until its last day."""
    return [
        Step(
            scale.place(ordinal(each["validFrom"])) if each["validFrom"] else 0.0,
            scale.place(ordinal(last_day(each)) + (each["validTo"] is not None)),  # through its last day
            round(HEIGHT + heights.place(float(each[name])), 1),
            each[name],
        )
        for each in dated
        if each[name]
    ]


def last_day(price: Row) -> str:
    return str(price["validTo"] or price["checkedOn"])


def ordinal(day: str) -> int:
    return date.fromisoformat(day).toordinal()


def spaced(labels: Sequence[tuple[float, str]], apart: float = 80.0) -> list[tuple[float, str]]:
    """The labels that fit side by side; the last always does."""
    kept = list(labels[-1:])
    for place, label in reversed(labels[:-1]):
        if kept[-1][0] - place >= apart:
            kept.append((place, label))
    return kept[::-1]


@dataclass(frozen=True)
class HostTable:
    """What was measured of the same weights, a column a host: rows are (metric, unit, conditions, day, by host)."""

    hosts: list[str]
    rows: list[tuple[Row, dict[str, Row]]]


def host_table(results: Sequence[Row]) -> HostTable:
    """Figures of one metric under one configuration on one day stand in one row."""
    rows: dict[tuple[Any, ...], tuple[Row, dict[str, Row]]] = {}
    for each in results:
        alike = tuple(each[name] for name in ("metric", "unit", "configuration", "concurrency", "reportedOn"))
        rows.setdefault((*alike, each["source"]["name"]), (each, {}))[1].setdefault(each["host"], each)
    return HostTable(sorted({each["host"] for each in results}), list(rows.values()))


def sources(rows: Sequence[Row]) -> list[Row]:
    """The sources of all rows, each once, by name."""
    found = {each["source"]["name"]: each["source"] for each in rows}
    return [found[name] for name in sorted(found)]
