"""Endpoints: a model as one provider serves it, which is what gets rated; their providers and prices."""

from dataclasses import replace
from datetime import date, datetime

from strawberry import Info

from db.kept import related, row_by_slug
from db.queries import Condition, Key, Listing, Ordering, column
from db.tables import Endpoint, Model, PricePeriod, Provider
from resolvers.conditions import contains, one_of, price_at_most, unknowable
from resolvers.inputs import EndpointFilter
from resolvers.models import BY_SLUG
from resolvers.questions import past_moment
from resolvers.shown import reads, shown
from resolvers.windows import Page, Window, page, pages

# An unknown beginning sorts first: it means "from the start".
_BEGINNING = Key(
    "COALESCE(CAST(valid_from AS TEXT), '')",
    lambda row: row.valid_from.isoformat() if row.valid_from else "",
)
PRICES = Listing(
    PricePeriod, Ordering("PRICE", (_BEGINNING, column("id")), descending=True), parent_column="endpoint_id"
)
OF_MODEL = Listing(Endpoint, BY_SLUG, parent_column="model_id")
OF_PROVIDER = Listing(Endpoint, BY_SLUG, parent_column="provider_id")


async def by_slug(info: Info, slug: str) -> Endpoint | None:
    """The endpoint of a slug `provider:name-there`, or null."""
    return await row_by_slug(Endpoint, slug)


async def listed(info: Info, window: Window, filter: EndpointFilter | None = None) -> Page:
    """Endpoints by slug."""
    wanted = conditions(filter or EndpointFilter(), info.context.now.date(), "filter")
    return await page(info, window, Listing(Endpoint, BY_SLUG, wanted))


def conditions(wanted: EndpointFilter, today: date, *path: str) -> tuple[Condition, ...]:
    """The filter as SQL; `path` leads to it among the arguments."""
    in_usd, out_usd = wanted.max_input_usd_per_mtok, wanted.max_output_usd_per_mtok
    served = "provider_id IN (SELECT id FROM provider WHERE slug IN ({}))"
    conditions = [
        contains(("slug",), wanted.search, *path, "search"),
        unknowable("model_id = (SELECT id FROM model WHERE slug = {})", wanted.model),
        one_of(served, wanted.providers, *path, "providers"),
        unknowable("model_id IN (SELECT id FROM model WHERE open_weights = {})", wanted.open_weights),
        unknowable("tool_call = {}", wanted.tool_call),
        unknowable("context_limit >= {}", wanted.min_context),
        price_at_most("input_usd_per_mtok", in_usd, today, *path, "maxInputUsdPerMtok"),
        price_at_most("output_usd_per_mtok", out_usd, today, *path, "maxOutputUsdPerMtok"),
    ]
    return tuple(condition for condition in conditions if condition is not None)


@reads()
async def of_models(models: list[Model], info: Info, window: Window) -> list[Page]:
    """The endpoints that serve the model, by slug."""
    return await pages([model.id for model in models], info, window, OF_MODEL)


@reads()
async def of_providers(providers: list[Provider], info: Info, window: Window) -> list[Page]:
    """The endpoints of the provider, by slug."""
    return await pages([provider.id for provider in providers], info, window, OF_PROVIDER)


@reads("provider_id")
async def providers(endpoints: list[Endpoint], info: Info) -> list[Provider]:
    """Who serves the model."""
    return await related(Provider, [endpoint.provider_id for endpoint in endpoints], shown(info, Provider))


@reads()
async def prices(endpoints: list[Endpoint], info: Info, window: Window, as_of: datetime | None = None) -> list[Page]:
    """List prices with the days and conditions they hold for, newest first: the history, or what holds `asOf` a day."""
    listing = PRICES
    if as_of is not None:
        listing = replace(PRICES, conditions=_in_force(past_moment(as_of, info.context.now, "asOf").date()))
    return await pages([endpoint.id for endpoint in endpoints], info, window, listing)


def _in_force(day: date) -> tuple[Condition, ...]:
    begun, lasting = "(valid_from IS NULL OR valid_from <= {})", "(valid_to IS NULL OR valid_to >= {})"
    return Condition(begun, (day,)), Condition(lasting, (day,))
