"""Templates, and how numbers and days are written in them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from web import assets, charts, measured, scatter, words
from web.markdown import rendered
from web.saved import Operation

NOTHING = "–"
TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


@dataclass(frozen=True)
class Behind:
    """The query behind a page, with the variables it was asked with."""

    operation: Operation
    variables: Mapping[str, Any]

    @property
    def text(self) -> str:
        return json.dumps(dict(self.variables), indent=2, ensure_ascii=False)

    @property
    def explorer(self) -> str:
        """The address that opens it in the explorer; after `#`, so that it fits whatever its length."""
        return "/graphql#" + urlencode({"query": self.operation.document, "variables": self.text})


def render(template: str, **values: object) -> str:
    return TEMPLATES.get_template(template).render(assets=assets.ADDRESS, words=words, **values)


def stars(value: float | None) -> str:
    """Stars to two places, as intervals are never narrower than a few hundredths."""
    return NOTHING if value is None else f"{value:.2f}"


def share(value: float | None) -> str:
    return NOTHING if value is None else f"{value:.0%}"


def count(value: float | None) -> str:
    """A count, or reviews' worth to one place."""
    if value is None:
        return NOTHING
    return f"{value:,}" if isinstance(value, int) else f"{value:,.1f}"


def tokens(value: int | None) -> str:
    """A number of tokens as people say it: 128k, 1M."""
    if value is None:
        return NOTHING
    return f"{value / 1e6:g}M" if value >= 1_000_000 else f"{value / 1e3:.4g}k"


def usd(value: str | None) -> str:
    """USD per million tokens; unknown is not free."""
    return NOTHING if value is None else f"{float(value):.4g}"


UNITS = {"PERCENT": " %", "SECONDS": " s", "TOKENS_PER_SECOND": " tokens/s", "USD": " USD", "USD_TOTAL": " USD in all"}


def figure(value: float | None, unit: str | None) -> str:
    """A figure as it was reported, with its unit; “?” where the unit cannot be right."""
    if value is None:
        return NOTHING
    return f"{value:.4g}" + (" ?" if unit is None else UNITS.get(unit, ""))


def size(count: int) -> str:
    """A number of bytes, as powers of 1,024."""
    return f"{count >> 20} MiB" if count >= 1 << 20 else f"{count >> 10} KiB"


def said(member: Mapping[str, str]) -> tuple[str, str]:
    """A name of the schema with its description in one line."""
    return member["name"], " ".join(member["description"].split())


def yes_no(value: bool | None) -> str:
    return "unknown" if value is None else "yes" if value else "no"


def day(value: str | None) -> str:
    """The day of an RFC 3339 date or moment, as people write it."""
    if value is None:
        return NOTHING
    moment = datetime.fromisoformat(value).date() if "T" in value else date.fromisoformat(value)
    return f"{moment.day} {moment:%b %Y}"


def list_price(prices: list[dict[str, Any]]) -> dict[str, Any] | None:
    """Of prices newest first, the one that holds today whatever the time and size; else the newest."""
    plain = [price for price in prices if price["condition"] is None and price["validTo"] is None]
    return next(iter(plain or prices), None)


def place(stars: float, width: float) -> str:
    """Where stars from 1 to 5 lie on an axis of this width."""
    return f"{(min(5.0, max(1.0, stars)) - 1) / 4 * width:.1f}"


def slug(use_case: str) -> str:
    """A use case as addresses spell it."""
    return use_case.lower().replace("_", "-")


def path(text: str) -> str:
    """A slug inside a path."""
    return quote(text, safe="/:@")


TEMPLATES.filters |= {
    "stars": stars,
    "share": share,
    "count": count,
    "tokens": tokens,
    "usd": usd,
    "figure": figure,
    "bytes": size,
    "said": said,
    "yes_no": yes_no,
    "price_chart": charts.price_chart,
    "host_table": charts.host_table,
    "sources": charts.sources,
    "frontier_plot": scatter.frontier_plot,
    "gap_plot": scatter.gap_plot,
    "respect": scatter.shown,
    "day": day,
    "list_price": list_price,
    "place": place,
    "slug": slug,
    "path": path,
    "markdown": rendered,
} | measured.FILTERS
