"""What machines send as evidence: who may send it, what decides about it, and the receipt that is signed for it.

It ties the routes of `web` to the resolvers, as main.py ties all the rest.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import asdict
from datetime import datetime

import orjson
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from db.enums import EvidenceLevel, SummaryState
from db.tables import Evidence, Reviewer
from evidence.receipts import Verdict, published, sign
from resolvers import attestations, summaries, uploads
from resolvers.attestations import Office
from resolvers.uploads import Decided, Desk
from web.attestations import Accepted, Refused
from web.uploads import Decide, Filed, Turned

_VERDICTS = {
    SummaryState.ACCEPTED: Verdict.ACCEPTED,
    SummaryState.PENDING: Verdict.PENDING,
    SummaryState.REJECTED: Verdict.REFUSED,
}


def receiver(
    office: Office, key: Ed25519PrivateKey, clock: Callable[[], datetime]
) -> Callable[[str, str, str], Awaitable[Accepted | Refused]]:
    """What decides about the attestations that an office receives, and signs for what it accepts."""

    async def decide(token: str, summary: str, review: str) -> Accepted | Refused:
        sent = attestations.Submission(token, summary.encode(), review)
        decided = await attestations.submit(office, sent, clock())
        if isinstance(decided, Evidence):
            verdict = Verdict.ACCEPTED if decided.level is EvidenceLevel.E4 else Verdict.LOWERED
            receipt = sign(attestations.sha256(sent.summary), verdict, clock(), key)
            return Accepted(decided.id, decided.level.name, orjson.loads(receipt))
        return Refused(decided.passing)

    return decide


def turns(
    desk: Desk, key: Ed25519PrivateKey, clock: Callable[[], datetime]
) -> Callable[[str], AbstractAsyncContextManager[Decide | Turned]]:
    """Whose turn it is to send telemetry to a desk, and what decides about it."""

    @asynccontextmanager
    async def turn(authorization: str) -> AsyncIterator[Decide | Turned]:
        owner = await uploads.sender(authorization, clock())
        if not isinstance(owner, Reviewer):
            yield owner
            return
        async with uploads.turn(owner, clock()) as busy:
            yield busy or deciding(desk, owner, key, clock)

    return turn


def deciding(desk: Desk, owner: Reviewer, key: Ed25519PrivateKey, clock: Callable[[], datetime]) -> Decide:
    """What decides about one owner's uploads, and signs for what was decided."""

    async def decide(body: bytes, review: str | None, summary: bool) -> Filed | Turned:
        if summary:
            decided = await uploads.summary(desk, owner, body, review, clock())
        else:
            decided = await uploads.trace(desk, owner, body, review, clock())
        return filed(decided, key, clock()) if isinstance(decided, Decided) else decided

    return decide


def filed(decided: Decided, key: Ed25519PrivateKey, now: datetime) -> Filed:
    """What the sender is told: the decision with every check, and a receipt."""
    kept, state = decided.summary, decided.summary.state
    told = {
        "summary": kept.id,
        "review": kept.review_id,
        "state": state.value,
        "evidence": {
            "id": decided.evidence.id,
            "level": decided.evidence.level.name,
            "state": decided.evidence.state.value,
        },
        "checks": [asdict(check) for check in kept.checks],
        "receipt": orjson.loads(sign(kept.digest, _VERDICTS[state], now, key)),
    }
    words = "" if state is SummaryState.ACCEPTED else f"{state.value}: {summaries.faults(kept)}"
    return Filed(told, decided.spans if state is SummaryState.REJECTED else 0, words)


def receipt_keys(key: Ed25519PrivateKey) -> Callable[[Request], Awaitable[Response]]:
    """The public key that receipts are checked with, for anybody to keep."""
    known = {"keys": [published(key.public_key())]}

    async def answer(_request: Request) -> Response:
        return JSONResponse(
            known, headers={"cache-control": "public, max-age=3600", "access-control-allow-origin": "*"}
        )

    return answer
