"""One row for each single rating, and what every estimator answers with."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from bench.attack.community import NOW, Community
from scoring.arrays import Floats, Integers, sums
from scoring.constants import CONSTANTS
from scoring.months import DAYS


@dataclass(frozen=True, slots=True)
class Answer:
    """Estimates of every cell (use cases, endpoints, dimensions) in stars; `variance` in stars² where one is given.

    `correlation` is how far the errors of one subject's dimensions are said to agree.
    """

    score: Floats
    low: Floats | None = None
    high: Floats | None = None
    variance: Floats | None = None
    correlation: float = CONSTANTS.dimension_correlation


Estimator = Callable[[Community], Answer]


@dataclass(frozen=True, slots=True)
class Ratings:
    """Single ratings (ratings) with the cell they are about; cells are numbered as `shape` says."""

    cell: Integers
    reviewer: Integers
    stars: Floats
    level: Integers
    age: Floats  # days
    shape: tuple[int, int, int]  # use cases, endpoints, dimensions

    @property
    def cells(self) -> int:
        """How many cells there are."""
        return int(np.prod(self.shape))

    def totals(self, weight: Floats) -> Floats:
        """Sum of a column over the ratings of each cell (cells)."""
        return sums(self.cell, weight, self.cells)

    def common(self, values: Floats, weight: Floats) -> Floats:
        """Weighted mean of a column over all endpoints of a use case and dimension, for each cell (cells)."""
        total, mass = (self.totals(each).reshape(self.shape).sum(axis=1) for each in (weight * values, weight))
        mean = np.where(mass > 0, total / np.where(mass > 0, mass, 1), 3.0)
        return np.broadcast_to(mean[:, None], self.shape).ravel()

    def means(self, weight: Floats, prior: Floats | float = 0.0) -> Floats:
        """Weighted mean of each cell (cells), beside which `prior` ratings stand for the mean of all endpoints."""
        mass, common = self.totals(weight), self.common(self.stars, weight)
        heard = np.where(mass + prior > 0, mass + prior, 1.0)
        return np.where(mass + prior > 0, (self.totals(weight * self.stars) + prior * common) / heard, common)


def ratings(community: Community) -> Ratings:
    """Every single rating of a community."""
    given, shape = community.reviews, community.truth.shape
    dimensions = shape[2]
    subject = given.use_case * shape[1] + given.endpoint
    return Ratings(
        cell=(subject[:, None] * dimensions + np.arange(dimensions)).ravel(),
        reviewer=np.repeat(given.reviewer, dimensions),
        stars=given.stars.ravel().astype(np.float64),
        level=np.repeat(given.level, dimensions),
        age=np.repeat((NOW - given.month) * DAYS, dimensions),
        shape=(shape[0], shape[1], shape[2]),
    )
