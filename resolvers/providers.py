"""Providers: who serves models."""

from strawberry import Info

from db.kept import row_by_slug
from db.queries import Listing
from db.tables import Provider
from resolvers.models import BY_SLUG
from resolvers.windows import Page, Window, page


async def by_slug(info: Info, slug: str) -> Provider | None:
    """The provider of a slug, or null."""
    return await row_by_slug(Provider, slug)


async def listed(info: Info, window: Window) -> Page:
    """Providers by slug."""
    return await page(info, window, Listing(Provider, BY_SLUG))
