"""Parts of answers that are kept, and moments left to the encoder, say what graphql-core says, letter by letter."""

from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
from graphql import parse
from strawberry.utils.await_maybe import await_maybe

from db import queries, versions
from execution import PlannedExecution
from execution.kept import variables_in
from schema.subtrees import Keeping, Subtrees
from tests.execution.compare import Pair, Prepared
from tests.execution.planted import planted

pytestmark = pytest.mark.anyio
DOCUMENTS = 60


async def encoded(pair: Pair, subtrees: Subtrees, query: str, variables: dict[str, Any]) -> list[str]:
    """The data, encoded, of three runs of one parsed document that share what they keep."""
    document, found = parse(query), []
    for _ in range(3):
        now = datetime.now(UTC)
        with versions.noted() as tables:
            keeping = Keeping(subtrees, queries.client().versions.copy(), tables, now, now + timedelta(minutes=1))
            keeping.variables = variables
            executor: Any = PlannedExecution.build(
                pair.planned._schema, document, None, pair.context(), variables, native=True, keeper=keeping
            )
            result = executor if isinstance(executor, list) else await await_maybe(executor.execute_operation())
        found.append(orjson.dumps(getattr(result, "data", None)).decode())
    return found


async def test_kept_parts_say_what_graphql_core_says() -> None:
    async with planted() as pair:
        subtrees, hits = Subtrees(10**8), 0
        for seed in range(DOCUMENTS):
            query, variables = pair.written(seed)
            Prepared.document = parse(query)
            reference = await pair.run(pair.reference, query, variables)
            before = len(subtrees.kept)
            for text in await encoded(pair, subtrees, query, variables):
                assert orjson.loads(text) == orjson.loads(orjson.dumps(reference.data)), query
            hits += len(subtrees.kept) > before
        assert hits > DOCUMENTS / 10


def test_the_variables_of_a_selection_are_those_of_its_fragments_too() -> None:
    query = "query ($a: Int, $b: Int, $c: Int) { x(first: $a) { ...F } y(in: [{z: $c}]) }"
    document = parse(query + "fragment F on T { z(n: $b) ...F }")
    operation, fragment = document.definitions
    x, y = operation.selection_set.selections  # type: ignore[attr-defined]  # it is an operation
    fragments: Any = {"F": fragment}
    assert variables_in([x], fragments) == ["a", "b"]
    assert variables_in([y], fragments) == ["c"]
