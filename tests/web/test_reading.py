"""Pages to read: what they show is what the query behind them answers."""

import csv
import json
from collections.abc import Awaitable, Callable
from io import StringIO
from typing import Any
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

import pytest

from db.enums import EvidenceLevel, UseCase
from db.tables import Endpoint, Model, Reviewer
from tests.make import World
from tests.web.visitor import Visitor

pytestmark = pytest.mark.anyio
Visit = Callable[..., Awaitable[Visitor]]


async def addresses(make: World) -> list[str]:
    """Every page of a small world, by address."""
    review = await make.review(level=EvidenceLevel.E4, tool_calling=5, latency=3)
    endpoint = await Endpoint.get(id=review.endpoint_id)
    model = await Model.get(id=endpoint.model_id)
    author = await Reviewer.get(id=review.reviewer_id)
    return [
        *("/", "/leaderboard/coding", "/leaderboard/rag", "/models", "/endpoints", "/reviews", "/methodology"),
        "/leaderboard/coding?provisional=1&tool=3&latency=1&by=model&order=best",
        *(f"/models/{model.slug}", f"/endpoints/{endpoint.slug}", f"/endpoints/{endpoint.slug}/history"),
        *(f"/reviews/{review.id}", f"/reviewers/{author.login}", f"/compare?endpoint={endpoint.slug}", "/compare"),
        *(f"/reviews/new?endpoint={endpoint.slug}", "/sign-in", "/gap", "/frontier/coding"),
        "/frontier/general-assistant?provisional=1&x=context-limit&y=latency",
        "/guide",
    ]


async def test_every_page_opens_and_holds_no_inline_code(visit: Visit, make: World) -> None:
    visitor = await visit()
    for address in await addresses(make):
        answer = await visitor.get(address)
        assert answer.status_code == 200, (address, answer.text)
        assert "unsafe" not in answer.headers["content-security-policy"]
        assert answer.headers["cache-control"] == "private, no-store"


async def test_every_link_leads_somewhere_on_this_site(visit: Visit, make: World) -> None:
    visitor, seen = await visit(), set[str]()
    for address in await addresses(make):
        page = await visitor.see(address)
        assert page.inline == [], address
        seen |= {link for link in page.links if not link.startswith("#")}
    assert all(link.startswith("/") for link in seen)
    gone = {"/auth/logout", "/auth/local"}
    posts = {link for link in seen if link.endswith(("/vote", "/retract", "/revise"))}
    for link in sorted(seen - gone - posts):
        assert (await visitor.http.get(link, follow_redirects=True)).status_code == 200, link


async def test_the_query_behind_a_page_answers_the_same_numbers(visit: Visit, make: World) -> None:
    visitor = await visit()
    for address in await addresses(make):
        page = await visitor.see(address)
        behind = [link for link in page.links if link.startswith("/graphql#")]
        if not behind:
            continue
        asked = {name: value for name, (value,) in parse_qs(urlsplit(behind[0]).fragment).items()}
        body = {"query": asked["query"], "variables": json.loads(asked["variables"])}
        answer = (await visitor.http.post("/graphql", json=body)).json()
        suffixed = [link for link in page.links if ".json" in link and link.startswith(urlsplit(address).path)]
        assert "errors" not in answer
        for link in suffixed:
            assert (await visitor.get(link)).json() == answer, address


async def test_the_leaderboard_shows_ranges_intervals_and_what_a_first_place_is_worth(
    visit: Visit, make: World
) -> None:
    model = await make.model()
    for stars in (5, 1):
        endpoint = await make.endpoint(model_id=model.id, slug=f"host:{stars}-stars")
        every: dict[str, Any] = dict.fromkeys(
            ("tool_calling", "api_reliability", "cost_per_task", "context_quality", "latency"), stars
        )
        for _ in range(3):
            await make.review(endpoint, level=EvidenceLevel.E4, **every)
    page = await (await visit()).see("/leaderboard/coding")
    assert "2 endpoints, review-backed" in page.words
    assert page.words.index("host:5-stars") < page.words.index("host:1-stars")
    assert "First place would fall to host:1-stars" in page.words
    assert "svg" in page.tags


async def test_weights_in_the_address_fill_the_form_and_change_the_order(visit: Visit, make: World) -> None:
    for name, latency in (("fast", 5), ("apt", 1)):
        endpoint = await make.endpoint(slug=f"host:{name}")
        await make.review(endpoint, level=EvidenceLevel.E4, latency=latency, tool_calling=6 - latency)
    visitor = await visit()
    by_latency = await visitor.see("/leaderboard/coding?latency=2&provisional=1")
    by_tools = await visitor.see("/leaderboard/coding?tool=2&provisional=1")
    assert by_latency.words.index("host:fast") < by_latency.words.index("host:apt")
    assert by_tools.words.index("host:apt") < by_tools.words.index("host:fast")
    assert (by_latency.fields["latency"], by_latency.fields["tool"]) == ("2", "0")


async def test_an_empty_leaderboard_says_what_to_do(visit: Visit, make: World) -> None:
    await make.endpoint(slug="host:unreviewed")
    visitor = await visit()
    empty = await visitor.see("/leaderboard/coding")
    assert "No endpoint here is backed by enough proven reviews yet." in empty.words
    assert "/leaderboard/coding?provisional=1" in empty.links
    assert "host:unreviewed provisional" in (await visitor.see("/leaderboard/coding?provisional=1")).words


async def test_filters_narrow_the_leaderboard(visit: Visit, make: World) -> None:
    await make.endpoint(slug="host:short", context_limit=8_000)
    await make.endpoint(slug="host:long", context_limit=900_000)
    page = await (await visit()).see("/leaderboard/coding?provisional=1&ctx=100000&q=host&weights=open")
    assert "host:long" in page.words
    assert "host:short" not in page.words


@pytest.mark.parametrize(
    "asked",
    ["tool=x", "tool=nan", "tool=0&api=0", "ctx=-1", "ctx=9e9", "since=soon", "by=luck", "evidence=77", "after=x"],
)
async def test_an_address_that_asks_for_the_impossible_is_refused_for_people(visit: Visit, asked: str) -> None:
    page = await (await visit()).see(f"/leaderboard/coding?{asked}", 400)
    assert "Bad Request" in page.words
    assert "/leaderboard/coding" in page.links


@pytest.mark.parametrize(
    "path",
    ["/nothing", "/leaderboard/poetry", "/models/nobody/none", "/endpoints/x:y", "/reviews/rev_1", "/reviewers/x"],
)
async def test_what_does_not_exist_is_told_as_a_page_and_as_text(visit: Visit, path: str) -> None:
    visitor = await visit()
    assert "Not Found" in (await visitor.see(path, 404)).words
    plain = await visitor.get(path, Accept="*/*")
    assert (plain.status_code, plain.headers["content-type"]) == (404, "text/plain; charset=utf-8")


async def test_tables_come_as_csv_with_a_column_for_each_dimension(visit: Visit, make: World) -> None:
    endpoint = await make.endpoint(slug="host:one")
    await make.review(endpoint, level=EvidenceLevel.E4, tool_calling=5)
    visitor = await visit()
    answer = await visitor.get("/leaderboard/coding.csv?provisional=1")
    [row] = csv.DictReader(StringIO(answer.text))
    assert row["subject.slug"] == "host:one"
    assert float(row["dimensions.TOOL_CALLING.score"]) > 3
    assert (await visitor.get("/leaderboard/coding.csv?table=none")).status_code == 404


async def test_no_cell_of_a_table_is_a_formula(visit: Visit, make: World) -> None:
    review = await make.review(pros="=HYPERLINK(1)")
    text = (await (await visit()).get("/reviews.csv")).text
    [row] = csv.DictReader(StringIO(text))
    assert (row["id"], row["revision.pros"]) == (review.id, "'=HYPERLINK(1)")


async def test_new_reviews_are_an_atom_feed(visit: Visit, make: World) -> None:
    review = await make.review(pros="Fine & <b>dandy</b>")
    answer = await (await visit()).get("/reviews.atom")
    feed = ElementTree.fromstring(answer.text)  # noqa: S314  # our own answer
    [entry] = feed.findall("{http://www.w3.org/2005/Atom}entry")
    content = entry.findtext("{http://www.w3.org/2005/Atom}content") or ""
    assert answer.headers["content-type"].startswith("application/atom+xml")
    assert (entry.findtext("{http://www.w3.org/2005/Atom}id") or "").endswith(f"/reviews/{review.id}")
    assert "Fine &amp; &lt;b&gt;dandy&lt;/b&gt;" in content


async def test_a_review_says_why_it_counts_so_much(visit: Visit, make: World) -> None:
    review = await make.review(level=EvidenceLevel.E2, tool_calling=4)
    page = await (await visit()).see(f"/reviews/{review.id}")
    assert "Evidence: code proven 0.40" in page.words
    assert "Why this counts 0.3" in page.words or "Why this counts 0.4" in page.words


async def test_a_retracted_review_is_there_for_its_author_alone(visit: Visit, make: World) -> None:
    review = await make.review()
    author = await Reviewer.get(id=review.reviewer_id)
    mine, other = await visit(author), await visit()
    sent = await mine.send(f"/reviews/{review.id}/retract", {"sure": "1"})
    assert sent.status_code == 303
    assert "Retracted by its author" in (await mine.see(f"/reviews/{review.id}")).words
    await other.see(f"/reviews/{review.id}", 404)


async def test_the_ledger_is_on_the_reviewers_page(visit: Visit, make: World) -> None:
    reviewer = await make.reviewer()
    page = await (await visit(reviewer)).see(f"/reviewers/{reviewer.login}")
    assert "Nothing has moved your reputation yet." in page.words


async def test_the_methodology_prints_every_constant_of_the_code(visit: Visit) -> None:
    visitor = await visit()
    names = [
        each["name"] for each in (await visitor.get("/methodology.json")).json()["data"]["methodology"]["constants"]
    ]
    page = await visitor.see("/methodology")
    assert len(names) > 20
    assert [name for name in names if name not in page.words] == []


async def test_llms_txt_names_addresses_that_exist(visit: Visit, make: World) -> None:
    await make.endpoint()
    visitor = await visit()
    text = (await visitor.get("/llms.txt")).text
    found = [part.split(")")[0] for part in text.split("](")[1:]]
    assert len(found) > 5
    assert [url for url in found if (await visitor.http.get(url)).status_code != 200] == []


async def test_a_bug_is_told_without_a_word_about_it(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    visitor = await visit(raising=False)

    async def broken(*_: object) -> object:
        raise RuntimeError("canary")

    monkeypatch.setattr("auth.sessions.viewer", broken)
    answer = await visitor.get("/reviews")
    assert answer.status_code == 500
    assert "That is our mistake" in answer.text
    assert "canary" not in answer.text


async def test_every_use_case_has_its_leaderboard(visit: Visit) -> None:
    visitor = await visit()
    for use_case in UseCase:
        await visitor.see(f"/leaderboard/{use_case.lower().replace('_', '-')}")
