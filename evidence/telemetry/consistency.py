"""Whether the figures of one summary can all be true together, as those that our own code computes always are."""

from evidence.telemetry.figures import Distribution
from evidence.telemetry.limits import LIMITS
from evidence.telemetry.summary import MOST_TRACES, Summary


def consistent(summary: Summary) -> bool:
    """Whether the counts fit each other and what one upload may hold.

    A summary that is made elsewhere may claim any number; one that contradicts itself would outweigh all others where
    figures are pooled.
    """
    spread = (summary.last_day - summary.first_day).days + 1
    latency = summary.latency
    return (
        summary.requests + summary.other_requests <= summary.spans <= LIMITS.spans
        and 0 < summary.traces <= summary.spans
        and len(set(summary.traces_seen)) == len(summary.traces_seen) == min(summary.traces, MOST_TRACES)
        and summary.confirmed <= summary.requests
        and 1 <= summary.days <= spread
        and (latency.inference.count or 0) <= summary.requests
        and all(_binned(each, summary) for each in (latency.inference, latency.agent_step, latency.first_chunk))
        and (summary.cost.priced or 0) <= (summary.cost.tasks or 0) <= summary.spans
        and (summary.tool_calling.calls or 0) <= summary.spans
        and (summary.reliability.requests or 0) <= summary.requests
    )


def _binned(distribution: Distribution, summary: Summary) -> bool:
    """Whether the histogram holds all that was counted, in order, and no more than there are spans."""
    places = [each.index for each in distribution.bins]
    held = sum(each.count for each in distribution.bins)
    return held <= summary.spans and places == sorted(set(places)) and held in {0, distribution.count}
