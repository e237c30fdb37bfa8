"""Writing, voting and retracting with plain forms, without any script."""

from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

import pytest

from db.tables import Endpoint, Review, Reviewer, Revision, Vote
from tests.make import World
from tests.web.visitor import Visitor

pytestmark = pytest.mark.anyio
Visit = Callable[..., Awaitable[Visitor]]


def typed(slug: str, **changes: str) -> dict[str, str]:
    plain = {
        "endpoint": slug,
        "useCase": "CODING",
        "TOOL_CALLING": "4",
        "pros": "Picks *well*.",
        "cons": "",
        "turns": "12",
    }
    return plain | changes


async def test_a_review_is_written_shown_revised_and_retracted(visit: Visit, make: World) -> None:
    endpoint, author = await make.endpoint(), await make.reviewer()
    mine = await visit(author)
    sent = await mine.send("/reviews/new", typed(endpoint.slug))
    assert sent.status_code == 303
    review = await Review.get(reviewer_id=author.id)
    page = await mine.see(sent.headers["location"])
    assert "Published." in page.words
    assert "Tool calling 4 /5" in page.words
    form = await mine.get(f"/reviews/{review.id}/revise")
    assert "Picks *well*." in form.text
    await mine.send(f"/reviews/{review.id}/revise", {"TOOL_CALLING": "2", "pros": "Less so."})
    assert "Less so." in (await mine.see(f"/reviews/{review.id}")).words
    assert await Revision.filter(review_id=review.id).count() == 2
    asked = await mine.send(f"/reviews/{review.id}/retract")
    assert "Retract it for good?" in (await mine.see(asked.headers["location"])).words
    await mine.send(f"/reviews/{review.id}/retract", {"sure": "1"})
    assert (await Review.get(id=review.id)).state == "RETRACTED"


async def test_a_preview_shows_the_markdown_and_writes_nothing(visit: Visit, make: World) -> None:
    endpoint, author = await make.endpoint(), await make.reviewer()
    answer = await (await visit(author)).send("/reviews/new", typed(endpoint.slug, action="preview"))
    assert answer.status_code == 200
    assert "<em>well</em>" in answer.text
    assert not await Review.exists()


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("turns", "many", "Give a whole number from 1."),
        ("turns", "9" * 30, "Give a whole number from 1."),
        ("usedFrom", "soon", "Give a day such as"),
        ("usedTo", "2999-01-01", "is in the future."),
        ("TOOL_CALLING", "", "Rate at least one dimension."),
        ("TOOL_CALLING", "9", "Choose one of those offered."),
        ("pros", "x" * 10_001, "10,000"),
        ("region", "y" * 101, "100"),
        ("volume", "LOTS", "Choose one of those offered."),
    ],
)
async def test_a_mistake_is_told_beside_its_field_and_nothing_typed_is_lost(
    visit: Visit, make: World, field: str, value: str, told: str
) -> None:
    endpoint, author = await make.endpoint(), await make.reviewer()
    fields = typed(endpoint.slug, cons="Kept & safe", **{field: value})
    answer = await (await visit(author)).send("/reviews/new", fields)
    wrong = "ratings" if value == "" else field
    assert answer.status_code == 422
    assert f'id="wrong-{wrong}"' in answer.text
    assert told in answer.text
    assert "Kept &amp; safe" in answer.text
    assert not await Review.exists()


async def test_somebody_signed_out_keeps_what_they_typed(visit: Visit, make: World) -> None:
    endpoint = await make.endpoint()
    answer = await (await visit()).send("/reviews/new", typed(endpoint.slug))
    assert answer.status_code == 401
    assert "Picks *well*." in answer.text
    assert 'href="/sign-in"' in answer.text


async def test_a_second_review_of_the_same_leads_to_the_first(visit: Visit, make: World) -> None:
    first = await make.review()
    endpoint, author = await Endpoint.get(id=first.endpoint_id), await Reviewer.get(id=first.reviewer_id)
    answer = await (await visit(author)).send("/reviews/new", typed(endpoint.slug))
    assert answer.status_code == 409
    assert f"/reviews/{first.id}/revise" in answer.text


async def test_the_same_form_sent_twice_makes_one_review(visit: Visit, make: World) -> None:
    endpoint, author = await make.endpoint(), await make.reviewer()
    mine = await visit(author)
    places = [(await mine.send("/reviews/new", typed(endpoint.slug, key="once"))).headers["location"] for _ in range(2)]
    assert places[0] == places[1]
    assert await Review.all().count() == 1


async def test_nobody_revises_or_retracts_the_review_of_another(visit: Visit, make: World) -> None:
    review, other = await make.review(), await make.reviewer()
    theirs = await visit(other)
    assert (await theirs.get(f"/reviews/{review.id}/revise")).status_code == 403
    assert (await theirs.send(f"/reviews/{review.id}/revise", {"TOOL_CALLING": "1"})).status_code == 403
    assert (await theirs.send(f"/reviews/{review.id}/retract", {"sure": "1"})).status_code == 403
    assert (await Review.get(id=review.id)).state == "PUBLISHED"


async def test_a_vote_is_cast_shown_and_withdrawn(visit: Visit, make: World) -> None:
    review, voter = await make.review(), await make.reviewer()
    mine = await visit(voter)
    sent = await mine.send(f"/reviews/{review.id}/vote", {"vote": "helpful", "next": f"/reviews/{review.id}"})
    assert (sent.status_code, sent.headers["location"]) == (303, f"/reviews/{review.id}#{review.id}")
    assert (await Vote.get(voter_id=voter.id)).helpful
    assert 'value="withdraw" data-vote="helpful" aria-pressed="true"' in (await mine.get(f"/reviews/{review.id}")).text
    await mine.send(f"/reviews/{review.id}/vote", {"vote": "withdraw"})
    assert not await Vote.exists()


async def test_a_vote_needs_an_account_another_author_and_a_word_that_is_known(visit: Visit, make: World) -> None:
    review = await make.review()
    author = await Reviewer.get(id=review.reviewer_id)
    path = f"/reviews/{review.id}/vote"
    signed_out = await (await visit()).send(path, {"vote": "helpful", "next": "/reviews"})
    assert urlsplit(signed_out.headers["location"]).path == "/sign-in"
    mine = await visit(author)
    assert (await mine.send(path, {"vote": "helpful"})).status_code == 409
    assert (await mine.send(path, {"vote": "maybe"})).status_code == 400
    assert not await Vote.exists()


@pytest.mark.parametrize("next_path", ["//evil.example", "https://evil.example/", "/\\evil.example"])
async def test_a_vote_never_leads_off_this_site(visit: Visit, make: World, next_path: str) -> None:
    review, voter = await make.review(), await make.reviewer()
    sent = await (await visit(voter)).send(f"/reviews/{review.id}/vote", {"vote": "helpful", "next": next_path})
    assert sent.headers["location"] == f"/#{review.id}"


@pytest.mark.parametrize(
    "headers", [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}]
)
@pytest.mark.parametrize("action", ["new", "{id}/revise", "{id}/retract", "{id}/vote"])
async def test_a_form_of_another_site_changes_nothing(
    visit: Visit, make: World, action: str, headers: dict[str, str]
) -> None:
    review = await make.review()
    author = await Reviewer.get(id=review.reviewer_id)
    endpoint = await Endpoint.get(id=review.endpoint_id)
    fields = typed(endpoint.slug, useCase="RAG", sure="1", vote="helpful")
    answer = await (await visit(author)).send(f"/reviews/{action.format(id=review.id)}", fields, **headers)
    assert answer.status_code == 403
    assert await Review.filter(state="PUBLISHED").count() == 1
    assert await Revision.all().count() == 1
    assert not await Vote.exists()


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b"a=%ff", "application/x-www-form-urlencoded", 400),
        (b"\xff", "application/x-www-form-urlencoded", 400),
        (b"&".join(b"a=1" for _ in range(60)), "application/x-www-form-urlencoded", 400),
        (b"{}", "application/json", 415),
        (b"a=" + b"x" * 300_000, "application/x-www-form-urlencoded", 413),
    ],
)
async def test_a_bad_body_is_refused_with_its_status(
    visit: Visit, make: World, content: bytes, kind: str, status: int
) -> None:
    visitor = await visit(await make.reviewer())
    answer = await visitor.http.post("/reviews/new", content=content, headers={"content-type": kind})
    assert answer.status_code == status


async def test_text_that_no_database_stores_is_no_bug(visit: Visit, make: World) -> None:
    endpoint, author = await make.endpoint(), await make.reviewer()
    answer = await (await visit(author)).send("/reviews/new", typed(endpoint.slug, pros="a\x00b"))
    assert answer.status_code == 400
