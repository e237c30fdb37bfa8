"""What the checks find about the public facts: pure functions over the rows, each finding with its file and line.

A finding is a note on its row; nothing is corrected, merged or left out because of it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias, TypeVar

from db.catalogue.lines import Line
from db.enums import NoteCode, Reporter, Unit
from db.tables import AgentResult, Benchmark, BenchmarkScore, EndpointResult, Model, Source

POINT = 1.0  # scores of two sources further apart than this disagree
CAPS = {"fixie-ai/thefastest.ai": (Unit.TOKENS_PER_SECOND, 999.0)}
_TOPS = {Unit.PERCENT: 100.0, Unit.RATIO: 1.0}
_COSTS = {Unit.USD, Unit.USD_TOTAL}

Row = TypeVar("Row", BenchmarkScore, AgentResult, EndpointResult)
Stated: TypeAlias = tuple[Line, Row]
Result: TypeAlias = AgentResult | EndpointResult
Fact: TypeAlias = BenchmarkScore | Result


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding, and where in the files."""

    code: NoteCode
    message: str
    file: str
    line: int


def possible_unit(value: float, unit: Unit) -> Unit | None:
    """The unit, or None where the value cannot be in it: 899 is no percentage."""
    return unit if value <= _TOPS.get(unit, value) else None


def lint(
    models: Sequence[Model],
    sources: Sequence[Source],
    benchmarks: Sequence[Benchmark],
    scores: Sequence[Stated[BenchmarkScore]],
    agent_results: Sequence[Stated[AgentResult]],
    endpoint_results: Sequence[Stated[EndpointResult]],
) -> list[Finding]:
    """Every finding, in order of the files; each is also put on its row as `[code, message]`."""
    names = {row.id: row.name for row in sources}
    released = {row.id: row.release_date for row in models}
    rivals = _rivals([row for _, row in scores])
    snapshots = _snapshots([row for _, row in agent_results])
    facts: list[tuple[Line, Fact]] = [*scores, *agent_results, *endpoint_results]
    findings: list[Finding] = []
    for line, row in facts:
        said = list(_of_fact(line, row, released, names))
        if isinstance(row, BenchmarkScore):
            said += [*_of_score(row), *_disagreement(row, rivals, names)]
        elif isinstance(row, AgentResult):
            said += _of_snapshots(row, snapshots)
        row.found = [[code.value, message] for code, message in said]
        findings += [Finding(code, message, line.file, line.number) for code, message in said]
    return findings + list(_similar(benchmarks, scores))


Said: TypeAlias = Iterator[tuple[NoteCode, str]]


def _of_fact(line: Line, row: Fact, released: Mapping[str, date | None], names: Mapping[str, str]) -> Said:
    release, told = released.get(row.model_id), line.text("date")
    if release is not None and told < release.isoformat()[: len(told)]:
        yield NoteCode.RESULT_BEFORE_RELEASE, f"Dated {told}; the model was released on {release}."
    if row.value is None:
        yield NoteCode.ZERO_MEANS_UNKNOWN, "The source says that it cost 0, so the value is unknown."
    if row.unit is None:
        yield NoteCode.UNIT_IMPOSSIBLE, f"The source says {line.text('unit')}, which {row.value:g} cannot be."
    if CAPS.get(names[row.source_id]) == (row.unit, row.value):
        yield NoteCode.CAPPED, f"The source shows nothing above {row.value:g}; the true value may be higher."
    if row.reporter is Reporter.VENDOR:
        yield NoteCode.VENDOR_REPORTED, f"Reported by: {row.reported_by}."


def _of_score(row: BenchmarkScore) -> Said:
    if row.value == 0:
        yield NoteCode.ZERO_DOUBTFUL, "0 in the whole benchmark: rather not run than all wrong."


Rivals: TypeAlias = Mapping[tuple[str, str], list[BenchmarkScore]]


def _rivals(rows: Iterable[BenchmarkScore]) -> Rivals:
    found: dict[tuple[str, str], list[BenchmarkScore]] = defaultdict(list)
    for row in rows:
        found[row.model_id, row.benchmark_id].append(row)
    return found


def _disagreement(row: BenchmarkScore, rivals: Rivals, names: Mapping[str, str]) -> Said:
    others = [
        f"{names[other.source_id]} has {other.value:g}"
        for other in rivals[row.model_id, row.benchmark_id]
        if other.source_id != row.source_id and abs(other.value - row.value) > POINT
    ]
    if others:
        yield NoteCode.SOURCES_DISAGREE, f"Here {row.value:g}; {', '.join(others)}."


def _snapshots(rows: Iterable[AgentResult]) -> dict[tuple[str, str], set[tuple[date, str]]]:
    """For each source and metric the snapshots of its table: the path of such a row ends in `@revision`."""
    found: dict[tuple[str, str], set[tuple[date, str]]] = defaultdict(set)
    for row in rows:
        if "@" in row.source_path:
            found[row.source_id, row.metric].add((row.reported_on, row.source_path.rpartition("@")[2]))
    return found


def _of_snapshots(row: AgentResult, snapshots: Mapping[tuple[str, str], set[tuple[date, str]]]) -> Said:
    held = sorted(snapshots.get((row.source_id, row.metric), ()))
    if len(held) > 1 and "@" in row.source_path:
        told = ", ".join(f"{revision} of {day}" for day, revision in held)
        yield NoteCode.SNAPSHOTS_UNDER_ONE_NAME, f"Compare inside one snapshot only; there are {told}."


def _similar(benchmarks: Sequence[Benchmark], scores: Sequence[Stated[BenchmarkScore]]) -> Iterator[Finding]:
    """Benchmarks whose names differ in case, spaces and punctuation alone; `+`, `<` and `>` mean something."""
    first: dict[str, Line] = {}
    for line, row in scores:
        first.setdefault(row.benchmark_id, line)
    alike: dict[str, list[Benchmark]] = defaultdict(list)
    for benchmark in benchmarks:
        plain = "".join(letter for letter in benchmark.name.casefold() if letter.isalnum() or letter in "+<>")
        alike[plain].append(benchmark)
    for benchmark in benchmarks:
        benchmark.found = []
    for group in alike.values():
        for benchmark in group if len(group) > 1 else ():
            others = ", ".join(other.name for other in group if other is not benchmark)
            message = f"Also listed as {others}; they are not merged."
            benchmark.found = [[NoteCode.SIMILAR_NAMES.value, message]]
            line = first[benchmark.id]
            yield Finding(NoteCode.SIMILAR_NAMES, f"{benchmark.name}: {message}", line.file, line.number)
