"""How long calls and steps take, and how many were under way at once."""

from collections.abc import Iterable, Sequence

from evidence.telemetry.figures import Latency
from evidence.telemetry.quantiles import distribution
from evidence.telemetry.spans import Span


def latency(calls: Sequence[Span], steps: Iterable[Span]) -> Latency:
    """The latency that model calls and agent steps show."""
    most, mean = concurrency(calls)
    return Latency(
        inference=distribution([call.seconds for call in calls if call.failure is None]),
        agent_step=distribution([step.seconds for step in steps if step.failure is None]),
        first_chunk=distribution([call.first_chunk for call in calls if call.first_chunk is not None]),
        concurrency_max=most,
        concurrency_mean=mean,
    )


def concurrency(calls: Iterable[Span]) -> tuple[int, float | None]:
    """The most calls under way at once, and the mean over the time in which one was."""
    edges = sorted([edge for call in calls for edge in ((call.start, 1), (call.end, -1))])
    under_way = most = busy = work = previous = 0
    for time, change in edges:
        work += under_way * (time - previous)
        busy += (time - previous) if under_way else 0
        previous, under_way = time, under_way + change
        most = max(most, under_way)
    return most, work / busy if busy else None
