"""Parts of answers that are kept, and moments left to the encoder, say what graphql-core says, letter by letter."""

from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
from graphql import get_operation_ast, parse
from strawberry.utils.await_maybe import await_maybe

from db import queries, versions
from execution import Operation
from execution.arguments import variables_in
from schema.subtrees import Keeping, Subtrees
from tests.execution.compare import Pair, Prepared
from tests.execution.planted import planted

pytestmark = pytest.mark.anyio
DOCUMENTS = 60
_REVIEW = """ fragment R on Review {
    id publishedAt useCase reviewer { id login joinedAt } weight { value sentence }
    votes(first: $first) { totalCount nodes { helpful castAt voter { login } } pageInfo { endCursor } }
}"""
MODELS = """query ($first: Int!) { models(first: 3) { nodes {
  slug developer { name }
  endpoints(first: $first) { edges { cursor node { slug provider { slug } prices(first: 2) { nodes { validFrom } } } } }
} } }"""
REVIEWS = (
    "query ($first: Int!) { endpoints(first: 9) { nodes { reviews(first: $first) { nodes { ...R } } } } }" + _REVIEW
)
NODES = (
    "query ($first: Int!, $ids: [ID!]!) { nodes(ids: $ids) { ... on Review { endpoint { slug } ...R }"
    " ... on Reviewer { reviews(first: $first) { nodes { id endpoint { model { name } } } } } } }"
) + _REVIEW
STANDINGS = """query ($use: UseCase!, $first: Int!) { endpoints(first: 9) { nodes {
  standing(useCase: $use) { score rank }
  a: reviews(first: $first) { nodes { revision { number pros } } }
  model { standing(useCase: $use) { score } }
} } }"""


async def encoded(pair: Pair, subtrees: Subtrees, query: str, variables: dict[str, Any]) -> list[str]:
    """The data, encoded, of three runs of one parsed document that share what they keep."""
    document, found = parse(query), []
    node: Any = get_operation_ast(document)
    operation = Operation(pair.planned._schema, document, node, 5)
    for _ in range(3):
        now = datetime.now(UTC)
        with versions.noted() as tables:
            keeping = Keeping(subtrees, queries.client().versions.seen, tables, now, now + timedelta(minutes=1))
            keeping.variables = variables
            values: Any = operation.variables(variables)
            run = (
                None if isinstance(values, list) else operation.run(values, pair.context(), native=True, keeper=keeping)
            )
            result = await await_maybe(run)
        found.append(orjson.dumps(getattr(result, "data", None)).decode())
    return found


async def compared(pair: Pair, subtrees: Subtrees, query: str, variables: dict[str, Any]) -> None:
    """What is kept, and what is then found, is what graphql-core says."""
    Prepared.document = parse(query)
    reference = await pair.run(pair.reference, query, variables)
    for text in await encoded(pair, subtrees, query, variables):
        assert orjson.loads(text) == orjson.loads(orjson.dumps(reference.data)), query


async def test_random_documents_say_the_same_with_a_keeper() -> None:
    async with planted() as pair:
        for seed in range(DOCUMENTS):
            await compared(pair, Subtrees(10**8), *pair.written(seed))


async def test_kept_parts_of_nested_documents_say_what_graphql_core_says() -> None:
    subtrees = Subtrees(10**8)
    async with planted() as pair:
        for first in range(1, 7):
            for query in (MODELS, REVIEWS, NODES, STANDINGS):
                await compared(pair, subtrees, query, {"first": first, "use": "CODING", "ids": pair.pools["ids"]})
        assert len(subtrees) > 50


def test_the_variables_of_a_selection_are_those_of_its_fragments_too() -> None:
    query = "query ($a: Int, $b: Int, $c: Int) { x(first: $a) { ...F } y(in: [{z: $c}]) }"
    document = parse(query + "fragment F on T { z(n: $b) ...F }")
    operation, fragment = document.definitions
    x, y = operation.selection_set.selections  # type: ignore[attr-defined]  # it is an operation
    fragments: Any = {"F": fragment}
    assert variables_in([x], fragments) == ["a", "b"]
    assert variables_in([y], fragments) == ["c"]
