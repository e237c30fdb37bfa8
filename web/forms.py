"""Forms that our own pages sent, and what people typed into them."""

from collections.abc import Collection
from datetime import date
from urllib.parse import parse_qs

from starlette.exceptions import HTTPException
from starlette.requests import Request

from web.site import Site

LARGEST = 256 * 1024  # bytes: two texts of 10,000 characters, percent-encoded, with room to spare
FIELDS = 50
KIND = "application/x-www-form-urlencoded"
MOST = 2**31 - 1  # GraphQL's Int

Fields = dict[str, str]


async def sent(site: Site, request: Request) -> Fields:
    """The first value of each field, line ends as `\\n`.

    Raises HTTPException: 403 for a form of another site, 415 for another content type, 400 for one that does not
    decode.
    """
    if not site.own(request):
        raise HTTPException(403, f"Forms are accepted from {site.origin} only.")
    if request.headers.get("content-type", "").partition(";")[0].strip() != KIND:
        raise HTTPException(415, f"Send {KIND}.")
    try:
        found = parse_qs((await request.body()).decode("ascii"), errors="strict", max_num_fields=FIELDS)
    except ValueError:
        raise HTTPException(400, "This form cannot be read.") from None
    return {name: first.replace("\r\n", "\n") for name, (first, *_) in found.items()}


class Typed:
    """Reads what was typed; what it cannot read becomes a problem beside its field."""

    def __init__(self, fields: Fields) -> None:
        self.fields = fields
        self.problems: dict[str, str] = {}

    def text(self, name: str) -> str | None:
        return self.fields.get(name, "").strip() or None

    def whole(self, name: str) -> int | None:
        """A whole number from 1."""
        given = self.text(name)
        if given is None:
            return None
        if given.isascii() and given.isdigit() and 1 <= int(given[:11]) <= MOST:
            return int(given)
        self.problems[name] = "Give a whole number from 1."
        return None

    def day(self, name: str) -> str | None:
        given = self.text(name)
        try:
            return None if given is None else date.fromisoformat(given).isoformat()
        except ValueError:
            self.problems[name] = "Give a day such as 2026-11-23."
            return None

    def choice(self, name: str, choices: Collection[str], default: str | None = None) -> str | None:
        given = self.text(name)
        if given is None or given in choices:
            return given or default
        self.problems[name] = "Choose one of those offered."
        return default
