"""Synthetic communities whose truth is known: who reviewed what, with which proof, and who voted for it."""

from dataclasses import dataclass, fields, replace
from math import sqrt
from typing import Self

import numpy as np

from bench.attack.parameters import Parameters
from scoring.arrays import Flags, Floats, Integers

NOW = 24_320.5  # the moment everything is asked at, in months
MONTHS_A_YEAR = 12.0
Random = np.random.Generator


@dataclass(frozen=True, slots=True)
class Reviews:
    """Reviews as columns (reviews): `month` as a moment; `stars` (reviews, dimensions) from 1 to 5."""

    reviewer: Integers
    endpoint: Integers
    use_case: Integers
    level: Integers
    month: Floats
    stars: Integers

    def joined(self, other: Self) -> Self:
        """These reviews followed by others."""
        return type(self)(
            **{f.name: np.concatenate([getattr(self, f.name), getattr(other, f.name)]) for f in fields(self)}
        )


@dataclass(frozen=True, slots=True)
class Votes:
    """Helpful (+1) and unhelpful (-1) votes (votes) of accounts on reviews."""

    voter: Integers
    review: Integers
    value: Integers

    def joined(self, other: Self) -> Self:
        """These votes followed by others."""
        return type(self)(
            **{f.name: np.concatenate([getattr(self, f.name), getattr(other, f.name)]) for f in fields(self)}
        )


@dataclass(frozen=True, slots=True)
class Community:
    """What a site knows, and beside it `truth` (use cases, endpoints, dimensions), which no estimator may read."""

    truth: Floats
    model_of: Integers
    accounts: int
    pretrusted: Integers
    reviews: Reviews
    votes: Votes

    @property
    def author(self) -> Integers:
        """The author of the review that each vote is for (votes)."""
        return self.reviews.reviewer[self.votes.review]


@dataclass(frozen=True, slots=True)
class World:
    """Truth at every month back from now (months, use cases, endpoints, dimensions), and the endpoints' models."""

    truth: Floats
    model_of: Integers


@dataclass(frozen=True, slots=True)
class People:
    """Reviewers (reviewers): severity in stars, skill in standard deviations, share of all reviews, shill or not."""

    severity: Floats
    skill: Floats
    activity: Floats
    shill: Flags


def community(given: Parameters, seed: int) -> Community:
    """A community of the given parameters; the same seed gives the same one."""
    random = np.random.default_rng(seed)
    world, people = _world(given, random), _people(given, random)
    reviews = _reviews(given, world, people, random)
    accounts = given.reviewers + given.moderators
    moderators = np.arange(given.reviewers, accounts)
    vetted = random.choice(np.flatnonzero((people.skill > 0) & ~people.shill), given.vetted, replace=False)
    votes = voted(given, world.truth[0], reviews, _voters(given, people, moderators, random), random)
    pretrusted = np.concatenate([np.sort(vetted), moderators])
    return Community(world.truth[0], world.model_of, accounts, pretrusted, reviews, votes)


def _effect(spread: float, shape: tuple[int, ...], given: Parameters, random: Random) -> Floats:
    """An effect on every dimension (…, dimensions), a share of which is common to them all."""
    common = random.normal(0, spread * sqrt(given.general), (*shape, 1))
    return common + random.normal(0, spread * sqrt(1 - given.general), (*shape, given.dimensions))


def _world(given: Parameters, random: Random) -> World:
    endpoints = given.models * given.endpoints_per_model
    model_of = np.repeat(np.arange(given.models), given.endpoints_per_model)
    baseline = given.baseline + random.normal(0, given.baseline_spread, (given.use_cases, 1, given.dimensions))
    model = _effect(given.model_spread, (1, given.models), given, random)
    model = model + _effect(given.use_case_spread, (given.use_cases, given.models), given, random)
    endpoint = _effect(given.endpoint_spread, (1, endpoints), given, random)
    endpoint = endpoint + _effect(given.use_case_spread, (given.use_cases, endpoints), given, random)
    today = baseline + model[:, model_of] + endpoint
    months = int(given.years * MONTHS_A_YEAR) + 2
    steps = _effect(given.drift / sqrt(MONTHS_A_YEAR), (months, 1, endpoints), given, random)
    walked = np.cumsum(steps, axis=0) - steps[0]  # none in the present month
    return World(np.clip(today + walked, 1.2, 4.8), model_of)  # nothing real is perfect or worthless


def _people(given: Parameters, random: Random) -> People:
    count = given.reviewers
    activity = random.lognormal(0, given.activity, count)
    return People(
        severity=random.normal(0, given.severity, count),
        skill=random.normal(0, 1, count),
        activity=activity / activity.sum(),
        shill=random.random(count) < given.shills,
    )


def _reviews(given: Parameters, world: World, people: People, random: Random) -> Reviews:
    count, endpoints = given.reviews, len(world.model_of)
    popularity = random.lognormal(0, given.popularity, endpoints)
    reviewer = random.choice(given.reviewers, count, p=people.activity)
    endpoint = random.choice(endpoints, count, p=popularity / popularity.sum())
    use_case = random.integers(given.use_cases, size=count)
    age = random.random(count) * given.years * MONTHS_A_YEAR
    level = _levels(given, people.skill[reviewer], random)
    seen = world.truth[age.astype(np.int64), use_case, endpoint] + people.severity[reviewer, None]
    spread = np.asarray(given.level_noise)[level] * np.exp(-given.skill * people.skill[reviewer])
    said = seen + spread[:, None] * _errors(given, count, random)
    favoured = world.model_of[endpoint] == reviewer % given.models  # each shill is paid by one vendor
    told = np.where(favoured, 5.0, 1.5)[:, None] + random.normal(0, given.shill_noise, said.shape)
    said = np.where(people.shill[reviewer, None], told, said)
    return Reviews(reviewer, endpoint, use_case, level, NOW - age, starred(said))


def _errors(given: Parameters, count: int, random: Random) -> Floats:
    """Errors of middling reviewers (reviews, dimensions), a halo in common."""
    return random.normal(0, given.halo, (count, 1)) + random.normal(0, given.noise, (count, given.dimensions))


def _levels(given: Parameters, skill: Floats, random: Random) -> Integers:
    """Scoring levels in the shares asked for, the skilled tending to the higher ones."""
    leaning = given.level_skill * skill + random.normal(0, 1, len(skill))
    place = np.argsort(np.argsort(leaning)) / len(skill)
    return np.searchsorted(np.cumsum(given.level_shares)[:-1], place, side="right")


def _voters(given: Parameters, people: People, moderators: Integers, random: Random) -> Integers:
    """Who casts each vote: reviewers as they are active, and each moderator a fixed number."""
    crowd = random.choice(given.reviewers, given.votes, p=people.activity)
    return np.concatenate([crowd, np.repeat(moderators, given.moderator_votes)])


def voted(given: Parameters, truth: Floats, reviews: Reviews, voters: Integers, random: Random) -> Votes:
    """Votes of the given voters on reviews at random, but never their own, that follow accuracy loosely."""
    seen = random.lognormal(0, given.attention, len(reviews.reviewer))
    review = random.choice(len(seen), len(voters), p=seen / seen.sum())
    error = np.abs(reviews.stars - truth[reviews.use_case, reviews.endpoint]).mean(axis=1)[review]
    helpful = random.random(len(voters)) < 1 / (1 + np.exp(given.vote_slope * (error - given.vote_doubt)))
    others = reviews.reviewer[review] != voters
    return Votes(voters[others], review[others], np.where(helpful, 1, -1)[others])


def starred(said: Floats) -> Integers:
    """Opinions as whole stars from 1 to 5."""
    return np.clip(np.rint(said), 1, 5).astype(np.int64)


def enlarged(base: Community, accounts: int, reviews: Reviews, votes: Votes | None = None) -> Community:
    """The same community with more accounts, reviews and votes."""
    more = base.votes if votes is None else base.votes.joined(votes)
    return replace(base, accounts=base.accounts + accounts, reviews=base.reviews.joined(reviews), votes=more)
