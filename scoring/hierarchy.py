"""The hierarchy: ladders standing on each other, from all models down to one dimension of one endpoint.

A model is held to the baseline, an endpoint to its model, and either in one use case to itself over all of them.
Each subject has an overall besides its dimensions, because what is good tends to be good in everything: all its
dimensions tell its overall, and each is held to that. What a cell is held to is a sum of several, taken rung by
rung, so that no tier is heard in a rung above its own. Cells are numbered subject · dimensions + dimension.
"""

from dataclasses import dataclass

import numpy as np

from scoring.arrays import Integers
from scoring.constants import Constants
from scoring.crowds import Crowd, Rule, draw
from scoring.holds import Hold, baseline, shares
from scoring.ladder import Climb, climb
from scoring.voices import Statistics, Voices


@dataclass(frozen=True, slots=True)
class Above:
    """What is said over all use cases: the `models` (cells), and how far `endpoints` lie from theirs, if asked for."""

    models: Hold
    endpoints: Hold | None


@dataclass(frozen=True, slots=True)
class Height:
    """The spreads at one height of the hierarchy in stars²: of subjects' `overall`, and of `dimensions` about it."""

    overall: float
    dimension: float
    dimensions: int
    constants: Constants

    def kappa(self, spread: float) -> float:
        """How many ratings a spread is worth."""
        return self.constants.residual_variance / spread

    def climbed(self, crowd: Crowd, profile: Hold, effect: Hold | None = None) -> tuple[Climb, Hold]:
        """Climb for each cell, held to the profile as raised by the subject's overall; and what that holds."""
        firm = self.kappa(self.dimension)
        held = profile.raised(self.risen(crowd.thinned(draw(firm)), profile, effect), self.dimensions)
        found = climb(crowd, held, firm, self.dimensions, self.constants)
        return found, found.hold(found.kept(firm) ** 2 * held.common)

    def risen(self, drawn: Crowd, profile: Hold, effect: Hold | None = None) -> Hold:
        """How far each subject's overall lies from its profile's, an `effect` known of it to begin with.

        Every dimension is one draw, and all of one review share a halo, so they tell less than as many reviews.
        """
        mean = profile.mean(shares(drawn.masses(), self.dimensions))
        halo = 1 + (self.dimensions - 1) * self.constants.dimension_correlation
        subjects = drawn.cells // self.dimensions
        together = drawn.softened(1 / halo).among(np.repeat(np.arange(subjects), self.dimensions), subjects)
        held = mean if effect is None else mean.plus(effect)
        return climb(together, held, self.kappa(self.overall), constants=self.constants).hold().less(mean)


def above(voices: Voices, use_cases: int, dimensions: int, constants: Constants, *, pooled: bool = False) -> Above:
    """Climb over all use cases; what only endpoints need is left out where the subjects are `pooled`.

    The crowd's cells are use case · cells of endpoints + cell. It is the largest there is, and ends here.
    """
    rows = voices.rows
    crowd = voices.gathered(_cell(rows, dimensions), use_cases * rows.endpoints * dimensions, constants)
    models = _models(crowd, rows, use_cases, dimensions, constants)
    if pooled:
        return Above(models, None)
    profile = models.of(_cells(rows.model_of, dimensions))
    return Above(models, _endpoints(crowd, profile, use_cases, dimensions, constants))


def _cell(rows: Statistics, dimensions: int) -> Integers:
    """The cell of each row in a crowd of all use cases (rows)."""
    return (rows.use_case.astype(rows.endpoint.dtype) * rows.endpoints + rows.endpoint) * dimensions + rows.dimension


def _models(crowd: Crowd, rows: Statistics, use_cases: int, dimensions: int, constants: Constants) -> Hold:
    """Climb for every model over all its use cases; an endpoint is one draw around it, and a use case another."""
    count = rows.models
    here = np.arange(use_cases)[:, None] * count * dimensions + _cells(rows.model_of, dimensions)
    drawn = crowd.thinned(_endpoint(constants)).among(here.ravel(), use_cases * count * dimensions)
    between = constants.residual_variance / sum(constants.model_use_case_spread)
    everywhere = np.tile(np.arange(count * dimensions), use_cases)
    drawn = drawn.thinned(draw(between)).among(everywhere, count * dimensions)
    height = Height(*constants.model_spread, dimensions, constants)
    return height.climbed(drawn, baseline(len(constants.tier_saturation) + 2, drawn.cells))[1]


def pooled(here: Voices, above: Above, dimensions: int, constants: Constants) -> Climb:
    """Climb for every model in one use case, all its endpoints' voices pooled as if they spoke of one."""
    cell = here.model * dimensions + here.rows.dimension
    crowd = here.gathered(cell, here.rows.models * dimensions, constants)
    return Height(*constants.model_use_case_spread, dimensions, constants).climbed(crowd, above.models)[0]


def endpoints(here: Voices, above: Above, dimensions: int, constants: Constants) -> Climb:
    """Climb for every endpoint in one use case, held to its model there; each is one draw around it.

    What it is over all use cases, beside its model over all of them, is added to what its model is here.
    """
    rows = here.rows
    crowd = here.gathered(rows.endpoint * dimensions + rows.dimension, rows.endpoints * dimensions, constants)
    own = _cells(rows.model_of, dimensions)
    drawn = crowd.thinned(_endpoint(constants)).among(own, rows.models * dimensions)
    _, kin = Height(*constants.model_use_case_spread, dimensions, constants).climbed(drawn, above.models)
    height = Height(*constants.endpoint_use_case_spread, dimensions, constants)
    return height.climbed(crowd, kin.of(own), above.endpoints)[0]


def _endpoints(crowd: Crowd, profile: Hold, use_cases: int, dimensions: int, constants: Constants) -> Hold:
    """How far every endpoint lies from its model over all use cases, each of which is one draw."""
    overall, dimension = constants.endpoint_use_case_spread
    height = Height(constants.endpoint_spread, dimension, dimensions, constants)
    crowd = crowd.thinned(draw(height.kappa(dimension)))
    subject = np.arange(crowd.cells) // dimensions
    crowd = crowd.thinned_among(draw(height.kappa(overall)), subject, crowd.cells // dimensions)
    cells = crowd.cells // use_cases
    return height.risen(crowd.among(np.tile(np.arange(cells), use_cases), cells), profile)


def _endpoint(constants: Constants) -> Rule:
    """An endpoint in a use case is one draw around its model there."""
    return draw(constants.residual_variance / (constants.endpoint_spread + sum(constants.endpoint_use_case_spread)))


def _cells(subjects: Integers, dimensions: int) -> Integers:
    return (subjects[:, None] * dimensions + np.arange(dimensions)).ravel()
