"""Standings: where endpoints and models stand, each one row of a board, with every figure that explains it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from strawberry import Info

from db.enums import UseCase
from db.kept import related
from db.queries import fetch
from db.tables import Endpoint, Model
from resolvers.boards import Board, DimensionStanding, Interval, board
from resolvers.inputs import Weights
from resolvers.questions import Asked, Pooling
from resolvers.shown import reads, shown, shows
from scoring.arrays import integers
from scoring.figures import all_published, published


class StandingStatus(StrEnum):
    """Whether enough proven reviews back a standing."""

    PROVISIONAL = "PROVISIONAL"
    """Too few proven reviews: mostly what the model, or all models, let expect."""
    REVIEW_BACKED = "REVIEW_BACKED"
    """At least one full-weight review's worth of proven ratings in every dimension asked for."""


@dataclass(frozen=True, slots=True)
class RankRange:
    """The ranks that 95 % of the draws give."""

    best: int
    worst: int


@dataclass(slots=True)
class Standing:
    """One subject's row of a board."""

    board: Board
    place: int
    score: float
    interval: Interval

    @property
    def id(self) -> str:
        return self.board.ids[self.place]

    @property
    def use_case(self) -> UseCase:
        return self.board.use_case

    @property
    def lower_bound(self) -> float:
        return published(self.board.composites.bound.item(self.place))

    @property
    def effective_reviews(self) -> float:
        return published(self.board.effective.item(self.place))

    @property
    def verified_share(self) -> float:
        return published(self.board.verified.item(self.place))

    @property
    def status(self) -> StandingStatus:
        return StandingStatus.REVIEW_BACKED if self.board.backed[self.place] else StandingStatus.PROVISIONAL

    @property
    def data_version(self) -> int:
        return self.board.version

    @property
    def demo(self) -> bool:
        return self.board.demo

    @property
    def as_of(self) -> datetime:
        return self.board.as_of


def standings_at(board: Board, places: Sequence[int]) -> list[Standing]:
    """Some rows of a board, in the order of the places."""
    rows, told = integers(places), board.composites
    low, high = all_published(told.low[rows]), all_published(told.high[rows])
    figures = zip(places, all_published(board.scores[rows]), map(Interval, low, high), strict=True)
    return [Standing(board, *each) for each in figures]


@reads()
async def of_endpoints(
    endpoints: list[Endpoint],
    info: Info,
    use_case: UseCase,
    weights: Weights | None = None,
    as_of: datetime | None = None,
) -> list[Standing]:
    """How the endpoint stands in a use case; its rank is among all review-backed endpoints."""
    asked = Asked(use_case, Pooling.ENDPOINT, weights, as_of=as_of)
    return _picked(await board(info, asked), endpoints)


@reads()
async def of_models(
    models: list[Model],
    info: Info,
    use_case: UseCase,
    weights: Weights | None = None,
    as_of: datetime | None = None,
) -> list[Standing]:
    """How the model stands in a use case, all its endpoints pooled; its rank is among all review-backed models."""
    asked = Asked(use_case, Pooling.MODEL, weights, as_of=as_of)
    return _picked(await board(info, asked), models)


def _picked(board: Board, subjects: Sequence[Endpoint | Model]) -> list[Standing]:
    return standings_at(board, [board.places[subject.id] for subject in subjects])


async def dimensions(standings: list[Standing], info: Info) -> list[list[DimensionStanding]]:
    """The five dimensions, each with its estimate and how it came about."""
    if shows(info, DimensionStanding, "weight"):
        return [each.board.weighed(each.place) for each in standings]
    return [each.board.dimensions_of(each.place) for each in standings]


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
    return [None if place is None else published(drawn.best[place]) for place in _positions(standings)]


def _positions(standings: list[Standing]) -> list[int | None]:
    return [standing.board.ranked.get(standing.place) for standing in standings]


async def subjects(standings: list[Standing], info: Info) -> Sequence[Endpoint | Model]:
    """Whose standing it is."""
    table = Model if standings[0].board.pooling is Pooling.MODEL else Endpoint
    return await related(table, [standing.id for standing in standings], shown(info, table))


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
