"""What the public sees: shapes without behaviour. `schema` is the whole API; `schema.graphql` its printed text."""

import strawberry
from graphql import lexicographic_sort_schema
from graphql import print_schema as printed
from strawberry.schema.config import StrawberryConfig

from schema.errors import LoggedSchema
from schema.guard import guard
from schema.mutation import Mutation
from schema.query import Query
from schema import inputs, values, refusals, types

schema = LoggedSchema(
    query=Query,
    mutation=Mutation,
    extensions=guard(),
    config=StrawberryConfig(),
)


def sdl() -> str:
    """The schema as text, sorted: sorting the running schema itself would break its unions."""
    return printed(lexicographic_sort_schema(schema._schema)) + "\n"
