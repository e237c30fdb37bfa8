"""Rankings: the client's own weights over the dimensions, and how firm the order they give is."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

import numpy as np

from scoring.arrays import Floats, Integers
from scoring.constants import CONSTANTS, Constants
from scoring.estimates import stars


@dataclass(frozen=True, slots=True)
class Parts:
    """What composites are made of: `score` in stars, `variance` in stars² and its root `deviation`.

    All (subjects, dimensions), each dimension lying in one piece: they are weighed anew for every asker.
    """

    score: Floats
    variance: Floats
    deviation: Floats

    @classmethod
    def of(cls, scores: Floats, variances: Floats) -> "Parts":
        """The parts for scores and variances, however they lie."""
        variance = np.asfortranarray(variances)
        return cls(np.asfortranarray(scores), variance, np.sqrt(variance))


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
    if not all(isfinite(weight) and weight >= 0 for weight in weights):
        raise ValueError("Every weight must be a finite number, zero or more.")
    if not any(weights):
        raise ValueError("At least one weight must be above zero.")
    largest = max(weights)
    scaled = [weight / largest for weight in weights]  # first, lest the sum overflow
    total = sum(scaled)
    return np.array([weight / total for weight in scaled])


def composites(
    scores: Floats, variances: Floats, weights: Sequence[float], constants: Constants = CONSTANTS
) -> Composites:
    """Combine the dimensions (rating model: composite): Σws with variance (1 - r)Σw²V + r(Σw√V)².

    `scores` and `variances` are (subjects, dimensions), `weights` (dimensions) need not sum to 1; r is how far
    dimensions share their errors.
    """
    return combined(Parts.of(scores, variances), normalise(weights), constants)


def combined(parts: Parts, shares: Floats, constants: Constants = CONSTANTS) -> Composites:
    """The composites for `shares` (dimensions) that sum to 1."""
    rho = constants.error_correlation
    score = parts.score @ shares
    variance = (1 - rho) * (parts.variance @ shares**2) + rho * (parts.deviation @ shares) ** 2
    deviation = np.sqrt(variance)
    margin = constants.interval_z * deviation
    bound = score - constants.lower_bound_z * deviation
    return Composites(score, variance, stars(score - margin), stars(score + margin), bound)


def best_first(values: Floats, most: int) -> Integers:
    """The places of the `most` highest values (subjects), at least one, the highest first and equals by place."""
    places = np.arange(len(values))
    if most < len(values):
        places = np.flatnonzero(values >= np.partition(values, -most)[-most])
    return places[np.argsort(-values[places], kind="stable")][:most]
