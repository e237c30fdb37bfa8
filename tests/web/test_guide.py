"""The API guide: what it shows runs, and what it says is what the code does."""

import json
import re
import shlex
from collections.abc import Awaitable, Callable, Iterator
from itertools import pairwise
from urllib.parse import parse_qs, urlsplit

import pytest
from graphql import build_schema, parse

from main import limits
from resolvers import refusals
from schema import errors, sdl
from schema.guard import execution_cost
from tests.front_door import ORIGIN
from tests.make import World
from tests.web.reader import read
from tests.web.visitor import Visitor
from web import words

pytestmark = pytest.mark.anyio
Visit = Callable[..., Awaitable[Visitor]]
CURL = {"Accept": "*/*"}


def shells(page: str) -> list[list[str]]:
    """The commands of a page, as a shell takes them apart."""
    found = re.findall(r'<pre id="curl-[^>]*>(.*?)</pre>', page, re.DOTALL)
    return [shlex.split(each.replace("&#34;", '"').replace("&#39;", "'").replace("\\\n", "")) for each in found]


def after(command: list[str], option: str) -> Iterator[str]:
    return (value for name, value in pairwise(command) if name == option)


async def test_every_example_opens_in_the_explorer_and_runs(visit: Visit, make: World) -> None:
    signed_in = await visit(await make.reviewer())
    page = await signed_in.see("/guide")
    examples = [parse_qs(urlsplit(link).fragment) for link in page.links if link.startswith("/graphql#")]
    assert len(examples) > 5  # the query behind the page is one of them
    for example in examples:
        body = {"query": example["query"][0], "variables": json.loads(example["variables"][0])}
        answer = (await signed_in.http.post("/graphql", json=body)).json()
        assert "errors" not in answer, answer


async def test_every_command_is_answered_by_this_instance(visit: Visit, make: World) -> None:
    await make.review()
    visitor = await visit()
    commands = shells((await visitor.get("/guide")).text)
    assert len(commands) == 3
    for command in commands:
        assert f"{ORIGIN}/graphql" in command
        if asked := dict(each.split("=", 1) for each in after(command, "--data-urlencode")):
            answer = await visitor.http.get("/graphql", params=asked, headers=CURL)
        else:
            [body], [kind] = after(command, "-d"), [each for each in after(command, "-H") if "content-type" in each]
            answer = await visitor.http.post(
                "/graphql", content=body, headers=CURL | {"content-type": kind.split(": ")[1]}
            )
        assert answer.status_code == 200
        assert "errors" not in answer.json(), answer.text


async def test_every_limit_is_the_one_that_the_code_keeps(visit: Visit) -> None:
    page = await (await visit()).see("/guide")
    kept = limits()
    for name, meaning in words.LIMITS.items():
        assert f"{name} {kept[name]:,} {meaning}" in page.words
    assert f"1 to {kept['page']};" in page.words
    assert f"at most {kept['body'] >> 10} KiB." in page.words
    assert f"{kept['uploads']} a day" in page.words
    assert f"at most {kept['kept']} seconds" in page.words


async def test_a_document_past_a_limit_is_refused_as_the_guide_says(visit: Visit) -> None:
    query = "{" + " ".join(f"a{n}: demo" for n in range(limits()["aliases"] + 1)) + "}"
    answer = (await (await visit()).http.post("/graphql", json={"query": query})).json()
    [error] = answer["errors"]
    assert error["extensions"]["limit"] in words.LIMITS
    assert error["extensions"]["code"] in words.ERRORS


async def test_the_cost_that_the_guide_works_out_is_what_the_guard_counts(visit: Visit) -> None:
    nested = parse("{ models(first: 20) { nodes { endpoints(first: 10) { nodes { id } } } } }")
    cost = execution_cost(nested, None, None, build_schema(sdl()))
    assert f"1 + 20 × (1 + 1 + 10) = {cost}:" in (await (await visit()).see("/guide")).words


async def test_the_guide_knows_every_code_of_refusals_and_errors(visit: Visit) -> None:
    page = await (await visit()).see("/guide")
    told = [each.code for each in refusals.Refusal.__subclasses__()]
    assert len(told) > 10
    assert [code for code in told if f" {code} " not in page.words] == []
    coded = re.findall(r"\b[A-Z]+(?:_[A-Z]+)*\b(?=[^|]*\|)", errors.__doc__.split("|---|---|")[1])
    named = {code for code in coded if code not in {"HTTP", "API"}}
    assert named <= words.ERRORS.keys()
    assert set(errors.CODES.values()) <= words.ERRORS.keys()


async def test_what_an_anonymous_query_answered_is_304_while_nothing_changed(visit: Visit, make: World) -> None:
    visitor, asked = await visit(), {"query": "{ models(first: 1) { totalCount } }"}
    first = await visitor.http.get("/graphql", params=asked, headers=CURL)
    again = await visitor.http.get("/graphql", params=asked, headers=CURL | {"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


async def test_every_place_of_the_contents_is_on_the_page(visit: Visit) -> None:
    page = (await (await visit()).get("/guide")).text
    places = [link[1:] for link in read(page).links if link.startswith("#")]
    assert len(places) > 8
    assert [place for place in places if f'id="{place}"' not in page] == []
