"""Suspicion: rings, serial votes and copied texts, found for moderators to look at. A finding is no verdict."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from scoring.arrays import Floats, Integers, sums
from scoring.circles import Cast, circles
from scoring.components import components
from scoring.constants import CONSTANTS, Constants
from scoring.shingles import near, words


class Kind(StrEnum):
    """What a finding is about; its members are accounts (of serial votes: voter, author) or texts."""

    RING = "ring"
    SERIAL = "serial votes"
    COPIED = "copied text"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something found, who or what belongs to it by number, and in words why."""

    kind: Kind
    members: tuple[int, ...]
    words: str


def rings(voter: Integers, author: Integers, net: Integers, constants: Constants = CONSTANTS) -> list[Finding]:
    """Find groups of at least 5 accounts that give at least 80 % of their helpful votes to each other.

    Pairs are netted (pairs). A group of more than a third of all who vote is the community itself.
    """
    helpful = (net > 0) & (voter != author)
    cast = Cast(voter[helpful], author[helpful], net[helpful].astype(np.float64))
    group, nobody = circles(cast, constants), cast.accounts
    most = constants.ring_community * np.count_nonzero(cast.total)
    given, inside = (sums(group, each, nobody + 1) for each in (cast.total, cast.inside(group)))
    sizes = np.bincount(group, minlength=nobody + 1)
    big = (sizes >= constants.ring_size) & (sizes <= most) & (inside >= constants.ring_internal * given)
    found = np.flatnonzero(big[:nobody])
    return [_ring(np.flatnonzero(group == each), inside[each] / given[each]) for each in found]


def _ring(members: Integers, share: float) -> Finding:
    said = f"{len(members)} accounts give {share:.0%} of their helpful votes to each other."
    return Finding(Kind.RING, tuple(members.tolist()), said)


def serial(voter: Integers, author: Integers, cast_at: Floats, constants: Constants = CONSTANTS) -> list[Finding]:
    """Find voters who cast at least 5 votes on one author within a day, and more than half of all theirs.

    Votes are (votes), `cast_at` in days on any axis. Votes on oneself are not looked at.
    """
    order = np.lexsort((cast_at, author, voter))
    order = order[voter[order] != author[order]]
    voter, author, cast_at = voter[order], author[order], cast_at[order]
    cast = np.bincount(voter)
    accounts, step = int(author.max(initial=0)) + 1, constants.serial_votes - 1
    pair, place, count = np.unique(voter * accounts + author, return_inverse=True, return_counts=True)
    last = np.arange(step, len(voter))
    dense = (place[last] == place[last - step]) & (cast_at[last] - cast_at[last - step] <= constants.serial_days)
    found = np.unique(place[last][dense])
    return [
        _series(int(pair[each] // accounts), int(pair[each] % accounts), int(count[each]), int(cast[who]))
        for each, who in zip(found.tolist(), (pair[found] // accounts).tolist(), strict=True)
        if count[each] > constants.serial_share * cast[who]
    ]


def _series(voter: int, author: int, count: int, cast: int) -> Finding:
    said = f"{count} of {cast} votes were cast on one author, at least five of them within a day."
    return Finding(Kind.SERIAL, (voter, author), said)


def copied(texts: Sequence[str], constants: Constants = CONSTANTS) -> list[Finding]:
    """Find texts that are copies: at least 80 % of their five-word phrases in common; short ones only when equal.

    Case, punctuation and variants of letters do not count. Texts without words are not looked at.
    """
    same: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for place, text in enumerate(texts):
        same[words(text)].append(place)
    same.pop((), None)
    versions = list(same)
    long = [place for place, version in enumerate(versions) if len(version) >= constants.copied_least]
    found = near([versions[place] for place in long], constants.copied_words, constants.copied_share)
    pairs = [(long[one], long[other]) for one, other in found]
    first, second = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    groups: dict[int, list[int]] = defaultdict(list)
    for version, group in enumerate(components(first, second, len(versions)).tolist()):
        groups[group] += same[versions[version]]
    return [_copies(sorted(members), len(same[versions[group]])) for group, members in groups.items() if members[1:]]


def _copies(members: list[int], equal: int) -> Finding:
    how = "are equal word for word" if equal == len(members) else "share most of their five-word phrases"
    return Finding(Kind.COPIED, tuple(members), f"{len(members)} texts {how}.")
