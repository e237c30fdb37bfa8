"""Rankings: endpoints or models of one use case in order, under the asker's own weights and filters."""

from datetime import datetime
from enum import StrEnum

from strawberry import Info

from db.enums import UseCase
from db.queries import Condition, Key, Ordering, Statement, fetch
from resolvers import endpoints
from resolvers.boards import Asked, Board, Pooling, board
from resolvers.inputs import EndpointFilter, RankingFilter, Weights
from resolvers.standings import Standing
from resolvers.windows import Page, Window, page_of


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
    ordering = Ordering(name, (await _value(found, order_by), Key("id", lambda standing: standing.id)))
    return page_of(info, window, ordering, (Standing(found, place) for place in found.taking_part))


async def _value(board: Board, order_by: RankingOrder) -> Key:
    """What to sort by: best first means that the negated value rises."""
    values = {RankingOrder.SCORE: board.composites.score, RankingOrder.LOWER_BOUND: board.composites.bound}
    if order_by in values:
        return Key(order_by, lambda standing: -float(values[order_by][standing.place]))
    best, ranked = (await board.ranks()).best, board.ranked
    return Key(order_by, lambda standing: -float(best[ranked[standing.place]]))


async def taking_part(info: Info, pooled_by: Pooling, filter: RankingFilter | None) -> list[str] | None:
    """The ids that the endpoint filter lets take part; None for all."""
    if filter is None or filter.endpoint is None or filter.endpoint == EndpointFilter():
        return None
    statement = Statement()
    conditions: tuple[Condition, ...] = endpoints.conditions(
        filter.endpoint, info.context.now.date(), "filter", "endpoint"
    )
    subject = "model_id" if pooled_by is Pooling.MODEL else "id"
    sql = f"SELECT DISTINCT {subject} AS subject FROM endpoint WHERE {statement.where(conditions)}"  # noqa: S608  # constants; values are bound
    return [row["subject"] for row in await fetch(sql, statement.values)]
