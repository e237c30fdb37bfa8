"""A small application behind the real front door, with resolvers that are slow, raise and lie."""

import asyncio
from typing import Any

import strawberry
from graphql import GraphQLError
from starlette.applications import Starlette
from starlette.routing import Route

from resolvers.refusals import BadUserInput
from schema.guarded import GuardedSchema
from schema.view import View


@strawberry.type
class Item:
    name: str

    @strawberry.field
    def items(self, first: int = 10) -> "list[Item]":
        return [Item(name=str(place)) for place in range(min(first, 3))]

    @strawberry.field
    def parent(self) -> "Item":
        return self


@strawberry.type
class ItemEdge:
    cursor: str
    node: Item


@strawberry.type
class ItemConnection:
    edges: list[ItemEdge]


@strawberry.type
class Query:
    @strawberry.field
    def item(self, name: str = "one") -> Item:
        return Item(name=name)

    @strawberry.field
    def items(self, first: int = 10) -> list[Item]:
        return [Item(name=str(place)) for place in range(min(first, 3))]

    @strawberry.field
    def page(self, first: int | None = None, last: int | None = None) -> ItemConnection:
        return ItemConnection(edges=[ItemEdge(cursor="a", node=Item(name="a"))])

    @strawberry.field
    def nodes(self, ids: list[strawberry.ID]) -> list[Item]:
        return [Item(name=each) for each in ids]

    @strawberry.field
    def double(self, number: int) -> int:
        return 2 * number

    @strawberry.field
    def broken(self, text: str = "s3cret") -> str | None:
        raise RuntimeError(text)

    @strawberry.field
    def refused(self) -> str | None:
        raise BadUserInput("A rating is a whole number from 1 to 5.", "input", "rating")

    @strawberry.field
    def uncoded(self) -> str | None:
        raise GraphQLError("said on purpose")

    @strawberry.field
    async def slow(self, info: strawberry.Info) -> str:
        await asyncio.sleep(0.05)
        return str(info.context["request_id"])


@strawberry.type
class Mutation:
    @strawberry.mutation
    def rename(self, name: str) -> str:
        return name


async def context(request: Any, request_id: str) -> dict[str, Any]:
    if "x-broken-context" in request.headers:
        raise RuntimeError("no context")
    return {"request": request, "request_id": request_id}


def build(**options: Any) -> Starlette:
    """Build the toy application; `options` go to the view."""
    view = View(schema, context, **options)
    return Starlette(routes=[Route("/graphql", view, methods=None)])


schema = GuardedSchema(Query, Mutation)
