"""Badges: a standing in one use case as a small picture for other people's pages."""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b, sha256
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from web.addresses import use_case
from web.page import SAVED, bound
from web.rendering import render, stars
from web.security import SECURED
from web.site import Site
from web.words import USE_CASES

BRAND = "BestClawModels"
PADDING = 7  # pixels on either side of a text
NARROW, WIDE = set(" .,:;·'|()[]/fijlrtI"), set("mwMW@%")
LASTING = 300  # seconds that a copy is good for: a page that many open asks once
_STYLE = b64encode(sha256(render("badge.css").encode()).digest()).decode()
HEADERS = {
    # A picture that is opened by itself is a document: it may apply its own style and do nothing else.
    "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{_STYLE}'; sandbox",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Cache-Control": f"public, max-age={LASTING}",
}


@dataclass(frozen=True)
class Text:
    """Some words on a badge and the pixels that they take."""

    words: str

    @property
    def width(self) -> int:
        """At 11 pixels in a wide face; the picture tells the browser to fit others to it."""
        return round(sum(3.7 if letter in NARROW else 10 if letter in WIDE else 6.9 for letter in self.words))


@dataclass(frozen=True)
class Badge:
    """What a badge shows: the use case on the left, the standing on the right."""

    slug: str
    use_case: str
    standing: Mapping[str, Any]

    @property
    def label(self) -> Text:
        return Text(f"{BRAND} · {USE_CASES[self.use_case]}")

    @property
    def value(self) -> Text:
        return Text(" · ".join(self._figures()))

    @property
    def title(self) -> str:
        return f"{self.slug} at {self.label.words}: {self.value.words}"

    @property
    def is_backed(self) -> bool:
        return bool(self.standing["reviewCount"]) and self.standing["status"] != "PROVISIONAL"

    def _figures(self) -> list[str]:
        """The score never without its interval and n; what rests on others' reviews alone is no score."""
        count, interval = self.standing["reviewCount"], self.standing["interval"]
        if not count:
            return ["no reviews yet"]
        sure = f"95 % {stars(interval['low'])}–{stars(interval['high'])}"
        told = [f"{stars(self.standing['score'])} of 5", sure, f"n {count:,}"]
        return ["made up"] * self.standing["demo"] + told + ["provisional"] * (not self.is_backed)


async def endpoint(site: Site, request: Request) -> Response:
    return await shown(site, request, "page-badge-endpoint")


async def model(site: Site, request: Request) -> Response:
    return await shown(site, request, "page-badge-model")


async def shown(site: Site, request: Request, operation: str) -> Response:
    """The picture, or 304 for whoever has it; raises HTTPException 404."""
    asked = {"slug": request.path_params["slug"], "useCase": use_case(request, parameter="useCase")}
    subject = (await site.data(request, SAVED[operation], asked))["subject"]
    if subject is None:
        raise HTTPException(404)
    picture = render("badge.svg", badge=Badge(subject["slug"], asked["useCase"], subject["standing"]), padding=PADDING)
    etag = f'"{blake2b(picture.encode(), digest_size=12).hexdigest()}"'
    held = etag in {each.strip().removeprefix("W/") for each in request.headers.get("if-none-match", "").split(",")}
    headers = HEADERS | {"ETag": etag}
    return Response(status_code=304, headers=headers) if held else Response(picture, 200, headers, "image/svg+xml")


def routes(site: Site) -> list[Route]:
    return [
        Route(f"/badges/{kind}/{{slug:path}}.svg", bound(show, site), middleware=[SECURED])
        for kind, show in (("endpoints", endpoint), ("models", model))
    ]
