"""Boards: the standings of all subjects in one use case, computed from the statistics in a worker thread."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

import numpy as np
from graphql import OperationType
from strawberry import Info

from db import statistics
from db.enums import Dimension, UseCase
from db.statistics import Snapshot
from resolvers.context import Context
from resolvers.inputs import RankingFilter, Weights
from resolvers.refusals import BadUserInput
from scoring import estimates, rankings, ranks
from scoring.arrays import Flags, Floats, Integers
from scoring.constants import CONSTANTS
from scoring.estimates import Estimates, Question
from scoring.months import moment
from scoring.rankings import Composites
from scoring.ranks import Ranks
from scoring.voices import Statistics

USE_CASES, DIMENSIONS = list(UseCase), list(Dimension)
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

    use_case: UseCase
    pooling: Pooling
    ids: list[str]
    shares: Floats
    estimates: Estimates
    composites: Composites
    backed: Flags
    taking_part: list[int]
    version: int
    demo: bool
    drawn: asyncio.Task[Ranks] | None = None

    @cached_property
    def places(self) -> dict[str, int]:
        """The row of each subject's id."""
        return {subject: place for place, subject in enumerate(self.ids)}

    @cached_property
    def ranked(self) -> dict[int, int]:
        """The row in `ranks` of each subject that takes part."""
        return {place: position for position, place in enumerate(self.taking_part)}

    async def ranks(self) -> Ranks:
        """Ranks of those who take part, simulated once and only when somebody asks, in a worker thread."""
        if self.drawn is None:
            scores, variances = self.composites.score[self.taking_part], self.composites.variance[self.taking_part]
            self.drawn = asyncio.create_task(asyncio.to_thread(ranks.ranks, scores, variances, self.version))
        return await self.drawn


async def board(
    info: Info,
    use_case: UseCase,
    weights: Weights | None,
    pooling: Pooling,
    filter: RankingFilter | None = None,
    among: Iterable[str] | None = None,
) -> Board:
    """The standings of all subjects, ranked `among` some ids or all; computed in a worker thread."""
    shares, wanted = shared(weights or EQUAL), filter or RankingFilter()
    question = _question(info, use_case, pooling, wanted)
    snapshot = await _snapshot(info)
    ids = None if among is None else frozenset(among)
    return await asyncio.to_thread(_computed, snapshot, question, shares, wanted.include_provisional, ids)


async def _snapshot(info: Info) -> Snapshot:
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


def _question(info: Info, use_case: UseCase, pooling: Pooling, wanted: RankingFilter) -> Question:
    level = wanted.min_scoring_level or 0
    if not 0 <= level <= 5:
        raise BadUserInput("A scoring level is 0 to 5.", "filter", "minScoringLevel")
    today = info.context.now.date()
    for name, day in (("since", wanted.since), ("until", wanted.until)):
        if day is not None and day > today:
            raise BadUserInput(f"{day} is in the future.", "filter", name)
    return Question(
        use_case=USE_CASES.index(use_case),
        now=moment(info.context.now),
        minimum_level=level,
        first_month=None if wanted.since is None else 12 * wanted.since.year + wanted.since.month - 1,
        last_month=None if wanted.until is None else 12 * wanted.until.year + wanted.until.month - 1,
        pooled=pooling is Pooling.MODEL,
    )


def _computed(
    snapshot: Snapshot,
    question: Question,
    shares: Floats,
    include_provisional: bool,
    among: frozenset[str] | None,
) -> Board:
    endpoint_ids, model_ids, columns = arrays(snapshot)
    ids = model_ids if question.pooled else endpoint_ids
    found = estimates.estimate(columns, question, baselines(snapshot.baselines))
    composites = rankings.composites(found.score, found.variance, shares.tolist())
    backed = rankings.review_backed(found.facts.established, shares.tolist())
    listed = [
        place
        for place, subject in enumerate(ids)
        if subject and (include_provisional or backed[place]) and (among is None or subject in among)
    ]
    use_case = USE_CASES[question.use_case]
    return Board(
        use_case=use_case,
        pooling=Pooling.MODEL if question.pooled else Pooling.ENDPOINT,
        ids=ids,
        shares=shares,
        estimates=found,
        composites=composites,
        backed=backed,
        taking_part=listed,
        version=snapshot.versions[use_case],
        demo=snapshot.demo,
    )


def arrays(snapshot: Snapshot) -> tuple[list[str], list[str], Statistics]:
    """The snapshot's ids and columns. A model nobody serves gets a nameless endpoint, to have a standing."""
    model_ids = list(dict.fromkeys(row["model_id"] for row in snapshot.subjects))
    endpoint_ids = [row["endpoint_id"] or "" for row in snapshot.subjects]
    model_place = {model: place for place, model in enumerate(model_ids)}
    endpoint_place = {endpoint: place for place, endpoint in enumerate(endpoint_ids)}
    rows = snapshot.rows

    def integers(values: Iterable[int]) -> Integers:
        return np.fromiter(values, dtype=np.int64)

    return (
        endpoint_ids,
        model_ids,
        Statistics(
            endpoint=integers(endpoint_place[row["endpoint_id"]] for row in rows),
            use_case=integers(USE_CASES.index(row["use_case"]) for row in rows),
            dimension=integers(DIMENSIONS.index(row["dimension"]) for row in rows),
            level=integers(row["scoring_level"] for row in rows),
            standing=integers(row["standing"] for row in rows),
            month=integers(row["month"] for row in rows),
            bin=integers(row["bin"] for row in rows),
            mass=integers(row["mass"] for row in rows),
            count=integers(row["count"] for row in rows),
            model_of=integers(model_place[row["model_id"]] for row in snapshot.subjects),
        ),
    )


def baselines(stored: dict[str, float]) -> Floats:
    """The epoch's baselines in stars, use cases by dimensions."""
    keys = [[f"{use_case.value}/{dimension.value}" for dimension in DIMENSIONS] for use_case in USE_CASES]
    return np.array([[stored.get(key, CONSTANTS.baseline) for key in row] for row in keys])
