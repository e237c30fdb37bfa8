"""The hierarchy: three ladders standing on each other, from all models down to one endpoint in one use case.

A model over its use cases is held to the baseline, the model in one use case to the model, and an endpoint in
that use case to its model there. Cells are numbered subject · dimensions + dimension.
"""

import numpy as np

from scoring.arrays import Integers
from scoring.constants import Constants
from scoring.crowds import draw
from scoring.ladder import Climb, climb, ground
from scoring.voices import Voices


def models(voices: Voices, use_cases: int, dimensions: int, constants: Constants) -> Climb:
    """Climb for every model over all its use cases, each use case one draw around the model."""
    rows, model, count = voices.rows, voices.model, voices.rows.models
    within = (model * use_cases + rows.use_case) * dimensions + rows.dimension
    crowd = voices.gathered(within, count * use_cases * dimensions, constants).thinned(draw(constants.kappa_cell))
    above = crowd.among(model * dimensions + rows.dimension, count * dimensions)
    return climb(above.histograms(), ground(above.cells, constants), constants.kappa_parent, constants)


def pooled(here: Voices, parents: Climb, dimensions: int, constants: Constants) -> Climb:
    """Climb for every model in one use case, all its endpoints' voices pooled as if they spoke of one."""
    cell = here.model * dimensions + here.rows.dimension
    crowd = here.gathered(cell, here.rows.models * dimensions, constants)
    return climb(crowd.histograms(), parents, constants.kappa_cell, constants)


def endpoints(here: Voices, parents: Climb, dimensions: int, constants: Constants) -> Climb:
    """Climb for every endpoint in one use case, held to its model there; each is one draw around it."""
    rows = here.rows
    crowd = here.gathered(rows.endpoint * dimensions + rows.dimension, rows.endpoints * dimensions, constants)
    drawn = crowd.thinned(draw(constants.kappa_cell))
    above = drawn.among(here.model * dimensions + rows.dimension, rows.models * dimensions)
    anchors = climb(above.histograms(), parents, constants.kappa_cell, constants)
    held_to = anchors.of(_cells(rows.model_of, dimensions))
    return climb(crowd.histograms(), held_to, constants.kappa_cell, constants)


def _cells(subjects: Integers, dimensions: int) -> Integers:
    return (subjects[:, None] * dimensions + np.arange(dimensions)).ravel()
