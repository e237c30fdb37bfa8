"""The files of public facts as table rows: benchmark scores, agent results, results by host, each with its source."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from db.catalogue.lines import Line, lines, unique
from db.catalogue.lints import Finding, Stated, lint, possible_unit
from db.catalogue.rows import Catalogue
from db.catalogue.store import key_id
from db.enums import Dimension, Reporter, Unit, UseCase
from db.tables import AgentResult, Benchmark, BenchmarkScore, EndpointResult, Source

SOURCE_COLUMNS = ("source", "repo", "commit", "date", "licence", "ship")
SCORE_COLUMNS = ("model", "benchmark", "score", "unit", "source", "reported_by", "config", "date", "source_path")
AGENT_COLUMNS = (
    *("model", "source", "use_case", "dimension", "metric", "value", "unit", "n", "date", "harness", "config"),
    *("reported_by", "source_path"),
)
ENDPOINT_COLUMNS = (
    *("model", "provider", "source", "metric", "value", "unit", "n", "concurrency", "prompt", "date", "source_path"),
)
UNITS = {
    "percent": Unit.PERCENT,
    "ratio": Unit.RATIO,
    "count": Unit.COUNT,
    "s": Unit.SECONDS,
    "tok/s": Unit.TOKENS_PER_SECOND,
    "usd": Unit.USD,
    "usd_total": Unit.USD_TOTAL,
}
REPORTERS = {"vendor": Reporter.VENDOR, "independent": Reporter.INDEPENDENT, "third party": Reporter.INDEPENDENT}
USE_CASES = {"general": UseCase.GENERAL_ASSISTANT, **{use_case.value.lower(): use_case for use_case in UseCase}}
DIMENSIONS = {"task_success": None, **{dimension.column: dimension for dimension in Dimension}}
OWN_RESULTS = {("ray-project/llmperf-leaderboard", "anyscale")}  # who makes Ray also serves models
_COSTS = {Unit.USD, Unit.USD_TOTAL}
_UNMATCHED = "endpoint_results.csv: no endpoint of the catalogue, kept with its model"
Fact = TypeVar("Fact", BenchmarkScore, AgentResult, EndpointResult)


@dataclass(frozen=True, slots=True)
class Facts:
    """What the files of facts say, and what the checks found."""

    sources: list[Source]
    benchmarks: list[Benchmark]
    scores: list[BenchmarkScore]
    agent_results: list[AgentResult]
    endpoint_results: list[EndpointResult]
    findings: list[Finding]


@dataclass(frozen=True, slots=True)
class Ids:
    """The ids of the rows that a fact may name, by name or slug."""

    models: dict[str, str]
    sources: dict[str, str]
    benchmarks: dict[str, str]


@dataclass(frozen=True, slots=True)
class Hosts:
    """What the sources of results by host call models and providers, and the one endpoint that a pair names."""

    models: dict[str, str]
    providers: dict[str, str | None]
    endpoints: dict[tuple[str, str | None], str]
    owners: dict[str, str]


def read_facts(folder: Path, catalogue: Catalogue) -> Facts:
    """Read and check the files of facts in `folder`. Raises BrokenFileError; the database is not touched."""
    readings = catalogue.readings
    source_lines = unique(lines(folder / "sources.csv", SOURCE_COLUMNS, readings), "source")
    sources = [_source(line) for line in source_lines]
    score_lines = lines(folder / "benchmark_scores.csv", SCORE_COLUMNS, readings)
    agent_lines = lines(folder / "agent_results.csv", AGENT_COLUMNS, readings)
    endpoint_lines = lines(folder / "endpoint_results.csv", ENDPOINT_COLUMNS, readings)
    benchmarks = _benchmarks(score_lines)
    ids = Ids(
        models=catalogue.model_ids,
        sources={row.name: row.id for row in sources},
        benchmarks={row.name: row.id for row in benchmarks},
    )
    hosts = _hosts(folder, catalogue, source_lines)
    scores = _once(score_lines, lambda line: _score(line, ids))
    agents = _once(agent_lines, lambda line: _agent_result(line, ids))
    served = _once(endpoint_lines, lambda line: _endpoint_result(line, ids, hosts))
    findings = lint(catalogue.models, sources, benchmarks, scores, agents, served)
    return Facts(sources, benchmarks, *(_rows(scores), _rows(agents), _rows(served)), findings)


def _rows(stated: list[Stated[Fact]]) -> list[Fact]:
    return [row for _, row in stated]


def _once(found: list[Line], row: Callable[[Line], Fact]) -> list[Stated[Fact]]:
    """The rows of the lines, once it is sure that no two state the same thing."""
    first: dict[str, int] = {}
    stated = [(line, row(line)) for line in found]
    for line, made in stated:
        if first.setdefault(made.id, line.number) != line.number:
            raise line.broken("any", f"the same result is already on line {first[made.id]}")
    return stated


def _source(line: Line) -> Source:
    name, repository = line.text("source"), line.text("repo").split()[0]
    url = f"https://github.com/{repository}"
    day = line.text("date")
    dated = not day.endswith("+")  # "2026-09+": what is installed is at least that new
    line.readings["date of a source read as unknown"] += not dated
    return Source(
        id=key_id("src", name),
        name=name,
        url=url,
        revision=line.text("commit"),
        revised_on=line.certain_day("date") if dated else None,
        licence=line.text("licence"),
        attribution=f"{name} ({url}), {line.text('licence')}",
    )


def _benchmarks(score_lines: list[Line]) -> list[Benchmark]:
    slugs: dict[str, str] = {}
    for line in score_lines:
        name = line.text("benchmark")
        slug = name.replace(" ", "_")
        if slugs.setdefault(slug, name) != name:
            raise line.broken("benchmark", f"{name!r} and {slugs[slug]!r} make the same slug {slug!r}")
    return [Benchmark(id=key_id("bmk", name), slug=slug, name=name) for slug, name in slugs.items()]


def _hosts(folder: Path, catalogue: Catalogue, source_lines: list[Line]) -> Hosts:
    readings = catalogue.readings
    models = unique(lines(folder / "served.csv", ("source_name", "model"), readings), "source_name")
    hosts = unique(lines(folder / "hosts.csv", ("host", "provider"), readings), "host")
    provider_ids, model_ids = catalogue.provider_ids, catalogue.model_ids
    pairs = Counter((row.model_id, row.provider_id) for row in catalogue.endpoints)
    return Hosts(
        models=model_ids | {line.text("source_name"): line.reference("model", model_ids) for line in models},
        providers={
            line.text("host"): line.reference("provider", provider_ids) if line.optional("provider") else None
            for line in hosts
        },
        endpoints={pair: row.id for row in catalogue.endpoints if pairs[pair := (row.model_id, row.provider_id)] == 1},
        owners={line.text("source"): line.text("repo").partition("/")[0] for line in source_lines},
    )


def _score(line: Line, ids: Ids) -> BenchmarkScore:
    value = line.figure("score")
    configuration, day, reporter = line.stated("config"), line.certain_day("date"), line.text("reported_by")
    key = (line.text("model"), line.text("benchmark"), line.text("source"), reporter, day.isoformat())
    return BenchmarkScore(
        id=key_id("bsc", *key, configuration or ""),
        model_id=line.reference("model", ids.models),
        benchmark_id=ids.benchmarks[line.text("benchmark")],
        source_id=line.reference("source", ids.sources),
        value=value,
        unit=possible_unit(value, line.word("unit", UNITS)),
        reporter=_reporter(line),
        reported_by=reporter,
        reported_on=day,
        configuration=configuration,
        source_path=line.text("source_path"),
    )


def _agent_result(line: Line, ids: Ids) -> AgentResult:
    value, unit = _cost_or_figure(line)
    configuration, harness, day = line.stated("config"), line.stated("harness"), line.certain_day("date")
    key = (line.text("model"), line.text("metric"), line.text("source"), line.text("reported_by"), day.isoformat())
    return AgentResult(
        id=key_id("agr", *key, harness or "", configuration or ""),
        model_id=line.reference("model", ids.models),
        source_id=line.reference("source", ids.sources),
        metric=line.text("metric"),
        value=value,
        unit=unit,
        n=line.count("n"),
        use_case=line.word("use_case", USE_CASES),
        dimension=line.word("dimension", DIMENSIONS),
        harness=harness,
        configuration=configuration,
        reporter=_reporter(line),
        reported_by=line.text("reported_by"),
        reported_on=day,
        source_path=line.text("source_path"),
    )


def _endpoint_result(line: Line, ids: Ids, hosts: Hosts) -> EndpointResult:
    value, unit = _cost_or_figure(line)
    source, host, day = line.text("source"), line.text("provider"), line.certain_day("date")
    model_id = line.reference("model", hosts.models)
    if host not in hosts.providers:
        raise line.broken("provider", f"hosts.csv has no host {host!r}")
    provider_id = hosts.providers[host]
    endpoint_id = hosts.endpoints.get((model_id, provider_id))
    line.readings[_UNMATCHED] += endpoint_id is None
    conditions = (line.optional("concurrency") or "", line.stated("prompt") or "")
    return EndpointResult(
        id=key_id("epr", model_id, host, line.text("metric"), source, day.isoformat(), *conditions),
        model_id=model_id,
        host=host,
        provider_id=provider_id,
        endpoint_id=endpoint_id,
        source_id=line.reference("source", ids.sources),
        metric=line.text("metric"),
        value=value,
        unit=unit,
        n=line.count("n"),
        concurrency=line.count("concurrency"),
        configuration=line.stated("prompt"),
        reporter=Reporter.VENDOR if (source, host) in OWN_RESULTS else Reporter.INDEPENDENT,
        reported_by=hosts.owners[source],
        reported_on=day,
        source_path=line.text("source_path"),
    )


def _cost_or_figure(line: Line) -> tuple[float | None, Unit | None]:
    """A value and its unit; a cost of 0 says nothing, so it is unknown, and so is a unit that cannot be right."""
    value, unit = line.figure("value"), line.word("unit", UNITS)
    if unit in _COSTS:
        line.readings["cost of 0 read as unknown"] += value == 0
        return value or None, unit
    return value, possible_unit(value, unit)


def _reporter(line: Line) -> Reporter:
    """Vendor or independent, by what stands before any brackets: `vendor (quoted)`."""
    text = line.text("reported_by").partition(" (")[0]
    if text not in REPORTERS:
        raise line.broken("reported_by", f"{text!r} is none of {', '.join(REPORTERS)}")
    return REPORTERS[text]
