"""Rankings: endpoints or models of one use case in order, under the asker's own weights and filters."""

from collections.abc import Callable
from enum import StrEnum

from strawberry import Info

from db.enums import UseCase
from db.queries import Condition, Key, Ordering, Statement, fetch
from resolvers import endpoints
from resolvers.inputs import EndpointFilter, RankingFilter, Weights
from resolvers.refusals import BadUserInput
from resolvers.standings import Pooling, Standing, board
from resolvers.windows import Page, Window


class RankingOrder(StrEnum):
    """What a ranking is sorted by, best first."""

    SCORE = "SCORE"
    """The composite score."""
    LOWER_BOUND = "LOWER_BOUND"
    """The score less 1.28 standard deviations, so that the unknown do not lead."""
    PROBABILITY_OF_BEST = "PROBABILITY_OF_BEST"
    """The share of draws in which the subject comes first."""


_SORTED: dict[RankingOrder, Callable[[Standing], float]] = {
    RankingOrder.SCORE: lambda standing: float(standing.board.composites.score[standing.place]),
    RankingOrder.LOWER_BOUND: lambda standing: standing.lower_bound,
    RankingOrder.PROBABILITY_OF_BEST: lambda standing: standing.probability_of_best or 0.0,
}


async def ranking(
    info: Info,
    window: Window,
    use_case: UseCase,
    weights: Weights | None = None,
    filter: RankingFilter | None = None,
    pooled_by: Pooling = Pooling.ENDPOINT,
    order_by: RankingOrder = RankingOrder.LOWER_BOUND,
) -> Page:
    """Endpoints or models of one use case, best first. Only review-backed standings, unless the filter says otherwise."""
    ordering = _ordering(use_case, pooled_by, order_by)
    span = window.span(info.context.secret, ordering.name)
    if span.backward:
        raise BadUserInput("A ranking is read from its start: use `first`.", "last")
    taking_part = await _taking_part(info, pooled_by, filter)
    found = await board(info, use_case, weights, pooled_by, filter, taking_part)
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


def _ordering(use_case: UseCase, pooled_by: Pooling, order_by: RankingOrder) -> Ordering:
    """Best first, equals by id: the falling value is negated, so that the order rises."""
    value = Key(order_by, lambda standing: -_SORTED[order_by](standing))
    return Ordering(f"RANKING {use_case} {pooled_by} {order_by}", (value, Key("id", lambda standing: standing.id)))


async def _taking_part(info: Info, pooled_by: Pooling, filter: RankingFilter | None) -> list[str] | None:
    """The ids that the endpoint filter lets take part; None for all."""
    if filter is None or filter.endpoint is None or filter.endpoint == EndpointFilter():
        return None
    statement = Statement()
    conditions: tuple[Condition, ...] = endpoints.conditions(filter.endpoint, info.context.now.date())
    subject = "model_id" if pooled_by is Pooling.MODEL else "id"
    sql = f"SELECT DISTINCT {subject} AS subject FROM endpoint WHERE {statement.where(conditions)}"  # noqa: S608  # constants; values are bound
    return [row["subject"] for row in await fetch(sql, statement.values)]
