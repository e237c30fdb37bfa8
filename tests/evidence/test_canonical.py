"""A summary has one spelling, and only that spelling is taken from another machine."""

import json
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from evidence.telemetry.canonical import LARGEST, digest, from_json, to_json
from evidence.telemetry.refusals import Reason, Refusal
from tests.evidence import traces

SUMMARY = traces.summary(*traces.deployment(), model="maker/gpt-4o")
DATA = to_json(SUMMARY)


def reason(data: bytes) -> Reason | None:
    found = from_json(data)
    return found.reason if isinstance(found, Refusal) else None


def spelled(document: Any) -> bytes:
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def changed(path: str, value: Any) -> bytes:
    document = json.loads(DATA)
    *inner, last = path.split(".")
    node = document
    for name in inner:
        node = node[int(name)] if isinstance(node, list) else node[name]
    node[last] = value
    return spelled(document)


def test_a_summary_survives_its_canonical_json() -> None:
    assert from_json(DATA) == SUMMARY
    assert to_json(traces.summary(*traces.deployment(), model="maker/gpt-4o")) == DATA
    assert len(DATA) < LARGEST
    assert list(json.loads(DATA)) == sorted(json.loads(DATA))


def test_the_digest_is_of_the_canonical_bytes_whatever_the_order_of_spans() -> None:
    backwards = traces.summary(*reversed(traces.deployment()), model="maker/gpt-4o")
    assert digest(backwards) == digest(SUMMARY) == sha256(DATA).hexdigest()
    assert digest(traces.summary(*traces.deployment(seed=8))) != digest(SUMMARY)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("extra", 1), ("latency.extra", None), ("latency.inference.bins.0.extra", 1), ("requests", -1),
        ("requests", 1.5), ("requests", "300"), ("requests", None), ("requests", True), ("requests", 2**53),
        ("first_day", 20_000), ("first_day", "yesterday"), ("first_day", "2026-11-15T00:00:00"), ("model", "a b"),
        ("model", "<script>"), ("model", "newline\n"), ("model", "x" * 200),
        ("format", 2), ("latency.inference.p50", -0.5),
        ("latency.inference.p50", "1"), ("latency.inference.bins.0.count", 4), ("latency.inference.bins", {}),
        ("tool_calling.success", 1.1), ("vocabularies.0.vocabulary", "free text"), ("traces_seen", ["secret"]),
        ("traces_seen", ["0" * 16] * 513), ("reliability", None), ("context.by_turn", [None]),
        ("operations.0.operation", "other things"),
    ],
    ids=str,
)  # fmt: skip
def test_another_shape_is_refused(path: str, value: Any) -> None:
    assert reason(changed(path, value)) is Reason.MALFORMED


@pytest.mark.parametrize(
    "data",
    [b"", b"null", b"[]", b"{}", DATA[:-1], DATA + b"x", b"\xff" + DATA, b"[" * 9_999, DATA.replace(b"null", b"NaN")],
    ids=lambda data: repr(data)[:20],
)  # fmt: skip
def test_what_is_no_json_of_a_summary_is_refused(data: bytes) -> None:
    assert reason(data) is Reason.MALFORMED


@pytest.mark.parametrize(
    "data",
    [
        DATA + b"\n",
        b" " + DATA,
        DATA.replace(b'"format":1', b'"format":1,"format":1'),
        DATA.replace(b'"format":1', b'"format": 1'),
        DATA.replace(b'"forbidden":0', b'"forbidden":0.0'),
        DATA.replace(b'{"alias_table":1,', b"{")[:-1] + b',"alias_table":1}',
        DATA.replace(b"requests", b"reque\\u0073ts", 1),
    ],
    ids=range(7),
)
def test_another_spelling_is_refused(data: bytes) -> None:
    assert data != DATA
    assert reason(data) is Reason.NOT_CANONICAL


def test_a_large_summary_is_refused_unread() -> None:
    assert reason(b"[" * (LARGEST + 1)) is Reason.TOO_LARGE


@given(some.integers(0, len(DATA) - 1), some.binary(max_size=3))
@settings(max_examples=300, deadline=None)
def test_any_change_is_another_summary_or_refused(place: int, bytes_: bytes) -> None:
    data = DATA[:place] + bytes_ + DATA[place + len(bytes_) :]
    found = from_json(data)
    assert isinstance(found, Refusal) or to_json(found) == data
