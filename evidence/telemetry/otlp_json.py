"""OTLP/JSON: one export request, or one a line as collectors write them to files."""

import re
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Iterator
from typing import Any

import orjson

from evidence.telemetry.limits import LIMITS, Limits
from evidence.telemetry.raw import Raw, raw
from evidence.telemetry.refusals import Reason, Refused, malformed
from evidence.telemetry.vocabularies import EVENTS, TABLE

_HEX = re.compile(r"(?:[0-9a-fA-F]{2}){0,16}")
_WHOLE = re.compile(r"[0-9]{1,19}")
_KINDS = ("stringValue", "intValue", "doubleValue", "boolValue")
_ERROR = (2, "STATUS_CODE_ERROR")


def spans(data: bytes, limits: Limits = LIMITS) -> Iterator[Raw]:
    """The spans of OTLP/JSON. Raises Refused: MALFORMED, TOO_MANY_VALUES or TOO_MANY_SPANS."""
    if data.count(b"{") + data.count(b"[") > limits.containers:
        raise Refused(Reason.TOO_MANY_VALUES, f"More than {limits.containers} JSON objects and arrays.")
    for count, node in enumerate(_spans(data)):
        if count == limits.spans:
            raise Refused(Reason.TOO_MANY_SPANS, f"More than {limits.spans} spans.")
        yield _span(node)


def _spans(data: bytes) -> Iterator[dict[str, Any]]:
    for request in _requests(data):
        for resource in _objects(request, "resourceSpans", required=True):
            for scope in _objects(resource, "scopeSpans"):
                yield from _objects(scope, "spans")


def _requests(data: bytes) -> Iterator[dict[str, Any]]:
    try:
        yield _object(orjson.loads(data))
    except orjson.JSONDecodeError:
        lines = [line for line in data.splitlines() if line.strip()]
        if len(lines) < 2:
            raise malformed("This is not JSON.") from None
        for line in lines:
            yield _line(line)


def _line(line: bytes) -> dict[str, Any]:
    try:
        return _object(orjson.loads(line))
    except orjson.JSONDecodeError:
        raise malformed("A line is not JSON.") from None


def _object(node: Any) -> dict[str, Any]:
    if not isinstance(node, dict):
        raise malformed("Where OTLP has an object there is something else.")
    return node


def _objects(node: dict[str, Any], name: str, *, required: bool = False) -> Iterator[dict[str, Any]]:
    found = node.get(name)
    if found is None and not required:
        return
    if not isinstance(found, list):
        raise malformed(f"{name} is not a list.")
    yield from map(_object, found)


def _span(node: dict[str, Any]) -> Raw:
    status = node.get("status")
    return raw(
        _id(node.get("traceId"), 16),
        _id(node.get("spanId"), 8),
        _id(node.get("parentSpanId") or "", 8),
        (_time(node.get("startTimeUnixNano")), _time(node.get("endTimeUnixNano"))),
        isinstance(status, dict) and status.get("code") in _ERROR,
        _facts(node),
        _events(node),
    )


def _id(text: Any, size: int) -> bytes:
    """Bytes of an id. OTLP says hexadecimal; exporters that lean on protobuf's own JSON write base64."""
    if not isinstance(text, str) or len(text) > 2 * size:
        return b"?"
    if len(text) in {0, 2 * size}:
        return bytes.fromhex(text) if _HEX.fullmatch(text) else b"?"
    try:
        return b64decode(text, validate=True)
    except (NotBase64, ValueError):
        return b"?"


def _time(value: Any) -> int:
    """Nanoseconds, a string as OTLP says or a number as some write it; 0 for anything else."""
    if isinstance(value, str):
        return int(value) if _WHOLE.fullmatch(value) and value.isascii() else 0
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def _facts(node: dict[str, Any]) -> dict[str, Any]:
    facts = {}
    for attribute in _objects(node, "attributes"):
        name = attribute.get("key")
        if isinstance(name, str) and name in TABLE:
            facts[name] = _value(attribute.get("value"))
    return facts


def _events(node: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for event in _objects(node, "events"):
        name = event.get("name")
        kept = EVENTS.get(name) if isinstance(name, str) else None
        for attribute in _objects(event, "attributes") if kept else ():
            key = attribute.get("key")
            if kept and isinstance(key, str) and key in kept:
                yield kept[key], _value(attribute.get("value"))


def _value(node: Any) -> Any:
    """A scalar or a flat list of scalars; null for anything deeper."""
    if not isinstance(node, dict):
        return None
    for kind in _KINDS:
        if kind in node:
            found = node[kind]
            return found if isinstance(found, str | int | float) else None
    array = node.get("arrayValue")
    values = array.get("values") if isinstance(array, dict) else None
    return [_value(each) for each in values if _scalar(each)] if isinstance(values, list) else None


def _scalar(node: Any) -> bool:
    return isinstance(node, dict) and "arrayValue" not in node
