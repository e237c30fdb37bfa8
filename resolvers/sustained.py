"""Sustained operation (E6): given with the report that completes it, looked at again every night, lost in time."""

from datetime import datetime

from tortoise.transactions import in_transaction

from db.enums import EvidenceLevel, EvidenceState, ReviewState
from db.fields import instant
from db.queries import fetch
from db.tables import Evidence, Review
from evidence.sustained import Report, until
from resolvers.evidence import accept, revoke

_WORDS = "Attested, plausible reports over 60 days or more."
_REPORTS = """
    SELECT s.created_at, a.owner_id, CASE WHEN s.superseded THEN 0 ELSE s.requests END AS calls
    FROM summary s JOIN attestation a ON a.id = s.attestation_id
    WHERE s.review_id = $1 AND s.state = 'ACCEPTED' AND a.hosted ORDER BY s.created_at DESC, s.id LIMIT 500
"""


async def sustain(review: Review, now: datetime) -> None:
    """Give or take E6 as the reports say, in the caller's transaction, which holds the review's lock."""
    holds = until(await _reports(review)) if await _founded(review) else None
    kept = await Evidence.get_or_none(review_id=review.id, level=EvidenceLevel.E6, state=EvidenceState.ACCEPTED)
    if holds is None or holds <= now:
        await revoke(review, EvidenceLevel.E6, "The reports no longer show sustained operation.", now)
    elif kept is None or (kept.expires_at is not None and kept.expires_at < holds):
        await accept(review, EvidenceLevel.E6, _WORDS, now, holds)


async def recheck(now: datetime) -> int:
    """Look at all accepted E6 again, each review in its own short transaction; say how many."""
    held = await Evidence.filter(level=EvidenceLevel.E6, state=EvidenceState.ACCEPTED, decided_by_id=None)
    for each in held:
        async with in_transaction():
            review = await Review.filter(id=each.review_id).select_for_update().get()
            if review.state is ReviewState.PUBLISHED:
                await sustain(review, now)
    return len(held)


async def _founded(review: Review) -> bool:
    """Whether the levels below it are accepted."""
    held = await Evidence.filter(review_id=review.id, state=EvidenceState.ACCEPTED)
    return {EvidenceLevel.E4, EvidenceLevel.E5} <= {each.level for each in held}


async def _reports(review: Review) -> list[Report]:
    rows = await fetch(_REPORTS, [review.id])
    return [Report(instant(row["created_at"]), row["owner_id"], int(row["calls"])) for row in reversed(rows)]
