"""Reviews: publishing, revising, retracting, and who sees what."""

from collections.abc import Callable
from typing import Any

import pytest

from db.enums import ReviewState
from db.queries import fetch
from db.tables import Review, Revision
from tests.front_door import Client, statements
from tests.make import World

pytestmark = pytest.mark.anyio
Clients = Callable[..., Client]

PUBLISH = """mutation ($input: PublishReviewInput!) { publishReview(input: $input) {
  __typename
  ... on Review { id state useCase endpoint { id } revision { number ratings { dimension stars } pros framework } }
  ... on Refusal { message code }
  ... on AlreadyReviewed { reviewId }
  ... on InvalidInput { problems { path message } }
} }"""
REVISE = """mutation ($input: ReviseReviewInput!) { reviseReview(input: $input) {
  __typename
  ... on Review { id revision { number ratings { dimension stars } } revisions(first: 9) { nodes { number pros } }
                  voteCount { helpful } updatedAt publishedAt }
  ... on Refusal { code }
  ... on InvalidInput { problems { path } }
} }"""
RETRACT = """mutation ($input: RetractReviewInput!) { retractReview(input: $input) {
  __typename ... on Review { id state } ... on Refusal { code }
} }"""


def content(**changes: Any) -> dict[str, Any]:
    return {"ratings": [{"dimension": "TOOL_CALLING", "stars": 4}], "pros": "Calls tools."} | changes


async def publish(client: Client, endpoint_id: str, **changes: Any) -> Any:
    sent = {"endpointId": endpoint_id, "useCase": "CODING", "content": content()} | changes
    return (await client.ask(PUBLISH, input=sent))["publishReview"]


async def test_a_review_is_published_and_read_back(client: Clients, make: World) -> None:
    endpoint, author = await make.endpoint(), await make.reviewer()
    said = content(deployment={"framework": "agents 2.1", "usedFrom": "2026-01-01", "usedTo": "2026-06-15", "turns": 8})
    review = await publish(client(author), endpoint.id, content=said)
    assert review["revision"] == {
        "number": 1,
        "ratings": [{"dimension": "TOOL_CALLING", "stars": 4}],
        "pros": "Calls tools.",
        "framework": "agents 2.1",
    }
    seen = await client().ask("query ($id: ID!) { node(id: $id) { id ... on Review { state } } }", id=review["id"])
    assert seen["node"] == {"id": review["id"], "state": "PUBLISHED"}


async def test_nobody_publishes_without_signing_in(client: Clients, make: World) -> None:
    refusal = await publish(client(), (await make.endpoint()).id)
    assert (refusal["__typename"], refusal["code"]) == ("NotSignedIn", "NOT_SIGNED_IN")
    assert await Review.all().count() == 0


async def test_one_live_review_for_a_reviewer_endpoint_and_use_case(client: Clients, make: World) -> None:
    endpoint, author = await make.endpoint(), await make.reviewer()
    first = await publish(client(author), endpoint.id)
    second = await publish(client(author), endpoint.id)
    assert (second["code"], second["reviewId"]) == ("ALREADY_REVIEWED", first["id"])
    assert (await publish(client(author), endpoint.id, useCase="RAG"))["__typename"] == "Review"
    await client(author).ask(RETRACT, input={"reviewId": first["id"]})
    assert (await publish(client(author), endpoint.id))["__typename"] == "Review"


async def test_an_idempotency_key_sent_again_returns_the_same_review(client: Clients, make: World) -> None:
    endpoint, author = await make.endpoint(), await make.reviewer()
    first = await publish(client(author), endpoint.id, idempotencyKey="k")
    assert await publish(client(author), endpoint.id, idempotencyKey="k") == first
    assert await Revision.all().count() == 1
    assert (await publish(client(author), endpoint.id, idempotencyKey="k", useCase="RAG"))["code"] == "KEY_REUSED"
    stranger = await publish(client(await make.reviewer()), endpoint.id, idempotencyKey="k")
    assert stranger["id"] != first["id"]


LONG = "x" * 10_001
BAD_CONTENT = [
    ({"ratings": []}, ["input.content.ratings"]),
    ({"ratings": [{"dimension": "LATENCY", "stars": 0}]}, ["input.content.ratings.0.stars"]),
    ({"ratings": [{"dimension": "LATENCY", "stars": 6}]}, ["input.content.ratings.0.stars"]),
    (
        {"ratings": [{"dimension": "LATENCY", "stars": 1}, {"dimension": "LATENCY", "stars": 2}]},
        ["input.content.ratings.1.dimension"],
    ),
    ({"pros": LONG}, ["input.content.pros"]),
    ({"cons": LONG, "pros": LONG}, ["input.content.pros", "input.content.cons"]),
    ({"deployment": {"usedTo": "2026-06-16"}}, ["input.content.deployment.usedTo"]),
    ({"deployment": {"usedFrom": "9999-12-31"}}, ["input.content.deployment.usedFrom"]),
    ({"deployment": {"usedFrom": "2026-02-01", "usedTo": "2026-01-01"}}, ["input.content.deployment.usedTo"]),
    (
        {"deployment": {"turns": 0, "concurrency": -1, "inputTokens": 0}},
        [f"input.content.deployment.{name}" for name in ("concurrency", "turns", "inputTokens")],
    ),
    ({"deployment": {"region": "x" * 101}}, ["input.content.deployment.region"]),
]


@pytest.mark.parametrize(("changes", "paths"), BAD_CONTENT)
async def test_content_that_breaks_rules_is_refused_with_every_path(
    client: Clients, make: World, changes: dict[str, Any], paths: list[str]
) -> None:
    endpoint, author = await make.endpoint(), await make.reviewer()
    refusal = await publish(client(author), endpoint.id, content=content(**changes))
    assert refusal["code"] == "INVALID_INPUT"
    assert [".".join(problem["path"]) for problem in refusal["problems"]] == paths
    assert await Review.all().count() == await Revision.all().count() == 0
    review = await make.review(endpoint, author)
    again = await client(author).ask(REVISE, input={"reviewId": review.id, "content": content(**changes)})
    assert [".".join(problem["path"]) for problem in again["reviseReview"]["problems"]] == paths
    assert await Revision.all().count() == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"content": content(ratings=[{"dimension": "LATENCY", "stars": 3.5}])},
        {"content": content(ratings=[{"dimension": "LATENCY", "stars": "4"}])},
        {"content": content(ratings=[{"dimension": "BEAUTY", "stars": 4}])},
        {"content": content(ratings=[{"dimension": "LATENCY", "stars": 10**20}])},
        {"content": content(pros="a\0b")},
        {"content": content(deployment={"usedTo": "yesterday"})},
        {"useCase": "POETRY"},
        {"idempotencyKey": "\0"},
    ],
)
async def test_values_of_the_wrong_kind_never_reach_the_resolver(
    client: Clients, make: World, changes: dict[str, Any]
) -> None:
    endpoint, author = await make.endpoint(), await make.reviewer()
    sent = {"endpointId": endpoint.id, "useCase": "CODING", "content": content()} | changes
    error = await client(author).refused(PUBLISH, input=sent)
    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    assert await Review.all().count() == 0


@pytest.mark.parametrize(
    "id", ["", "nonsense", "end_000000000000", "rev_000000000000", "x" * 300, "1; DROP TABLE review"]
)
async def test_an_unknown_endpoint_is_refused(client: Clients, make: World, id: str) -> None:
    assert (await publish(client(await make.reviewer()), id))["code"] == "NO_SUCH_ENDPOINT"


async def test_an_endpoint_that_does_not_serve_the_model_is_refused(client: Clients, make: World) -> None:
    endpoint, other = await make.endpoint(), await make.model()
    refusal = await publish(client(await make.reviewer()), endpoint.id, model=other.slug)
    assert refusal["problems"][0]["path"] == ["input", "model"]
    assert await Review.all().count() == 0


async def test_a_revision_replaces_the_content_and_starts_without_votes(client: Clients, make: World) -> None:
    author, review = await make.reviewer(), None
    review = await make.review(author=author, pros="Good.", tool_calling=2)
    await make.vote(review)
    make.later(days=1)
    said = content(ratings=[{"dimension": "LATENCY", "stars": 5}], pros="Faster now.")
    revised = (await client(author).ask(REVISE, input={"reviewId": review.id, "content": said}))["reviseReview"]
    assert revised["revision"] == {"number": 2, "ratings": [{"dimension": "LATENCY", "stars": 5}]}
    assert [each["pros"] for each in revised["revisions"]["nodes"]] == ["Good.", "Faster now."]
    assert revised["voteCount"] == {"helpful": 0}
    assert revised["updatedAt"] > revised["publishedAt"]


async def test_only_the_author_revises_and_retracts(client: Clients, make: World) -> None:
    review = await make.review()
    other = client(await make.reviewer())
    sent = {"reviewId": review.id, "content": content()}
    assert (await other.ask(REVISE, input=sent))["reviseReview"]["code"] == "NOT_YOUR_REVIEW"
    assert (await other.ask(RETRACT, input={"reviewId": review.id}))["retractReview"]["code"] == "NOT_YOUR_REVIEW"
    assert (await client().ask(REVISE, input=sent))["reviseReview"]["code"] == "NOT_SIGNED_IN"
    assert (await client().ask(RETRACT, input={"reviewId": review.id}))["retractReview"]["code"] == "NOT_SIGNED_IN"
    unknown = await other.ask(RETRACT, input={"reviewId": "rev_000000000000"})
    assert unknown["retractReview"]["code"] == "NO_SUCH_REVIEW"


async def test_a_retracted_review_is_seen_by_its_author_and_moderators_alone(client: Clients, make: World) -> None:
    author = await make.reviewer()
    review = await make.review(author=author)
    evidence, vote = await make.evidence(review), await make.vote(review)
    retracted = await client(author).ask(RETRACT, input={"reviewId": review.id})
    assert retracted["retractReview"]["state"] == "RETRACTED"
    document = """query ($ids: [ID!]!, $id: ID!) { review(id: $id) { id } nodes(ids: $ids) { id } }"""
    ids = [review.id, review.revision_id, evidence.id, vote.id]
    hidden = {"review": None, "nodes": [None] * 4}
    shown = {"review": {"id": review.id}, "nodes": [{"id": each} for each in ids]}
    assert await client().ask(document, id=review.id, ids=ids) == hidden
    assert await client(await make.reviewer()).ask(document, id=review.id, ids=ids) == hidden
    assert await client(author).ask(document, id=review.id, ids=ids) == shown
    assert await client(await make.moderator()).ask(document, id=review.id, ids=ids) == shown
    again = await client(author).ask(RETRACT, input={"reviewId": review.id})
    assert again["retractReview"]["code"] == "REVIEW_RETRACTED"


async def test_a_hidden_review_is_in_no_list_and_takes_no_revision(client: Clients, make: World) -> None:
    review = await make.review(author=await make.reviewer(login="ada"))
    await make.vote(review, await make.reviewer(login="bob"))
    await Review.filter(id=review.id).update(state=ReviewState.HIDDEN)
    seen = await client().ask("""{
      reviews(first: 9) { totalCount nodes { id } }
      reviewer(login: "ADA") { reviews(first: 9) { totalCount nodes { id } } }
      endpoints(first: 9) { nodes { reviews(first: 9) { totalCount nodes { id } } } }
      voter: reviewer(login: "bob") { votes(first: 9) { nodes { helpful review { id } revision { pros } } } }
    }""")
    nothing = {"totalCount": 0, "nodes": []}
    assert seen["reviews"] == seen["reviewer"]["reviews"] == seen["endpoints"]["nodes"][0]["reviews"] == nothing
    assert seen["voter"]["votes"]["nodes"] == [{"helpful": True, "review": None, "revision": None}]


async def test_reviews_are_filtered(client: Clients, make: World) -> None:
    one, two = await make.endpoint(slug="p:one"), await make.endpoint(slug="p:two")
    author = await make.reviewer(login="Ada")
    await make.review(one, author, tool_calling=1)
    make.later(days=40)
    proven = await make.review(two, author)
    await make.evidence(proven)
    document = "query ($filter: ReviewFilter) { reviews(first: 9, filter: $filter) { nodes { endpoint { slug } } } }"

    async def found(**filter: Any) -> list[str]:
        listed = (await client().ask(document, filter=filter))["reviews"]["nodes"]
        return [review["endpoint"]["slug"] for review in listed]

    assert await found() == ["p:two", "p:one"]  # newest first
    assert await found(endpoint="p:one") == ["p:one"]
    assert await found(reviewer="ADA") == ["p:two", "p:one"]
    assert await found(reviewer="nobody") == await found(useCase="RAG") == []
    assert await found(minScoringLevel=4) == ["p:two"]
    assert await found(since="2026-07-01") == ["p:two"]
    assert await found(until="2026-06-15") == ["p:one"]
    assert await found(until="9999-12-31") == ["p:two", "p:one"]
    assert await found(since="2026-06-16", until="2026-06-30") == []


async def test_an_affiliated_review_is_shown_and_weighs_zero(client: Clients, make: World) -> None:
    endpoint, author = await make.endpoint(), await make.reviewer()
    review = await publish(client(author), endpoint.id, content=content(interest="VENDOR_AFFILIATED"))
    seen = await client().ask("query ($id: ID!) { review(id: $id) { weight { value words } } }", id=review["id"])
    assert seen["review"]["weight"]["value"] == 0
    assert "interest" in seen["review"]["weight"]["words"]
    assert await fetch("SELECT * FROM statistic") == []


@pytest.mark.usefixtures("alone")
async def test_no_review_is_read_beyond_those_shown_unless_somebody_asks_for_more(client: Clients, make: World) -> None:
    endpoint = await make.endpoint(slug="p:a")
    for _ in range(2):
        await make.review(endpoint)
    query = """query ($more: Boolean!) { endpoint(slug: "p:a") { reviews(first: 1) {
        nodes { id } pageInfo @include(if: $more) { hasNextPage } } } }"""
    for _ in range(3):
        pages, limits = [], []
        for more in (False, True):
            with statements() as seen:
                pages.append((await client().ask(query, more=more))["endpoint"]["reviews"])
            limits += [text.partition("LIMIT ")[2][0] for text in seen if "LIMIT" in text]
        assert limits == ["1", "2"]
        assert pages[0]["nodes"] == pages[1]["nodes"]
        assert pages[1]["pageInfo"] == {"hasNextPage": True}
