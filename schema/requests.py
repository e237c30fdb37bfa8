"""What a request must look like before it is executed, and how it is refused when it does not."""

import re
from collections.abc import Collection, Mapping
from functools import lru_cache
from random import getrandbits
from typing import Any, NamedTuple

import orjson
from cross_web import HTTPException
from starlette.requests import Request
from starlette.types import Receive, Scope
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


class Sent(Request):
    """A request whose headers are looked up by name: what was sent several times is joined, as HTTP means it."""

    def __init__(self, scope: Scope, receive: Receive) -> None:
        super().__init__(scope, receive)
        raw = scope["headers"]
        self.given: dict[bytes, bytes] = dict(raw)
        self.repeats = len(self.given) != len(raw)
        if self.repeats:
            self.given = {name: b", ".join(each for key, each in raw if key == name) for name in self.given}


class Reply(NamedTuple):
    """A whole response; `reads`: it answers a query, without an error, and may be sent again."""

    body: bytes
    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    reads: bool = False


def request_id(scope: Scope) -> str:
    """Return the id of this request, made at the first call: 16 hexadecimal digits."""
    made: str | None = scope.get("bestclawmodels.request_id")
    if made is None:
        made = scope["bestclawmodels.request_id"] = f"{getrandbits(64):016x}"  # a name and no secret
    return made


async def whole(request: Sent) -> bytes:
    """The body of a request, refused as soon as it is known to be too long."""
    announced = request.given.get(b"content-length", b"")
    if announced.isdigit() and int(announced[:20]) > MAX_BODY:
        raise RequestError(413, TOO_LONG)
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY:
            raise RequestError(413, TOO_LONG)
    return body


def refusal(request: Sent, error: HTTPException) -> Reply:
    """Answer a request that is not executed."""
    said = request_error(error.status_code, error.reason, request_id(request.scope), getattr(error, "code", None))
    more = (getattr(error, "headers", None) or {}).items()
    headers = [*((name.encode(), value.encode()) for name, value in more), *telling(media_type(request))]
    return Reply(orjson.dumps(said), error.status_code, tuple(headers))


@lru_cache
def telling(content_type: str) -> tuple[tuple[bytes, bytes], ...]:
    """The headers of an answer of a content type."""
    return (b"vary", b"Accept"), (b"content-type", content_type.encode())


def check_origin(request: Sent, origins: Collection[str]) -> None:
    """Refuse what another site makes a browser send along with the viewer's cookies."""
    if b"cookie" not in request.given:
        return
    own = f"{request.scope['scheme']}://{request.given.get(b'host', b'').decode('latin-1')}"
    origin = request.given.get(b"origin")
    foreign = origin is not None and normalize_origin(origin.decode("latin-1")) not in {normalize_origin(own), *origins}
    if foreign or b"cross-site" in request.given.get(b"sec-fetch-site", b""):  # said twice, it is joined
        raise RequestError(403, "Requests with cookies are accepted only from this site's own pages.")


def check_content_type(request: Sent) -> None:
    """Accept only JSON in UTF-8, said once: other sites can post forms and plain text without asking."""
    given = request.given.get(b"content-type", b"")
    if b"content-encoding" in request.given or not says_json(given.decode("latin-1")):
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


def media_type(request: Sent) -> str:
    """Choose the content type of the answer."""
    return negotiated(request.given.get(b"accept", b""))


def status_of(answer: Mapping[str, Any], content_type: str) -> int:
    """Choose the status: without `data` nothing was executed, which `application/json` answers with 200 too."""
    if "data" in answer:
        return 200
    if any(error["extensions"]["code"] == "INTERNAL" for error in answer["errors"]):
        return 500
    return 400 if content_type.startswith(GRAPHQL_JSON) else 200


@lru_cache
def negotiated(accept: bytes) -> str:
    """Choose the content type of the answer: the best quality, then the first named, JSON for wildcards."""
    offers = [offer(place, part) for place, part in enumerate(accept.decode("latin-1").split(","))]
    quality, _, best = max(offers)
    return f"{best if quality else JSON}; charset=utf-8"


def offer(place: int, part: str) -> tuple[float, int, str]:
    name = part.partition(";")[0].strip().lower()
    stated = re.search(r";\s*q=([01](?:\.\d{0,3})?)\s*(?:;|$)", part)
    quality = float(stated[1]) if stated else 1.0
    known = name in {JSON, GRAPHQL_JSON, "*/*", "application/*"}
    return (quality if known else 0.0, -place, GRAPHQL_JSON if name == GRAPHQL_JSON else JSON)
