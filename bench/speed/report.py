"""What a run found, as Markdown: tables of ratios, bars met or MISSED, and where and when it was measured."""

import platform
import shlex
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from os import cpu_count, getloadavg
from pathlib import Path
from statistics import median

from bench.speed.bars import ON_POSTGRESQL, ON_SQLITE, PEERS, Bar, bars, best, rate, ratios
from bench.speed.runs import Findings
from bench.speed.servers import ROOT

RESULTS = ROOT / "bench" / "RESULTS.md"
PACKAGES = ("strawberry-graphql", "graphql-core", "starlette", "uvicorn", "tortoise-orm", "numpy", "orjson")


def without_places(arguments: Sequence[str]) -> list[str]:
    """The command line as others may repeat it: where this machine keeps its files is its own affair."""
    kept = list(arguments)
    while "--cache" in kept:
        place = kept.index("--cache")
        del kept[place : place + 2]
    return kept


def printed(found: Findings, scale: float, rounds: int, window: float) -> Iterator[str]:
    """The whole report, line by line."""
    commit = _said("git", "rev-parse", "--short", "HEAD")
    yield f"## bench.speed, scale {scale:g}, {datetime.now(UTC):%Y-%m-%d %H:%M} UTC, commit {commit}"
    told = shlex.join(without_places(sys.argv[1:]))
    yield f"\n{rounds} interleaved rounds of {window:g} s, 16 connections, `{told}`. {machine()}\n"
    for workload in found.runs:
        yield from _table(found, workload)
    yield from _bars(list(bars(found, scale)))
    yield from (f"- WRONG: {each}" for each in dict.fromkeys(found.wrong))


def machine() -> str:
    """The machine and the versions of what was measured."""
    cpu = next((line for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line), "unknown")
    parts = [f"{cpu.partition(': ')[2]}, {cpu_count()} cores, load {getloadavg()[0]:.1f}", platform.platform()]
    known = [
        f"Python {sys.version}",
        f"SQLite {sqlite3.sqlite_version}",
        f"Node {_said('node', '--version')}",
    ]
    return "; ".join([*parts, *known, *(f"{name} {version(name)}" for name in PACKAGES)]) + "."


def _said(*command: str) -> str:
    """What a command prints; a dash when it cannot."""
    try:
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()  # noqa: S603  # ours
    except (OSError, subprocess.CalledProcessError):
        return "–"


def _table(found: Findings, workload: str) -> Iterator[str]:
    query = workload[:2]
    fastest = best(found, query, PEERS)
    yield f"### {workload}: ratios to the best peer ({fastest or 'none measured'})\n"
    yield "| server | / best peer | min–max | / best on its database | answers/s | p50 ms | p99 ms | CPU ms | kB | MB |"
    yield "|---|---|---|---|---|---|---|---|---|---|"
    for name, runs in sorted(found.runs[workload].items(), key=lambda each: -rate(each[1])):
        there = best(found, query, ON_POSTGRESQL if name.endswith("pg") else ON_SQLITE)
        middle = [median(getattr(run, figure) for run in runs) for figure in ("p50", "p99", "cpu", "size", "memory")]
        p50, p99, cpu, size, memory = middle
        shown = [_middle(ratios(found, (workload, name), (query, fastest)))]
        shown += [_spread(ratios(found, (workload, name), (query, fastest)))]
        shown += [_middle(ratios(found, (workload, name), (query, there)))]
        figures = [f"{rate(runs):.0f}", f"{p50:.1f}", f"{p99:.1f}", f"{cpu:.2f}", f"{size / 1e3:.1f}", f"{memory:.0f}"]
        yield "| " + " | ".join([name, *shown, *figures]) + " |"
    yield ""


def _bars(found: Sequence[Bar]) -> Iterator[str]:
    yield "| bar | at least | measured | min–max | |\n|---|---|---|---|---|"
    for bar in found:
        word = "met" if bar.met else "**MISSED**"
        yield f"| {bar.asked} | {bar.least:g} | {_middle(bar.ratios)} | {_spread(bar.ratios)} | {word} |"
    yield ""


def _middle(some: Sequence[float]) -> str:
    return f"{median(some):.2f}" if some else "–"


def _spread(some: Sequence[float]) -> str:
    return f"{min(some):.2f}–{max(some):.2f}" if some else "–"


def kept(lines: Sequence[str]) -> None:
    """Put a report before the earlier ones."""
    title = "# Results\n\nWritten by `python -m bench.speed`; ratios count, rates are this machine's. Newest first.\n"
    before = RESULTS.read_text(encoding="utf-8").removeprefix(title) if RESULTS.exists() else ""
    RESULTS.write_text("\n".join([title, *lines]).rstrip() + "\n" + before, encoding="utf-8")
