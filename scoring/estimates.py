"""Estimates: what the stored statistics say about every endpoint, or every model, in one use case."""

from dataclasses import dataclass

import numpy as np

from scoring import hierarchy
from scoring.arrays import Flags, Floats, Integers, sums
from scoring.constants import CONSTANTS, Constants
from scoring.hierarchy import Above
from scoring.ladder import Climb
from scoring.voices import Statistics, Voices, voices

LEAST, MOST = 1.0, 5.0  # stars


@dataclass(frozen=True, slots=True)
class Question:
    """Which standings are asked for: one use case at a moment, from which evidence and months (inclusive).

    `now` is a `months.moment`. Rows of later months do not drop out by themselves: a question about the past
    sets `last_month`. With `pooled` the subjects are the models, each over all its endpoints; otherwise the
    endpoints.
    """

    use_case: int
    now: float
    minimum_level: int = 0
    first_month: int | None = None
    last_month: int | None = None
    pooled: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """What was heard of each subject and dimension, all (subjects, dimensions).

    `votes` is the discounted mass, `established` that of tiers 2 and up, `verified` the share of the votes
    with scoring level 4 and up (0 without votes), `age` the mean age of the votes in days, `count` in ratings.
    """

    votes: Floats
    established: Floats
    verified: Floats
    age: Floats
    count: Integers


@dataclass(frozen=True, slots=True)
class Estimates:
    """One estimate for each subject and dimension; arrays are (subjects, dimensions) unless said.

    `score`, `low` and `high` (95 %) and `community` (the score were there no limits) in stars from 1 to 5;
    `variance` in stars²; `rungs` (subjects, dimensions, tiers) the score once a tier and all stronger ones have
    spoken, tier 0 last; `stopped` (subjects, dimensions, tiers) where a tier wanted further than it may;
    `manipulation_limit` in stars how far all of tier 0 together may move the score; `effective` the mass behind
    it in ratings.
    """

    score: Floats
    variance: Floats
    low: Floats
    high: Floats
    rungs: Floats
    stopped: Flags
    community: Floats
    manipulation_limit: Floats
    effective: Floats
    facts: Facts


def neutral(use_cases: int, dimensions: int, constants: Constants = CONSTANTS) -> Floats:
    """Baselines (use cases, dimensions) before any recompute, in stars."""
    return np.full((use_cases, dimensions), constants.baseline)


def estimate(
    statistics: Statistics, question: Question, baselines: Floats, constants: Constants = CONSTANTS
) -> Estimates:
    """Estimate every subject in every dimension (rating model: estimates).

    `baselines` (use cases, dimensions) are in stars. A subject without a row gets what it is held to, with a wide
    interval. Nothing is ever NaN.
    """
    here, above = _heard(statistics, question, len(baselines), baselines.shape[1], constants)
    climb = hierarchy.pooled if question.pooled else hierarchy.endpoints
    climbed = climb(here, above, baselines.shape[1], constants)
    facts = _facts(here, question.pooled, baselines.shape[1], constants)
    return _estimates(climbed, facts, baselines[question.use_case], constants)


def _heard(
    statistics: Statistics, question: Question, use_cases: int, dimensions: int, constants: Constants
) -> tuple[Voices, Above]:
    """Who speaks in the use case, and what they are held to; nobody else need be remembered."""
    kept = asked(statistics, question)
    heard = voices(statistics, question.now, constants).hushed(kept)
    above = hierarchy.above(heard, use_cases, dimensions, constants, pooled=question.pooled)
    return heard.where(kept & (statistics.use_case == question.use_case)), above


def asked(rows: Statistics, question: Question) -> Flags:
    """Which rows the question counts (rows), by evidence and month."""
    keep = rows.level >= question.minimum_level
    if question.first_month is not None:
        keep &= rows.month >= question.first_month
    if question.last_month is not None:
        keep &= rows.month <= question.last_month
    return keep


def _facts(here: Voices, pooled: bool, dimensions: int, constants: Constants) -> Facts:
    rows, weight = here.rows, here.weight
    shape = (rows.models if pooled else rows.endpoints, dimensions)
    cell = (here.model if pooled else rows.endpoint) * dimensions + rows.dimension

    def total(column: Floats) -> Floats:
        return sums(cell, column, shape[0] * shape[1]).reshape(shape)

    votes = total(weight)
    some = np.where(votes > 0, votes, 1.0)
    return Facts(
        votes=votes,
        established=total(weight * (here.tier >= constants.established_tier)),
        verified=total(weight * (rows.level >= constants.verified_level)) / some,
        age=total(weight * here.age) / some,
        count=total(rows.count.astype(np.float64)).astype(np.int64),
    )


def _estimates(climb: Climb, facts: Facts, baselines: Floats, constants: Constants) -> Estimates:
    shape, last, above = facts.votes.shape, climb.rungs[0], climb.rungs[1]
    centre = baselines + last.location.reshape(shape)
    variance = last.variance.reshape(shape) + constants.drift_per_day * facts.age / 2
    margin = constants.interval_z * np.sqrt(variance)
    rungs = np.stack([rung.location.reshape(shape) for rung in climb.rungs], axis=-1)
    return Estimates(
        score=stars(centre),
        variance=variance,
        low=stars(centre - margin),
        high=stars(centre + margin),
        rungs=stars(baselines[:, None] + rungs),
        stopped=np.stack([rung.stopped.reshape(shape) for rung in climb.rungs], axis=-1),
        community=stars(baselines + climb.community.reshape(shape)),
        manipulation_limit=constants.ladder_steps[0] * np.sqrt(above.variance).reshape(shape),
        effective=last.mass.reshape(shape),
        facts=facts,
    )


def stars(values: Floats) -> Floats:
    """Values kept on the scale of 1 to 5 stars."""
    return np.clip(values, LEAST, MOST)
