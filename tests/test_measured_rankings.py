"""Rankings by what was measured: ranges, orders, and what is not measured."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from db.enums import Metric, Origin, Unit
from db.tables import Endpoint, PooledMeasurement
from tests.front_door import Client, statements
from tests.make import World

pytestmark = pytest.mark.anyio
Clients = Callable[..., Client]
ASKED = """query ($f: RankingFilter, $o: RankingOrder = MEASURED_LATENCY, $p: Pooling = ENDPOINT, $at: DateTime) {
    ranking(useCase: CODING, first: 10, filter: $f, orderBy: $o, pooledBy: $p, asOf: $at) {
      nodes { subject { ... on Endpoint { slug } } } } }"""


async def measured(endpoint: Endpoint, metric: Metric, value: float, unit: Unit = Unit.SECONDS, n: int = 300) -> None:
    day = date(2026, 6, 1)
    await PooledMeasurement.create(
        endpoint_id=endpoint.id, use_case="CODING", metric=metric, value=value, unit=unit, n=n, reports=1,
        reviewers=1, first_day=day, last_day=day, origin=Origin.RECOMPUTED,
    )  # fmt: skip


@pytest.fixture
async def three(make: World) -> list[Endpoint]:
    """Three endpoints with reviews: slow and cheap, fast and dear, not measured."""
    found = [await make.endpoint(slug=f"p:{name}") for name in ("slow", "fast", "unknown")]
    for endpoint in found:
        await make.review(endpoint)
    await measured(found[0], Metric.LATENCY_P95, 4.0)
    await measured(found[1], Metric.LATENCY_P95, 1.5, n=50)
    await measured(found[0], Metric.COST_PER_TASK, 0.01, Unit.USD)
    await measured(found[1], Metric.COST_PER_TASK, 0.2, Unit.USD)
    return found


async def slugs(client: Client, *ranges: dict[str, Any], order: str = "MEASURED_LATENCY") -> list[str]:
    wanted = {"includeProvisional": True} | ({"measured": list(ranges)} if ranges else {})
    nodes = (await client.ask(ASKED, f=wanted, o=order))["ranking"]["nodes"]
    return [node["subject"]["slug"].removeprefix("p:") for node in nodes]


async def test_a_ranking_is_ordered_by_what_was_measured(client: Clients, three: list[Endpoint]) -> None:
    assert await slugs(client()) == ["fast", "slow", "unknown"]
    assert await slugs(client(), order="MEASURED_COST") == ["slow", "fast", "unknown"]


async def test_a_ranking_lists_only_what_was_measured_in_the_range(client: Clients, three: list[Endpoint]) -> None:
    latency, cost = {"metric": "LATENCY_P95"}, {"metric": "COST_PER_TASK"}
    assert await slugs(client(), latency | {"atMost": 2.0}) == ["fast"]
    assert await slugs(client(), latency | {"atMost": 2.0, "minN": 100}) == []
    assert await slugs(client(), latency | {"atLeast": 2.0}) == ["slow"]
    assert await slugs(client(), latency) == ["fast", "slow"]
    assert await slugs(client(), latency | {"atMost": 2.0}, cost | {"atMost": 0.1}) == []


async def test_measured_figures_cost_a_statement_each(client: Clients, three: list[Endpoint]) -> None:
    await slugs(client())
    with statements() as seen:
        await slugs(client(), {"metric": "LATENCY_P95", "atMost": 9.0})
    assert sum("pooled_measurement" in text for text in seen) == 2


@pytest.mark.parametrize(
    "asked",
    [
        {"p": "MODEL"},
        {"at": "2026-06-01T00:00:00Z"},
        {"o": "SCORE", "at": "2026-06-01T00:00:00Z", "f": {"measured": [{"metric": "LATENCY_P95"}]}},
        {"f": {"measured": []}},
        {"f": {"measured": [{"metric": "LATENCY_P95"}] * 11}},
        {"f": {"measured": [{"metric": "LATENCY_P95", "atMost": -1}]}},
        {"f": {"measured": [{"metric": "LATENCY_P95", "atLeast": 1e300}]}},
    ],
    ids=str,
)
async def test_what_cannot_be_measured_is_refused(
    client: Clients, three: list[Endpoint], asked: dict[str, Any]
) -> None:
    assert (await client().refused(ASKED, **asked))["extensions"]["code"] == "BAD_USER_INPUT"
