"""Made-up traces, in both encodings, for tests of what reads them."""

import gzip
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from random import Random
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, ArrayValue, KeyValue
from opentelemetry.proto.resource.v1.resource_pb2 import Resource
from opentelemetry.proto.trace.v1.trace_pb2 import ResourceSpans, ScopeSpans, Span, Status

from evidence.telemetry.lookups import Usage
from evidence.telemetry.reading import Reading, read
from evidence.telemetry.summaries import summarise
from evidence.telemetry.summary import Summary

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
START = int((NOW - timedelta(days=5)).timestamp()) * 10**9
SECOND = 10**9


@dataclass
class Made:
    """One span, in seconds after START."""

    trace: str = "t"
    id: str = "s"
    parent: str = ""
    at: float = 0.0
    seconds: float = 1.0
    failed: bool = False
    facts: dict[str, Any] = field(default_factory=dict)
    events: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    name: str = "a span"

    @property
    def times(self) -> tuple[int, int]:
        start = START + round(self.at * 1e6) * 1000
        return start, start + round(self.seconds * 1e6) * 1000


def chat(id: str, at: float = 0.0, seconds: float = 1.0, *, trace: str = "t", **more: Any) -> Made:
    """A model call in the words of OpenTelemetry 1.37."""
    facts = {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "openai",
        "gen_ai.request.model": "gpt-4o",
        "gen_ai.response.model": "gpt-4o-2024-08-06",
        "gen_ai.usage.input_tokens": 1_000,
        "gen_ai.usage.output_tokens": 100,
        "gen_ai.response.finish_reasons": ["stop"],
    } | more.pop("facts", {})
    kept = {name: value for name, value in facts.items() if value is not None}
    return Made(trace, id, at=at, seconds=seconds, facts=kept, **more)


def tool(id: str, at: float = 0.0, *, trace: str = "t", error: str | None = None, **more: Any) -> Made:
    facts = {"gen_ai.operation.name": "execute_tool"} | ({"error.type": error} if error else {})
    return Made(trace, id, at=at, seconds=0.1, facts=facts, **more)


def agent(id: str, at: float = 0.0, seconds: float = 5.0, *, trace: str = "t", **more: Any) -> Made:
    return Made(trace, id, at=at, seconds=seconds, facts={"gen_ai.operation.name": "invoke_agent"}, **more)


def identity(name: str, size: int) -> bytes:
    return sha256(name.encode()).digest()[:size] if name else b""


def as_json(
    spans: Iterable[Made], resource: dict[str, Any] | None = None, id: Callable[[bytes], str] = bytes.hex
) -> bytes:
    nodes = [_node(span, id) for span in spans]
    scope = {
        "scopeSpans": [{"scope": {"name": "made"}, "spans": nodes}],
        "resource": {"attributes": _json(resource or {})},
    }
    return json.dumps({"resourceSpans": [scope]}).encode()


def _node(span: Made, id: Callable[[bytes], str]) -> dict[str, Any]:
    start, end = span.times
    events = [{"name": name, "timeUnixNano": str(start), "attributes": _json(facts)} for name, facts in span.events]
    return {
        "traceId": id(identity(span.trace, 16)),
        "spanId": id(identity(span.id, 8)),
        "parentSpanId": id(identity(span.parent, 8)),
        "name": span.name,
        "kind": 3,
        "startTimeUnixNano": str(start),
        "endTimeUnixNano": str(end),
        "attributes": _json(span.facts),
        "events": events,
        "status": {"code": 2} if span.failed else {},
    }


def _json(facts: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"key": name, "value": _json_value(value)} for name, value in facts.items()]


def _json_value(value: Any) -> dict[str, Any]:
    match value:
        case bool():
            return {"boolValue": value}
        case int():
            return {"intValue": str(value)}
        case float():
            return {"doubleValue": value}
        case list():
            return {"arrayValue": {"values": [_json_value(each) for each in value]}}
        case _:
            return {"stringValue": value}


def as_protobuf(spans: Iterable[Made], resource: dict[str, Any] | None = None) -> bytes:
    scope = ScopeSpans(spans=[_message(span) for span in spans])
    outer = ResourceSpans(scope_spans=[scope], resource=Resource(attributes=_pairs(resource or {})))
    return ExportTraceServiceRequest(resource_spans=[outer]).SerializeToString()


def _message(span: Made) -> Span:
    start, end = span.times
    return Span(
        trace_id=identity(span.trace, 16),
        span_id=identity(span.id, 8),
        parent_span_id=identity(span.parent, 8),
        name=span.name,
        start_time_unix_nano=start,
        end_time_unix_nano=end,
        attributes=_pairs(span.facts),
        events=[Span.Event(name=name, attributes=_pairs(facts)) for name, facts in span.events],
        status=Status(code=Status.STATUS_CODE_ERROR if span.failed else Status.STATUS_CODE_UNSET),
    )


def _pairs(facts: dict[str, Any]) -> list[KeyValue]:
    return [KeyValue(key=name, value=_value(value)) for name, value in facts.items()]


def _value(value: Any) -> AnyValue:
    match value:
        case bool():
            return AnyValue(bool_value=value)
        case int():
            return AnyValue(int_value=value)
        case float():
            return AnyValue(double_value=value)
        case list():
            return AnyValue(array_value=ArrayValue(values=[_value(each) for each in value]))
        case _:
            return AnyValue(string_value=value)


def reading(*spans: Made) -> Reading:
    found = read(as_json(spans))
    assert isinstance(found, Reading), found
    return found


def cheap(model: str, provider: str | None, at: datetime, usage: Usage) -> float | None:
    """A made-up price: a dollar for each 1,000 tokens, for models whose name says gpt."""
    return sum(usage[:2]) / 1000 if "gpt" in model else None


def known(model: str, provider: str | None) -> str | None:
    """A made-up catalogue of one model."""
    return "maker/gpt-4o" if model.startswith("gpt-4o") else None


def summary(*spans: Made, **more: Any) -> Summary:
    return summarise(reading(*spans), known, cheap, **more)


def deployment(conversations: int = 100, seed: int = 7) -> list[Made]:
    """A month of an agent: each conversation is a trace of an agent step with three model calls and two tools."""
    random = Random(seed)  # noqa: S311  # made-up data, no secret
    return [span for number in range(conversations) for span in _conversation(str(number), random)]


def _conversation(trace: str, random: Random) -> Sequence[Made]:
    begun = random.uniform(0, 4.5 * 86_400)
    at, spans = begun + 0.01, list[Made]()
    for turn in range(3):
        seconds = random.lognormvariate(0.6, 0.7)
        facts = {"gen_ai.usage.output_tokens": max(1, round(seconds * 40)), "gen_ai.conversation.id": f"c{trace}"}
        spans.append(chat(f"{trace}c{turn}", at, seconds, trace=trace, parent=f"{trace}a", facts=facts))
        at += seconds + 0.02
        if turn < 2:
            spans.append(tool(f"{trace}t{turn}", at, trace=trace, parent=f"{trace}a"))
            at += 0.13
    return [agent(f"{trace}a", begun, at - begun, trace=trace), *spans]


def gzipped(data: bytes) -> bytes:
    return gzip.compress(data, mtime=0)
