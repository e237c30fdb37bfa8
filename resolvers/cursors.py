"""Opaque, signed cursors: which order, and the place in it. A forged or foreign cursor is refused."""

import base64
import binascii
import hashlib
import hmac
from typing import Any

import orjson

_SIGNATURE = 8  # bytes: a forged cursor would only skip rows, so a short signature does


class BadCursor(ValueError):  # noqa: N818  # read as what it is
    """The text is no cursor that we made for this order."""


def encode(secret: bytes, order: str, place: list[Any]) -> str:
    """The cursor of a `place` (the values of the order's columns) in an `order`."""
    payload = orjson.dumps([order, *place])
    return base64.urlsafe_b64encode(_sign(secret, payload) + payload).decode().rstrip("=")


def decode(secret: bytes, order: str, cursor: str) -> list[Any]:
    """The place that a cursor names, or BadCursor."""
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadCursor from error
    signature, payload = raw[:_SIGNATURE], raw[_SIGNATURE:]
    if not hmac.compare_digest(signature, _sign(secret, payload)):
        raise BadCursor
    made_for, *place = orjson.loads(payload)
    if made_for != order:
        raise BadCursor
    return list(place)


def _sign(secret: bytes, payload: bytes) -> bytes:
    return hashlib.blake2b(payload, key=secret, digest_size=_SIGNATURE).digest()
