"""Reality gaps: computed from the rows, the same for everybody, and never said to show more than they do."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from db.catalogue import import_catalogue
from db.enums import Reporter, Unit
from tests.front_door import Client, statements
from tests.make import World
from tests.test_rankings import proven

pytestmark = pytest.mark.anyio
Clients = Callable[..., Client]

GAP = """query ($benchmark: String! = "Lab", $target: GapTarget! = {metric: "pass rate"}, $useCase: UseCase,
                $filter: GapFilter, $top: Int! = 3, $asOf: DateTime, $first: Int = 100) {
  realityGap(benchmark: $benchmark, target: $target, useCase: $useCase, filter: $filter, top: $top, asOf: $asOf) {
    benchmark { slug } unit lowerIsBetter n spearman { ...F } kendall { ...F }
    topHalf { n spearman { ...F } kendall { ...F } }
    top { k best chosen points { ...F } relative { ...F } relativeLeast relativeMost }
    configurationMixed vendorScores finding verdict
    points(first: $first) { totalCount nodes { model { slug } benchmarkValue fieldValue benchmarkRank fieldRank
      benchmarkConfiguration fieldConfiguration reporter } } } }
  fragment F on GapFigure { value low high }"""


async def told(client: Client, **asked: Any) -> Any:
    return (await client.ask(GAP, **asked))["realityGap"]


async def lab(make: World, pairs: list[tuple[float, float]], **result: Any) -> dict[str, str]:
    """Models a, b, c … with a score in the benchmark Lab and a result of one harness; the ids of both."""
    benchmark, source = await make.benchmark(slug="Lab", name="Lab"), await make.source(name="Harness")
    for letter, (score, value) in zip("abcdefghijklmnopqrstuvwxyz", pairs, strict=False):
        model = await make.model(slug=f"x/{letter}")
        await make.score(score, benchmark_id=benchmark.id, model_id=model.id, source_id=source.id)
        await make.agent_result(value, model_id=model.id, source_id=source.id, **result)
    return {"benchmark_id": benchmark.id, "source_id": source.id}


FIVE = [(90.0, 50.0), (80.0, 20.0), (70.0, 80.0), (60.0, 60.0), (50.0, 10.0)]


async def test_a_gap_of_five_models_worked_by_hand(client: Clients, make: World) -> None:
    await lab(make, FIVE)
    found = await told(client(), top=2)
    assert (found["n"], found["unit"], found["lowerIsBetter"], found["benchmark"]["slug"]) == (
        5,
        "PERCENT",
        False,
        "Lab",
    )
    assert found["spearman"]["value"] == pytest.approx(1 - 6 * (4 + 4 + 4 + 4) / (5 * 24))
    assert found["kendall"]["value"] == pytest.approx((6 - 4) / 10)
    top = found["top"]
    assert (top["k"], top["best"], top["chosen"], top["points"]["value"]) == (2, 70, 35, 35)
    assert (top["relative"]["value"], top["relativeLeast"], top["relativeMost"]) == (0.5, 0.5, 0.5)
    assert found["topHalf"]["n"] == 3
    assert [
        (point["model"]["slug"], point["benchmarkRank"], point["fieldRank"]) for point in found["points"]["nodes"]
    ] == [("x/a", 1, 3), ("x/b", 2, 4), ("x/c", 3, 1), ("x/d", 4, 2), ("x/e", 5, 5)]
    assert found["finding"] == "TOO_FEW_MODELS"
    assert "nothing can be said" in found["verdict"]


async def test_less_cost_is_better(client: Clients, make: World) -> None:
    await lab(make, [(90, 1.0), (80, 2.0), (70, 4.0)], metric="cost per case", unit=Unit.USD)
    found = await told(client(), target={"metric": "cost per case"}, top=1)
    assert (found["lowerIsBetter"], found["spearman"]["value"], found["unit"]) == (True, 1, "USD")
    assert (found["top"]["best"], found["top"]["points"]["value"]) == (1, 0)
    assert [point["fieldRank"] for point in found["points"]["nodes"]] == [1, 2, 3]


async def test_the_same_question_gets_the_same_answer_and_new_data_another(client: Clients, make: World) -> None:
    kept = await lab(make, [(50.0 + place, 40.0 + 3 * place % 20) for place in range(20)])
    first = await told(client())
    assert await told(client()) == first
    assert first["spearman"]["low"] < first["spearman"]["value"] < first["spearman"]["high"]
    model = await make.model(slug="x/new")
    await make.score(99, model_id=model.id, **kept)
    await make.agent_result(1, model_id=model.id, source_id=kept["source_id"])
    again = await told(client())
    assert again["n"] == 21
    assert again["spearman"]["value"] < first["spearman"]["value"]


async def test_native_and_independent_rows_stand_for_their_model(client: Clients, make: World) -> None:
    kept = await lab(make, [(90, 1), (80, 2), (70, 3)], configuration="Prompt")
    model = await make.model(slug="x/z")
    vendor = {"reporter": Reporter.VENDOR, "reported_by": "vendor (self-reported)"}
    await make.score(60, model_id=model.id, configuration="own", **kept)
    await make.score(99, model_id=model.id, reported_on=date(2026, 6, 1), **vendor, **kept)
    for value, configuration in ((7, "Prompt"), (8, "FC"), (9, "Prompt again")):
        await make.agent_result(value, model_id=model.id, source_id=kept["source_id"], configuration=configuration)
    found = await told(client())
    point = found["points"]["nodes"][-1]
    assert (point["benchmarkValue"], point["benchmarkConfiguration"]) == (60, "own")
    assert (point["fieldValue"], point["fieldConfiguration"]) == (8, "FC")
    assert (found["configurationMixed"], found["vendorScores"]) == (True, 0)
    native = await told(client(), filter={"configuration": "fc"})
    assert (native["n"], native["configurationMixed"]) == (1, False)
    assert (await told(client(), filter={"reporter": "VENDOR"}))["vendorScores"] == 1


async def test_facts_reported_later_are_no_part_of_the_past(client: Clients, make: World) -> None:
    await lab(make, FIVE)
    assert (await told(client(), asOf="2026-05-01T00:00:00Z"))["n"] == 5
    past = await told(client(), asOf="2026-04-30T23:59:59Z")
    assert (past["n"], past["top"], past["spearman"], past["points"]["nodes"]) == (
        0, None, {"value": None, "low": None, "high": None}, [],
    )  # fmt: skip


async def test_a_dimension_is_held_against_review_backed_standings(client: Clients, make: World) -> None:
    benchmark = await make.benchmark(slug="Lab", name="Lab")
    for slug, score, stars in (("x/a", 90, 2), ("x/b", 80, 5), ("x/c", 70, 0)):
        model = await make.model(slug=slug)
        endpoint = await make.endpoint(model_id=model.id)
        await make.score(score, benchmark_id=benchmark.id, model_id=model.id)
        if stars:
            await proven(make, endpoint, tool_calling=stars)
    found = await told(client(), target={"dimension": "TOOL_CALLING"}, useCase="CODING", top=1)
    assert [(point["model"]["slug"], point["fieldRank"]) for point in found["points"]["nodes"]] == [
        ("x/a", 2), ("x/b", 1),
    ]  # fmt: skip
    assert (found["unit"], found["configurationMixed"]) == (None, False)
    assert found["top"]["points"]["value"] > 0
    assert (await told(client(), target={"dimension": "LATENCY"}, useCase="CODING"))["n"] == 0


async def test_metrics_of_the_same_name_are_kept_apart_by_their_source(client: Clients, make: World) -> None:
    await lab(make, FIVE)
    other = await make.source(name="Another harness")
    await make.agent_result(1, source_id=other.id)
    error = await client().refused(GAP)
    assert (error["extensions"]["argument"], "Another harness" in error["message"]) == ("target.source", True)
    assert (await told(client(), target={"metric": "pass rate", "source": "Harness"}))["n"] == 5


@pytest.mark.parametrize(
    ("asked", "argument"),
    [
        ({"benchmark": "Nothing"}, "benchmark"),
        ({"target": {}}, "target"),
        ({"target": {"metric": "pass rate", "dimension": "LATENCY"}}, "target"),
        ({"target": {"metric": "nothing"}}, "target.metric"),
        ({"target": {"metric": "pass rate", "source": "nothing"}}, "target.metric"),
        ({"target": {"dimension": "LATENCY"}}, "useCase"),
        ({"useCase": "RAG"}, "target.metric"),
        ({"top": 0}, "top"),
        ({"top": 21}, "top"),
        ({"asOf": "2027-01-01T00:00:00Z"}, "asOf"),
    ],
)
async def test_what_has_no_gap_is_refused_and_named(
    client: Clients, make: World, asked: dict[str, Any], argument: str
) -> None:
    await lab(make, FIVE)
    error = await client().refused(GAP, **asked)
    assert error["extensions"] == {"code": "BAD_USER_INPUT", "argument": argument}


PUBLIC = {
    ("MMLU", "Aider polyglot", "pass rate (2 tries)"): (18, 0.78, 0.46, 0.92, 7),
    ("MMLU", "BFCL v3", "BFCL v3 multi-turn accuracy"): (45, 0.75, 0.58, 0.86, 24),
    ("HumanEval", "BFCL v3", "BFCL v3 multi-turn accuracy"): (42, 0.73, 0.57, 0.83, 28),
    ("HumanEval", "Aider code editing", "pass rate (2 tries)"): (38, 0.69, 0.43, 0.85, 9),
}


async def test_the_public_facts_give_the_figures_that_were_computed_apart(client: Clients, make: World) -> None:
    """Computed elsewhere from the same files; the ends of intervals move by a hundredth or two with the seed."""
    make.later(days=365)  # every fact is reported
    await import_catalogue(make.now.date())
    for (benchmark, source, metric), (n, rho, low, high, percent) in PUBLIC.items():
        with statements() as seen:
            found = await told(client(), benchmark=benchmark, target={"source": source, "metric": metric})
        assert len(seen) <= 8
        assert (found["n"], round(found["spearman"]["value"], 2)) == (n, rho)
        assert found["spearman"]["low"] == pytest.approx(low, abs=0.02)
        assert found["spearman"]["high"] == pytest.approx(high, abs=0.02)
        assert round(100 * found["top"]["relative"]["value"]) == percent
        assert f"Over {n} models" in found["verdict"]
