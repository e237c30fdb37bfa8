"""Models and their list prices as the genai-prices package knows them: its own data, never its updater."""

from datetime import datetime
from functools import lru_cache

from genai_prices import Usage as Tokens
from genai_prices.data_snapshot import get_snapshot
from genai_prices.types import ModelInfo, Provider

from evidence.telemetry.lookups import Usage

_UNKNOWN = (ArithmeticError, LookupError, TypeError, ValueError)  # what the package raises for what it does not know


def price(model: str, provider: str | None, at: datetime, usage: Usage) -> float | None:
    """US dollars of a call at the list price of its time; null where model, provider or price are unknown."""
    if (found := _found(model, provider)) is None:
        return None
    tokens = Tokens(
        input_tokens=usage.input,
        output_tokens=usage.output,
        cache_read_tokens=usage.cache_read,
        cache_write_tokens=usage.cache_write,
    )
    maker, info = found
    try:
        return float(info.calc_price(tokens, maker, genai_request_timestamp=at).total_price)
    except _UNKNOWN:
        return None


def resolve(model: str, provider: str | None) -> str | None:
    """The package's own id of a model, as provider/model; null where it knows none."""
    found = _found(model, provider)
    return None if found is None else f"{found[0].id}/{found[1].id}"


@lru_cache(maxsize=1_024)
def _found(model: str, provider: str | None) -> tuple[Provider, ModelInfo] | None:
    try:
        return get_snapshot().find_provider_model(model, None, provider, None)
    except _UNKNOWN:
        return None
