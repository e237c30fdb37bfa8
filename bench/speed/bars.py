"""The bars the product is held to in speed: ratios of one run, each met, missed or not measured."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from bench.speed.runs import Findings, Run

JAVASCRIPT = ("mercurius+jit", "yoga+jit", "yoga")
ON_SQLITE = (*JAVASCRIPT, "plain")
ON_POSTGRESQL = ("mercurius+jit, pg", "postgraphile, pg", "plain, pg")
OURS, OURS_PG, PLAIN, POSTGRAPHILE = "ours", "ours, pg", "plain", "postgraphile, pg"
KEEPING = "ours, keeping"
PEERS = (*ON_SQLITE, *ON_POSTGRESQL)


@dataclass(frozen=True, slots=True)
class Bar:
    """What is asked and what was measured: the median over rounds, and the least and the most."""

    asked: str
    least: float
    ratios: Sequence[float]

    @property
    def met(self) -> bool:
        """Whether the median is enough."""
        return median(self.ratios) >= self.least


def rate(runs: Sequence[Run]) -> float:
    """Answers a second, median over rounds."""
    return median(run.rate for run in runs)


def best(found: Findings, workload: str, among: Sequence[str]) -> str | None:
    """The fastest of some servers under a workload; None when none was measured."""
    runs = found.runs.get(workload, {})
    return max((name for name in among if name in runs), key=lambda name: rate(runs[name]), default=None)


def ratios(found: Findings, one: tuple[str, str], other: tuple[str, str | None]) -> list[float]:
    """Rate over rate, round by round, each a (workload, server)."""
    ours = found.runs.get(one[0], {}).get(one[1], [])
    theirs = found.runs.get(other[0], {}).get(other[1] or "", [])
    return [a.rate / b.rate for a, b in zip(ours, theirs, strict=False)]


def bars(found: Findings, scale: float) -> Iterator[Bar]:
    """Every bar that the run can speak about."""
    for asked, least, ours, theirs in _asked(found, scale):
        if measured := ratios(found, ours, theirs):
            yield Bar(asked, least, measured)
    memory = [run.memory for run in found.runs.get("Q1", {}).get(OURS, [])]
    if memory and scale == 1:
        yield Bar("250 MB over memory of one worker, after Q1", 1.0, [250 / each for each in memory])


Asked = tuple[str, float, tuple[str, str], tuple[str, str | None]]


def _asked(found: Findings, scale: float) -> Iterator[Asked]:
    def peer(workload: str, among: Sequence[str]) -> tuple[str, str | None]:
        return workload, best(found, workload, among)

    yield "Q1 / best peer", 10 if scale >= 10 else 5, ("Q1", OURS), peer("Q1", PEERS)
    yield "Q2 cold / best JavaScript peer", 1.1, ("Q2", OURS), peer("Q2", JAVASCRIPT)
    yield "Q2 cold / PostGraphile", 5, ("Q2", OURS), ("Q2", POSTGRAPHILE)
    yield "Q2 cold / plain", 35, ("Q2", OURS), ("Q2", PLAIN)
    yield "Q2 warm subtrees / best peer", 10, ("Q2 warm", KEEPING), peer("Q2", PEERS)
    yield "Q3 cold / best peer", 1.3, ("Q3", OURS), peer("Q3", PEERS)
    yield "Q3 warm subtrees / best peer", 2.5, ("Q3 warm", KEEPING), peer("Q3", PEERS)
    yield "M1 durable / best durable peer on SQLite", 2, ("M1", OURS), peer("M1", ON_SQLITE)
    yield "M1 durable / plain", 5, ("M1", OURS), ("M1", PLAIN)
    for workload, least in (("Q1", 8), ("Q2", 2), ("Q3", 1), ("M1", 1.3)):
        yield f"{workload} on PostgreSQL / best peer there", least, (workload, OURS_PG), peer(workload, ON_POSTGRESQL)
    for workload in ("Q1", "Q3"):
        again = f"{workload} again"
        yield (
            f"{workload} cached / static bytes, same server",
            0.6,
            (again, KEEPING),
            (again, f"static bytes {workload}"),
        )
