"""Results of agent harnesses, and results by host. No standing is computed from them."""

from strawberry import Info

from db.kept import rows_by_id
from db.queries import Condition, Listing, Ordering, column
from db.tables import AgentResult, Endpoint, EndpointResult, Model, Provider
from resolvers.benchmarks import REPORTED
from resolvers.conditions import contains, equal, unknowable
from resolvers.inputs import AgentResultFilter, EndpointResultFilter
from resolvers.windows import Page, Window, pages

NEWEST = Ordering("REPORTED_METRIC", (REPORTED, column("metric"), column("id")), descending=True)


def _conditions(wanted: AgentResultFilter | EndpointResultFilter) -> list[Condition | None]:
    """What both filters have in common, as SQL."""
    return [
        equal("metric", wanted.metric),
        unknowable("source_id = (SELECT id FROM source WHERE name = {})", wanted.source),
        equal("reporter", wanted.reporter),
        contains(("configuration",), wanted.configuration, "filter", "configuration"),
        unknowable("reported_on >= {}", wanted.since),
        unknowable("reported_on <= {}", wanted.until),
    ]


def _of_hosts(wanted: EndpointResultFilter | None, parent_column: str) -> Listing:
    asked = wanted or EndpointResultFilter()
    conditions = [*_conditions(asked), equal("host", asked.host)]
    return Listing(EndpointResult, NEWEST, tuple(each for each in conditions if each), parent_column)


async def agent_results(
    models: list[Model], info: Info, window: Window, filter: AgentResultFilter | None = None
) -> list[Page]:
    """Results of agent harnesses, newest first. They are shown beside standings and never mixed into them."""
    asked = filter or AgentResultFilter()
    conditions = [
        *_conditions(asked),
        equal("harness", asked.harness),
        equal("use_case", asked.use_case),
        equal("dimension", asked.dimension),
    ]
    listing = Listing(AgentResult, NEWEST, tuple(each for each in conditions if each), parent_column="model_id")
    return await pages([model.id for model in models], info, window, listing)


async def of_endpoints(
    endpoints: list[Endpoint], info: Info, window: Window, filter: EndpointResultFilter | None = None
) -> list[Page]:
    """What was measured in public at this endpoint, newest first; the model has what hosts of former days showed."""
    return await pages([endpoint.id for endpoint in endpoints], info, window, _of_hosts(filter, "endpoint_id"))


async def by_hosts(
    models: list[Model], info: Info, window: Window, filter: EndpointResultFilter | None = None
) -> list[Page]:
    """What was measured in public of this model at any host, newest first, also where it is served no longer."""
    return await pages([model.id for model in models], info, window, _of_hosts(filter, "model_id"))


async def endpoints(results: list[EndpointResult], info: Info) -> list[Endpoint | None]:
    """The endpoint measured; null when the catalogue has none, or several, of the model at that provider."""
    return await rows_by_id(Endpoint, [result.endpoint_id for result in results])


async def providers(results: list[EndpointResult], info: Info) -> list[Provider | None]:
    """The provider that the host belongs to; null when the catalogue has none such."""
    return await rows_by_id(Provider, [result.provider_id for result in results])
