"""What an API token may do. Every mutation names its scope; a session, being the person, may do all."""

from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any

from graphql import GraphQLError
from strawberry import Info

from db.enums import TokenScope
from resolvers.context import Context

Resolver = Callable[..., Coroutine[Any, Any, Any]]


class Forbidden(GraphQLError):  # noqa: N818  # the code that clients see is FORBIDDEN
    """The token that was sent may not do this."""

    def __init__(self, scope: TokenScope | None) -> None:
        needed = f"This needs an API token with the scope {scope}." if scope else "No API token may do this: sign in."
        super().__init__(needed, extensions={"code": "FORBIDDEN"})


def needing(scope: TokenScope | None, resolver: Resolver) -> Resolver:
    """The resolver, for sessions and for tokens of this scope; without a scope, for sessions alone."""

    @wraps(resolver)
    async def permitted(info: Info, **arguments: Any) -> Any:
        context: Context = info.context
        if not context.permits(scope):
            raise Forbidden(scope)
        return await resolver(info, **arguments)

    return permitted
