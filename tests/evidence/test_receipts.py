"""A receipt is believed if it says what the holder of the key signed, and nothing else."""

import json
from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from evidence.receipts import Fault, Receipt, Verdict, key_id, public_key, public_text, sign, verify

KEY = Ed25519PrivateKey.from_private_bytes(b"\x01" * 32)
PUBLIC = KEY.public_key()
OTHER = Ed25519PrivateKey.from_private_bytes(b"\x02" * 32)
AT = datetime(2026, 11, 20, 12, 30, 15, 999_999, tzinfo=UTC)
DIGEST = "ab" * 32
RECEIPT = sign(DIGEST, Verdict.ACCEPTED, AT, KEY)


def test_a_receipt_says_what_was_signed() -> None:
    found = verify(RECEIPT, PUBLIC)
    assert isinstance(found, Receipt)
    assert (found.digest, found.verdict, found.at) == (DIGEST, Verdict.ACCEPTED, "2026-11-20T12:30:15Z")
    assert found.key == key_id(PUBLIC)
    assert rfc8785.dumps(json.loads(RECEIPT)) == RECEIPT


def test_the_same_decision_gives_the_same_receipt_in_every_time_zone() -> None:
    east = AT.astimezone(timezone(timedelta(hours=9)))
    assert sign(DIGEST, Verdict.ACCEPTED, east, KEY) == RECEIPT


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"digest": "ac" * 32}, Fault.FORGED),
        ({"verdict": "lowered"}, Fault.FORGED),
        ({"at": "2027-11-20T12:30:15Z"}, Fault.FORGED),
        ({"signature": "A" * 86}, Fault.FORGED),
        ({"signature": "A" * 85}, Fault.MALFORMED),
        ({"signature": "é" * 86}, Fault.MALFORMED),
        ({"key": "0" * 16}, Fault.OTHER_KEY),
        ({"key": key_id(OTHER.public_key())}, Fault.OTHER_KEY),
        ({"version": 2}, Fault.MALFORMED),
        ({"version": True}, Fault.MALFORMED),
        ({"verdict": "perfect"}, Fault.MALFORMED),
        ({"at": "now"}, Fault.MALFORMED),
        ({"digest": "AB" * 32}, Fault.MALFORMED),
        ({"note": "trust me"}, Fault.MALFORMED),
        ({"padding": "x" * 5_000}, Fault.MALFORMED),
    ],
    ids=str,
)
def test_a_changed_receipt_is_not_believed(change: dict[str, Any], fault: Fault) -> None:
    assert verify(json.dumps(json.loads(RECEIPT) | change).encode(), PUBLIC) is fault


@pytest.mark.parametrize("data", [b"", b"null", b"[]", b"{}", RECEIPT[:-1], b"\xff", b"[" * 4_000], ids=range(7))
def test_what_is_no_receipt_is_not_believed(data: bytes) -> None:
    assert verify(data, PUBLIC) is Fault.MALFORMED


def test_another_key_believes_nothing() -> None:
    assert verify(RECEIPT, OTHER.public_key()) is Fault.OTHER_KEY
    posing = json.loads(sign(DIGEST, Verdict.ACCEPTED, AT, OTHER)) | {"key": key_id(PUBLIC)}
    assert verify(json.dumps(posing).encode(), PUBLIC) is Fault.FORGED


def test_a_signature_for_another_purpose_is_worth_nothing() -> None:
    said = {name: value for name, value in json.loads(RECEIPT).items() if name != "signature"}
    signature = urlsafe_b64encode(KEY.sign(rfc8785.dumps(said))).decode().rstrip("=")
    assert verify(json.dumps(said | {"signature": signature}).encode(), PUBLIC) is Fault.FORGED


def test_a_public_key_survives_its_text() -> None:
    text = public_text(PUBLIC)
    for spelled in (text, text + "=", f" {text}\n"):
        found = public_key(spelled)
        assert found is not None
        assert key_id(found) == key_id(PUBLIC)


@pytest.mark.parametrize("text", ["", "abc", "é" * 43, "A" * 44, "!" * 43, "A" * 5_000])
def test_what_is_no_public_key_is_none(text: str) -> None:
    assert public_key(text) is None
