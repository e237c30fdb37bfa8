"""The figures of a summary that are worth comparing, each with what it is measured on."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from evidence.telemetry.figures import Bin, Distribution
from evidence.telemetry.quantiles import merged
from evidence.telemetry.summary import Summary

Bins = list[list[int]]


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure over `n` things; `bins` are the pairs of a percentile's histogram, index and count."""

    metric: str
    value: float
    unit: str
    n: int
    bins: Bins


def measures(summary: Summary) -> list[Measure]:
    """Every figure of a summary that is known."""
    latency = summary.latency
    spread = (("LATENCY", latency.inference), ("STEP", latency.agent_step), ("FIRST_CHUNK", latency.first_chunk))
    return [*_means(summary), *(each for name, times in spread for each in _percentiles(name, times))]


def _means(summary: Summary) -> Iterator[Measure]:
    tools, api, cost = summary.tool_calling, summary.reliability, summary.cost
    found = (
        ("TOOL_SUCCESS", tools.success, "RATIO", tools.calls),
        ("TOOL_REQUEST_SUCCESS", tools.request_success, "RATIO", tools.requests),
        ("API_SUCCESS", api.success, "RATIO", api.requests),
        ("RATE_LIMITED", api.rate_limited, "RATIO", api.requests),
        ("COST_PER_TASK", cost.mean, "USD", cost.priced),
        ("CUT_OFF", summary.context.length, "RATIO", summary.requests),
    )
    for metric, value, unit, n in found:
        if value is not None and n:
            yield Measure(metric, value, unit, n, [])


def _percentiles(name: str, times: Distribution) -> Iterator[Measure]:
    bins = [[each.index, each.count] for each in times.bins]
    for percent, value in (("50", times.p50), ("95", times.p95), ("99", times.p99)):
        if value is not None and times.count:
            yield Measure(f"{name}_P{percent}", value, "SECONDS", times.count, bins)


def pooled(metric: str, parts: Sequence[tuple[float, int, Bins]]) -> float:
    """One value for several, each a value, its n and its bins: percentiles merged, means and shares weighed by n."""
    if parts[0][2]:
        return _merged(metric[-3:], [bins for _, _, bins in parts])
    return sum(value * n for value, n, _ in parts) / sum(n for _, n, _ in parts)


def _merged(percentile: str, histograms: Iterable[Bins]) -> float:
    whole = merged(_histogram(each) for each in histograms)
    found = {"P50": whole.p50, "P95": whole.p95, "P99": whole.p99}[percentile]
    return found or 0.0


def _histogram(bins: Bins) -> Distribution:
    held = tuple(Bin(index=index, count=count) for index, count in bins)
    return Distribution(count=None, p50=None, p95=None, p99=None, bins=held)
