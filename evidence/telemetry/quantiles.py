"""Quantiles of one upload exactly, and of several together from a histogram with fixed logarithmic bins.

A sketch such as a t-digest depends on the order in which it was fed. Fixed bins are integers that add up to the same
whatever the order and the machine and print canonically: the exponential histogram of OpenTelemetry at scale 4. A
merged quantile is off by half a bin at most, 2.2 %, and by some per cent more in a tail so thin that its bins were
counted together.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from math import floor, log2

import numpy as np

from evidence.telemetry.figures import FEWEST, Bin, Distribution, shown

SCALE = 16
"""bins for each doubling"""
_LEAST, _GREATEST = -512, 512
_QUANTILES = (50, 95, 99)


def distribution(seconds: Sequence[float]) -> Distribution:
    """How durations are distributed; all null and empty below 5."""
    if len(seconds) < FEWEST:
        return Distribution(count=shown(len(seconds)), p50=None, p95=None, p99=None, bins=())
    p50, p95, p99 = (float(value) for value in np.percentile(np.asarray(seconds), _QUANTILES))
    return Distribution(count=len(seconds), p50=p50, p95=p95, p99=p99, bins=_binned(seconds))


def merged(distributions: Iterable[Distribution]) -> Distribution:
    """Several distributions as one: bins add up, and the quantiles are read from them anew."""
    counts = Counter[int]()
    for each in distributions:
        counts.update({one.index: one.count for one in each.bins})
    bins = tuple(Bin(index=index, count=count) for index, count in sorted(counts.items()))
    if not bins:
        return distribution(())
    p50, p95, p99 = (_quantile(bins, percent / 100) for percent in _QUANTILES)
    return Distribution(count=counts.total(), p50=p50, p95=p95, p99=p99, bins=bins)


def _binned(seconds: Sequence[float]) -> tuple[Bin, ...]:
    """Bins of at least 5: from the slowest down, a bin too small to be shown is counted with the next one below."""
    shown, waiting = list[Bin](), list[int]()
    for index in sorted(map(_index, seconds), reverse=True):
        if len(waiting) >= FEWEST and index != waiting[-1]:
            shown.append(_middle(waiting))
            waiting = []
        waiting.append(index)
    if len(waiting) >= FEWEST or not shown:
        shown.append(_middle(waiting))
    else:
        last = shown.pop()
        shown.append(Bin(index=last.index, count=last.count + len(waiting)))
    return tuple(reversed(shown))


def _middle(indices: Sequence[int]) -> Bin:
    """One bin in place of several small ones, where their median was."""
    return Bin(index=indices[len(indices) // 2], count=len(indices))


def _index(seconds: float) -> int:
    return min(_GREATEST, max(_LEAST, floor(log2(seconds) * SCALE))) if seconds > 0 else _LEAST


def _quantile(bins: Sequence[Bin], share: float) -> float:
    """The value at a rank, spread evenly over its bin on a logarithmic scale."""
    rank, passed = share * sum(each.count for each in bins), 0
    for each in bins:
        if passed + each.count >= rank:
            break
        passed += each.count
    return float(2.0 ** ((each.index + (rank - passed) / each.count) / SCALE))
