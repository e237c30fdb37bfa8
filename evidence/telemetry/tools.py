"""Tool calls: how many work, and how many model calls ask for tools as they should."""

from collections.abc import Iterable, Sequence

from evidence.telemetry.calls import Calls
from evidence.telemetry.figures import ToolCalling, share, shown
from evidence.telemetry.spans import Failure, Span

_MISCALLS = frozenset({Failure.INVALID_JSON, Failure.UNKNOWN_TOOL, Failure.SCHEMA_MISMATCH})


def tool_calling(tools: Sequence[Span], calls: Calls) -> ToolCalling:
    """The tool calls of a model: all but those that another model's call can be seen to have asked for."""
    of_model = {id(call) for call in calls.of_model}
    asked = _asked(tools, calls.all)
    foreign = {id(tool) for call, found in asked if id(call) not in of_model for tool in found}
    own = [tool for tool in tools if id(tool) not in foreign]
    requests = [found for call, found in asked if id(call) in of_model]
    failed = sum(any(tool.failure in _MISCALLS for tool in found) for found in requests)
    return ToolCalling(
        calls=shown(len(own)),
        success=share(sum(tool.failure is None for tool in own), len(own)),
        requests=shown(len(requests)),
        request_success=share(len(requests) - failed, len(requests)),
    )


def _asked(tools: Iterable[Span], calls: Iterable[Span]) -> list[tuple[Span, list[Span]]]:
    """The tool calls of each model call that can be seen to have asked for some.

    They are its children, or the children of its parent that follow it.
    """
    latest: dict[tuple[bytes, bytes | None], list[Span]] = {}
    asked = []
    for span, is_call in _in_order(tools, calls):
        if is_call:
            latest[span.trace, span.id] = latest[span.trace, span.parent] = found = list[Span]()
            asked.append((span, found))
        elif (span.trace, span.parent) in latest:
            latest[span.trace, span.parent].append(span)
    return [(call, found) for call, found in asked if found]


def _in_order(tools: Iterable[Span], calls: Iterable[Span]) -> list[tuple[Span, bool]]:
    spans = [*((call, True) for call in calls), *((tool, False) for tool in tools)]
    return sorted(spans, key=lambda each: (each[0].start, not each[1]))
