"""Attacks: what they add to a community. Each takes how many accounts take part and the endpoint they are after."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from bench.attack.community import NOW, Community, Random, Reviews, Votes, enlarged, starred
from bench.attack.measures import ATTACKED
from bench.attack.propagation import bounded
from scoring.arrays import Floats, Integers

Attack = Callable[[Community, int, int, Random], Community]
FRESH, SEASON = 0.5, 12.0  # months within which an attack, and a false history, is written
RING = 20  # votes each member of a ring casts on its fellows
EARNED = 6  # honest reviews with which a farmed account earns its name, and those of a camouflaged one
VOTES_EARNED = 3  # votes each of those receives, as many as anybody's
FORGED = 2  # highest scoring level that an account can fake alone
ATTESTED = 4


@dataclass(frozen=True, slots=True)
class Scenario:
    """An attack of `accounts` accounts on a community variant; `own` if the accounts are new."""

    attack: Attack
    accounts: int
    variant: str = "base"
    own: bool = True


def _said(base: Community, authors: Integers, endpoint: int, stars: int, level: int, random: Random) -> Reviews:
    """One fresh review by each author that says the same of the target in every dimension."""
    count = len(authors)
    said = np.full((count, base.truth.shape[2]), stars, dtype=np.int64)
    whole = np.ones(count, dtype=np.int64)
    month = NOW - random.random(count) * FRESH
    return Reviews(authors, whole * endpoint, whole * ATTACKED, whole * level, month, said)


def _newcomers(base: Community, count: int) -> Integers:
    return np.arange(base.accounts, base.accounts + count)


def _crowd(stars: int, level: int) -> Attack:
    """New accounts that write one review each."""

    def attack(base: Community, count: int, endpoint: int, random: Random) -> Community:
        return enlarged(base, count, _said(base, _newcomers(base, count), endpoint, stars, level, random))

    return attack


def _ring(base: Community, count: int, endpoint: int, random: Random) -> Community:
    """New accounts whose reviews of the target are voted up by the other members."""
    members = _newcomers(base, count)
    said = _said(base, members, endpoint, 5, 0, random)
    voter = np.repeat(members, RING)
    own = np.repeat(np.arange(count), RING)
    other = (own + random.integers(1, max(2, count), size=len(own))) % max(1, count)
    votes = Votes(voter, len(base.reviews.reviewer) + other, np.ones(len(voter), dtype=np.int64))
    return enlarged(base, count, said, votes)


def _honest(base: Community, authors: Integers, each: int, level: int, random: Random) -> Reviews:
    """Accurate reviews, `each` by every author, of anything."""
    author = np.repeat(authors, each)
    endpoint = random.integers(len(base.model_of), size=len(author))
    use_case = random.integers(len(base.truth), size=len(author))
    error: Floats = random.normal(0, 0.4, (len(author), base.truth.shape[2]))  # carefully copied from the consensus
    stars = starred(base.truth[use_case, endpoint] + error)
    return Reviews(
        author, endpoint, use_case, np.full(len(author), level), NOW - SEASON * random.random(len(author)), stars
    )


def _camouflage(base: Community, count: int, endpoint: int, random: Random) -> Community:
    """New accounts that first write honest reviews, which nobody has voted for yet."""
    members = _newcomers(base, count)
    history = _honest(base, members, EARNED, 0, random)
    return enlarged(base, count, history.joined(_said(base, members, endpoint, 5, 0, random)))


def _farmed(base: Community, count: int, endpoint: int, random: Random) -> Community:
    """New accounts that earned votes of the honest, moderators among them, and then betray."""
    members = _newcomers(base, count)
    history = _honest(base, members, EARNED, FORGED, random)
    review = len(base.reviews.reviewer) + np.repeat(np.arange(len(history.reviewer)), VOTES_EARNED)
    voter = random.choice(base.votes.voter, size=len(review))
    votes = Votes(voter, review, np.ones(len(review), dtype=np.int64))
    return enlarged(base, count, history.joined(_said(base, members, endpoint, 5, FORGED, random)), votes)


def _hijacked(base: Community, count: int, endpoint: int, random: Random) -> Community:
    """The most trusted reviewers' accounts, in other hands."""
    return enlarged(base, 0, _said(base, trusted(base, count), endpoint, 5, FORGED, random))


def _downvoted(base: Community, count: int, endpoint: int, _random: Random) -> Community:
    """The most trusted reviewers vote every review of the target down."""
    about = np.flatnonzero((base.reviews.endpoint == endpoint) & (base.reviews.use_case == ATTACKED))
    voter, review = (grid.ravel() for grid in np.meshgrid(trusted(base, count), about))
    others = base.reviews.reviewer[review] != voter
    votes = Votes(voter[others], review[others], np.full(int(others.sum()), -1))
    return replace(base, votes=base.votes.joined(votes))


def _vetted(base: Community, count: int, endpoint: int, random: Random) -> Community:
    """New accounts of an organisation that a moderator vetted, with attested runs."""
    members = _newcomers(base, count)
    told = enlarged(base, count, _said(base, members, endpoint, 5, ATTESTED, random))
    return replace(told, pretrusted=np.concatenate([base.pretrusted, members]))


def _mixed(base: Community, count: int, endpoint: int, random: Random) -> Community:
    """Half throwaway accounts, a quarter with forged traces, an eighth a ring and the rest farmed."""
    parts: tuple[tuple[Attack, int], ...] = ((SYBILS, count // 2), (FORGED_TRACES, count // 4), (_ring, count // 8))
    for attack, some in (*parts, (_farmed, count - count // 2 - count // 4 - count // 8)):
        base = attack(base, some, endpoint, random)
    return base


def trusted(base: Community, count: int) -> Integers:
    """The reviewers most trusted (at most `count`); moderators do not review."""
    trust = np.where(np.isin(np.arange(base.accounts), base.reviews.reviewer), bounded(base), 0.0)
    order = np.argsort(-trust, kind="stable")[:count]
    return order[trust[order] > 0]


SYBILS, FORGED_TRACES, FORGED_CI = _crowd(5, 0), _crowd(5, FORGED), _crowd(5, ATTESTED)
FARMED, HIJACKED, VETTED = _farmed, _hijacked, _vetted
SCENARIOS: Mapping[str, Scenario] = {
    "sybils": Scenario(SYBILS, 1000),
    "sybils 100": Scenario(SYBILS, 100),
    "ring": Scenario(_ring, 200),
    "camouflage": Scenario(_camouflage, 300),
    "farmed": Scenario(_farmed, 500),
    "hijacked": Scenario(_hijacked, 100, own=False),
    "downvotes": Scenario(_downvoted, 30, own=False),
    "slander": Scenario(_crowd(1, 0), 1000),
    "forged traces": Scenario(FORGED_TRACES, 1000),
    "forged CI": Scenario(FORGED_CI, 1000),
    "insiders": Scenario(_vetted, 16),
    "mixed": Scenario(_mixed, 400),
    "launch day": Scenario(SYBILS, 1000, "launch day"),
}
LIFTS: Mapping[str, tuple[Attack, int]] = {
    "sybils": (SYBILS, 2000),
    "forged traces": (FORGED_TRACES, 2000),
    "forged CI": (FORGED_CI, 2000),
    "farmed": (_farmed, 500),
    "hijacked": (_hijacked, 200),
    "insiders": (_vetted, 200),
}
