"""The one way a query goes, whoever asks: known, or parsed and validated; coerced and costed; executed.

schema = GuardedSchema(Query, Mutation, limits=Limits())
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from cachetools import LRUCache
from graphql import (
    DocumentNode,
    GraphQLError,
    get_operation_ast,
    parse,
)
from graphql.execution.values import VariableValues
from strawberry.exceptions import MissingQueryError
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.types import ExecutionResult
from strawberry.types.graphql import OperationType as Kind
from strawberry.utils.await_maybe import await_maybe
from strawberry.utils.operation import get_first_operation

from execution import Operation, PlannedExecution
from schema.documents import Known, Ready
from schema.errors import MAX_ERRORS, LoggedSchema, coded
from schema.guard import Limits, excess, invalid
from schema.measure import Meter
from schema.subtrees import Keeping

KINDS = tuple(Kind)  # what the schema has no root for is refused by validation
SEVERAL = "This document holds several operations: say in operationName which one to run."


@dataclass(slots=True)
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
            ready = self.ready(asked.query, asked.operation, asked.kinds)
            values = self.variables(ready, asked.variables or {})
        except RefusedError as refused:
            return Result(None, refused.errors)
        run = ready.operation.run(values, asked.context, asked.root, native=asked.native, keeper=asked.keeping)
        result: Any = await await_maybe(run)
        return Result(result.data, result.errors, reads=ready.kind is Kind.QUERY)

    def ready(self, text: str, name: str | None, kinds: Collection[Kind]) -> Ready:
        """The operation to run, of a document that is valid."""
        known = self.documents.get(text)
        ready = None if known is None else known.ready.get(name)
        if ready is None:
            return self.made_ready(text, name, kinds, known)
        if ready.kind not in kinds:
            raise InvalidOperationTypeError(ready.kind)
        return ready

    def made_ready(self, text: str, name: str | None, kinds: Collection[Kind], known: Known | None) -> Ready:
        document = known.document if known else self.parsed(text)
        operation = get_operation_ast(document, name)
        if operation is None and (name is not None or get_first_operation(document) is None):
            raise CannotGetOperationTypeError(name)
        if operation is not None and (kind := Kind(operation.operation.value)) not in kinds:
            raise InvalidOperationTypeError(kind)
        known = known or self.learnt(text, document)
        if operation is None:
            raise RefusedError(coded(GraphQLError(SEVERAL), "BAD_USER_INPUT"))
        runs = Operation(self._schema, document, operation, MAX_ERRORS)
        known.ready[name] = Ready(runs, kind, known.costs[id(operation)])
        return known.ready[name]

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

    def variables(self, ready: Ready, sent: Mapping[str, Any]) -> VariableValues:
        """The variables coerced, with which the operation does not cost too much."""
        values = ready.operation.variables(sent)
        if isinstance(values, list):
            raise RefusedError(*(coded(error, "BAD_USER_INPUT") for error in values))
        cost = ready.cost.of(values.coerced)
        if cost > self.limits.cost:
            raise RefusedError(excess("cost", self.limits.cost, cost))
        return values
