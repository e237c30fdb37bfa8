"""The one way a query goes, whoever asks: known, or parsed and validated; coerced and costed; executed.

schema = GuardedSchema(Query, Mutation, limits=Limits())
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, cast

from cachetools import LRUCache
from graphql import (
    DocumentNode,
    GraphQLError,
    OperationDefinitionNode,
    OperationType,
    get_operation_ast,
    parse,
)
from graphql.execution import Executor
from strawberry.exceptions import MissingQueryError
from strawberry.execution import optimized_is_awaitable
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.types import ExecutionResult
from strawberry.types.graphql import OperationType as Kind
from strawberry.utils.await_maybe import await_maybe
from strawberry.utils.operation import get_first_operation

from execution import PlannedExecution
from schema.documents import Known
from schema.errors import MAX_ERRORS, LoggedSchema, coded
from schema.guard import Limits, excess, invalid
from schema.measure import Meter
from schema.subtrees import Keeping

KINDS = tuple(Kind)  # what the schema has no root for is refused by validation
SEVERAL = "This document holds several operations: say in operationName which one to run."


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked to be executed, by whom (`context`), as operations of which kinds.

    `native`: the data are encoded by orjson, which knows moments and days; `keeping` keeps parts of them as text.
    """

    query: str | None
    variables: dict[str, Any] | None = None
    operation: str | None = None
    context: Any = None
    root: Any = None
    kinds: Collection[Kind] = KINDS
    native: bool = False
    keeping: Keeping | None = None


@dataclass
class Result(ExecutionResult):
    """What came of an operation; `reads` when it was a query."""

    reads: bool = False


class RefusedError(Exception):
    """The operation is not executed, for these reasons."""

    def __init__(self, *errors: GraphQLError) -> None:
        self.errors = list(errors)


class GuardedSchema(LoggedSchema):
    """A schema that holds every document to `limits` and remembers those that it found valid.

    With a known document nothing is left to do but to coerce the variables and to run: it goes round Strawberry's
    extensions, of which there are none here.
    """

    def __init__(self, *types: Any, limits: Limits | None = None, **options: Any) -> None:
        super().__init__(*types, **{"execution_context_class": PlannedExecution} | options)
        self.limits = limits or Limits()
        self.documents: LRUCache[str, Known] = LRUCache(self.limits.cached_characters, lambda known: known.length)

    async def execute(
        self,
        query: str | None,
        variable_values: dict[str, Any] | None = None,
        context_value: Any | None = None,
        root_value: Any | None = None,
        operation_name: str | None = None,
        allowed_operation_types: Iterable[Kind] | None = None,
        operation_extensions: dict[str, Any] | None = None,
    ) -> Result:
        """`run` with Strawberry's own signature."""
        kinds = tuple(allowed_operation_types or KINDS)
        return await self.run(Asked(query, variable_values, operation_name, context_value, root_value, kinds))

    async def run(self, asked: Asked) -> Result:
        """The result of one operation; raises what Strawberry raises where there is none that may be run."""
        if not asked.query:
            raise MissingQueryError
        try:
            known, operation = self.found(asked.query, asked.operation, asked.kinds)
            executor = self.prepared(known, operation, asked)
        except RefusedError as refused:
            return Result(None, refused.errors)
        result: Any = await await_maybe(executor.execute_operation())
        return Result(result.data, result.errors, reads=operation.operation is OperationType.QUERY)

    def found(self, text: str, name: str | None, kinds: Iterable[Kind]) -> tuple[Known, OperationDefinitionNode]:
        """The operation to run, of a document that is valid."""
        known = self.documents.get(text)
        document = known.document if known else self.parsed(text)
        operation = get_operation_ast(document, name)
        if operation is None and (name is not None or get_first_operation(document) is None):
            raise CannotGetOperationTypeError(name)
        if operation is not None and (kind := Kind(operation.operation.value)) not in kinds:
            raise InvalidOperationTypeError(kind)
        known = known or self.learnt(text, document)
        if operation is None:
            raise RefusedError(coded(GraphQLError(SEVERAL), "BAD_USER_INPUT"))
        return known, operation

    def parsed(self, text: str) -> DocumentNode:
        try:
            return parse(text, max_tokens=self.limits.tokens)
        except GraphQLError as error:
            raise RefusedError(error) from None

    def learnt(self, text: str, document: DocumentNode) -> Known:
        """The document with what its operations cost, found valid and remembered unless it is long."""
        if errors := invalid(self._schema, document, self.limits):
            raise RefusedError(*errors)
        costs = {node: measure.cost for node, measure in Meter(self._schema, document).operations.items()}
        known = Known(document, len(text), costs)
        if known.length <= self.limits.cached_document:
            self.documents[text] = known
        return known

    def prepared(self, known: Known, operation: OperationDefinitionNode, asked: Asked) -> Executor[Any]:
        """What runs the operation: its variables are coerced, and what it costs with them is not too much."""
        executor = PlannedExecution.build(
            self._schema,
            known.document,
            asked.root,
            asked.context,
            asked.variables,
            asked.operation,
            max_coercion_errors=MAX_ERRORS,
            is_awaitable=cast(Any, optimized_is_awaitable),  # it is what Strawberry passes, too
            native=asked.native,
            keeper=asked.keeping,
        )
        if isinstance(executor, list):
            raise RefusedError(*(coded(error, "BAD_USER_INPUT") for error in executor))
        cost = known.cost(operation).of(executor.variable_values.coerced)
        if cost > self.limits.cost:
            raise RefusedError(excess("cost", self.limits.cost, cost))
        return executor
