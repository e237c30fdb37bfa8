"""Baselines: the mean of all models in one use case and dimension, which everything else is measured against."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from scoring.constants import CONSTANTS, Constants
from scoring.months import ages
from scoring.weights import freshness


@dataclass(frozen=True, slots=True)
class Rated:
    """One rating as baselines see it; `cell` names its use case and dimension."""

    cell: str
    model: str
    stars: float
    level: int
    track_record: float
    month: int


def measured(ratings: Iterable[Rated], now: float, constants: Constants = CONSTANTS) -> dict[str, float]:
    """The baseline of each cell in stars (rating model: baselines): the mean over models of their means.

    A model counts by its weight of ratings, at most `baseline_mass`; beside them stands the mid-scale prior with
    the weight of one model held to it, so that a single rating does not become the baseline of everything.
    """
    mass: dict[tuple[str, str], float] = defaultdict(float)
    total: dict[tuple[str, str], float] = defaultdict(float)
    for rating in ratings:
        weight = _weight(rating, now, constants)
        mass[rating.cell, rating.model] += weight
        total[rating.cell, rating.model] += weight * rating.stars
    return _means(mass, total, constants)


def _weight(rating: Rated, now: float, constants: Constants) -> float:
    age = float(ages(np.array(rating.month), now))
    return constants.evidence_weights[rating.level] * rating.track_record * freshness(age, constants)


def _means(
    mass: dict[tuple[str, str], float], total: dict[tuple[str, str], float], constants: Constants
) -> dict[str, float]:
    weight: dict[str, float] = defaultdict(lambda: constants.kappa_parent)
    stars: dict[str, float] = defaultdict(lambda: constants.kappa_parent * constants.baseline)
    for (cell, model), held in mass.items():
        capped = min(held, constants.baseline_mass)
        weight[cell] += capped
        stars[cell] += capped * total[cell, model] / held if held else 0.0
    return {cell: stars[cell] / weight[cell] for cell in sorted(weight)}
