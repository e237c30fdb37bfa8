"""Holds: what cells are held to at every rung, and how several such add up."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from scoring.arrays import Floats, Integers

EVEN = 1e-6  # votes that every dimension has at least, so that without any they count alike


@dataclass(frozen=True, slots=True)
class Hold:
    """What cells are held to: `location` in stars and its `variance` in stars², both (rungs, cells).

    The rungs are those by tier, then the footing before any tier spoke, then the community's, which no limit binds.
    `common` is the part of the variance that all dimensions of a subject share.
    """

    location: Floats
    variance: Floats
    common: Floats

    def of(self, cells: Integers) -> Self:
        """The holds of the given cells: a parent's, once for each child."""
        return type(self)(self.location[:, cells], self.variance[:, cells], self.common[:, cells])

    def plus(self, effect: Self) -> Self:
        """The same with an effect on top, whose error is its own."""
        return type(self)(self.location + effect.location, self.variance + effect.variance, self.common)

    def less(self, mean: Self) -> Self:
        """How far this lies from a mean it was held to: an effect, cautiously held to be as uncertain as this is."""
        return type(self)(self.location - mean.location, self.variance, self.common)

    def raised(self, effect: Self, dimensions: int) -> Self:
        """Dimensions (cells) with the effect on their subject (subjects), whose error is all they then share."""
        location = self.location + np.repeat(effect.location, dimensions, axis=1)
        common = np.repeat(effect.variance, dimensions, axis=1)
        return type(self)(location, self.variance - self.common + common, common)

    def mean(self, share: Floats) -> Self:
        """Each subject's mean over its dimensions, which count by their shares (rungs, subjects, dimensions)."""
        location, common = ((part.reshape(share.shape) * share).sum(axis=2) for part in (self.location, self.common))
        own = ((self.variance - self.common).reshape(share.shape) * share**2).sum(axis=2)
        return type(self)(location, common + own, common)


def baseline(rungs: int, cells: int) -> Hold:
    """What the topmost cells are held to: residual 0, known exactly."""
    zeros = np.zeros((rungs, cells))
    return Hold(zeros, zeros, zeros)


def shares(masses: Floats, dimensions: int) -> Floats:
    """How much each dimension has to say of its subject at every rung (rungs, subjects, dimensions).

    `masses` (tiers, cells) in votes; a rung hears its tier and the stronger ones.
    """
    heard = np.cumsum(masses[::-1], axis=0)[::-1]
    votes = np.concatenate([heard, np.zeros_like(heard[:1]), heard[:1]]) + EVEN
    votes = votes.reshape(len(votes), -1, dimensions)
    return np.asarray(votes / votes.sum(axis=2, keepdims=True))
