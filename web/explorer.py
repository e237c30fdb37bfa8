"""The explorer shares its address with the API: browsers get the page, programs the API."""

from dataclasses import asdict

from starlette.datastructures import Headers
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from web.page import SAVED
from web.rendering import render
from web.saved import GROUPS
from web.security import secured


def explorer() -> ASGIApp:
    """The explorer, which is the same for everybody, but shares its address with the API's answers."""
    text, headers = render("explorer.html", frame=None), {"Cache-Control": "no-cache", "Vary": "Accept"}

    async def page(scope: Scope, receive: Receive, send: Send) -> None:
        await HTMLResponse(text, headers=headers)(scope, receive, send)  # each its own: middleware adds headers to it

    return page


async def operations_json(_request: Request) -> Response:
    """What the explorer lists; a page opens its own query there, which need not be fetched by everybody."""
    listed = [asdict(each) for each in SAVED.values() if each.group != GROUPS["page"]]
    return JSONResponse(listed, headers={"Cache-Control": "no-cache"})


def wants_page(scope: Scope) -> bool:
    """Whether a browser asks for a page: a GET or HEAD whose Accept names text/html and no kind of JSON."""
    if scope["type"] != "http" or scope["method"] not in {"GET", "HEAD"}:
        return False
    accept = Headers(scope=scope).get("accept", "").lower()
    return "text/html" in accept and "json" not in accept


class WithExplorer:
    """The same GraphQL application, except that a browser that opens its address gets the explorer.

    An instance and no function, since Starlette takes functions for request handlers of GET alone.
    """

    def __init__(self, graphql: ASGIApp) -> None:
        self.graphql, self.page = graphql, secured(GZipMiddleware(explorer()))  # holds no secret

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await (self.page if wants_page(scope) else self.graphql)(scope, receive, send)
