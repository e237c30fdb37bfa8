"""What one document may ask for, refused before it runs; documents found valid are remembered by their text.

schema = strawberry.Schema(Query, extensions=[*guarded(Limits())])
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from graphlib import CycleError
from typing import Any

import orjson
from graphql import (
    ASTValidationRule,
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    ValidationContext,
    get_operation_ast,
    get_variable_values,
    validate,
)
from graphql.validation.validate import ValidationAbortedError
from strawberry.extensions import SchemaExtension
from strawberry.schema.validation_rules.maybe_null import MaybeNullValidationRule
from strawberry.schema.validation_rules.one_of import OneOfInputValidationRule
from strawberry.types import ExecutionContext

from schema.errors import MAX_ERRORS, coded
from schema.measure import Measure, Meter


@dataclass(frozen=True)
class Limits:
    """The most that one document may ask for; `Measure` says what is counted, for each definition by itself.

    `repeats` is how often one response name may be written in a document: validation compares equal names
    pairwise. The introspection limits hold the standard introspection query with room to spare.
    `cached_characters` bounds the text of all remembered documents together: parsed, 1 character of it takes
    up to 300 bytes.
    """

    tokens: int = 2_000
    depth: int = 12
    aliases: int = 30
    directives: int = 50
    fields: int = 2_000
    cost: int = 2_000
    repeats: int = 100
    introspection_depth: int = 16
    introspection_fields: int = 500
    cached_documents: int = 1_000
    cached_document: int = 20_000
    cached_characters: int = 256_000


def excess(limit: str, allowed: int, asked: int) -> ValidationAbortedError:
    """Say which limit was passed; aborting keeps the costlier validation rules from seeing the document."""
    return ValidationAbortedError(
        f"This document asks for {limit.replace('_', ' ')} {asked}; at most {allowed} is allowed.",
        extensions={"code": "QUERY_TOO_COMPLEX", "limit": limit, "allowed": allowed, "asked": asked},
    )


def check(meter: Meter, limits: Limits) -> None:
    """Raise `excess` for the first limit that the document's most demanding definition passes."""
    most = Measure(*map(max, zip(Measure(), *meter.definitions, strict=True)))
    for limit, asked in {**most._asdict(), "repeats": max(meter.names.values(), default=0)}.items():
        if asked > getattr(limits, limit):
            raise excess(limit, getattr(limits, limit), asked)


def complexity_rule(limits: Limits) -> type[ASTValidationRule]:
    """Make the validation rule that holds a document against `limits` and ends validation past one."""

    class ComplexityRule(ASTValidationRule):
        context: ValidationContext

        def enter_document(self, node: DocumentNode, *_: Any) -> None:
            try:
                check(Meter(self.context.schema, node), limits)
            except CycleError as circle:
                names = ", ".join(reversed(circle.args[1]))
                raise ValidationAbortedError(f"Fragments spread each other in a circle: {names}.") from None

    return ComplexityRule


def coerced(
    operation: OperationDefinitionNode, variables: Mapping[str, Any] | None, schema: GraphQLSchema
) -> dict[str, Any] | list[GraphQLError]:
    """Coerce an operation's variables, or say what is wrong with them."""
    values = get_variable_values(schema, operation.variable_definitions or (), dict(variables or {}), MAX_ERRORS)
    return values if isinstance(values, list) else values.coerced


def execution_cost(
    document: DocumentNode,
    operation_name: str | None,
    variables: Mapping[str, Any] | None,
    schema: GraphQLSchema,
) -> int:
    """Cost one operation of a valid document, in the objects that `Measure.cost` counts.

    `variables` are raw, as they arrived: they are coerced here and their defaults filled in. Raises
    `GraphQLError` when they cannot be, or when no operation or several answer to `operation_name`.
    """
    operation = get_operation_ast(document, operation_name)
    if operation is None:
        raise coded(GraphQLError("Cannot tell which operation to run."), "BAD_USER_INPUT")
    values = coerced(operation, variables, schema)
    if isinstance(values, list):
        raise values[0]
    return Meter(schema, document, values).operation(operation).cost


MOST_COUNTS, LONGEST_COUNTS = 50, 500  # of one document: how many variables are worth remembering, and how long


class Documents:
    """Valid documents by their text, the least recently used forgotten first."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.characters = 0
        self.kept: OrderedDict[str, DocumentNode] = OrderedDict()
        self.counting: dict[str, frozenset[str]] = {}
        self.affordable: dict[str, OrderedDict[bytes, None]] = {}

    def find(self, text: str | None) -> DocumentNode | None:
        if text is None or text not in self.kept:
            return None
        self.kept.move_to_end(text)
        return self.kept[text]

    def is_affordable(self, text: str | None, variables: Mapping[str, Any]) -> bool:
        """Whether a known document was found affordable with these variables, as far as its cost depends on them."""
        return text in self.affordable and self._counts(text, variables) in self.affordable[text]

    def afford(self, text: str | None, variables: Mapping[str, Any]) -> None:
        """Remember that a known document costs with these variables no more than it may."""
        if text not in self.counting:
            return
        counts, known = self._counts(text, variables), self.affordable.setdefault(text, OrderedDict())
        if len(counts) <= LONGEST_COUNTS:
            known[counts] = None
        if len(known) > MOST_COUNTS:
            known.popitem(last=False)

    def _counts(self, text: str, variables: Mapping[str, Any]) -> bytes:
        """Those of the variables that the document's cost depends on."""
        return orjson.dumps({name: variables[name] for name in sorted(self.counting[text] & variables.keys())})

    def only_reads(self, text: str | None, operation_name: str | None) -> bool:
        """Whether the text is a known document whose operation of that name is a query."""
        document = self.find(text)
        operation = None if document is None else get_operation_ast(document, operation_name)
        return operation is not None and operation.operation is OperationType.QUERY

    def keep(self, text: str | None, document: DocumentNode, counting: Iterable[str] = ()) -> None:
        if text is None or text in self.kept or len(text) > self.limits.cached_document:
            return
        self.kept[text], self.counting[text] = document, frozenset(counting)
        self.characters += len(text)
        while len(self.kept) > self.limits.cached_documents or self.characters > self.limits.cached_characters:
            forgotten, _ = self.kept.popitem(last=False)
            del self.counting[forgotten]
            self.affordable.pop(forgotten, None)
            self.characters -= len(forgotten)


class Guard(SchemaExtension):
    """Parses and validates each distinct document once, and costs it again with every request's variables."""

    def __init__(self, limits: Limits, rule: type[ASTValidationRule], documents: Documents) -> None:
        self.limits, self.rule, self.documents = limits, rule, documents

    def on_operation(self) -> Iterator[None]:
        self.execution_context.parse_options["max_tokens"] = self.limits.tokens
        yield

    def on_parse(self) -> Iterator[None]:
        context = self.execution_context
        context.graphql_document = context.graphql_document or self.documents.find(context.query)
        yield

    def on_validate(self) -> Iterator[None]:
        context = self.execution_context
        if context.graphql_document is not None and context.pre_execution_errors is None:
            document = context.graphql_document
            context.pre_execution_errors = self.invalid(context, document) or self.unaffordable(context, document)
        yield

    def invalid(self, context: ExecutionContext, document: DocumentNode) -> list[GraphQLError]:
        if document is self.documents.find(context.query):
            return []
        rules = (self.rule, *context.validation_rules, MaybeNullValidationRule, OneOfInputValidationRule)
        # the graphql-core schema is private to Strawberry, and its own validation does not take max_errors
        errors = validate(context.schema._schema, document, rules, max_errors=MAX_ERRORS)
        if not errors:
            counting = Meter(context.schema._schema, document).counting
            self.documents.keep(context.query, document, counting)
        return [coded(error, "GRAPHQL_VALIDATION_FAILED") for error in errors]

    def unaffordable(self, context: ExecutionContext, document: DocumentNode) -> list[GraphQLError]:
        # what the request said: `operation_name` answers with the document's first when it said nothing
        operation = get_operation_ast(document, context._provided_operation_name)
        if operation is None:
            message = "This document holds several operations: say in operationName which one to run."
            return [coded(GraphQLError(message), "BAD_USER_INPUT")]
        if not operation.variable_definitions:
            return []
        if self.documents.is_affordable(context.query, context.variables or {}):
            return []  # the executor refuses what does not fit the variables' types
        values = coerced(operation, context.variables, context.schema._schema)
        if isinstance(values, list):
            return [coded(error, "BAD_USER_INPUT") for error in values]
        cost = Meter(context.schema._schema, document, values).operation(operation).cost
        if cost > self.limits.cost:
            return [excess("cost", self.limits.cost, cost)]
        self.documents.afford(context.query, context.variables or {})
        return []


def guarded(limits: Limits | None = None, documents: Documents | None = None) -> list[Callable[[], SchemaExtension]]:
    """Return the extension factories that hold a schema to `limits` (the defaults when none are given)."""
    limits = limits or Limits()
    rule, documents = complexity_rule(limits), documents or Documents(limits)
    return [lambda: Guard(limits, rule, documents)]
