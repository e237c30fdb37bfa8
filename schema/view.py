"""GraphQL over HTTP: what is accepted, how it is answered, and never a 500 for what a client sent.

Route("/graphql", View(schema, context), methods=None, middleware=[Middleware(BodyLimit)])
"""

from collections.abc import Awaitable, Callable, Collection
from typing import Any

import orjson
from cross_web import HTTPException
from starlette.exceptions import HTTPException as StarletteHTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket
from strawberry.exceptions import MissingQueryError
from strawberry.http.websocket_origin import normalize_origin
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.types.graphql import OperationType

from schema.answers import KEEP, KEEPING
from schema.errors import log_bug, present
from schema.guarded import Asked, GuardedSchema, Result
from schema.persisted import Persisted
from schema.requests import (
    RequestError,
    check_content_type,
    check_origin,
    media_type,
    once,
    refusal,
    request_id,
    status_of,
)
from schema.subtrees import Keeping

PARAMETERS = {"query": str, "operationName": str, "variables": dict, "extensions": dict}
KINDS = {"GET": frozenset(OperationType) - {OperationType.MUTATION}, "POST": frozenset(OperationType)}

Context = Callable[[Request | WebSocket, str], Awaitable[Any]]


class View:
    """The GraphQL endpoint over HTTP.

    `context(request, request_id)` makes the resolvers' context. `origins` may send cookies besides the request's
    own origin: pass the public one when TLS ends at a proxy. A query that was answered without an error is marked to
    be kept (`Answers`). WebSockets are refused: there are no subscriptions yet.
    """

    def __init__(
        self,
        schema: GuardedSchema,
        context: Context,
        origins: Collection[str] = (),
        persisted: Persisted | None = None,
    ) -> None:
        self.schema, self.context = schema, context
        self.origins = frozenset(filter(None, map(normalize_origin, origins)))
        self.persisted = persisted or Persisted()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await WebSocket(scope, receive, send).close()
            return
        request = Request(scope, receive)
        try:
            response = await self.answer(request)
        except ClientDisconnect:
            return
        response.headers["x-request-id"] = request_id(scope)
        await response(scope, receive, send)

    async def answer(self, request: Request) -> Response:
        try:
            return await self.admit(request)
        except HTTPException as refused:
            return refusal(request, refused)
        except (StarletteHTTPException, ClientDisconnect):
            raise  # the body limit's 413, and nobody left to answer
        except Exception as bug:  # noqa: BLE001  # the last guard: a bug is logged and answered, whatever it is
            log_bug(bug, request_id(request.scope))
            return refusal(request, RequestError(500, "Internal error"))

    async def admit(self, request: Request) -> Response:
        if request.method not in KINDS:
            raise RequestError(405, "GraphQL is served over GET and POST.", {"allow": "GET, POST"})
        check_origin(request, self.origins)
        if request.method == "POST":
            check_content_type(request)
        context = await self.context(request, request_id(request.scope))
        asked = self.asked(request, await parameters(request), context)
        return answered(request, await self.run(asked))

    def asked(self, request: Request, sent: dict[str, Any], context: Any) -> Asked:
        for name, kind in PARAMETERS.items():
            if not isinstance(sent.get(name), kind | None):
                article = "an object" if kind is dict else "a string"
                raise RequestError(400, f"`{name}` must be {article}, or left out.")
        text = self.persisted.text(sent.get("query"), sent.get("extensions"))
        operation, variables = sent.get("operationName") or None, sent.get("variables") or {}
        keeping: Keeping | None = request.scope.get(KEEPING)
        if keeping is not None:
            keeping.variables = variables
        kinds = KINDS[request.method]
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


async def parameters(request: Request) -> dict[str, Any]:
    """What the request sends, from the query string or the body."""
    if request.method == "POST":
        return decoded(await request.body())
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


def answered(request: Request, result: Result) -> Response:
    """The response that tells a result; it is marked to be kept if it is the answer to a query, without an error."""
    kind = media_type(request)
    shown: dict[str, Any] = {"data": result.data}
    if result.errors:
        shown["errors"] = present(result.errors, request_id(request.scope))
        if all(error.path is None for error in result.errors):
            del shown["data"]
    request.scope[KEEP] = result.reads and not result.errors
    return Response(orjson.dumps(shown), status_of(shown, kind), {"vary": "Accept"}, kind)
