"""Rankings: the client's own weights over the dimensions, and how firm the order they give is."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from scoring.arrays import Flags, Floats, Integers
from scoring.constants import CONSTANTS, Constants
from scoring.estimates import stars
from scoring.ranks import Ranks


class Sort(StrEnum):
    """What a ranking is sorted by, best first."""

    SCORE = "score"
    LOWER_BOUND = "lower bound"
    BEST = "probability of being best"


@dataclass(frozen=True, slots=True)
class Composites:
    """One figure for each subject (subjects): `score`, `low` and `high` (95 %) in stars, `variance` in stars².

    `bound`, also in stars, is the score less 1.28 standard deviations, not clipped, so that the unknown do not lead.
    """

    score: Floats
    variance: Floats
    low: Floats
    high: Floats
    bound: Floats


def normalise(weights: Sequence[float]) -> Floats:
    """Scale weights to sum 1, however large or small they are.

    Raises ValueError for weights that are negative, not finite, or all zero.
    """
    given = np.asarray(weights, dtype=np.float64)
    if not np.isfinite(given).all() or (given < 0).any():
        raise ValueError("Every weight must be a finite number, zero or more.")
    if not given.any():
        raise ValueError("At least one weight must be above zero.")
    scaled = given / given.max()  # first, lest the sum overflow
    shares: Floats = scaled / scaled.sum()
    return shares


def composites(
    scores: Floats, variances: Floats, weights: Sequence[float], constants: Constants = CONSTANTS
) -> Composites:
    """Combine the dimensions (rating model: composite): Σws with variance (1 - r)Σw²V + r(Σw√V)².

    `scores` and `variances` are (subjects, dimensions), `weights` (dimensions) need not sum to 1; r is how far
    dimensions share their errors.
    """
    shares, rho = normalise(weights), constants.dimension_correlation
    score = scores @ shares
    variance = (1 - rho) * (variances @ shares**2) + rho * (np.sqrt(variances) @ shares) ** 2
    deviation = np.sqrt(variance)
    margin = constants.interval_z * deviation
    bound = score - constants.lower_bound_z * deviation
    return Composites(score, variance, stars(score - margin), stars(score + margin), bound)


def review_backed(
    established: Floats,
    weights: Sequence[float],
    already: Flags | None = None,
    constants: Constants = CONSTANTS,
) -> Flags:
    """Whether each subject's standing is review-backed (subjects); provisional if not.

    `established` (subjects, dimensions) must reach 1 vote in every dimension asked for (weight above zero); a
    standing `already` review-backed (subjects) stays so until one of them falls below .8.
    """
    held = np.zeros(len(established), dtype=np.bool_) if already is None else already
    threshold = np.where(held, constants.established_until, constants.established_from)
    enough: Flags = established[:, normalise(weights) > 0] >= threshold[:, None]
    return np.asarray(enough.all(axis=1))


def order(composites: Composites, ranks: Ranks, by: Sort = Sort.LOWER_BOUND) -> Integers:
    """Places of the subjects (subjects), best first; equals stay in order of score, then of their place."""
    key = {Sort.SCORE: composites.score, Sort.LOWER_BOUND: composites.bound, Sort.BEST: ranks.best}[by]
    return np.lexsort((-composites.score, -key))
