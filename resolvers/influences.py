"""Influences: how far a standing would move without each of the reviews behind it."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from strawberry import Info

from db import statistics
from db.enums import ReviewState, UseCase
from db.kept import related
from db.queries import Key, Ordering
from db.statistics import Change
from db.tables import Review, Reviewer, Revision
from resolvers.boards import Board, board
from resolvers.inputs import Weights
from resolvers.questions import Asked, Pooling
from resolvers.reviews import visible
from resolvers.snapshots import columns
from resolvers.standings import Standing
from resolvers.statistics import contributions
from resolvers.windows import Page, Window, page_of
from scoring.figures import published
from scoring.influence import variants
from scoring.months import ages
from scoring.voices import Statistics
from scoring.weights import freshness

MOST = 200
_BY_INFLUENCE = Ordering(
    "CONTRIBUTOR",
    (Key("influence", lambda each: -abs(each.influence)), Key("id", lambda each: each.review.id)),
)


@dataclass(frozen=True, slots=True)
class Contributor:
    """A review behind a standing."""

    review: Review
    influence: float


async def contributors(standings: list[Standing], info: Info, window: Window) -> list[Page]:
    """The reviews behind the standing, most influential first: of the model's in this use case the 200 heaviest."""
    found = await _counted(standings)
    moved = await asyncio.to_thread(_contributors, standings, found)
    return [page_of(info, window, _BY_INFLUENCE, sorted(each, key=_BY_INFLUENCE.place)) for each in moved]


async def reviews_behind(contributors: list[Contributor], info: Info) -> list[Review | None]:
    """The review; null when it is no longer public."""
    return await visible(info, [each.review for each in contributors])


def _contributors(standings: list[Standing], found: list[list[tuple[Review, Change]]]) -> list[list[Contributor]]:
    return [
        [Contributor(review, moved) for (review, _), moved in zip(behind, _influences(standing, behind), strict=True)]
        for standing, behind in zip(standings, found, strict=True)
    ]


async def of_reviews(
    reviews: list[Review], info: Info, weights: Weights | None = None, pooled_by: Pooling = Pooling.ENDPOINT
) -> list[float]:
    """How far, in stars, the review moves the standing of its endpoint or model: the score less what it were without.

    0 for a review that does not count.
    """
    by_use_case: dict[UseCase, list[Review]] = defaultdict(list)
    for review in reviews:
        by_use_case[review.use_case].append(review)
    moved: dict[str, float] = {}
    for use_case, some in by_use_case.items():
        found = await board(info, Asked(use_case, pooled_by, weights))
        changes = await _changes([review for review in some if review.state is ReviewState.PUBLISHED])
        moved |= await asyncio.to_thread(_each, found, changes)
    return [moved.get(review.id, 0.0) for review in reviews]


def _each(board: Board, changes: list[tuple[Review, Change]]) -> dict[str, float]:
    by_endpoint: dict[str, list[tuple[Review, Change]]] = defaultdict(list)
    for review, change in changes:
        by_endpoint[review.endpoint_id].append((review, change))
    return {
        review.id: moved
        for endpoint, some in by_endpoint.items()
        for (review, _), moved in zip(some, _without(board, endpoint, some), strict=True)
    }


def _influences(standing: Standing, behind: list[tuple[Review, Change]]) -> list[float]:
    endpoints = standing.board.endpoints(standing.place)
    return _without(standing.board, standing.board.endpoint_ids[endpoints[0]], behind)


def _without(board: Board, endpoint_id: str, behind: Sequence[tuple[Review, Change]]) -> list[float]:
    """The score of an endpoint (or of its model) less what it were without each review."""
    if not behind:
        return []
    nothing: Change = {}
    taken = [statistics.summed((-1, change.items())) for _, change in behind]
    variations = [rows(board, change) for change in [nothing, *taken]]
    whole, *rest = variants(board.case, board.endpoint_places[endpoint_id], variations)
    return [published(whole - without) for without in rest]


async def _counted(standings: list[Standing]) -> list[list[tuple[Review, Change]]]:
    """For each standing the reviews that it counts, heaviest first, with what each adds to the statistics."""
    board = standings[0].board
    own = [{board.endpoint_ids[each] for each in board.endpoints(standing.place)} for standing in standings]
    changes = await _past(board) if board.history else await _present(board, set().union(*own))
    heaviest = sorted(changes, key=lambda pair: -_mass(board, pair[1]))
    return [[pair for pair in heaviest if pair[0].endpoint_id in endpoints][:MOST] for endpoints in own]


async def _present(board: Board, endpoints: set[str]) -> list[tuple[Review, Change]]:
    published = Review.filter(endpoint_id__in=endpoints, use_case=board.use_case, state=ReviewState.PUBLISHED)
    return await _changes(await published)


async def _past(board: Board) -> list[tuple[Review, Change]]:
    assert board.history  # noqa: S101  # the caller has looked
    epoch = board.history.epoch(board.as_of)
    return [
        (review, statistics.summed((1, contributions(epoch, review, revision, voice, level))))
        for review, revision, voice, level in board.history.counted(board.as_of)
        if review.use_case is board.use_case
    ]


async def _changes(reviews: list[Review]) -> list[tuple[Review, Change]]:
    """What each review adds to the statistics of the current epoch."""
    epoch = await statistics.latest_epoch()
    revisions = await related(Revision, [review.revision_id for review in reviews])
    authors = await related(Reviewer, [review.reviewer_id for review in reviews])
    return [
        (review, statistics.summed((1, contributions(epoch, review, revision, author))))
        for review, revision, author in zip(reviews, revisions, authors, strict=True)
    ]


def _mass(board: Board, change: Change) -> float:
    weights, now = board.case.constants.evidence_weights, board.case.question.now
    return sum(
        amount.mass * weights[cell.scoring_level] * freshness(float(ages(np.array(cell.month), now)))
        for cell, amount in change.items()
    )


def rows(board: Board, change: Change) -> Statistics:
    """A change as rows of the board's statistics."""
    return columns(statistics.histograms_of(change), board.snapshot.subjects)
