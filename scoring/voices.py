"""Voices: the stored statistics, and how loudly each row of them speaks at a moment."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from scoring.arrays import Flags, Floats, Integers
from scoring.constants import Constants
from scoring.crowds import Crowd, gathered, saturation
from scoring.months import ages, freshness

KINDS = {
    "endpoint": np.int32,
    "use_case": np.int8,
    "dimension": np.int8,
    "level": np.int8,
    "standing": np.int8,
    "month": np.int16,  # until the year 2730
    "bin": np.int8,
    "mass": np.int64,
    "count": np.int32,
}
"""The columns of the statistics as they are kept: there are millions of rows, and a third of the memory will do."""


@dataclass(frozen=True, slots=True)
class Statistics:
    """The stored histograms as columns, one row per bin in use; all but `model_of` are (rows).

    `endpoint`, `use_case`, `dimension` and `bin` count from 0, `level` is a scoring level (0 to 5), `standing` 0
    to 2, `month` as `months.month` numbers it, `mass` in units of 2⁻²⁰ votes, `count` in ratings. `model_of`
    (endpoints) gives the model of every endpoint, also of those without a row.
    """

    endpoint: Integers
    use_case: Integers
    dimension: Integers
    level: Integers
    standing: Integers
    month: Integers
    bin: Integers
    mass: Integers
    count: Integers
    model_of: Integers

    def __post_init__(self) -> None:
        for name, kind in KINDS.items():
            object.__setattr__(self, name, getattr(self, name).astype(kind, copy=False))

    @property
    def endpoints(self) -> int:
        """How many endpoints there are."""
        return len(self.model_of)

    @property
    def models(self) -> int:
        """How many models there are."""
        return int(self.model_of.max(initial=-1)) + 1

    @property
    def columns(self) -> dict[str, Integers]:
        """All that is one figure a row, by name."""
        return {name: getattr(self, name) for name in KINDS}

    def where(self, keep: Flags) -> Self:
        """The same statistics with only some rows; no endpoint is lost."""
        return self.at(np.flatnonzero(keep))  # numbers select faster than flags, for so many columns

    def at(self, places: Integers) -> Self:
        """The rows at the given places; no endpoint is lost."""
        return replace(self, **{name: column[places] for name, column in self.columns.items()})


def joined(parts: Sequence[Statistics]) -> Statistics:
    """Statistics of the same endpoints as one, in order."""
    names = parts[0].columns
    return ordered(
        replace(parts[0], **{name: np.concatenate([part.columns[name] for part in parts]) for name in names})
    )


def ordered(rows: Statistics) -> Statistics:
    """The rows in the order of their keys: sums of floats are then the same whoever adds them up."""
    key = rows.use_case.astype(np.int64)
    for column in (rows.endpoint, rows.dimension, rows.level, rows.standing, rows.month, rows.bin):
        key *= int(column.max(initial=0)) + 1  # one number sorts faster than seven
        key += column
    return rows if (key[1:] >= key[:-1]).all() else rows.at(np.argsort(key, kind="stable"))


@dataclass(frozen=True, slots=True)
class Voices:
    """Rows with their `weight` in votes at a moment and their `tier`, each (rows).

    What else a row's month makes of it by then, its age and freshness, is worked out when it is asked for.
    """

    rows: Statistics
    weight: Floats
    tier: Integers
    now: float
    half_life_days: float

    @property
    def model(self) -> Integers:
        """The model each row is about (rows)."""
        return self.rows.model_of[self.rows.endpoint]

    @property
    def age(self) -> Floats:
        """The age of each row in days (rows)."""
        return ages(self.rows.month, self.now)

    @property
    def freshness(self) -> Floats:
        """What age has left of each row (rows)."""
        return freshness(self.rows.month, self.now, self.half_life_days)

    def hushed(self, keep: Flags) -> Self:
        """The same voices, of which only some weigh anything: cheaper than leaving the others out."""
        return replace(self, weight=self.weight * keep)

    def where(self, keep: Flags) -> Self:
        """Only some of the voices."""
        kept = np.flatnonzero(keep)
        return replace(self, rows=self.rows.at(kept), weight=self.weight[kept], tier=self.tier[kept])

    def gathered(self, cell: Integers, cells: int, constants: Constants) -> Crowd:
        """The voices in their cells, each tier of a cell saturated (rating model: tiers)."""
        tiers = len(constants.tier_saturation)
        crowd = gathered(cell, self.tier, self.rows.bin, self.weight, self.freshness, (tiers, cells))
        return crowd.thinned(saturation(constants))


def voices(rows: Statistics, now: float, constants: Constants) -> Voices:
    """Weigh every row at a `months.moment` (rating model: evidence times track record times freshness)."""
    weight = rows.mass / constants.mass_scale
    weight *= np.asarray(constants.evidence_weights)[rows.level]
    weight *= freshness(rows.month, now, constants.half_life_days)
    return Voices(rows, weight, tier_of(rows, constants), now, constants.half_life_days)


def tier_of(rows: Statistics, constants: Constants) -> Integers:
    """The tier in which each row speaks (rows)."""
    return np.asarray(constants.tiers, dtype=KINDS["level"])[rows.level, rows.standing]
