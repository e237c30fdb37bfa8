"""The few plain pages of signing in: what went wrong, and a way on."""

from html import escape
from urllib.parse import urlencode

from starlette.responses import HTMLResponse, RedirectResponse, Response

# The callback's address holds a code and a state: neither kept in a cache nor told to the next page.
_PRIVATE = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}
_PAGE = '<!doctype html><html lang="en"><meta charset="utf-8"><title>Sign in</title><p>{}</p>{}'


def away(url: str) -> Response:
    """Send the browser on with a GET."""
    return RedirectResponse(url, 303, headers=_PRIVATE)


def explained(status: int, sentence: str) -> Response:
    """A page that says one sentence."""
    return HTMLResponse(_PAGE.format(escape(sentence), ""), status, headers=_PRIVATE)


def retried(status: int, sentence: str, next_path: str) -> Response:
    """A page that says one sentence and links to another try, which would lead to `next_path`."""
    link = escape("/auth/github?" + urlencode({"next": next_path}))
    return HTMLResponse(
        _PAGE.format(escape(sentence), f'<p><a href="{link}">Try again</a></p>'), status, headers=_PRIVATE
    )
