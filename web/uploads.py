"""Where telemetry is sent: an OTLP/HTTP receiver that any exporter can point at, and an address for summaries."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any, Protocol

import orjson
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

TRACES, SUMMARIES = "/v1/traces", "/evidence/summaries"
MIB = 1 << 20
LARGEST = 16 * MIB  # of a body that is not compressed
_JSON, _PROTOBUF = "application/json", "application/x-protobuf"
_SECONDS = 60  # that a body may take to arrive
_SUMMARY = b'{"alias_table":'  # how every canonical summary begins, and no OTLP/JSON that an exporter writes
_LARGEST_SUMMARY = 128 * 1024
# google.rpc.Code, which OTLP answers with in the body of an error
_CODES = {400: 3, 401: 16, 403: 7, 404: 5, 408: 4, 413: 3, 415: 3, 429: 8, 503: 14}


class Turned(Protocol):
    """Why an upload is turned away."""

    @property
    def status(self) -> int: ...
    @property
    def code(self) -> str: ...
    @property
    def message(self) -> str: ...


@dataclass(frozen=True, slots=True)
class No:
    """A request that is turned away before anybody decides about it."""

    status: int
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Filed:
    """An upload that was read, and how it was judged."""

    told: dict[str, Any]
    rejected: int
    words: str


Decide = Callable[[bytes, str | None, bool], Awaitable[Filed | Turned]]
Turns = Callable[[str], AbstractAsyncContextManager[Decide | Turned]]
"""Who may send now, by the `Authorization` header: a context that yields a decider, or why there is none."""


def routes(turns: Turns) -> list[BaseRoute]:
    """`POST /v1/traces` as OTLP/HTTP has it, and `POST /evidence/summaries`, which answers with what was decided.

    A body has at most 1 MiB gzipped and 16 MiB plain. The review is named in the header `x-review-id` or the query
    parameter `review`. No cookie is asked for, so no foreign page can misuse one.
    """

    async def traces(request: Request) -> Response:
        outcome = await _decided(request, turns, traces=True)
        binary = _kind(request) == _PROTOBUF
        return _success(outcome, binary=binary) if isinstance(outcome, Filed) else _status(outcome, binary=binary)

    async def summaries(request: Request) -> Response:
        outcome = await _decided(request, turns, traces=False)
        if isinstance(outcome, Filed):
            return JSONResponse(outcome.told, 201, {"cache-control": "no-store"})
        error = {"message": outcome.message, "extensions": {"code": outcome.code}}
        return JSONResponse({"errors": [error]}, outcome.status, _headers(outcome))

    return [Route(TRACES, traces, methods=["POST"]), Route(SUMMARIES, summaries, methods=["POST"])]


async def _decided(request: Request, turns: Turns, *, traces: bool) -> Filed | Turned:
    if _kind(request) not in {_JSON, _PROTOBUF}:
        return No(415, "UNSUPPORTED_MEDIA_TYPE", f"Send {_JSON} or {_PROTOBUF}.")
    if request.headers.get("content-encoding", "identity").lower() not in {"identity", "gzip"}:
        return No(415, "UNSUPPORTED_MEDIA_TYPE", "Send it gzipped or plain.")
    async with turns(request.headers.get("authorization", "")) as decide:
        if not callable(decide):
            return decide
        body = await _body(request)
        if not isinstance(body, bytes):
            return body
        named = request.headers.get("x-review-id") or request.query_params.get("review")
        is_summary = not traces and len(body) <= _LARGEST_SUMMARY and body.startswith(_SUMMARY)
        return await decide(body, named, is_summary)


async def _body(request: Request) -> bytes | No:
    """The body, of which no more is read than may be sent."""
    gzipped = request.headers.get("content-encoding", "").lower() == "gzip"
    limit, body = (MIB if gzipped else LARGEST), bytearray()
    try:
        async with asyncio.timeout(_SECONDS):
            async for chunk in request.stream():
                body += chunk
                if len(body) > limit:
                    return No(413, "TOO_LARGE", f"More than {limit} bytes.")
    except TimeoutError:
        return No(408, "TIMEOUT", f"It did not arrive within {_SECONDS} seconds.")
    except ClientDisconnect:
        return No(400, "BAD_USER_INPUT", "The body is not all here.")
    return bytes(body)


def _kind(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def _success(filed: Filed, *, binary: bool) -> Response:
    """ExportTraceServiceResponse. `partial_success` without rejected spans is OTLP's way to warn."""
    if not filed.words:
        return Response(b"" if binary else b"{}", 200, media_type=_PROTOBUF if binary else _JSON)
    if binary:
        inner = (b"\x08" + _varint(filed.rejected) if filed.rejected else b"") + _text(2, filed.words)
        return Response(b"\x0a" + _varint(len(inner)) + inner, 200, media_type=_PROTOBUF)
    partial = {"rejectedSpans": str(filed.rejected), "errorMessage": filed.words}
    return Response(orjson.dumps({"partialSuccess": partial}), 200, media_type=_JSON)


def _status(turned: Turned, *, binary: bool) -> Response:
    """google.rpc.Status, as OTLP wants every error to be told."""
    code, words = _CODES.get(turned.status, 2), f"{turned.code}: {turned.message}"
    body = b"\x08" + _varint(code) + _text(2, words) if binary else orjson.dumps({"code": code, "message": words})
    return Response(body, turned.status, _headers(turned), _PROTOBUF if binary else _JSON)


def _headers(turned: Turned) -> dict[str, str]:
    if turned.status == 401:
        return {"www-authenticate": "Bearer"}
    return {"retry-after": "60"} if turned.status in {429, 503} else {}


def _text(number: int, text: str) -> bytes:
    """A protobuf field that holds text."""
    data = text.encode()
    return bytes([number << 3 | 2]) + _varint(len(data)) + data


def _varint(number: int) -> bytes:
    written = bytearray()
    while number > 0x7F:
        written.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*written, number])
