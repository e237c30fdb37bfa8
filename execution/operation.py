"""An operation that runs often: what graphql-core finds out anew for each of its runs is found out once."""

from collections.abc import Mapping
from typing import Any, NamedTuple, cast

from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    Undefined,
    get_nullable_type,
    is_leaf_type,
    is_non_null_type,
)
from graphql.execution.collect_fields import FragmentDetails
from graphql.execution.executor import default_field_resolver, default_type_resolver
from graphql.execution.get_variable_signature import GraphQLVariableSignature
from graphql.execution.values import VariableValues, VariableValueSource, input_is_nested_too_deeply
from graphql.utilities import coerce_input_value
from strawberry.execution import optimized_is_awaitable

from execution.executor import PlannedExecution

_AWAITABLE = cast(Any, optimized_is_awaitable)  # it is what Strawberry passes, too


class Shared(NamedTuple):
    """What does not differ from run to run, and nothing of the request that ran first."""

    fragment_definitions: dict[str, FragmentDefinitionNode]
    fragments: dict[str, FragmentDetails]
    node: OperationDefinitionNode


class Operation:
    """An operation of a valid document. At most `most` errors are told of its variables."""

    def __init__(self, schema: GraphQLSchema, document: DocumentNode, name: str | None, most: int) -> None:
        self.schema, self.document, self.name, self.most = schema, document, name, most
        self.shared: Shared | None = None  # once it has run
        self.declared: list[tuple[GraphQLVariableSignature, bool]] = []  # and whether a value may be nested

    def executor(
        self, variables: Mapping[str, Any], context: Any, root: Any = None, **options: Any
    ) -> PlannedExecution | list[GraphQLError]:
        """What runs the operation once, or why its variables are not as it declares them."""
        values = None if self.shared is None else self.coerced(variables)
        if self.shared is None or values is None:
            return self.built(variables, context, root, **options)
        return PlannedExecution(
            self.schema,
            self.shared.fragment_definitions,
            self.shared.fragments,
            root,
            context,
            self.shared.node,
            values,
            default_field_resolver,
            default_type_resolver,
            default_field_resolver,
            is_awaitable=_AWAITABLE,
            **options,
        )

    def built(
        self, variables: Mapping[str, Any], context: Any, root: Any, **options: Any
    ) -> PlannedExecution | list[GraphQLError]:
        """The same, made by graphql-core."""
        built: Any = PlannedExecution.build(
            self.schema,
            self.document,
            root,
            context,
            dict(variables),
            self.name,
            max_coercion_errors=self.most,
            is_awaitable=_AWAITABLE,
            **options,
        )
        if self.shared is None and isinstance(built, PlannedExecution):
            signatures = [source.signature for source in built.variable_values.sources.values()]
            self.declared = [(each, not is_leaf_type(get_nullable_type(each.type))) for each in signatures]
            self.shared = Shared(built.fragment_definitions, built.fragments, built.operation)
        return cast("PlannedExecution | list[GraphQLError]", built)

    def coerced(self, variables: Mapping[str, Any]) -> VariableValues | None:
        """The variables as `get_variable_values` coerces them; None where it has more to do or something to say."""
        sources: dict[str, VariableValueSource] = {}
        coerced: dict[str, Any] = {}
        for signature, nested in self.declared:
            name, kind = signature.name, signature.type
            if name not in variables:
                if signature.default is not None or is_non_null_type(kind):
                    return None
                sources[name] = VariableValueSource(signature)
                continue
            value = variables[name]
            made = Undefined if nested and input_is_nested_too_deeply(value, kind) else coerce_input_value(value, kind)
            if made is Undefined:
                return None
            sources[name], coerced[name] = VariableValueSource(signature, value), made
        return VariableValues(sources, coerced)
