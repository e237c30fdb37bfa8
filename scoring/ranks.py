"""Ranks: how firm an order is, from draws of the composites that are the same for everybody.

Half the draws mirror the other half, so their mean is exact. Sorting, which costs most, runs on integers that hold
how far a draw falls short of the best, above the number of its subject.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring.arrays import Floats, Integers
from scoring.constants import CONSTANTS, Constants

Places = NDArray[np.int32]
CHUNK = 64  # draws at a time: small enough to stay in a processor's cache
BITS = 31  # of a positive 32-bit integer, which sorts fastest
EXACT = 24  # bits of a whole number that a 32-bit float keeps
FARTHEST = 8.0  # standard deviations: no draw of a normal distribution lies beyond
TINY = 1e-6  # stars: a spread below it is none


@dataclass(frozen=True, slots=True)
class Ranks:
    """Ranks by score, from 1 (subjects): `rank`, its 95 % range `low` to `high`, `best` the share of draws led."""

    rank: Integers
    low: Integers
    high: Integers
    best: Floats


def ranks(score: Floats, variance: Floats, version: int, constants: Constants = CONSTANTS) -> Ranks:
    """Rank subjects by score, and from draws of their composites tell how sure the ranks are.

    `score` (subjects) in stars, `variance` (subjects) in stars². `version` numbers the data and seeds the draws.
    """
    best_first = np.lexsort((variance, -score))
    drawn = _drawn(score[best_first], np.sqrt(variance[best_first]), version, constants)
    back = np.argsort(best_first)
    rank = 1 + np.searchsorted(np.sort(-score), -score)
    low, high = (column[back].astype(np.int64) for column in _range(drawn, constants))
    best = np.count_nonzero(drawn == 1, axis=1)[back] / constants.draws
    return Ranks(rank, np.minimum(low, rank), np.maximum(high, rank), best)


def duels(score: Floats, variance: Floats, version: int, constants: Constants = CONSTANTS) -> Floats:
    """The share of the draws in which one subject stands before another (subjects, subjects), 0 with itself.

    Drawn as for `ranks`, so it is meant for the few subjects of a comparison.
    """
    best_first = np.lexsort((variance, -score))
    back = np.argsort(best_first)
    drawn = _drawn(score[best_first], np.sqrt(variance[best_first]), version, constants)[back]
    shares: Floats = (drawn[:, None, :] < drawn[None, :, :]).mean(axis=2)
    return shares


def _drawn(score: Floats, deviation: Floats, version: int, constants: Constants) -> Places:
    """Rank of each subject in each draw (subjects, draws)."""
    random = np.random.default_rng(version)
    room = len(score).bit_length()
    short, spread = _scaled(score, deviation, 2 ** min(BITS - room, EXACT) - 1)
    drawn = np.empty((len(score), constants.draws), dtype=np.int32)
    for start in range(0, constants.draws, CHUNK):
        pairs = min(CHUNK, constants.draws - start) // 2
        noise = random.standard_normal((pairs, len(score)), dtype=np.float32) * spread
        shortfalls = np.concatenate([short + noise, short - noise]).astype(np.int32)
        drawn[:, start : start + 2 * pairs] = _ranked(shortfalls, room).T
    return drawn


def _scaled(score: Floats, deviation: Floats, height: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """How far each score falls short of the highest draw, and its deviation, with all draws within 0 … height."""
    reach = FARTHEST * deviation
    top, bottom = (score + reach).max(initial=-np.inf), (score - reach).min(initial=np.inf)
    scale = height / max(top - bottom, TINY)
    return ((top - score) * scale).astype(np.float32), (deviation * scale).astype(np.float32)


def _ranked(shortfalls: Places, room: int) -> Places:
    """Rank of each subject in each draw (draws, subjects); between equals the one of higher score leads."""
    places = np.arange(shortfalls.shape[1], dtype=np.int32)
    ordered: Places = np.sort(shortfalls << room | places, axis=1) & (2**room - 1)
    ranked = np.empty_like(ordered)
    for ranks_of, subjects in zip(ranked, ordered, strict=True):
        ranks_of[subjects] = places + 1
    return ranked


def _range(drawn: Places, constants: Constants) -> tuple[Places, Places]:
    tail = round((1 - constants.rank_coverage) / 2 * constants.draws)
    ordered = np.sort(drawn, axis=1)
    return ordered[:, tail], ordered[:, -1 - tail]
