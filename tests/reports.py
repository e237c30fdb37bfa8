"""Summaries for reviews: plausible ones of a month of an agent, each review's with traces and latencies of its own."""

from dataclasses import replace
from datetime import timedelta
from functools import cache
from hashlib import sha256
from math import log2
from typing import Any

from db.tables import Endpoint, Model, Review
from evidence.telemetry import canonical
from evidence.telemetry.figures import Bin, Distribution, Latency
from evidence.telemetry.quantiles import SCALE
from evidence.telemetry.summary import Summary
from tests.evidence import traces
from tests.make import World

TODAY = World().now.date()


@cache
def plain() -> Summary:
    """A plausible summary of 300 calls on five days."""
    return traces.summary(*traces.deployment(), model="maker/gpt-4o")


async def report(review: Review, name: str = "", **changes: Any) -> Summary:
    """The summary of a review; another `name` has other traces and latencies."""
    endpoint = await Endpoint.get(id=review.endpoint_id)
    model = await Model.get(id=endpoint.model_id)
    seed = f"{review.id}{name}"
    made, factor = plain(), 1 + int(sha256(seed.encode()).hexdigest()[:6], 16) / 2**24
    shown: dict[str, Any] = {
        "review": review.id,
        "model": model.slug,
        "first_day": TODAY - timedelta(days=4),
        "last_day": TODAY,
        "traces_seen": tuple(sorted(sha256(f"{seed}{n}".encode()).hexdigest()[:16] for n in range(made.traces))),
        "latency": latency(factor),
    }
    return replace(made, **shown | changes)


def latency(factor: float) -> Latency:
    """The plain summary's, its model calls so many times as slow."""
    made = plain().latency
    return replace(made, inference=scaled(made.inference, factor))


def scaled(times: Distribution, factor: float) -> Distribution:
    p50, p95, p99 = (value and value * factor for value in (times.p50, times.p95, times.p99))
    bins = tuple(Bin(index=each.index + round(log2(factor) * SCALE), count=each.count) for each in times.bins)
    return replace(times, p50=p50, p95=p95, p99=p99, bins=bins)


async def written(review: Review, name: str = "", **changes: Any) -> str:
    """The same as its canonical text."""
    return canonical.to_json(await report(review, name, **changes)).decode()
