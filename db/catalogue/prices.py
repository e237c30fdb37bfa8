"""What an endpoint costs: dated periods from genai-prices where it knows the endpoint, else the list price."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date

from db.catalogue import dated
from db.catalogue.history import Statement, period_id
from db.catalogue.lines import Line
from db.catalogue.periods import Period, periods
from db.catalogue.rows import Catalogue
from db.tables import Endpoint, PricePeriod

LIST_SOURCE = "models.dev"
_NO_PRICE = "neither an input nor an output price"
_COLUMNS = tuple(f"{unit}_usd_per_mtok" for unit in ("input", "output", "cache_read", "cache_write"))


@dataclass(frozen=True, slots=True)
class Prices:
    """What the sources state today, how many endpoints each source priced, and what was skipped and why."""

    stated: dict[str, Statement] = field(default_factory=dict)
    """What is stated about each endpoint's prices, by the endpoint's id."""
    priced_by: Counter[str] = field(default_factory=Counter)
    skipped: Counter[str] = field(default_factory=Counter)


def price(catalogue: Catalogue, now: date) -> Prices:
    """The price periods of all endpoints. One endpoint has one source: prices are never merged."""
    prices = Prices()
    for endpoint, line in zip(catalogue.endpoints, catalogue.listings, strict=True):
        listed = _listed(endpoint, line)  # read in any case: a broken line is an error even where it is not used
        rows = _dated(endpoint, line.text("provider"), now, prices.skipped)
        stated = Statement(endpoint.slug, dated.SOURCE, rows[0].checked_on, rows) if rows else listed
        prices.stated[endpoint.id] = stated
        if stated.rows:
            prices.priced_by[stated.source] += 1
        else:
            prices.skipped[f"{LIST_SOURCE}: {_NO_PRICE}"] += 1
    return prices


def _listed(endpoint: Endpoint, line: Line) -> Statement:
    period = Period(None, None, None, tuple(line.usd(column) for column in _COLUMNS))
    checked = line.certain_day("last_updated")
    rows = [_row(endpoint, period, LIST_SOURCE, checked)] if period.is_priced else []
    return Statement(endpoint.slug, LIST_SOURCE, checked, rows)


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
    return PricePeriod(
        id=period_id(endpoint.slug, period.valid_from, period.condition),
        endpoint_id=endpoint.id,
        valid_from=period.valid_from,
        valid_to=period.valid_to,
        condition=period.condition,
        above_tokens=period.above,
        terms=period.terms,
        source=source,
        checked_on=checked,
        **dict(zip(_COLUMNS, period.rates, strict=True)),
    )
