"""Rankings and standings: the asker's weights, honest uncertainty, and how evidence moves them."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from db.connect import Database
from db.enums import EvidenceLevel, Standing, UseCase
from db.tables import Endpoint
from main import application
from resolvers import boards, epochs, snapshots
from resolvers.boards import Told
from resolvers.snapshots import Snapshot
from resolvers.workers import worked
from scoring.estimates import Question
from settings import Settings
from tests.front_door import ORIGIN, SECRET, Client
from tests.make import World

pytestmark = pytest.mark.anyio
Clients = Callable[..., Client]

RANKING = """query ($useCase: UseCase! = CODING, $weights: DimensionWeights, $filter: RankingFilter, $first: Int = 9,
                    $pooledBy: Pooling! = ENDPOINT, $orderBy: RankingOrder! = LOWER_BOUND, $after: String) {
  ranking(useCase: $useCase, weights: $weights, filter: $filter, pooledBy: $pooledBy, orderBy: $orderBy,
          first: $first, after: $after) {
    totalCount pageInfo { hasNextPage endCursor }
    nodes {
      subject { ... on Endpoint { slug } ... on Model { slug } }
      score interval { low high } lowerBound rank rankRange { best worst } probabilityOfBest
      effectiveReviews verifiedShare reviewCount status demo dataVersion
      dimensions { dimension score weight interval { low high } communityScore manipulationLimit effectiveReviews
                   established ratingCount rungs { tier score stopped } }
    }
  }
}"""
ALL = {"includeProvisional": True}
EVERYTHING = {"toolCalling": 1, "apiReliability": 1, "costPerTask": 1, "contextQuality": 1, "latency": 1}


async def ranked(client: Client, **asked: Any) -> list[Any]:
    return list((await client.ask(RANKING, **asked))["ranking"]["nodes"])


async def proven(
    make: World, endpoint: Endpoint, count: int = 3, use_case: UseCase = UseCase.CODING, **stars: int
) -> None:
    """Some CI-attested reviews by trusted reviewers."""
    for _ in range(count):
        author = await make.reviewer(standing=Standing.TRUSTED, trust=0.6)
        await make.review(endpoint, author, use_case, EvidenceLevel.E4, **stars)


def slugs(standings: list[Any]) -> list[str]:
    return [standing["subject"]["slug"] for standing in standings]


async def test_an_empty_community_has_no_review_backed_standing(client: Clients, make: World) -> None:
    await make.endpoint(slug="p:a")
    assert await ranked(client()) == []
    [standing] = await ranked(client(), filter=ALL)
    assert (standing["status"], standing["score"], standing["reviewCount"]) == ("PROVISIONAL", 3.0, 0)
    model = 0.15 + 0.1 / 5  # the overall, and five dimensions about it
    here = model + 0.025 + (0.1 + 0.025) / 5  # in this use case
    overall = here + (model + 0.03) + 0.025  # and the endpoint over all use cases, and in this one
    dimension = (0.1 + 0.025) + overall + 0.05
    margin = 1.96 * (0.6 * 5 * 0.2**2 * dimension + 0.4 * dimension) ** 0.5
    assert standing["interval"] == {
        "low": pytest.approx(3 - margin, abs=1e-6),
        "high": pytest.approx(3 + margin, abs=1e-6),
    }


async def test_a_computation_that_failed_is_made_again(
    client: Clients, make: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await make.endpoint(slug="p:a")

    def broken(*_: object) -> None:
        raise MemoryError

    with monkeypatch.context() as broken_for_now:
        broken_for_now.setattr("resolvers.boards._computed", broken)
        failed = (await client().post(RANKING, first=10, filter=ALL)).json()
    assert [error["extensions"]["code"] for error in failed["errors"]] == ["INTERNAL"]
    assert slugs(await ranked(client(), filter=ALL)) == ["p:a"]


async def test_a_server_reads_the_statistics_before_anybody_asks_and_after_each_change(
    database: Database, make: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: asyncio.Queue[Snapshot] = asyncio.Queue()
    read_before = snapshots._read

    async def noted(*given: Any) -> Snapshot:
        snapshot = await read_before(*given)
        read.put_nowait(snapshot)
        return snapshot

    monkeypatch.setattr("resolvers.snapshots._read", noted)
    monkeypatch.setattr("resolvers.snapshots.PAUSE", 0.01)
    await make.endpoint()
    served = application(Settings(origin=ORIGIN, database=database, secret=SECRET))
    async with served.router.lifespan_context(served), asyncio.timeout(10):
        assert (await read.get()).statistics.mass.size == 0
        await make.review()
        while not (await read.get()).statistics.mass.size:
            pass  # the new review's endpoint came before it


async def test_a_board_is_renewed_before_its_minute_is_over_while_the_old_one_is_shown(
    client: Clients, make: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await make.endpoint(slug="p:a")
    begun: list[datetime] = []

    def computed(snapshot: Snapshot, question: Question, at: datetime) -> Told:
        begun.append(at)
        return boards_computed(snapshot, question, at)

    boards_computed = boards._computed
    monkeypatch.setattr("resolvers.boards._computed", computed)
    start, shown = make.now, []
    for seconds in (0, 20, 40, 50, 70, 135):
        make.now = start + timedelta(seconds=seconds)
        [standing] = (await client().ask(AS_OF))["ranking"]["nodes"]
        shown.append((datetime.fromisoformat(standing["asOf"]) - start).seconds)
        for _ in range(3):
            await worked(int)  # one at a time: what went on beside it is done, and has been told of
    assert [(each - start).seconds for each in begun] == [0, 40, 70, 135]
    assert shown == [0, 0, 0, 40, 40, 135]


AS_OF = "{ ranking(useCase: CODING, filter: {includeProvisional: true}, first: 1) { nodes { asOf } } }"


async def test_proven_reviews_order_endpoints_by_the_askers_weights(client: Clients, make: World) -> None:
    caller, fast = await make.endpoint(slug="p:caller"), await make.endpoint(slug="p:fast")
    await proven(make, caller, tool_calling=5, latency=2)
    await proven(make, fast, tool_calling=2, latency=5)
    assert slugs(await ranked(client(), weights={"toolCalling": 3, "latency": 1})) == ["p:caller", "p:fast"]
    assert slugs(await ranked(client(), weights={"toolCalling": 1, "latency": 3})) == ["p:fast", "p:caller"]
    huge = await ranked(client(), weights={"toolCalling": 1e308, "latency": 1e308})
    equal = await ranked(client(), weights={"toolCalling": 1, "latency": 1})
    assert [standing["score"] for standing in huge] == [standing["score"] for standing in equal]


async def test_a_standing_says_how_it_came_about(client: Clients, make: World) -> None:
    endpoint = await make.endpoint(slug="p:a")
    await proven(make, endpoint, tool_calling=5)
    await make.review(endpoint, tool_calling=1)
    [standing] = await ranked(client(), weights={"toolCalling": 1})
    [tools] = [each for each in standing["dimensions"] if each["dimension"] == "TOOL_CALLING"]
    assert tools["weight"] == 1
    assert [rung["tier"] for rung in tools["rungs"]] == [4, 3, 2, 1, 0]
    assert tools["rungs"][-1]["score"] == pytest.approx(tools["score"])
    assert abs(tools["rungs"][-1]["score"] - tools["rungs"][-2]["score"]) <= tools["manipulationLimit"] + 2e-6
    assert tools["communityScore"] <= tools["score"] <= tools["rungs"][0]["score"]
    assert tools["interval"]["low"] < tools["score"] < tools["interval"]["high"]
    assert (tools["ratingCount"], standing["reviewCount"], standing["status"]) == (4, 4, "REVIEW_BACKED")
    assert (standing["rank"], standing["rankRange"], standing["probabilityOfBest"]) == (1, {"best": 1, "worst": 1}, 1)
    assert 0.9 < standing["verifiedShare"] < 1
    assert standing["demo"] is False


async def test_everybody_is_told_the_weights_of_their_own_question(client: Clients, make: World) -> None:
    """Dimensions are kept for all askers, weights are not."""
    await make.endpoint(slug="p:a")
    told = []
    for weights in ({"toolCalling": 1, "latency": 3}, {"toolCalling": 3, "latency": 1}):
        [standing] = await ranked(client(), filter=ALL, weights=weights)
        by_name = {each["dimension"]: each for each in standing["dimensions"]}
        told.append([by_name[name]["weight"] for name in ("TOOL_CALLING", "LATENCY", "CONTEXT_QUALITY")])
    both = """query ($weights: DimensionWeights!) {
      equal: ranking(useCase: CODING, filter: {includeProvisional: true}, first: 1) { nodes { dimensions { score } } }
      weighed: ranking(useCase: CODING, filter: {includeProvisional: true}, weights: $weights, first: 1) {
        nodes { dimensions { weight } } } }"""
    answer = await client().ask(both, weights={"latency": 1})
    assert told == [[0.25, 0.75, 0], [0.75, 0.25, 0]]
    assert [each["weight"] for each in answer["weighed"]["nodes"][0]["dimensions"]] == [0, 0, 0, 0, 1]


async def test_evidence_weighs_more_than_claims(client: Clients, make: World) -> None:
    """The same two opinions; each time the one with evidence prevails."""
    good, bad = await make.endpoint(slug="p:good"), await make.endpoint(slug="p:bad")
    for endpoint, attested, claimed in ((good, 5, 1), (bad, 1, 5)):
        await make.review(endpoint, level=EvidenceLevel.E4, tool_calling=attested)
        await make.review(endpoint, tool_calling=claimed)
    scores = {slug: standing["score"] for standing in await ranked(client(), filter=ALL, weights={"toolCalling": 1})
              for slug in slugs([standing])}  # fmt: skip
    assert scores["p:good"] > 3 > scores["p:bad"]


async def test_a_crowd_without_proof_moves_a_proven_score_no_further_than_its_limit(
    client: Clients, make: World
) -> None:
    endpoint = await make.endpoint()
    await proven(make, endpoint, 5, tool_calling=4)
    weights = {"toolCalling": 1}
    [before] = await ranked(client(), weights=weights)
    for _ in range(12):
        await make.review(endpoint, tool_calling=1)
    [after] = await ranked(client(), weights=weights)
    limit = before["dimensions"][0]["manipulationLimit"]
    assert 0 < before["score"] - after["score"] <= limit + 2e-6
    assert after["dimensions"][0]["rungs"][-1]["stopped"] is True


async def test_models_pool_their_endpoints(client: Clients, make: World) -> None:
    model = await make.model(slug="x/m")
    one, two = await make.endpoint(model_id=model.id), await make.endpoint(model_id=model.id)
    await proven(make, one, 1, tool_calling=5)
    await proven(make, two, 1, tool_calling=5)
    [pooled] = await ranked(client(), weights={"toolCalling": 1}, pooledBy="MODEL")
    assert slugs([pooled]) == ["x/m"]
    assert pooled["reviewCount"] == 2
    single = await ranked(client(), weights={"toolCalling": 1}, filter=ALL)
    assert pooled["effectiveReviews"] > max(standing["effectiveReviews"] for standing in single)


async def test_a_ranking_is_paged_by_its_order(client: Clients, make: World) -> None:
    for letter, stars in zip("abcde", (5, 4, 3, 2, 1), strict=True):
        await proven(make, await make.endpoint(slug=f"p:{letter}"), 2, tool_calling=stars)
    weights = {"toolCalling": 1}
    for order in ("SCORE", "LOWER_BOUND", "PROBABILITY_OF_BEST"):
        whole = slugs(await ranked(client(), weights=weights, orderBy=order))
        assert whole[:2] == ["p:a", "p:b"]
        seen, after = [], None
        for _ in range(5):
            page = (await client().ask(RANKING, weights=weights, orderBy=order, first=1, after=after))["ranking"]
            seen += slugs(page["nodes"])
            after = page["pageInfo"]["endCursor"]
        assert (seen, page["pageInfo"]["hasNextPage"], page["totalCount"]) == (whole, False, 5)
    error = await client().refused(RANKING, weights=weights, orderBy="SCORE", first=1, after=after)
    assert error["extensions"]["argument"] == "after"


async def test_filters_choose_who_takes_part_and_what_counts(client: Clients, make: World) -> None:
    provider = await make.provider(slug="host")
    cheap = await make.endpoint(slug="host:cheap", provider_id=provider.id, context_limit=8_000)
    dear = await make.endpoint(slug="p:dear", tool_call=False)
    unpriced = await make.endpoint(slug="p:unpriced")
    await make.price(cheap, "0.5", "1")
    await make.price(dear, "5", "10")
    for endpoint in (cheap, dear, unpriced):
        await make.review(endpoint, tool_calling=4)

    async def found(**endpoint: Any) -> list[str]:
        return sorted(slugs(await ranked(client(), filter=ALL | {"endpoint": endpoint})))

    assert await found() == ["host:cheap", "p:dear", "p:unpriced"]
    assert await found(providers=["host"]) == ["host:cheap"]
    assert await found(maxInputUsdPerMtok="0.5") == ["host:cheap"]
    assert await found(maxOutputUsdPerMtok="10") == ["host:cheap", "p:dear"]
    assert await found(minContext=100_000) == ["p:dear", "p:unpriced"]
    assert await found(toolCall=False) == ["p:dear"]
    assert await found(openWeights=False) == []
    make.later(days=70)
    await make.review(cheap, level=EvidenceLevel.E4, tool_calling=4)

    async def counted(**filter: Any) -> int:
        standings = await ranked(client(), filter=ALL | {"endpoint": {"search": "cheap"}} | filter)
        return sum(each["ratingCount"] for each in standings[0]["dimensions"])

    assert (await counted(), await counted(minScoringLevel=4), await counted(since="2026-08-01")) == (2, 1, 1)
    assert await counted(until="2026-07-31") == 1


async def test_freshness_fades_and_the_interval_widens(client: Clients, make: World) -> None:
    endpoint = await make.endpoint()
    await proven(make, endpoint, tool_calling=5)
    weights = {"toolCalling": 1}
    [fresh] = await ranked(client(), weights=weights)
    make.later(days=720)
    [old] = await ranked(client(), weights=weights, filter=ALL)
    assert old["effectiveReviews"] < fresh["effectiveReviews"]
    assert old["score"] < fresh["score"]
    width = [each["interval"]["high"] - each["lowerBound"] for each in (fresh, old)]
    assert width[0] < width[1]
    assert old["status"] == "PROVISIONAL"


async def test_the_standing_of_one_endpoint_is_that_of_the_ranking(client: Clients, make: World) -> None:
    endpoint = await make.endpoint(slug="p:a")
    await proven(make, endpoint, tool_calling=5)
    alone = await client().ask(
        """{ endpoint(slug: "p:a") { standing(useCase: CODING) { score rank status }
             model { standing(useCase: CODING) { score rank } } } }"""
    )
    [listed] = await ranked(client(), filter=ALL)
    assert alone["endpoint"]["standing"] == {"score": listed["score"], "rank": None, "status": "PROVISIONAL"}
    assert alone["endpoint"]["model"]["standing"]["rank"] is None


async def test_a_recompute_moves_the_baseline_and_keeps_who_is_better(client: Clients, make: World) -> None:
    good, bad = await make.endpoint(slug="p:good"), await make.endpoint(slug="p:bad")
    await proven(make, good, tool_calling=5)
    await proven(make, bad, tool_calling=4)
    weights = {"toolCalling": 1}
    before = await ranked(client(), weights=weights)
    await epochs.recompute(make.now)
    after = await ranked(client(), weights=weights)
    assert slugs(before) == slugs(after) == ["p:good", "p:bad"]
    assert min(standing["score"] for standing in after) > min(standing["score"] for standing in before)
    assert after[0]["dataVersion"] > before[0]["dataVersion"]


@pytest.mark.parametrize(
    ("asked", "argument"),
    [
        ({"weights": {"toolCalling": -1}}, "weights"),
        ({"weights": {}}, "weights"),
        ({"weights": EVERYTHING | {"latency": -1e-300}}, "weights"),
        ({"weights": {"toolCalling": 0}}, "weights"),
        ({"filter": {"minScoringLevel": 6}}, "filter.minScoringLevel"),
        ({"filter": {"minScoringLevel": -1}}, "filter.minScoringLevel"),
        ({"filter": {"since": "2026-06-16"}}, "filter.since"),
        ({"filter": {"until": "9999-12-31"}}, "filter.until"),
        ({"filter": {"endpoint": {"providers": []}}}, "filter.endpoint.providers"),
        ({"filter": {"endpoint": {"maxInputUsdPerMtok": "NaN"}}}, "filter.endpoint.maxInputUsdPerMtok"),
        ({"filter": {"endpoint": {"maxInputUsdPerMtok": "-1"}}}, "filter.endpoint.maxInputUsdPerMtok"),
        ({"filter": {"endpoint": {"maxOutputUsdPerMtok": "1e99"}}}, "filter.endpoint.maxOutputUsdPerMtok"),
        ({"first": 0}, "first"),
        ({"first": 101}, "first"),
    ],
)
async def test_what_cannot_be_ranked_is_refused_and_named(
    client: Clients, asked: dict[str, Any], argument: str
) -> None:
    error = await client().refused(RANKING, **asked)
    assert error["extensions"] == {"code": "BAD_USER_INPUT", "argument": argument}
