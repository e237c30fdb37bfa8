"""Costs: what a task costs at an endpoint, list-price arithmetic beside what was measured in public."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from strawberry import Info

from db.enums import Metric, Unit, UseCase
from db.queries import Record, prices_on, rows_with
from db.tables import AgentResult, Endpoint, PooledMeasurement, Source
from resolvers.inputs import TaskInput
from resolvers.profiles import task
from resolvers.questions import past_moment
from resolvers.reports import chosen
from scoring.costs import MILLION, Rates, Task, cost

Tiers = list[Rates]


@dataclass(frozen=True, slots=True)
class TermsCost:
    """What the task costs on other terms than the usual ones."""

    terms: str
    usd: Decimal | None


@dataclass(frozen=True, slots=True)
class TaskCost:
    """What a task costs at one endpoint on a day."""

    endpoint: Endpoint
    task: Task
    use_case: UseCase | None
    day: date
    prices: Sequence[Record]

    @property
    def usd(self) -> Decimal | None:
        return cost(self.task, usual(self.prices))

    @property
    def on_other_terms(self) -> list[TermsCost]:
        found = by_terms(self.prices)
        return [TermsCost(terms, cost(self.task, tiers)) for terms, tiers in found.items() if terms is not None]

    @property
    def requests(self) -> int:
        return self.task.requests

    @property
    def input_tokens(self) -> int:
        return self.task.total_input

    @property
    def output_tokens(self) -> int:
        return self.task.total_output

    @property
    def largest_request(self) -> int:
        return self.task.largest_request

    @property
    def fits(self) -> bool | None:
        limit = self.endpoint.context_limit
        return None if limit is None else self.task.largest_request + self.task.output_tokens <= limit

    @property
    def source(self) -> str | None:
        return self.prices[0]["source"] if self.prices else None


@dataclass(frozen=True, slots=True)
class MeasuredCost:
    """What one task of a harness cost with the model, as its source reports it."""

    row: AgentResult
    source: str
    usd: float  # of rows whose cost is known

    @property
    def metric(self) -> str:
        return self.row.metric

    @property
    def use_case(self) -> UseCase:
        return self.row.use_case

    @property
    def configuration(self) -> str | None:
        return self.row.configuration

    @property
    def n(self) -> int | None:
        return self.row.n

    @property
    def reported_on(self) -> date:
        return self.row.reported_on


async def per_task(
    endpoints: list[Endpoint],
    info: Info,
    profile: TaskInput | None = None,
    use_case: UseCase | None = None,
    as_of: datetime | None = None,
) -> list[TaskCost]:
    """What a task costs here at the list prices of a day, by arithmetic; what was measured stands beside it."""
    asked = task(use_case, profile)
    now: datetime = info.context.now
    day = (now if as_of is None else past_moment(as_of, now, "asOf")).date()
    prices = await in_force(day, [endpoint.id for endpoint in endpoints])
    return [TaskCost(each, asked, use_case, day, prices[each.id]) for each in endpoints]


async def in_force(day: date, endpoint_ids: Sequence[str]) -> dict[str, list[Record]]:
    """The list prices of each endpoint on a day."""
    found: dict[str, list[Record]] = defaultdict(list)
    for row in await prices_on(day, endpoint_ids):
        found[row["endpoint_id"]].append(row)
    return found


def usual(prices: Iterable[Record]) -> Tiers:
    """The tiers of the standard price; empty when it is unknown."""
    return by_terms(prices).get(None, [])


def by_terms(prices: Iterable[Record]) -> dict[str | None, Tiers]:
    """The tiers of every terms, the lowest first; None are the usual terms."""
    found: dict[str | None, Tiers] = defaultdict(list)
    for row in sorted(prices, key=lambda row: row["above_tokens"] or 0):
        if row["condition"] is None or row["terms"] or row["above_tokens"]:
            found[row["terms"]].append(_rates(row))
    return {terms: tiers for terms, tiers in found.items() if tiers[0].above == 0}


def _rates(row: Record) -> Rates:
    return Rates(
        row["above_tokens"] or 0,
        _usd(row["input_usd_per_mtok"]),
        _usd(row["output_usd_per_mtok"]),
        _usd(row["cache_read_usd_per_mtok"]),
    )


def _usd(millionths: int | None) -> Decimal | None:
    return Decimal(millionths) / MILLION if millionths else None


async def measured(costs: list[TaskCost], info: Info) -> list[list[MeasuredCost]]:
    """What harnesses measured with the model, whoever served it: other tasks than the one priced; empty if unknown."""
    rows = await rows_with(AgentResult, "model_id", {each.endpoint.model_id for each in costs})
    sources = {source.id: source.name for source in await Source.all()} if rows else {}
    return [_measured(each, rows, sources) for each in costs]


async def from_evidence(costs: list[TaskCost], info: Info) -> list[list[PooledMeasurement]]:
    """What tasks cost in reviewers' deployments here, from their telemetry; empty where none has reported it."""
    rows = await rows_with(PooledMeasurement, "endpoint_id", {each.endpoint.id for each in costs})
    known = [row for row in sorted(rows, key=lambda row: row.use_case) if row.metric is Metric.COST_PER_TASK]
    return [
        [row for row in known if row.endpoint_id == each.endpoint.id and each.use_case in (None, row.use_case)]
        for each in costs
    ]


def _measured(cost: TaskCost, rows: list[AgentResult], sources: dict[str, str]) -> list[MeasuredCost]:
    own: dict[tuple[str, str], list[AgentResult]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: (row.metric, row.source_id)):
        about = row.model_id == cost.endpoint.model_id and row.unit is Unit.USD and row.reported_on <= cost.day
        if about and row.value is not None and cost.use_case in (None, row.use_case):
            own[(row.metric, row.source_id)].append(row)
    return [MeasuredCost(row, sources[row.source_id], row.value or 0.0) for row in map(chosen, own.values())]
