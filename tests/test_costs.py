"""Costs per task: list-price arithmetic that honours dates, tiers and terms, and never a price of 0."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from db.enums import Metric, Origin, Unit, UseCase
from db.tables import PooledMeasurement
from tests.front_door import Client
from tests.make import World

pytestmark = pytest.mark.anyio
Clients = Callable[..., Client]

COST = """query ($slug: String! = "p:a", $profile: TaskInput, $useCase: UseCase, $asOf: DateTime) {
  endpoint(slug: $slug) { costPerTask(profile: $profile, useCase: $useCase, asOf: $asOf) {
    usd onOtherTerms { terms usd } requests inputTokens outputTokens largestRequest fits day source
    measured { metric source usd n useCase configuration reportedOn } fromEvidence { value n useCase } } } }"""
ONE = {"inputTokens": 1_000_000, "outputTokens": 100_000}


async def told(client: Client, **asked: Any) -> Any:
    return (await client.ask(COST, **asked))["endpoint"]["costPerTask"]


async def test_a_task_costs_its_tokens_at_the_list_price(client: Clients, make: World) -> None:
    endpoint = await make.endpoint(slug="p:a", context_limit=1_050_000)
    await make.price(endpoint, "3", "15", cache_read_usd_per_mtok=Decimal("0.3"))
    found = await told(client(), profile=ONE)
    assert (found["usd"], found["source"], found["day"]) == ("4.500000", "test", "2026-06-15")
    assert (found["requests"], found["inputTokens"], found["outputTokens"]) == (1, 1_000_000, 100_000)
    assert (found["largestRequest"], found["fits"]) == (1_000_000, False)
    cached = await told(client(), profile=ONE | {"cachedShare": 0.5})
    assert Decimal(cached["usd"]) == Decimal("1.5") + Decimal("0.15") + Decimal("1.5")


async def test_turns_and_tool_calls_send_again_what_came_before(client: Clients, make: World) -> None:
    await make.price(await make.endpoint(slug="p:a"), "2", "10")
    found = await told(client(), profile={"inputTokens": 100, "outputTokens": 50, "turns": 2, "toolCalls": 1})
    assert (found["requests"], found["inputTokens"], found["largestRequest"], found["fits"]) == (3, 750, 400, True)
    assert Decimal(found["usd"]) == Decimal("0.003")


async def test_tiers_and_other_terms_are_honoured(client: Clients, make: World) -> None:
    endpoint = await make.endpoint(slug="p:a")
    await make.price(endpoint, "1", "1")
    await make.price(endpoint, "2", "2", condition="input tokens above 200,000", above_tokens=200_000)
    await make.price(endpoint, "0.5", "0.5", condition="processing: batch", terms="processing: batch")
    small = await told(client(), profile={"inputTokens": 200_000, "outputTokens": 0})
    large = await told(client(), profile={"inputTokens": 200_001, "outputTokens": 0})
    assert (Decimal(small["usd"]), Decimal(large["usd"])) == (Decimal("0.2"), Decimal("0.400002"))
    [batch] = small["onOtherTerms"]
    assert (batch["terms"], Decimal(batch["usd"])) == ("processing: batch", Decimal("0.1"))


async def test_a_condition_that_cannot_be_computed_with_is_left_out(client: Clients, make: World) -> None:
    await make.price(await make.endpoint(slug="p:a"), "1", "1", condition="some day")
    assert (await told(client(), profile=ONE))["usd"] is None


async def test_the_price_of_a_past_day_is_used(client: Clients, make: World) -> None:
    endpoint = await make.endpoint(slug="p:a")
    await make.price(endpoint, "4", "4", valid_to=date(2026, 2, 28))
    await make.price(endpoint, "2", "2", valid_from=date(2026, 3, 1))
    assert (await told(client(), profile=ONE))["usd"] == "2.200000"
    assert (await told(client(), profile=ONE, asOf="2026-02-28T12:00:00Z"))["usd"] == "4.400000"
    error = await client().refused(COST, profile=ONE, asOf="2027-01-01T00:00:00Z")
    assert error["extensions"]["argument"] == "asOf"


@pytest.mark.parametrize("output", ["0", None])
async def test_a_price_of_zero_or_none_costs_nobody_nothing(client: Clients, make: World, output: str | None) -> None:
    endpoint = await make.endpoint(slug="p:a")
    unknown = {"output_usd_per_mtok": None if output is None else Decimal(output)}
    await make.price(endpoint, "1", "1", **unknown)
    assert (await told(client(), profile=ONE))["usd"] is None
    assert (await told(client(), profile=ONE | {"outputTokens": 0}))["usd"] == "1.000000"


async def test_an_endpoint_without_prices_has_no_cost(client: Clients, make: World) -> None:
    await make.endpoint(slug="p:a", context_limit=None)
    found = await told(client(), profile=ONE)
    assert (found["usd"], found["onOtherTerms"], found["source"], found["fits"]) == (None, [], None, None)


async def test_what_was_measured_stands_beside_it(client: Clients, make: World) -> None:
    endpoint = await make.endpoint(slug="p:a")
    source = await make.source(name="Harness")
    kind = {"metric": "cost per case", "unit": Unit.USD, "model_id": endpoint.model_id, "source_id": source.id}
    await make.agent_result(0.25, n=225, configuration="diff", **kind)
    await make.agent_result(None, configuration="unknown", **kind)
    await make.agent_result(0.5, **kind | {"metric": "rag cost", "use_case": UseCase.RAG})
    await make.agent_result(0.5, **kind | {"metric": "later", "reported_on": date(2026, 7, 1)})
    await make.agent_result(90, model_id=endpoint.model_id, source_id=source.id)
    [coding] = (await told(client(), useCase="CODING"))["measured"]
    assert coding == {
        "metric": "cost per case", "source": "Harness", "usd": 0.25, "n": 225, "useCase": "CODING",
        "configuration": "diff", "reportedOn": "2026-05-01",
    }  # fmt: skip
    assert len((await told(client(), profile=ONE))["measured"]) == 2


async def test_ready_tasks_are_told_and_used_by_their_use_case(client: Clients, make: World) -> None:
    await make.price(await make.endpoint(slug="p:a"), "1", "1")
    names = "useCase name inputTokens outputTokens cachedShare turns toolCalls"
    ready = (await client().ask(f"{{ taskProfiles {{ {names} }} }}"))["taskProfiles"]
    assert [each["useCase"] for each in ready] == ["RAG", "CUSTOMER_SERVICE", "CODING", "FINANCIAL_ANALYSIS"]
    assert [each["turns"] for each in ready] == [1, 8, 1, 3]
    for each in ready:
        profile = {name: each[name] for name in names.split()[2:]}
        assert await told(client(), useCase=each["useCase"]) == await told(
            client(), useCase=each["useCase"], profile=profile
        )


@pytest.mark.parametrize(
    ("asked", "argument"),
    [
        ({}, "profile"),
        ({"useCase": "GENERAL_ASSISTANT"}, "profile"),
        ({"profile": ONE | {"inputTokens": 0}}, "profile.inputTokens"),
        ({"profile": ONE | {"inputTokens": 10_000_001}}, "profile.inputTokens"),
        ({"profile": ONE | {"outputTokens": -1}}, "profile.outputTokens"),
        ({"profile": ONE | {"cachedShare": 1.01}}, "profile.cachedShare"),
        ({"profile": ONE | {"cachedShare": -0.01}}, "profile.cachedShare"),
        ({"profile": ONE | {"turns": 0}}, "profile.turns"),
        ({"profile": ONE | {"turns": 1_500, "toolCalls": 501}}, "profile.toolCalls"),
    ],
)
async def test_an_impossible_task_is_refused_and_named(
    client: Clients, make: World, asked: dict[str, Any], argument: str
) -> None:
    await make.endpoint(slug="p:a")
    error = await client().refused(COST, **asked)
    assert error["extensions"] == {"code": "BAD_USER_INPUT", "argument": argument}


async def test_what_reviewers_deployments_spent_stands_beside_it_too(client: Clients, make: World) -> None:
    endpoint = await make.endpoint(slug="p:a")
    for metric, value in ((Metric.COST_PER_TASK, 0.25), (Metric.LATENCY_P95, 3.0)):
        await PooledMeasurement.create(
            endpoint_id=endpoint.id, use_case=UseCase.CODING, metric=metric, value=value, n=200, reports=2, reviewers=1,
            unit=Unit.USD if metric is Metric.COST_PER_TASK else Unit.SECONDS,
            first_day=make.now.date(), last_day=make.now.date(), origin=Origin.ATTESTED,
        )  # fmt: skip
    coding, rag = [(await told(client(), useCase=each))["fromEvidence"] for each in ("CODING", "RAG")]
    assert coding == [{"value": 0.25, "n": 200, "useCase": "CODING"}]
    assert rag == []
