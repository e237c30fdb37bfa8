"""A page is a route, a saved operation and a template."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from web.addresses import here
from web.cards import Card
from web.pictures import picture
from web.rendering import Behind, render
from web.saved import Operation, operations
from web.security import SECURED
from web.site import Site
from web.tables import Tables, csv_of, json_of

SAVED = {each.name: each for each in operations()}
FRAME = SAVED["page-frame"]
PRIVATE = {"Cache-Control": "private, no-store"}  # every page says who is signed in
Variables = Callable[[Request, datetime], dict[str, Any]]  # from the address and the present
Carded = Callable[[Mapping[str, Any], Mapping[str, Any]], Card | None]  # from the answer and the variables


def nothing(_request: Request, _now: datetime) -> dict[str, Any]:
    """No variables."""
    return {}


@dataclass(frozen=True)
class Page:
    """The page at `path`: the answer to the saved operation `page-<name>` in the template `<name>.html`.

    `subject` is the root field without which there is no such page (404); `tables` are offered as CSV, each by the
    path of its rows in the answer, and the whole answer as JSON; `card` is what its picture says, as PNG.
    """

    path: str
    name: str
    variables: Variables = nothing
    subject: str | None = None
    tables: Tables = field(default_factory=dict)
    card: Carded | None = None
    template: str = ""
    media: str = "text/html"

    def routes(self, site: Site) -> list[Route]:
        """The page, after its other forms, whose addresses its own pattern would match too."""
        shown = {self.path: self.shown}
        if self.tables:
            shown |= {self.path + ".csv": self.as_csv, self.path + ".json": self.as_json}
        if self.card:
            shown[pictured(self.path)] = self.as_png
        return [Route(path, bound(show, site), middleware=[SECURED]) for path, show in reversed(shown.items())]

    @property
    def operation(self) -> Operation:
        return SAVED[f"page-{self.name}"]

    async def answer(self, site: Site, request: Request, variables: dict[str, Any]) -> dict[str, Any]:
        """What the operation answers; raises HTTPException."""
        data = await site.data(request, self.operation, variables)
        if self.subject is not None and data[self.subject] is None:
            raise HTTPException(404)
        return data

    async def shown(self, site: Site, request: Request) -> Response:
        variables = self.variables(request, site.now())
        data = await self.answer(site, request, variables)
        behind = Behind(self.operation, variables)
        template = self.template or f"{self.name}.html"
        card = self.card(data, variables) if self.card else None
        return await framed(site, request, template, self.media, page=self, behind=behind, card=card, **data)

    async def as_csv(self, site: Site, request: Request) -> Response:
        data = await self.answer(site, request, self.variables(request, site.now()))
        return csv_of(data, self.tables, request.query_params.get("table"))

    async def as_json(self, site: Site, request: Request) -> Response:
        return json_of(await self.answer(site, request, self.variables(request, site.now())))

    async def as_png(self, site: Site, request: Request) -> Response:
        variables = self.variables(request, site.now())
        card = self.card and self.card(await self.answer(site, request, variables), variables)
        if card is None:
            raise HTTPException(404)
        return await picture(request, card, (await site.data(request, FRAME, {}))["demo"])


def pictured(path: str) -> str:
    """The address of the picture of the page at a path."""
    return (path if path != "/" else "/front") + ".png"


def bound(show: Callable[[Site, Request], Any], site: Site) -> Callable[[Request], Any]:
    """A handler that knows its site. (Starlette takes a partial of a coroutine function for one.)"""
    return partial(show, site)


async def framed(
    site: Site, request: Request, template: str, media: str = "text/html", status: int = 200, **values: Any
) -> Response:
    """The template inside the frame that every page has."""
    frame = await site.data(request, FRAME, {})
    known = {"request": request, "here": partial(here, request), "site": site, "frame": frame, "pictured": pictured}
    text = await asyncio.to_thread(render, template, **known, **values)  # long reviews take a while to render
    return HTMLResponse(text, status, headers=PRIVATE, media_type=media)
