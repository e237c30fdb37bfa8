"""Pages for people: the front page and the GraphQL explorer. All they show comes from their caller."""

from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from web import assets
from web.saved import operations
from web.security import SECURED, secured

TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
SAVED = operations()


@dataclass(frozen=True)
class Counts:
    """What this instance holds; `demo` says that some reviews are made up."""

    models: int
    endpoints: int
    providers: int
    reviews: int
    demo: bool = False


@dataclass(frozen=True)
class SignIn:
    """Which ways of signing in this instance offers."""

    github: bool
    local: bool


@dataclass(frozen=True)
class FrontPage:
    """`viewer` is a login or None; `next` where to return to, as asked: sign-in decides whether it may.

    `origin` is this instance's own address.
    """

    counts: Counts
    viewer: str | None
    sign_in: SignIn
    next: str
    origin: str


def render(template: str, **values: object) -> str:
    return TEMPLATES.get_template(template).render(assets=assets.ADDRESS, **values)


def front_html(page: FrontPage) -> str:
    return render("front.html", page=page, github="/auth/github?next=" + quote(page.next, safe=""))


def explorer_page() -> Response:
    # The page is the same for everybody, but shares its address with the API's answers.
    return HTMLResponse(render("explorer.html"), headers={"Cache-Control": "no-cache", "Vary": "Accept"})


async def operations_json(_request: Request) -> Response:
    return JSONResponse([asdict(each) for each in SAVED], headers={"Cache-Control": "no-cache"})


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
        self.graphql, self.page = graphql, secured(explorer_page())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await (self.page if wants_page(scope) else self.graphql)(scope, receive, send)


def routes(
    counts: Callable[[Request], Awaitable[Counts]],
    viewer: Callable[[Request], Awaitable[str | None]],
    sign_in: SignIn,
) -> list[BaseRoute]:
    """The front page, `/operations.json` and the static files; `/graphql` is for `WithExplorer`."""

    async def front(request: Request) -> Response:
        page = FrontPage(
            counts=await counts(request),
            viewer=await viewer(request),
            sign_in=sign_in,
            next=request.query_params.get("next", "/"),
            origin=str(request.base_url).rstrip("/"),
        )
        return HTMLResponse(front_html(page), headers={"Cache-Control": "private, no-store"})

    return [
        Route("/", front, middleware=[SECURED]),
        Route("/operations.json", operations_json, middleware=[SECURED]),
        Mount("/static/{version}", assets.Assets(), middleware=[SECURED]),
    ]
