"""What one document may ask for, refused before it runs."""

from collections.abc import Mapping
from dataclasses import dataclass
from graphlib import CycleError
from typing import Any

from graphql import (
    ASTValidationRule,
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    ValidationContext,
    get_operation_ast,
    get_variable_values,
    specified_rules,
    validate,
)
from graphql.validation.validate import ValidationAbortedError
from strawberry.schema.validation_rules.maybe_null import MaybeNullValidationRule
from strawberry.schema.validation_rules.one_of import OneOfInputValidationRule

from schema.errors import MAX_ERRORS, coded
from schema.measure import Meter


@dataclass(frozen=True)
class Limits:
    """The most that one document may ask for; `Measure` says what is counted, for each definition by itself.

    `repeats` is how often one response name may be written in a document: validation compares equal names
    pairwise. The introspection limits hold the standard introspection query with room to spare.
    `cached_document` is how long a remembered document may be, `cached_characters` how long all of them together:
    parsed, 1 character takes up to 300 bytes.
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
    figures = [each.figures() for each in meter.definitions]
    most = {limit: max(each[limit] for each in figures) for limit in figures[0]} if figures else {}
    for limit, asked in {**most, "repeats": max(meter.names.values(), default=0)}.items():
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


def invalid(schema: GraphQLSchema, document: DocumentNode, limits: Limits) -> list[GraphQLError]:
    """What is wrong with a document, at most MAX_ERRORS things."""
    rules = (complexity_rule(limits), *specified_rules, MaybeNullValidationRule, OneOfInputValidationRule)
    return [coded(error, "GRAPHQL_VALIDATION_FAILED") for error in validate(schema, document, rules, MAX_ERRORS)]


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
    values = get_variable_values(schema, operation.variable_definitions or (), dict(variables or {}), MAX_ERRORS)
    if isinstance(values, list):
        raise values[0]
    return Meter(schema, document).operation(operation).cost.of(values.coerced)
