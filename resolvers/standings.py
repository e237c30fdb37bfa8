"""Standings: what the statistics say about endpoints and models, under the asker's own weights and filters."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

import numpy as np
from strawberry import Info

from db import statistics
from db.enums import Dimension, UseCase
from db.queries import fetch, related
from db.statistics import Snapshot
from db.tables import Endpoint, Model
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


class StandingStatus(StrEnum):
    """Whether enough proven reviews back a standing."""

    PROVISIONAL = "PROVISIONAL"
    """Too few proven reviews: mostly what the model, or all models, let expect."""
    REVIEW_BACKED = "REVIEW_BACKED"
    """At least one full-weight review's worth of proven ratings in every dimension asked for."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A 95 % interval on the scale of 1 to 5 stars."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class RankRange:
    """The ranks that 95 % of the draws give."""

    best: int
    worst: int


@dataclass(frozen=True, slots=True)
class Rung:
    """The score once one tier and all stronger ones have spoken."""

    tier: int
    score: float
    stopped: bool


@dataclass(eq=False)
class Board:
    """The standings of all subjects in one use case, as arrays; a Standing is one row of it."""

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


@dataclass(frozen=True, slots=True)
class Standing:
    """One subject's row of a board."""

    board: Board
    place: int

    @property
    def id(self) -> str:
        return self.board.ids[self.place]

    @property
    def use_case(self) -> UseCase:
        return self.board.use_case

    @property
    def score(self) -> float:
        return float(estimates.stars(self.board.composites.score[self.place]))

    @property
    def interval(self) -> Interval:
        return Interval(float(self.board.composites.low[self.place]), float(self.board.composites.high[self.place]))

    @property
    def lower_bound(self) -> float:
        return float(self.board.composites.bound[self.place])

    @property
    def effective_reviews(self) -> float:
        return float(self.board.estimates.effective[self.place] @ self.board.shares)

    @property
    def verified_share(self) -> float:
        votes = self.board.estimates.facts.votes[self.place] * self.board.shares
        verified = self.board.estimates.facts.verified[self.place] * votes
        return float(verified.sum() / votes.sum()) if votes.any() else 0.0

    @property
    def status(self) -> StandingStatus:
        return StandingStatus.REVIEW_BACKED if self.board.backed[self.place] else StandingStatus.PROVISIONAL

    @property
    def dimensions(self) -> list["DimensionStanding"]:
        return [DimensionStanding(self, column) for column in range(len(DIMENSIONS))]

    @property
    def data_version(self) -> int:
        return self.board.version

    @property
    def demo(self) -> bool:
        return self.board.demo


@dataclass(frozen=True, slots=True)
class DimensionStanding:
    """One dimension of a standing."""

    standing: Standing
    column: int

    @property
    def _cell(self) -> tuple[int, int]:
        return self.standing.place, self.column

    @property
    def _estimates(self) -> Estimates:
        return self.standing.board.estimates

    @property
    def dimension(self) -> Dimension:
        return DIMENSIONS[self.column]

    @property
    def weight(self) -> float:
        return float(self.standing.board.shares[self.column])

    @property
    def score(self) -> float:
        return float(self._estimates.score[self._cell])

    @property
    def interval(self) -> Interval:
        return Interval(float(self._estimates.low[self._cell]), float(self._estimates.high[self._cell]))

    @property
    def community_score(self) -> float:
        return float(self._estimates.community[self._cell])

    @property
    def manipulation_limit(self) -> float:
        return float(self._estimates.manipulation_limit[self._cell])

    @property
    def effective_reviews(self) -> float:
        return float(self._estimates.effective[self._cell])

    @property
    def established(self) -> float:
        return float(self._estimates.facts.established[self._cell])

    @property
    def rating_count(self) -> int:
        return int(self._estimates.facts.count[self._cell])

    @property
    def rungs(self) -> list[Rung]:
        scores, stopped = self._estimates.rungs[self._cell], self._estimates.stopped[self._cell]
        return [Rung(tier, float(scores[tier]), bool(stopped[tier])) for tier in reversed(range(len(scores)))]


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
    snapshot = await statistics.snapshot()
    ids = None if among is None else frozenset(among)
    return await asyncio.to_thread(_computed, snapshot, question, shares, wanted.include_provisional, ids)


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
    found = estimates.estimate(columns, question, baselines(snapshot.epoch.baselines))
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


async def of_endpoints(
    endpoints: list[Endpoint], info: Info, use_case: UseCase, weights: Weights | None = None
) -> list[Standing]:
    """How the endpoint stands in a use case; its rank is among all review-backed endpoints."""
    return _picked(await board(info, use_case, weights, Pooling.ENDPOINT), endpoints)


async def of_models(
    models: list[Model], info: Info, use_case: UseCase, weights: Weights | None = None
) -> list[Standing]:
    """How the model stands in a use case, all its endpoints pooled; its rank is among all review-backed models."""
    return _picked(await board(info, use_case, weights, Pooling.MODEL), models)


def _picked(board: Board, subjects: Sequence[Endpoint | Model]) -> list[Standing]:
    return [Standing(board, board.places[subject.id]) for subject in subjects]


async def rank(standings: list[Standing], info: Info) -> list[int | None]:
    """Rank by score among those listed, 1 is first; else among all review-backed; null if not among them."""
    drawn = await standings[0].board.ranks()
    return [None if place is None else int(drawn.rank[place]) for place in _positions(standings)]


async def rank_ranges(standings: list[Standing], info: Info) -> list[RankRange | None]:
    """The ranks that hold 95 % of 2,000 simulated orders; null when not ranked."""
    drawn = await standings[0].board.ranks()
    return [
        None if place is None else RankRange(int(drawn.low[place]), int(drawn.high[place]))
        for place in _positions(standings)
    ]


async def chances(standings: list[Standing], info: Info) -> list[float | None]:
    """Share of the simulated orders in which it comes first, 0 to 1; null when not ranked."""
    drawn = await standings[0].board.ranks()
    return [None if place is None else float(drawn.best[place]) for place in _positions(standings)]


def _positions(standings: list[Standing]) -> list[int | None]:
    return [standing.board.ranked.get(standing.place) for standing in standings]


async def subjects(standings: list[Standing], info: Info) -> Sequence[Endpoint | Model]:
    """Whose standing it is."""
    table = Model if standings[0].board.pooling is Pooling.MODEL else Endpoint
    return await related(table, [standing.id for standing in standings])


async def review_counts(standings: list[Standing], info: Info) -> list[int]:
    """How many published reviews the subject has in this use case, whatever their evidence and date."""
    board, ids = standings[0].board, [standing.id for standing in standings]
    holes = ", ".join(f"${place + 2}" for place in range(len(ids)))
    subject = "e.model_id" if board.pooling is Pooling.MODEL else "e.id"
    counted = await fetch(
        f"SELECT {subject} AS subject, COUNT(*) AS total FROM review r JOIN endpoint e ON e.id = r.endpoint_id"  # noqa: S608  # the column is one of two constants, values are bound
        f" WHERE r.state = 'PUBLISHED' AND r.use_case = $1 AND {subject} IN ({holes}) GROUP BY {subject}",
        [board.use_case.value, *ids],
    )
    totals = {row["subject"]: row["total"] for row in counted}
    return [totals.get(subject_id, 0) for subject_id in ids]
