"""Rank correlations of two columns, over many resamplings of their rows at once.

A resampling is how often each row is drawn. Ranks, and pairs in and out of order, are then products of the draws with
a matrix of comparisons, so that thousands of resamplings cost a few matrix products.
"""

import numpy as np

from scoring.arrays import Floats

DRAWS = 4000
SEED = 20_240_614  # any number of ours: the same data give everybody the same interval


def drawings(rows: int, seed: int = SEED, draws: int = DRAWS) -> Floats:
    """How often each row is drawn (draws, rows), `rows` times with replacement each."""
    picked = np.random.default_rng(seed).integers(0, rows, (draws, rows)) + rows * np.arange(draws)[:, None]
    return np.bincount(picked.ravel(), minlength=draws * rows).reshape(draws, rows).astype(np.float64)


def whole(rows: int) -> Floats:
    """The one drawing that takes every row once (1, rows)."""
    return np.ones((1, rows))


def spearman(x: Floats, y: Floats, drawn: Floats) -> Floats:
    """Spearman's rho of each drawing (draws): Pearson's correlation of the ranks, equals sharing their mean rank.

    NaN where a column is constant in the drawing.
    """
    first, second = _centred(x, drawn), _centred(y, drawn)
    heavy, light = drawn * first, drawn * second
    return _ratio(_dots(heavy, second), np.sqrt(_dots(heavy, first) * _dots(light, second)))


def kendall(x: Floats, y: Floats, drawn: Floats) -> Floats:
    """Kendall's tau-b of each drawing (draws): concordant less discordant pairs, over √(untied in x · untied in y).

    NaN where a column is constant in the drawing. (Kendall, 1945.)
    """
    across, along = _signs(x), _signs(y)
    return _ratio(_pairs(across * along, drawn), np.sqrt(_pairs(np.abs(across), drawn) * _pairs(np.abs(along), drawn)))


def _centred(values: Floats, drawn: Floats) -> Floats:
    """Mean rank of each row within each drawing (draws, rows), less the mean of all ranks."""
    before = (values[:, None] > values[None, :]) + 0.5 * (values[:, None] == values[None, :])
    total = drawn.sum(axis=1, keepdims=True)
    ranks: Floats = drawn @ before.T - total / 2
    return ranks


def _signs(values: Floats) -> Floats:
    return np.sign(values[:, None] - values[None, :])


def _pairs(kind: Floats, drawn: Floats) -> Floats:
    """The sum of a matrix over all pairs of drawn rows (draws)."""
    return _dots(drawn @ kind, drawn)


def _dots(one: Floats, other: Floats) -> Floats:
    """The product of each row of one with the same row of the other (draws)."""
    products: Floats = np.einsum("dr,dr->d", one, other)
    return products


def _ratio(above: Floats, below: Floats) -> Floats:
    known = below > 0
    return np.where(known, np.clip(above / np.where(known, below, 1.0), -1, 1), np.nan)
