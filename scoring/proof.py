"""What proof is worth: evidence weights and the spread of a rating, from how far each level lies from the others."""

from dataclasses import replace

import numpy as np

from scoring.arrays import Floats, sums
from scoring.constants import CONSTANTS, Constants
from scoring.ground import Ground
from scoring.ratings import Ratings


def reweighed(
    ratings: Ratings, ground: Ground, error: Floats, constants: Constants, stated: Constants = CONSTANTS
) -> Constants:
    """The constants with evidence weights and residual variance measured anew from the errors (rows), in stars.

    Each level's spread is the mean squared error less the ground's own variance, over established cells, an
    account at most one voice; the values that were stated count 300 accounts.
    """
    levels = len(stated.evidence_weights)
    expected = constants.residual_variance / np.asarray(constants.evidence_weights)[ratings.level] + ground.variance
    squared = np.minimum(error**2, constants.track_record_cap * expected) - ground.variance
    voice = np.where(ground.established >= constants.established_from, ground.voice, 0.0)
    votes, total = sums(ratings.level, voice, levels), sums(ratings.level, voice * squared, levels)
    spread = _spread(votes, total, stated)
    weights = _weights(votes, total, spread, stated)
    return replace(constants, evidence_weights=tuple(weights.tolist()), residual_variance=spread)


def _spread(votes: Floats, total: Floats, stated: Constants) -> float:
    """Variance of one full-weight rating, from the levels with evidence of operation and up."""
    proven = slice(stated.evidenced_level, None)
    scaled = (total * np.asarray(stated.evidence_weights))[proven].sum()
    prior = stated.evidence_prior
    measured = (scaled + prior * stated.residual_variance) / (votes[proven].sum() + prior)
    return float(np.clip(measured, *stated.residual_variance_limits))


def _weights(votes: Floats, total: Floats, spread: float, stated: Constants) -> Floats:
    """Weight of each level: the spread of a full-weight rating over its own, never above a stronger level's."""
    prior, start = stated.evidence_prior, np.asarray(stated.evidence_weights)
    variance = (total + prior * spread / start) / (votes + prior)
    raw = np.where(votes > 0, spread / np.maximum(variance, spread), start)
    clipped = np.clip(raw, stated.evidence_least, stated.evidence_most)
    return np.asarray(np.minimum.accumulate(clipped[::-1])[::-1], dtype=np.float64)
