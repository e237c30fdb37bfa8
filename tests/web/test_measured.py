"""Measured figures on the pages: with their n and load, by use case and host, as filters and as an order."""

import csv
import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from io import StringIO
from itertools import pairwise
from typing import Any

import pytest

from db.enums import UseCase
from db.tables import Endpoint, Model, Reviewer
from tests.make import World
from tests.reports import latency, plain, written
from tests.web.visitor import Visitor
from web import measured

pytestmark = pytest.mark.anyio
Visit = Callable[..., Awaitable[Visitor]]
TOOLS_HALF_AS_GOOD: dict[str, Any] = {"tool_calling": replace(plain().tool_calling, success=0.5)}
WITHOUT_COST: dict[str, Any] = {"cost": replace(plain().cost, mean=None, p50=None, p95=None, priced=None)}


async def deploy(
    visit: Visit,
    make: World,
    endpoint: Endpoint,
    factor: float = 1.0,
    use_case: UseCase = UseCase.CODING,
    **changes: Any,
) -> None:
    """Somebody's review and telemetry of an endpoint, so many times as slow as the plain one, by the front door."""
    review = await make.review(endpoint, use_case=use_case)
    mine = await visit(await Reviewer.get(id=review.reviewer_id))
    made = await mine.send("/tokens", {"name": "ci", "scope-EVIDENCE": "1"})
    [secret] = re.findall(r'id="secret"[^>]*value="([^"]+)"', made.text)
    headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}
    text = await written(review, latency=latency(factor), **changes)
    answer = await mine.http.post("/evidence/summaries", content=text, headers=headers)
    assert answer.json()["state"] == "ACCEPTED", answer.text


async def figures(visitor: Visitor, path: str) -> dict[str, dict[str, str]]:
    """The rows of a page's table of measured figures, by metric."""
    rows = csv.DictReader(StringIO((await visitor.get(f"{path}.csv?table=measured")).text))
    return {row["metric"]: row for row in rows}


async def test_percentiles_stand_with_what_they_are_measured_on_and_under_which_load(visit: Visit, make: World) -> None:
    endpoint = await make.endpoint()
    for factor in (1.0, 2.0):
        await deploy(visit, make, endpoint, factor)
    visitor = await visit()
    page, told = await visitor.see(f"/endpoints/{endpoint.slug}"), await figures(visitor, f"/endpoints/{endpoint.slug}")
    row = re.search(r"Whole model call (.*?) Whole agent step", page.words)
    assert row
    for percentile in ("P50", "P95", "P99"):
        assert measured.quantity(float(told[f"LATENCY_{percentile}"]["value"]), "SECONDS") in row[1].split()
    low, high = (measured.quantity(float(told["LATENCY_P95"][end]), "SECONDS") for end in ("lowest", "highest"))
    assert f"{low}–{high}" in row[1]
    assert row[1].endswith("600 1.0 2 2 reports 11 Jun 2026 to 15 Jun 2026 self-reported")
    assert "Cost of a task, USD" in page.words


async def test_shares_tell_how_far_their_reports_lie_apart(visit: Visit, make: World) -> None:
    endpoint = await make.endpoint()
    await deploy(visit, make, endpoint)
    await deploy(visit, make, endpoint, 1.5, **TOOLS_HALF_AS_GOOD)
    page = await (await visit()).see(f"/endpoints/{endpoint.slug}")
    assert "Tool executions without an error 75 % 50–100 % 400" in page.words


async def test_figures_of_one_use_case_are_not_shown_in_another(visit: Visit, make: World) -> None:
    endpoint = await make.endpoint(slug="host:it")
    await deploy(visit, make, endpoint, use_case=UseCase.RAG)
    page = await (await visit()).see("/endpoints/host:it")
    assert "Nobody has sent telemetry of this endpoint in coding" in page.words
    assert "Whole model call" not in page.words
    assert "/endpoints/host:it?use_case=rag#measured" in page.links
    assert "Whole model call" in (await (await visit()).see("/endpoints/host:it?use_case=rag")).words


async def test_where_nothing_is_measured_the_page_says_how_to_send_telemetry(visit: Visit, make: World) -> None:
    endpoint = await make.endpoint(slug="host:it")
    model = await Model.get(id=endpoint.model_id)
    viewer = await make.reviewer()
    page = await (await visit(viewer)).see("/endpoints/host:it?use_case=rag")
    assert "/reviews/new?endpoint=host%3Ait&use_case=rag" in page.links
    assert f"/reviewers/{viewer.login}#tokens" in page.links
    assert "/v1/traces" in page.words
    page = await (await visit()).see(f"/models/{model.slug}")
    assert "Nobody has sent telemetry of this model in coding" in page.words


async def test_hosts_of_the_same_weights_stand_side_by_side_with_what_is_measured_of_them(
    visit: Visit, make: World
) -> None:
    model = await make.model()
    hosts = [
        await make.endpoint(model_id=model.id, slug=f"{name}:it", quantization=quantization)
        for name, quantization in (("one", "fp8"), ("two", "bf16"), ("three", None))
    ]
    await deploy(visit, make, hosts[0])
    await deploy(visit, make, hosts[1], 2.0, **WITHOUT_COST)
    visitor = await visit()
    page = await visitor.see(f"/models/{model.slug}")
    answer = await visitor.get(f"/models/{model.slug}.csv?table=endpoints")
    told = {row["slug"]: row for row in csv.DictReader(StringIO(answer.text))}
    latency_of = {slug: row["measurements.LATENCY_P95.value"] for slug, row in told.items()}
    assert float(latency_of["two:it"]) == pytest.approx(2 * float(latency_of["one:it"]))
    assert latency_of["three:it"] == ""
    shown = measured.quantity(float(latency_of["two:it"]), "SECONDS")
    assert f"bf16 yes – / – – – {shown} n 300 100 % n 300" in page.words  # without a price, and its cost is hidden
    assert "Whole model call one:it" in page.words


async def test_measured_figures_stand_beside_list_prices_where_endpoints_are_compared(
    visit: Visit, make: World
) -> None:
    for name in ("one", "two"):
        endpoint = await make.endpoint(slug=f"host:{name}")
        if name == "one":
            await deploy(visit, make, endpoint, **TOOLS_HALF_AS_GOOD)
    visitor = await visit()
    page = await visitor.see("/compare?endpoint=host:one&endpoint=host:two")
    assert "Answered measured in deployments 100 % n 300 –" in page.words
    page = await visitor.see("/compare?endpoint=host:one&endpoint=host:two&use_case=rag")
    assert "measured in deployments" not in page.words


async def three(visit: Visit, make: World) -> Visitor:
    """A slow and a fast endpoint, and one that nobody has measured."""
    for name, factor in (("slow", 3.0), ("fast", 1.0), ("unknown", 0.0)):
        endpoint = await make.endpoint(slug=f"host:{name}")
        if factor:
            await deploy(visit, make, endpoint, factor)
    return await visit()


async def ranked(visitor: Visitor, asked: str) -> list[str]:
    text = (await visitor.get(f"/leaderboard/coding.csv?provisional=1&{asked}")).text
    return [row["subject.slug"] for row in csv.DictReader(StringIO(text))]


async def test_the_leaderboard_is_filtered_by_what_was_measured_and_shows_it(visit: Visit, make: World) -> None:
    visitor = await three(visit, make)
    assert await ranked(visitor, "p95=8") == ["host:fast"]
    assert set(await ranked(visitor, "task=1000")) == {"host:fast", "host:slow"}
    assert await ranked(visitor, "task=1000&p95=8") == ["host:fast"]
    page = await visitor.see("/leaderboard/coding?provisional=1&p95=8")
    assert "Call, 95 %, s measured" in page.words
    assert "n 300" in page.words
    assert (page.fields["p95"], page.fields["task"]) == ("8", "")
    assert "Call, 95 %" not in (await visitor.see("/leaderboard/coding?provisional=1")).words


async def test_the_leaderboard_is_ordered_by_what_was_measured(visit: Visit, make: World) -> None:
    visitor = await three(visit, make)
    assert await ranked(visitor, "order=measured-latency") == ["host:fast", "host:slow", "host:unknown"]
    page = await visitor.see("/leaderboard/coding?provisional=1&order=measured-cost")
    assert "A task, USD measured" in page.words
    assert re.search(r"host:unknown provisional – ", page.words)
    for order in ("measured-tool-success", "measured-api-success"):
        assert len(await ranked(visitor, f"order={order}")) == 3


async def test_nothing_measured_fits_and_the_leaderboard_says_what_to_do(visit: Visit, make: World) -> None:
    visitor = await three(visit, make)
    page = await visitor.see("/leaderboard/coding?provisional=1&p95=0.001")
    assert "Nothing measured fits these filters." in page.words
    assert "an endpoint's page says how to send yours" in page.words


async def test_models_take_part_by_their_measured_endpoints_but_have_no_figures_of_their_own(
    visit: Visit, make: World
) -> None:
    visitor = await three(visit, make)
    assert len(await ranked(visitor, "by=model&p95=8")) == 1
    assert (
        "Measured figures are of endpoints."
        in (await visitor.see("/leaderboard/coding?by=model&order=measured-cost", 400)).words
    )


@pytest.mark.parametrize("asked", ["p95=-1", "p95=x", "p95=nan", "task=1e400", "task=-0.5", "order=measured-luck"])
async def test_a_measured_figure_that_cannot_be_is_refused(visit: Visit, asked: str) -> None:
    assert "Bad Request" in (await (await visit()).see(f"/leaderboard/coding?{asked}", 400)).words


def row(value: float, lowest: float | None = None, highest: float | None = None, unit: str = "SECONDS") -> Any:
    return {"metric": "LATENCY_P50", "value": value, "lowest": lowest, "highest": highest, "unit": unit}


def test_seconds_lie_on_a_logarithmic_axis_with_labels_that_do_not_touch() -> None:
    axis = measured.axis([measured.Times("call", {"P50": row(0.1), "P95": row(1.0), "P99": row(10.0)})])
    low, middle, high = (axis.place(seconds) for seconds in (0.1, 1.0, 10.0))
    assert middle - low == pytest.approx(high - middle, abs=0.2)
    places = [at for at, _ in axis.ticks]
    assert all(right - left >= measured.APART for left, right in pairwise(places))
    assert axis.place(0.0) == 0.0


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        *((0.99954, "RATIO", "99.95 %"), (1.0, "RATIO", "100 %"), (0.0, "RATIO", "0 %"), (None, "USD", "–")),
        *((0.012345, "USD", "0.0123"), (12.345, "SECONDS", "12.3"), (1234.5, "SECONDS", "1,234")),
    ],
)
def test_a_figure_has_the_precision_that_it_bears(value: float | None, unit: str, text: str) -> None:
    assert measured.quantity(value, unit) == text


def test_reports_that_agree_or_are_not_known_have_no_range() -> None:
    assert measured.between(row(0.5, 0.25, 0.75, "RATIO")) == "25–75 %"
    assert measured.between(row(2.0, 2.0, 2.0)) == measured.between(row(2.0)) == ""
