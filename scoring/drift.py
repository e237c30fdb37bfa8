"""Drift: how fast deployments wander, from how ratings of one cell differ more the more months lie between them."""

import numpy as np

from scoring.arrays import Floats, Integers, sums
from scoring.constants import CONSTANTS, Constants
from scoring.months import DAYS

HALF_YEAR = 6 * DAYS


def drift(cell: Integers, month: Integers, residual: Floats, constants: Constants = CONSTANTS) -> float:
    """Drift in stars² per day, from residuals in stars of evidenced ratings (rows).

    The variogram: half the mean squared difference of ratings d days apart is their spread plus drift·d/2, so
    the slope over d is half the drift. Two months of one cell count as one pair, however many rated in them; the
    stated drift counts 300 pairs half a year apart.
    """
    lags, halves, pairs = _variogram(cell, month, residual, constants)
    middle = (pairs * lags).sum() / max(pairs.sum(), 1.0)
    prior = constants.drift_prior * HALF_YEAR**2
    slope = (pairs * (lags - middle) * halves).sum() + prior * constants.drift_per_day / 2
    return float(np.clip(2 * slope / ((pairs * (lags - middle) ** 2).sum() + prior), *constants.drift_limits))


def _variogram(
    cell: Integers, month: Integers, residual: Floats, constants: Constants
) -> tuple[Floats, Floats, Floats]:
    """Lags in days from one month on, half the mean squared difference at each, and the pairs of months there."""
    first, width = int(month.min(initial=0)), int(np.ptp(month)) + constants.drift_reach + 1 if len(month) else 1
    keys, place = np.unique(cell * width + (month - first), return_inverse=True)
    count = np.bincount(place, minlength=len(keys))
    mean, square = (sums(place, power, len(keys)) / count for power in (residual, residual**2))
    months = np.arange(1, constants.drift_reach + 1)
    pairs, halves = np.zeros(len(months)), np.zeros(len(months))
    for number, lag in enumerate(months):
        found = np.minimum(np.searchsorted(keys, keys + lag), len(keys) - 1)
        early = np.flatnonzero(keys[found] == keys + lag) if len(keys) else found
        late = found[early]
        pairs[number] = len(early)
        apart = square[early] + square[late] - 2 * mean[early] * mean[late]
        halves[number] = apart.sum() / 2 / max(len(early), 1)
    return np.asarray(months * DAYS, dtype=np.float64), halves, pairs
