"""Where CI runs send their attestations: one address, one kind of body, and one answer to all that is refused."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

PATH = "/evidence/attestations"
LARGEST = 128 * 1024  # bytes of a body: a token and a summary of counts
_FIELDS = ("token", "summary", "review")
_AGAIN = {"retry-after": "60"}


@dataclass(frozen=True, slots=True)
class Accepted:
    """The attestation counts: the public id of the evidence, its level, and the receipt."""

    evidence: str
    level: str
    receipt: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Refused:
    """It does not; `passing` says that it may later, since we could not look at it."""

    passing: bool


Decide = Callable[[str, str, str], Awaitable[Accepted | Refused]]


def routes(decide: Decide) -> list[BaseRoute]:
    """`POST /evidence/attestations` with `{"token", "summary", "review"}`; `decide` gets the three texts.

    201 with the evidence; 403 for every refusal alike, since a reason would teach a forger; 503 when it is worth
    another try; 400 and 415 for a body of another kind. It asks for no cookie, so no foreign page can misuse one.
    """

    async def receive(request: Request) -> Response:
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
            return failed(415, "UNSUPPORTED_MEDIA_TYPE", "Send JSON, as `content-type: application/json`.")
        fields = texts(await request.body())
        if fields is None:
            return failed(400, "BAD_USER_INPUT", 'Send {"token": "…", "summary": "…", "review": "…"}, all text.')
        return answered(await decide(*fields))

    return [Route(PATH, receive, methods=["POST"], max_body_size=LARGEST)]


def texts(body: bytes) -> tuple[str, str, str] | None:
    """The three fields of a body, or None when it is another."""
    try:
        given: Any = orjson.loads(body)
    except ValueError:
        return None
    if not isinstance(given, dict) or given.keys() != set(_FIELDS):
        return None
    token, summary, review = (given[name] for name in _FIELDS)
    fits = isinstance(token, str) and isinstance(summary, str) and isinstance(review, str)
    return (token, summary, review) if fits else None


def answered(outcome: Accepted | Refused) -> Response:
    """The answer to a decision."""
    if isinstance(outcome, Accepted):
        said = {"evidence": outcome.evidence, "level": outcome.level, "receipt": outcome.receipt}
        return JSONResponse(said, 201)
    if outcome.passing:
        return failed(503, "UNAVAILABLE", "The issuer's keys cannot be read now: send it again.", _AGAIN)
    return failed(403, "FORBIDDEN", "This attestation is not accepted.")


def failed(status: int, code: str, message: str, headers: dict[str, str] | None = None) -> Response:
    """An error in the form of the GraphQL API's."""
    return JSONResponse({"errors": [{"message": message, "extensions": {"code": code}}]}, status, headers)
