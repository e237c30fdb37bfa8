"""Sessions: the browser holds a random id, the database its SHA-256 and whose it is."""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256

from auth.cookies import Cookies
from db.fields import microseconds
from db.queries import fetch, hydrated
from db.tables import Reviewer, Session

LIFETIME = timedelta(days=30)
_VIEWER = """
    SELECT reviewer.* FROM session JOIN reviewer ON reviewer.id = session.reviewer_id
    WHERE session.digest = $1 AND session.expires_at > $2
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
    if session_id is None:
        return None
    held = await fetch(_VIEWER, [digest(session_id), microseconds(now)])
    return hydrated(Reviewer, held[0]) if held else None


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
