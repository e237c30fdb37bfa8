"""What a request must look like before it is executed, and how it is refused when it does not."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from secrets import token_hex
from typing import Any

import orjson
from cross_web import HTTPException
from starlette.requests import HTTPConnection, Request
from starlette.types import Scope
from strawberry.http.parse_content_type import parse_content_type
from strawberry.http.websocket_origin import normalize_origin

from schema.errors import request_error

JSON = "application/json"
GRAPHQL_JSON = "application/graphql-response+json"
MAX_BODY = 128 * 1024  # bytes
TOO_LONG = f"The body is larger than {MAX_BODY} bytes."


class RequestError(HTTPException):
    """A request that is not executed, with the HTTP status and the headers that say why."""

    def __init__(
        self, status: int, message: str, headers: Mapping[str, str] | None = None, code: str | None = None
    ) -> None:
        super().__init__(status, message)
        self.headers, self.code = headers, code


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole response; `reads`: it answers a query, without an error, and may be sent again."""

    body: bytes
    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    reads: bool = False


def request_id(scope: Scope) -> str:
    """Return the id of this request, made at the first call: 16 hexadecimal digits."""
    made: str = scope.setdefault("bestclawmodels.request_id", token_hex(8))
    return made


async def whole(request: Request) -> bytes:
    """The body of a request, refused as soon as it is known to be too long."""
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced[:20]) > MAX_BODY:
        raise RequestError(413, TOO_LONG)
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY:
            raise RequestError(413, TOO_LONG)
    return body


def refusal(request: Request, error: HTTPException) -> Reply:
    """Answer a request that is not executed."""
    said = request_error(error.status_code, error.reason, request_id(request.scope), getattr(error, "code", None))
    more = (getattr(error, "headers", None) or {}).items()
    headers = [*((name.encode(), value.encode()) for name, value in more), *telling(media_type(request))]
    return Reply(orjson.dumps(said), error.status_code, tuple(headers))


@lru_cache
def telling(content_type: str) -> tuple[tuple[bytes, bytes], ...]:
    """The headers of an answer of a content type."""
    return (b"vary", b"Accept"), (b"content-type", content_type.encode())


def check_origin(request: Request, origins: Collection[str]) -> None:
    """Refuse what another site makes a browser send along with the viewer's cookies."""
    headers = request.headers
    if "cookie" not in headers:
        return
    own = f"{request.scope['scheme']}://{headers.get('host', '')}"
    foreign = "origin" in headers and normalize_origin(headers["origin"]) not in {normalize_origin(own), *origins}
    if foreign or headers.get("sec-fetch-site") == "cross-site":
        raise RequestError(403, "Requests with cookies are accepted only from this site's own pages.")


def check_content_type(request: Request) -> None:
    """Accept only JSON in UTF-8, said once: other sites can post forms and plain text without asking."""
    given, plain = request.headers.getlist("content-type"), "content-encoding" not in request.headers
    if len(given) != 1 or not says_json(given[0]) or not plain:
        raise RequestError(415, "Send uncompressed JSON in UTF-8, as `content-type: application/json`.")


@lru_cache
def says_json(content_type: str) -> bool:
    """Whether it means JSON in UTF-8."""
    kind, parameters = parse_content_type(content_type)
    return kind.lower() == JSON and str(parameters.get("charset", "utf-8")).lower() in {"utf-8", "utf8"}


def once(params: Any) -> dict[str, str]:
    """Read the query string; a parameter given twice could mean either."""
    pairs = params.multi_items()
    if len(pairs) != len(dict(pairs)):
        raise RequestError(400, "Every parameter of the query string may be given once.")
    return {name: value for name, value in pairs if not (name != "query" and value in {"", "null"})}


def media_type(request: HTTPConnection) -> str:
    """Choose the content type of the answer."""
    return f"{negotiated(tuple(request.headers.getlist('accept')))}; charset=utf-8"


def status_of(answer: Mapping[str, Any], content_type: str) -> int:
    """Choose the status: without `data` nothing was executed, which `application/json` answers with 200 too."""
    if "data" in answer:
        return 200
    if any(error["extensions"]["code"] == "INTERNAL" for error in answer["errors"]):
        return 500
    return 400 if content_type.startswith(GRAPHQL_JSON) else 200


@lru_cache
def negotiated(accept: tuple[str, ...]) -> str:
    """Choose the media type of the answer: the best quality, then the first named, JSON for wildcards."""
    offers = [offer(place, part) for place, part in enumerate(",".join(accept).split(","))]
    quality, _, best = max(offers)
    return best if quality else JSON


def offer(place: int, part: str) -> tuple[float, int, str]:
    name = part.partition(";")[0].strip().lower()
    stated = re.search(r";\s*q=([01](?:\.\d{0,3})?)\s*(?:;|$)", part)
    quality = float(stated[1]) if stated else 1.0
    known = name in {JSON, GRAPHQL_JSON, "*/*", "application/*"}
    return (quality if known else 0.0, -place, GRAPHQL_JSON if name == GRAPHQL_JSON else JSON)
