"""A token taken apart, strictly: RFC 7515's compact serialisation, and nothing that a second reader reads otherwise."""

import json
import re
from base64 import urlsafe_b64decode
from dataclasses import dataclass
from typing import Any, NoReturn

from evidence.reasons import Reason, Refused

LARGEST = 8 * 1024  # bytes of a token
_COMPACT = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*")
_KEY_ID = re.compile(r"[A-Za-z0-9_.:=+-]{1,128}")  # no slash, no space, no quote: it names a key and is no path
_FOREIGN = {
    "jwk": Reason.EMBEDDED_KEY,
    "jku": Reason.KEY_ADDRESS,
    "x5c": Reason.CERTIFICATE,
    "x5u": Reason.CERTIFICATE_ADDRESS,
    "crit": Reason.CRITICAL_HEADER,
    "b64": Reason.UNENCODED_PAYLOAD,
}


@dataclass(frozen=True, slots=True)
class Envelope:
    """What an unverified token says of itself: which key signed it, whose it is, and its claims."""

    token: str
    key_id: str
    claims: dict[str, Any]

    @property
    def issuer(self) -> str:
        """`iss`, or the empty text when it is none."""
        issuer = self.claims.get("iss")
        return issuer if isinstance(issuer, str) else ""


def opened(token: str) -> Envelope:
    """The token's parts; raises Refused. Nothing in it is proven yet."""
    if len(token) > LARGEST:
        raise Refused(Reason.OVERSIZED)
    if not _COMPACT.fullmatch(token):
        raise Refused(Reason.MALFORMED)
    header, payload, _ = token.split(".")
    return Envelope(token, _key_id(_object(header)), _object(payload))


def _key_id(header: dict[str, Any]) -> str:
    """The key's name in a header that asks for nothing but RS256 under it."""
    for name, reason in _FOREIGN.items():
        if name in header:
            raise Refused(reason)
    algorithm = header.get("alg")
    if algorithm != "RS256":
        unsigned = isinstance(algorithm, str) and algorithm.lower() == "none"
        raise Refused(Reason.UNSIGNED if unsigned else Reason.ALGORITHM)
    key_id = header.get("kid")
    if not isinstance(key_id, str) or not _KEY_ID.fullmatch(key_id):
        raise Refused(Reason.KEY_ID)
    return key_id


def _object(segment: str) -> dict[str, Any]:
    """The JSON object in a segment."""
    try:
        text = urlsafe_b64decode(segment + "=" * (-len(segment) % 4)).decode("utf-8")
        value = json.loads(text, object_pairs_hook=_unique, parse_constant=_constant)
    except (ValueError, RecursionError):
        raise Refused(Reason.MALFORMED) from None
    if not isinstance(value, dict):
        raise Refused(Reason.MALFORMED)
    return value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) != len(pairs):
        raise Refused(Reason.DUPLICATE_NAMES)
    return dict(pairs)


def _constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")
