"""What others measured, on the pages of models and endpoints; prices over time; what a task costs."""

import csv
from collections.abc import Awaitable, Callable
from datetime import date
from io import StringIO

import pytest

from db.enums import Unit
from db.tables import Model
from tests.make import World
from tests.web.visitor import Visitor
from web import charts

pytestmark = pytest.mark.anyio
Visit = Callable[..., Awaitable[Visitor]]


async def test_a_model_shows_benchmarks_and_agent_results_with_who_says_so(visit: Visit, make: World) -> None:
    model = await make.model()
    source = await make.source(name="LLMStats", licence="CC BY 4.0")
    benchmark = await make.benchmark(name="MMLU")
    await make.score(
        81.25,
        model_id=model.id,
        benchmark_id=benchmark.id,
        source_id=source.id,
        configuration="5-shot",
        unit=Unit.PERCENT,
    )
    await make.agent_result(42.5, model_id=model.id, metric="pass^1", source_id=source.id, unit=Unit.PERCENT)
    page = await (await visit()).see(f"/models/{model.slug}")
    assert "MMLU 81.25 % 5-shot" in page.words
    assert "pass^1 42.5 %" in page.words
    assert "LLMStats , CC BY 4.0" in page.words
    assert f"/gap?benchmark={benchmark.slug}" in page.links


async def test_without_public_results_the_pages_say_so(visit: Visit, make: World) -> None:
    endpoint = await make.endpoint()
    model = await Model.get(id=endpoint.model_id)
    visitor = await visit()
    assert "No agent harness whose results we may show" in (await visitor.see(f"/models/{model.slug}")).words
    assert "Nobody whose figures we may show" in (await visitor.see(f"/endpoints/{endpoint.slug}")).words


async def test_figures_of_the_same_weights_stand_in_one_row_a_column_for_each_host(visit: Visit, make: World) -> None:
    model = await make.model()
    source = await make.source()
    for host in ("one", "two"):
        endpoint = await make.endpoint(model_id=model.id, slug=f"{host}:it")
        await make.endpoint_result(
            endpoint, 0.25 if host == "one" else 0.75, host=host, metric="p50", source_id=source.id
        )
    visitor = await visit()
    page = await visitor.see(f"/models/{model.slug}")
    assert "Measured one two" in page.words
    assert "p50 0.25" in page.words
    rows = list(csv.DictReader(StringIO((await visitor.get(f"/models/{model.slug}.csv?table=hosts")).text)))
    assert {row["host"]: row["value"] for row in rows} == {"one": "0.25", "two": "0.75"}


async def test_a_task_is_priced_as_arithmetic_in_every_use_case(visit: Visit, make: World) -> None:
    endpoint = await make.endpoint(context_limit=200_000)
    await make.price(endpoint, input="1", output="10")
    page = await (await visit()).see(f"/endpoints/{endpoint.slug}?use_case=rag")
    assert "Retrieval (RAG) 0.008 A question" in page.words  # 4,000 tokens in at 1 and 400 out at 10 USD a million
    assert "List-price arithmetic, not a measurement" in page.words
    model = await Model.get(id=endpoint.model_id)
    for use_case in ("rag", "general-assistant"):
        assert (
            "A task is list-price arithmetic"
            in (await (await visit()).see(f"/models/{model.slug}?use_case={use_case}")).words
        )


async def test_two_prices_are_a_chart_and_one_is_none(visit: Visit, make: World) -> None:
    endpoint = await make.endpoint()
    await make.price(endpoint, valid_from=date(2025, 1, 1), valid_to=date(2025, 2, 1))
    visitor = await visit()
    assert "List prices over time" not in (await visitor.get(f"/endpoints/{endpoint.slug}")).text
    await make.price(endpoint, output="1", valid_from=date(2025, 2, 2))
    assert "List prices over time" in (await visitor.get(f"/endpoints/{endpoint.slug}")).text


def price(start: str | None, end: str | None, output: str) -> dict[str, str | None]:
    given = {"validFrom": start, "validTo": end, "condition": None, "checkedOn": "2025-01-31"}
    return given | {"outputUsdPerMtok": output, "inputUsdPerMtok": None}


def test_a_price_is_as_wide_as_it_was_long() -> None:
    chart = charts.price_chart([price("2025-01-11", None, "1"), price("2025-01-01", "2025-01-10", "2")])
    assert chart is not None
    assert [(step.left, step.right) for step in chart.output] == [(0.0, 206.7), (206.7, 620.0)]
    assert chart.output[0].height < chart.output[1].height


def test_an_undated_price_starts_at_the_edge_before_every_date() -> None:
    chart = charts.price_chart([price(None, "2025-01-10", "2"), price("2025-01-11", None, "1")])
    assert chart is not None
    assert chart.output[0].left == 0.0 < chart.output[0].right


def test_labels_keep_their_distance_and_the_last_stays() -> None:
    assert charts.spaced([(0.0, "a"), (500.0, "b"), (530.0, "c")]) == [(0.0, "a"), (530.0, "c")]


@pytest.mark.parametrize(("rough", "step"), [(0.0, 1.0), (0.3, 0.5), (1.0, 1.0), (3.0, 5.0), (60.0, 100.0)])
def test_ticks_are_round(rough: float, step: float) -> None:
    assert charts.round_step(rough) == pytest.approx(step)
