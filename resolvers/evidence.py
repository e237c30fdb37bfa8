"""Evidence: what has been decided about the proof behind a review. It multiplies weights and changes no rating."""

from datetime import datetime, timedelta

from strawberry import Info
from tortoise.transactions import in_transaction

from db import audit
from db.enums import EvidenceLevel, EvidenceState, Role
from db.kept import rows_by_id
from db.queries import Listing, Ordering, column
from db.tables import Decision, Evidence, Review, Reviewer
from resolvers import measurements, statistics
from resolvers.inputs import DecideEvidenceInput
from resolvers.refusals import (
    InvalidInput,
    NoSuchReview,
    NotModerator,
    NotSignedIn,
    OwnEvidence,
    Problem,
    ReviewRetracted,
)
from resolvers.reviews import votable
from resolvers.windows import Page, Window, pages
from scoring.weights import scoring_level

OF_REVIEW = Listing(
    Evidence, Ordering("EVIDENCE", (column("level"), column("id")), descending=True), parent_column="review_id"
)
_LONGEST_REASON = 2_000
_DECISIONS = (EvidenceState.ACCEPTED, EvidenceState.REJECTED, EvidenceState.REVOKED)
_TAKEN_BACK = (EvidenceState.REJECTED, EvidenceState.REVOKED)
_FOUNDATIONS = (EvidenceLevel.E4, EvidenceLevel.E5)
_YEAR, _QUARTER = timedelta(days=365), timedelta(days=90)
LIFETIMES = {
    EvidenceLevel.E0: _YEAR,
    EvidenceLevel.E1: _YEAR,
    EvidenceLevel.E2: _QUARTER,
    EvidenceLevel.E3: _QUARTER,
    EvidenceLevel.E4: _QUARTER,
    EvidenceLevel.E5: _QUARTER,
    EvidenceLevel.E6: timedelta(days=60),
}
"""How long accepted evidence of a level counts: claims and identity last, what a deployment does today does not."""


async def of_reviews(reviews: list[Review], info: Info, window: Window) -> list[Page]:
    """The evidence given for the review and what was decided about it, strongest level first."""
    return await pages([review.id for review in reviews], info, window, OF_REVIEW)


async def decide(
    info: Info, input: DecideEvidenceInput
) -> Evidence | NotSignedIn | NotModerator | NoSuchReview | OwnEvidence | ReviewRetracted | InvalidInput:
    """Decide about a level of evidence of another's review; the weight follows at once. Moderators only."""
    moderator: Reviewer | None = info.context.viewer
    if moderator is None:
        return NotSignedIn()
    if moderator.role is not Role.MODERATOR:
        return NotModerator()
    if problems := _problems(input):
        return InvalidInput(problems=problems)
    async with in_transaction():
        review = await votable(info, input.review_id)
        if not isinstance(review, Review):
            return review
        if review.reviewer_id == moderator.id:
            return OwnEvidence()
        return await _decided(review, input, moderator, info.context.now)


def _problems(input: DecideEvidenceInput) -> list[Problem]:
    problems = []
    if input.state not in _DECISIONS:
        problems.append(Problem(path=["input", "state"], message="A decision is ACCEPTED, REJECTED or REVOKED."))
    if not 1 <= len(input.reason.strip()) <= _LONGEST_REASON:
        message = f"Give a reason of 1 to {_LONGEST_REASON} characters."
        problems.append(Problem(path=["input", "reason"], message=message))
    return problems


async def _decided(review: Review, input: DecideEvidenceInput, moderator: Reviewer, now: datetime) -> Evidence:
    evidence = await Evidence.get_or_none(review_id=review.id, level=input.level)
    evidence = evidence or Evidence(review_id=review.id, level=input.level, created_at=now)
    until = now + LIFETIMES[input.level] if input.state is EvidenceState.ACCEPTED else None
    said = {"decided_by_id": moderator.id, "reason": input.reason.strip(), "expires_at": until}
    evidence.update_from_dict(said)
    await settle(review, evidence, input.state, now)
    if input.state in _TAKEN_BACK and input.level in _FOUNDATIONS:
        for other in {*_FOUNDATIONS, EvidenceLevel.E6} - {input.level}:
            await revoke(review, other, "What it stands on was taken back.", now)
        await measurements.discount(review, now)
    return evidence


async def accept(
    review: Review, level: EvidenceLevel, reason: str, now: datetime, until: datetime | None = None
) -> Evidence | None:
    """Accept a level of evidence on a machine's word, in the caller's transaction, which holds the review's lock.

    It counts until `until`, or for the lifetime of its level.

    None where a moderator has rejected or revoked it: what a person took back, no machine gives again.
    """
    evidence = await Evidence.get_or_none(review_id=review.id, level=level)
    evidence = evidence or Evidence(review_id=review.id, level=level, created_at=now)
    if evidence.state in _TAKEN_BACK and evidence.decided_by_id:
        return None
    said = {"decided_by_id": None, "reason": reason, "expires_at": until or now + LIFETIMES[level]}
    await settle(review, evidence.update_from_dict(said), EvidenceState.ACCEPTED, now)
    return evidence


async def taken_back(review: Review, level: EvidenceLevel) -> bool:
    """Whether a moderator has rejected or revoked this level: what a person took back, no machine gives again."""
    evidence = await Evidence.get_or_none(review_id=review.id, level=level, state__in=_TAKEN_BACK)
    return evidence is not None and bool(evidence.decided_by_id)


async def postpone(review: Review, level: EvidenceLevel, reason: str, now: datetime) -> Evidence:
    """Note that a level of evidence may follow, where nothing has been decided; in the caller's transaction."""
    evidence = await Evidence.get_or_none(review_id=review.id, level=level)
    evidence = evidence or Evidence(review_id=review.id, level=level, created_at=now)
    if evidence.state is EvidenceState.PENDING:
        evidence.reason = reason
        await evidence.save()
    return evidence


async def reject(review: Review, level: EvidenceLevel, reason: str, now: datetime) -> Evidence:
    """Reject on a machine's word what is not accepted already; in the caller's transaction."""
    evidence = await Evidence.get_or_none(review_id=review.id, level=level)
    evidence = evidence or Evidence(review_id=review.id, level=level, created_at=now)
    if evidence.state is not EvidenceState.ACCEPTED and not evidence.decided_by_id:
        said = {"reason": reason, "expires_at": None}
        await settle(review, evidence.update_from_dict(said), EvidenceState.REJECTED, now)
    return evidence


async def revoke(review: Review, level: EvidenceLevel, reason: str, now: datetime) -> None:
    """Take back what a machine had accepted, in the caller's transaction."""
    evidence = await Evidence.get_or_none(review_id=review.id, level=level, state=EvidenceState.ACCEPTED)
    if evidence is not None and not evidence.decided_by_id:
        said = {"reason": reason, "expires_at": None}
        await settle(review, evidence.update_from_dict(said), EvidenceState.REVOKED, now)


async def settle(review: Review, evidence: Evidence, state: EvidenceState, now: datetime) -> None:
    """Write a decision, its place in the history and on the audit trail, and what the review weighs from now on."""
    evidence.state, evidence.decided_at = state, now
    await evidence.save()
    await Decision.create(
        review_id=review.id,
        level=evidence.level,
        state=state,
        reason=evidence.reason,
        decided_by_id=evidence.decided_by_id,
        decided_at=now,
    )
    accepted = await Evidence.filter(review_id=review.id, state=EvidenceState.ACCEPTED)
    await statistics.relevel(review, scoring_level(row.level for row in accepted))
    said = {"evidence": evidence.id, "level": int(evidence.level), "state": state, "by": evidence.decided_by_id}
    await audit.append("EVIDENCE_DECIDED", said, now)


async def expire(now: datetime) -> int:
    """Let evidence that is past its time stop counting, each review in its own short transaction; say how many."""
    due = await Evidence.filter(state=EvidenceState.ACCEPTED, expires_at__lte=now).order_by("expires_at")
    for each in due:
        async with in_transaction():
            review = await Review.filter(id=each.review_id).select_for_update().get()
            evidence = await Evidence.get(id=each.id)
            if evidence.state is EvidenceState.ACCEPTED and evidence.expires_at == each.expires_at:
                evidence.update_from_dict({"decided_by_id": None, "reason": "Its time has passed."})
                await settle(review, evidence, EvidenceState.EXPIRED, now)
    return len(due)


async def deciders(evidence: list[Evidence], info: Info) -> list[Reviewer | None]:
    """The moderator who decided; null while it is pending."""
    return await rows_by_id(Reviewer, [row.decided_by_id for row in evidence])
