"""The embedded catalogue: which models there are, who serves them, and what they cost on which day."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from tortoise.transactions import in_transaction

from db.catalogue.lines import BrokenFileError
from db.catalogue.prices import Prices, price
from db.catalogue.rows import Catalogue, read
from db.catalogue.store import Tally, write
from db.tables import Developer, Endpoint, Model, ModelAlias, PricePeriod, Provider

__all__ = ["FOLDER", "BrokenFileError", "Imported", "Tally", "import_catalogue"]

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did, table by table."""

    developers: Tally
    models: Tally
    aliases: Tally
    providers: Tally
    endpoints: Tally
    prices: Tally
    priced_by: Counter[str]
    """How many endpoints got their prices from which source."""
    skipped: Counter[str]
    """What was left out, by reason."""
    readings: Counter[str]
    """How often a value was read as something else than it says, by what was done."""


async def import_catalogue(now: date, folder: Path = FOLDER) -> Imported:
    """Bring the catalogue of `folder` into the connected database: all of it or nothing.

    Rows are updated in place and none that a review may point at is deleted, so it may run as often as one
    likes. No network is used. Raises BrokenFileError, which names the file, line and column.
    """
    catalogue = read(folder)
    prices = price(catalogue, now)
    async with in_transaction():
        return await _write(catalogue, prices)


async def _write(catalogue: Catalogue, prices: Prices) -> Imported:
    listed = {endpoint.id for endpoint in catalogue.endpoints}
    return Imported(
        developers=await write(Developer, catalogue.developers),
        providers=await write(Provider, catalogue.providers),
        models=await write(Model, catalogue.models),
        aliases=await write(ModelAlias, catalogue.aliases),
        endpoints=await write(Endpoint, catalogue.endpoints),
        # A listed endpoint's prices are replaced as a whole: a period left over would be a second price.
        prices=await write(PricePeriod, prices.rows, lambda row: row.endpoint_id in listed),
        priced_by=prices.priced_by,
        skipped=+prices.skipped,
        readings=+catalogue.readings,
    )
