"""Reading an upload: bytes in, spans in our own words out, or a refusal."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from evidence.telemetry import failures, otlp_json, otlp_protobuf, values
from evidence.telemetry.inflate import MAGIC, inflated
from evidence.telemetry.limits import LIMITS, Limits
from evidence.telemetry.raw import Raw
from evidence.telemetry.refusals import Reason, Refusal, Refused
from evidence.telemetry.spans import Failure, Finish, Operation, Span, Vocabulary
from evidence.telemetry.vocabularies import TABLE, rank

_OPERATIONS = ("gen_ai_operation", "openinference_operation", "vercel_operation")
_DIALECTS = (Vocabulary.VERCEL, Vocabulary.OPENINFERENCE)
_KNOWN = frozenset(Span.__dataclass_fields__)


@dataclass(frozen=True, slots=True)
class Reading:
    """The spans of an upload, in order of their start, and how many spoke each vocabulary."""

    spans: tuple[Span, ...]
    vocabularies: Mapping[Vocabulary, int]

    def of(self, operation: Operation) -> list[Span]:
        """The spans that stand for one kind of operation."""
        return [span for span in self.spans if span.operation is operation]


def read(data: bytes | Iterable[bytes], limits: Limits = LIMITS) -> Reading | Refusal:
    """What an upload says: OTLP/JSON, JSON lines or OTLP/protobuf, gzipped or not, whole or in pieces.

    An upload in which no span speaks a vocabulary of the alias table is refused as UNKNOWN_VOCABULARY: what it says
    is not guessed.
    """
    try:
        return _reading(_content(data, limits), limits)
    except Refused as refused:
        return refused.refusal


def _content(data: bytes | Iterable[bytes], limits: Limits) -> bytes:
    pieces = iter((data,) if isinstance(data, bytes) else data)
    first = next(pieces, b"")
    while len(first) < len(MAGIC) and (piece := next(pieces, None)) is not None:
        first += piece
    if first.startswith(MAGIC):
        return inflated(_chained(first, pieces), limits)
    content = bytearray()
    for piece in _chained(first, pieces):
        content += piece
        if len(content) > limits.inflated:
            raise Refused(Reason.TOO_LARGE, f"More than {limits.inflated} bytes.")
    return bytes(content)


def _chained(first: bytes, others: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from others


def _reading(data: bytes, limits: Limits) -> Reading:
    conversations: dict[str, int] = {}
    encoding = otlp_json if _textual(data) else otlp_protobuf
    spans = [_span(each, conversations) for each in encoding.spans(data, limits)]
    if not spans:
        raise Refused(Reason.NO_SPANS, "There are no spans in it.")
    counts = Counter(span.vocabulary for span in spans if span.vocabulary is not None)
    if not counts:
        raise Refused(Reason.UNKNOWN_VOCABULARY, "No span speaks a vocabulary that is known here.")
    if not any(span.operation is Operation.INFERENCE for span in spans):
        raise Refused(Reason.NO_MODEL_CALLS, "No span is a call of a language model.")
    return Reading(tuple(sorted(spans, key=lambda span: (span.start, span.end, span.id))), counts)


def _textual(data: bytes) -> bool:
    """Whether it is JSON: an object with a name in it, or none. A protobuf message may begin with a line feed."""
    text = data.removeprefix(b"\xef\xbb\xbf")[:4096].lstrip()
    return text[:1] in {b"", b"["} or (text[:1] == b"{" and text[1:].lstrip()[:1] in {b'"', b"}", b""})


def _span(found: Raw, conversations: dict[str, int]) -> Span:
    facts = _facts(found.facts)
    operation = _operation(facts)
    span = Span(found.trace, found.id, found.parent, found.start, found.end, operation, _vocabulary(found.facts))
    if (name := facts.pop("conversation", None)) is not None:
        span.conversation = conversations.setdefault(name, len(conversations))
    for field in facts.keys() & _KNOWN:
        setattr(span, field, facts[field])
    _complete(span, facts)
    span.failure = _failure(span, found, facts)
    span.scores = tuple(score for name, value in found.events if name == "score" for score in values.signed(value))
    return span


def _facts(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Fields by their name, read in ascending rank so that the better name's value stays."""
    read = {}
    for name in sorted(facts, key=rank) if len(facts) > 1 else facts:
        alias = TABLE[name]
        if (value := alias.read(facts[name])) is not None and value != ():
            read[alias.field] = value
    return read


def _vocabulary(facts: Mapping[str, Any]) -> Vocabulary | None:
    """The vocabulary a span speaks; a wrapper dialect that adds gen_ai names to its own is called by its own."""
    spoken = [alias.vocabulary for name in facts if (alias := TABLE[name]).vocabulary is not None]
    if dialects := [each for each in spoken if each in _DIALECTS]:
        return max(dialects)
    shared = any(name.startswith("gen_ai.") for name in facts)
    return max(spoken, default=Vocabulary.UNDATED if shared else None)


def _operation(facts: Mapping[str, Any]) -> Operation:
    for name in _OPERATIONS:
        if name in facts:
            return Operation(facts[name])
    if "tool_call" in facts:
        return Operation.TOOL  # only a tool's execution has the id of its call
    # Before operations had names, a span with a provider and a model was a model call.
    return Operation.INFERENCE if {"provider", "request_model"} <= facts.keys() else Operation.OTHER


def _complete(span: Span, facts: Mapping[str, Any]) -> None:
    span.provider = span.provider or facts.get("system")
    span.response_model = span.response_model or facts.get("model_name")
    if not span.input_tokens and span.operation is Operation.INFERENCE:
        span.input_tokens = None  # no call has an empty input: nobody counted
        span.output_tokens = span.output_tokens or None


def _failure(span: Span, found: Raw, facts: Mapping[str, Any]) -> Failure | None:
    """How the operation failed: by its status, the error it names or the exception it threw, in this order."""
    failure: Failure | None = facts.get("status") or facts.get("error")
    if found.failed and failure in {None, Failure.OTHER}:
        thrown = (failures.failure(value) for name, value in found.events if name == "exception")
        failure = next(thrown, None) or Failure.OTHER
    began = failure is not None and span.first_chunk is not None
    return Failure.MID_STREAM if began or Finish.ERROR in span.finishes else failure
