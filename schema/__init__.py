"""What the public sees: shapes without behaviour. `schema` is the whole API, `sdl` its printed text."""

from graphql import lexicographic_sort_schema, print_schema

from schema.guarded import GuardedSchema
from schema.inputs import INPUTS
from schema.mutation import Mutation
from schema.query import Query

schema = GuardedSchema(Query, Mutation, types=INPUTS)


def sdl() -> str:
    """The schema as text, sorted. (Sorting the running schema itself would break its unions.)"""
    return print_schema(lexicographic_sort_schema(schema._schema)) + "\n"
