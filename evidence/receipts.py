"""Receipts: what was decided about a summary, signed with Ed25519, so that anybody checks it without asking us."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256
from typing import Annotated

import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from pydantic import ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

LARGEST = 4 * 1024
"""bytes of a receipt"""
KEY_SIZE = 32
"""bytes of a public key; written as base64url without padding, 43 characters"""
_STRICT = ConfigDict(strict=True, extra="forbid", hide_input_in_errors=True)
_PURPOSE = b"bestclawmodels evidence receipt v1\n"  # a signature made for one purpose is worth nothing for another


class Verdict(StrEnum):
    """What was decided about a summary."""

    ACCEPTED = "accepted"
    LOWERED = "lowered"
    PENDING = "pending"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, config=_STRICT)
class Receipt:
    """What was signed: the SHA-256 of a canonical summary, the verdict on it and when, to the second in UTC.

    `key` is the first 16 hexadecimal digits of the public key's SHA-256, `signature` Ed25519 (RFC 8032) over the
    canonical JSON (RFC 8785) of the other four, in base64url without padding.
    """

    version: Annotated[int, Field(ge=1, le=1)]
    digest: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    verdict: Verdict
    at: Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")]
    key: Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]
    signature: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{86}$")]


class Fault(StrEnum):
    """Why a receipt is not believed."""

    MALFORMED = "malformed"
    OTHER_KEY = "other_key"
    FORGED = "forged"


Said = dict[str, str | int]
_RECEIPT = TypeAdapter(Receipt)


def sign(digest: str, verdict: Verdict, at: datetime, key: Ed25519PrivateKey) -> bytes:
    """A receipt as canonical JSON. `digest` is a summary's SHA-256 in hexadecimal, `at` has a time zone."""
    said: Said = {
        "version": 1,
        "digest": digest,
        "verdict": verdict.value,
        "at": at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "key": key_id(key.public_key()),
    }
    receipt = rfc8785.dumps(said | {"signature": _text(key.sign(_signed(said)))})
    _RECEIPT.validate_json(receipt)
    return receipt


def verify(data: bytes, key: Ed25519PublicKey) -> Receipt | Fault:
    """What a receipt says, if the holder of the key said so."""
    if len(data) > LARGEST:
        return Fault.MALFORMED
    try:
        receipt = _RECEIPT.validate_json(data)
    except ValidationError:
        return Fault.MALFORMED
    if receipt.key != key_id(key):
        return Fault.OTHER_KEY
    try:
        key.verify(_bytes(receipt.signature), _signed(_RECEIPT.dump_python(receipt, mode="json")))
    except InvalidSignature:
        return Fault.FORGED
    return receipt


def key_id(key: Ed25519PublicKey) -> str:
    """The short name of a public key."""
    return sha256(key.public_bytes_raw()).hexdigest()[:16]


def public_key(text: str) -> Ed25519PublicKey | None:
    """A public key from base64url, padded or not; null if it is none."""
    try:
        found = _bytes(text.strip().rstrip("="))
    except (NotBase64, ValueError):
        return None
    return Ed25519PublicKey.from_public_bytes(found) if len(found) == KEY_SIZE else None


def public_text(key: Ed25519PublicKey) -> str:
    """A public key as base64url without padding."""
    return _text(key.public_bytes_raw())


def published(key: Ed25519PublicKey) -> dict[str, str]:
    """A public key as it is published: its short name, its algorithm and itself."""
    return {"key": key_id(key), "algorithm": "Ed25519", "publicKey": public_text(key)}


def _signed(said: Said) -> bytes:
    return _PURPOSE + rfc8785.dumps({name: value for name, value in said.items() if name != "signature"})


def _text(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(text.encode() + b"=" * (-len(text) % 4))
