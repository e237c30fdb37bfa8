"""What went wrong, for people; programs get the plain sentence."""

from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response

from web.rendering import render

ADVICE = {
    400: "Go back and change what you asked for.",
    403: "Open the page again from this site, and try once more.",
    404: "Nothing lives at this address. It may have been retracted, or the address has a slip in it.",
    405: "This address cannot be used in this way.",
    409: "Nothing was changed.",
    413: "Shorten what you sent. Nothing was changed.",
    415: "This address takes forms only. Nothing was changed.",
    429: "Wait a little, then try again.",
    503: "Wait a little, then try again.",
    500: "That is our mistake, not yours. Try again; if it fails again, tell whoever runs this instance.",
}


def refused(request: Request, error: Exception) -> Response:
    """A request that was refused, or whose page does not exist."""
    assert isinstance(error, HTTPException)  # noqa: S101  # Starlette calls this for nothing else
    return explained(request, error.status_code, error.detail, error.headers)


def failed(request: Request, _error: Exception) -> Response:
    """A bug: the log has it, the page does not."""
    return explained(request, 500, HTTPStatus(500).phrase)


def explained(request: Request, status: int, sentence: str, headers: object = None) -> Response:
    """The status as a page for browsers, as text for all others."""
    kept = {"Cache-Control": "no-store", "Vary": "Accept", **(headers if isinstance(headers, dict) else {})}
    if "text/html" not in request.headers.get("accept", ""):
        return PlainTextResponse(sentence, status, kept)
    phrase = HTTPStatus(status).phrase
    page = render(
        "problem.html",
        status=status,
        phrase=phrase,
        told=sentence if sentence != phrase else "",
        advice=ADVICE.get(status, ""),
    )
    return HTMLResponse(page, status, kept)
