"""Sessions: the browser holds a random id, the database its SHA-256 and whose it is."""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import NamedTuple

from auth.cookies import Cookies
from db.fields import microseconds
from db.gathering import Gathered
from db.queries import Statement, all_columns, beside, many
from db.tables import Reviewer, Session

LIFETIME = timedelta(days=30)
_VIEWERS = """
    SELECT session.digest, session.expires_at, {reviewer} FROM {keys} JOIN session ON session.digest = k.value
    JOIN reviewer ON reviewer.id = session.reviewer_id
"""


def secret() -> str:
    """A fresh secret of 256 random bits in 43 letters."""
    return secrets.token_urlsafe(32)


def digest(value: str) -> str:
    """What is stored of a secret: the hex of its SHA-256. It needs no salt, being random already."""
    return sha256(value.encode("utf-8", "surrogatepass")).hexdigest()


async def viewer(jar: Mapping[str, str], cookies: Cookies, now: datetime) -> Reviewer | None:
    """Who holds the session named in a request's cookies; one SQL statement, none without the cookie."""
    session_id = cookies.session_id(jar)
    held = None if session_id is None else await _held(digest(session_id))
    return held.reviewer if held and held.expires_at > microseconds(now) else None


class Held(NamedTuple):
    """A session: until when, in microseconds since 1970, and whose."""

    expires_at: int
    reviewer: Reviewer


async def _together(digests: list[str]) -> list[Held | None]:
    """The session of each digest."""
    statement = Statement()
    sql = _VIEWERS.format(reviewer=all_columns(Reviewer, "reviewer"), keys=many(statement, digests))
    read = await beside(Reviewer, sql, statement, before=2)
    held = {key: Held(expires_at, reviewer) for (key, expires_at, *_), reviewer in read}
    return [held.get(each) for each in digests]


_held = Gathered(_together)


async def open(reviewer_id: str, now: datetime) -> str:  # noqa: A001  # read as `sessions.open`
    """Begin a session of LIFETIME and return its id, which is known to nobody else from here on."""
    session_id = secret()
    await Session.filter(reviewer_id=reviewer_id, expires_at__lte=now).delete()
    await Session.create(digest=digest(session_id), reviewer_id=reviewer_id, created_at=now, expires_at=now + LIFETIME)
    return session_id


async def close(session_id: str | None) -> None:
    """End a session; ending none, or one that is gone, is no error."""
    if session_id is not None:
        await Session.filter(digest=digest(session_id)).delete()
