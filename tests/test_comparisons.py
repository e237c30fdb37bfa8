"""Comparisons: what each is, how far they differ and how sure that is."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from db import kept
from tests.front_door import Client, statements
from tests.make import World
from tests.test_rankings import proven

pytestmark = pytest.mark.anyio
Clients = Callable[..., Client]

COMPARE = """query ($endpoints: [String!], $models: [String!], $weights: DimensionWeights, $asOf: DateTime) {
  compare(useCase: CODING, endpoints: $endpoints, models: $models, weights: $weights, asOf: $asOf) {
    standings {
      score interval { low high } rank subject { ... on Endpoint { slug contextLimit } ... on Model { slug } } }
    differences { left right score { ...Lead } dimensions { dimension lead { ...Lead } } }
    results { metric source unit lowerIsBetter values { subject value n configuration reportedOn } } } }
  fragment Lead on Lead { difference low high probability }"""
TOOLS = {"toolCalling": 1}


async def compared(client: Client, **asked: Any) -> Any:
    return (await client.ask(COMPARE, **asked))["compare"]


async def test_two_endpoints_side_by_side_in_the_order_named(client: Clients, make: World) -> None:
    good, bad = await make.endpoint(slug="p:good"), await make.endpoint(slug="p:bad", context_limit=8_000)
    await proven(make, good, 4, tool_calling=5)
    await proven(make, bad, 4, tool_calling=2)
    found = await compared(client(), endpoints=["p:bad", "p:good"], weights=TOOLS)
    first, second = found["standings"]
    assert [each["subject"]["slug"] for each in found["standings"]] == ["p:bad", "p:good"]
    assert first["subject"]["contextLimit"] == 8_000
    [pair] = found["differences"]
    lead = pair["score"]
    assert (pair["left"], pair["right"]) == ("p:bad", "p:good")
    assert lead["difference"] == pytest.approx(first["score"] - second["score"], abs=2e-6)
    assert lead["low"] < lead["difference"] < lead["high"] < 0
    assert lead["probability"] < 0.02
    half = [(each["score"] - each["interval"]["low"]) for each in (first, second)]
    assert (lead["high"] - lead["low"]) / 2 == pytest.approx((half[0] ** 2 + half[1] ** 2) ** 0.5, abs=1e-4)
    by_dimension = {each["dimension"]: each["lead"] for each in pair["dimensions"]}
    assert by_dimension["TOOL_CALLING"] == lead
    unrated = by_dimension["LATENCY"]  # what is bad at one thing is likelier to be bad at another
    assert lead["difference"] < unrated["difference"] < 0 < unrated["high"]
    assert lead["probability"] < unrated["probability"] < 0.5


async def test_the_order_named_turns_the_difference_round(client: Clients, make: World) -> None:
    for slug, stars in (("p:a", 5), ("p:b", 4), ("p:c", 2)):
        await proven(make, await make.endpoint(slug=slug), 2, tool_calling=stars)
    there = await compared(client(), endpoints=["p:a", "p:b", "p:c"], weights=TOOLS)
    back = await compared(client(), endpoints=["p:c", "p:b", "p:a"], weights=TOOLS)
    leads = {(each["left"], each["right"]): each["score"] for each in there["differences"]}
    turned = {(each["right"], each["left"]): each["score"] for each in back["differences"]}
    assert leads.keys() == turned.keys() == {("p:a", "p:b"), ("p:a", "p:c"), ("p:b", "p:c")}
    for pair, lead in leads.items():
        assert lead["difference"] == -turned[pair]["difference"]
        assert lead["probability"] + turned[pair]["probability"] == pytest.approx(1)
    assert leads["p:a", "p:c"]["probability"] > leads["p:a", "p:b"]["probability"] > 0.5


async def test_models_are_compared_over_all_their_endpoints(client: Clients, make: World) -> None:
    one, other = await make.model(slug="x/one"), await make.model(slug="x/other")
    await proven(make, await make.endpoint(model_id=one.id), 2, tool_calling=5)
    await make.endpoint(model_id=other.id)
    found = await compared(client(), models=["x/one", "x/other"], weights=TOOLS)
    assert [each["subject"]["slug"] for each in found["standings"]] == ["x/one", "x/other"]
    assert found["differences"][0]["score"]["difference"] > 0


async def test_public_results_that_two_of_them_share_stand_side_by_side(client: Clients, make: World) -> None:
    models = [await make.model(slug=slug) for slug in ("x/a", "x/b", "x/c")]
    source = await make.source(name="Harness")
    told = {"source_id": source.id, "metric": "latency p95"}
    await make.agent_result(3, model_id=models[0].id, configuration="FC", n=200, **told)
    await make.agent_result(2, model_id=models[0].id, configuration="Prompt", **told)
    await make.agent_result(4, model_id=models[1].id, **told)
    await make.agent_result(9, model_id=models[2].id, source_id=source.id, metric="only here")
    await make.agent_result(9, model_id=models[2].id, reported_on=date(2026, 7, 1), **told)
    [metric] = (await compared(client(), models=["x/a", "x/b", "x/c"]))["results"]
    assert (metric["metric"], metric["source"], metric["lowerIsBetter"]) == ("latency p95", "Harness", True)
    assert [(each["subject"], each["value"]) for each in metric["values"]] == [("x/a", 3), ("x/b", 4)]
    assert metric["values"][0]["configuration"] == "FC"
    for slug, model in zip("ab", models, strict=False):
        await make.endpoint(slug=f"p:{slug}", model_id=model.id)
    [metric] = (await compared(client(), endpoints=["p:b", "p:a"]))["results"]
    assert [(each["subject"], each["value"]) for each in metric["values"]] == [("p:b", 4), ("p:a", 3)]


async def test_the_past_is_compared_as_it_was(client: Clients, make: World) -> None:
    good = await make.endpoint(slug="p:a")
    await make.endpoint(slug="p:b")
    before = make.now.isoformat()
    make.later(days=1)
    await proven(make, good, tool_calling=5)
    [now] = (await compared(client(), endpoints=["p:a", "p:b"]))["differences"]
    [then] = (await compared(client(), endpoints=["p:a", "p:b"], asOf=before))["differences"]
    assert now["score"]["difference"] > then["score"]["difference"] == 0


@pytest.mark.usefixtures("alone")
async def test_eight_cost_no_more_statements_than_two(client: Clients, make: World) -> None:
    slugs = [(await make.endpoint()).slug for _ in range(8)]
    counts = []
    await compared(client(), endpoints=slugs[:2])  # reads the statistics, which are kept
    for named in (slugs[:2], slugs):
        kept._memories.clear()  # neither finds rows that were read before
        with statements() as seen:
            found = await compared(client(), endpoints=named)
        counts.append(len(seen))
    assert counts[0] == counts[1]
    assert len(found["differences"]) == 28


@pytest.mark.parametrize(
    ("asked", "argument"),
    [
        ({}, "endpoints"),
        ({"endpoints": ["p:a", "p:b"], "models": ["x/a", "x/b"]}, "endpoints"),
        ({"endpoints": ["p:a"]}, "endpoints"),
        ({"endpoints": []}, "endpoints"),
        ({"models": ["x/a"] * 9}, "models"),
        ({"endpoints": ["p:a", "p:a"]}, "endpoints"),
        ({"endpoints": ["p:a", "p:nowhere"]}, "endpoints.1"),
        ({"models": ["p:a", "p:b"]}, "models.0"),
        ({"endpoints": ["p:a", "p:b"], "weights": {}}, "weights"),
    ],
)
async def test_what_cannot_be_compared_is_refused_and_named(
    client: Clients, make: World, asked: dict[str, Any], argument: str
) -> None:
    for slug in ("p:a", "p:b"):
        await make.endpoint(slug=slug)
    error = await client().refused(COMPARE, **asked)
    assert error["extensions"] == {"code": "BAD_USER_INPUT", "argument": argument}


async def test_what_hangs_on_a_comparison_costs_as_often_as_it_is_named(client: Clients, make: World) -> None:
    reviews = "reviews(first: 100) { nodes { reviewer { login } endpoint { slug } } }"
    deep = f"standings {{ subject {{ ... on Endpoint {{ {reviews} }} }} }}"
    query = f"query ($e: [String!]) {{ compare(useCase: RAG, endpoints: $e) {{ {deep} }} }}"
    error = await client().refused(query, e=[f"p:{number}" for number in range(8)])
    assert error["extensions"]["code"] == "QUERY_TOO_COMPLEX"
