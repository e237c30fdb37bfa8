"""Model calls, and the tasks they are made for."""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

from evidence.telemetry.lookups import Resolve
from evidence.telemetry.reading import Reading
from evidence.telemetry.spans import Operation, Span


@dataclass(frozen=True, slots=True)
class Calls:
    """All model calls of an upload in order of start, and among them those of the model that is looked at."""

    all: Sequence[Span]
    of_model: Sequence[Span]


def calls(reading: Reading, resolve: Resolve, model: str | None) -> Calls:
    """The model calls. Where one instrumentation wraps another, the inner span is the call."""
    inferences = reading.of(Operation.INFERENCE)
    wrappers = {(span.trace, span.parent) for span in inferences}
    found = [span for span in inferences if (span.trace, span.id) not in wrappers]
    return Calls(found, found if model is None else [span for span in found if _of(span, resolve, model)])


def confirmed(calls: Iterable[Span], resolve: Resolve, model: str | None) -> int:
    """How many answers say themselves that they come from the model."""
    named = ((call.response_model, call.provider) for call in calls)
    return sum(1 for name, provider in named if name and model in {None, resolve(name, provider)})


def _of(span: Span, resolve: Resolve, model: str) -> bool:
    return span.model is not None and resolve(span.model, span.provider) == model


def tasks(calls: Sequence[Span], spans: Iterable[Span]) -> list[list[Span]]:
    """Calls by conversation; where neither the call nor its trace names one, by trace."""
    conversations: dict[bytes, Hashable] = {}
    for span in spans:
        if span.conversation is not None:
            conversations.setdefault(span.trace, span.conversation)
    grouped: dict[Hashable, list[Span]] = {}
    for call in calls:
        named = call.conversation if call.conversation is not None else conversations.get(call.trace, call.trace)
        grouped.setdefault(named, []).append(call)
    return list(grouped.values())
