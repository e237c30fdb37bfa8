"""The top-k gap: what choosing the best few by a benchmark costs where the models are deployed."""

from dataclasses import dataclass

import numpy as np

from scoring.arrays import Floats, Integers


@dataclass(frozen=True, slots=True)
class Top:
    """The best `k` by the field and by the benchmark, each as its mean in the field."""

    best: Floats
    chosen: Floats

    @property
    def points(self) -> Floats:
        """How much worse those chosen by the benchmark are, in the field's unit; never below 0."""
        return np.abs(self.best - self.chosen)

    @property
    def relative(self) -> Floats:
        """The same as a share of the best; NaN where the best is 0."""
        size = np.abs(self.best)
        return np.where(size > 0, self.points / np.where(size > 0, size, 1.0), np.nan)


def top(benchmark: Floats, field: Floats, drawn: Floats, k: int) -> Top:
    """The top k of each drawing (draws) by the field and by the benchmark; more is better in both.

    Between models that are equal in the benchmark the earlier row is taken. A row drawn twice takes two places.
    """
    return Top(
        _mean_of_first(field, np.argsort(-field, kind="stable"), drawn, k),
        _mean_of_first(field, np.argsort(-benchmark, kind="stable"), drawn, k),
    )


def reach(benchmark: Floats, field: Floats, k: int) -> tuple[float, float]:
    """The least and the most that the chosen may reach in the field, however equals in the benchmark are ordered."""
    worst_first, best_first = np.lexsort((field, -benchmark)), np.lexsort((-field, -benchmark))
    return float(field[worst_first[:k]].mean()), float(field[best_first[:k]].mean())


def _mean_of_first(values: Floats, order: Integers, drawn: Floats, k: int) -> Floats:
    left, total = np.full(len(drawn), float(k)), np.zeros(len(drawn))
    for row in order:
        taken = np.minimum(drawn[:, row], left)
        total += taken * values[row]
        left -= taken
        if not left.any():
            break
    return total / k
