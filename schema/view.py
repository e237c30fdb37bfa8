"""GraphQL over HTTP: what is accepted, how it is answered, and never a 500 for what a client sent.

Route("/graphql", View(schema, context), methods=None)
"""

from collections.abc import Awaitable, Callable, Collection, Mapping
from functools import partial
from types import MappingProxyType, NoneType
from typing import Any

import orjson
from cross_web import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket
from strawberry.exceptions import MissingQueryError
from strawberry.http.websocket_origin import normalize_origin
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.types.graphql import OperationType

from schema.answers import Answers
from schema.errors import log_bug, present
from schema.guarded import Asked, GuardedSchema, Result
from schema.persisted import Persisted
from schema.requests import (
    Reply,
    RequestError,
    Sent,
    check_content_type,
    check_origin,
    media_type,
    once,
    refusal,
    request_id,
    status_of,
    telling,
    whole,
)
from schema.subtrees import Keeping

PARAMETERS = {
    "query": (str, NoneType),
    "operationName": (str, NoneType),
    "variables": (dict, NoneType),
    "extensions": (dict, NoneType),
}
KINDS = {"GET": frozenset(OperationType) - {OperationType.MUTATION}, "POST": frozenset(OperationType)}

Context = Callable[[Request, str], Awaitable[Any]]


class View:
    """The GraphQL endpoint over HTTP, which needs no other layer around it.

    `context(request, request_id)` makes the resolvers' context. `origins` may send cookies besides the request's
    own origin: pass the public one when TLS ends at a proxy. Every response carries `headers`. `answers` are kept for
    others. WebSockets are refused: there are no subscriptions yet.
    """

    def __init__(
        self,
        schema: GuardedSchema,
        context: Context,
        origins: Collection[str] = (),
        persisted: Persisted | None = None,
        answers: Answers | None = None,
        headers: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self.schema, self.context, self.answers = schema, context, answers
        self.origins = frozenset(filter(None, map(normalize_origin, origins)))
        self.persisted = persisted or Persisted()
        self.headers = [(name.lower().encode(), value.encode()) for name, value in headers.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await WebSocket(scope, receive, send).close()
            return
        request = Sent(scope, receive)
        try:
            reply = await self.reply(request)
        except ClientDisconnect:
            return
        held = request.method == "GET" and (b"etag", request.given.get(b"if-none-match")) in reply.headers
        own = [(b"x-request-id", request_id(scope).encode())]
        if not held:
            own.append((b"content-length", b"%d" % len(reply.body)))
        headers = [*reply.headers, *self.headers, *own]
        await send({"type": "http.response.start", "status": 304 if held else reply.status, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if held else reply.body})

    async def reply(self, request: Sent) -> Reply:
        try:
            if request.method not in KINDS:
                raise RequestError(405, "GraphQL is served over GET and POST.", {"allow": "GET, POST"})
            body = await whole(request) if request.method == "POST" else b""
            if self.answers is None:
                return await self.admit(request, body)
            return await self.answers.reply(request, body, partial(self.admit, request, body))
        except HTTPException as refused:
            return refusal(request, refused)
        except ClientDisconnect:
            raise  # nobody is left to answer
        except Exception as bug:  # noqa: BLE001  # the last guard: a bug is logged and answered, whatever it is
            log_bug(bug, request_id(request.scope))
            return refusal(request, RequestError(500, "Internal error"))

    async def admit(self, request: Sent, body: bytes, keeping: Keeping | None = None) -> Reply:
        """What is answered anew; parts of it are kept by `keeping`."""
        check_origin(request, self.origins)
        if request.method == "POST":
            check_content_type(request)
        context = await self.context(request, request_id(request.scope))
        asked = self.asked(parameters(request, body), KINDS[request.method], context, keeping)
        return answered(request, await self.run(asked))

    def asked(
        self, sent: dict[str, Any], kinds: Collection[OperationType], context: Any, keeping: Keeping | None
    ) -> Asked:
        for name, allowed in PARAMETERS.items():
            if not isinstance(sent.get(name), allowed):
                article = "an object" if dict in allowed else "a string"
                raise RequestError(400, f"`{name}` must be {article}, or left out.")
        text = self.persisted.text(sent.get("query"), sent.get("extensions"))
        operation, variables = sent.get("operationName") or None, sent.get("variables") or {}
        if keeping is not None:
            keeping.variables = variables
        return Asked(text, variables, operation, context, kinds=kinds, native=True, keeping=keeping)

    async def run(self, asked: Asked) -> Result:
        try:
            return await self.schema.run(asked)
        except MissingQueryError:
            raise RequestError(400, "There is no query in this request.") from None
        except CannotGetOperationTypeError as error:
            raise RequestError(400, error.as_http_error_reason()) from None
        except InvalidOperationTypeError:
            raise RequestError(405, "Mutations are served over POST only.", {"allow": "POST"}) from None


def parameters(request: Sent, body: bytes) -> dict[str, Any]:
    """What the request sends, from the query string or the body."""
    if request.method == "POST":
        return decoded(body)
    sent: dict[str, Any] = once(request.query_params)
    return sent | {name: decoded(sent[name]) for name in ("variables", "extensions") if sent.get(name)}


def decoded(text: str | bytes) -> dict[str, Any]:
    """The JSON object of a text."""
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        raise RequestError(400, "Unable to parse request body as JSON") from None
    if isinstance(value, list):
        raise RequestError(400, "Batching is not supported: send one operation, as a JSON object.")
    if not isinstance(value, dict):
        raise RequestError(400, "Expected a JSON object.")
    return value


def answered(request: Sent, result: Result) -> Reply:
    """The response that tells a result."""
    kind = media_type(request)
    shown: dict[str, Any] = {"data": result.data}
    if result.errors:
        shown["errors"] = present(result.errors, request_id(request.scope))
        if all(error.path is None for error in result.errors):
            del shown["data"]
    reads = result.reads and not result.errors
    return Reply(orjson.dumps(shown), status_of(shown, kind), telling(kind), reads)
