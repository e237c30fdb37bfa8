"""The ladder: estimates built from the strongest tier down, so that a crowd can inform but never dominate.

Each weaker tier may move a cell by at most its step of standard errors of what the stronger ones already said.
Where it wants further it is stopped there, its surplus pull is cancelled for good, and it adds no precision.
"""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from scoring.arrays import Flags, Floats, Integers
from scoring.constants import CONSTANTS, Constants
from scoring.roots import forces, pulls, roots


@dataclass(frozen=True, slots=True)
class Rung:
    """What the cells say once a tier and all stronger ones have spoken; every array is (cells)."""

    location: Floats
    variance: Floats
    mass: Floats
    cancelled: Floats
    stopped: Flags

    def of(self, cells: Integers) -> Self:
        """The rungs of the given cells: a parent's, once for each child."""
        return replace(
            self,
            location=self.location[cells],
            variance=self.variance[cells],
            mass=self.mass[cells],
            cancelled=self.cancelled[cells],
            stopped=self.stopped[cells],
        )


@dataclass(frozen=True, slots=True)
class Climb:
    """A ladder climbed: its `rungs` by tier (0 weakest and final) and the `footing` before any tier spoke.

    `community` (cells) is where the same solver without any limit would stand: it makes no promise.
    """

    rungs: tuple[Rung, ...]
    footing: Rung
    community: Floats

    def of(self, cells: Integers) -> Self:
        """The climbs of the given cells: a parent's, once for each child."""
        rungs = tuple(rung.of(cells) for rung in self.rungs)
        return type(self)(rungs, self.footing.of(cells), self.community[cells])


def ground(cells: int, constants: Constants = CONSTANTS) -> Climb:
    """What the topmost cells are held to: the baseline, residual 0, known exactly."""
    zeros = np.zeros(cells)
    rung = Rung(zeros, zeros, zeros, zeros, np.zeros(cells, dtype=np.bool_))
    return Climb((rung,) * len(constants.ladder_steps), rung, zeros)


@dataclass(frozen=True, slots=True)
class Tier:
    """What one tier brings to the cells: with the stronger ones its `pull` (cells, knots), its own `mass` (cells).

    It may move each cell by `reach` (cells), in stars.
    """

    pull: Floats
    mass: Floats
    reach: Floats


def climb(histograms: Floats, parents: Climb, kappa: float, constants: Constants = CONSTANTS) -> Climb:
    """Climb the ladder in every cell, each held by κ ratings to the same rung of its parent.

    `histograms` (tiers, cells, bins) hold each tier's own effective mass; `parents` has a cell for each of them.
    """
    pull = pulls(np.cumsum(histograms[::-1], axis=0)[::-1])
    masses = histograms.sum(axis=2)
    spread = constants.residual_variance
    rung = footing = _footing(parents.footing, kappa, spread)
    rungs: list[Rung] = []
    for place in reversed(range(len(histograms))):
        reach = constants.ladder_steps[place] * np.sqrt(rung.variance)
        rung = _step(rung, Tier(pull[place], masses[place], reach), parents.rungs[place], kappa, spread)
        rungs.append(rung)
    community = roots(kappa, parents.community, pull[0], footing.cancelled)
    return Climb(tuple(reversed(rungs)), footing, community)


def _footing(parent: Rung, kappa: float, spread: float) -> Rung:
    zeros = np.zeros_like(parent.location)
    return Rung(zeros, spread / kappa + parent.variance, zeros, zeros, zeros.astype(np.bool_))


def _step(above: Rung, tier: Tier, parent: Rung, kappa: float, spread: float) -> Rung:
    wanted = roots(kappa, parent.location, tier.pull, above.cancelled)
    location = np.clip(wanted, above.location - tier.reach, above.location + tier.reach)
    stopped = location != wanted
    surplus = forces(kappa, parent.location, tier.pull, above.cancelled, location)
    mass = above.mass + np.where(stopped, 0.0, tier.mass)
    variance = spread / (kappa + mass) + (kappa / (kappa + mass)) ** 2 * parent.variance
    cancelled = above.cancelled - np.where(stopped, surplus, 0.0)
    return Rung(location, np.minimum(above.variance, variance), mass, cancelled, stopped)
