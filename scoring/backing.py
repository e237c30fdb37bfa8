"""Backing: which cells enough proven reviews back, with hysteresis replayed from the statistics themselves."""

import numpy as np

from scoring.arrays import Flags, Floats, Integers, sums
from scoring.constants import CONSTANTS, Constants
from scoring.estimates import Question, asked
from scoring.months import DAYS, MIDDLE, freshness
from scoring.voices import Statistics, tier_of


def held(statistics: Statistics, question: Question, dimensions: int, constants: Constants = CONSTANTS) -> Flags:
    """Whether each subject is backed in each dimension (subjects, dimensions).

    A cell is backed from the month in which the discounted votes of proven reviews reach 1, and until they fall
    below .8. Nothing is remembered: the months are replayed, so the same rows give everybody the same answer.
    """
    rows = statistics.where(asked(statistics, question) & (statistics.use_case == question.use_case))
    rows = rows.where(tier_of(rows, constants) >= constants.established_tier)
    subjects = rows.models if question.pooled else rows.endpoints
    subject = rows.model_of[rows.endpoint] if question.pooled else rows.endpoint
    cell, cells = subject * dimensions + rows.dimension, subjects * dimensions
    votes = _fresh(rows, constants)
    return _replayed(rows.month, cell, votes, cells, question.now, constants).reshape(-1, dimensions)


def backed(cells: Flags, shares: Floats) -> Flags:
    """Whether each subject is backed in every dimension that is asked for (subjects)."""
    return np.asarray(cells[:, shares > 0].all(axis=1))


def _fresh(rows: Statistics, constants: Constants) -> Floats:
    """Votes of each row on the day they were given."""
    return np.asarray(constants.evidence_weights)[rows.level] * (rows.mass / constants.mass_scale)


def _replayed(month: Integers, cell: Integers, votes: Floats, cells: int, now: float, constants: Constants) -> Flags:
    """The state of each cell after every month so far and after the part of this one that has passed.

    Votes are at their height in the middle of a month, when its own are new, and lowest at its end.
    """
    state, mass, last = np.zeros(cells, dtype=np.bool_), np.zeros(cells), int(now)
    half = 2.0 ** (-DAYS * MIDDLE / constants.half_life_days)
    for each in range(int(month.min(initial=last)), last + 1):
        given = month == each
        height = mass * half + sums(cell[given], votes[given], cells)
        mass = height * half if each < last else _today(month, cell, votes, cells, now, constants)
        state |= np.maximum(height, mass) >= constants.established_from
        state &= mass >= constants.established_until
    return state


def _today(month: Integers, cell: Integers, votes: Floats, cells: int, now: float, constants: Constants) -> Floats:
    return sums(cell, votes * freshness(month, now, constants.half_life_days), cells)
