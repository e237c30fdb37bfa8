"""The ladder: estimates built from the strongest tier down, so that a crowd can inform but never dominate.

Each weaker tier may move a cell by at most its step of standard errors of what the stronger ones already said, and
the mean over a subject's dimensions by as many of the mean's. Where it wants further it is stopped there, its
surplus pull is cancelled for good, and it adds no precision.
"""

from dataclasses import dataclass

import numpy as np

from scoring.arrays import Flags, Floats
from scoring.constants import CONSTANTS, Constants
from scoring.crowds import Crowd
from scoring.holds import Hold
from scoring.roots import KNOTS, forces, pulls, roots


@dataclass(frozen=True, slots=True)
class Rung:
    """What the cells say once a tier and all stronger ones have spoken; every array is (cells).

    `fresh` is the part of the mass that freshness leaves a second time.
    """

    location: Floats
    variance: Floats
    mass: Floats
    fresh: Floats
    cancelled: Floats
    stopped: Flags


@dataclass(frozen=True, slots=True)
class Climb:
    """A ladder climbed: its `rungs` by tier (0 weakest and final) and the `footing` before any tier spoke.

    `community` (cells) is where the same solver without any limit would stand: it makes no promise.
    """

    rungs: tuple[Rung, ...]
    footing: Rung
    community: Floats

    def hold(self, common: Floats | None = None) -> Hold:
        """What its children are held to; `common` (rungs, cells) is the variance that dimensions share."""
        rungs = (*self.rungs, self.footing)
        location = np.stack([*(rung.location for rung in rungs), self.community])
        variance = np.stack([*(rung.variance for rung in rungs), self.rungs[0].variance])
        return Hold(location, variance, np.zeros_like(variance) if common is None else np.minimum(common, variance))

    def kept(self, kappa: float) -> Floats:
        """Share of what the cells are held to that is left in them (rungs, cells)."""
        mass = np.stack([*(rung.mass for rung in (*self.rungs, self.footing)), self.rungs[0].mass])
        return np.asarray(kappa / (kappa + mass))


@dataclass(frozen=True, slots=True)
class Tier:
    """What one tier brings to the cells: with the stronger ones its `pull` (cells, knots), its own masses (cells).

    They are held to `target` (cells), whose variance is `doubt` (cells), by `kappa` ratings.
    """

    pull: Floats
    mass: Floats
    fresh: Floats
    target: Floats
    doubt: Floats
    kappa: float


@dataclass(frozen=True, slots=True)
class Limit:
    """How far a tier may move: `step` standard errors of a cell, and of the mean of `dimensions` cells."""

    step: float
    dimensions: int
    correlation: float

    def within(self, above: Rung, wanted: Floats) -> Floats:
        """The nearest locations (cells) to those wanted that keep to the limit."""
        reach = self.step * np.sqrt(above.variance)
        location = np.clip(wanted, above.location - reach, above.location + reach)
        return location if self.dimensions == 1 or np.isinf(self.step) else self._together(above, location)

    def _together(self, above: Rung, location: Floats) -> Floats:
        moved = location - above.location
        variance, total = above.variance.reshape(-1, self.dimensions), moved.reshape(-1, self.dimensions).sum(axis=1)
        alone, shared = variance.sum(axis=1), np.sqrt(variance).sum(axis=1) ** 2
        reach = self.step * np.sqrt((1 - self.correlation) * alone + self.correlation * shared)
        share = np.repeat(reach / np.maximum(np.abs(total), reach), self.dimensions)
        return np.where(share < 1, above.location + share * moved, location)


def climb(crowd: Crowd, held: Hold, kappa: float, dimensions: int = 1, constants: Constants = CONSTANTS) -> Climb:
    """Climb the ladder in every cell, each held by κ ratings to the same rung of what it is held to.

    The crowd's voices are thinned already, and `held` is of its cells. With several `dimensions`, so many cells on
    end are of one subject, and their mean keeps to the limits too.
    """
    masses, fresh = crowd.masses(), crowd.freshnesses()
    pull = np.zeros((crowd.cells, len(KNOTS)))
    rung = footing = _footing(held.variance[-2], kappa, constants.residual_variance)
    rungs: list[Rung] = []
    for place in reversed(range(crowd.tiers)):
        limit = Limit(constants.ladder_steps[place], dimensions, constants.dimension_correlation)
        pull += pulls(crowd.histogram(place))
        spoken = Tier(pull, masses[place], fresh[place], held.location[place], held.variance[place], kappa)
        rung = _step(rung, spoken, limit, constants.residual_variance)
        rungs.append(rung)
    community = roots(kappa, held.location[-1], pull, footing.cancelled)
    return Climb(tuple(reversed(rungs)), footing, community)


def _footing(doubt: Floats, kappa: float, spread: float) -> Rung:
    zeros = np.zeros_like(doubt)
    return Rung(zeros, spread / kappa + doubt, zeros, zeros, zeros, zeros.astype(np.bool_))


def _step(above: Rung, tier: Tier, limit: Limit, spread: float) -> Rung:
    wanted = roots(tier.kappa, tier.target, tier.pull, above.cancelled)
    location = limit.within(above, wanted)
    stopped = location != wanted
    surplus = forces(tier.kappa, tier.target, tier.pull, above.cancelled, location)
    mass, fresh = (
        old + np.where(stopped, 0.0, new) for old, new in ((above.mass, tier.mass), (above.fresh, tier.fresh))
    )
    variance = (spread * (tier.kappa + fresh) + tier.kappa**2 * tier.doubt) / (tier.kappa + mass) ** 2
    cancelled = above.cancelled - np.where(stopped, surplus, 0.0)
    return Rung(location, np.minimum(above.variance, variance), mass, fresh, cancelled, stopped)
