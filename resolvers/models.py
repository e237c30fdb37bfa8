"""Models and their developers."""

from strawberry import Info

from db.kept import related, row_by_slug
from db.queries import Condition, Listing, Ordering, column
from db.tables import AgentResult, BenchmarkScore, Developer, Endpoint, EndpointResult, Model, ModelAlias
from resolvers.conditions import contains, equal, unknowable
from resolvers.inputs import ModelFilter
from resolvers.shown import reads, shown
from resolvers.windows import Page, Window, page, pages

BY_SLUG = Ordering("SLUG", (column("slug"),))
ALIASES = Listing(ModelAlias, Ordering("ALIAS", (column("name"), column("id"))), parent_column="model_id")


async def by_slug(info: Info, slug: str) -> Model | None:
    """The model of a slug, or null."""
    return await row_by_slug(Model, slug)


async def listed(info: Info, window: Window, filter: ModelFilter | None = None) -> Page:
    """Models by slug."""
    return await page(info, window, Listing(Model, BY_SLUG, conditions(filter or ModelFilter())))


def conditions(wanted: ModelFilter) -> tuple[Condition, ...]:
    """The filter as SQL."""
    developer = "developer_id = (SELECT id FROM developer WHERE slug = {})"
    conditions = [
        contains(("slug", "name"), wanted.search, "filter", "search"),
        equal("family", wanted.family),
        equal("open_weights", wanted.open_weights),
        equal("tool_call", wanted.tool_call),
        unknowable(developer, wanted.developer),
        unknowable("context_window >= {}", wanted.min_context),
    ]
    return tuple(condition for condition in conditions if condition is not None)


@reads("developer_id")
async def developers(models: list[Model], info: Info) -> list[Developer]:
    """Who made the model."""
    return await related(Developer, [model.developer_id for model in models], shown(info, Developer))


@reads()
async def aliases(models: list[Model], info: Info, window: Window) -> list[Page]:
    """Other names of the model in the sources we read, with the days they were valid where that is known."""
    return await pages([model.id for model in models], info, window, ALIASES)


@reads("model_id")
async def of_endpoints(endpoints: list[Endpoint], info: Info) -> list[Model]:
    """The model that is served."""
    return await related(Model, [endpoint.model_id for endpoint in endpoints], shown(info, Model))


@reads("model_id")
async def of_facts(facts: list[BenchmarkScore] | list[AgentResult] | list[EndpointResult], info: Info) -> list[Model]:
    """The model it is about."""
    return await related(Model, [fact.model_id for fact in facts], shown(info, Model))
