"""The embedded catalogue: which models there are, who serves them at what price, and what was measured in public."""

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path

from tortoise.transactions import in_transaction

from db.catalogue.digest import digest, is_imported, remember
from db.catalogue.facts import Facts, read_facts
from db.catalogue.history import succeed
from db.catalogue.lines import BrokenFileError
from db.catalogue.lints import Finding
from db.catalogue.prices import Prices, price
from db.catalogue.rows import Catalogue, read
from db.catalogue.store import Row, Tally, nothing, write
from db.tables import (
    AgentResult,
    Benchmark,
    BenchmarkScore,
    Developer,
    Endpoint,
    EndpointResult,
    Model,
    ModelAlias,
    PricePeriod,
    Provider,
    Source,
)

__all__ = ["FOLDER", "BrokenFileError", "Finding", "Imported", "Tally", "findings", "import_catalogue", "is_current"]

FOLDER = Path(__file__).parent
Told = Callable[[str, Tally], None]


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did, table by table."""

    developers: Tally
    models: Tally
    aliases: Tally
    providers: Tally
    endpoints: Tally
    prices: Tally
    sources: Tally
    benchmarks: Tally
    benchmark_scores: Tally
    agent_results: Tally
    endpoint_results: Tally
    priced_by: Counter[str]
    """How many endpoints got their prices from which source."""
    skipped: Counter[str]
    """What was left out, by reason."""
    readings: Counter[str]
    """How often a value was read as something else than it says, by what was done."""
    notes: Counter[str]
    """What the checks of the public facts found, by code."""

    @property
    def tallies(self) -> list[Tally]:
        """The tables' tallies."""
        found = (getattr(self, each.name) for each in fields(self))
        return [each for each in found if isinstance(each, Tally)]

    @property
    def wrote(self) -> int:
        """How many rows were written or removed."""
        return sum(tally.inserted + tally.updated + tally.removed for tally in self.tallies)


def _silently(_name: str, _tally: Tally) -> None:
    """Tell nobody."""


async def import_catalogue(now: date, folder: Path = FOLDER, told: Told = _silently) -> Imported:
    """Bring the catalogue of `folder` into the connected database: all of it or nothing.

    Rows are updated in place and none that a review may point at is deleted, so it may run as often as one
    likes; a run that finds nothing new writes nothing. `told` hears of each table as it is done. No network is
    used. Raises BrokenFileError, which names the file, line and column.
    """
    read_as = digest(folder)
    catalogue = read(folder)
    facts, prices = read_facts(folder, catalogue), price(catalogue, now)
    async with in_transaction():
        imported = await _write(catalogue, prices, facts, told)
        if not await is_imported(folder):
            await remember(read_as)
        return imported


async def is_current(folder: Path = FOLDER) -> bool:
    """Whether the connected database holds what `folder` says, so that importing it would change nothing."""
    return await is_imported(folder)


def findings(folder: Path = FOLDER) -> list[Finding]:
    """What the checks find about the public facts of `folder`. Raises BrokenFileError; no database is used."""
    return read_facts(folder, read(folder)).findings


def _always(_row: object) -> bool:
    """Prune whatever the files no longer state: nothing points at a public fact."""
    return True


async def _write(catalogue: Catalogue, prices: Prices, facts: Facts, told: Told) -> Imported:
    async def put(name: str, table: type[Row], rows: list[Row], prunes: Callable[[Row], bool] = nothing) -> Tally:
        tally = await write(table, rows, prunes)
        told(name, tally)
        return tally

    return Imported(
        developers=await put("developers", Developer, catalogue.developers),
        providers=await put("providers", Provider, catalogue.providers),
        models=await put("models", Model, catalogue.models),
        aliases=await put("aliases", ModelAlias, catalogue.aliases),
        endpoints=await put("endpoints", Endpoint, catalogue.endpoints),
        # A listed endpoint's prices are replaced as a whole: a period left over would be a second price.
        prices=await put("prices", PricePeriod, await _priced(prices), lambda row: row.endpoint_id in prices.stated),
        sources=await put("sources", Source, facts.sources),
        benchmarks=await put("benchmarks", Benchmark, facts.benchmarks),
        benchmark_scores=await put("benchmark scores", BenchmarkScore, facts.scores, _always),
        agent_results=await put("agent results", AgentResult, facts.agent_results, _always),
        endpoint_results=await put("endpoint results", EndpointResult, facts.endpoint_results, _always),
        priced_by=prices.priced_by,
        skipped=+prices.skipped,
        readings=+catalogue.readings,
        notes=Counter(finding.code.value for finding in facts.findings),
    )


async def _priced(prices: Prices) -> list[PricePeriod]:
    """The periods to hold: what was held, succeeded by what is stated now."""
    held: dict[str, list[PricePeriod]] = defaultdict(list)
    for row in await PricePeriod.all():
        held[row.endpoint_id].append(row)
    return [row for key, stated in prices.stated.items() for row in succeed(held[key], stated)]
