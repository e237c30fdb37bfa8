"""The embedded catalogue arrives whole, dated and the same on SQLite and PostgreSQL."""

import asyncio
import re
import shutil
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from genai_prices import Usage, calc_price
from genai_prices.types import (
    ClauseEquals,
    ConditionalPrice,
    ModelInfo,
    ModelPrice,
    PriceVariant,
    StartDateConstraint,
    Tier,
    TieredPrices,
    TimeOfDateConstraint,
)
from tortoise.connection import get_connections
from tortoise.context import TortoiseContext
from tortoise.exceptions import IntegrityError

from db.catalogue import FOLDER, BrokenFileError, Imported, Tally, findings, import_catalogue, is_current
from db.catalogue.dated import PROVIDER_IDS, RELEASES, SOURCE
from db.catalogue.periods import UnexpectedPriceError, periods
from db.catalogue.prices import price
from db.catalogue.rows import read
from db.connect import Database
from db.enums import Issuer, NoteCode, Reporter, Unit, UseCase
from db.tables import (
    AgentResult,
    Benchmark,
    BenchmarkScore,
    Developer,
    Endpoint,
    EndpointResult,
    ImportDigest,
    Model,
    ModelAlias,
    PricePeriod,
    Provider,
    Review,
    Reviewer,
    Revision,
    Source,
)
from tests.conftest import Databases

pytestmark = pytest.mark.anyio
TODAY = date(2026, 11, 23)
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
FACTS = (Source, Benchmark, BenchmarkScore, AgentResult, EndpointResult)
TABLES = (Developer, Model, ModelAlias, Provider, Endpoint, PricePeriod, *FACTS)
Contents = list[list[dict[str, object]]]
NAMES = [table._meta.db_table for table in TABLES]


@dataclass(frozen=True)
class Filled:
    """A database with the catalogue in it, and what its import reported and left; tests leave it as it is."""

    name: str
    database: Database
    imported: Imported
    contents: Contents


class Cluster:
    """Databases of both dialects: empty ones, and copies of one that holds the catalogue."""

    def __init__(self, folder: Path, server: Any) -> None:
        self.folder, self.server = folder, server
        self.count = 0
        self.filled: dict[str, Filled] = {}

    def database(self, dialect: str, template: str | None = None) -> tuple[str, Database]:
        self.count += 1
        name = f"catalogue{self.count}"
        if dialect == "sqlite" and template:
            shutil.copy(self.folder / f"{template}.db", self.folder / f"{name}.db")
        if dialect == "postgresql":
            self.server.psql(f"CREATE DATABASE {name} TEMPLATE {template or 'template1'}")
        urls = {
            "sqlite": f"sqlite:///{self.folder / name}.db",
            "postgresql": self.server.get_uri().replace("/postgres?", f"/{name}?"),
        }
        return name, Database(urls[dialect])

    def imported(self, dialect: str) -> Filled:
        if dialect not in self.filled:
            self.filled[dialect] = asyncio.run(_fill(*self.database(dialect)))
        return self.filled[dialect]

    def copy(self, dialect: str) -> Database:
        return self.database(dialect, self.imported(dialect).name)[1]


async def _fill(name: str, database: Database) -> Filled:
    await database.migrate()
    async with database.opened():
        return Filled(name, database, await import_catalogue(TODAY), await _contents())


@pytest.fixture(scope="module")
def cluster(databases: Databases) -> Cluster:
    return Cluster(databases.folder, databases.server)


@pytest.fixture(params=["sqlite", "postgresql"])
def dialect(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def filled(cluster: Cluster, dialect: str) -> Filled:
    return cluster.imported(dialect)


@pytest.fixture
def imported(filled: Filled) -> Imported:
    return filled.imported


@pytest.fixture
async def database(filled: Filled) -> AsyncIterator[TortoiseContext]:
    """The database that holds the catalogue, for tests that leave it as it is."""
    async with filled.database.opened() as context:
        yield context


@pytest.fixture
async def scratch(cluster: Cluster, dialect: str, imported: Imported) -> AsyncIterator[TortoiseContext]:
    """A copy of it, for tests that change it."""
    async with cluster.copy(dialect).opened() as context:
        yield context


@pytest.fixture
async def empty(cluster: Cluster, dialect: str) -> AsyncIterator[TortoiseContext]:
    """A migrated database without any row."""
    _, database = cluster.database(dialect)
    await database.migrate()
    async with database.opened() as context:
        yield context


async def _contents() -> Contents:
    connection = next(iter(get_connections().all()))
    return [await connection.execute_query_dict(f"SELECT * FROM {name} ORDER BY id") for name in NAMES]


def _copy(folder: Path, file: str, old: str, new: str) -> Path:
    """The catalogue with one change in one file, and one harmless change in another."""
    folder.mkdir()
    for path in FOLDER.glob("*.csv"):
        shutil.copy(path, folder)
    for name, before, after in [("providers.csv", ",AIHubMix,", ",AIHubMix II,"), (file, old, new)]:
        text = (folder / name).read_text(encoding="utf-8")
        assert before in text
        (folder / name).write_text(text.replace(before, after, 1), encoding="utf-8")
    return folder


async def test_the_whole_catalogue_is_imported(database: TortoiseContext, imported: Imported) -> None:
    counts = [await table.all().count() for table in TABLES]
    assert counts[:5] == [22, 316, 738, 103, 1521]
    assert counts[6:] == [21, 210, 1430, 2497, 796]
    named = [imported.developers, imported.models, imported.aliases, imported.providers, imported.endpoints]
    facts = [imported.sources, imported.benchmarks, imported.benchmark_scores, imported.agent_results]
    tallies = [*named, imported.prices, *facts, imported.endpoint_results]
    assert tallies == [Tally(inserted=count) for count in counts]
    assert imported.wrote == sum(counts)


async def test_a_second_import_changes_nothing(database: TortoiseContext, filled: Filled) -> None:
    again = await import_catalogue(TODAY)
    assert await _contents() == filled.contents
    assert again.endpoints == Tally(unchanged=1521)
    assert again.prices == Tally(unchanged=filled.imported.prices.inserted)
    assert again.wrote == 0


async def test_what_is_skipped_is_counted_with_its_reason(database: TortoiseContext, imported: Imported) -> None:
    assert set(imported.skipped) == {
        f"{source}: neither an input nor an output price" for source in ("models.dev", SOURCE)
    }
    priced = {row.endpoint_id for row in await PricePeriod.all()}
    assert len(priced) == sum(imported.priced_by.values())
    assert len(priced) + imported.skipped["models.dev: neither an input nor an output price"] == 1521


async def test_every_price_has_one_source_and_a_date_and_is_not_zero(database: TortoiseContext) -> None:
    sources: dict[str, set[str]] = {}
    for row in await PricePeriod.all():
        sources.setdefault(row.endpoint_id, set()).add(row.source)
        rates = (row.input_usd_per_mtok, row.output_usd_per_mtok, row.cache_read_usd_per_mtok)
        assert all(rate != 0 for rate in (*rates, row.cache_write_usd_per_mtok))
        assert row.checked_on <= TODAY
    assert all(len(found) == 1 for found in sources.values())
    assert {source for found in sources.values() for source in found} == {"models.dev", SOURCE}


async def test_every_dated_price_is_what_the_package_charges(database: TortoiseContext) -> None:
    endpoints = {row.id: row for row in await Endpoint.all()}
    providers = {row.id: row.slug for row in await Provider.all()}
    rows = await PricePeriod.filter(source=SOURCE)
    assert len(rows) > 380
    for row in rows:
        endpoint = endpoints[row.endpoint_id]
        usage = Usage(input_tokens=_tokens(row), output_tokens=1000)
        charge = calc_price(
            usage,
            endpoint.provider_model_id,
            provider_id=PROVIDER_IDS[providers[endpoint.provider_id]],
            genai_request_timestamp=_moment(row),
            price_context=_situation(row),
        )
        charged = charge.input_price + charge.output_price  # without fees per request, which are not kept
        assert abs(_cost(row, _tokens(row), 1000) - charged) < Decimal("0.000001"), (endpoint.slug, row.condition)


def _cost(row: PricePeriod, input_tokens: int, output_tokens: int) -> Decimal:
    rates = (row.input_usd_per_mtok or Decimal(0)), (row.output_usd_per_mtok or Decimal(0))
    return (rates[0] * input_tokens + rates[1] * output_tokens) / 1_000_000


def _tokens(row: PricePeriod) -> int:
    above = re.search(r"above ([\d,]+)", row.condition or "")
    return int(above[1].replace(",", "")) + 1 if above else 1000


def _moment(row: PricePeriod) -> datetime:
    hour = re.search(r"(\d\d):(\d\d)\N{EN DASH}", row.condition or "")
    at = time(int(hour[1]), int(hour[2])) if hour else time(20)  # no stated time of day includes 20:00
    return datetime.combine(row.valid_from or row.valid_to or TODAY, at, tzinfo=UTC)


def _situation(row: PricePeriod) -> dict[str, str]:
    stated = (part.split(": ") for part in (row.condition or "").split("; ") if ": " in part)
    return {part[0].replace(" ", "_"): part[1] for part in stated}


@pytest.mark.parametrize("endpoint", ["openai:gpt-4o", "anthropic:claude-opus-4-5", "openrouter:openai/gpt-5"])
async def test_an_endpoint_costs_what_the_package_says(database: TortoiseContext, endpoint: str) -> None:
    provider, model = endpoint.split(":")
    row = await PricePeriod.get(endpoint_id=(await Endpoint.get(slug=endpoint)).id, condition=None, valid_to=None)
    usage = Usage(input_tokens=20_000, output_tokens=3_000)
    charged = calc_price(usage, model, provider_id=provider, genai_request_timestamp=NOON)
    assert _cost(row, 20_000, 3_000) == charged.total_price


async def test_a_host_is_never_priced_from_another_hosts_list(database: TortoiseContext) -> None:
    endpoint = await Endpoint.get(slug="azure:deepseek-v4-pro")
    row = await PricePeriod.get(endpoint_id=endpoint.id)
    assert (row.source, row.checked_on, row.input_usd_per_mtok) == (
        "models.dev",
        date(2026, 4, 24),
        Decimal("1.74"),
    )


async def test_unknown_stays_unknown(database: TortoiseContext) -> None:
    assert await Model.filter(deprecated=None).count() == 72
    assert await Model.filter(structured_output=None).count() == 229
    assert await Endpoint.filter(structured_output=None).count() == 579
    assert await Endpoint.filter(structured_output=False).count() == 53
    image = await Endpoint.get(slug="openai:gpt-image-1")
    assert (image.context_limit, image.output_limit) == (None, None)
    alias = await ModelAlias.filter(name="claude-3-5-sonnet-20241022").first()
    assert alias is not None
    assert (alias.valid_from, alias.valid_to) == (None, None)


async def test_a_month_is_read_as_its_first_day_and_counted(database: TortoiseContext, imported: Imported) -> None:
    model = await Model.get(slug="alibaba/qwen2-5-vl-72b-instruct")
    assert model.release_date == date(2024, 9, 1)
    assert imported.readings["release_date of a month read as its first day"] == 4
    assert imported.readings["last_updated of a month read as its first day"] == 39


BROKEN = [
    ("models.csv", ",32768,0,alibaba/qwen-max", ",many,0,alibaba/qwen-max", 3, "context_window"),
    ("models.csv", "2024-04-03", "2024-04-33", 3, "release_date"),
    ("models.csv", ",32768,0,alibaba/qwen-max", ",32768,maybe,alibaba/qwen-max", 3, "open_weights"),
    ("models.csv", "\nalibaba/qwen-max,", "\nalibaba/qwen-flash,", 3, "slug"),
    ("models.csv", "slug,name,developer", "slug,name,maker", 1, "developer"),
    ("models.csv", ",Qwen Max,Alibaba,", ",Qwen Max,ALIBABA,", 3, "developer"),
    ("models.csv", ",Qwen Max,Alibaba,", ",Qwen Max,", 3, "output_limit"),
    ("models.csv", ",Qwen Max,", ",Qwen \0 Max,", 3, "name"),
    ("aliases.csv", "gpt-3.5-turbo-0125,openai/gpt-3.5-turbo-0125", "a,openai/unheard-of", 2, "model"),
    ("endpoints.csv", "xiaomi/mimo-v2.5-pro,aihubmix", "xiaomi/mimo-v2.5-pro,nobody", 2, "provider"),
    ("endpoints.csv", ",0.2,0.6,0.04,,", ",0.2.1,0.6,0.04,,", 2, "input_usd_per_mtok"),
    ("endpoints.csv", ",0.2,0.6,0.04,,", ",0.2,-0.6,0.04,,", 2, "output_usd_per_mtok"),
    ("endpoints.csv", "0.2,0.6,0.04,,2026-05-13", "0.2,0.6,0.04,,", 2, "last_updated"),
    ("retired.csv", "anthropic/claude-2.1", "anthropic/claude-opus-4-5-20251101", 2, "slug"),
    ("retired.csv", ",Claude 2.1,Anthropic,", ",Claude 2.1,Somebody,", 2, "developer"),
    ("sources.csv", "f3fc69229,2026-07-02", "f3fc69229,soon", 2, "date"),
    ("hosts.csv", "DeepSeek,deepseek", "DeepSeek,nobody", 2, "provider"),
    ("served.csv", "qwen/qwen2.5-coder-32b-instruct", "qwen/unheard-of", 2, "model"),
    ("benchmark_scores.csv", "model,benchmark,score", "model,benchmark,result", 1, "score"),
    ("benchmark_scores.csv", ",ARC-C,92.4,", ",ARC-C,92.4.1,", 2, "score"),
    ("benchmark_scores.csv", ",ARC-C,92.4,", ",ARC-C,-92.4,", 2, "score"),
    ("benchmark_scores.csv", ",ARC-C,92.4,", ",ARC-C,nan,", 2, "score"),
    ("benchmark_scores.csv", ",ARC-C,92.4,", ",ARC-C,,", 2, "score"),
    ("benchmark_scores.csv", "92.4,percent,", "92.4,stars,", 2, "unit"),
    ("benchmark_scores.csv", "percent,LLMStats,", "percent,hearsay,", 2, "source"),
    ("benchmark_scores.csv", ",vendor (self-reported),", ",a friend,", 2, "reported_by"),
    ("benchmark_scores.csv", ",2024-11-17,", ",2024-13-17,", 2, "date"),
    ("benchmark_scores.csv", "amazon/nova-lite-v1,ARC-C", "amazon/nova,ARC-C", 2, "model"),
    ("agent_results.csv", "BFCL v3 multi-turn accuracy,17.5", "BFCL v3 irrelevance detection,17.5", 3, "any"),
    ("agent_results.csv", ",general,tool_calling,", ",general,beauty,", 2, "dimension"),
    ("agent_results.csv", ",general,tool_calling,", ",poetry,tool_calling,", 2, "use_case"),
    ("agent_results.csv", ",percent,800,", ",percent,0,", 3, "n"),
    ("endpoint_results.csv", ",anyscale,ray", ",nobody,ray", 2, "provider"),
    ("endpoint_results.csv", ",150,5,550 in", ",150,0,550 in", 2, "concurrency"),
]


@pytest.mark.parametrize("broken", BROKEN)
async def test_a_broken_file_changes_nothing(
    database: TortoiseContext, filled: Filled, tmp_path: Path, broken: tuple[str, str, str, int, str]
) -> None:
    file, old, new, line, column = broken
    with pytest.raises(BrokenFileError, match=f"{file}, line {line}, column {column}: ") as error:
        await import_catalogue(TODAY, _copy(tmp_path / "catalogue", file, old, new))
    assert (error.value.file, error.value.line, error.value.column) == (file, line, column)
    assert await _contents() == filled.contents


async def test_text_that_is_not_utf8_is_named_by_its_line(tmp_path: Path) -> None:
    folder = _copy(tmp_path / "catalogue", "models.csv", "Qwen Max", "Qwen Max")
    path = folder / "models.csv"
    path.write_bytes(path.read_bytes().replace(b"Qwen Max", b"Qwen \xff", 1))
    with pytest.raises(BrokenFileError, match=r"models\.csv, line 3, column any: the text is not UTF-8"):
        await import_catalogue(TODAY, folder)


@pytest.mark.parametrize(
    ("cut", "problem"),
    [
        (slice(-40), r"line 2498, column any: the file is cut off: its last line has no end"),
        (slice(200), r"line 2, column any: the file is cut off"),
        (slice(0), r"line 1, column model: the column is missing"),
    ],
)
async def test_a_file_that_is_cut_off_changes_nothing(
    database: TortoiseContext, filled: Filled, tmp_path: Path, cut: slice, problem: str
) -> None:
    folder = _copy(tmp_path / "catalogue", "models.csv", "Qwen Max", "Qwen Max")
    path = folder / "agent_results.csv"
    path.write_bytes(path.read_bytes()[cut])
    with pytest.raises(BrokenFileError, match=rf"^agent_results\.csv, {problem}"):
        await import_catalogue(TODAY, folder)
    path.write_text(path.read_text().partition("\n")[0] + "\n")
    if cut.stop:
        with pytest.raises(BrokenFileError, match=r"line 2, column any: the file has no rows"):
            await import_catalogue(TODAY, folder)
    path.unlink()
    with pytest.raises(BrokenFileError, match=r"^agent_results\.csv, line 1, column any: the file is missing$"):
        await import_catalogue(TODAY, folder)
    assert await _contents() == filled.contents


async def test_an_import_that_the_database_refuses_changes_nothing(empty: TortoiseContext) -> None:
    await Provider.create(slug="zenmux", name="somebody else's row of the same name")
    before = await _contents()
    with pytest.raises(IntegrityError):
        await import_catalogue(TODAY)
    assert await _contents() == before


async def test_a_new_import_updates_in_place_and_keeps_what_vanished(scratch: TortoiseContext, tmp_path: Path) -> None:
    gone = "\nxiaomi/mimo-v2.5-pro,aihubmix,coding-xiaomi-mimo-v2.5-pro,1048576,131072,1,,1,,0.2,0.6,0.04,,2026-05-13"
    endpoint = await Endpoint.get(slug="aihubmix:coding-xiaomi-mimo-v2.5-pro")
    review = await _review(endpoint)
    again = await import_catalogue(TODAY, _copy(tmp_path / "catalogue", "endpoints.csv", gone, ""))
    assert again.endpoints == Tally(unchanged=1520, absent=1)
    assert again.providers == Tally(updated=1, unchanged=102)
    assert (await Provider.get(slug="aihubmix")).name == "AIHubMix II"
    assert (await Review.get(id=review.id)).endpoint_id == endpoint.id
    assert await PricePeriod.filter(endpoint_id=endpoint.id).count() == 1


async def _review(endpoint: Endpoint) -> Review:
    reviewer = await Reviewer.create(issuer=Issuer.DEMO, subject="1", login="demo", joined_at=NOON)
    review = Review(reviewer_id=reviewer.id, endpoint_id=endpoint.id, use_case=UseCase.RAG, revision_id="rvn_1")
    review.published_at = review.updated_at = NOON
    connection = next(iter(get_connections().all()))
    async with connection._in_transaction():
        await review.save(force_create=True)
        await Revision.create(
            id="rvn_1", review_id=review.id, reviewer_id=reviewer.id, number=1, latency=4, created_at=NOON
        )
    return review


async def test_a_listed_endpoint_keeps_no_price_that_is_no_longer_stated(scratch: TortoiseContext) -> None:
    endpoint = await Endpoint.get(slug="azure:deepseek-v4-pro")
    await PricePeriod.create(endpoint_id=endpoint.id, input_usd_per_mtok=1, source="old", checked_on=TODAY)
    again = await import_catalogue(TODAY)
    assert again.prices.removed == 1
    assert (await PricePeriod.get(endpoint_id=endpoint.id)).source == "models.dev"


async def test_two_imports_at_once_both_succeed(empty: TortoiseContext) -> None:
    await asyncio.gather(import_catalogue(TODAY), import_catalogue(TODAY))
    assert [await table.all().count() for table in TABLES][:5] == [22, 316, 738, 103, 1521]


async def test_only_what_changed_is_written_and_a_fact_that_is_gone_is_removed(
    scratch: TortoiseContext, tmp_path: Path
) -> None:
    folder = _copy(tmp_path / "catalogue", "benchmark_scores.csv", ",ARC-C,92.4,", ",ARC-C,92.5,")
    path = folder / "agent_results.csv"
    first, gone, rest = path.read_text().split("\n", 2)
    path.write_text(f"{first}\n{rest}")
    assert not await is_current(folder)
    told: list[str] = []
    again = await import_catalogue(TODAY, folder, told=lambda name, _tally: told.append(name))
    assert again.benchmark_scores == Tally(updated=1, unchanged=1429)
    assert again.agent_results == Tally(unchanged=2496, removed=1)
    assert again.wrote == 3  # the two, and the provider that `_copy` renames
    assert told[-3:] == ["benchmark scores", "agent results", "endpoint results"]
    assert await is_current(folder)
    assert not await is_current()
    assert gone not in path.read_text()


async def test_unchanged_files_are_known_by_their_digest(scratch: TortoiseContext) -> None:
    assert await is_current()
    await ImportDigest.all().delete()
    assert not await is_current()
    assert (await import_catalogue(TODAY)).wrote == 0
    assert await is_current()


async def test_a_broken_file_is_not_remembered_as_imported(scratch: TortoiseContext, tmp_path: Path) -> None:
    folder = _copy(tmp_path / "catalogue", "benchmark_scores.csv", ",ARC-C,92.4,", ",ARC-C,x,")
    with pytest.raises(BrokenFileError):
        await import_catalogue(TODAY, folder)
    assert not await is_current(folder)
    assert await is_current()


async def test_every_fact_has_its_source_and_reporter(database: TortoiseContext) -> None:
    counts = {
        (table, reporter): await table.filter(reporter=reporter).count()
        for table in (BenchmarkScore, AgentResult, EndpointResult)
        for reporter in Reporter
    }
    assert list(counts.values()) == [1148, 282, 160, 2337, 30, 766]
    source = await Source.get(name="LLMStats")
    assert source.attribution == "LLMStats (https://github.com/JonathanChavezTamales/LLMStats), CC BY 4.0"
    assert source.revised_on == date(2025, 5, 22)
    assert (await Source.get(name="genai-prices")).revised_on is None  # "2026-09+" is no day
    assert await AgentResult.filter(use_case=UseCase.FINANCIAL_ANALYSIS).count() == 0


async def test_a_cost_of_zero_is_unknown(database: TortoiseContext) -> None:
    [unknown] = await AgentResult.filter(value=None)
    assert (unknown.unit, [note.code for note in unknown.notes]) == (
        Unit.USD,
        [NoteCode.ZERO_MEANS_UNKNOWN, NoteCode.SNAPSHOTS_UNDER_ONE_NAME],
    )
    assert await AgentResult.filter(value=0, unit=Unit.PERCENT).count() == 21  # all wrong is a result
    assert await EndpointResult.filter(value=0, metric="error rate").count() == 12


async def test_models_older_than_the_catalogue_are_imported_as_deprecated(database: TortoiseContext) -> None:
    retired = await Model.filter(slug__in=["meta/llama-2-70b-chat", "anthropic/claude-2.1"]).order_by("slug")
    assert [(row.deprecated, row.open_weights, row.context_window) for row in retired] == [
        (True, False, None),
        (True, True, None),
    ]
    assert await EndpointResult.filter(model_id=retired[1].id).count() == 80 + 6 * 9
    endpoint = await Endpoint.get(slug="openai:gpt-4-turbo")
    assert await EndpointResult.filter(endpoint_id=endpoint.id).count() == 9
    assert await EndpointResult.exclude(endpoint_id=None).count() == 9


def test_the_checks_find_what_is_known_of_the_files() -> None:
    found = findings()
    assert Counter(finding.code for finding in found) == {
        NoteCode.VENDOR_REPORTED: 1338,
        NoteCode.SNAPSHOTS_UNDER_ONE_NAME: 544,
        NoteCode.RESULT_BEFORE_RELEASE: 443,
        NoteCode.SOURCES_DISAGREE: 34,
        NoteCode.SIMILAR_NAMES: 34,
        NoteCode.CAPPED: 14,
        NoteCode.UNIT_IMPOSSIBLE: 6,
        NoteCode.ZERO_DOUBTFUL: 2,
        NoteCode.ZERO_MEANS_UNKNOWN: 1,
    }
    [first, *_] = [finding for finding in found if finding.code is NoteCode.RESULT_BEFORE_RELEASE]
    assert (first.file, first.line) == ("benchmark_scores.csv", 2)
    assert first.message == "Dated 2024-11-17; the model was released on 2024-12-03."


async def test_seventeen_of_eighty_four_pairs_of_two_sources_disagree(database: TortoiseContext) -> None:
    pairs: dict[tuple[str, str], set[str]] = {}
    disagreeing = set()
    for row in await BenchmarkScore.all():
        pairs.setdefault((row.model_id, row.benchmark_id), set()).add(row.source_id)
        if NoteCode.SOURCES_DISAGREE in {note.code for note in row.notes}:
            disagreeing.add((row.model_id, row.benchmark_id))
    assert sum(len(sources) > 1 for sources in pairs.values()) == 84
    assert len(disagreeing) == 17


async def test_every_finding_is_a_note_on_its_row(database: TortoiseContext) -> None:
    noted: Counter[NoteCode] = Counter()
    for table in (Benchmark, BenchmarkScore, AgentResult, EndpointResult):
        for row in await table.all():
            noted.update(note.code for note in row.notes)
    assert noted == Counter(finding.code for finding in findings())


async def test_spellings_and_sources_are_never_merged(database: TortoiseContext) -> None:
    spellings = await Benchmark.filter(slug__in=["HumanEval", "Humaneval"]).order_by("slug")
    assert len(spellings) == 2
    assert {row.notes[0].code for row in spellings} == {NoteCode.SIMILAR_NAMES}
    bounds = await Benchmark.filter(slug__startswith="Graphwalks_parents")
    assert [row.notes for row in bounds] == [[], []]  # below and above 128k differ in more than spelling
    model = await Model.get(slug="openai/gpt-4o-2024-08-06")
    mmlu = await BenchmarkScore.filter(model_id=model.id, benchmark_id=(await Benchmark.get(slug="MMLU")).id)
    assert len({row.source_id for row in mmlu}) == len(mmlu) == 2


async def test_a_changed_list_price_ends_the_one_before(scratch: TortoiseContext, tmp_path: Path) -> None:
    line = "coding-xiaomi-mimo-v2.5-pro,1048576,131072,1,,1,,0.2,0.6,0.04,,2026-05-13"
    raised = line.replace("0.2,0.6,0.04,,2026-05-13", "0.3,0.6,0.04,,2026-08-01")
    folder = _copy(tmp_path / "catalogue", "endpoints.csv", line, raised)
    endpoint = await Endpoint.get(slug="aihubmix:coding-xiaomi-mimo-v2.5-pro")
    told = []
    for source in (folder, folder, FOLDER):  # once more, and then an older list again
        await import_catalogue(TODAY, source)
        periods = await PricePeriod.filter(endpoint_id=endpoint.id).order_by("-checked_on")
        told.append([(row.input_usd_per_mtok, row.valid_from, row.valid_to, row.checked_on) for row in periods])
    begun, ended, first = date(2026, 8, 1), date(2026, 7, 31), date(2026, 5, 13)
    assert told == [[(Decimal("0.3"), begun, None, begun), (Decimal("0.2"), None, ended, first)]] * 3


def test_ids_are_equal_on_both_dialects(cluster: Cluster) -> None:
    here, there = (cluster.imported(dialect).contents for dialect in ("sqlite", "postgresql"))
    # each database sorts text in its own way
    assert [{row["id"] for row in rows} for rows in here] == [{row["id"] for row in rows} for rows in there]


def test_the_release_of_the_price_package_is_dated() -> None:
    assert SOURCE in RELEASES, "an upgrade of genai-prices needs the day of its upload"


def _entry(prices: ModelPrice | list[ConditionalPrice], variants: list[PriceVariant] | None = None) -> ModelInfo:
    return ModelInfo(id="m", match=ClauseEquals("m"), prices=prices, price_variants=variants)


def _flat(usd: str) -> ModelPrice:
    return ModelPrice(input_mtok=Decimal(usd))


def _told(model: ModelInfo) -> list[tuple[str, str, str | None, str]]:
    return [(str(p.valid_from), str(p.valid_to), p.condition, f"{p.rates[0]:f}") for p in periods(model)]


def test_start_dates_become_periods_that_meet() -> None:
    later = ConditionalPrice(StartDateConstraint(date(2026, 3, 1)), prices=_flat("2"))
    assert _told(_entry([ConditionalPrice(prices=_flat("1")), later])) == [
        ("None", "2026-02-28", None, "1.000000"),
        ("2026-03-01", "None", None, "2.000000"),
    ]


def test_a_time_of_day_is_told_in_utc() -> None:
    night = ConditionalPrice(TimeOfDateConstraint(time(16, 30), time(0, 30)), prices=_flat("0.5"))
    assert _told(_entry([ConditionalPrice(prices=_flat("1")), night])) == [
        ("None", "None", None, "1.000000"),
        ("None", "None", "16:30\N{EN DASH}00:30 UTC", "0.500000"),
    ]


def test_tiers_and_variants_are_told_in_words() -> None:
    tiered = ModelPrice(
        input_mtok=TieredPrices(
            base=Decimal(1), tiers=[Tier(start=32_000, price=Decimal(2)), Tier(start=256_000, price=Decimal(3))]
        )
    )
    batch = PriceVariant(when={"processing": "batch"}, prices=_flat("0.5"))
    default = PriceVariant(when={"service_tier": "default"}, prices=ModelPrice())
    assert _told(_entry(tiered, [batch, default])) == [
        ("None", "None", None, "1.000000"),
        ("None", "None", "input tokens above 256,000", "3.000000"),
        ("None", "None", "input tokens above 32,000 up to 256,000", "2.000000"),
        ("None", "None", "processing: batch", "0.500000"),
    ]


def test_a_condition_is_also_told_in_parts_to_compute_with() -> None:
    tiered = ModelPrice(input_mtok=TieredPrices(base=Decimal(1), tiers=[Tier(start=32_000, price=Decimal(2))]))
    batch = PriceVariant(when={"processing": "batch"}, prices=_flat("0.5"))
    found = [(p.condition, p.terms, p.above) for p in periods(_entry(tiered, [batch]))]
    assert found == [
        (None, None, None),
        ("input tokens above 32,000", None, 32_000),
        ("processing: batch", "processing: batch", None),
    ]


def test_prices_that_cannot_be_told_are_refused() -> None:
    windows = [TimeOfDateConstraint(time(1), time(4)), TimeOfDateConstraint(time(3), time(6))]
    overlapping = [ConditionalPrice(window, prices=_flat("2")) for window in windows]
    with pytest.raises(UnexpectedPriceError, match="overlap"):
        periods(_entry([ConditionalPrice(prices=_flat("1")), *overlapping]))
    with pytest.raises(UnexpectedPriceError, match="negative"):
        periods(_entry(_flat("-1")))


def test_an_unreadable_price_of_the_package_costs_no_import(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("db.catalogue.dated.entry", lambda _provider, _model: object())
    prices = price(read(FOLDER), TODAY)
    assert prices.priced_by.keys() == {"models.dev"}
    assert sum(count for reason, count in prices.skipped.items() if reason.startswith(SOURCE)) == 1521
