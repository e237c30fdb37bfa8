"""The pages for people, asked through the front door of a tiny application without any domain."""

import gzip
import json
import re
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2
import pytest
from graphql import OperationDefinitionNode, build_schema, parse, validate
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from tests.web.reader import Seen, read
from web import assets, pages
from web.explorer import WithExplorer
from web.saved import GROUPS, Operation, operations
from web.security import HEADERS
from web.site import Answer, SignIn, Site

pytestmark = pytest.mark.anyio

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
HOSTILE = "\"><script>alert(1)</script>{{7*7}}'"
ELSEWHERE = {"/schema.graphql", "/healthz", "/auth/github", "/auth/local", "/auth/logout"}
WITH_DATA = (
    "/leaderboard/",
    "/models",
    "/endpoints",
    "/compare",
    "/frontier/",
    "/gap",
    "/guide",
    "/reviews",
    "/methodology",
)  # tests/web asks for those
BUDGET = 20 * 1024  # bytes of JavaScript, gzipped, of all modules together


async def ask(request: Request, document: str, _variables: Mapping[str, Any]) -> Answer:
    """The schema of an instance without reviews; `x-viewer` says who is signed in."""
    login = request.headers.get("x-viewer")
    viewer = login and {"id": "rvr_1", "login": login, "role": "MEMBER", "votes": {"nodes": []}}
    held = {"models": 144, "endpoints": 1234, "providers": 56, "reviews": 0}
    front = {name: {"totalCount": total, "nodes": []} for name, total in held.items()}
    return Answer({"demo": False, "viewer": viewer, "moderation": None, **front}, [])


async def graphql(scope: Scope, receive: Receive, send: Send) -> None:
    await JSONResponse({"data": {}})(scope, receive, send)


class Endpoint:
    """A class, as the API's view is one: Starlette calls it with every method."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)


def client(github: bool = False, local: bool = False) -> httpx2.AsyncClient:
    site = Site(
        ask=ask,
        own=lambda _request: True,
        inside=lambda path: path or "/",
        sign_in=SignIn(github=github, local=local),
        origin="http://bcm.test",
        limits={},
        now=lambda: datetime(2026, 6, 15, tzinfo=UTC),
    )
    explorer = Route("/graphql", Endpoint(WithExplorer(graphql)), methods=None)
    app = Starlette(routes=[*pages.routes(site), explorer])
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://bcm.test", headers=BROWSER)


@pytest.fixture
async def browser() -> AsyncIterator[httpx2.AsyncClient]:
    async with client(github=True, local=True) as opened:
        yield opened


async def open_page(browser: httpx2.AsyncClient, address: str, **headers: str) -> Seen:
    answer = await browser.get(address, headers=headers)
    assert answer.status_code == 200
    return read(answer.text)


@pytest.mark.parametrize("address", ["/", "/graphql", "/operations.json", f"{assets.ADDRESS}/explorer.js"])
async def test_every_answer_carries_the_security_headers(browser: httpx2.AsyncClient, address: str) -> None:
    answer = await browser.get(address)
    assert {name: answer.headers[name] for name in HEADERS} == HEADERS
    assert "unsafe" not in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("address", ["/", "/graphql", "/sign-in"])
async def test_no_page_holds_inline_code(browser: httpx2.AsyncClient, address: str) -> None:
    assert (await open_page(browser, address)).inline == []


@pytest.mark.parametrize("address", ["/", "/graphql", "/sign-in"])
async def test_every_link_is_local_and_leads_somewhere(browser: httpx2.AsyncClient, address: str) -> None:
    for link in (await open_page(browser, address)).links:
        assert link.startswith(("/", "#"))
        path = link.partition("?")[0]
        if link.startswith("/") and path not in ELSEWHERE and not path.startswith(WITH_DATA):
            assert (await browser.get(link)).status_code == 200, link


async def test_every_anchor_names_something_on_its_page(browser: httpx2.AsyncClient) -> None:
    for address in ("/", "/graphql"):
        page = (await browser.get(address)).text
        names = re.findall(r'(?:href="#|for="|aria-controls="|aria-labelledby="|data-copies=")([\w-]+)"', page)
        assert names
        assert all(f'id="{name}"' in page for name in names)


async def test_the_explorer_finds_every_element_it_asks_for(browser: httpx2.AsyncClient) -> None:
    page = (await browser.get("/graphql")).text
    modules = {assets.DIRECTORY / name for name in re.findall(r"[\w-]+\.js", page)}
    wanted = {name for path in modules for name in re.findall(r'byId\("([\w-]+)"\)', path.read_text())}
    assert "query" in wanted
    assert [name for name in wanted if f'id="{name}"' not in page] == []


async def test_the_front_page_shows_the_counts_it_is_given(browser: httpx2.AsyncClient) -> None:
    seen = await open_page(browser, "/")
    assert {"144", "1,234", "56", "0"} <= set(seen.words.split())
    assert "Nobody has published a review here yet" in seen.words


async def test_a_visitor_is_offered_only_the_ways_in_that_exist() -> None:
    async with client(github=False, local=False) as browser:
        neither = await open_page(browser, "/sign-in")
    async with client(github=True, local=True) as browser:
        both = await open_page(browser, "/sign-in?next=/graphql")
    assert "GITHUB_CLIENT_ID" in neither.words
    assert neither.forms == {}
    assert "GITHUB_CLIENT_ID" not in both.words
    assert "/auth/github?next=%2Fgraphql" in both.links
    assert both.forms == {"/auth/local": "post"}
    assert both.fields == {"next": "/graphql", "login": None, "moderator": None}
    assert "development only" in both.words


@pytest.mark.parametrize("address", ["/", "/sign-in"])
async def test_somebody_signed_in_can_only_sign_out(browser: httpx2.AsyncClient, address: str) -> None:
    seen = await open_page(browser, address, **{"x-viewer": "octocat"})
    assert "octocat" in seen.words.split()
    assert seen.forms == {"/auth/logout": "post"}


async def test_a_hostile_login_stays_text(browser: httpx2.AsyncClient) -> None:
    seen = await open_page(browser, "/", **{"x-viewer": HOSTILE})
    assert HOSTILE in seen.words
    assert seen.inline == []


@pytest.mark.parametrize(
    "accept", ["application/json", "*/*", "", "application/graphql-response+json, text/html;q=0.1"]
)
async def test_clients_that_want_data_reach_the_api(browser: httpx2.AsyncClient, accept: str) -> None:
    assert (await browser.get("/graphql", headers={"Accept": accept})).json() == {"data": {}}


async def test_a_post_reaches_the_api_even_from_a_browser(browser: httpx2.AsyncClient) -> None:
    assert (await browser.post("/graphql", json={})).json() == {"data": {}}


async def test_the_explorer_page_is_kept_apart_from_the_data(browser: httpx2.AsyncClient) -> None:
    answer = await browser.get("/graphql")
    assert answer.headers["content-type"].startswith("text/html")
    assert answer.headers["vary"].split(", ") == ["Accept", "Accept-Encoding"]


async def test_assets_are_kept_for_good_only_under_their_own_version(browser: httpx2.AsyncClient) -> None:
    current = await browser.get(f"{assets.ADDRESS}/pages.css")
    outdated = await browser.get("/static/0/pages.css")
    assert "immutable" in current.headers["Cache-Control"]
    assert outdated.headers["Cache-Control"] == "no-cache"
    assert current.content == outdated.content


def test_a_changed_asset_changes_the_version(tmp_path: Path) -> None:
    (tmp_path / "a.js").write_text("1")
    before = assets.fingerprint(tmp_path)
    (tmp_path / "a.js").write_text("2")
    assert assets.fingerprint(tmp_path) != before


async def test_the_front_page_is_never_kept_by_a_cache(browser: httpx2.AsyncClient) -> None:
    assert (await browser.get("/")).headers["Cache-Control"] == "private, no-store"


async def test_the_explorer_gets_every_saved_operation_but_those_of_pages(browser: httpx2.AsyncClient) -> None:
    served = (await browser.get("/operations.json")).json()
    assert [each["name"] for each in served] == [
        each.name for each in operations() if not each.name.startswith("page-")
    ]
    assert set(served[0]) == {"name", "title", "description", "document", "variables", "group"}


@pytest.mark.parametrize("operation", operations(), ids=lambda operation: operation.name)
def test_a_saved_operation_declares_the_variables_it_brings(operation: Operation) -> None:
    document = parse(operation.document)
    [definition] = [each for each in document.definitions if isinstance(each, OperationDefinitionNode)]
    declared = {each.variable.name.value for each in definition.variable_definitions or ()}
    assert definition.name
    assert declared == set(operation.variables)


def test_saved_operations_come_group_by_group() -> None:
    groups = [each.group for each in operations()]
    assert list(dict.fromkeys(groups)) == list(GROUPS.values())
    assert groups == sorted(groups, key=list(GROUPS.values()).index)


@pytest.mark.parametrize("text", ["{ viewer { login } }", "# Title\n# Only a heading", "# Title\nquery A { a }"])
def test_an_operation_without_a_heading_or_document_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "find-me.graphql").write_text(text)
    with pytest.raises(ValueError, match=r"find-me\.graphql"):
        operations(tmp_path)


def test_the_explorer_opens_with_an_operation_that_exists() -> None:
    [first] = re.findall(r'const FIRST = "([\w-]+)"', (assets.DIRECTORY / "explorer.js").read_text())
    assert first in {each.name for each in operations()}


def test_the_explorer_reads_its_documentation_from_any_schema() -> None:
    document = parse((assets.DIRECTORY / "introspection.graphql").read_text())
    assert validate(build_schema("type Query { a: Int }"), document) == []


def test_all_modules_together_stay_within_the_budget() -> None:
    size = sum(len(gzip.compress(path.read_bytes(), mtime=0)) for path in scripts())
    print(json.dumps({"gzipped": size, "budget": BUDGET}))  # noqa: T201 - shown by pytest -s and on failure
    assert size <= BUDGET


def test_modules_import_only_modules_that_exist() -> None:
    wanted = {name for path in scripts() for name in re.findall(r'from "\./([\w.]+)"', path.read_text())}
    assert wanted
    assert wanted <= {path.name for path in scripts()}


def test_no_asset_mentions_another_host() -> None:
    for path in assets.DIRECTORY.iterdir():
        text = path.read_text().replace("http://www.w3.org/2000/svg", "")  # a name that nothing fetches
        assert re.findall(r"(?:https?:)?//[\w-]+\.\w+", text) == [], path.name


def scripts() -> list[Path]:
    return sorted(assets.DIRECTORY.glob("*.js"))
