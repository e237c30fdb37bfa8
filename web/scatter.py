"""Where the points of a scatter plot lie: the frontier's two respects, and two ranks of a reality gap."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log10
from typing import Any

from web.charts import Row, Scale, axis
from web.words import LESS_IS_BETTER

WIDTH, HEIGHT = 560.0, 340.0
SPAN = 20.0  # from this ratio of the largest to the smallest on, an axis of amounts is logarithmic


@dataclass(frozen=True)
class Point:
    """One row in the drawing."""

    x: float
    y: float
    row: Row


@dataclass(frozen=True)
class Plot:
    """Points, the ticks of both axes with what to write at them, and a path through the efficient points."""

    points: list[Point]
    across: list[tuple[float, float]]
    up: list[tuple[float, float]]
    path: str = ""
    logarithmic: bool = False


def frontier_plot(rows: Sequence[Row], x: str) -> Plot | None:
    """The rows with the steps of the Pareto set: at every x the best y that is still to be had; None without rows.

    What `x` names is better when less, for prices, and when more, for all else; the steps turn accordingly.
    """
    if not rows:
        return None
    raw = [float(row["x"]) for row in rows]
    logarithmic = min(raw) > 0 and max(raw) / min(raw) >= SPAN
    across = axis([log10(value) if logarithmic else value for value in raw], WIDTH)
    if logarithmic:
        across = Scale(min(map(log10, raw)) - 0.1, max(map(log10, raw)) + 0.1, WIDTH)
    spread = [float(row["y"]) for row in rows]
    up = Scale(min(spread) - margin(spread), max(spread) + margin(spread), -HEIGHT)
    points = [
        Point(across.place(log10(value) if logarithmic else value), falling(up, float(row["y"])), row)
        for value, row in zip(raw, rows, strict=True)
    ]
    ticks = decades(across) if logarithmic else [(across.place(value), value) for value in across.ticks]
    ends = [(falling(up, value), value) for value in up.ticks]
    return Plot(points, ticks, ends, staircase(points, less=x in LESS_IS_BETTER), logarithmic)


def margin(values: Sequence[float]) -> float:
    return (max(values) - min(values)) * 0.08 or abs(max(values)) * 0.1 or 1.0


def falling(scale: Scale, value: float) -> float:
    """Pixels from the top, of an axis that rises."""
    return round(HEIGHT + scale.place(value), 1)


def decades(scale: Scale) -> list[tuple[float, float]]:
    """1, 2 and 5 times each power of ten on a logarithmic axis."""
    values = [times * 10.0**power for power in range(-6, 8) for times in (1, 2, 5)]
    return [(scale.place(log10(value)), value) for value in values if scale.low <= log10(value) <= scale.high]


def staircase(points: Sequence[Point], *, less: bool) -> str:
    """The path of the efficient points from left to right."""
    edge = sorted((point.x, point.y) for point in points if point.row["efficient"])
    steps = [f"M{edge[0][0]} {edge[0][1]}"] if edge else []
    for x, y in edge[1:]:
        steps.append(f"H{x}V{y}" if less else f"V{y}H{x}")
    return "".join(steps)


def gap_plot(rows: Sequence[Row]) -> Plot | None:
    """Benchmark rank against field rank, the best at the top and right; None without rows."""
    if not rows:
        return None
    last = max(max(float(row["benchmarkRank"]), float(row["fieldRank"])) for row in rows)
    across, up = Scale(last + 0.5, 0.5, WIDTH), Scale(last + 0.5, 0.5, -HEIGHT)
    points = [Point(across.place(row["benchmarkRank"]), falling(up, row["fieldRank"]), row) for row in rows]
    marks = [rank for rank in (1.0, *Scale(1, last, 1).ticks) if rank >= 1]
    labels: list[float] = sorted(set(marks))
    return Plot(points, [(across.place(at), at) for at in labels], [(falling(up, at), at) for at in labels])


def shown(value: float, respect: str) -> Any:
    """A value of a respect in its own precision: stars to two places, tokens whole, money to four figures."""
    if respect in LESS_IS_BETTER:
        return f"{value:.4g}"
    return f"{value:,.0f}" if respect == "CONTEXT_LIMIT" else f"{value:.2f}"
