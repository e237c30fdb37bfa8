"""Attestations from CI: a run's signed word becomes accepted evidence of a review, once, in one transaction.

The token alone says who sends: `actor_id` is the reviewer's account. So a workflow needs no secret of ours, which is
what such tokens are for, and a stolen one can do nothing but what it was made for, for a quarter of an hour.
"""

import asyncio
import hashlib
import logging
import re
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from secrets import token_bytes

from tortoise.exceptions import IntegrityError
from tortoise.transactions import in_transaction

from db import audit
from db.enums import EvidenceLevel, Origin, ReviewState, SummaryState
from db.tables import Attestation, Evidence, Review, Reviewer, Summary
from evidence.attestation import attested
from evidence.claims import Expected, Run
from evidence.issuers import Issuers, table
from evidence.keys import Keys
from evidence.reasons import Reason, Refused
from evidence.telemetry.refusals import Refusal
from evidence.telemetry.summary import Summary as Figures
from resolvers import candidates, deployments, summaries, sustained
from resolvers.evidence import LIFETIMES, accept, taken_back
from resolvers.summaries import Archive, Sent

_WORDS = {
    EvidenceLevel.E4: "A hosted CI workflow sent exactly this summary.",
    EvidenceLevel.E2: "A CI workflow on a machine of its owner's sent exactly this summary.",
}
# What anybody can cause with a token of their own is logged; this only the reviewer's own signed runs can.
_PROVEN = frozenset({Reason.REPLAYED, Reason.COUNTED, Reason.WITHDRAWN, Reason.SCHEDULE, Reason.EVENT, Reason.REF})
_KEPT = (
    "issuer", "token_id", "repository_id", "owner_id", "run_id", "attempt", "event", "hosted", "strong",
)  # fmt: skip
PLAUSIBLE = "Plausible statistics of traces."
_ID = re.compile(r"[0-9a-z_]{1,40}")
_LOG = logging.getLogger("bestclawmodels")


def sha256(summary: bytes) -> str:
    """The digest of a canonical summary, in hex."""
    return hashlib.sha256(summary).hexdigest()


@dataclass(frozen=True, slots=True)
class Office:
    """Where attestations are received: `place` is `https://HOST/evidence`, the audience's beginning."""

    place: str
    issuers: Issuers = field(default_factory=table)
    keys: Keys = field(default_factory=Keys)
    archive: Archive = field(default_factory=lambda: summaries.archive(token_bytes(32)))


@dataclass(frozen=True, slots=True)
class Submission:
    """What a workflow sends: its token, the canonical summary, and the review that it is evidence for."""

    token: str = field(repr=False)
    summary: bytes = field(repr=False)
    review_id: str


def office(origin: str, archive: Archive, folder: Path | None = None, off: frozenset[str] = frozenset()) -> Office:
    """The office of an instance at `origin`; issuers named in `off` are switched off, `folder` keeps their keys."""
    return Office(f"{origin}/evidence", table(off=off), Keys(folder), archive)


async def submit(office: Office, sent: Submission, now: datetime) -> Evidence | Reason:
    """Accept the submission as evidence, or say for the record why not. Every decision leaves its trace."""
    try:
        review = await _review(sent.review_id)
        return await _judged(office, sent, review, now)
    except Refused as refused:
        await _note(refused.reason, sent, now)
        return refused.reason


async def _judged(office: Office, sent: Submission, review: Review, now: datetime) -> Evidence:
    figures = await _figures(sent, review)
    digest = sha256(sent.summary)
    expected = await _expected(office, review, digest)
    run = await attested(sent.token, expected, office.issuers, office.keys, now)
    if isinstance(run, Reason):
        raise Refused(run)
    async with in_transaction():
        filed = Sent(figures, digest, Origin.ATTESTED if run.hosted else Origin.SELF_REPORTED)
        return await _accepted(office, review.id, run, filed, now)


async def _figures(sent: Submission, review: Review) -> Figures:
    """The figures of a summary that names the review and its model, so that the token vouches for both."""
    candidate = await candidates.of_review(review)
    figures = await asyncio.to_thread(candidates.figures, sent.summary, candidate)
    if isinstance(figures, Refusal):
        raise Refused(Reason.SUMMARY)
    return figures


async def _review(review_id: str) -> Review:
    if not _ID.fullmatch(review_id):
        raise Refused(Reason.REVIEW)
    review = await Review.get_or_none(id=review_id, state=ReviewState.PUBLISHED)
    if review is None:
        raise Refused(Reason.REVIEW)
    return review


async def _expected(office: Office, review: Review, digest: str) -> Expected:
    """What the token must be about: the account of the review's author, and this summary."""
    author = await Reviewer.get(id=review.reviewer_id)
    known = await Attestation.filter(reviewer_id=author.id).distinct().values("issuer", "repository_id")
    registered = frozenset((row["issuer"], row["repository_id"]) for row in known)
    return Expected(office.place, digest, author.subject, author.issuer, registered=registered)


async def _accepted(office: Office, review_id: str, run: Run, sent: Sent, now: datetime) -> Evidence:
    """Everything that an accepted attestation changes; inside a transaction."""
    review = await Review.filter(id=review_id, state=ReviewState.PUBLISHED).select_for_update().first()
    if review is None:
        raise Refused(Reason.REVIEW)
    if await taken_back(review, EvidenceLevel.E4):
        raise Refused(Reason.WITHDRAWN)
    made = await _counted(review, run, sent.digest, now)
    filed = await summaries.file(office.archive, review, sent, now, made.id if run.hosted else None)
    level, words = _worth(run, filed)
    if not await deployments.count(review, run.issuer, run.owner_id, run.repository_id, now + LIFETIMES[level], now):
        raise Refused(Reason.COUNTED)
    evidence = await accept(review, level, words, now)
    if evidence is None:
        raise Refused(Reason.WITHDRAWN)
    if level is EvidenceLevel.E4:
        await accept(review, EvidenceLevel.E5, PLAUSIBLE, now)
        await sustained.sustain(review, now)
    await audit.append("ATTESTATION_ACCEPTED", {"attestation": made.id, "evidence": evidence.id, **asdict(run)}, now)
    return evidence


def _worth(run: Run, filed: Summary) -> tuple[EvidenceLevel, str]:
    """The level of a run and of what it sent: figures that do not hold up prove the code, and no deployment."""
    if not run.hosted:
        return EvidenceLevel.E2, _WORDS[EvidenceLevel.E2]
    if filed.state is SummaryState.ACCEPTED:
        return EvidenceLevel.E4, _WORDS[EvidenceLevel.E4]
    return EvidenceLevel.E2, f"A hosted CI workflow sent this summary. {summaries.faults(filed)}"


async def _counted(review: Review, run: Run, digest: str, now: datetime) -> Attestation:
    """The attestation's row, which the database takes once for a token and once for an attempt of a run."""
    facts = {name: getattr(run, name) for name in _KEPT}
    try:
        return await Attestation.create(
            review_id=review.id,
            reviewer_id=review.reviewer_id,
            endpoint_id=review.endpoint_id,
            digest=digest,
            created_at=now,
            **facts,
        )
    except IntegrityError:
        raise Refused(Reason.REPLAYED) from None


async def _note(reason: Reason, sent: Submission, now: datetime) -> None:
    """Keep why a submission was refused: what anybody may send is logged, what was signed is on the audit trail."""
    _LOG.info("attestation refused: %s", reason.value)
    if reason in _PROVEN:
        async with in_transaction():
            await audit.append("ATTESTATION_REFUSED", {"reason": reason.value, "review": sent.review_id}, now)
