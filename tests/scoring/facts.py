"""Ratings for tests, from a few columns, and a made-up community whose truth is known."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scoring.arrays import Floats, Integers
from scoring.ratings import Ratings, Votes
from scoring.recompute import Measured, recompute
from tests.scoring.columns import MONTH, NOW

NOBODY = Votes(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.bool_))


@dataclass(frozen=True)
class Told:
    """A review of one dimension."""

    reviewer: int
    stars: float
    endpoint: int = 0
    level: int = 4
    month: int = MONTH
    review: int | None = None
    dimension: int = 0


def ratings(told: Sequence[Told], models: int = 1, reviewers: int | None = None) -> Ratings:
    """Reviews of one use case, each of one dimension unless they share a number; each endpoint is a model."""

    def column(name: str) -> Integers:
        return np.array([getattr(each, name) for each in told], dtype=np.int64)

    who, none = column("reviewer"), np.zeros(len(told), dtype=np.int64)
    return Ratings(
        reviewer=who,
        review=np.array(
            [place if each.review is None else each.review for place, each in enumerate(told)], dtype=np.int64
        ),
        endpoint=column("endpoint"),
        use_case=none,
        dimension=column("dimension"),
        stars=np.array([each.stars for each in told], dtype=np.float64),
        level=column("level"),
        month=column("month"),
        model_of=np.arange(models),
        reviewers=int(who.max(initial=-1)) + 1 if reviewers is None else reviewers,
        use_cases=1,
        dimensions=1 + int(column("dimension").max(initial=0)),
    )


def panel(shift: dict[int, float], endpoints: int = 30, reviewers: int = 8) -> Ratings:
    """Everybody reviews everything, around 3 and the endpoint's own merit, some of them shifted."""
    merit = [1 + where % 3 for where in range(endpoints)]
    return ratings(
        [
            Told(who, 1 + merit[where] + round(shift.get(who, 0)), where)
            for who in range(reviewers)
            for where in range(endpoints)
        ],
        models=endpoints,
    )


def voted(cast: list[tuple[int, int, bool]]) -> Votes:
    """Votes as voter, author and whether they say helpful."""
    voter, author, helpful = np.array(cast, dtype=np.int64).reshape(-1, 3).T
    return Votes(voter, author, helpful.astype(np.bool_))


def measured(facts: Ratings, cast: Votes = NOBODY, pretrust: Floats | None = None, now: float = NOW) -> Measured:
    """What a recompute measures when nobody votes and nobody is trusted, unless said."""
    return recompute(facts, cast, np.zeros(facts.reviewers) if pretrust is None else pretrust, now)


@dataclass(frozen=True)
class Community:
    """Ratings with what they were made from: `severity` and `noise` (reviewers), `truth` (endpoints, areas)."""

    ratings: Ratings
    severity: Floats
    noise: Floats
    truth: Floats


def community(seed: int, reviewers: int = 300, endpoints: int = 30, each: int = 12) -> Community:
    """Reviewers with severities and noises of their own review random endpoints in 2 use cases, 3 dimensions."""
    random = np.random.default_rng(seed)
    use_cases, dimensions, count = 2, 3, reviewers * each
    severity = np.clip(random.normal(0, 0.3, reviewers), -0.5, 0.5)
    noise = random.choice([0.5, 1.0, 2.0], reviewers)
    models = random.normal(3.2, 0.4, (endpoints // 2, 1, dimensions))
    truth = np.repeat(models, 2, axis=0) + random.normal(0, 0.2, (endpoints, use_cases, dimensions))
    who = np.repeat(np.arange(reviewers), each)
    where, use_case = random.integers(0, endpoints, count), random.integers(0, use_cases, count)
    level = random.choice(6, count, p=[0.4, 0.15, 0.1, 0.1, 0.15, 0.1])
    spread = 0.45 * noise[who] ** 2 / np.array([0.2, 0.25, 0.4, 0.6, 1, 1])[level]
    halo = random.normal(0, np.sqrt(0.5 * spread))
    review, dimension = np.repeat(np.arange(count), dimensions), np.tile(np.arange(dimensions), count)
    own = random.normal(0, np.sqrt(0.5 * spread[review]))
    said = truth[where[review], use_case[review], dimension] + severity[who[review]] + halo[review] + own
    facts = Ratings(
        reviewer=who[review],
        review=review,
        endpoint=where[review],
        use_case=use_case[review],
        dimension=dimension,
        stars=np.clip(np.rint(said), 1, 5),
        level=level[review],
        month=np.full(len(review), MONTH),
        model_of=np.arange(endpoints) // 2,
        reviewers=reviewers,
        use_cases=use_cases,
        dimensions=dimensions,
    )
    return Community(facts, severity, noise, truth)
