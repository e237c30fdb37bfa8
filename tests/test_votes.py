"""Votes: one live vote for a voter and revision, none on one's own review."""

from collections.abc import Callable
from typing import Any

import pytest

from db.tables import Reviewer, Vote
from tests.front_door import Client
from tests.make import World

pytestmark = pytest.mark.anyio
Clients = Callable[..., Client]

CAST = """mutation ($input: CastVoteInput!) { castVote(input: $input) {
  __typename
  ... on Vote { id helpful voter { login } review { voteCount { helpful unhelpful } } }
  ... on Refusal { code }
} }"""
WITHDRAW = """mutation ($input: WithdrawVoteInput!) { withdrawVote(input: $input) {
  __typename ... on Review { id voteCount { helpful unhelpful } } ... on Refusal { code }
} }"""


async def cast(client: Client, review_id: str, helpful: bool = True) -> Any:
    return (await client.ask(CAST, input={"reviewId": review_id, "helpful": helpful}))["castVote"]


async def withdraw(client: Client, review_id: str) -> Any:
    return (await client.ask(WITHDRAW, input={"reviewId": review_id}))["withdrawVote"]


async def test_a_vote_cast_again_replaces_the_first(client: Clients, make: World) -> None:
    review, voter = await make.review(), await make.reviewer(login="bob")
    first = await cast(client(voter), review.id)
    assert first["review"]["voteCount"] == {"helpful": 1, "unhelpful": 0}
    second = await cast(client(voter), review.id, helpful=False)
    assert second["id"] == first["id"]
    assert second["review"]["voteCount"] == {"helpful": 0, "unhelpful": 1}
    assert await Vote.all().count() == 1


async def test_a_vote_is_withdrawn_once(client: Clients, make: World) -> None:
    review, voter = await make.review(), await make.reviewer()
    await cast(client(voter), review.id)
    assert (await withdraw(client(voter), review.id))["voteCount"] == {"helpful": 0, "unhelpful": 0}
    assert (await withdraw(client(voter), review.id))["code"] == "NOT_VOTED"


async def test_nobody_votes_on_their_own_review(client: Clients, make: World) -> None:
    author = await make.reviewer()
    review = await make.review(author=author)
    assert (await cast(client(author), review.id))["code"] == "OWN_REVIEW"
    assert await Vote.all().count() == 0


async def test_nobody_votes_without_signing_in(client: Clients, make: World) -> None:
    review = await make.review()
    assert (await cast(client(), review.id))["code"] == "NOT_SIGNED_IN"
    assert (await withdraw(client(), review.id))["code"] == "NOT_SIGNED_IN"


@pytest.mark.parametrize("id", ["", "rev_000000000000", "mdl_000000000000", "🦞", "x" * 400])
async def test_an_unknown_review_takes_no_vote(client: Clients, make: World, id: str) -> None:
    assert (await cast(client(await make.reviewer()), id))["code"] == "NO_SUCH_REVIEW"


@pytest.mark.parametrize("state", ["RETRACTED", "HIDDEN"])
async def test_a_review_that_is_not_public_takes_no_vote(client: Clients, make: World, state: str) -> None:
    review = await make.review()
    review.state = type(review.state)(state)
    await review.save(update_fields=["state"])
    expected = {"RETRACTED": "REVIEW_RETRACTED", "HIDDEN": "NO_SUCH_REVIEW"}[state]
    assert (await cast(client(await make.reviewer()), review.id))["code"] == expected
    assert await Vote.all().count() == 0


async def test_votes_are_listed_with_their_voters_newest_first(client: Clients, make: World) -> None:
    review = await make.review()
    for login in ("bob", "cyd"):
        make.later(minutes=1)
        await make.vote(review, await make.reviewer(login=login))
    listed = await client().ask(
        "query ($id: ID!) { review(id: $id) { votes(first: 9) { totalCount nodes { voter { login } } } } }",
        id=review.id,
    )
    votes = listed["review"]["votes"]
    assert (votes["totalCount"], [vote["voter"]["login"] for vote in votes["nodes"]]) == (2, ["cyd", "bob"])


async def test_a_review_knows_its_viewers_vote_and_nobody_elses(client: Clients, make: World) -> None:
    review, voter = await make.review(), await make.reviewer()
    other = await make.review()
    await make.vote(review, voter, helpful=False)
    asked = "{ reviews(first: 5) { nodes { id viewerVote { helpful } } } }"

    async def told(viewer: Reviewer | None) -> dict[str, Any]:
        return {each["id"]: each["viewerVote"] for each in (await client(viewer).ask(asked))["reviews"]["nodes"]}

    assert await told(voter) == {review.id: {"helpful": False}, other.id: None}
    assert await told(None) == await told(await make.reviewer()) == {review.id: None, other.id: None}
