"""Frontiers: the endpoints that no other betters in two respects at once, and how far behind the rest are."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from strawberry import Info

from db.enums import Dimension, UseCase
from db.kept import related
from db.queries import Key, Ordering, Record
from db.tables import Endpoint
from resolvers.boards import Board, board
from resolvers.costs import in_force, usual
from resolvers.inputs import RankingFilter, TaskInput, Weights
from resolvers.profiles import task
from resolvers.questions import Asked, Pooling
from resolvers.rankings import taking_part
from resolvers.refusals import BadUserInput
from resolvers.snapshots import DIMENSIONS
from resolvers.standings import Standing, standings_at
from resolvers.windows import Page, Window, page_of
from scoring.arrays import Floats
from scoring.costs import Task, cost
from scoring.figures import published
from scoring.frontiers import Column, Frontier, frontier

Known = tuple[Floats, Floats]  # value and variance of each endpoint that takes part, NaN where unknown


class Respect(StrEnum):
    """In what endpoints are compared."""

    SCORE = "SCORE"
    """The composite score under the asker's weights, in stars."""
    TOOL_CALLING = "TOOL_CALLING"
    """The estimate for tool calling, in stars."""
    API_RELIABILITY = "API_RELIABILITY"
    """The estimate for API reliability, in stars."""
    COST_PER_TASK = "COST_PER_TASK"
    """What practitioners make of the cost per task, in stars."""
    CONTEXT_QUALITY = "CONTEXT_QUALITY"
    """The estimate for context quality, in stars."""
    LATENCY = "LATENCY"
    """The estimate for latency, in stars; more is faster."""
    TASK_USD = "TASK_USD"
    """What the task costs at today's list prices, in USD; less is better."""
    INPUT_USD = "INPUT_USD"
    """Today's list price of input, in USD per million tokens; less is better."""
    OUTPUT_USD = "OUTPUT_USD"
    """Today's list price of output, in USD per million tokens; less is better."""
    CONTEXT_LIMIT = "CONTEXT_LIMIT"
    """The largest context served, in tokens."""

    @property
    def more_is_better(self) -> bool:
        """Whether more of it is better."""
        return self not in _PRICES


_PRICES = {Respect.TASK_USD, Respect.INPUT_USD, Respect.OUTPUT_USD}


@dataclass(frozen=True, slots=True)
class FrontierPoint:
    """One endpoint in the two respects."""

    found: Frontier
    place: int
    columns: tuple[Column, Column]
    standing: Standing

    @property
    def id(self) -> str:
        return self.standing.id

    @property
    def x(self) -> float:
        return published(self.columns[0].value[self.place])

    @property
    def y(self) -> float:
        return published(self.columns[1].value[self.place])

    @property
    def x_deviation(self) -> float:
        return published(np.sqrt(self.columns[0].variance[self.place]))

    @property
    def y_deviation(self) -> float:
        return published(np.sqrt(self.columns[1].variance[self.place]))

    @property
    def efficient(self) -> bool:
        return bool(self.found.efficient[self.place])

    @property
    def probability(self) -> float:
        return published(self.found.chance[self.place])

    @property
    def distance(self) -> float:
        return published(self.found.distance[self.place])

    @property
    def x_short(self) -> float:
        return published(self.found.x_short[self.place])

    @property
    def y_short(self) -> float:
        return published(self.found.y_short[self.place])


_NEAREST_FIRST = (
    Key("behind", lambda point: int(not point.efficient)),
    Key("distance", lambda point: point.distance),
    Key("id", lambda point: point.id),
)


async def listed(
    info: Info,
    window: Window,
    use_case: UseCase,
    x: Respect = Respect.TASK_USD,
    y: Respect = Respect.SCORE,
    filter: RankingFilter | None = None,
    weights: Weights | None = None,
    profile: TaskInput | None = None,
) -> Page:
    """Endpoints in two respects: first those that none betters in both, then the rest by their distance from them.

    Only review-backed ones, unless the filter says otherwise; without a known figure in both respects, left out.
    """
    name = f"FRONTIER {use_case} {x} {y}"
    window.span(info.context.secret, name)  # refuse a bad window before the work
    if x is y:
        raise BadUserInput("Name two different respects.", "y")
    asked = task(use_case, profile) if Respect.TASK_USD in {x, y} else None
    among = await taking_part(info, use_case, Pooling.ENDPOINT, filter)
    found = await board(info, Asked(use_case, Pooling.ENDPOINT, weights, filter, among=among))
    ids = [found.ids[place] for place in found.taking_part]
    prices = await in_force(info.context.now.date(), ids) if _PRICES & {x, y} else {}
    limits = await _limits(ids) if Respect.CONTEXT_LIMIT in {x, y} else {}
    facts = _Facts(found, asked, prices, limits)
    ordering = Ordering(name, _NEAREST_FIRST)
    points = await asyncio.to_thread(lambda: sorted(_points(facts, x, y), key=ordering.place))
    return page_of(info, window, ordering, points)


async def _limits(ids: Sequence[str]) -> dict[str, int | None]:
    return {row.id: row.context_limit for row in await related(Endpoint, ids)}


@dataclass(frozen=True, slots=True)
class _Facts:
    """What the respects are read from."""

    board: Board
    task: Task | None
    prices: dict[str, list[Record]]
    limits: dict[str, int | None]

    def known(self, respect: Respect) -> Known:
        """The respect of every endpoint that takes part."""
        places = self.board.taking_part
        if respect is Respect.SCORE:
            return self.board.composites.score[places], self.board.composites.variance[places]
        if respect.value in Dimension.__members__:
            column = DIMENSIONS.index(Dimension(respect.value))
            return self.board.estimates.score[places, column], self.board.estimates.variance[places, column]
        values = [self._exact(respect, self.board.ids[place]) for place in places]
        return np.array(values, dtype=np.float64), np.zeros(len(values))

    def _exact(self, respect: Respect, endpoint_id: str) -> float:
        if respect is Respect.CONTEXT_LIMIT:
            return float(self.limits.get(endpoint_id) or np.nan)
        tiers = usual(self.prices.get(endpoint_id, []))
        if respect is Respect.TASK_USD:
            usd = cost(self.task, tiers) if self.task and tiers else None
        else:
            usd = (tiers[0].input if respect is Respect.INPUT_USD else tiers[0].output) if tiers else None
        return float(usd) if usd else np.nan


def _points(facts: _Facts, x: Respect, y: Respect) -> list[FrontierPoint]:
    (x_value, x_variance), (y_value, y_variance) = facts.known(x), facts.known(y)
    kept = np.flatnonzero(np.isfinite(x_value) & np.isfinite(y_value))
    columns = (
        Column(x_value[kept], x_variance[kept], x.more_is_better),
        Column(y_value[kept], y_variance[kept], y.more_is_better),
    )
    found = frontier(*columns, facts.board.version)
    standings = standings_at(facts.board, facts.board.taking_part[kept].tolist())
    return [FrontierPoint(found, place, columns, standing) for place, standing in enumerate(standings)]


async def endpoints(points: list[FrontierPoint], info: Info) -> list[Endpoint]:
    """The endpoint."""
    return await related(Endpoint, [point.id for point in points])
