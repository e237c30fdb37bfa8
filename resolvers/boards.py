"""Boards: the standings of all subjects in one use case, computed from the statistics in a worker thread."""

import asyncio
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property
from math import nan

import numpy as np
from graphql import OperationType
from strawberry import Info

from db.enums import Dimension, UseCase
from resolvers import snapshots
from resolvers.context import Context
from resolvers.histories import History, history
from resolvers.questions import EQUAL, Asked, Pooling, past_moment, question_of, shared
from resolvers.snapshots import DIMENSIONS, USE_CASES, Snapshot
from resolvers.workers import worked
from scoring import backing, estimates, rankings, ranks
from scoring.arrays import Flags, Floats, Integers, integers
from scoring.estimates import Estimates, Question
from scoring.figures import all_published, published
from scoring.influence import Case
from scoring.rankings import Composites, Parts
from scoring.ranks import Ranks

LASTING = timedelta(minutes=1)
"""How long what was computed from unchanged statistics is shown: fading moves a score by a millionth meanwhile."""
_MOST_KEPT = 16  # of one snapshot, each a megabyte or two at thousands of endpoints


@dataclass(slots=True)
class Interval:
    """A 95 % interval on the scale of 1 to 5 stars."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Rung:
    """The score once one tier and all stronger ones have spoken."""

    tier: int
    score: float
    stopped: bool


@dataclass(slots=True)
class DimensionStanding:
    """One dimension of a standing, the same for everybody but for its weight, which is the asker's.

    It is kept without: nobody may change it.
    """

    estimates: Estimates
    place: int
    dimension: Dimension
    score: float
    interval: Interval
    community_score: float
    manipulation_limit: float
    effective_reviews: float
    established: float
    rating_count: int
    weight: float = nan  # which GraphQL refuses to show

    @property
    def rungs(self) -> list[Rung]:
        found, cell = self.estimates, (self.place, DIMENSIONS.index(self.dimension))
        scores, stopped = found.rungs[cell], found.stopped[cell]
        return [Rung(tier, published(scores[tier]), bool(stopped[tier])) for tier in reversed(range(len(scores)))]


@dataclass(frozen=True, slots=True)
class Told:
    """What the statistics say of every subject in every dimension at a moment, whatever the asker's weights."""

    estimates: Estimates
    parts: Parts
    backed: Flags
    as_of: datetime
    question: Question
    dimensions: dict[int, list[DimensionStanding]] = field(default_factory=dict)


@dataclass(eq=False)
class Board:
    """The standings of all subjects in one use case, as arrays; a standing is one row of it."""

    asked: Asked
    snapshot: Snapshot
    case: Case
    told: Told
    composites: Composites
    history: History | None = None
    drawn: asyncio.Task[Ranks] | None = None

    @property
    def pooling(self) -> Pooling:
        """What its rows are."""
        return self.asked.pooling

    @property
    def estimates(self) -> Estimates:
        """What the statistics say of every subject in every dimension."""
        return self.told.estimates

    @property
    def as_of(self) -> datetime:
        """The moment it is of."""
        return self.told.as_of

    @cached_property
    def ids(self) -> list[str]:
        """The subjects, one a row."""
        subjects = self.snapshot.subjects
        return subjects.model_ids if self.pooling is Pooling.MODEL else subjects.endpoint_ids

    @cached_property
    def backed(self) -> Flags:
        """Whether enough proven reviews back each subject (subjects)."""
        return backing.backed(self.told.backed, self.shares)

    @cached_property
    def taking_part(self) -> Integers:
        """The rows that are ranked, by id: backed or all of them asked for, and among the ids asked for."""
        subjects, asked = self.snapshot.subjects, self.asked
        places = subjects.models_by_id if self.pooling is Pooling.MODEL else subjects.endpoints_by_id
        if asked.filter is None or not asked.filter.include_provisional:
            places = places[self.backed[places]]
        if asked.among is None:
            return places
        return integers(place for place in places.tolist() if self.ids[place] in asked.among)

    @property
    def endpoint_ids(self) -> list[str]:
        """The endpoints in the statistics."""
        return self.snapshot.subjects.endpoint_ids

    @property
    def model_ids(self) -> list[str]:
        """The models in the statistics."""
        return self.snapshot.subjects.model_ids

    @property
    def version(self) -> int:
        """The version of the use case's statistics."""
        return self.snapshot.versions[self.use_case]

    @property
    def demo(self) -> bool:
        """Whether made-up reviews count."""
        return self.snapshot.demo

    @property
    def use_case(self) -> UseCase:
        """The use case of all its standings."""
        return USE_CASES[self.case.question.use_case]

    @property
    def shares(self) -> Floats:
        """The asker's weights, summing to one."""
        return self.case.shares

    @cached_property
    def weights(self) -> list[float]:
        """The same as they are shown."""
        return all_published(self.shares)

    @cached_property
    def scores(self) -> Floats:
        """The composite scores on the scale of 1 to 5 stars (subjects)."""
        return estimates.stars(self.composites.score)

    @cached_property
    def effective(self) -> Floats:
        """The mass behind the composites, in full votes (subjects)."""
        return np.asarray(self.estimates.effective @ self.shares)

    @cached_property
    def verified(self) -> Floats:
        """The share of the votes that is verified (subjects); 0 where there are none."""
        votes = self.estimates.facts.votes * self.shares
        total = votes.sum(axis=1)
        verified = (self.estimates.facts.verified * votes).sum(axis=1)
        return np.asarray(verified / np.where(total > 0, total, 1.0))

    @cached_property
    def places(self) -> dict[str, int]:
        """The row of each subject's id."""
        return {subject: place for place, subject in enumerate(self.ids)}

    @property
    def endpoint_places(self) -> dict[str, int]:
        """The number of each endpoint in the statistics."""
        return self.snapshot.subjects.endpoint_places

    @cached_property
    def ranked(self) -> dict[int, int]:
        """The row in `ranks` of each subject that takes part."""
        return {place: position for position, place in enumerate(self.taking_part.tolist())}

    def endpoints(self, place: int) -> list[int]:
        """The endpoints of the subject in a row: itself, or all of a model's."""
        if self.pooling is Pooling.ENDPOINT:
            return [place]
        return [int(each) for each in np.flatnonzero(self.case.statistics.model_of == place)]

    def dimensions_of(self, place: int) -> list[DimensionStanding]:
        """The dimensions of one row without their weights, made when they are first asked for."""
        made = self.told.dimensions
        if place not in made:
            made[place] = dimensions(self.estimates, place)
        return made[place]

    def weighed(self, place: int) -> list[DimensionStanding]:
        """The dimensions of one row with the asker's weights."""
        pairs = zip(self.dimensions_of(place), self.weights, strict=True)
        return [replace(dimension, weight=weight) for dimension, weight in pairs]

    async def ranks(self) -> Ranks:
        """Ranks of those who take part, simulated once and only when somebody asks, in a worker thread."""
        if self.drawn is None:
            scores, variances = self.composites.score[self.taking_part], self.composites.variance[self.taking_part]
            self.drawn = asyncio.create_task(worked(ranks.ranks, scores, variances, self.version))
        return await asyncio.shield(self.drawn)  # others may wait for it too


@dataclass(eq=False)
class _Held:
    """What is told, when it is ready, and what will be told after it."""

    task: "asyncio.Task[Told]"
    renewal: "asyncio.Task[Told] | None" = None

    def lasts(self, at: datetime) -> bool:
        """Whether it is under way, or has come to something that is still shown."""
        if self.renewal is not None and self.renewal.done():
            self.task, self.renewal = self.task if _failed(self.renewal) else self.renewal, None
        if not self.task.done():
            return True
        return not _failed(self.task) and timedelta() <= at - self.task.result().as_of < LASTING

    def ages(self, at: datetime) -> bool:
        """Whether it is time to renew what lasts."""
        return self.renewal is None and self.task.done() and at - self.task.result().as_of >= LASTING / 2


def _failed(task: "asyncio.Task[Told]") -> bool:
    return task.cancelled() or task.exception() is not None


async def board(info: Info, asked: Asked) -> Board:
    """The standings of all subjects, ranked `among` some ids or all; computed in a worker thread."""
    now: datetime = info.context.now
    at = now if asked.as_of is None else past_moment(asked.as_of, now, "asOf")
    shares, question = shared(asked.weights or EQUAL), question_of(asked, at)
    present = await snapshot_of(info)
    if asked.as_of is None:
        return _board(present, await _told(present, question, at), shares, asked)
    past = await history(present)
    snapshot = await worked(past.snapshot, at)
    made = _board(snapshot, await _told(snapshot, question, at), shares, asked)
    made.history = past
    return made


async def _told(snapshot: Snapshot, question: Question, at: datetime) -> Told:
    """What was computed from the same statistics a moment ago, or what is computed now by one who asks for all.

    It is renewed half-way through its time, beside those who are still shown the old one.
    """
    key = replace(question, now=0.0)
    held: _Held | None = snapshot.kept.get(key)
    if held is None or not held.lasts(at):
        if len(snapshot.kept) >= _MOST_KEPT:
            snapshot.kept.pop(next(iter(snapshot.kept)))
        held = snapshot.kept[key] = _Held(_begun(snapshot, question, at))
    elif held.ages(at):
        held.renewal = _begun(snapshot, question, at)
    return await asyncio.shield(held.task)


def _begun(snapshot: Snapshot, question: Question, at: datetime) -> "asyncio.Task[Told]":
    return asyncio.create_task(worked(_computed, snapshot, question, at))


async def snapshot_of(info: Info) -> Snapshot:
    """The statistics; one query asks for them once, so that all its standings are of one moment."""
    context: Context = info.context
    if context.snapshot is None or info.operation.operation is OperationType.MUTATION:
        context.snapshot = asyncio.ensure_future(snapshots.present(exact=context.viewer is not None))
    return await context.snapshot


def _computed(snapshot: Snapshot, question: Question, at: datetime) -> Told:
    rows, constants = snapshot.statistics, snapshot.constants
    found = estimates.estimate(rows, question, snapshot.baselines, constants)
    backed = backing.held(rows, question, len(DIMENSIONS), constants)
    return Told(found, Parts.of(found.score, found.variance), backed, at, question)


def _board(snapshot: Snapshot, told: Told, shares: Floats, asked: Asked) -> Board:
    """The board of one asker: weighing what is told takes a handful of vector operations."""
    case = case_of(snapshot, told.question, shares)
    return Board(asked, snapshot, case, told, rankings.combined(told.parts, shares, snapshot.constants))


def dimensions(found: Estimates, place: int) -> list[DimensionStanding]:
    """One row of the estimates as it is shown, by dimension."""

    def shown(column: Floats) -> list[float]:
        return all_published(column[place])

    columns = (
        DIMENSIONS,
        shown(found.score),
        [Interval(*both) for both in zip(shown(found.low), shown(found.high), strict=True)],
        shown(found.community),
        shown(found.manipulation_limit),
        shown(found.effective),
        shown(found.facts.established),
        found.facts.count[place].tolist(),
    )
    return [DimensionStanding(found, place, *each) for each in zip(*columns, strict=True)]


def case_of(snapshot: Snapshot, question: Question, shares: Floats) -> Case:
    """What the scores of a snapshot are computed from."""
    return Case(snapshot.statistics, question, snapshot.baselines, shares, snapshot.constants)


def told(case: Case) -> tuple[Estimates, Composites]:
    """What the statistics say of every subject, by dimension and as a whole."""
    found = estimates.estimate(case.statistics, case.question, case.baselines, case.constants)
    return found, rankings.combined(Parts.of(found.score, found.variance), case.shares, case.constants)
