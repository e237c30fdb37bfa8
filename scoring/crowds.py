"""Crowds: voices gathered into cells, and the two rules that keep many from drowning few."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from scoring.arrays import Floats, Integers, sums
from scoring.constants import Constants
from scoring.histograms import BINS

Rule = Callable[[Floats], Floats]


@dataclass(frozen=True, slots=True)
class Crowd:
    """Voices that speak in `cells` cells from `tiers` tiers; arrays are (voices), `weight` in votes."""

    cell: Integers
    tier: Integers
    bin: Integers
    weight: Floats
    freshness: Floats
    cells: int
    tiers: int

    def masses(self) -> Floats:
        """Mass of each tier in each cell (tiers, cells), in votes."""
        place = self.tier * self.cells + self.cell
        return sums(place, self.weight, self.tiers * self.cells).reshape(self.tiers, self.cells)

    def fresh(self) -> Floats:
        """Mass of each tier in each cell times the freshness of each voice (tiers, cells), in votes."""
        return replace(self, weight=self.weight * self.freshness).masses()

    def histograms(self) -> Floats:
        """Mass of each tier in each cell and bin (tiers, cells, bins), in votes."""
        place = (self.tier * self.cells + self.cell) * BINS + self.bin
        shape = (self.tiers, self.cells, BINS)
        return sums(place, self.weight, self.tiers * self.cells * BINS).reshape(shape)

    def thinned(self, rule: Rule) -> Self:
        """The same crowd with each tier of each cell quieter by the factor the rule gives for its mass."""
        return replace(self, weight=self.weight * rule(self.masses())[self.tier, self.cell])

    def softened(self, factor: float) -> Self:
        """The same crowd, every voice of which counts only a share."""
        return replace(self, weight=self.weight * factor)

    def among(self, cell: Integers, cells: int) -> Self:
        """The same crowd heard in other cells, such as the parents of its own."""
        return replace(self, cell=cell, cells=cells)


def saturation(constants: Constants) -> Rule:
    """A crowd shares its bias (rating model: tiers): the mass W of a tier counts W/(1 + W/S)."""
    limits = np.asarray(constants.tier_saturation)[:, None]
    return lambda masses: 1 / (1 + masses / limits)


def draw(kappa: float) -> Rule:
    """A child is one draw around its parent (rating model: estimates): its whole mass M counts M/(1 + M/κ).

    The strongest tier comes first and a weaker one only adds, so that no crowd can crowd out proof. Where M
    is the mass of a tier with the stronger ones and R theirs alone, the tier's own W = M - R adds the difference
    M/(1 + M/κ) - R/(1 + R/κ) = W/((1 + M/κ)(1 + R/κ)).
    """

    def factors(masses: Floats) -> Floats:
        heard = np.cumsum(masses[::-1], axis=0)[::-1]
        stronger = np.concatenate([heard[1:], np.zeros_like(heard[:1])])
        return 1 / ((1 + heard / kappa) * (1 + stronger / kappa))

    return factors
