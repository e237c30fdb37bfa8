"""Pages that compare: side by side, the frontier, the reality gap."""

import csv
from collections.abc import Awaitable, Callable
from io import StringIO

import pytest

from db.enums import EvidenceLevel
from tests.make import World
from tests.web.visitor import Visitor
from web import scatter

pytestmark = pytest.mark.anyio
Visit = Callable[..., Awaitable[Visitor]]


async def test_two_endpoints_stand_side_by_side_with_the_probability_of_their_difference(
    visit: Visit, make: World
) -> None:
    for name, stars in (("good", 5), ("poor", 1)):
        endpoint = await make.endpoint(slug=f"host:{name}")
        await make.review(endpoint, level=EvidenceLevel.E4, tool_calling=stars, latency=stars)
    visitor = await visit()
    page = await visitor.see("/compare?endpoint=host:good&endpoint=host:poor")
    table = await visitor.get("/compare.csv?table=differences&endpoint=host:good&endpoint=host:poor")
    [row] = csv.DictReader(StringIO(table.text))
    assert (row["left"], row["right"]) == ("host:good", "host:poor")
    assert f"{float(row['score.probability']):.0%}" in page.words
    assert float(row["score.probability"]) > 0.6


async def test_models_stand_side_by_side_too(visit: Visit, make: World) -> None:
    models = [await make.model() for _ in range(2)]
    page = await (await visit()).see("/compare?" + "&".join(f"model={model.slug}" for model in models))
    assert "How sure the differences are" in page.words
    assert all(f"/models/{model.slug}" in page.links for model in models)


async def test_one_alone_is_compared_with_nothing_and_the_page_says_what_to_do(visit: Visit, make: World) -> None:
    await make.endpoint(slug="host:one")
    visitor = await visit()
    assert "Name one more to compare host:one with" in (await visitor.see("/compare?endpoint=host:one")).words
    assert (await visitor.get("/compare.csv?endpoint=host:one")).status_code == 200


@pytest.mark.parametrize(
    "asked",
    [
        "compare?endpoint=a:b&endpoint=c:d",
        "compare?" + "&".join(f"endpoint=a:{n}" for n in range(9)),
        "compare?endpoint=a:b&endpoint=c:d&model=e/f&model=g/h",
        "frontier/coding?x=score",
        "frontier/coding?x=luck",
        "gap?benchmark=None&metric=none",
        "gap?benchmark=None&dimension=luck",
    ],
)
async def test_what_cannot_be_compared_is_refused(visit: Visit, asked: str) -> None:
    assert "Bad Request" in (await (await visit()).see(f"/{asked}", 400)).words


async def test_the_frontier_is_drawn_with_a_table_beside_it(visit: Visit, make: World) -> None:
    for name, stars, cost in (("dear", 5, "100"), ("cheap", 3, "1"), ("bad", 1, "50")):
        endpoint = await make.endpoint(slug=f"host:{name}", context_limit=200_000)
        await make.price(endpoint, output=cost)
        await make.review(endpoint, level=EvidenceLevel.E4, tool_calling=stars, latency=stars)
    page = await (await visit()).see("/frontier/rag?provisional=1&x=output-usd&y=tool-calling")
    assert "svg" in page.tags
    assert "host:cheap" in page.words
    assert "Output, USD per million tokens" in page.words
    assert "Draw the provisional ones too" in (await (await visit()).see("/frontier/rag")).words


async def test_a_gap_shows_its_verdict_every_point_and_no_constant(visit: Visit, make: World) -> None:
    source, benchmark = await make.source(), await make.benchmark(slug="Lab", name="Lab")
    for n in range(12):
        model = await make.model()
        await make.score(50 + n, model_id=model.id, benchmark_id=benchmark.id, source_id=source.id)
        await make.agent_result(20 + n, model_id=model.id, metric="field", source_id=source.id)
    visitor = await visit()
    page = await visitor.see("/gap?benchmark=Lab&metric=field")
    assert "Lab against field" in page.words
    assert "all with both figures 12 +1.00" in page.words
    assert "Why there is no one number" in page.words
    assert len(list(csv.DictReader(StringIO((await visitor.get("/gap.csv?benchmark=Lab&metric=field")).text)))) == 12
    assert "Choose what to hold Lab against" in (await visitor.see("/gap?benchmark=Lab")).words


def point(x: float, y: float, *, efficient: bool) -> scatter.Point:
    return scatter.Point(x, y, {"efficient": efficient})


def test_the_pareto_set_is_a_staircase_of_the_efficient_alone() -> None:
    points = [point(10, 50, efficient=True), point(40, 20, efficient=True), point(30, 60, efficient=False)]
    assert scatter.staircase(points, less=True) == "M10 50H40V20"
    assert scatter.staircase(points, less=False) == "M10 50V20H40"


def test_amounts_that_span_magnitudes_are_drawn_on_a_logarithmic_axis() -> None:
    rows = [{"x": x, "y": 3.0 + x / 100, "efficient": False} for x in (0.01, 0.1, 1.0)]
    plot = scatter.frontier_plot(rows, "TASK_USD")
    assert plot is not None
    left, middle, right = (each.x for each in plot.points)
    assert plot.logarithmic
    assert middle - left == pytest.approx(right - middle, abs=0.2)


def test_first_in_both_is_at_the_top_right() -> None:
    plot = scatter.gap_plot([{"benchmarkRank": rank, "fieldRank": rank} for rank in (1, 2, 3)])
    assert plot is not None
    best, last = plot.points[0], plot.points[-1]
    assert best.x > last.x
    assert best.y < last.y
