"""OTLP/protobuf, a span at a time.

Parsed in one go, 16 MiB of empty two-byte messages become half a gigabyte of objects. So the three outer levels are
walked and counted by hand and the library parses single spans, of which the longest are first trimmed of everything
too long to be an attribute that we keep.
"""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from google.protobuf.message import DecodeError
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

from evidence.telemetry import wire
from evidence.telemetry.limits import LIMITS, Limits
from evidence.telemetry.raw import Raw, raw
from evidence.telemetry.refusals import Reason, Refused, malformed
from evidence.telemetry.vocabularies import EVENTS, TABLE

_RESOURCE_SPANS, _SCOPE_SPANS, _SPANS = 1, 2, 2  # field numbers of the three outer levels
_SCALARS = ("string_value", "int_value", "double_value", "bool_value")
_MOST_VALUES = 16  # of an array


def spans(data: bytes, limits: Limits = LIMITS) -> Iterator[Raw]:
    """The spans of OTLP/protobuf. Raises Refused: MALFORMED, TOO_MANY_VALUES or TOO_MANY_SPANS."""
    places = [(0, len(data))]
    for number in (_RESOURCE_SPANS, _SCOPE_SPANS, _SPANS):
        places = _inner(data, places, number, limits)
    for start, end in places:
        yield _span(_parsed(data, start, end, limits))


def _inner(data: bytes, places: Iterable[tuple[int, int]], number: int, limits: Limits) -> list[tuple[int, int]]:
    """Where the messages of field `number` lie in the messages at `places`."""
    found = (
        (field.content, field.end)
        for start, end in places
        for field in _counted(data, start, end, limits)
        if field.number == number and field.kind == wire.BYTES
    )
    inner = list(islice(found, limits.spans + 1))
    if len(inner) > limits.spans:
        raise Refused(Reason.TOO_MANY_SPANS, f"More than {limits.spans} spans.")
    return inner


def _counted(data: bytes, start: int, end: int, limits: Limits) -> Iterator[wire.Field]:
    for count, field in enumerate(wire.fields(data, start, end)):
        if count > limits.spans + limits.span_fields:
            raise Refused(Reason.TOO_MANY_VALUES, "A message has too many fields.")
        yield field


def _parsed(data: bytes, start: int, end: int, limits: Limits) -> Span:
    whole = end - start <= limits.span_whole
    try:
        return Span.FromString(data[start:end] if whole else _trimmed(data, start, end, limits))
    except DecodeError:
        raise malformed("A span is not valid protobuf.") from None


def _trimmed(data: bytes, start: int, end: int, limits: Limits) -> bytes:
    """A span without its long fields."""
    fields = list(islice(wire.fields(data, start, end), limits.span_fields + 1))
    kept = [data[each.start : each.end] for each in fields if each.end - each.content <= limits.field_kept]
    if len(fields) > limits.span_fields or sum(map(len, kept)) > limits.span_trimmed:
        raise Refused(Reason.TOO_MANY_VALUES, "A span has too many attributes, events or links.")
    return b"".join(kept)


def _span(span: Span) -> Raw:
    return raw(
        span.trace_id,
        span.span_id,
        span.parent_span_id,
        (span.start_time_unix_nano, span.end_time_unix_nano),
        span.status.code == Status.STATUS_CODE_ERROR,
        {attribute.key: _value(attribute.value) for attribute in span.attributes if attribute.key in TABLE},
        _events(span),
    )


def _events(span: Span) -> Iterator[tuple[str, Any]]:
    for event in span.events:
        kept = EVENTS.get(event.name, {})
        yield from ((kept[each.key], _value(each.value)) for each in _attributes(event) if each.key in kept)


def _attributes(event: Span.Event) -> Iterable[KeyValue]:
    return event.attributes


def _value(value: AnyValue) -> Any:
    """A scalar or a flat list of scalars; null for anything deeper."""
    kind = value.WhichOneof("value")
    if kind in _SCALARS:
        return getattr(value, kind)
    if kind == "array_value":
        values = value.array_value.values[:_MOST_VALUES]
        return [_value(each) for each in values if each.WhichOneof("value") in _SCALARS]
    return None
