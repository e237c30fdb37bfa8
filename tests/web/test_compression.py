"""Answers are compressed where no stranger could learn anything from their size."""

from collections.abc import Awaitable, Callable

import pytest

from tests.make import World
from tests.web.visitor import Visitor
from web import assets

pytestmark = pytest.mark.anyio
Visit = Callable[..., Awaitable[Visitor]]
STYLE = f"{assets.ADDRESS}/pages.css"


async def encoding(visitor: Visitor, path: str, **headers: str) -> str:
    answer = await visitor.get(path, **headers)
    assert answer.status_code == 200
    return answer.headers.get("content-encoding", "")


@pytest.mark.parametrize("path", ["/", "/methodology.csv", "/schema.graphql", "/graphql", STYLE])
async def test_whoever_is_signed_out_gets_everything_compressed(visit: Visit, path: str) -> None:
    assert await encoding(await visit(), path) == "gzip"


async def test_pages_of_somebody_signed_in_are_compressed_only_where_their_browser_asked_by_itself(
    visit: Visit, make: World
) -> None:
    visitor = await visit(await make.reviewer())
    asked = {site: await encoding(visitor, "/", **{"Sec-Fetch-Site": site}) for site in SITES}
    assert asked == {"same-origin": "gzip", "none": "gzip", "same-site": "", "cross-site": "", "": ""}
    assert await encoding(visitor, "/") == ""


SITES = ("same-origin", "none", "same-site", "cross-site", "")


async def test_a_browser_that_takes_no_compression_gets_none(visit: Visit) -> None:
    assert await encoding(await visit(), "/", **{"Accept-Encoding": "identity"}) == ""


async def test_answers_of_the_api_are_sent_as_they_are_kept(visit: Visit) -> None:
    assert await encoding(await visit(), "/graphql?query=%7B__typename%7D", Accept="application/json") == ""
