"""The catalogue's files as table rows: facts only, with ids that are equal on every instance."""

import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from db.catalogue.lines import Line, lines, unique
from db.catalogue.store import key_id
from db.tables import Developer, Endpoint, Model, ModelAlias, Provider

MODEL_COLUMNS = (
    *("slug", "name", "developer", "release_date", "context_window", "open_weights", "family"),
    *("knowledge_cutoff", "deprecated", "tool_call", "reasoning", "structured_output"),
    *("modalities_in", "output_limit"),
)
RETIRED_COLUMNS = ("slug", "name", "developer", "open_weights")
PROVIDER_COLUMNS = ("provider", "name", "api", "doc")
ALIAS_COLUMNS = ("source", "source_name", "model")
ENDPOINT_COLUMNS = (
    *("model", "provider", "provider_model_id", "context_limit", "output_limit", "tool_call"),
    *("structured_output", "reasoning", "status", "input_usd_per_mtok", "output_usd_per_mtok"),
    *("cache_read_usd_per_mtok", "cache_write_usd_per_mtok", "last_updated"),
)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What the files say. `listings` are the lines of endpoints.csv, in the order of `endpoints`."""

    developers: list[Developer]
    models: list[Model]
    aliases: list[ModelAlias]
    providers: list[Provider]
    endpoints: list[Endpoint]
    listings: list[Line]
    readings: Counter[str] = field(default_factory=Counter)

    @property
    def model_ids(self) -> dict[str, str]:
        """The id of each model, by slug."""
        return {row.slug: row.id for row in self.models}

    @property
    def provider_ids(self) -> dict[str, str]:
        """The id of each provider, by slug."""
        return {row.slug: row.id for row in self.providers}


def read(folder: Path) -> Catalogue:
    """Read and check all files of `folder`. Raises BrokenFileError; the database is not touched."""
    readings: Counter[str] = Counter()
    model_lines = unique(lines(folder / "models.csv", MODEL_COLUMNS, readings), "slug")
    retired = unique(lines(folder / "retired.csv", RETIRED_COLUMNS, readings), "slug")
    provider_lines = unique(lines(folder / "providers.csv", PROVIDER_COLUMNS, readings), "provider")
    alias_lines = unique(lines(folder / "aliases.csv", ALIAS_COLUMNS, readings), *ALIAS_COLUMNS)
    listings = lines(folder / "endpoints.csv", ENDPOINT_COLUMNS, readings)
    unique(listings, "provider", "provider_model_id")
    developers = _developers(model_lines)
    makers = {row.name: row.id for row in developers}
    models = [_model(line, makers) for line in model_lines]
    model_ids = {row.slug: row.id for row in models}
    gone = [_retired(line, makers, model_ids) for line in retired]
    models, model_ids = models + gone, model_ids | {row.slug: row.id for row in gone}
    providers = [_provider(line) for line in provider_lines]
    provider_ids = {row.slug: row.id for row in providers}
    aliases = [_alias(line, model_ids) for line in alias_lines]
    endpoints = [_endpoint(line, model_ids, provider_ids) for line in listings]
    return Catalogue(developers, models, aliases, providers, endpoints, listings, readings)


def _developers(model_lines: list[Line]) -> list[Developer]:
    names: dict[str, str] = {}
    for line in model_lines:
        name = line.text("developer")
        slug = re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")
        if not slug or names.setdefault(slug, name) != name:
            raise line.broken("developer", f"{name!r} and {names.get(slug)!r} make the same slug {slug!r}")
    return [Developer(id=key_id("dev", name), slug=slug, name=name) for slug, name in names.items()]


def _model(line: Line, developer_ids: dict[str, str]) -> Model:
    return Model(
        id=key_id("mdl", line.text("slug")),
        slug=line.text("slug"),
        name=line.text("name"),
        developer_id=line.reference("developer", developer_ids),
        family=line.optional("family"),
        release_date=line.day("release_date"),
        knowledge_cutoff=line.optional("knowledge_cutoff"),
        context_window=line.limit("context_window"),
        output_limit=line.limit("output_limit"),
        open_weights=_open_weights(line),
        tool_call=line.flag("tool_call"),
        reasoning=line.flag("reasoning"),
        structured_output=line.flag("structured_output"),
        deprecated=line.flag("deprecated"),
        input_modalities=(line.optional("modalities_in") or "").split(),
    )


def _retired(line: Line, developer_ids: dict[str, str], listed: dict[str, str]) -> Model:
    """A model that is served no longer and that public results are about."""
    if line.text("slug") in listed:
        raise line.broken("slug", f"models.csv lists {line.text('slug')!r}, so it is not retired")
    return Model(
        id=key_id("mdl", line.text("slug")),
        slug=line.text("slug"),
        name=line.text("name"),
        developer_id=line.reference("developer", developer_ids),
        open_weights=_open_weights(line),
        deprecated=True,
        input_modalities=[],
    )


def _open_weights(line: Line) -> bool:
    flag = line.flag("open_weights")
    if flag is None:
        raise line.broken("open_weights", "is empty")
    return flag


def _provider(line: Line) -> Provider:
    return Provider(
        id=key_id("prv", line.text("provider")),
        slug=line.text("provider"),
        name=line.text("name"),
        api_url=line.optional("api"),
        doc_url=line.optional("doc"),
    )


def _alias(line: Line, model_ids: dict[str, str]) -> ModelAlias:
    return ModelAlias(
        id=key_id("als", *(line.text(column) for column in ALIAS_COLUMNS)),
        model_id=line.reference("model", model_ids),
        source=line.text("source"),
        name=line.text("source_name"),
    )


def _endpoint(line: Line, model_ids: dict[str, str], provider_ids: dict[str, str]) -> Endpoint:
    slug = f"{line.text('provider')}:{line.text('provider_model_id')}"
    return Endpoint(
        id=key_id("end", slug),
        slug=slug,
        model_id=line.reference("model", model_ids),
        provider_id=line.reference("provider", provider_ids),
        provider_model_id=line.text("provider_model_id"),
        context_limit=line.limit("context_limit"),
        output_limit=line.limit("output_limit"),
        tool_call=line.flag("tool_call"),
        structured_output=line.flag("structured_output"),
        reasoning=line.flag("reasoning"),
        status=line.optional("status"),
    )
