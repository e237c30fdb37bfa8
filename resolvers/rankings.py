"""Rankings: endpoints or models of one use case in order, under the asker's own weights and filters."""

from datetime import datetime
from enum import StrEnum

import numpy as np
from strawberry import Info

from db.enums import UseCase
from db.queries import Condition, Key, Ordering, Statement, fetch
from resolvers import endpoints
from resolvers.boards import Asked, Board, Pooling, board
from resolvers.inputs import EndpointFilter, RankingFilter, Weights
from resolvers.standings import Standing
from resolvers.windows import Page, Window, page_of
from scoring.arrays import Floats


class RankingOrder(StrEnum):
    """What a ranking is sorted by, best first."""

    SCORE = "SCORE"
    """The composite score."""
    LOWER_BOUND = "LOWER_BOUND"
    """The score less 1.28 standard deviations, so that the unknown do not lead."""
    PROBABILITY_OF_BEST = "PROBABILITY_OF_BEST"
    """The share of draws in which the subject comes first."""


async def ranking(
    info: Info,
    window: Window,
    use_case: UseCase,
    weights: Weights | None = None,
    filter: RankingFilter | None = None,
    pooled_by: Pooling = Pooling.ENDPOINT,
    order_by: RankingOrder = RankingOrder.LOWER_BOUND,
    as_of: datetime | None = None,
) -> Page:
    """Endpoints or models of one use case, best first. Only review-backed ones, unless the filter says otherwise."""
    name = f"RANKING {use_case} {pooled_by} {order_by}"
    window.span(info.context.secret, name)  # refuse a bad window before the work
    among = await taking_part(info, pooled_by, filter)
    found = await board(info, Asked(use_case, pooled_by, weights, filter, as_of, among))
    values = await _values(found, order_by)
    ordering = Ordering(
        name,
        (
            Key(order_by, lambda standing: -float(values[standing.place])),
            Key("id", lambda standing: standing.id),
        ),
    )
    return page_of(info, window, ordering, _ordered(found, values), lambda place: Standing(found, place))


async def _values(board: Board, order_by: RankingOrder) -> Floats:
    """What to sort by, for each row of the board; best is highest."""
    if order_by is RankingOrder.SCORE:
        return board.composites.score
    if order_by is RankingOrder.LOWER_BOUND:
        return board.composites.bound
    best = np.zeros(len(board.ids))
    best[board.taking_part] = (await board.ranks()).best
    return best


def _ordered(board: Board, values: Floats) -> list[int]:
    """The rows that take part, best first, equals in the order of their ids, which is the board's own."""
    best_first = np.argsort(-values[board.taking_part], kind="stable")
    ordered: list[int] = board.taking_part[best_first].tolist()
    return ordered


async def taking_part(info: Info, pooled_by: Pooling, filter: RankingFilter | None) -> frozenset[str] | None:
    """The ids that the endpoint filter lets take part; None for all."""
    if filter is None or filter.endpoint is None or filter.endpoint == EndpointFilter():
        return None
    statement = Statement()
    conditions: tuple[Condition, ...] = endpoints.conditions(
        filter.endpoint, info.context.now.date(), "filter", "endpoint"
    )
    subject = "model_id" if pooled_by is Pooling.MODEL else "id"
    sql = f"SELECT DISTINCT {subject} AS subject FROM endpoint WHERE {statement.where(conditions)}"  # noqa: S608  # constants; values are bound
    return frozenset(row["subject"] for row in await fetch(sql, statement.values))
