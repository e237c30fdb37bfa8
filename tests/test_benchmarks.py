"""Benchmarks and scores: every report with its source and configuration, none merged, none in a standing."""

from collections.abc import Callable
from datetime import date

import pytest
from graphql import GraphQLInputObjectType, build_schema

from db.enums import NoteCode, Reporter, Unit
from schema import sdl
from tests.front_door import Client, statements
from tests.make import World

pytestmark = pytest.mark.anyio
Clients = Callable[..., Client]

SCORES = """query ($slug: String!, $filter: BenchmarkScoreFilter, $first: Int, $after: String, $last: Int) {
  model(slug: $slug) { benchmarkScores(filter: $filter, first: $first, after: $after, last: $last) {
    totalCount nodes { value reportedOn configuration reporter } pageInfo { endCursor hasNextPage }
  } } }"""
IN_BENCHMARK = """query ($slug: String!, $filter: BenchmarkScoreFilter, $first: Int!, $after: String) {
  benchmark(slug: $slug) { scores(filter: $filter, first: $first, after: $after) {
    totalCount nodes { value model { slug } source { name url licence attribution revisedOn }
      disagreements(first: 5) { totalCount nodes { value source { name } } } } pageInfo { endCursor }
  } } }"""
STANDING = '{ model(slug: "x/m") { standing(useCase: CODING) { score status effectiveReviews reviewCount } } }'


async def three(make: World) -> None:
    """Three reports of one model in one benchmark, and one in another."""
    model, benchmark = await make.model(slug="x/m"), await make.benchmark(slug="The_Test", name="The Test")
    vendor, lab = await make.source(name="vendor"), await make.source(name="lab")
    told = {"model_id": model.id, "benchmark_id": benchmark.id}
    early, late = date(2026, 1, 1), date(2026, 2, 1)
    await make.score(90, **told, source_id=vendor.id, reporter=Reporter.VENDOR, reported_on=early)
    await make.score(80, **told, source_id=lab.id, configuration="5-shot CoT", reported_on=late)
    await make.score(80, **told, source_id=lab.id, configuration="0-shot", reported_on=late)
    await make.score(10, model_id=model.id, source_id=lab.id, reported_on=date(2026, 3, 1))


async def values(client: Client, **filter: object) -> list[float]:
    found = await client.ask(SCORES, slug="x/m", first=9, filter=filter)
    return sorted(node["value"] for node in found["model"]["benchmarkScores"]["nodes"])


@pytest.mark.parametrize(
    ("filter", "expected"),
    [
        ({}, [10, 80, 80, 90]),
        ({"benchmark": "The_Test"}, [80, 80, 90]),
        ({"benchmark": "The Test"}, []),
        ({"source": "vendor"}, [90]),
        ({"reporter": "INDEPENDENT"}, [10, 80, 80]),
        ({"reporter": "VENDOR"}, [90]),
        ({"configuration": "cot"}, [80]),
        ({"configuration": "SHOT"}, [80, 80]),
        ({"configuration": "%"}, []),
        ({"since": "2026-02-01"}, [10, 80, 80]),
        ({"until": "2026-02-01"}, [80, 80, 90]),
        ({"since": "2026-01-01", "until": "2026-01-01"}, [90]),
        ({"model": "x/other"}, []),
    ],
    ids=str,
)
async def test_scores_are_filtered(
    client: Clients, make: World, filter: dict[str, object], expected: list[float]
) -> None:
    await three(make)
    assert await values(client(), **filter) == expected


async def test_scores_of_a_model_come_newest_first_and_page_by_page(client: Clients, make: World) -> None:
    await three(make)
    whole = (await client().ask(SCORES, slug="x/m", first=9))["model"]["benchmarkScores"]
    assert [node["reportedOn"] for node in whole["nodes"]] == ["2026-03-01", "2026-02-01", "2026-02-01", "2026-01-01"]
    assert whole["totalCount"] == 4
    seen, after = [], None
    for _ in range(4):
        page = (await client().ask(SCORES, slug="x/m", first=1, after=after))["model"]["benchmarkScores"]
        seen += page["nodes"]
        after = page["pageInfo"]["endCursor"]
    assert seen == whole["nodes"]
    assert page["pageInfo"]["hasNextPage"] is False
    last = (await client().ask(SCORES, slug="x/m", last=1))["model"]["benchmarkScores"]["nodes"]
    assert last == whole["nodes"][-1:]


async def test_a_benchmark_lists_every_report_highest_first_with_who_disagrees(client: Clients, make: World) -> None:
    await three(make)
    scores = (await client().ask(IN_BENCHMARK, slug="The_Test", first=9))["benchmark"]["scores"]
    assert [node["value"] for node in scores["nodes"]] == [90, 80, 80]
    told = [
        [(other["source"]["name"], other["value"]) for other in n["disagreements"]["nodes"]] for n in scores["nodes"]
    ]
    assert told == [[("lab", 80), ("lab", 80)], [("vendor", 90)], [("vendor", 90)]]
    assert [node["disagreements"]["totalCount"] for node in scores["nodes"]] == [2, 1, 1]
    assert scores["nodes"][0]["source"]["licence"] == "MIT"
    first = (await client().ask(IN_BENCHMARK, slug="The_Test", first=2))["benchmark"]["scores"]
    rest = await client().ask(IN_BENCHMARK, slug="The_Test", first=2, after=first["pageInfo"]["endCursor"])
    assert [node["value"] for node in rest["benchmark"]["scores"]["nodes"]] == [80]


async def test_disagreements_are_of_the_same_model_and_benchmark(client: Clients, make: World) -> None:
    benchmark = await make.benchmark(slug="B")
    model = await make.model()
    await make.score(70, benchmark_id=benchmark.id, model_id=model.id)
    await make.score(60, benchmark_id=benchmark.id)  # another model
    await make.score(50, model_id=model.id)  # another benchmark
    scores = (await client().ask(IN_BENCHMARK, slug="B", first=9))["benchmark"]["scores"]["nodes"]
    assert [node["disagreements"]["nodes"] for node in scores] == [[], []]


async def test_notes_are_shown_on_their_rows(client: Clients, make: World) -> None:
    benchmark = await make.benchmark(slug="B", found=[[NoteCode.SIMILAR_NAMES, "Also listed as b."]])
    await make.score(899, benchmark_id=benchmark.id, found=[[NoteCode.UNIT_IMPOSSIBLE, "Not percent."]], unit=None)
    await make.score(5, benchmark_id=benchmark.id)
    found = await client().ask(
        '{ benchmark(slug: "B") { notes { code message } scores(first: 5) { nodes { unit notes { code message } } } } }'
    )
    assert found["benchmark"]["notes"] == [{"code": "SIMILAR_NAMES", "message": "Also listed as b."}]
    assert found["benchmark"]["scores"]["nodes"] == [
        {"unit": None, "notes": [{"code": "UNIT_IMPOSSIBLE", "message": "Not percent."}]},
        {"unit": Unit.PERCENT, "notes": []},
    ]


async def test_benchmarks_are_found_by_name_and_by_model(client: Clients, make: World) -> None:
    await three(make)
    await make.benchmark(slug="Unused", name="Unused")
    query = "query ($filter: BenchmarkFilter) { benchmarks(first: 9, filter: $filter) { totalCount nodes { slug } } }"
    for wanted, count in (({}, 3), ({"search": "THE t"}, 1), ({"model": "x/m"}, 2), ({"model": "nobody"}, 0)):
        assert (await client().ask(query, filter=wanted))["benchmarks"]["totalCount"] == count, wanted
    assert await client().ask('{ benchmark(slug: "nothing") { name } }') == {"benchmark": None}


async def test_a_fact_is_found_by_its_public_id(client: Clients, make: World) -> None:
    score = await make.score(70)
    ids = [score.id, score.benchmark_id, score.source_id]
    found = await client().ask("query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }", ids=ids)
    assert [node["__typename"] for node in found["nodes"]] == ["BenchmarkScore", "Benchmark", "Source"]
    assert [node["id"] for node in found["nodes"]] == ids


async def test_public_facts_leave_every_standing_as_it_was(client: Clients, make: World) -> None:
    model = await make.model(slug="x/m")
    endpoint = await make.endpoint(model_id=model.id)
    before = await client().ask(STANDING)
    for value in (0, 50, 100):
        await make.score(value, model_id=model.id)
        await make.agent_result(value, model_id=model.id)
        await make.endpoint_result(endpoint, value)
    assert await client().ask(STANDING) == before
    assert before["model"]["standing"]["status"] == "PROVISIONAL"
    assert before["model"]["standing"]["effectiveReviews"] == 0


@pytest.mark.usefixtures("alone")
async def test_more_rows_cost_no_more_statements(client: Clients, make: World) -> None:
    benchmark, counts = await make.benchmark(slug="B"), []
    await client().ask(IN_BENCHMARK, slug="B", first=50)  # from now on the benchmark itself is known
    for count in (2, 20):
        for number in range(count):
            await make.score(number, benchmark_id=benchmark.id)
        with statements() as seen:
            await client().ask(IN_BENCHMARK, slug="B", first=50)
        counts.append(len(seen))
    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    ("filter", "argument"),
    [({"configuration": "x" * 201}, "filter.configuration"), ({"source": "a\0b"}, "filter.source")],
)
async def test_a_filter_that_cannot_be_answered_is_refused_and_named(
    client: Clients, make: World, filter: dict[str, object], argument: str
) -> None:
    await three(make)
    error = await client().refused(SCORES, slug="x/m", first=1, filter=filter)
    assert error["extensions"] == {"code": "BAD_USER_INPUT", "argument": argument}


def test_no_switch_mixes_public_results_into_standings() -> None:
    schema = build_schema(sdl())
    for name in ("RankingFilter", "DimensionWeights"):
        asked = schema.get_type(name)
        assert isinstance(asked, GraphQLInputObjectType)
        assert not [field for field in asked.fields if "public" in field.lower() or "benchmark" in field.lower()]
    assert "includePublicPrior" not in sdl()
