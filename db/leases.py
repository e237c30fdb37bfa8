"""Leases: one process at a time runs a job, on either database, and a dead one is replaced when its time is up."""

from datetime import datetime, timedelta

from db.fields import microseconds
from db.queries import fetch

_TAKE = """
    INSERT INTO lease (name, holder, expires_at) VALUES ($1, $2, $3)
    ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, expires_at = excluded.expires_at
    WHERE lease.expires_at <= $4 OR lease.holder = excluded.holder
    RETURNING holder
"""


async def returned(name: str, holder: str) -> None:
    """Give one's own lease back before its time."""
    await fetch("DELETE FROM lease WHERE name = $1 AND holder = $2", [name, holder])


async def taken(name: str, holder: str, now: datetime, lasting: timedelta) -> bool:
    """Take a lease, or lengthen one's own; False while somebody else holds it."""
    return bool(await fetch(_TAKE, [name, holder, microseconds(now + lasting), microseconds(now)]))
