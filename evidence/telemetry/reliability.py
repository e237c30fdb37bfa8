"""How reliably the API answered, counting failures as OpenRouter does."""

from collections import Counter
from collections.abc import Sequence

from evidence.telemetry.figures import FailureCount, Reliability, share, shown
from evidence.telemetry.spans import Failure, Span

FEWEST_REQUESTS = 100
EXCUSED = frozenset({
    Failure.BAD_REQUEST, Failure.FORBIDDEN, Failure.TOO_LONG, Failure.RATE_LIMITED, Failure.CANCELLED,
    Failure.INVALID_JSON, Failure.UNKNOWN_TOOL, Failure.SCHEMA_MISMATCH,
})  # fmt: skip
"""Failures that say nothing about the API's reliability: the caller's, and limits, which have shares of their own."""


def reliability(calls: Sequence[Span]) -> Reliability:
    """The reliability that model calls show."""
    counts = Counter(call.failure for call in calls if call.failure)
    counted = len(calls) - sum(counts[failure] for failure in EXCUSED)
    against = sum(count for failure, count in counts.items() if failure not in EXCUSED)
    enough = len(calls) >= FEWEST_REQUESTS
    return Reliability(
        requests=shown(len(calls)),
        success=share(counted - against, counted) if enough else None,
        rate_limited=share(counts[Failure.RATE_LIMITED], len(calls), FEWEST_REQUESTS),
        forbidden=share(counts[Failure.FORBIDDEN], len(calls), FEWEST_REQUESTS),
        failures=tuple(FailureCount(failure=each, count=shown(counts[each])) for each in sorted(counts)),
    )
