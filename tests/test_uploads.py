"""Telemetry through the front door: real OTLP in, evidence and measurements out, and never more than was shown."""

import gzip
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import httpx2
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceResponse

from auth import tokens
from auth.sessions import digest
from db import audit
from db.connect import Database
from db.enums import EvidenceLevel, EvidenceState, Origin, SummaryState, TokenScope
from db.queries import fetch
from db.tables import ApiToken, Endpoint, Evidence, Measurement, PooledMeasurement, Review, Reviewer, Summary
from evidence import receipts
from evidence.telemetry import canonical
from main import application
from resolvers import uploads
from settings import Settings
from tests.evidence import traces
from tests.evidence.traces import Made, as_json, as_protobuf, deployment
from tests.front_door import ORIGIN, SECRET, Client
from tests.make import World
from tests.reports import latency, report, written
from tests.test_evidence import decide

pytestmark = pytest.mark.anyio
JSON, PROTOBUF = {"content-type": "application/json"}, {"content-type": "application/x-protobuf"}
KEY = b"\x07" * 32
MONTH = deployment(80)


@dataclass
class Agent:
    """A program of a reviewer's that sends to one instance."""

    http: httpx2.AsyncClient
    token: str

    @property
    def bearer(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.token}"}

    async def traces(self, body: bytes, review: Review | None = None, **changes: Any) -> httpx2.Response:
        headers = {name.replace("_", "-"): value for name, value in changes.items()}
        named = {"x-review-id": review.id} if review else {}
        return await self.http.post("/v1/traces", content=body, headers=PROTOBUF | self.bearer | named | headers)

    async def summary(self, text: str | bytes, **headers: str) -> httpx2.Response:
        return await self.http.post("/evidence/summaries", content=text, headers=JSON | self.bearer | headers)


async def secret(owner: Reviewer, make: World, *scopes: TokenScope) -> str:
    fresh, bits = tokens.fresh(), sum(scope.bit for scope in scopes)
    end = make.now + timedelta(days=365)
    await ApiToken.create(
        reviewer_id=owner.id, name="ci", digest=digest(fresh), scope_bits=bits, created_at=make.now, expires_at=end
    )
    return fresh


@pytest.fixture
async def http(database: Database, make: World) -> AsyncIterator[httpx2.AsyncClient]:
    make.now = traces.NOW
    settings = Settings(origin=ORIGIN, database=database, secret=SECRET, receipt_key=KEY)
    transport = httpx2.ASGITransport(application(settings, make.clock))
    async with httpx2.AsyncClient(transport=transport, base_url=ORIGIN) as http:
        yield http


@pytest.fixture
async def owner(http: httpx2.AsyncClient, make: World) -> Reviewer:
    return await make.reviewer()


@pytest.fixture
async def agent(http: httpx2.AsyncClient, make: World, owner: Reviewer) -> Agent:
    return Agent(http, await secret(owner, make, TokenScope.EVIDENCE))


@pytest.fixture
async def review(make: World, owner: Reviewer) -> Review:
    return await make.review(await make.endpoint(provider_model_id="gpt-4o"), owner, tool_calling=2)


def today(make: World) -> dict[str, Any]:
    return {"first_day": make.now.date() - timedelta(days=4), "last_day": make.now.date()}


async def level(review: Review) -> int:
    return int((await Review.get(id=review.id)).scoring_level)


@pytest.mark.parametrize("encoded", [as_json, as_protobuf], ids=lambda each: each.__name__)
async def test_traces_of_a_month_are_evidence(
    agent: Agent, review: Review, encoded: Callable[[list[Made]], bytes]
) -> None:
    kind = "application/json" if encoded is as_json else "application/x-protobuf"
    answer = await agent.traces(gzip.compress(encoded(MONTH)), content_type=kind, content_encoding="gzip")
    assert (answer.status_code, answer.headers["content-type"]) == (200, kind)
    assert answer.content == (b"{}" if encoded is as_json else b"")
    [kept] = await Summary.all()
    assert (kept.review_id, kept.state, kept.origin) == (review.id, SummaryState.ACCEPTED, Origin.RECOMPUTED)
    assert (kept.requests, len(kept.checks), "traces_seen" in kept.figures) == (240, 11, False)
    [evidence] = await Evidence.all()
    assert (evidence.level, evidence.state, await level(review)) == (EvidenceLevel.E5, EvidenceState.ACCEPTED, 2)
    assert await audit.broken() is None


async def test_a_small_batch_waits_for_more_and_days_add_up(agent: Agent, review: Review) -> None:
    month = sorted(MONTH, key=lambda span: span.at)
    by_trace = sorted({span.trace for span in month}, key=lambda trace: min(s.at for s in month if s.trace == trace))
    parts = [by_trace[:30], by_trace[30:50], by_trace[50:]]
    states = []
    for part in parts:
        answer = await agent.traces(as_protobuf([span for span in month if span.trace in part]), review)
        said = ExportTraceServiceResponse.FromString(answer.content)
        assert (answer.status_code, said.partial_success.rejected_spans) == (200, 0)
        states.append(said.partial_success.error_message)
    assert states[0].startswith("PENDING: 90 calls on ")
    assert states[1].startswith("PENDING: 150 calls on ")
    assert states[2] == ""
    assert await Summary.filter(state=SummaryState.ACCEPTED).count() == 3
    pooled = await PooledMeasurement.get(metric="LATENCY_P95")
    assert (pooled.n, pooled.reports, pooled.reviewers) == (240, 3, 1)
    assert await level(review) == 2


async def test_what_is_not_plausible_is_refused_and_every_failure_shown(agent: Agent, review: Review) -> None:
    even = [traces.chat(f"c{n}", at=float(n), seconds=0.5, trace=f"t{n}") for n in range(300)]
    answer = await agent.traces(as_protobuf(even), review)
    said = ExportTraceServiceResponse.FromString(answer.content).partial_success
    assert (answer.status_code, said.rejected_spans) == (200, 300)
    assert said.error_message.startswith("REJECTED: ")
    assert "p99 is" in said.error_message
    [evidence] = await Evidence.all()
    assert (evidence.level, evidence.state, await level(review)) == (EvidenceLevel.E5, EvidenceState.REJECTED, 0)
    assert await PooledMeasurement.all().count() == 0


async def test_without_a_review_s_name_one_must_fit_and_only_one(agent: Agent, owner: Reviewer, make: World) -> None:
    few = as_protobuf(MONTH[:60])
    assert (await agent.traces(few)).status_code == 400
    endpoint = await make.endpoint(provider_model_id="gpt-4o")
    await make.review(endpoint, owner)
    await make.review(author=owner)  # of another model
    assert (await agent.traces(few)).status_code == 200
    second = await make.review(await make.endpoint(provider_model_id="gpt-4o-2024-08-06"), owner)
    answer = await agent.traces(as_json(MONTH[60:120]), content_type="application/json")
    assert (answer.status_code, answer.json()["message"][:9]) == (400, "AMBIGUOUS")
    assert (await agent.traces(as_protobuf(MONTH[60:120]), second)).status_code == 200


async def test_a_summary_is_taken_once_and_answered_with_every_check_and_a_receipt(
    agent: Agent, review: Review, make: World
) -> None:
    text = await written(review, **today(make))
    first, again = await agent.summary(text), await agent.summary(text)
    assert (first.status_code, again.status_code) == (201, 201)
    told = first.json()
    assert (told["state"], told["evidence"]["level"], len(told["checks"])) == ("ACCEPTED", "E5", 11)
    assert again.json()["summary"] == told["summary"]
    assert await Summary.all().count() == 1
    key = (await agent.http.get("/.well-known/agent-evidence-key")).json()["keys"][0]
    assert key["publicKey"] == receipts.public_text(Ed25519PrivateKey.from_private_bytes(KEY).public_key())
    public = receipts.public_key(key["publicKey"])
    assert public is not None
    found = receipts.verify(httpx2.Response(200, json=told["receipt"]).content, public)
    assert isinstance(found, receipts.Receipt), found
    assert (found.digest, found.verdict) == (canonical.digest(await report(review, **today(make))), "accepted")


async def test_a_summary_that_is_not_ours_to_count_is_refused(
    agent: Agent, review: Review, make: World, owner: Reviewer
) -> None:
    other, own = await make.review(), await make.review(author=owner)
    made = await report(review, **today(make))
    changed: list[str | bytes] = [
        await written(other, **today(make)),
        canonical.to_json(replace(made, review=None)),
        canonical.to_json(replace(made, review=own.id)),  # of another model
        canonical.to_json(replace(made, model=None)),
        canonical.to_json(replace(made, requests=2**40)),
        canonical.to_json(replace(made, spans=2**40)),
        (await written(review, **today(make))).replace('"format":1', '"format": 1'),
    ]
    assert [(await agent.summary(text)).status_code for text in changed] == [404, 404, 400, 400, 400, 400, 400]
    wrong = await agent.summary(canonical.to_json(made), **{"x-review-id": own.id})
    assert (wrong.status_code, wrong.json()["errors"][0]["extensions"]["code"]) == (404, "NO_SUCH_REVIEW")
    assert await Summary.all().count() == 0


async def test_traces_and_latencies_of_another_account_are_noticed(agent: Agent, review: Review, make: World) -> None:
    thief = await make.reviewer()
    theirs = await make.review(await Endpoint.get(id=review.endpoint_id), thief)
    assert (await agent.summary(await written(review, **today(make)))).json()["state"] == "ACCEPTED"
    stolen = replace(await report(review, **today(make)), review=theirs.id)
    told = (
        await Agent(agent.http, await secret(thief, make, TokenScope.EVIDENCE)).summary(canonical.to_json(stolen))
    ).json()
    failed = {check["question"] for check in told["checks"] if check["outcome"] == "failed"}
    assert (told["state"], failed) == ("REJECTED", {"new_traces", "own_latencies"})
    stored = {row["digest"] for row in await fetch("SELECT digest FROM seen_trace")}
    assert len(stored) == 100
    assert not stored & set(stolen.traces_seen)


async def test_a_report_of_the_same_traces_takes_the_place_of_the_earlier(
    agent: Agent, review: Review, make: World
) -> None:
    assert (await agent.summary(await written(review, **today(make)))).status_code == 201
    again = await written(review, **today(make) | {"days": 4})
    assert (await agent.summary(again)).json()["state"] == "ACCEPTED"
    assert [each.superseded for each in await Summary.all().order_by("created_at", "superseded")].count(True) == 1
    pooled = await PooledMeasurement.get(metric="LATENCY_P50")
    assert (pooled.n, pooled.reports) == (300, 1)


async def test_figures_are_pooled_over_reviewers_by_their_histograms(
    client: Callable[..., Client], agent: Agent, review: Review, make: World
) -> None:
    other = await make.reviewer()
    second = await make.review(await Endpoint.get(id=review.endpoint_id), other)
    another = Agent(agent.http, await secret(other, make, TokenScope.EVIDENCE))
    for own, whose, factor in ((review, agent, 1.0), (second, another, 2.0)):
        text = await written(own, **today(make), latency=latency(factor))
        assert (await whose.summary(text)).json()["state"] == "ACCEPTED"
    asked = """query ($id: ID!) { review(id: $id) { measurements(first: 3, metric: LATENCY_P95) {
        nodes { metric value unit n firstDay lastDay concurrency origin } }
        endpoint { measurements { useCase metric value lowest highest n reports reviewers } } } }"""
    seen = (await client().ask(asked, id=review.id))["review"]
    [own] = seen["measurements"]["nodes"]
    assert (own["n"], own["unit"], own["origin"], own["lastDay"]) == (300, "SECONDS", "SELF_REPORTED", "2026-11-20")
    pooled = {each["metric"]: each for each in seen["endpoint"]["measurements"]}
    assert {"LATENCY_P95", "TOOL_SUCCESS", "API_SUCCESS", "COST_PER_TASK", "STEP_P50"} <= pooled.keys()
    assert (pooled["LATENCY_P95"]["n"], pooled["LATENCY_P95"]["reviewers"]) == (600, 2)
    spread = [pooled["LATENCY_P95"][name] for name in ("lowest", "value", "highest")]
    assert spread == sorted(set(spread))
    assert spread[2] == pytest.approx(2 * spread[0])
    assert {each["useCase"] for each in pooled.values()} == {"CODING"}
    await client(await Reviewer.get(id=other.id)).ask(
        "mutation ($i: RetractReviewInput!) { retractReview(input: $i) { __typename } }", i={"reviewId": second.id}
    )
    left = (await client().ask(asked, id=review.id))["review"]["endpoint"]["measurements"]
    assert {each["reviewers"] for each in left} == {1}


async def test_what_a_moderator_revokes_counts_no_longer_and_is_not_given_again(
    client: Callable[..., Client], agent: Agent, review: Review, make: World
) -> None:
    assert (await agent.summary(await written(review, **today(make)))).status_code == 201
    assert await Measurement.all().count() > 5
    await decide(client(await make.moderator()), review.id, level="E5", state="REVOKED", reason="Made up.")
    assert await PooledMeasurement.all().count() == 0
    answer = await agent.summary(await written(review, "another", **today(make)))
    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (403, "WITHDRAWN")


async def test_who_may_not_send_is_told_in_otlp_s_words(
    agent: Agent, review: Review, make: World, owner: Reviewer
) -> None:
    few = as_protobuf(MONTH[:30])
    reading = Agent(agent.http, await secret(owner, make, TokenScope.READ))
    assert (await reading.traces(few, review)).status_code == 403
    nobody = await Agent(agent.http, "bcm_nothing").traces(few, review)
    assert (nobody.status_code, nobody.headers["www-authenticate"]) == (401, "Bearer")
    assert nobody.content[:2] == b"\x08\x10"  # google.rpc.Code UNAUTHENTICATED
    assert (await agent.traces(few, await make.review())).status_code == 404
    assert (await agent.traces(few, review, content_type="text/plain")).status_code == 415
    assert (await agent.traces(few, review, content_encoding="br")).status_code == 415
    assert (await agent.http.get("/v1/traces")).status_code == 405


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400), (b"{", 400), (b"\xff" * 50, 400), (b'{"resourceSpans": []}', 400),
        (b'{"alias_table":', 400), (b"[" * 100_000, 400),
        (gzip.compress(b"\0" * 50_000_000), 413), (b"\0" * (16 * 2**20 + 1), 413),
        (gzip.compress(as_json(MONTH))[:-9], 400),
    ],
    ids=["nothing", "a brace", "noise", "no spans", "a beginning", "deep", "a bomb", "too large", "cut off"],
)  # fmt: skip
async def test_a_body_that_cannot_be_read_is_refused(agent: Agent, review: Review, body: bytes, status: int) -> None:
    answer = await agent.http.post(
        "/v1/traces", content=body, headers=JSON | agent.bearer, params={"review": review.id}
    )
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/json")
    assert answer.json()["message"]
    assert await Summary.all().count() == await Evidence.all().count() == 0


async def test_one_upload_of_an_owner_is_taken_at_a_time(
    agent: Agent, review: Review, make: World, owner: Reviewer
) -> None:
    async with uploads.turn(owner, make.now) as busy:
        assert busy is None
        answer = await agent.traces(as_protobuf(MONTH[:30]), review)
        assert (answer.status_code, answer.headers["retry-after"]) == (429, "60")
    assert (await agent.traces(as_protobuf(MONTH[:30]), review)).status_code == 200
    assert await fetch("SELECT * FROM lease") == []


async def test_only_so_many_uploads_a_day_are_taken(
    agent: Agent, review: Review, make: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "MOST_A_DAY", 1)
    assert (await agent.summary(await written(review, **today(make)))).status_code == 201
    assert (await agent.summary(await written(review, "more", **today(make)))).status_code == 429
    make.later(days=1)
    assert (await agent.summary(await written(review, "more", **today(make)))).status_code == 201
