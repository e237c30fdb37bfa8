"""Crowds: voices gathered into cells, and the two rules that keep many from drowning few."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Self

import numpy as np

from scoring.arrays import Floats, Integers, sums
from scoring.constants import Constants
from scoring.histograms import BINS

Rule = Callable[[Floats], Floats]


@dataclass(frozen=True, slots=True)
class Crowd:
    """Voices gathered into seats, a tier of a cell each; seats are heard in `cells` cells, at first their own.

    `own` (its own cell), `bin` and `weight` in votes are (voices), one tier after the other: they `begin` (tiers + 1)
    where the one before ends. `said` and `fresh` (tiers, own cells) are the votes of each seat, the latter times the
    freshness of each voice. `quiet` (tiers, own cells) is the factor by which rules have thinned it, and `cell` (own
    cells) where it is heard.
    """

    own: Integers
    bin: Integers
    weight: Floats
    begin: Integers
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
        return self._total(self.said)

    def freshnesses(self) -> Floats:
        """Mass of each tier in each cell times the freshness of each voice (tiers, cells), in votes."""
        return self._total(self.fresh)

    def histogram(self, tier: int) -> Floats:
        """Mass of a tier in each cell and bin (cells, bins), in votes; all tiers at once would be large."""
        voices = slice(self.begin[tier], self.begin[tier + 1])
        own = self.own[voices]
        place, weight = (self.cell * BINS)[own], self.quiet[tier][own]
        place += self.bin[voices]
        weight *= self.weight[voices]
        return sums(place, weight, self.cells * BINS).reshape(-1, BINS)

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

    def _total(self, votes: Floats) -> Floats:
        tiers = zip(votes, self.quiet, strict=True)
        return np.stack([sums(self.cell, tier * quiet, self.cells) for tier, quiet in tiers])


def gathered(
    cell: Integers, tier: Integers, bins: Integers, weight: Floats, freshness: Floats, shape: tuple[int, int]
) -> Crowd:
    """Voices (voices) gathered in their cells; `shape` is how many tiers and cells there are."""
    order = np.argsort(tier, kind="stable")
    own, weight, begin = cell[order], weight[order], np.searchsorted(tier, np.arange(shape[0] + 1), sorter=order)
    tiers = [slice(*ends) for ends in pairwise(begin.tolist())]
    said = np.stack([sums(own[each], weight[each], shape[1]) for each in tiers])
    fresh = np.stack([sums(own[each], weight[each] * freshness[order[each]], shape[1]) for each in tiers])
    return Crowd(own, bins[order], weight, begin, said, fresh, np.ones(shape), np.arange(shape[1]), shape[1])


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
        heard = 1 + np.cumsum(masses[::-1], axis=0)[::-1] / kappa
        both = heard.copy()
        both[:-1] *= heard[1:]  # nobody is stronger than the last
        return 1 / both

    return factors
