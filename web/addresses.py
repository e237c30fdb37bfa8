"""Reading what an address asks for. What cannot be read is refused with 400 and a sentence."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from math import isfinite
from typing import Any
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request

from web.words import USE_CASES

LARGEST = 2**31 - 1  # GraphQL's Int
_SLUGS = {use_case.lower().replace("_", "-"): use_case for use_case in USE_CASES}


def text(request: Request, name: str) -> str | None:
    """The parameter without surrounding space; None when it is absent or empty."""
    return request.query_params.get(name, "").strip() or None


def number(request: Request, name: str) -> float | None:
    """A finite number."""
    given = text(request, name)
    try:
        value = None if given is None else float(given)
    except ValueError:
        raise refused(name, "a number") from None
    if value is not None and not isfinite(value):
        raise refused(name, "a number")
    return value


def whole(request: Request, name: str) -> int | None:
    """A whole number from 0."""
    given = text(request, name)
    if given is not None and not (given.isascii() and given.isdigit() and int(given[:11]) <= LARGEST):
        raise refused(name, "a whole number")
    return None if given is None else int(given)


def amount(request: Request, name: str) -> str | None:
    """An exact number, as text."""
    given = text(request, name)
    try:
        value = None if given is None else Decimal(given)
    except InvalidOperation:
        raise refused(name, "a number") from None
    if value is not None and not value.is_finite():
        raise refused(name, "a number")
    return given


def day(request: Request, name: str) -> str | None:
    """A day, as `2026-11-23`."""
    given = text(request, name)
    try:
        return None if given is None else date.fromisoformat(given).isoformat()
    except ValueError:
        raise refused(name, "a day such as 2026-11-23") from None


def choice(request: Request, name: str, choices: Mapping[str, Any]) -> Any:
    """What a word stands for; None when it is absent."""
    given = text(request, name)
    if given is not None and given not in choices:
        raise refused(name, "one of " + ", ".join(choices))
    return None if given is None else choices[given]


def flag(request: Request, name: str) -> bool:
    """Whether a box is ticked."""
    return text(request, name) is not None


def use_case(request: Request, default: str = "CODING", parameter: str = "use_case") -> str:
    """The use case of the parameter, written as in addresses: `customer-service`."""
    return str(choice(request, parameter, _SLUGS) or default)


def use_case_of(slug: str) -> str:
    """The use case whose name in addresses this is; raises HTTPException 404."""
    if slug not in _SLUGS:
        raise HTTPException(404)
    return _SLUGS[slug]


def given(**values: Any) -> dict[str, Any]:
    """The values that are there: neither None, nor False, nor empty."""
    return {name: value for name, value in values.items() if value not in (None, False, [], {})}


def here(request: Request, *, path: str | None = None, suffix: str = "", **changes: object) -> str:
    """This page's address, or that of another form of it, with some parameters changed; None takes one away."""
    kept = [(name, value) for name, value in request.query_params.multi_items() if name not in changes and value]
    asked = urlencode([*kept, *((name, value) for name, value in changes.items() if value is not None)])
    return (path or request.url.path) + suffix + ("?" + asked if asked else "")


def refused(name: str, wanted: str) -> HTTPException:
    return HTTPException(400, f"“{name}” in this address is not {wanted}.")
