"""The reality gap: how far the order of models in a benchmark is their order in the field.

Computed for each pair from its own rows, and never stated as a constant: on the public data the gap of the top three
runs from a few percent to more than a quarter, by benchmark and by field.
"""

from dataclasses import dataclass
from math import nan

import numpy as np

from scoring import correlations, tops
from scoring.arrays import Floats

TOLERABLE = 0.05  # of the drawings may say nothing, because a column is constant in them
TAILS = (2.5, 97.5)  # percentiles: a 95 % interval


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure with its 95 % bootstrap percentile interval; the ends are NaN where too many drawings say nothing."""

    value: float
    low: float = nan
    high: float = nan

    @property
    def is_bounded(self) -> bool:
        """Whether it has an interval."""
        return bool(np.isfinite([self.value, self.low, self.high]).all())


NOTHING = Figure(nan)


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far two columns order `n` models alike."""

    n: int
    spearman: Figure
    kendall: Figure


@dataclass(frozen=True, slots=True)
class TopGap:
    """What choosing the `k` best by the benchmark costs in the field.

    `best` and `chosen` are means in the field's unit, `least` and `most` the relative gap however equals in the
    benchmark are ordered.
    """

    k: int
    best: float
    chosen: float
    points: Figure
    relative: Figure
    least: float
    most: float


@dataclass(frozen=True, slots=True)
class Gap:
    """The reality gap of one pair of columns. Ranks (models) are from 1, equals sharing their mean rank."""

    whole: Agreement
    top_half: Agreement
    top: TopGap | None
    benchmark_ranks: Floats
    field_ranks: Floats


def gap(benchmark: Floats, field: Floats, k: int, seed: int = correlations.SEED) -> Gap:
    """The reality gap of models, one row each; more is better in both columns.

    Rows must come in an order that says nothing, such as by name: between equals in the benchmark the earlier is
    chosen. The top half holds the models whose benchmark is at least the median. Without `k` models, no top gap.
    """
    n = len(benchmark)
    upper = benchmark >= np.median(benchmark) if n else np.zeros(0, dtype=np.bool_)
    drawn = correlations.drawings(n, seed)
    return Gap(
        agreement(benchmark, field, drawn),
        agreement(benchmark[upper], field[upper], correlations.drawings(int(upper.sum()), seed)),
        top_gap(benchmark, field, k, drawn) if n >= k else None,
        ranks(benchmark),
        ranks(field),
    )


def agreement(x: Floats, y: Floats, drawn: Floats) -> Agreement:
    """Spearman's rho and Kendall's tau-b with intervals from the drawings (draws, n); no figure below three models."""
    n = len(x)
    if n < 3:
        return Agreement(n, NOTHING, NOTHING)
    whole = correlations.whole(n)
    rho, tau = (
        figure(float(measure(x, y, whole)[0]), measure(x, y, drawn))
        for measure in (correlations.spearman, correlations.kendall)
    )
    return Agreement(n, rho, tau)


def top_gap(benchmark: Floats, field: Floats, k: int, drawn: Floats) -> TopGap:
    """Mean of the k best in the field less that of the k best by the benchmark, and as a share of the first."""
    told, resampled = (tops.top(benchmark, field, each, k) for each in (correlations.whole(len(field)), drawn))
    best, size = float(told.best[0]), abs(float(told.best[0])) or nan
    lowest, highest = tops.reach(benchmark, field, k)
    return TopGap(
        k,
        best,
        float(told.chosen[0]),
        figure(float(told.points[0]), resampled.points),
        figure(float(told.relative[0]), resampled.relative),
        (best - highest) / size,
        (best - lowest) / size,
    )


def figure(value: float, drawn: Floats) -> Figure:
    """A figure with the interval of its drawings."""
    known = drawn[np.isfinite(drawn)]
    if len(known) < (1 - TOLERABLE) * len(drawn):
        return Figure(value)
    low, high = np.percentile(known, TAILS)
    return Figure(value, float(low), float(high))


def ranks(values: Floats) -> Floats:
    """Ranks from 1 for the most (values); equals share their mean rank."""
    above = (values[None, :] > values[:, None]).sum(axis=1)
    equal = (values[None, :] == values[:, None]).sum(axis=1)
    return np.asarray(above + (equal + 1) / 2, dtype=np.float64)
