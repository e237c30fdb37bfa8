"""The headers that every page and asset carries."""

from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    # Never `no-referrer`: browsers would then send `Origin: null` with our own forms, and those would be refused.
    "Referrer-Policy": "same-origin",
}


def secured(app: ASGIApp) -> ASGIApp:
    """Wrap `app` so that each HTTP response carries `HEADERS`, unless it set its own."""

    async def guarded(scope: Scope, receive: Receive, send: Send) -> None:
        async def send_secured(message: Message) -> None:
            if message["type"] == "http.response.start":
                add_headers(MutableHeaders(scope=message))
            await send(message)

        await app(scope, receive, send_secured)

    return guarded


def add_headers(headers: MutableHeaders) -> None:
    for name, value in HEADERS.items():
        headers.setdefault(name, value)


SECURED = Middleware(secured)
