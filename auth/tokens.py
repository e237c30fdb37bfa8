"""API tokens: what programs send instead of a cookie. The database knows their SHA-256, and nobody the token."""

import re
import secrets
import string
import zlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from tortoise.expressions import Q

from auth.sessions import digest
from db.enums import TokenScope
from db.tables import ApiToken, Reviewer

PREFIX = "bcm_"  # what scanners for leaked secrets look for
LONGEST_LIFE = timedelta(days=365)
_SECRET, _CHECK = 41, 6  # letters: 240 random bits, and a CRC32 by which a mistyped token is told apart
_LETTERS = string.digits + string.ascii_uppercase + string.ascii_lowercase
_FORM = re.compile(rf"{PREFIX}[0-9A-Za-z]{{{_SECRET + _CHECK}}}")
_BEARER = re.compile(r"Bearer +([!-~]+)", re.IGNORECASE)
_PAUSE = timedelta(minutes=1)  # between two notes of when a token was used


@dataclass(frozen=True, slots=True)
class Bearer:
    """Whose token it is, and what it permits."""

    reviewer: Reviewer
    scopes: frozenset[TokenScope]


def sent(authorization: str) -> bool:
    """Whether an `Authorization` header presents a bearer token; other schemes are others' business."""
    return authorization.lower().startswith("bearer")


def fresh() -> str:
    """A new token: `bcm_`, 30 random bytes in base 62, and their CRC32."""
    body = PREFIX + base62(int.from_bytes(secrets.token_bytes(30), "big"), _SECRET)
    return body + checksum(body)


def base62(number: int, length: int) -> str:
    """A number in the digits 0-9, A-Z, a-z, most significant first, of this length."""
    letters = ""
    for _ in range(length):
        number, letter = divmod(number, 62)
        letters = _LETTERS[letter] + letters
    return letters


def checksum(body: str) -> str:
    """The CRC32 of a token's beginning, in base 62."""
    return base62(zlib.crc32(body.encode()), _CHECK)


def well_formed(token: str) -> bool:
    """Whether this can be a token of ours; no look-up is spent on any other text."""
    return bool(_FORM.fullmatch(token)) and checksum(token[:-_CHECK]) == token[-_CHECK:]


async def bearer(authorization: str, now: datetime) -> Bearer | None:
    """Who sends this `Authorization` header, or None when it holds no live token of ours."""
    sent = _BEARER.fullmatch(authorization)
    if sent is None or not well_formed(sent[1]):
        return None
    token = await ApiToken.get_or_none(digest=digest(sent[1]), revoked_at=None, expires_at__gt=now)
    if token is None:
        return None
    await _note_use(token, now)
    return Bearer(await Reviewer.get(id=token.reviewer_id), frozenset(token.scopes))


async def _note_use(token: ApiToken, now: datetime) -> None:
    """Remember the minute of the last use, in a statement that one of many at once carries out."""
    before = now - _PAUSE
    if token.last_used_at is None or token.last_used_at <= before:
        unnoted = Q(last_used_at__isnull=True) | Q(last_used_at__lte=before)
        await ApiToken.filter(unnoted, id=token.id).update(last_used_at=now)
