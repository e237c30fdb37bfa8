"""What waits for moderators, what they decided, and the links of the audit trail that say so."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from db.audit import linked
from db.enums import EvidenceLevel
from db.fields import microseconds
from db.tables import Review, Reviewer
from tests.front_door import Client
from tests.make import World
from tests.test_evidence import decide

pytestmark = pytest.mark.anyio
Clients = Callable[..., Client]

WAITING = """query ($first: Int!, $after: String) { moderation { waiting(first: $first, after: $after) {
  totalCount pageInfo { endCursor hasNextPage } nodes { id level reason createdAt review { id } }
} } }"""
DECIDED = """{ moderation { decided(first: 10) { totalCount nodes { state decidedBy { id } review { id }
  trail(first: 10) { totalCount nodes { number kind body createdAt previous hash } }
} } } }"""


async def queue(client: Client, **asked: Any) -> Any:
    return (await client.ask(WAITING, **({"first": 10} | asked)))["moderation"]["waiting"]


async def decided(client: Client) -> Any:
    return (await client.ask(DECIDED))["moderation"]["decided"]["nodes"]


async def test_a_moderator_sees_what_waits_the_longest_waiting_first(client: Clients, make: World) -> None:
    moderator, waiting = client(await make.moderator()), []
    for _ in range(3):
        waiting.append(await make.waiting(await make.review()))
        make.later(hours=1)
    first = await queue(moderator, first=2)
    then = await queue(moderator, first=2, after=first["pageInfo"]["endCursor"])
    assert [each["id"] for page in (first, then) for each in page["nodes"]] == [each.id for each in waiting]
    assert (first["totalCount"], then["pageInfo"]["hasNextPage"]) == (3, False)
    assert datetime.fromisoformat(first["nodes"][0]["createdAt"]) == waiting[0].created_at


async def test_nobody_but_a_moderator_sees_the_queue(client: Clients, make: World) -> None:
    review = await make.review()
    await make.waiting(review)
    author = await Reviewer.get(id=review.reviewer_id)
    for viewer in (None, author, await make.reviewer()):
        assert await client(viewer).ask(WAITING, first=10) == {"moderation": None}


async def test_what_is_decided_waits_no_longer_and_is_read_with_its_link(client: Clients, make: World) -> None:
    review, moderator = await make.review(), await make.moderator()
    await make.waiting(review)
    assert (await queue(client(moderator)))["totalCount"] == 1
    await decide(client(moderator), review.id, level="E5", state="REJECTED")
    assert (await queue(client(moderator)))["nodes"] == []
    [one] = await decided(client(moderator))
    assert (one["state"], one["decidedBy"]["id"], one["review"]["id"]) == ("REJECTED", moderator.id, review.id)
    [link] = one["trail"]["nodes"]
    assert json.loads(link["body"])["by"] == moderator.id


async def test_evidence_of_a_retracted_review_waits_for_nobody(client: Clients, make: World) -> None:
    review = await make.review()
    await make.waiting(review)
    await Review.filter(id=review.id).update(state="RETRACTED")
    assert (await queue(client(await make.moderator())))["totalCount"] == 0


async def test_the_latest_decision_is_first_and_every_one_has_a_link_of_its_own(client: Clients, make: World) -> None:
    one, two, moderator = await make.review(), await make.review(), client(await make.moderator())
    for review, state in ((one, "ACCEPTED"), (two, "ACCEPTED"), (one, "REVOKED")):
        await decide(moderator, review.id, state=state)
        make.later(hours=1)
    found = await decided(moderator)
    assert [(each["review"]["id"], each["state"]) for each in found] == [(one.id, "REVOKED"), (two.id, "ACCEPTED")]
    numbers = [[link["number"] for link in each["trail"]["nodes"]] for each in found]
    assert numbers == [[1, 3], [2]]


async def test_anybody_can_check_the_hash_of_a_decision(client: Clients, make: World) -> None:
    review = await make.review(level=EvidenceLevel.E4)
    asked = """query ($id: ID!) { review(id: $id) { evidence(first: 1) { nodes {
      trail(last: 1) { nodes { number kind body createdAt previous hash } } } } } }"""
    [evidence] = (await client().ask(asked, id=review.id))["review"]["evidence"]["nodes"]
    [link] = evidence["trail"]["nodes"]
    stamp = microseconds(datetime.fromisoformat(link["createdAt"]))
    assert linked(link["previous"], link["number"], link["kind"], link["body"], stamp) == link["hash"]
