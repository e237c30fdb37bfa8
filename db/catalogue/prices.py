"""What an endpoint costs: dated periods from genai-prices where it knows the endpoint, else the list price."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date

from db.catalogue import dated
from db.catalogue.lines import Line
from db.catalogue.periods import Period, periods
from db.catalogue.rows import Catalogue
from db.catalogue.store import key_id
from db.tables import Endpoint, PricePeriod

LIST_SOURCE = "models.dev"
_NO_PRICE = "neither an input nor an output price"
_COLUMNS = tuple(f"{unit}_usd_per_mtok" for unit in ("input", "output", "cache_read", "cache_write"))


@dataclass(frozen=True, slots=True)
class Prices:
    """The periods to write, how many endpoints each source priced, and what was skipped and why."""

    rows: list[PricePeriod] = field(default_factory=list)
    priced_by: Counter[str] = field(default_factory=Counter)
    skipped: Counter[str] = field(default_factory=Counter)


def price(catalogue: Catalogue, now: date) -> Prices:
    """The price periods of all endpoints. One endpoint has one source: prices are never merged."""
    prices = Prices()
    for endpoint, line in zip(catalogue.endpoints, catalogue.listings, strict=True):
        listed = _listed(endpoint, line)  # read in any case: a broken line is an error even where it is not used
        if rows := _dated(endpoint, line.text("provider"), now, prices.skipped) or listed:
            prices.priced_by[rows[0].source] += 1
            prices.rows.extend(rows)
        else:
            prices.skipped[f"{LIST_SOURCE}: {_NO_PRICE}"] += 1
    return prices


def _listed(endpoint: Endpoint, line: Line) -> list[PricePeriod]:
    period = Period(None, None, None, tuple(line.usd(column) for column in _COLUMNS))
    checked = line.day("last_updated")
    if checked is None:
        raise line.broken("last_updated", "is empty")
    return [_row(endpoint, period, LIST_SOURCE, checked)] if period.is_priced else []


def _dated(endpoint: Endpoint, provider: str, now: date, skipped: Counter[str]) -> list[PricePeriod]:
    try:
        entry = dated.entry(provider, endpoint.provider_model_id)
        found = periods(entry) if entry else []
        checked = dated.checked_on(now)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        # The package may change its structure: that costs its prices, not the import.
        skipped[f"{dated.SOURCE}: {error}"] += 1
        return []
    known = [period for period in found if period.is_priced]
    skipped[f"{dated.SOURCE}: {_NO_PRICE}"] += len(found) - len(known)
    return [_row(endpoint, period, dated.SOURCE, checked) for period in known]


def _row(endpoint: Endpoint, period: Period, source: str, checked: date) -> PricePeriod:
    start = period.valid_from.isoformat() if period.valid_from else ""
    return PricePeriod(
        id=key_id("prc", endpoint.slug, start, period.condition or ""),
        endpoint_id=endpoint.id,
        valid_from=period.valid_from,
        valid_to=period.valid_to,
        condition=period.condition,
        source=source,
        checked_on=checked,
        **dict(zip(_COLUMNS, period.rates, strict=True)),
    )
