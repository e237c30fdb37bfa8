"""Rankings: endpoints or models of one use case in order, under the asker's own weights and filters."""

from datetime import datetime
from enum import StrEnum

from strawberry import Info

from db.enums import UseCase
from db.queries import Condition, Key, Ordering, Statement, fetch
from resolvers import endpoints
from resolvers.boards import Asked, Board, Pooling, board
from resolvers.inputs import EndpointFilter, RankingFilter, Weights
from resolvers.refusals import BadUserInput
from resolvers.standings import Standing
from resolvers.windows import Page, Window


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
    span = window.span(info.context.secret, name)
    if span.backward:
        raise BadUserInput("A ranking is read from its start: use `first`.", "last")
    among = await _taking_part(info, pooled_by, filter)
    found = await board(info, Asked(use_case, pooled_by, weights, filter, as_of, among))
    ordering = Ordering(name, (await _value(found, order_by), Key("id", lambda standing: standing.id)))
    standings = sorted((Standing(found, place) for place in found.taking_part), key=ordering.place)
    after = span.after
    rest = standings if after is None else [each for each in standings if ordering.place(each) > after]
    return Page(
        nodes=rest[: span.limit],
        ordering=ordering,
        more_after=len(rest) > span.limit,
        more_before=len(rest) < len(standings),
        secret=info.context.secret,
        known_total=len(standings),
    )


async def _value(board: Board, order_by: RankingOrder) -> Key:
    """What to sort by: best first means that the negated value rises."""
    values = {RankingOrder.SCORE: board.composites.score, RankingOrder.LOWER_BOUND: board.composites.bound}
    if order_by in values:
        return Key(order_by, lambda standing: -float(values[order_by][standing.place]))
    best, ranked = (await board.ranks()).best, board.ranked
    return Key(order_by, lambda standing: -float(best[ranked[standing.place]]))


async def _taking_part(info: Info, pooled_by: Pooling, filter: RankingFilter | None) -> list[str] | None:
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
