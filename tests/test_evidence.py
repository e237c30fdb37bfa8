"""Evidence: decided by moderators, it changes what a review weighs and never what it says."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from db import audit
from db.tables import AuditEvent, Evidence, Review
from tests.front_door import Client
from tests.make import World

pytestmark = pytest.mark.anyio
Clients = Callable[..., Client]

DECIDE = """mutation ($input: DecideEvidenceInput!) { decideEvidence(input: $input) {
  __typename
  ... on Evidence { level state reason decidedBy { login }
                    review { weight { value evidence scoringLevel words } revision { ratings { stars } } } }
  ... on Refusal { code }
  ... on InvalidInput { problems { path } }
} }"""


async def decide(client: Client, review_id: str, **changes: Any) -> Any:
    sent = {"reviewId": review_id, "level": "E4", "state": "ACCEPTED", "reason": "Run 17 checked."} | changes
    return (await client.ask(DECIDE, input=sent))["decideEvidence"]


async def test_accepted_evidence_raises_the_weight_and_leaves_the_rating(client: Clients, make: World) -> None:
    review, moderator = await make.review(tool_calling=2), await make.reviewer(role="MODERATOR", login="mo")
    decided = await decide(client(moderator), review.id)
    assert (decided["level"], decided["state"], decided["decidedBy"]["login"]) == ("E4", "ACCEPTED", "mo")
    # The day is the middle of its month, so the review is as fresh as new: 1 × 1 × 1.
    assert decided["review"]["weight"] == {
        "value": pytest.approx(1.0, abs=0.01),
        "evidence": 1.0,
        "scoringLevel": 4,
        "words": decided["review"]["weight"]["words"],
    }
    assert "CI-attested" in decided["review"]["weight"]["words"]
    assert decided["review"]["revision"]["ratings"] == [{"stars": 2}]


async def test_the_strongest_accepted_level_counts_and_a_revoked_one_does_not(client: Clients, make: World) -> None:
    review, moderator = await make.review(), client(await make.moderator())

    async def level(**changes: Any) -> int:
        return int((await decide(moderator, review.id, **changes))["review"]["weight"]["scoringLevel"])

    assert await level(level="E2") == 2
    assert await level(level="E4") == 4
    assert await level(level="E1", state="REJECTED") == 4
    assert await level(level="E4", state="REVOKED", reason="The run was somebody else's.") == 2
    assert await level(level="E6") == 5
    assert await Evidence.all().count() == 4


async def test_every_decision_is_on_the_audit_trail(client: Clients, make: World) -> None:
    review, moderator = await make.review(), await make.moderator()
    for state in ("ACCEPTED", "REVOKED"):
        await decide(client(moderator), review.id, state=state)
    kept = [json.loads(event.body) for event in await AuditEvent.all().order_by("id")]
    assert [(each["level"], each["state"], each["by"]) for each in kept] == [
        (4, "ACCEPTED", moderator.id),
        (4, "REVOKED", moderator.id),
    ]
    assert await audit.broken() is None


async def test_only_moderators_decide(client: Clients, make: World) -> None:
    review = await make.review()
    assert (await decide(client(), review.id))["code"] == "NOT_SIGNED_IN"
    assert (await decide(client(await make.reviewer()), review.id))["code"] == "NOT_MODERATOR"
    assert await Evidence.all().count() == 0


async def test_nobody_decides_about_their_own_evidence(client: Clients, make: World) -> None:
    moderator = await make.moderator()
    review = await make.review(author=moderator)
    assert (await decide(client(moderator), review.id))["code"] == "OWN_EVIDENCE"
    assert await Evidence.all().count() == 0


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"state": "PENDING"}, ["input", "state"]),
        ({"reason": ""}, ["input", "reason"]),
        ({"reason": "  "}, ["input", "reason"]),
        ({"reason": "x" * 2001}, ["input", "reason"]),
    ],
)
async def test_a_decision_needs_an_outcome_and_a_reason(
    client: Clients, make: World, changes: dict[str, Any], path: list[str]
) -> None:
    review, moderator = await make.review(), await make.moderator()
    refusal = await decide(client(moderator), review.id, **changes)
    assert [problem["path"] for problem in refusal["problems"]] == [path]
    assert await Evidence.all().count() == 0


async def test_nothing_is_decided_about_a_retracted_or_unknown_review(client: Clients, make: World) -> None:
    review, moderator = await make.review(), client(await make.moderator())
    assert (await decide(moderator, "rev_000000000000"))["code"] == "NO_SUCH_REVIEW"
    await Review.filter(id=review.id).update(state="RETRACTED")
    assert (await decide(moderator, review.id))["code"] == "REVIEW_RETRACTED"
    assert await Evidence.all().count() == 0


async def test_a_moderator_decides_about_a_hidden_review_only_after_it_is_public_again(
    client: Clients, make: World
) -> None:
    review, moderator = await make.review(), client(await make.moderator())
    await Review.filter(id=review.id).update(state="HIDDEN")
    assert (await decide(moderator, review.id))["code"] == "REVIEW_RETRACTED"


async def test_a_review_says_why_it_weighs_what_it_weighs(client: Clients, make: World) -> None:
    review = await make.review(author=await make.reviewer(track_record=0.5, severity=0.25))
    make.later(days=365)
    asked = (
        "query ($id: ID!) { review(id: $id) { weight { value evidence reputation freshness standing tier words } } }"
    )
    weight = (await client().ask(asked, id=review.id))["review"]["weight"]
    assert (weight["evidence"], weight["reputation"], weight["standing"], weight["tier"]) == (0.2, 0.5, "NONE", 0)
    assert weight["freshness"] == pytest.approx(0.5, abs=0.01)
    assert weight["value"] == pytest.approx(0.2 * 0.5 * weight["freshness"], abs=1e-6)
    assert weight["words"].startswith("Counts 0.05")
