"""Boards: the standings of all subjects in one use case, computed from the statistics in a worker thread."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from functools import cached_property
from typing import Any

import numpy as np
from graphql import OperationType
from strawberry import Info

from db import statistics
from db.enums import Dimension, UseCase
from db.queries import Record
from db.statistics import Snapshot
from resolvers.context import Context
from resolvers.histories import History, history
from resolvers.inputs import RankingFilter, Weights
from resolvers.refusals import BadUserInput
from scoring import backing, estimates, rankings, ranks
from scoring.arrays import Flags, Floats, Integers, integers
from scoring.constants import CONSTANTS, Constants
from scoring.estimates import Estimates, Question
from scoring.influence import Case
from scoring.months import moment
from scoring.rankings import Composites
from scoring.ranks import Ranks
from scoring.voices import Statistics

USE_CASES, DIMENSIONS = list(UseCase), list(Dimension)
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
    ids: list[str]
    endpoint_ids: list[str]
    model_ids: list[str]
    case: Case
    estimates: Estimates
    composites: Composites
    backed: Flags
    taking_part: list[int]
    version: int
    demo: bool
    as_of: datetime
    history: History | None = None
    drawn: asyncio.Task[Ranks] | None = None

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

    @cached_property
    def endpoint_places(self) -> dict[str, int]:
        """The number of each endpoint in the statistics."""
        return {endpoint: place for place, endpoint in enumerate(self.endpoint_ids)}

    @cached_property
    def ranked(self) -> dict[int, int]:
        """The row in `ranks` of each subject that takes part."""
        return {place: position for position, place in enumerate(self.taking_part)}

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
        return await self.drawn


@dataclass(frozen=True, slots=True)
class Asked:
    """What a board is asked for."""

    use_case: UseCase
    pooling: Pooling = Pooling.ENDPOINT
    weights: Weights | None = None
    filter: RankingFilter | None = None
    as_of: datetime | None = None
    among: Iterable[str] | None = None


async def board(info: Info, asked: Asked) -> Board:
    """The standings of all subjects, ranked `among` some ids or all; computed in a worker thread."""
    now: datetime = info.context.now
    at = now if asked.as_of is None else past_moment(asked.as_of, now, "asOf")
    shares, question = shared(asked.weights or EQUAL), _question(asked, at)
    present = await snapshot_of(info)
    past = None if asked.as_of is None else await history(present)
    snapshot = present if past is None else await asyncio.to_thread(past.snapshot, at)
    made = await asyncio.to_thread(_computed, snapshot, question, shares, asked)
    made.as_of, made.history = at, past
    return made


def past_moment(asked: datetime, latest: datetime, argument: str) -> datetime:
    """A moment in the past in UTC, or BadUserInput that names the argument."""
    if asked.tzinfo is None:
        raise BadUserInput("Say the time zone, such as 2026-01-31T00:00:00Z.", argument)
    if not _EARLIEST <= asked <= latest:
        raise BadUserInput(f"{asked} is not between {_EARLIEST:%Y} and {latest}.", argument)
    return asked.astimezone(UTC)


async def snapshot_of(info: Info) -> Snapshot:
    """The statistics; one query reads them once, so that all its standings are of one moment."""
    context: Context = info.context
    if context.snapshot is None or info.operation.operation is OperationType.MUTATION:
        context.snapshot = asyncio.ensure_future(statistics.snapshot())
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


def _computed(snapshot: Snapshot, question: Question, shares: Floats, asked: Asked) -> Board:
    endpoint_ids, model_ids, case = case_of(snapshot, question, shares)
    found, composites = told(case)
    cells = backing.held(case.statistics, question, len(DIMENSIONS), case.constants)
    backed = backing.backed(cells, shares)
    ids = model_ids if question.pooled else endpoint_ids
    among = None if asked.among is None else frozenset(asked.among)
    everybody = asked.filter is not None and asked.filter.include_provisional
    listed = [
        place
        for place, subject in enumerate(ids)
        if subject and (everybody or backed[place]) and (among is None or subject in among)
    ]
    return Board(
        pooling=asked.pooling,
        ids=ids,
        endpoint_ids=endpoint_ids,
        model_ids=model_ids,
        case=case,
        estimates=found,
        composites=composites,
        backed=backed,
        taking_part=listed,
        version=snapshot.versions[asked.use_case],
        demo=snapshot.demo,
        as_of=_EARLIEST,
    )


def case_of(snapshot: Snapshot, question: Question, shares: Floats) -> tuple[list[str], list[str], Case]:
    """The snapshot's endpoint ids and model ids, and what their scores are computed from."""
    endpoint_ids, model_ids, columns = arrays(snapshot)
    case = Case(columns, question, baselines(snapshot.baselines), shares, measured(snapshot.parameters))
    return endpoint_ids, model_ids, case


def told(case: Case) -> tuple[Estimates, Composites]:
    """What the statistics say of every subject, by dimension and as a whole."""
    found = estimates.estimate(case.statistics, case.question, case.baselines, case.constants)
    return found, rankings.composites(found.score, found.variance, case.shares.tolist(), case.constants)


def measured(parameters: dict[str, Any]) -> Constants:
    """The rating model's constants with what the epoch's recompute has measured."""
    names = {each.name for each in CONSTANTS}
    known: dict[str, Any] = {name: value for name, value in parameters.items() if name in names}
    exact: Any = {name: tuple(value) if isinstance(value, list) else value for name, value in known.items()}
    return replace(CONSTANTS, **exact)


def arrays(snapshot: Snapshot) -> tuple[list[str], list[str], Statistics]:
    """The snapshot's ids and columns. A model nobody serves gets a nameless endpoint, to have a standing."""
    model_ids = list(dict.fromkeys(row["model_id"] for row in snapshot.subjects))
    endpoint_ids = [row["endpoint_id"] or "" for row in snapshot.subjects]
    model_place = {model: place for place, model in enumerate(model_ids)}
    endpoint_place = {endpoint: place for place, endpoint in enumerate(endpoint_ids)}
    model_of = np.array([model_place[row["model_id"]] for row in snapshot.subjects], dtype=np.int64)
    return endpoint_ids, model_ids, columns(snapshot.rows, endpoint_place, model_of)


def columns(rows: Sequence[Record], endpoint_place: dict[str, int], model_of: Integers) -> Statistics:
    """Rows of the statistics as the arithmetic takes them."""
    return Statistics(
        endpoint=integers(endpoint_place[row["endpoint_id"]] for row in rows),
        use_case=integers(USE_CASES.index(row["use_case"]) for row in rows),
        dimension=integers(DIMENSIONS.index(row["dimension"]) for row in rows),
        level=integers(row["scoring_level"] for row in rows),
        standing=integers(row["standing"] for row in rows),
        month=integers(row["month"] for row in rows),
        bin=integers(row["bin"] for row in rows),
        mass=integers(row["mass"] for row in rows),
        count=integers(row["count"] for row in rows),
        model_of=model_of,
    )


def baselines(stored: dict[str, float]) -> Floats:
    """The epoch's baselines in stars, use cases by dimensions."""
    keys = [[statistics.area(use_case, dimension) for dimension in DIMENSIONS] for use_case in USE_CASES]
    return np.array([[stored.get(key, CONSTANTS.baseline) for key in row] for row in keys])
