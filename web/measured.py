"""Measured figures by what they measure, and where their percentiles lie on an axis that the rows of a table share."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log10
from typing import Any

from web.charts import Row, Scale, spaced
from web.scatter import decades

NOTHING = "–"
WIDTH = 220.0
APART = 34.0  # pixels between two labels of the axis
LEAST = 1e-3  # seconds: what is faster is drawn here, as a logarithm of nothing is none
PERCENTILES = ("P50", "P95", "P99")


@dataclass(frozen=True)
class Times:
    """How long one thing takes: its rows in the answer, by percentile, and what to call it."""

    title: str
    rows: Mapping[str, Row]

    @property
    def load(self) -> Row:
        """Any of the rows: they are measured on the same calls."""
        return next(iter(self.rows.values()))


@dataclass(frozen=True)
class Axis:
    """A logarithmic axis of seconds."""

    scale: Scale

    @property
    def ticks(self) -> list[tuple[float, str]]:
        return spaced([(at, f"{value:g}") for at, value in decades(self.scale)], APART)

    def place(self, seconds: float) -> float:
        return self.scale.place(logarithm(seconds))


def by_metric(rows: Iterable[Row]) -> dict[str, Row]:
    """The figures of one use case by what they measure."""
    return {row["metric"]: row for row in rows}


def times(found: Mapping[str, Row], titles: Mapping[str, str]) -> list[Times]:
    """What has percentiles, in the order of its titles."""
    each = {kind: percentiles(found, kind) for kind in titles}
    return [Times(title, each[kind]) for kind, title in titles.items() if each[kind]]


def times_by_host(hosts: Sequence[Row], titles: Mapping[str, str]) -> list[tuple[str, list[Times]]]:
    """Each kind of time that any host has, with the hosts that have it, called by their slugs."""
    found = [(host["slug"], by_metric(host["measurements"])) for host in hosts]
    groups = [
        (title, [each for slug, own in found for each in times(own, {kind: slug})]) for kind, title in titles.items()
    ]
    return [(title, rows) for title, rows in groups if rows]


def percentiles(found: Mapping[str, Row], kind: str) -> dict[str, Row]:
    return {name: found[f"{kind}_{name}"] for name in PERCENTILES if f"{kind}_{name}" in found}


def axis(drawn: Iterable[Times]) -> Axis:
    """An axis for all of them, with some room at both ends."""
    values = [logarithm(row["value"]) for each in drawn for row in each.rows.values()] or [0.0]
    return Axis(Scale(min(values) - 0.1, max(values) + 0.1, WIDTH))


def logarithm(seconds: float) -> float:
    return log10(max(seconds, LEAST))


def quantity(value: float | None, unit: str) -> str:
    """A figure without its unit, but for shares, which are percent."""
    if value is None:
        return NOTHING
    if unit == "RATIO":
        return f"{100 * value:.4g} %"
    return f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"


def between(row: Row) -> str:
    """From where to where its reports lie; empty where they agree, as one report does with itself."""
    low, high = (quantity(row[end], row["unit"]) for end in ("lowest", "highest"))
    return "" if low == high else f"{low.removesuffix(' %')}–{high}"


FILTERS: dict[str, Any] = {
    "by_metric": by_metric,
    "times": times,
    "times_by_host": times_by_host,
    "time_axis": axis,
    "quantity": quantity,
    "between": between,
}
