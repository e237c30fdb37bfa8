"""From the spans of an upload to its summary."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from evidence.telemetry.calls import Calls, calls, confirmed, tasks
from evidence.telemetry.context import context
from evidence.telemetry.costs import cost, tokens
from evidence.telemetry.figures import OperationCount, VocabularyCount, shown
from evidence.telemetry.latency import latency
from evidence.telemetry.lookups import Price, Resolve
from evidence.telemetry.reading import Reading
from evidence.telemetry.reliability import reliability
from evidence.telemetry.spans import NANOSECONDS, Operation, Span
from evidence.telemetry.structure import structure
from evidence.telemetry.summary import FORMAT, Summary
from evidence.telemetry.tools import tool_calling
from evidence.telemetry.trace_ids import least_digests
from evidence.telemetry.trials import Trials, pass_alls
from evidence.telemetry.vocabularies import VERSION


def summarise(
    reading: Reading,
    resolve: Resolve,
    price: Price,
    model: str | None = None,
    trials: Sequence[Trials] = (),
    review: str | None = None,
) -> Summary:
    """The summary of an upload, of one model's calls or of all where `model` is null.

    `model` is an id that `resolve` returns, `review` the review that the summary is for. `trials` are repeated trials
    of tasks, which traces themselves do not tell apart from conversations.
    """
    found = calls(reading, resolve, model)
    return Summary(
        format=FORMAT,
        alias_table=VERSION,
        review=review,
        model=model,
        confirmed=confirmed(found.of_model, resolve, model),
        pass_all=pass_alls(trials),
        **_counts(reading, found),
        **_figures(reading, found, price),
    )


def _counts(reading: Reading, found: Calls) -> dict[str, Any]:
    days = {_day(span.start) for span in (found.of_model or reading.spans)}
    traces = {span.trace for span in reading.spans}
    spoken = sorted(reading.vocabularies.items())
    stood_for = sorted(Counter(span.operation for span in reading.spans).items())
    return {
        "spans": len(reading.spans),
        "traces": len(traces),
        "traces_seen": least_digests(traces),
        "requests": len(found.of_model),
        "other_requests": len(found.all) - len(found.of_model),
        "first_day": min(days),
        "last_day": max(days),
        "days": len(days),
        "vocabularies": tuple(VocabularyCount(vocabulary=each.name, spans=shown(count)) for each, count in spoken),
        "operations": tuple(OperationCount(operation=each, spans=shown(count)) for each, count in stood_for),
    }


def _figures(reading: Reading, found: Calls, price: Price) -> dict[str, Any]:
    grouped = tasks(found.all, reading.spans)
    own = {id(call) for call in found.of_model}
    others = [call for call in found.all if id(call) not in own]
    served = [task for task in grouped if any(id(call) in own for call in task)]
    by_conversation = any(span.conversation is not None for span in reading.spans)
    return {
        "tool_calling": tool_calling(reading.of(Operation.TOOL), found),
        "reliability": reliability(found.of_model),
        "latency": latency(found.of_model, reading.of(Operation.AGENT)),
        "cost": cost(served, price, by_conversation=by_conversation),
        "context": context(grouped, found.of_model, _scored(reading, others)),
        "tokens": tokens(found.of_model),
        "structure": structure(reading.spans, found.all),
    }


def _scored(reading: Reading, others: Sequence[Span]) -> list[Span]:
    foreign = {id(call) for call in others}
    return [span for span in reading.spans if id(span) not in foreign]


def _day(nanoseconds: int) -> date:
    return datetime.fromtimestamp(nanoseconds // NANOSECONDS, UTC).date()
