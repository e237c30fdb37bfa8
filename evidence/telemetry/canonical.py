"""A summary as bytes with one spelling, and back."""

from hashlib import sha256

import rfc8785
from pydantic import TypeAdapter, ValidationError

from evidence.telemetry.refusals import Reason, Refusal
from evidence.telemetry.summary import Summary

LARGEST = 128 * 1024
"""bytes of a canonical summary"""
_SUMMARY = TypeAdapter(Summary)


def to_json(summary: Summary) -> bytes:
    """Canonical JSON (RFC 8785): UTF-8, sorted keys, no spaces, one form for each number. Days are ISO 8601."""
    return rfc8785.dumps(_SUMMARY.dump_python(summary, mode="json"))


def digest(summary: Summary) -> str:
    """SHA-256 of the canonical JSON, in hexadecimal."""
    return sha256(to_json(summary)).hexdigest()


def from_json(data: bytes) -> Summary | Refusal:
    """The summary that canonical JSON holds.

    Refused as TOO_LARGE over 128 KiB, as MALFORMED with a missing or unknown key, a wrong type or a value out of
    range, and as NOT_CANONICAL where the same summary is spelled otherwise: a repeated key, a space, 1.0 for 1.
    """
    if len(data) > LARGEST:
        return Refusal(Reason.TOO_LARGE, f"A summary has at most {LARGEST} bytes.")
    try:
        summary = _SUMMARY.validate_json(data)
    except ValidationError:
        return Refusal(Reason.MALFORMED, "This is not a summary of a format known here.")
    if to_json(summary) != data:
        return Refusal(Reason.NOT_CANONICAL, "This summary is not spelled canonically (RFC 8785).")
    return summary
