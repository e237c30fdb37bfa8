"""Uploads are read in every encoding or refused with a code; nothing raises, and nothing costs more than its limit."""

import gzip
import json
from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import replace
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from evidence.telemetry.limits import LIMITS, MIB
from evidence.telemetry.reading import Reading, read
from evidence.telemetry.refusals import Reason, Refusal
from evidence.telemetry.spans import Failure, Finish, Operation
from tests.evidence import traces
from tests.evidence.traces import as_json, as_protobuf, chat, gzipped

SPANS = [
    traces.agent("root"),
    chat("one", 0.1, parent="root", facts={"gen_ai.conversation.id": "c"}),
    traces.tool("two", 1.2, parent="root", error="ValidationError"),
    chat("three", 2.5, parent="root", failed=True, events=[("exception", {"exception.type": "openai.RateLimitError"})]),
]
ENCODINGS: list[Callable[[list[traces.Made]], bytes]] = [
    as_json,
    as_protobuf,
    lambda spans: as_json(spans, id=lambda raw: b64encode(raw).decode()),
    lambda spans: b"\n".join(as_json([span]) for span in spans),
    lambda spans: gzipped(as_json(spans)),
    lambda spans: gzipped(as_protobuf(spans)),
    lambda spans: b"\n  " + as_json(spans),
]


def noise(size: int) -> bytes:
    return Random(1).randbytes(size)  # noqa: S311  # made-up data, no secret


def reason(data: bytes) -> Reason:
    found = read(data)
    assert isinstance(found, Refusal), found
    return found.reason


@pytest.mark.parametrize("encoded", ENCODINGS)
def test_every_encoding_says_the_same(encoded: Callable[[list[traces.Made]], bytes]) -> None:
    found = read(encoded(SPANS))
    assert found == traces.reading(*SPANS)
    assert isinstance(found, Reading)
    root, call, tool, failed = found.spans
    assert [span.operation for span in found.spans] == [
        Operation.AGENT, Operation.INFERENCE, Operation.TOOL, Operation.INFERENCE,
    ]  # fmt: skip
    assert (call.parent, call.seconds, call.conversation) == (root.id, 1.0, 0)
    assert (call.input_tokens, call.output_tokens, call.finishes) == (1_000, 100, (Finish.STOP,))
    assert (tool.failure, failed.failure) == (Failure.SCHEMA_MISMATCH, Failure.RATE_LIMITED)


def test_an_upload_in_pieces_is_read_as_one() -> None:
    data = gzipped(as_protobuf(SPANS))
    pieces = (data[place : place + 3] for place in range(0, len(data), 3))
    assert read(pieces) == read(data)


def test_more_gzipped_bytes_than_allowed_are_not_waited_for() -> None:
    data, taken = gzip.compress(noise(100_000), 1), list[int]()

    def pieces() -> Iterator[bytes]:
        for place in range(0, len(data), 1_000):
            taken.append(place)
            yield data[place : place + 1_000]

    found = read(pieces(), replace(LIMITS, gzipped=5_000))
    assert isinstance(found, Refusal)
    assert (found.reason, len(taken)) == (Reason.TOO_LARGE, 6)


def test_a_bomb_is_refused_before_it_goes_off() -> None:
    bomb = gzipped(b"\0" * (50 * MIB))
    assert len(bomb) < MIB
    assert reason(bomb) is Reason.BOMB


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", Reason.MALFORMED),
        (b"{}", Reason.MALFORMED),
        (b"[]", Reason.MALFORMED),
        (b"{", Reason.MALFORMED),
        (b"null", Reason.MALFORMED),
        (b'{"resourceSpans": null}', Reason.MALFORMED),
        (b'{"resourceSpans": [1]}', Reason.MALFORMED),
        (b'{"resourceSpans": [{"scopeSpans": {"spans": []}}]}', Reason.MALFORMED),
        (b'{"resourceSpans": []}', Reason.NO_SPANS),
        (b'{"resourceMetrics": []}', Reason.MALFORMED),
        (b'{"resourceSpans": ' + b"[" * 100_000, Reason.MALFORMED),
        (b'{"a": NaN}', Reason.MALFORMED),
        (b'{"a": 1e999}', Reason.MALFORMED),
        (b'{"a": ' + b"9" * 5_000 + b"}", Reason.MALFORMED),
        (b'{"a": "\\ud800"}', Reason.MALFORMED),
        (b'{"a": "\xff"}', Reason.MALFORMED),
        (b'{"a": [' + b"{}," * 1_000_000 + b"{}]}", Reason.TOO_MANY_VALUES),
        (b"x" * (16 * MIB + 1), Reason.TOO_LARGE),
        (b"hello", Reason.MALFORMED),
        (b"\x0a\x00" * 30_000, Reason.TOO_MANY_SPANS),
        (b"\x12\x00" * 30_000, Reason.TOO_MANY_VALUES),
        (b"\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", Reason.MALFORMED),
        (b"\x0a\x05\x12", Reason.MALFORMED),
        (b"\x1f\x8b", Reason.MALFORMED),
        (b"\x1f\x8b" + b"\0" * 100, Reason.MALFORMED),
        (gzipped(as_json(SPANS))[:-9], Reason.MALFORMED),
        (gzipped(as_json(SPANS)) + b"more", Reason.MALFORMED),
        (gzipped(as_json(SPANS)) + gzipped(b"more"), Reason.MALFORMED),
        (as_json(SPANS)[:-5], Reason.MALFORMED),
        (as_protobuf(SPANS)[:-5], Reason.MALFORMED),
        (as_json([traces.Made(facts={"http.route": "/"})]), Reason.UNKNOWN_VOCABULARY),
        (as_json([traces.Made(facts={"my.llm.tokens": 5, "llm_model": "x"})]), Reason.UNKNOWN_VOCABULARY),
        (as_json([traces.tool("only a tool")]), Reason.NO_MODEL_CALLS),
    ],
    ids=lambda value: repr(value)[:40],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_with_its_reason(data: bytes, expected: Reason) -> None:
    assert reason(data) is expected


def test_random_bytes_are_too_large_once_gzipped_past_the_limit() -> None:
    assert reason(gzip.compress(noise(2 * MIB), 1)) is Reason.TOO_LARGE


@pytest.mark.parametrize("encoded", [as_json, as_protobuf])
def test_20_000_spans_are_read_and_one_more_is_not(encoded: Callable[[list[traces.Made]], bytes]) -> None:
    spans = [chat(str(number), number / 1000) for number in range(20_001)]
    slim = [replace(span, facts={"gen_ai.operation.name": "chat"}) for span in spans]
    found = read(encoded(slim[:20_000]))
    assert isinstance(found, Reading)
    assert len(found.spans) == 20_000
    assert reason(encoded(slim)) is Reason.TOO_MANY_SPANS


@pytest.mark.parametrize(
    "change",
    [
        {"traceId": ""}, {"traceId": "00" * 16}, {"traceId": 5}, {"traceId": "g" * 32}, {"traceId": "é" * 24},
        {"spanId": None}, {"spanId": "00" * 8}, {"parentSpanId": "abc"}, {"parentSpanId": [1]},
        {"startTimeUnixNano": "x"}, {"startTimeUnixNano": 0}, {"startTimeUnixNano": -1}, {"startTimeUnixNano": True},
        {"startTimeUnixNano": 1.5}, {"endTimeUnixNano": "1"}, {"endTimeUnixNano": "9" * 19}, {"endTimeUnixNano": "٣"},
        {"attributes": 5}, {"attributes": [5]}, {"attributes": {"key": "a"}}, {"events": "e"}, {"events": [None]},
    ],
    ids=str,
)  # fmt: skip
def test_a_span_of_the_wrong_shape_is_refused(change: dict[str, Any]) -> None:
    document = json.loads(as_json(SPANS))
    document["resourceSpans"][0]["scopeSpans"][0]["spans"][1].update(change)
    assert reason(json.dumps(document).encode()) is Reason.MALFORMED


@pytest.mark.parametrize(
    ("value", "tokens"),
    [
        ({"intValue": "12"}, 12),
        ({"intValue": 12}, 12),
        ({"doubleValue": 12.0}, 12),
        ({"stringValue": "12"}, 12),
        ({"intValue": "0"}, None),
        ({"intValue": "-3"}, None),
        ({"intValue": "9" * 400}, None),
        ({"intValue": 2**63}, None),
        ({"intValue": {"a": 1}}, None),
        ({"doubleValue": 1.5}, None),
        ({"doubleValue": "NaN"}, None),
        ({"doubleValue": "Infinity"}, None),
        ({"boolValue": True}, None),
        ({"arrayValue": {"values": [{"intValue": "3"}]}}, None),
        ({"arrayValue": {"values": 3}}, None),
        ({"kvlistValue": {"values": []}}, None),
        ({"intValue": None}, None),
        ({}, None),
        (None, None),
        ("12", None),
    ],
    ids=str,
)
def test_a_number_is_read_where_it_is_one_and_unknown_otherwise(value: Any, tokens: int | None) -> None:
    document = json.loads(as_json([chat("one")]))
    attributes = document["resourceSpans"][0]["scopeSpans"][0]["spans"][0]["attributes"]
    next(each for each in attributes if each["key"] == "gen_ai.usage.input_tokens")["value"] = value
    found = read(json.dumps(document).encode())
    assert isinstance(found, Reading)
    assert found.spans[0].input_tokens == tokens


def test_of_a_repeated_key_the_last_is_read() -> None:
    data = as_json([chat("one")]).replace(b'{"key": "gen_ai.provider.name"', b'{"key": "error.type", "key": "x"', 1)
    found = read(data)
    assert isinstance(found, Reading)
    assert (found.spans[0].provider, found.spans[0].failure) == (None, None)


def test_a_long_protobuf_span_loses_only_what_is_not_kept() -> None:
    prompt = {f"gen_ai.prompt.{number}.content": "x" * 50_000 for number in range(20)}
    found = read(as_protobuf([chat("one", facts=prompt)]))
    assert found == traces.reading(chat("one"))


def test_a_protobuf_span_of_a_million_attributes_is_refused() -> None:
    span = as_protobuf([chat("one")])
    inner = b"\x4a\x00" * 1_000_000
    for tag in (b"\x12", b"\x12", b"\x0a"):
        inner = tag + _varint(len(inner)) + inner
    assert reason(span + inner) is Reason.TOO_MANY_VALUES


def _varint(value: int) -> bytes:
    out = b""
    while value > 127:
        out, value = out + bytes([value & 127 | 128]), value >> 7
    return out + bytes([value])


@given(some.binary(max_size=300))
@settings(max_examples=300, deadline=None)
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    assert isinstance(read(data), Reading | Refusal)


@given(some.sampled_from([as_json, as_protobuf]), some.integers(0, 10_000), some.integers(0, 255), some.booleans())
@settings(max_examples=400, deadline=None)
def test_one_wrong_byte_is_read_or_refused(encoded: Any, place: int, byte: int, cut: bool) -> None:
    data = bytearray(encoded(SPANS))
    data[place % len(data)] = byte
    assert isinstance(read(bytes(data[: place % len(data)] if cut else data)), Reading | Refusal)


ANYTHING = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats(allow_nan=False) | some.text(max_size=5),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
KEYS = ["traceId", "attributes", "events", "status", "startTimeUnixNano", "name", "parentSpanId"]


@given(some.dictionaries(some.sampled_from(KEYS), ANYTHING, max_size=3), ANYTHING)
@settings(max_examples=300, deadline=None)
def test_any_json_in_place_of_a_part_is_read_or_refused(changes: dict[str, Any], value: Any) -> None:
    document = json.loads(as_json(SPANS))
    span = document["resourceSpans"][0]["scopeSpans"][0]["spans"][1]
    span["attributes"][0]["value"] = value
    span.update(changes)
    assert isinstance(read(json.dumps(document).encode()), Reading | Refusal)
