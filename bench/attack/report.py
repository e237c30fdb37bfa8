"""What a run found, as tables of text."""

from collections.abc import Iterable, Iterator, Sequence
from math import isfinite
from statistics import mean as average
from statistics import median

from bench.attack.bars import Bar, Findings, bars, mean
from bench.attack.measures import Quality
from bench.attack.promise import Promise
from bench.attack.runs import RIVALS, Lift, Move

NAME, COLUMN, WIDE = 20, 16, 6  # characters of a name and a column, and columns on a page
Row = tuple[str, list[str]]


def printed(found: Findings) -> Iterator[str]:
    """The whole report, line by line; parts that were not asked for are left out."""
    if found.qualities:
        yield from _table("RMSE in stars / Kendall's tau", list(found.qualities), _qualities(found))
        yield from _table("95 % coverage of dimensions / composites", list(found.qualities), _coverages(found))
    if found.moves:
        title = "Displacement of a median endpoint in stars (rank of 60 before -> after, mean over seeds)"
        yield from _table(title, list(found.moves), _moves(found))
    if hundred := found.moves.get("sybils 100"):
        yield "Displacement per 100 sybils: " + _listed(hundred)
    if found.lifts:
        title = "Accounts that lift the median endpoint to first place (median over seeds; > is the cap)"
        yield from _table(title, list(found.lifts), _lifts(found))
    yield from _engineering(found)
    yield from _bars(list(bars(found)))


def _table(title: str, columns: Sequence[str], rows: Iterable[Row]) -> Iterator[str]:
    """A table with a row for each rival, in parts where it is too wide for a page."""
    kept = list(rows)
    for start in range(0, len(columns), WIDE):
        part = slice(start, start + WIDE)
        yield f"\n{title}" + (" (continued)" if start else "")
        yield " " * NAME + "".join(f"{column:>{COLUMN}}" for column in columns[part])
        for name, cells in kept:
            yield f"{name:<{NAME}}" + "".join(f"{cell:>{COLUMN}}" for cell in cells[part])


def _qualities(found: Findings) -> Iterator[Row]:
    for rival in RIVALS:
        parts = [by_rival[rival] for by_rival in found.qualities.values()]
        yield rival, [f"{mean(part, 'rmse'):.3f}/{mean(part, 'tau'):.3f}" for part in parts]


def _coverages(found: Findings) -> Iterator[Row]:
    for rival in RIVALS:
        parts: list[list[Quality]] = [by_rival[rival] for by_rival in found.qualities.values()]
        if all(isfinite(part[0].coverage) for part in parts):  # the others give no intervals
            yield rival, [f"{mean(part, 'coverage'):.3f}/{mean(part, 'composites'):.3f}" for part in parts]


def _moves(found: Findings) -> Iterator[Row]:
    for rival in RIVALS:
        yield rival, [_moved(by_rival[rival]) for by_rival in found.moves.values()]


def _moved(parts: Sequence[Move]) -> str:
    before, after = average(part.before for part in parts), average(part.after for part in parts)
    return f"{average(part.stars for part in parts):+.2f} ({before:.0f}->{after:.0f})"


def _listed(by_rival: dict[str, list[Move]]) -> str:
    return ", ".join(f"{name} {average(part.stars for part in parts):+.2f}" for name, parts in by_rival.items())


def _lifts(found: Findings) -> Iterator[Row]:
    for rival in RIVALS:
        yield rival, [_lifted(by_rival[rival]) for by_rival in found.lifts.values()]


def _lifted(parts: Sequence[Lift]) -> str:
    most = parts[0].most
    usual = median(most + 1 if part.accounts is None else part.accounts for part in parts)
    return f"> {most}" if usual > most else f"{usual:.0f}"


def _engineering(found: Findings) -> Iterator[str]:
    if found.promise:
        yield "\n" + _promise(found.promise)
    if found.replay:
        yield f"A write of one review, five dimensions: {found.replay.milliseconds:.3f} ms over {found.replay.events:,}"
    if found.query is not None:
        yield f"A custom query over 5,000 cells, 238,000 rows: {found.query:.0f} ms"
    if found.recompute is not None:
        whole, tenth = found.recompute
        yield f"A recompute of 100,000 reviews and 1,000,000 votes: {whole:.2f} s; of a tenth: {tenth:.2f} s"


def _promise(promise: Promise) -> str:
    kept = f"Promise: {promise.violations} violations in {promise.checks:,} checks"
    return f"{kept}; the farthest went {promise.used:.6f} of its limit"


def _bars(found: Sequence[Bar]) -> Iterator[str]:
    yield f"\n{'bar':<74}{'measured':>10}  met"
    for bar in found:
        yield f"{bar.asked:<74}{bar.measured:>10}  {'yes' if bar.met else 'MISSED'}"
