"""Attestations through the front door: a CI run's word raises a review's evidence once; forgers learn nothing."""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from hashlib import sha256
from typing import Any

import httpx2
import orjson
import pytest

from db import audit
from db.connect import Database
from db.enums import EvidenceLevel, EvidenceState
from db.enums import Issuer as Voucher
from db.queries import dialect, fetch
from db.tables import Attestation, AuditEvent, Decision, Evidence, Review, Reviewer, Summary
from evidence.issuers import table
from main import application
from resolvers import evidence, nights
from resolvers.attestations import Office
from settings import Settings
from tests.evidence.issuer import ACTOR, PLACE, Issuer, audience, issuing
from tests.front_door import ORIGIN, SECRET, Client
from tests.make import World
from tests.reports import report, written
from tests.test_evidence import decide
from tests.test_tables import REFUSED

pytestmark = pytest.mark.anyio
REFUSAL = {"errors": [{"message": "This attestation is not accepted.", "extensions": {"code": "FORBIDDEN"}}]}


@pytest.fixture(scope="module")
def issuer() -> Iterator[Issuer]:
    with issuing() as local:
        yield local


@dataclass
class Ci:
    """A CI system that sends to one instance."""

    http: httpx2.AsyncClient
    issuer: Issuer
    world: World

    async def summary(self, review: Review) -> str:
        """The review's canonical summary of today."""
        today = self.world.now.date()
        return await written(review, first_day=today - timedelta(days=4), last_day=today)

    async def token(self, review: Review, **claims: Any) -> str:
        """A good run's token over the review's summary."""
        return self.issuer.token(**{"aud": audience(await self.summary(review))} | claims)

    async def send(self, review: Review, token: str | None = None, summary: str | None = None) -> httpx2.Response:
        told = await self.summary(review) if summary is None else summary
        sent = {"token": token or await self.token(review), "summary": told, "review": review.id}
        return await self.http.post("/evidence/attestations", json=sent)

    async def status(self, review: Review, **claims: Any) -> int:
        return (await self.send(review, await self.token(review, **claims))).status_code


@pytest.fixture
async def ci(database: Database, make: World, issuer: Issuer) -> Any:
    issuer.status = 200
    office = Office(PLACE, table([issuer.row]))
    app = application(Settings(origin=ORIGIN, database=database, secret=SECRET), make.clock, office)
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url=ORIGIN) as http:
        yield Ci(http, issuer, make)


@pytest.fixture
async def author(make: World) -> Reviewer:
    return await make.reviewer(subject=str(ACTOR))


async def reasons() -> list[str]:
    """The codes of the refusals on the audit trail."""
    events = await AuditEvent.filter(kind="ATTESTATION_REFUSED").order_by("id")
    return [orjson.loads(event.body)["reason"] for event in events]


async def test_an_attestation_raises_the_weight_and_leaves_the_rating(
    client: Callable[..., Client], make: World, ci: Ci, author: Reviewer
) -> None:
    review = await make.review(author=author, tool_calling=2)
    answer = await ci.send(review)
    made = await Evidence.get(level=EvidenceLevel.E4)
    assert answer.status_code == 201
    told = answer.json()
    receipt = told.pop("receipt")
    assert told == {"evidence": made.id, "level": "E4"}
    assert (receipt["digest"], receipt["verdict"]) == (
        sha256((await ci.summary(review)).encode()).hexdigest(),
        "accepted",
    )
    asked = """query ($id: ID!) { review(id: $id) { weight { evidence scoringLevel } revision { ratings { stars } }
        evidence(last: 1) { nodes { level state reason decidedBy { login } expiresAt } } } }"""
    seen = (await client().ask(asked, id=review.id))["review"]
    assert seen["weight"] == {"evidence": 1.0, "scoringLevel": 4}
    assert seen["revision"]["ratings"] == [{"stars": 2}]
    [shown] = seen["evidence"]["nodes"]
    assert shown == {
        "level": "E4", "state": "ACCEPTED", "reason": "A hosted CI workflow sent exactly this summary.",
        "decidedBy": None, "expiresAt": "2026-09-13T12:00:00+00:00",
    }  # fmt: skip


async def test_an_attestation_leaves_its_trace_in_ids_alone(make: World, ci: Ci, author: Reviewer) -> None:
    review = await make.review(author=author)
    assert await ci.status(review, jti="b1946ac9") == 201
    [kept] = await Attestation.all()
    assert (kept.repository_id, kept.owner_id, kept.run_id, kept.attempt) == (1_296_269, 42, 17, 1)
    assert (kept.token_id, kept.hosted) == ("b1946ac9", True)
    assert kept.digest == sha256((await ci.summary(review)).encode()).hexdigest()
    decisions = await Decision.all().order_by("level")
    assert [(each.level, each.state) for each in decisions] == [
        (EvidenceLevel.E4, EvidenceState.ACCEPTED),
        (EvidenceLevel.E5, EvidenceState.ACCEPTED),
    ]
    assert not any(each.decided_by_id for each in decisions)
    *decided, event = await AuditEvent.all().order_by("id")
    assert [each.kind for each in (*decided, event)] == [*["EVIDENCE_DECIDED"] * 2, "ATTESTATION_ACCEPTED"]
    assert orjson.loads(event.body)["attestation"] == kept.id
    assert await audit.broken() is None
    for name in ("octo", "octocat", "evidence.yml"):  # of the repository, of the actor, of the workflow
        assert name not in event.body


async def test_the_statistics_follow_in_the_same_transaction(
    make: World, ci: Ci, author: Reviewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    review = await make.review(author=author)
    levels = "SELECT DISTINCT scoring_level AS level FROM statistic WHERE mass <> 0"

    async def broken(*_: object) -> int:
        raise RuntimeError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(audit, "append", broken)
        with pytest.raises(RuntimeError):
            await ci.send(review)
    assert await Attestation.all().count() == await Evidence.all().count() == await Decision.all().count() == 0
    assert [row["level"] for row in await fetch(levels)] == [0]
    assert await ci.status(review) == 201
    assert [row["level"] for row in await fetch(levels)] == [4]


async def test_of_fifty_replays_at_once_one_counts(make: World, ci: Ci, author: Reviewer) -> None:
    review = await make.review(author=author)
    token = await ci.token(review)
    answers = await asyncio.gather(*[ci.send(review, token) for _ in range(50)])
    assert Counter(answer.status_code for answer in answers) == {201: 1, 403: 49}
    assert {answer.text for answer in answers if answer.status_code == 403} == {orjson.dumps(REFUSAL).decode()}
    assert await Attestation.all().count() == await Summary.all().count() == 1
    assert await Evidence.all().count() == await Decision.all().count() == 2  # E4 and E5
    assert Counter(await reasons()) == {"REPLAYED": 49}
    assert await audit.broken() is None


async def test_an_attempt_of_a_run_counts_once_for_an_endpoint(make: World, ci: Ci, author: Reviewer) -> None:
    review = await make.review(author=author)
    assert await ci.status(review) == 201
    assert await ci.status(review) == 403  # another token of the same attempt
    assert await reasons() == ["REPLAYED"]
    assert await ci.status(review, run_attempt="2") == 201
    assert await ci.status(await make.review(author=author)) == 201  # of another endpoint
    assert await Evidence.filter(level=EvidenceLevel.E4).count() == 2


async def test_a_repository_and_its_owner_count_for_one_reviewer_of_an_endpoint(
    make: World, ci: Ci, author: Reviewer
) -> None:
    endpoint, other = await make.endpoint(), await make.reviewer(subject="7")
    first, second = await make.review(endpoint, author), await make.review(endpoint, other)
    assert await ci.status(first) == 201
    same_owner = {"actor_id": "7", "repository_id": "2", "run_id": "18"}
    same_repository = {"actor_id": "7", "repository_owner_id": "43", "run_id": "19"}
    assert await ci.status(second, **same_owner) == 403
    assert await ci.status(second, **same_repository) == 403
    assert await reasons() == ["COUNTED", "COUNTED"]
    assert (await Review.get(id=second.id)).scoring_level == 0
    assert await ci.status(second, actor_id="7", repository_id="2", repository_owner_id="43") == 201
    assert await ci.status(await make.review(author=other), **same_owner) == 201  # of another endpoint
    make.later(days=90)
    issued = int(make.now.timestamp())
    later = {"iat": issued, "nbf": issued, "exp": issued + 300}
    assert await ci.status(second, **same_owner | later | {"run_id": "20"}) == 201  # the first one's time is over


async def test_of_fifty_accounts_behind_one_repository_one_counts(make: World, ci: Ci) -> None:
    endpoint = await make.endpoint()
    crowd = [await make.reviewer(subject=str(1_000 + number)) for number in range(50)]
    theirs = [await make.review(endpoint, each) for each in crowd]
    statuses = await asyncio.gather(
        *[
            ci.status(review, actor_id=each.subject, run_id=str(100 + number))
            for number, (review, each) in enumerate(zip(theirs, crowd, strict=True))
        ]
    )
    assert Counter(statuses) == {201: 1, 403: 49}
    assert await Review.filter(scoring_level=4).count() == 1


async def test_a_self_hosted_machine_proves_no_more_than_code(make: World, ci: Ci, author: Reviewer) -> None:
    review = await make.review(author=author)
    answer = await ci.send(review, await ci.token(review, runner_environment="self-hosted"))
    assert answer.json()["level"] == "E2"
    assert (await Review.get(id=review.id)).scoring_level == 2


async def test_what_a_moderator_took_back_no_machine_gives_again(
    client: Callable[..., Client], make: World, ci: Ci, author: Reviewer
) -> None:
    review = await make.review(author=author)
    assert await ci.status(review) == 201
    await decide(client(await make.moderator()), review.id, state="REVOKED", reason="Not your agent.")
    assert await ci.status(review, run_id="18") == 403
    assert await reasons() == ["WITHDRAWN"]
    assert (await Review.get(id=review.id)).scoring_level == 0


async def test_an_attestation_expires_and_a_new_one_renews_it(make: World, ci: Ci, author: Reviewer) -> None:
    review = await make.review(author=author)
    assert await ci.status(review) == 201
    make.later(days=90)
    assert await evidence.expire(make.now) == 2
    assert (await Review.get(id=review.id)).scoring_level == 0
    issued = int(make.now.timestamp())
    assert await ci.status(review, run_id="18", iat=issued, nbf=issued, exp=issued + 300) == 201
    assert (await Review.get(id=review.id)).scoring_level == 4
    assert await nights.run(make.now, "a") is not None
    assert (await Review.get(id=review.id)).scoring_level == 4


async def test_a_schedule_counts_once_a_run_by_hand_has_registered_the_repository(
    make: World, ci: Ci, author: Reviewer
) -> None:
    review = await make.review(author=author)
    assert await ci.status(review, event_name="schedule") == 403
    assert await reasons() == ["SCHEDULE"]
    assert await ci.status(review) == 201
    assert await ci.status(review, event_name="schedule", run_id="18") == 201


async def test_every_refusal_looks_alike(make: World, ci: Ci, author: Reviewer) -> None:
    own, other = await make.review(author=author), await make.review()
    token = await ci.token(own)
    answers = [
        await ci.send(own, "garbage"),
        await ci.send(own, token[:-4]),
        await ci.send(own, token, summary="{}"),
        await ci.send(own, await ci.token(own, event_name="pull_request_target")),
        await ci.send(own, await ci.token(own, actor_id="666")),
        await ci.send(own, await ci.token(own, iss="https://evil.example")),
        await ci.send(own, await ci.token(own, key="stranger")),
        await ci.send(other, token),
        await ci.send(Review(id="rev_000000000000"), token, "{}"),
        await ci.send(Review(id="rev_\0"), token, "{}"),
        await ci.send(Review(id="x" * 10_000), token, "{}"),
    ]
    assert {(answer.status_code, answer.text) for answer in answers} == {(403, orjson.dumps(REFUSAL).decode())}
    assert await Evidence.all().count() == 0
    assert await reasons() == ["EVENT"]  # the only one that a run of the author's own was refused for


async def test_an_account_is_that_of_the_issuer_that_numbers_it(make: World, ci: Ci) -> None:
    namesake = await make.reviewer(issuer=Voucher.LOCAL, subject=str(ACTOR))
    assert await ci.status(await make.review(author=namesake)) == 403


async def test_a_review_that_is_not_public_takes_no_evidence(make: World, ci: Ci, author: Reviewer) -> None:
    review = await make.review(author=author)
    for state in ("RETRACTED", "HIDDEN"):
        await Review.filter(id=review.id).update(state=state)
        assert await ci.status(review) == 403
    assert await Evidence.all().count() == 0


async def test_keys_that_cannot_be_read_are_worth_another_try(make: World, ci: Ci, author: Reviewer) -> None:
    review = await make.review(author=author)
    ci.issuer.status = 500
    answer = await ci.send(review)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "60")
    assert await Evidence.all().count() == 0


@pytest.mark.parametrize(
    "body",
    [
        b"", b"null", b"[]", b'"x"', b"7", b"{}", b"{", b"\xff", b"[" * 50_000, b"9" * 5_000,
        b'{"token": 1, "summary": "", "review": ""}',
        b'{"token": "", "summary": {}, "review": ""}',
        b'{"token": "", "summary": "", "review": null}',
        b'{"token": "", "summary": "", "review": "", "more": ""}',
        b'{"token": "", "summary": "\\ud800", "review": ""}',
    ],
    ids=lambda body: str(body[:40]),
)  # fmt: skip
async def test_a_body_of_another_kind_is_refused(ci: Ci, body: bytes) -> None:
    answer = await ci.http.post("/evidence/attestations", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


async def test_a_body_that_is_too_large_or_no_json_and_other_methods_are_refused(ci: Ci) -> None:
    path = "/evidence/attestations"
    large = await ci.http.post(path, content=b" " * 200_000, headers={"content-type": "application/json"})
    assert large.status_code == 413
    for kind in ("text/plain", "application/x-www-form-urlencoded", ""):
        assert (await ci.http.post(path, content=b"{}", headers={"content-type": kind})).status_code == 415
    assert (await ci.http.get(path)).status_code == 405


async def test_the_token_and_the_summary_are_kept_nowhere(
    database: Database, make: World, ci: Ci, author: Reviewer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    review = await make.review(author=author)
    token, canary = await ci.token(review), (await report(review)).traces_seen[0]
    assert (await ci.send(review, token)).status_code == 201
    assert (await ci.send(review, token)).status_code == 403
    tables = ("attestation", "evidence", "audit_event", "decision", "summary", "seen_trace")
    kept = [str(await fetch(f"SELECT * FROM {name}")) for name in tables]
    for place in (*kept, caplog.text, repr([record.args for record in caplog.records])):
        assert canary not in place
        assert token[-40:] not in place


async def test_the_audit_trail_names_the_first_link_that_was_changed(make: World) -> None:
    for number in range(5):
        await audit.append("TEST", {"number": number}, make.now)
    assert await audit.broken() is None
    for change in ("UPDATE audit_event SET kind = 'OTHER' WHERE id = 3", "DELETE FROM audit_event WHERE id = 3"):
        with pytest.raises(REFUSED):
            await fetch(change)
    assert await audit.broken() is None
    await without_guards()
    for change, first in (
        ("UPDATE audit_event SET body = '{\"number\": 3 }' WHERE id = 4", 4),
        ("UPDATE audit_event SET created_at = created_at + 1 WHERE id = 2", 2),
        ("DELETE FROM audit_event WHERE id = 1", 1),
    ):
        await fetch(change)
        assert await audit.broken() == first


async def test_an_audit_trail_cut_short_is_noticed(make: World) -> None:
    for number in range(3):
        await audit.append("TEST", {"number": number}, make.now)
    await without_guards()
    await fetch("DELETE FROM audit_event WHERE id = 3")
    assert await audit.broken() == 3


async def without_guards() -> None:
    """Take the triggers away, as somebody with the database in their hands can."""
    on = " ON audit_event" if dialect() == "postgresql" else ""
    await fetch(f"DROP TRIGGER audit_event_is_immutable{on}")
    if not on:
        await fetch("DROP TRIGGER audit_event_is_kept")


async def test_a_switched_off_issuer_is_refused(database: Database, make: World, ci: Ci, author: Reviewer) -> None:
    off = Office(PLACE, table([replace(ci.issuer.row, on=False)]))
    app = application(Settings(origin=ORIGIN, database=database, secret=SECRET), make.clock, off)
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url=ORIGIN) as http:
        assert await Ci(http, ci.issuer, make).status(await make.review(author=author)) == 403
