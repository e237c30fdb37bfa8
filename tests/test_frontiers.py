"""Frontiers: who is bettered by nobody in two respects, and how far behind the rest are."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.front_door import Client
from tests.make import World
from tests.test_rankings import ALL, proven

pytestmark = pytest.mark.anyio
Clients = Callable[..., Client]

FRONTIER = """query ($x: Respect! = TASK_USD, $y: Respect! = SCORE, $filter: RankingFilter, $first: Int = 9,
                     $after: String, $profile: TaskInput, $useCase: UseCase! = CODING, $weights: DimensionWeights) {
  frontier(useCase: $useCase, x: $x, y: $y, filter: $filter, first: $first, after: $after, profile: $profile,
           weights: $weights) {
    totalCount pageInfo { hasNextPage endCursor }
    nodes {
      endpoint { slug } standing { score } x y xDeviation yDeviation efficient probability distance xShort yShort }
  } }"""
TOOLS = {"toolCalling": 1}


async def points(client: Client, **asked: Any) -> dict[str, Any]:
    found = (await client.ask(FRONTIER, **{"weights": TOOLS} | asked))["frontier"]
    return {each["endpoint"]["slug"]: each for each in found["nodes"]}


async def three(make: World) -> None:
    """Cheap and good, dear and best, dear and poor."""
    for slug, usd, stars in (("p:cheap", "1", 4), ("p:best", "4", 5), ("p:poor", "5", 2)):
        endpoint = await make.endpoint(slug=slug)
        await make.price(endpoint, usd, usd)
        await proven(make, endpoint, 4, tool_calling=stars)


async def test_the_pareto_set_comes_first_and_the_rest_by_its_distance(client: Clients, make: World) -> None:
    await three(make)
    found = await points(client(), x="INPUT_USD")
    assert set(list(found)[:2]) == {"p:cheap", "p:best"}
    assert list(found)[2] == "p:poor"
    assert [each["efficient"] for each in found.values()] == [True, True, False]
    poor, cheap, best = found["p:poor"], found["p:cheap"], found["p:best"]
    assert (poor["x"], poor["xShort"], poor["xDeviation"]) == (5, 5 - 1, 0)
    assert poor["yShort"] == pytest.approx(best["y"] - poor["y"], abs=2e-6)
    assert 0 < poor["distance"] <= 1
    assert poor["probability"] < 0.05
    assert (cheap["distance"], cheap["xShort"], cheap["yShort"], cheap["probability"]) == (0, 0, 0, 1)
    assert best["y"] == best["standing"]["score"]
    assert best["yDeviation"] > 0


async def test_a_task_is_priced_for_the_frontier(client: Clients, make: World) -> None:
    await three(make)
    found = await points(client(), profile={"inputTokens": 1_000_000, "outputTokens": 0})
    assert {slug: point["x"] for slug, point in found.items()} == {"p:cheap": 1, "p:best": 4, "p:poor": 5}
    assert (await points(client()))["p:cheap"]["x"] == pytest.approx(1.178 + 0.0124)  # coding


async def test_an_endpoint_without_a_known_figure_is_left_out(client: Clients, make: World) -> None:
    priced, unpriced = await make.endpoint(slug="p:priced"), await make.endpoint(slug="p:unpriced", context_limit=None)
    await make.price(priced)
    await proven(make, unpriced, tool_calling=5)
    assert list(await points(client(), filter=ALL)) == ["p:priced"]
    assert list(await points(client(), filter=ALL, x="CONTEXT_LIMIT")) == ["p:priced"]
    assert set(await points(client(), filter=ALL, x="LATENCY")) == {"p:priced", "p:unpriced"}


async def test_only_review_backed_endpoints_take_part_unless_asked(client: Clients, make: World) -> None:
    endpoint = await make.endpoint(slug="p:a")
    await make.price(endpoint)
    assert await points(client()) == {}
    assert list(await points(client(), filter=ALL)) == ["p:a"]
    assert await points(client(), filter=ALL | {"endpoint": {"providers": ["nobody"]}}) == {}


async def test_a_frontier_is_paged_in_its_order(client: Clients, make: World) -> None:
    await three(make)
    whole, seen, after = list(await points(client(), x="OUTPUT_USD")), [], None
    for _ in range(3):
        page = (await client().ask(FRONTIER, weights=TOOLS, x="OUTPUT_USD", first=1, after=after))["frontier"]
        seen += [each["endpoint"]["slug"] for each in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
    assert (seen, page["totalCount"], page["pageInfo"]["hasNextPage"]) == (whole, 3, False)
    error = await client().refused(FRONTIER, weights=TOOLS, x="INPUT_USD", first=1, after=after)
    assert error["extensions"]["argument"] == "after"


@pytest.mark.parametrize(
    ("asked", "argument"),
    [
        ({"x": "SCORE"}, "y"),
        ({"useCase": "GENERAL_ASSISTANT"}, "profile"),
        ({"profile": {"inputTokens": 0, "outputTokens": 1}}, "profile.inputTokens"),
        ({"first": 0}, "first"),
        ({"weights": {}}, "weights"),
        ({"filter": {"minScoringLevel": 6}}, "filter.minScoringLevel"),
    ],
)
async def test_what_has_no_frontier_is_refused_and_named(
    client: Clients, make: World, asked: dict[str, Any], argument: str
) -> None:
    error = await client().refused(FRONTIER, **asked)
    assert error["extensions"] == {"code": "BAD_USER_INPUT", "argument": argument}
