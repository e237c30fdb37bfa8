"""GraphQL over HTTP: what is accepted, how it is answered, and never a 500 for what a client sent.

Route("/graphql", View(schema, context), methods=None, middleware=[Middleware(BodyLimit)])
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import orjson
from cross_web import AsyncHTTPRequestAdapter, HTTPException
from starlette.exceptions import HTTPException as StarletteHTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.http import GraphQLHTTPResponse, GraphQLRequestData, process_result
from strawberry.schema import BaseSchema
from strawberry.schema.exceptions import InvalidOperationTypeError
from strawberry.types import ExecutionResult
from strawberry.types.graphql import OperationType

from schema.answers import KEEP
from schema.errors import log_bug, present
from schema.guard import Documents, Limits
from schema.persisted import Persisted
from schema.requests import (
    GRAPHQL_JSON,
    RequestError,
    check_content_type,
    check_origin,
    media_type,
    once,
    refusal,
    request_id,
)

PARAMETERS = {"query": str, "operationName": str, "variables": dict, "extensions": dict}

Context = Callable[[Request | WebSocket, str], Awaitable[Any]]


class View(GraphQL[Any, None]):
    """The GraphQL endpoint over HTTP.

    `context(request, request_id)` makes the resolvers' context. `origins` may send cookies besides the request's
    own origin: pass the public one when TLS ends at a proxy. `documents` are those of the schema's guard: a query
    among them that was answered without an error is marked to be kept (`Answers`). WebSockets are refused: there are
    no subscriptions yet.
    """

    def __init__(
        self,
        schema: BaseSchema,
        context: Context,
        origins: Sequence[str] = (),
        documents: Documents | None = None,
        persisted: Persisted | None = None,
    ) -> None:
        super().__init__(schema, graphql_ide=None, subscription_protocols=(), allowed_origins=origins)
        self.context = context
        self.documents, self.persisted = documents or Documents(Limits()), persisted or Persisted()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.reject_websocket(WebSocket(scope, receive, send))
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
            return refusal(request, allowed(refused))
        except (StarletteHTTPException, ClientDisconnect):
            raise  # the body limit's 413, and nobody left to answer
        except Exception as bug:  # noqa: BLE001  # the last guard: a bug is logged and answered, whatever it is
            log_bug(bug, request_id(request.scope))
            return refusal(request, RequestError(500, "Internal error"))

    async def admit(self, request: Request) -> Response:
        if request.method not in {"GET", "POST"}:
            raise RequestError(405, "GraphQL is served over GET and POST.", {"allow": "GET, POST"})
        check_origin(request, self.allowed_origins)
        if request.method == "POST":
            check_content_type(request)
        return await self.run(request)

    async def get_context(self, request: Request | WebSocket, response: Response | WebSocket) -> Any:
        return await self.context(request, request_id(request.scope))

    async def get_sub_response(self, request: Request | WebSocket) -> Response:
        response = await super().get_sub_response(request)
        response.headers["content-type"] = media_type(request)
        response.headers["vary"] = "Accept"
        return response

    def should_render_graphql_ide(self, request: Any) -> bool:
        return False

    def decode_json(self, data: str | bytes) -> object:
        decoded = orjson.loads(data)
        if isinstance(decoded, list):
            raise RequestError(400, "Batching is not supported: send one operation, as a JSON object.")
        if not isinstance(decoded, dict):
            raise RequestError(400, "Expected a JSON object.")
        return decoded

    def encode_json(self, data: object) -> bytes:
        return orjson.dumps(data)

    async def parse_http_body(self, request: AsyncHTTPRequestAdapter) -> GraphQLRequestData:
        if request.method == "GET":
            data = self.parse_query_params(once(request.query_params))
        else:
            data = self.parse_json(await request.get_body())
        for name, kind in PARAMETERS.items():
            if not isinstance(data.get(name), kind | None):
                article = "an object" if kind is dict else "a string"
                raise RequestError(400, f"`{name}` must be {article}, or left out.")
        return GraphQLRequestData(
            query=self.persisted.text(data.get("query"), data.get("extensions")),
            variables=data.get("variables"),
            operation_name=data.get("operationName") or None,
            extensions=data.get("extensions"),
        )

    async def execute_single(
        self,
        request: Request,
        request_adapter: AsyncHTTPRequestAdapter,
        sub_response: Response,
        context: Any,
        root_value: None,
        request_data: GraphQLRequestData,
    ) -> ExecutionResult:
        result = await super().execute_single(request, request_adapter, sub_response, context, root_value, request_data)
        reads = self.documents.only_reads(request_data.query, request_data.operation_name)
        request.scope[KEEP] = reads and not result.errors
        return result

    async def process_result(self, request: Request, result: ExecutionResult) -> GraphQLHTTPResponse:
        shown = process_result(result)
        if result.errors:
            shown["errors"] = list(present(result.errors, request_id(request.scope)))
            if all(error.path is None for error in result.errors):
                del shown["data"]
        return shown

    def create_response(
        self, response_data: GraphQLHTTPResponse | list[GraphQLHTTPResponse], sub_response: Response
    ) -> Response:
        status = sub_response.status_code or status_of(response_data, sub_response.headers["content-type"])
        response = Response(self.encode_json(response_data), status, background=sub_response.background)
        response.headers.raw.extend(sub_response.headers.raw)
        return response


def allowed(error: HTTPException) -> HTTPException:
    """Turn Strawberry's 400 for a mutation over GET into a 405."""
    cause = error.__cause__
    if isinstance(cause, InvalidOperationTypeError) and cause.operation_type is OperationType.MUTATION:
        return RequestError(405, "Mutations are served over POST only.", {"allow": "POST"})
    return error


def status_of(response_data: Any, content_type: str) -> int:
    """Choose the status: without `data` nothing was executed, which `application/json` answers with 200 too."""
    if "data" in response_data:
        return 200
    if any(error["extensions"]["code"] == "INTERNAL" for error in response_data["errors"]):
        return 500
    return 400 if content_type.startswith(GRAPHQL_JSON) else 200
