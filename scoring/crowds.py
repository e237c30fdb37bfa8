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
    """Voices gathered into seats, a tier of a cell each; seats are heard in `cells` cells, at first their own.

    `seat` (tier · own cells + own cell), `bin` and `weight` in votes are (voices). `said` and `fresh` (tiers, own
    cells) are the votes of each seat, the latter times the freshness of each voice. `quiet` (tiers, own cells) is
    the factor by which rules have thinned it, and `cell` (own cells) where it is heard.
    """

    seat: Integers
    bin: Integers
    weight: Floats
    said: Floats
    fresh: Floats
    quiet: Floats
    cell: Integers
    cells: int

    @property
    def tiers(self) -> int:
        """How many tiers there are."""
        return len(self.said)

    def masses(self) -> Floats:
        """Mass of each tier in each cell (tiers, cells), in votes."""
        return self._total(self.said * self.quiet)

    def freshnesses(self) -> Floats:
        """Mass of each tier in each cell times the freshness of each voice (tiers, cells), in votes."""
        return self._total(self.fresh * self.quiet)

    def histograms(self) -> Floats:
        """Mass of each tier in each cell and bin (tiers, cells, bins), in votes."""
        start = (self._places() * BINS)[self.seat]
        weight = self.weight * self.quiet.ravel()[self.seat]
        total = sums(start + self.bin, weight, self.tiers * self.cells * BINS)
        return total.reshape(self.tiers, self.cells, BINS)

    def thinned(self, rule: Rule) -> Self:
        """The same crowd with each tier of each cell quieter by the factor the rule gives for its mass."""
        return replace(self, quiet=self.quiet * rule(self.masses())[:, self.cell])

    def thinned_among(self, rule: Rule, parent: Integers, parents: int) -> Self:
        """The same crowd, quieter by the factor the rule gives for the mass of a cell's parent (cells)."""
        return replace(self, quiet=self.among(parent, parents).thinned(rule).quiet)

    def softened(self, factor: float) -> Self:
        """The same crowd, every voice of which counts only a share."""
        return replace(self, quiet=self.quiet * factor)

    def among(self, parent: Integers, parents: int) -> Self:
        """The same crowd heard in other cells, such as the parents (cells) of its own."""
        return replace(self, cell=parent[self.cell], cells=parents)

    def _places(self) -> Integers:
        return (np.arange(self.tiers)[:, None] * self.cells + self.cell).ravel()

    def _total(self, votes: Floats) -> Floats:
        return sums(self._places(), votes.ravel(), self.tiers * self.cells).reshape(self.tiers, self.cells)


def gathered(
    cell: Integers, tier: Integers, bins: Integers, weight: Floats, freshness: Floats, shape: tuple[int, int]
) -> Crowd:
    """Voices (voices) gathered in their cells; `shape` is how many tiers and cells there are."""
    seat = tier * shape[1] + cell
    said, fresh = (sums(seat, votes, shape[0] * shape[1]).reshape(shape) for votes in (weight, weight * freshness))
    return Crowd(seat, bins, weight, said, fresh, np.ones(shape), np.arange(shape[1]), shape[1])


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
