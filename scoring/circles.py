"""Circles: accounts whose helpful votes stay among themselves, whatever else they vote for."""

from dataclasses import dataclass

import numpy as np

from scoring.arrays import Flags, Floats, Integers, sums
from scoring.components import components
from scoring.constants import Constants

CHUNK = 1 << 20  # neighbours looked up at a time, to bound the memory


@dataclass(frozen=True, slots=True)
class Cast:
    """Helpful votes as columns (pairs): `strength` is the net number, above zero; nobody votes for themselves."""

    voter: Integers
    author: Integers
    strength: Floats

    @property
    def accounts(self) -> int:
        """How many accounts there are."""
        return int(max(self.voter.max(initial=-1), self.author.max(initial=-1))) + 1

    @property
    def total(self) -> Floats:
        """Votes each account cast (accounts)."""
        return sums(self.voter, self.strength, self.accounts)

    def inside(self, group: Integers) -> Floats:
        """Votes each account cast on others of its group (accounts); the last number is no group."""
        within = (group[self.voter] == group[self.author]) & (group[self.voter] < self.accounts)
        return sums(self.voter, self.strength * within, self.accounts)


def circles(cast: Cast, constants: Constants) -> Integers:
    """The circle of each account (accounts), named by its least member; accounts in none share the last number.

    It starts from those who vote for each other and have others in common, grows by all who give a circle at least
    half of their votes and have votes of two of its members, and loses those who give half elsewhere.
    """
    first, second = _ties(cast, constants)
    group = np.full(cast.accounts, cast.accounts)
    tied = np.union1d(first, second)
    group[tied] = components(first, second, cast.accounts)[tied]
    return _peeled(cast, _grown(cast, group, constants), constants)


def _peeled(cast: Cast, group: Integers, constants: Constants) -> Integers:
    """The circles without those who give less than half inside, until none is left."""
    while True:
        straying = (group < cast.accounts) & (cast.inside(group) < constants.ring_member * cast.total)
        if not straying.any():
            return group
        group = np.where(straying, cast.accounts, group)


def _grown(cast: Cast, group: Integers, constants: Constants) -> Integers:
    """The circles with all who belong to them, those who belong to new members included."""
    while True:
        joined = _joined(cast, group, constants)
        if (joined == group).all():
            return group
        group = joined


def _joined(cast: Cast, group: Integers, constants: Constants) -> Integers:
    nobody = cast.accounts
    keys, place = np.unique(cast.voter * (nobody + 1) + group[cast.author], return_inverse=True)
    given = sums(place, cast.strength, len(keys))
    who, where = np.divmod(keys, nobody + 1)
    welcome = np.sort(cast.author * (nobody + 1) + group[cast.voter])
    votes = np.searchsorted(welcome, keys, side="right") - np.searchsorted(welcome, keys)
    outside = (where < nobody) & (group[who] == nobody)
    joins = outside & (given >= constants.ring_member * cast.total[who]) & (votes >= constants.ring_ties)
    joined = group.copy()
    joined[who[joins][::-1]] = where[joins][::-1]  # of two circles that get half each, the first
    return joined


def _ties(cast: Cast, constants: Constants) -> tuple[Integers, Integers]:
    """Pairs that vote for each other and share two neighbours and three tenths of those of the lesser known."""
    accounts = cast.accounts
    keys, back = cast.voter * accounts + cast.author, cast.author * accounts + cast.voter
    mutual = (cast.voter < cast.author) & np.isin(keys, back)
    first, second = cast.voter[mutual], cast.author[mutual]
    near = np.unique(np.concatenate([keys, back]))
    start = np.searchsorted(near, np.arange(accounts + 1) * accounts)
    degree = np.diff(start)
    lesser = np.where(degree[first] <= degree[second], first, second)
    common = _common(near, start, lesser, first + second - lesser)
    closed = common >= np.maximum(constants.ring_ties, constants.ring_closed * degree[lesser])
    return first[closed], second[closed]


def _common(near: Integers, start: Integers, lesser: Integers, other: Integers) -> Integers:
    """How many neighbours both of each pair have (pairs); `near` holds account · accounts + neighbour, sorted."""
    accounts, degree = len(start) - 1, np.diff(start)[lesser]
    ends = np.cumsum(degree)
    cuts = np.searchsorted(ends, np.arange(CHUNK, int(degree.sum()) + CHUNK, CHUNK))
    common = np.zeros(len(lesser), dtype=np.int64)
    for pairs in np.split(np.arange(len(lesser)), np.unique(cuts)):
        count = degree[pairs]
        pair = np.repeat(pairs, count)
        step = np.arange(len(pair)) - np.repeat(np.cumsum(count) - count, count)
        wanted = other[pair] * accounts + near[start[lesser[pair]] + step] % accounts
        common += np.bincount(pair[_held(near, wanted)], minlength=len(common))
    return common


def _held(near: Integers, wanted: Integers) -> Flags:
    place = np.minimum(np.searchsorted(near, wanted), max(0, len(near) - 1))
    return np.asarray(near[place] == wanted) if len(near) else np.zeros(len(wanted), dtype=np.bool_)
