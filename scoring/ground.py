"""The ground a rating stands on: what all others say of its cell, so that nobody is measured against themselves.

A location is a weighted mean held to its parent: an endpoint in a use case to its model there, that to the model,
and the model to the baseline. An author's own share is taken out of every mean on the way.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from scoring.arrays import Flags, Floats, Integers, sums
from scoring.constants import Constants
from scoring.crowds import Rule, draw, saturation
from scoring.ratings import Ratings

LADDER = (3, 0)  # tiers: those with proof, and with them everybody
Said = tuple[Floats, Floats, Floats]  # location, variance and mass, each (rows)


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


Heights = tuple[tuple[Places, Floats, float], ...]  # cells, weights (rows) and κ, the highest first


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
    heights = (
        (where.model, in_model.weight, constants.kappa_parent),
        (where.kin, among_kin.weight, constants.kappa_cell),
        (where.endpoint, own.weight, constants.kappa_cell),
    )
    said = _said(heights, heard.tier >= LADDER[0], residual, constants)
    for before, tier in pairwise(LADDER):
        step = sum(constants.ladder_steps[tier:before])
        said = _limited(said, _said(heights, heard.tier >= tier, residual, constants), step)
    proven = np.where(heard.tier >= constants.established_tier, heard.weight, 0.0)
    voice = own.weight / np.maximum(1.0, sums(reviewer, own.weight, int(reviewer.max(initial=-1)) + 1))[reviewer]
    return Ground(*said, where.endpoint.others(proven), voice)


def _said(heights: Heights, speaks: Flags, residual: Floats, constants: Constants) -> Said:
    """What those who speak (rows) say of each cell, its author left out."""
    location, variance, mass = np.zeros_like(residual), np.zeros_like(residual), np.zeros_like(residual)
    for places, weight, kappa in heights:
        heard = weight * speaks
        mass = np.maximum(places.others(heard), 0.0)
        held = kappa / (kappa + mass)
        location = held * location + places.others(heard * residual) / (kappa + mass)
        variance = constants.residual_variance / (kappa + mass) + held**2 * variance
    return location, variance, mass


def _limited(strong: Said, everybody: Said, step: float) -> Said:
    """What everybody says, within so many standard errors of what the stronger say; beyond, theirs is as sure."""
    reach = step * np.sqrt(strong[1])
    location = np.clip(everybody[0], strong[0] - reach, strong[0] + reach)
    stopped = location != everybody[0]
    return location, np.where(stopped, strong[1], everybody[1]), np.where(stopped, strong[2], everybody[2])


def _places(reviewer: Integers, cell: Integers, cells: int) -> Places:
    keys, pair = np.unique(reviewer * cells + cell, return_inverse=True)
    return Places(cell, cells, pair, len(keys))
