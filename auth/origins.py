"""Which requests come from our own pages, and which origins never leave this machine."""

import re

from starlette.requests import Request

_LOOPBACK = re.compile(r"https?://(?:127\.0\.0\.1|localhost|\[::1\])(?::[0-9]{1,5})?", re.IGNORECASE)


def loopback(origin: str) -> bool:
    """Whether `origin` (`http://127.0.0.1:8000`, `http://localhost`, `https://[::1]:1`) is this very machine."""
    return _LOOPBACK.fullmatch(origin) is not None


def loopback_host(request: Request) -> bool:
    """Whether the request was addressed to this machine by a name that no foreign DNS can claim."""
    return loopback("http://" + request.headers.get("host", ""))


def own(request: Request, origin: str) -> bool:
    """Whether the request was sent by a page of `origin`, or by no page at all.

    Every browser sends `Origin` with a POST; programs that send neither header hold no one else's cookies.
    """
    site = request.headers.get("sec-fetch-site", "none")
    return site in ("same-origin", "none") and request.headers.get("origin", origin) == origin
