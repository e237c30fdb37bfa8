"""The genai-prices package: the price data it was released with, never its updater."""

from datetime import date
from functools import cache
from importlib.metadata import version

from genai_prices.data_snapshot import get_snapshot
from genai_prices.types import ModelInfo, Provider

from db.catalogue.periods import starts

SOURCE = "genai-prices " + version("genai-prices")
RELEASES = {"genai-prices 0.2.3": date(2026, 11, 10)}  # the day of upload to PyPI
PROVIDER_IDS = {  # ours → theirs, where both mean the same API; a name that only looks alike is not enough
    **{
        slug: slug
        for slug in (
            *("anthropic", "azure", "baseten", "cerebras", "cohere", "databricks", "deepseek", "github-copilot"),
            *("google", "groq", "minimax", "mistral", "moonshotai", "openai", "openrouter", "perplexity"),
            *("zai", "zhipuai"),
        )
    },
    "amazon-bedrock": "aws",
    "azure-cognitive-services": "azure",
    "cloudflare-workers-ai": "cloudflare",
    "fireworks-ai": "fireworks",
    "google-vertex": "google",
    "google-vertex-anthropic": "google",
    "moonshotai-cn": "moonshotai",
    "novita-ai": "novita",
    "togetherai": "together",
    "xai": "x-ai",
}


@cache
def _providers() -> dict[str, Provider]:
    """The package's providers by id, read when first needed: a server whose catalogue is current needs none."""
    return {provider.id: provider for provider in get_snapshot().providers}


@cache
def checked_on(now: date) -> date:
    """When the package's prices were last checked.

    The day of its release, or for a release not listed here its newest price that is not in the future.
    """
    if SOURCE in RELEASES:
        return RELEASES[SOURCE]
    days = (day for provider in _providers().values() for model in provider.models for day in starts(model))
    return max((day for day in days if day <= now), default=now)


@cache
def entry(provider_slug: str, provider_model_id: str) -> ModelInfo | None:
    """What the package knows under the provider's own name of the model, or None.

    Its fallback to another provider's price list is not used: a host sets its own prices.
    """
    provider = _providers().get(PROVIDER_IDS.get(provider_slug, ""))
    return provider.find_model(provider_model_id) if provider else None
