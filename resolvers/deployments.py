"""Whom a deployment counts for: a repository and its owner stand behind one reviewer of an endpoint at a time."""

from datetime import datetime

from db.fields import microseconds
from db.queries import fetch
from db.tables import Review

_CLAIM = """
    INSERT INTO repository_claim (issuer, kind, number, endpoint_id, reviewer_id, expires_at)
    VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT (issuer, kind, number, endpoint_id)
    DO UPDATE SET reviewer_id = excluded.reviewer_id, expires_at = excluded.expires_at
    WHERE repository_claim.expires_at <= $7 OR repository_claim.reviewer_id = excluded.reviewer_id
    RETURNING reviewer_id
"""


async def count(review: Review, issuer: str, owner_id: int, repository_id: int, until: datetime, now: datetime) -> bool:
    """Count a repository, by the issuer's ids, for this review's author until then; False when it counts for another.

    Fifty accounts behind one repository share one voice. Inside the caller's transaction, which a False must undo.
    """
    for kind, number in (("OWNER", owner_id), ("REPOSITORY", repository_id)):
        key = [issuer, kind, number, review.endpoint_id, review.reviewer_id]
        if not await fetch(_CLAIM, [*key, microseconds(until), microseconds(now)]):
            return False
    return True
