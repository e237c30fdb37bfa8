"""Models and their list prices as the genai-prices package knows them: its own data, never its updater."""

from datetime import datetime
from functools import lru_cache

from genai_prices import Usage as Tokens
from genai_prices import calc_price
from genai_prices.types import PriceCalculation

from evidence.telemetry.lookups import Usage

_UNKNOWN = (ArithmeticError, LookupError, TypeError, ValueError)  # what the package raises for names it does not know


def price(model: str, provider: str | None, at: datetime, usage: Usage) -> float | None:
    """US dollars of a call at the list price of its time; null where model, provider or price are unknown."""
    tokens = Tokens(
        input_tokens=usage.input,
        output_tokens=usage.output,
        cache_read_tokens=usage.cache_read,
        cache_write_tokens=usage.cache_write,
    )
    found = _priced(tokens, model, provider, at)
    return None if found is None else float(found.total_price)


@lru_cache(maxsize=1_024)
def resolve(model: str, provider: str | None) -> str | None:
    """The package's own id of a model, as provider/model; null where it knows none."""
    found = _priced(Tokens(), model, provider, None)
    return None if found is None else f"{found.provider.id}/{found.model.id}"


def _priced(tokens: Tokens, model: str, provider: str | None, at: datetime | None) -> PriceCalculation | None:
    try:
        return calc_price(tokens, model_ref=model, provider_id=provider, genai_request_timestamp=at)
    except _UNKNOWN:
        return None
