"""The ground a rating stands on: what all others say of its cell, so that nobody is measured against themselves.

A location is a weighted mean held to its parent: an endpoint in a use case to its model there, that to the model,
and the model to the baseline. An author's own share is taken out of every mean on the way.
"""

from dataclasses import dataclass

import numpy as np

from scoring.arrays import Floats, Integers, sums
from scoring.constants import Constants
from scoring.crowds import Rule, draw, saturation
from scoring.ratings import Ratings


@dataclass(frozen=True, slots=True)
class Heard:
    """How loudly each rating speaks in votes, and from which tier, both (rows)."""

    weight: Floats
    tier: Integers


@dataclass(frozen=True, slots=True)
class Places:
    """Cells at one height: the `cell` of each rating and the `pair` of its author with it, both (rows)."""

    cell: Integers
    cells: int
    pair: Integers
    pairs: int

    def others(self, amount: Floats) -> Floats:
        """Sum of an amount over the ratings that others gave the same cell (rows)."""
        everyone, own = sums(self.cell, amount, self.cells), sums(self.pair, amount, self.pairs)
        return everyone[self.cell] - own[self.pair]

    def own(self, amount: Floats) -> Floats:
        """Sum of an amount over the ratings the same author gave the same cell (rows)."""
        return sums(self.pair, amount, self.pairs)[self.pair]

    def thinned(self, heard: Heard, rule: Rule, constants: Constants) -> Heard:
        """The same ratings, each tier of each cell quietened by a rule for crowds."""
        tiers, place = len(constants.tier_saturation), heard.tier * self.cells + self.cell
        masses = sums(place, heard.weight, tiers * self.cells).reshape(tiers, self.cells)
        return Heard(heard.weight * rule(masses).ravel()[place], heard.tier)


@dataclass(frozen=True, slots=True)
class Map:
    """Where each rating lies: its endpoint in a use case, its model there, and its model, each in a dimension."""

    endpoint: Places
    kin: Places
    model: Places
    baseline: Integers


@dataclass(frozen=True, slots=True)
class Ground:
    """What others say, each (rows): `location` and its `variance`, the `mass` behind it, the votes `established`.

    `voice` is the saturated weight of the rating itself, all of an author's together at most one.
    """

    location: Floats
    variance: Floats
    mass: Floats
    established: Floats
    voice: Floats


def chart(ratings: Ratings) -> Map:
    """Number the cells of all ratings, once for all passes."""
    model = ratings.model_of[ratings.endpoint]
    area = ratings.use_case * ratings.dimensions + ratings.dimension
    areas = ratings.use_cases * ratings.dimensions
    return Map(
        endpoint=_places(ratings.reviewer, ratings.endpoint * areas + area, len(ratings.model_of) * areas),
        kin=_places(ratings.reviewer, model * areas + area, ratings.models * areas),
        model=_places(ratings.reviewer, model * ratings.dimensions + ratings.dimension, ratings.models * areas),
        baseline=area,
    )


def survey(where: Map, reviewer: Integers, heard: Heard, residual: Floats, constants: Constants) -> Ground:
    """Measure the ground of every rating from residuals (rows) and how loudly each is heard.

    Leaving out is linear: the others stay as saturated as they were with the author among them.
    """
    own = where.endpoint.thinned(heard, saturation(constants), constants)
    among_kin = where.endpoint.thinned(own, draw(constants.kappa_cell), constants)
    in_model = where.kin.thinned(among_kin, draw(constants.kappa_cell), constants)
    location, variance, mass = np.zeros_like(residual), np.zeros_like(residual), np.zeros_like(residual)
    heights = (
        (where.model, in_model.weight, constants.kappa_parent),
        (where.kin, among_kin.weight, constants.kappa_cell),
    )
    for places, weight, kappa in (*heights, (where.endpoint, own.weight, constants.kappa_cell)):
        mass = np.maximum(places.others(weight), 0.0)
        held = kappa / (kappa + mass)
        location = held * location + places.others(weight * residual) / (kappa + mass)
        variance = constants.residual_variance / (kappa + mass) + held**2 * variance
    proven = np.where(heard.tier >= constants.established_tier, heard.weight, 0.0)
    voice = own.weight / np.maximum(1.0, sums(reviewer, own.weight, int(reviewer.max(initial=-1)) + 1))[reviewer]
    return Ground(location, variance, mass, where.endpoint.others(proven), voice)


def _places(reviewer: Integers, cell: Integers, cells: int) -> Places:
    keys, pair = np.unique(reviewer * cells + cell, return_inverse=True)
    return Places(cell, cells, pair, len(keys))
