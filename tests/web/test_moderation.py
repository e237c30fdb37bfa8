"""Moderators' pages: the queue, the decision and its place on the audit trail, without any script."""

import json
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

import pytest

from db.enums import EvidenceLevel, TokenScope
from db.tables import AuditEvent, Evidence, Review, Reviewer
from tests.evidence import traces
from tests.make import World
from tests.test_uploads import secret
from tests.web.visitor import Visitor

pytestmark = pytest.mark.anyio
Visit = Callable[..., Awaitable[Visitor]]


def typed(review: Review, /, **changes: str) -> dict[str, str]:
    return {"review": review.id, "level": "E5", "action": "accept", "reason": "Seen & checked."} | changes


async def test_the_queue_shows_the_claim_what_the_checks_found_and_whose_it_is(visit: Visit, make: World) -> None:
    make.now = traces.NOW
    author, endpoint = await make.reviewer(login="ada"), await make.endpoint(provider_model_id="gpt-4o")
    review = await make.review(endpoint, author, tool_calling=2, pros="Holds *long* runs.")
    sent = {"authorization": f"Bearer {await secret(author, make, TokenScope.EVIDENCE)}", "x-review-id": review.id}
    few = traces.as_protobuf(traces.deployment(80)[:60])
    uploaded = await (await visit()).http.post(
        "/v1/traces", content=few, headers=sent | {"content-type": "application/x-protobuf"}
    )
    assert uploaded.status_code == 200
    page = await (await visit(await make.moderator())).see("/moderation")
    assert "E5 telemetry, for coding on" in page.words
    assert "Tool calling 2 /5" in page.words
    assert "Holds long runs." in page.words
    assert "Enough calls failed" in page.words
    assert "Distinct spans passed" in page.words
    assert {"/reviewers/ada", f"/reviews/{review.id}"} <= page.links
    assert page.forms["/moderation"] == "post"


async def test_the_longest_waiting_is_first_and_the_frame_counts(visit: Visit, make: World) -> None:
    for name in ("host:early", "host:late"):
        await make.waiting(await make.review(await make.endpoint(slug=name)))
        make.later(hours=1)
    mine = await visit(await make.moderator())
    page = await mine.see("/moderation")
    assert page.words.index("host:early") < page.words.index("host:late")
    assert "Moderation 2" in (await mine.see("/reviews")).words
    assert "/moderation" not in (await (await visit(await make.reviewer())).see("/reviews")).links


@pytest.mark.parametrize("path", ["/moderation", "/moderation/decided"])
async def test_to_others_the_pages_are_not_there_and_the_signed_out_are_led_to_sign_in(
    visit: Visit, make: World, path: str
) -> None:
    await make.waiting(await make.review())
    member = await visit(await make.reviewer())
    assert "Not Found" in (await member.see(path, 404)).words
    assert (await member.get(f"{path}.json")).status_code == 404
    led = await (await visit()).get(path)
    assert (led.status_code, led.headers["location"]) == (303, "/sign-in?next=" + path.replace("/", "%2F"))
    assert (await (await visit()).get(f"{path}.csv")).status_code == 404


async def test_a_decision_is_seen_at_once_with_its_entry_on_the_trail(visit: Visit, make: World) -> None:
    review, moderator = await make.review(), await make.moderator()
    evidence = await make.waiting(review)
    mine = await visit(moderator)
    sent = await mine.send("/moderation", typed(review))
    assert (sent.status_code, sent.headers["location"]) == (303, f"/moderation?just={evidence.id}#just")
    page = await mine.see(sent.headers["location"])
    entry = await AuditEvent.get()
    assert f"E5 accepted for this review , entry no. {entry.number} {entry.hash[:12]} of the audit trail" in page.words
    assert "Nothing waits for a decision." in page.words
    decided = (await mine.see("/moderation/decided")).words
    assert f"accepted {moderator.login}" in decided
    assert "Seen & checked." in decided
    assert entry.hash[:12] in decided
    assert entry.hash[:12] in (await (await visit()).see(f"/reviews/{review.id}")).words
    assert json.loads(entry.body)["by"] == moderator.id


async def test_evidence_may_be_accepted_at_another_level_rejected_and_revoked(visit: Visit, make: World) -> None:
    review, mine = await make.review(), await visit(await make.moderator())
    for level, action in (("E2", "accept"), ("E5", "reject"), ("E2", "revoke")):
        assert (await mine.send("/moderation", typed(review, level=level, action=action))).status_code == 303
    states = {each.level: each.state.value for each in await Evidence.all()}
    assert states == {EvidenceLevel.E2: "REVOKED", EvidenceLevel.E5: "REJECTED"}


async def test_any_review_can_be_decided_about_from_its_page_by_moderators_alone(visit: Visit, make: World) -> None:
    review = await make.review()
    path = f"/reviews/{review.id}"
    assert "/moderation" in (await (await visit(await make.moderator())).see(path)).forms
    for viewer in (None, await make.reviewer(), await Reviewer.get(id=review.reviewer_id)):
        assert "/moderation" not in (await (await visit(viewer)).see(path)).forms


async def test_a_decision_without_a_reason_is_asked_for_one_and_says_so(visit: Visit, make: World) -> None:
    review = await make.review()
    await make.waiting(review)
    answer = await (await visit(await make.moderator())).send("/moderation", typed(review, level="E3", reason=" "))
    assert answer.status_code == 422
    assert "Give a reason of 1 to 2000 characters." in answer.text
    assert '<option value="E3" selected>' in answer.text
    assert not await AuditEvent.exists()


async def test_nobody_decides_about_their_own_evidence(visit: Visit, make: World) -> None:
    moderator = await make.moderator()
    review = await make.review(author=moderator)
    await make.waiting(review)
    mine = await visit(moderator)
    page = await mine.see("/moderation")
    assert "This is your own review: another moderator decides." in page.words
    assert "/moderation" not in page.forms
    assert (await mine.send("/moderation", typed(review))).status_code == 403
    assert not await AuditEvent.exists()


@pytest.mark.parametrize(
    ("changes", "status"),
    [({"action": "praise"}, 400), ({"level": "E9"}, 400), ({"review": "rev_none"}, 404), ({"reason": "\x00"}, 400)],
)
async def test_a_decision_that_cannot_be_is_refused(
    visit: Visit, make: World, changes: dict[str, str], status: int
) -> None:
    review, mine = await make.review(), await visit(await make.moderator())
    assert (await mine.send("/moderation", typed(review, **changes))).status_code == status


async def test_only_moderators_decide_and_only_on_our_own_pages(visit: Visit, make: World) -> None:
    review = await make.review()
    signed_out = await (await visit()).send("/moderation", typed(review))
    assert urlsplit(signed_out.headers["location"]).path == "/sign-in"
    assert (await (await visit(await make.reviewer())).send("/moderation", typed(review))).status_code == 404
    mine = await visit(await make.moderator())
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}):
        assert (await mine.send("/moderation", typed(review), **headers)).status_code == 403
    assert not await AuditEvent.exists()


@pytest.mark.parametrize("just", ["evd_none", "rvr_none", "x"])
async def test_an_outcome_that_is_none_is_not_told(visit: Visit, make: World, just: str) -> None:
    page = await (await visit(await make.moderator())).see(f"/moderation?just={just}")
    assert "audit trail" not in page.words


async def test_what_waits_and_what_was_decided_are_tables(visit: Visit, make: World) -> None:
    await make.waiting(await make.review(level=EvidenceLevel.E2))
    mine = await visit(await make.moderator())
    assert "E5" in (await mine.get("/moderation.csv")).text
    assert "ACCEPTED" in (await mine.get("/moderation/decided.csv")).text
