"""The bars the product is held to, each as measured in this run, met or missed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from bench.attack.measures import Quality
from bench.attack.promise import Promise
from bench.attack.runs import THIS, Lift, Move
from bench.attack.speed import Replay

PROVEN = "Dawid-Skene"
LIMITS = {"sybils": 0.08, "forged traces": 0.18, "farmed": 0.25, "hijacked": 0.45}  # of the plain mean's displacement


@dataclass(slots=True)
class Findings:
    """All that a run measured; what was not asked for is empty."""

    qualities: dict[str, dict[str, list[Quality]]] = field(default_factory=dict)
    moves: dict[str, dict[str, list[Move]]] = field(default_factory=dict)
    lifts: dict[str, dict[str, list[Lift]]] = field(default_factory=dict)
    promise: Promise | None = None
    replay: Replay | None = None
    query: float | None = None
    recompute: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Bar:
    """What is asked, what was measured, and whether that is enough."""

    asked: str
    measured: str
    met: bool


def bars(found: Findings) -> Iterator[Bar]:
    """Every bar that the run can speak about."""
    yield from _accuracy(found)
    yield from _intervals(found)
    yield from _displacements(found)
    yield from _firsts(found)
    yield from _engineering(found)


def mean(parts: Sequence[Quality], figure: str) -> float:
    """Mean of one figure of quality over the seeds."""
    return float(np.mean([getattr(each, figure) for each in parts]))


def _at_most(asked: str, measured: float, limit: float, form: str = ".2f") -> Bar:
    return Bar(f"{asked} at most {limit:{form}}", f"{measured:{form}}", measured <= limit)


def _accuracy(found: Findings) -> Iterator[Bar]:
    ratios = {
        "base": ((PROVEN, 0.85), ("undefended", 1.0)),
        "uninformative": (("undefended", 1.05),),
        "sparse": (("undefended", 1.06),),
        "launch day": (("plain mean", 1.0),),  # an aim more than a bar
    }
    for variant, by_rival in found.qualities.items():
        own = mean(by_rival[THIS], "rmse")
        for rival, limit in ratios.get(variant, ()):
            yield _at_most(f"RMSE / {rival}, {variant}", own / mean(by_rival[rival], "rmse"), limit, ".3f")
    if base := found.qualities.get("base"):
        gain = mean(base[THIS], "tau") - mean(base[PROVEN], "tau")
        yield Bar(f"Kendall's tau above {PROVEN} by at least .06", f"{gain:+.3f}", gain >= 0.06)


def _intervals(found: Findings) -> Iterator[Bar]:
    for variant, by_rival in found.qualities.items():
        least = 0.90 if variant == "fast drift" else 0.93
        for figure, low, high in (("coverage", least, 0.98), ("composites", 0.93, 0.99)):
            share = mean(by_rival[THIS], figure)
            yield Bar(f"95 % {figure}, {variant}: {low:.2f} to {high:.2f}", f"{share:.3f}", low <= share <= high)


def _displacements(found: Findings) -> Iterator[Bar]:
    for attack, limit in LIMITS.items():
        if by_rival := found.moves.get(attack):
            own, plain = (np.mean([move.stars for move in by_rival[name]]) for name in (THIS, "plain mean"))
            yield _at_most(f"displacement / plain mean, {attack}", float(own / plain), limit)


def _firsts(found: Findings) -> Iterator[Bar]:
    for attack in ("sybils", "forged traces"):
        if by_rival := found.lifts.get(attack):
            reached = [each.accounts for each in by_rival[THIS] if each.accounts is not None]
            most = by_rival[THIS][0].most
            yield Bar(f"first place by {attack}: never up to {most}", str(min(reached, default="never")), not reached)


def _engineering(found: Findings) -> Iterator[Bar]:
    if promise := found.promise:
        asked = f"promise violations in {promise.checks:,} checks: 0"
        yield Bar(asked, str(promise.violations), promise.violations == 0)
    if replay := found.replay:
        asked = f"rows that differ from a rebuild after {replay.events:,} events: 0"
        yield Bar(asked, str(replay.differences), replay.differences == 0)
        yield _at_most("milliseconds a write", replay.milliseconds, 0.15, ".3f")
    if found.query is not None:
        yield _at_most("milliseconds a custom query over 5,000 cells", found.query, 60, ".0f")
    if found.recompute is not None:
        yield _at_most("seconds a recompute of 100,000 reviews and 1,000,000 votes", found.recompute[0], 2.5, ".2f")
        yield _at_most(
            "that over ten times the seconds of a tenth of it", found.recompute[0] / found.recompute[1] / 10, 1.3
        )
