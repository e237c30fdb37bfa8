"""Ratings and votes as columns: the facts a recompute measures everything from."""

from dataclasses import dataclass, fields, replace
from typing import Self

import numpy as np

from scoring.arrays import Flags, Floats, Integers


@dataclass(frozen=True, slots=True)
class Votes:
    """Votes as columns (votes): who cast it, whose review it is on, and whether it says helpful."""

    voter: Integers
    author: Integers
    helpful: Flags

    def where(self, keep: Flags) -> Self:
        """Only some of the votes."""
        return type(self)(self.voter[keep], self.author[keep], self.helpful[keep])


@dataclass(frozen=True, slots=True)
class Ratings:
    """Every rating that counts, one row for each dimension of a review; columns are (rows) but for `model_of`.

    All numbers count from 0: `review` tells apart the reviews, `level` is the scoring level (0 to 5), `month` as
    `months.month` numbers it, `stars` 1 to 5. `model_of` (endpoints) gives the model of every endpoint.
    `reviewers`, `use_cases` and `dimensions` say how many there are, also of those without a row.
    """

    reviewer: Integers
    review: Integers
    endpoint: Integers
    use_case: Integers
    dimension: Integers
    stars: Floats
    level: Integers
    month: Integers
    model_of: Integers
    reviewers: int
    use_cases: int
    dimensions: int

    @property
    def models(self) -> int:
        """How many models there are."""
        return int(self.model_of.max(initial=-1)) + 1

    def where(self, keep: Flags | Integers) -> Self:
        """The same ratings with only some rows, or with the rows in another order."""
        fixed = {"model_of", "reviewers", "use_cases", "dimensions"}
        names = [each.name for each in fields(self) if each.name not in fixed]
        return replace(self, **{name: getattr(self, name)[keep] for name in names})

    def ordered(self) -> Self:
        """The same ratings in an order that does not depend on how they came, so that sums are the same."""
        return self.where(np.argsort(self.review * self.dimensions + self.dimension, kind="stable"))
