"""Telemetry that a program sends in its owner's name: read in another process, judged, and kept as a summary (E5)."""

import asyncio
import hashlib
import logging
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import uuid4

from tortoise.transactions import in_transaction

from auth import tokens
from db import audit, leases
from db.enums import EvidenceLevel, Origin, ReviewState, SummaryState, TokenScope
from db.tables import Evidence, Review, Reviewer, Summary
from evidence.telemetry.candidates import Candidate
from evidence.telemetry.process import Readers
from evidence.telemetry.refusals import Reason, Refusal
from evidence.telemetry.summary import REVIEW
from evidence.telemetry.summary import Summary as Figures
from resolvers import candidates, summaries
from resolvers.attestations import PLAUSIBLE
from resolvers.evidence import accept, postpone, reject, taken_back
from resolvers.summaries import Archive, Sent

MOST_A_DAY = 100
_LEASE = timedelta(minutes=3)  # longer than a body may take to arrive and to be read
_REVIEW_IN = re.compile(rb'"review":"(rev_[0-9a-z]{12})"')
_LARGE = {Reason.TOO_LARGE, Reason.BOMB}
_LOG = logging.getLogger("bestclawmodels")


@dataclass(frozen=True, slots=True)
class Turned:
    """Why an upload is turned away: an HTTP status, a word for programs and a sentence for people."""

    status: int
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Decided:
    """What an upload came to."""

    summary: Summary
    evidence: Evidence
    spans: int


@dataclass(frozen=True, slots=True)
class Desk:
    """Where uploads are received."""

    archive: Archive
    readers: Readers = field(default_factory=Readers)


_UNKNOWN = Turned(401, "UNAUTHENTICATED", "Send a live API token as `Authorization: Bearer …`.")
_SCOPE = Turned(403, "FORBIDDEN", "This needs an API token with the scope EVIDENCE.")
_BUSY = Turned(429, "RATE_LIMITED", "Another upload of yours is under way: send them one after another.")
_DAILY = Turned(429, "RATE_LIMITED", f"{MOST_A_DAY} uploads a day are taken: send more in each.")
_NO_REVIEW = Turned(404, "NO_SUCH_REVIEW", "You have no such published review.")
_WITHDRAWN = Turned(403, "WITHDRAWN", "A moderator has rejected or revoked this level of evidence of this review.")


async def sender(authorization: str, now: datetime) -> Reviewer | Turned:
    """Whose token with the scope EVIDENCE this is."""
    bearer = await tokens.bearer(authorization, now)
    if bearer is None:
        return _UNKNOWN
    return bearer.reviewer if TokenScope.EVIDENCE in bearer.scopes else _SCOPE


@asynccontextmanager
async def turn(owner: Reviewer, now: datetime) -> AsyncIterator[Turned | None]:
    """The owner's turn to upload, one at a time over all processes; what it yields says why there is none."""
    name, holder = f"upload {owner.id}", uuid4().hex
    if not await leases.taken(name, holder, now, _LEASE):
        yield _BUSY
        return
    try:
        lately = Summary.filter(reviewer_id=owner.id, created_at__gt=now - timedelta(days=1))
        yield _DAILY if await lately.count() >= MOST_A_DAY else None
    finally:
        await leases.returned(name, holder)


async def trace(desk: Desk, owner: Reviewer, body: bytes, review_id: str | None, now: datetime) -> Decided | Turned:
    """File what traces show, for the review that is named or else the one that they fit."""
    possible = await _possible(owner, review_id)
    if isinstance(possible, Turned):
        return possible
    read = await desk.readers.read(body, possible)
    if isinstance(read, Refusal):
        return _turned(read)
    named = {each.review: each for each in possible}
    found = await asyncio.to_thread(_own, read, named)
    return await _filed(desk, owner, found, read, Origin.RECOMPUTED, now)


async def summary(desk: Desk, owner: Reviewer, body: bytes, review_id: str | None, now: datetime) -> Decided | Turned:
    """File a canonical summary that was made elsewhere, for the review that it names."""
    named = _REVIEW_IN.search(body)
    if named is None or (review_id is not None and review_id != named[1].decode()):
        return _NO_REVIEW
    possible = await _possible(owner, named[1].decode())
    if isinstance(possible, Turned):
        return possible
    figures = await asyncio.to_thread(candidates.figures, body, possible[0])
    return await _filed(desk, owner, figures, body, Origin.SELF_REPORTED, now)


def _own(read: bytes, named: dict[str, Candidate]) -> Figures | Refusal:
    """A summary that we made ourselves, which is checked like any other."""
    found = _REVIEW_IN.search(read)
    return (
        candidates.figures(read, named[found[1].decode()]) if found else Refusal(Reason.NO_REVIEW, _NO_REVIEW.message)
    )


async def _possible(owner: Reviewer, review_id: str | None) -> list[Candidate] | Turned:
    """The reviews that an upload may be for."""
    if review_id is None:
        return await candidates.of_reviewer(owner)
    if not REVIEW.fullmatch(review_id):
        return _NO_REVIEW
    review = await Review.get_or_none(id=review_id, reviewer_id=owner.id, state=ReviewState.PUBLISHED)
    return _NO_REVIEW if review is None else [await candidates.of_review(review)]


async def _filed(
    desk: Desk, owner: Reviewer, figures: Figures | Refusal, data: bytes, origin: Origin, now: datetime
) -> Decided | Turned:
    if isinstance(figures, Refusal):
        return _turned(figures)
    sent = Sent(figures, hashlib.sha256(data).hexdigest(), origin)
    async with in_transaction():
        review = await Review.filter(id=figures.review, state=ReviewState.PUBLISHED).select_for_update().first()
        if review is None or review.reviewer_id != owner.id:
            return _NO_REVIEW
        if await taken_back(review, EvidenceLevel.E5):
            return _WITHDRAWN
        kept = await summaries.file(desk.archive, review, sent, now)
        evidence = await _evidence(review, kept, now)
        said = {"summary": kept.id, "digest": kept.digest, "state": kept.state, "origin": kept.origin}
        await audit.append("SUMMARY_JUDGED", said, now)
    return Decided(kept, evidence, figures.spans)


async def _evidence(review: Review, kept: Summary, now: datetime) -> Evidence:
    """What the summary does for the review."""
    if kept.state is SummaryState.ACCEPTED:
        accepted = await accept(review, EvidenceLevel.E5, PLAUSIBLE, now)
        if accepted is not None:
            return accepted
    if kept.state is SummaryState.PENDING:
        return await postpone(review, EvidenceLevel.E5, summaries.faults(kept), now)
    return await reject(review, EvidenceLevel.E5, summaries.faults(kept), now)


def _turned(refusal: Refusal) -> Turned:
    """A refusal to read as HTTP; its words never quote the upload."""
    _LOG.info("telemetry refused: %s", refusal.reason.value)
    if refusal.reason is Reason.UNREADABLE:
        return Turned(400, "UNREADABLE", refusal.words)
    return Turned(413 if refusal.reason in _LARGE else 400, refusal.reason.value.upper(), refusal.words)
