"""Results of agent harnesses and results by host: filtered, paged, sourced; a missing figure stays missing."""

from collections.abc import Callable
from datetime import date

import pytest

from db.enums import Dimension, Reporter, Unit, UseCase
from tests.front_door import Client
from tests.make import World

pytestmark = pytest.mark.anyio
Clients = Callable[..., Client]

AGENTS = """query ($filter: AgentResultFilter, $first: Int!, $after: String) {
  model(slug: "x/m") { agentResults(filter: $filter, first: $first, after: $after) {
    totalCount nodes { metric value unit n useCase dimension harness configuration source { name } }
    pageInfo { endCursor }
  } } }"""
HOSTS = """query ($filter: EndpointResultFilter) {
  model(slug: "x/m") { endpointResults(filter: $filter, first: 9) { totalCount nodes {
    host metric value provider { slug } endpoint { slug } model { slug } } } }
  endpoint(slug: "p:m") { results(filter: $filter, first: 9) { totalCount nodes { host metric value } } } }"""


async def measured(make: World) -> None:
    """A model with four results of harnesses."""
    model, lab = await make.model(slug="x/m"), await make.source(name="lab")
    told = {"model_id": model.id, "source_id": lab.id}
    await make.agent_result(60, **told, metric="pass^1", harness="tau2", configuration="effort=high", n=114)
    await make.agent_result(50, **told, metric="pass^1", harness="tau2", configuration="effort=none")
    await make.agent_result(
        None, **told, metric="cost", unit=Unit.USD, dimension=Dimension.COST_PER_TASK, use_case=UseCase.RAG
    )
    await make.agent_result(
        *(70,), model_id=model.id, metric="SWE", reporter=Reporter.VENDOR, reported_on=date(2026, 5, 3)
    )


@pytest.mark.parametrize(
    ("filter", "expected"),
    [
        ({}, [70, 60, 50, None]),
        ({"metric": "pass^1"}, [60, 50]),
        ({"metric": "pass"}, []),
        ({"harness": "tau2"}, [60, 50]),
        ({"configuration": "HIGH"}, [60]),
        ({"useCase": "RAG"}, [None]),
        ({"useCase": "FINANCIAL_ANALYSIS"}, []),
        ({"dimension": "COST_PER_TASK"}, [None]),
        ({"source": "lab", "useCase": "CODING"}, [60, 50]),
        ({"reporter": "VENDOR"}, [70]),
        ({"since": "2026-05-02"}, [70]),
        ({"until": "2026-05-02"}, [60, 50, None]),
    ],
    ids=str,
)
async def test_agent_results_are_filtered(
    client: Clients, make: World, filter: dict[str, object], expected: list[float | None]
) -> None:
    await measured(make)
    found = (await client().ask(AGENTS, first=9, filter=filter))["model"]["agentResults"]
    assert sorted([node["value"] for node in found["nodes"]], key=lambda value: -(value or 0)) == expected
    assert found["totalCount"] == len(expected)


async def test_an_unknown_cost_is_null_and_an_effort_apart_is_a_row_apart(client: Clients, make: World) -> None:
    await measured(make)
    nodes = (await client().ask(AGENTS, first=9))["model"]["agentResults"]["nodes"]
    cost = next(node for node in nodes if node["metric"] == "cost")
    assert (cost["value"], cost["unit"], cost["n"], cost["harness"]) == (None, "USD", None, None)
    efforts = {node["configuration"]: node["value"] for node in nodes if node["metric"] == "pass^1"}
    assert efforts == {"effort=high": 60, "effort=none": 50}


async def test_agent_results_page_by_page_are_the_whole_list_newest_first(client: Clients, make: World) -> None:
    await measured(make)
    whole = (await client().ask(AGENTS, first=9))["model"]["agentResults"]["nodes"]
    assert [node["metric"] for node in whole] == ["SWE", "pass^1", "pass^1", "cost"]
    seen, after = [], None
    for _ in range(2):
        page = (await client().ask(AGENTS, first=2, after=after))["model"]["agentResults"]
        seen += page["nodes"]
        after = page["pageInfo"]["endCursor"]
    assert seen == whole


async def test_a_host_of_former_days_is_shown_with_the_model_alone(client: Clients, make: World) -> None:
    model, provider = await make.model(slug="x/m"), await make.provider(slug="p")
    endpoint = await make.endpoint(slug="p:m", model_id=model.id, provider_id=provider.id)
    await make.endpoint_result(endpoint, 0.5, host="p")
    await make.endpoint_result(endpoint, 0.9, host="gone", endpoint_id=None, provider_id=None)
    found = await client().ask(HOSTS)
    [gone, here] = sorted(found["model"]["endpointResults"]["nodes"], key=lambda node: str(node["host"]))
    assert (gone["host"], gone["provider"], gone["endpoint"], gone["model"]) == ("gone", None, None, {"slug": "x/m"})
    assert (here["provider"], here["endpoint"]) == ({"slug": "p"}, {"slug": "p:m"})
    assert found["endpoint"]["results"] == {
        "totalCount": 1,
        "nodes": [{"host": "p", "metric": "ttft p50", "value": 0.5}],
    }


@pytest.mark.parametrize(
    ("filter", "counts"),
    [
        ({}, (2, 2)),
        ({"metric": "ttft p50"}, (1, 1)),
        ({"host": "p"}, (1, 1)),
        ({"configuration": "550 in"}, (1, 1)),
        ({"source": "nobody"}, (0, 0)),
        ({"reporter": "VENDOR"}, (0, 0)),
        ({"since": "2026-05-02"}, (0, 0)),
    ],
    ids=str,
)
async def test_results_by_host_are_filtered(
    client: Clients, make: World, filter: dict[str, object], counts: tuple[int, int]
) -> None:
    model = await make.model(slug="x/m")
    endpoint = await make.endpoint(slug="p:m", model_id=model.id)
    await make.endpoint_result(endpoint, host="p")
    await make.endpoint_result(endpoint, metric="error rate", unit=Unit.RATIO, configuration="550 in/150 out")
    found = await client().ask(HOSTS, filter=filter)
    assert (found["model"]["endpointResults"]["totalCount"], found["endpoint"]["results"]["totalCount"]) == counts


async def test_every_source_says_how_to_attribute_it(client: Clients, make: World) -> None:
    await make.source(name="b", revised_on=date(2026, 1, 2))
    await make.source(name="a", licence="CC BY 4.0", attribution="a, CC BY 4.0")
    query = "{ sources(first: 9) { nodes { name licence attribution revision revisedOn url } } }"
    first, second = (await client().ask(query))["sources"]["nodes"]
    assert (first["name"], first["licence"], first["attribution"]) == ("a", "CC BY 4.0", "a, CC BY 4.0")
    assert (first["revisedOn"], second["revisedOn"]) == (None, "2026-01-02")
