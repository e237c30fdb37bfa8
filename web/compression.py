"""Smaller answers, where their size tells nobody anything.

How well an answer compresses shows whether something asked for resembles something secret in it (BREACH), to whoever
can make a victim's browser ask again and again and watches the line. So what is compressed is what everybody gets
alike, and what somebody's own browser asked for from a page of ours or by hand, which no foreign page can bring
about. The API's answers do not come here: they are kept as bytes, each with its own ETag.
"""

from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

LEVEL = 6  # 9 saves one byte in a hundred and takes twice as long
OWN = {"same-origin", "none"}
PERSONAL = ("cookie", "authorization")


def compressed(app: ASGIApp) -> ASGIApp:
    """Wrap `app` so that its answers are compressed where that is safe."""
    smaller = GZipMiddleware(app, compresslevel=LEVEL)

    async def chosen(scope: Scope, receive: Receive, send: Send) -> None:
        small = scope["type"] == "http" and harmless(Headers(scope=scope))
        await (smaller if small else app)(scope, receive, send)

    return chosen


def harmless(headers: Headers) -> bool:
    """Whether no stranger can have made somebody's browser ask. (A page cannot forge Sec-Fetch-Site.)"""
    return headers.get("sec-fetch-site") in OWN or not any(name in headers for name in PERSONAL)


COMPRESSED = Middleware(compressed)
