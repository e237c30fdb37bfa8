"""Rankings: endpoints or models of one use case in order, under the asker's own weights and filters."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import Any

import numpy as np
from strawberry import Info

from db.enums import Metric, UseCase
from db.queries import Condition, Key, Ordering, Statement, fetch
from db.tables import PooledMeasurement
from resolvers import endpoints
from resolvers.boards import Board, board
from resolvers.conditions import measured_in
from resolvers.inputs import EndpointFilter, RankingFilter, Weights
from resolvers.questions import Asked, Pooling
from resolvers.refusals import BadUserInput
from resolvers.standings import standings_at
from resolvers.windows import Page, Window, page_of
from scoring.arrays import Floats
from scoring.rankings import best_first


class RankingOrder(StrEnum):
    """What a ranking is sorted by, best first."""

    SCORE = "SCORE"
    """The composite score."""
    LOWER_BOUND = "LOWER_BOUND"
    """The score less 1.28 standard deviations, so that the unknown do not lead."""
    PROBABILITY_OF_BEST = "PROBABILITY_OF_BEST"
    """The share of draws in which the subject comes first."""
    MEASURED_COST = "MEASURED_COST"
    """Measured cost per task, lowest first; endpoints alone, those without a measurement last."""
    MEASURED_LATENCY = "MEASURED_LATENCY"
    """Measured 95th percentile of a model call's seconds, lowest first; endpoints alone, the unmeasured last."""
    MEASURED_TOOL_SUCCESS = "MEASURED_TOOL_SUCCESS"
    """Measured share of tool executions without an error, highest first; endpoints alone, the unmeasured last."""
    MEASURED_API_SUCCESS = "MEASURED_API_SUCCESS"
    """Measured share of calls that the API answered, highest first; endpoints alone, the unmeasured last."""


_MEASURED = {
    RankingOrder.MEASURED_COST: (Metric.COST_PER_TASK, -1),
    RankingOrder.MEASURED_LATENCY: (Metric.LATENCY_P95, -1),
    RankingOrder.MEASURED_TOOL_SUCCESS: (Metric.TOOL_SUCCESS, 1),
    RankingOrder.MEASURED_API_SUCCESS: (Metric.API_SUCCESS, 1),
}
_UNMEASURED = -1e300  # below every figure, and JSON can say it in a cursor


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
    _check_measured(pooled_by, filter, order_by, as_of)
    among = await taking_part(info, use_case, pooled_by, filter)
    found = await board(info, Asked(use_case, pooled_by, weights, filter, as_of, among))
    values = await _values(found, order_by)
    ordering = Ordering(
        name,
        (
            Key(order_by, lambda standing: -float(values[standing.place])),
            Key("id", lambda standing: standing.id),
        ),
    )
    return page_of(info, window, ordering, _Order(found, values), lambda places: standings_at(found, places))


async def _values(board: Board, order_by: RankingOrder) -> Floats:
    """What to sort by, for each row of the board; best is highest."""
    if order_by is RankingOrder.SCORE:
        return board.composites.score
    if order_by is RankingOrder.LOWER_BOUND:
        return board.composites.bound
    if order_by in _MEASURED:
        return await _measured(board, *_MEASURED[order_by])
    best = np.zeros(len(board.ids))
    best[board.taking_part] = (await board.ranks()).best
    return best


class _Order(Sequence[int]):
    """The rows that take part, best first, equals in the order of their ids, which is the board's own."""

    def __init__(self, board: Board, values: Floats) -> None:
        self.places, self.values = board.taking_part, values[board.taking_part]

    def __len__(self) -> int:
        return len(self.places)

    def __getitem__(self, at: Any) -> Any:
        """Most ask for the beginning alone, for which the others need not be sorted."""
        begins = isinstance(at, slice) and not at.start
        return self._sorted(at.stop) if begins else self._whole[at]

    @cached_property
    def _whole(self) -> list[int]:
        return self._sorted(len(self))

    def _sorted(self, most: int) -> list[int]:
        found: list[int] = self.places[best_first(self.values, most)].tolist()
        return found


async def _measured(board: Board, metric: Metric, sign: int) -> Floats:
    """The measured figure of each endpoint, best highest; one statement."""
    values = np.full(len(board.ids), _UNMEASURED)
    for row in await PooledMeasurement.filter(use_case=board.use_case, metric=metric):
        if (place := board.places.get(row.endpoint_id)) is not None:
            values[place] = sign * row.value
    return values


def _check_measured(
    pooled_by: Pooling, filter: RankingFilter | None, order_by: RankingOrder, as_of: datetime | None
) -> None:
    """What is measured is of endpoints and of today."""
    if order_by in _MEASURED and pooled_by is Pooling.MODEL:
        raise BadUserInput("Measured figures are of endpoints.", "orderBy")
    wanted = filter is not None and filter.measured is not None
    if as_of is not None and (order_by in _MEASURED or wanted):
        raise BadUserInput("Measured figures are today's: leave it out.", "asOf")


async def taking_part(
    info: Info, use_case: UseCase, pooled_by: Pooling, filter: RankingFilter | None
) -> frozenset[str] | None:
    """The ids that the filters of endpoints and of measured figures let take part; None for all."""
    if filter is None or (filter.endpoint in (None, EndpointFilter()) and filter.measured is None):
        return None
    statement = Statement()
    wanted, today = filter.endpoint or EndpointFilter(), info.context.now.date()
    conditions: tuple[Condition, ...] = (
        *endpoints.conditions(wanted, today, "filter", "endpoint"),
        *measured_in(filter.measured, use_case, "filter", "measured"),
    )
    subject = "model_id" if pooled_by is Pooling.MODEL else "id"
    sql = f"SELECT DISTINCT {subject} AS subject FROM endpoint WHERE {statement.where(conditions)}"  # noqa: S608  # constants; values are bound
    return frozenset(row["subject"] for row in await fetch(sql, statement.values))
