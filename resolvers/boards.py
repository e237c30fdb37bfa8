"""Boards: the standings of all subjects in one use case, computed from the statistics in a worker thread."""

import asyncio
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import cached_property

import numpy as np
from graphql import OperationType
from strawberry import Info

from db.enums import UseCase
from resolvers import snapshots
from resolvers.context import Context
from resolvers.histories import History, history
from resolvers.inputs import RankingFilter, Weights
from resolvers.refusals import BadUserInput
from resolvers.snapshots import DIMENSIONS, USE_CASES, Snapshot
from scoring import backing, estimates, rankings, ranks
from scoring.arrays import Flags, Floats, Integers
from scoring.estimates import Estimates, Question
from scoring.influence import Case
from scoring.months import moment
from scoring.rankings import Composites
from scoring.ranks import Ranks

LASTING = timedelta(minutes=1)
"""How long what was computed from unchanged statistics is shown: fading moves a score by a millionth meanwhile."""
_MOST_KEPT = 32  # boards of one snapshot, each some megabytes at thousands of endpoints
_EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
EQUAL = Weights(tool_calling=1, api_reliability=1, cost_per_task=1, context_quality=1, latency=1)


class Pooling(StrEnum):
    """What a ranking ranks."""

    ENDPOINT = "ENDPOINT"
    """Endpoints: a model as one provider serves it."""
    MODEL = "MODEL"
    """Models, the statistics of all their endpoints pooled."""


@dataclass(eq=False)
class Board:
    """The standings of all subjects in one use case, as arrays; a standing is one row of it."""

    pooling: Pooling
    snapshot: Snapshot
    case: Case
    estimates: Estimates
    composites: Composites
    backed: Flags
    taking_part: Integers
    as_of: datetime
    history: History | None = None
    drawn: asyncio.Task[Ranks] | None = None

    @property
    def ids(self) -> list[str]:
        """The subjects, one a row."""
        return _ids(self.snapshot, pooled=self.pooling is Pooling.MODEL)

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

    async def ranks(self) -> Ranks:
        """Ranks of those who take part, simulated once and only when somebody asks, in a worker thread."""
        if self.drawn is None:
            scores, variances = self.composites.score[self.taking_part], self.composites.variance[self.taking_part]
            self.drawn = asyncio.create_task(asyncio.to_thread(ranks.ranks, scores, variances, self.version))
        return await asyncio.shield(self.drawn)  # others may wait for it too


@dataclass(frozen=True, slots=True)
class Asked:
    """What a board is asked for."""

    use_case: UseCase
    pooling: Pooling = Pooling.ENDPOINT
    weights: Weights | None = None
    filter: RankingFilter | None = None
    as_of: datetime | None = None
    among: frozenset[str] | None = None

    @property
    def key(self) -> tuple[object, ...]:
        """What tells two boards of the same question apart."""
        return self.among, self.filter is not None and self.filter.include_provisional


async def board(info: Info, asked: Asked) -> Board:
    """The standings of all subjects, ranked `among` some ids or all; computed in a worker thread."""
    now: datetime = info.context.now
    at = now if asked.as_of is None else past_moment(asked.as_of, now, "asOf")
    shares, question = shared(asked.weights or EQUAL), _question(asked, at)
    present = await snapshot_of(info)
    if asked.as_of is None:
        return await _kept(present, question, shares, asked, at)
    past = await history(present)
    made = await asyncio.to_thread(lambda: _computed(past.snapshot(at), question, shares, asked, at))
    made.history = past
    return made


async def _kept(snapshot: Snapshot, question: Question, shares: Floats, asked: Asked, at: datetime) -> Board:
    """The board as it was computed from the same statistics a moment ago, or a new one."""
    key = (replace(question, now=0.0), shares.tobytes(), asked.key)
    held: Board | None = snapshot.kept.get(key)
    if held is not None and timedelta() <= at - held.as_of < LASTING:
        return held
    made = await asyncio.to_thread(_computed, snapshot, question, shares, asked, at)
    if len(snapshot.kept) >= _MOST_KEPT:
        snapshot.kept.pop(next(iter(snapshot.kept)))
    snapshot.kept[key] = made
    return made


def past_moment(asked: datetime, latest: datetime, argument: str) -> datetime:
    """A moment in the past in UTC, or BadUserInput that names the argument."""
    if asked.tzinfo is None:
        raise BadUserInput("Say the time zone, such as 2026-01-31T00:00:00Z.", argument)
    if not _EARLIEST <= asked <= latest:
        raise BadUserInput(f"{asked} is not between {_EARLIEST:%Y} and {latest}.", argument)
    return asked.astimezone(UTC)


async def snapshot_of(info: Info) -> Snapshot:
    """The statistics; one query asks for them once, so that all its standings are of one moment."""
    context: Context = info.context
    if context.snapshot is None or info.operation.operation is OperationType.MUTATION:
        context.snapshot = asyncio.ensure_future(snapshots.present(exact=context.viewer is not None))
    return await context.snapshot


def shared(weights: Weights) -> Floats:
    """The dimensions' shares of one, or BadUserInput."""
    given = [getattr(weights, dimension.column) for dimension in DIMENSIONS]
    try:
        return rankings.normalise(given)
    except ValueError as error:
        raise BadUserInput(str(error), "weights") from None


def _question(asked: Asked, now: datetime) -> Question:
    wanted = asked.filter or RankingFilter()
    level = wanted.min_scoring_level or 0
    if not 0 <= level <= 5:
        raise BadUserInput("A scoring level is 0 to 5.", "filter", "minScoringLevel")
    for name, day in (("since", wanted.since), ("until", wanted.until)):
        if day is not None and day > now.date():
            raise BadUserInput(f"{day} is later than the moment asked about.", "filter", name)
    return Question(
        use_case=USE_CASES.index(asked.use_case),
        now=moment(now),
        minimum_level=level,
        first_month=None if wanted.since is None else 12 * wanted.since.year + wanted.since.month - 1,
        last_month=None if wanted.until is None else 12 * wanted.until.year + wanted.until.month - 1,
        pooled=asked.pooling is Pooling.MODEL,
    )


def _computed(snapshot: Snapshot, question: Question, shares: Floats, asked: Asked, at: datetime) -> Board:
    case = case_of(snapshot, question, shares)
    found, composites = told(case)
    cells = backing.held(case.statistics, question, len(DIMENSIONS), case.constants)
    backed = backing.backed(cells, shares)
    return Board(
        pooling=asked.pooling,
        snapshot=snapshot,
        case=case,
        estimates=found,
        composites=composites,
        backed=backed,
        taking_part=_taking_part(_ids(snapshot, pooled=question.pooled), backed, asked),
        as_of=at,
    )


def _taking_part(ids: list[str], backed: Flags, asked: Asked) -> Integers:
    """The rows that are ranked: backed or all of them asked for, and among the ids asked for."""
    everybody = asked.filter is not None and asked.filter.include_provisional
    named = np.array([bool(each) if asked.among is None else each in asked.among for each in ids], dtype=np.bool_)
    return np.flatnonzero(named & (backed | everybody))


def _ids(snapshot: Snapshot, *, pooled: bool) -> list[str]:
    return snapshot.subjects.model_ids if pooled else snapshot.subjects.endpoint_ids


def case_of(snapshot: Snapshot, question: Question, shares: Floats) -> Case:
    """What the scores of a snapshot are computed from."""
    return Case(snapshot.statistics, question, snapshot.baselines, shares, snapshot.constants)


def told(case: Case) -> tuple[Estimates, Composites]:
    """What the statistics say of every subject, by dimension and as a whole."""
    found = estimates.estimate(case.statistics, case.question, case.baselines, case.constants)
    return found, rankings.composites(found.score, found.variance, case.shares.tolist(), case.constants)
