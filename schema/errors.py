"""What a client is told when something goes wrong, and what only the log is told.

Every error carries `extensions.code`. A `GraphQLError` that brings its own code was raised on purpose and is
shown as it is; an exception of any other class is a bug, shown as INTERNAL with the request's id and logged
with the same id. The codes given here:

| Code | When |
|---|---|
| GRAPHQL_PARSE_FAILED | the query text is not GraphQL |
| GRAPHQL_VALIDATION_FAILED | the document does not fit the schema |
| QUERY_TOO_COMPLEX | the document passes a limit |
| BAD_USER_INPUT | variables, arguments or request parameters of the wrong shape |
| PERSISTED_QUERY_NOT_FOUND | the hash of a document that is not known here: send the document with it |
| UNAUTHENTICATED | HTTP 401: a bearer token that is unknown, expired or revoked |
| FORBIDDEN | HTTP 403, or an API token without the scope |
| METHOD_NOT_ALLOWED, PAYLOAD_TOO_LARGE, UNSUPPORTED_MEDIA_TYPE | HTTP 405, 413, 415 |
| INTERNAL | a bug on our side |
"""

import json
import logging
from collections.abc import Sequence
from traceback import format_exception
from typing import Any

import strawberry
from graphql import GraphQLError, GraphQLFormattedError, GraphQLSyntaxError
from strawberry.types import ExecutionContext

MAX_ERRORS = 5
CODES = {
    400: "BAD_USER_INPUT",
    401: "UNAUTHENTICATED",
    403: "FORBIDDEN",
    405: "METHOD_NOT_ALLOWED",
    413: "PAYLOAD_TOO_LARGE",
    415: "UNSUPPORTED_MEDIA_TYPE",
    500: "INTERNAL",
}

log = logging.getLogger("bestclawmodels")


class LoggedSchema(strawberry.Schema):
    """A Strawberry schema that leaves the logging of errors to `present`."""

    def process_errors(self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None) -> None:
        pass


def coded(error: GraphQLError, code: str) -> GraphQLError:
    """Give `error` a code unless it brings one."""
    error.extensions = {"code": code, **(error.extensions or {})}
    return error


def present(errors: Sequence[GraphQLError], request_id: str) -> list[GraphQLFormattedError]:
    """Format the first `MAX_ERRORS` errors for the client, with bugs masked and logged under `request_id`."""
    return [shown(error, request_id).formatted for error in errors[:MAX_ERRORS]]


def shown(error: GraphQLError, request_id: str) -> GraphQLError:
    """Return the error as the client may see it."""
    if (error.extensions or {}).get("code"):
        return error
    if isinstance(error, GraphQLSyntaxError):
        return unparsed(error)
    bug = origin(error)
    if isinstance(bug, GraphQLError):
        return coded(error, "BAD_USER_INPUT")
    log_bug(bug, request_id, error.path)
    extensions = {"code": "INTERNAL", "requestId": request_id}
    return GraphQLError("Internal error", error.nodes, path=error.path, extensions=extensions)


def unparsed(error: GraphQLSyntaxError) -> GraphQLError:
    # graphql-core has no class of its own for too many tokens or too deep a nesting, only "Parsing aborted."
    return coded(error, "QUERY_TOO_COMPLEX" if "Parsing aborted" in error.message else "GRAPHQL_PARSE_FAILED")


def origin(error: GraphQLError) -> BaseException:
    """Return what was raised first: graphql-core wraps, and wraps its own errors too."""
    cause: BaseException = error
    while isinstance(cause, GraphQLError) and cause.original_error is not None:
        cause = cause.original_error
    return cause


def log_bug(bug: BaseException, request_id: str, path: Sequence[str | int] | None = None) -> None:
    """Log `bug` as one line of ASCII JSON: no control character reaches a terminal or starts a line."""
    entry = {
        "requestId": request_id,
        "path": list(path) if path else None,
        "error": repr(bug),
        "trace": "".join(format_exception(bug)),
    }
    log.error("%s", json.dumps(entry).replace("\x7f", "\\u007f"))


def request_error(status: int, message: str, request_id: str, code: str | None = None) -> dict[str, Any]:
    """Describe a request that was not executed, for the HTTP `status` it is answered with."""
    extensions = {"code": code or CODES.get(status, "BAD_USER_INPUT"), "requestId": request_id}
    return {"errors": [{"message": message, "extensions": extensions}]}
