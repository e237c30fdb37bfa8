"""Frontiers: which of many can be bettered in one respect only at the price of the other."""

from dataclasses import dataclass

import numpy as np

from scoring.arrays import Flags, Floats

DRAWS = 500
CHUNK = 50  # draws at a time, which keeps memory small


@dataclass(frozen=True, slots=True)
class Column:
    """One respect (subjects): `value`, its `variance`, and whether more of it is better."""

    value: Floats
    variance: Floats
    more_is_better: bool = True

    @property
    def oriented(self) -> Floats:
        """The values with more as better."""
        return self.value if self.more_is_better else -self.value

    @property
    def span(self) -> float:
        """The distance between the best and the worst, or 1 where there is none."""
        return float(np.ptp(self.value)) or 1.0 if len(self.value) else 1.0


@dataclass(frozen=True, slots=True)
class Frontier:
    """The Pareto set of two respects (subjects).

    `efficient` says who is in it: nobody is at least as good in both and better in one. `chance` is the share of
    draws of both estimates in which the subject is in it. `x_short` and `y_short` tell in natural units how far a
    subject must improve in one respect alone to match the frontier, and `distance`, as a share of the spans, how far
    in both at once.
    """

    efficient: Flags
    chance: Floats
    distance: Floats
    x_short: Floats
    y_short: Floats


def frontier(x: Column, y: Column, seed: int) -> Frontier:
    """The Pareto set of subjects and the distance of the rest from it, in O(subjects · (draws + rivals)) steps."""
    across, along = x.oriented, y.oriented
    inside = efficient(across[None, :], along[None, :])[0]
    ahead, above = across[inside][None, :] - across[:, None], along[inside][None, :] - along[:, None]
    return Frontier(
        efficient=inside,
        chance=_chance(x, y, seed),
        distance=_most(np.minimum(ahead / x.span, above / y.span)),
        x_short=_most(np.where(above >= 0, ahead, 0.0)),
        y_short=_most(np.where(ahead >= 0, above, 0.0)),
    )


def efficient(x: Floats, y: Floats) -> Flags:
    """Who is in the Pareto set of each draw (draws, subjects); more is better, and equals in both are in together."""
    order = np.lexsort((-y, -x), axis=1)
    across, along = np.take_along_axis(x, order, 1), np.take_along_axis(y, order, 1)
    best = np.maximum.accumulate(along, axis=1)
    before = np.concatenate([np.full((len(x), 1), -np.inf), best[:, :-1]], axis=1)
    repeats = np.zeros(x.shape, dtype=np.bool_)
    repeats[:, 1:] = (across[:, 1:] == across[:, :-1]) & (along[:, 1:] == along[:, :-1])
    start = np.where(repeats, 0, np.arange(x.shape[1]))
    first = np.maximum.accumulate(start, axis=1)  # of each run of equals, who all share its fate
    inside = np.take_along_axis(along > before, first, 1)
    told = np.empty_like(inside)
    np.put_along_axis(told, order, inside, 1)
    return told


def _chance(x: Column, y: Column, seed: int) -> Floats:
    random = np.random.default_rng(seed)
    told = np.zeros(len(x.value))
    for _ in range(DRAWS // CHUNK):
        told += efficient(_drawn(x, random), _drawn(y, random)).sum(axis=0)
    return told / DRAWS


def _drawn(column: Column, random: np.random.Generator) -> Floats:
    noise = random.standard_normal((CHUNK, len(column.value)))
    drawn: Floats = column.oriented + noise * np.sqrt(column.variance)
    return drawn


def _most(short: Floats) -> Floats:
    most: Floats = short.max(axis=1, initial=0.0)
    return most
