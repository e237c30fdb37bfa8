"""An operation that runs often: what graphql-core finds out anew for each of its runs is found out once."""

from collections.abc import Mapping
from functools import partial
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
from graphql.execution.get_variable_signature import GraphQLVariableSignature, get_variable_signature
from graphql.execution.values import (
    VariableValues,
    VariableValueSource,
    get_variable_values,
    input_is_nested_too_deeply,
)
from graphql.utilities import coerce_input_value
from strawberry.execution import optimized_is_awaitable

from execution.cache import switches
from execution.executor import PlannedExecution
from execution.kept import Keeper
from execution.run import Run

_AWAITABLE = cast(Any, optimized_is_awaitable)  # it is what Strawberry passes, too


class Declared(NamedTuple):
    """A variable as it is declared: whether graphql-core has to look when it is not sent, and whether it may nest."""

    signature: GraphQLVariableSignature
    needed: bool
    nested: bool

    @classmethod
    def of(cls, signature: GraphQLVariableSignature) -> "Declared":
        """What its signature says."""
        kind = signature.type
        needed = signature.default is not None or is_non_null_type(kind)
        return cls(signature, needed, not is_leaf_type(get_nullable_type(kind)))


class Operation:
    """An operation of a valid document. At most `most` errors are told of its variables.

    A `native` run leaves moments and days in the data as they are, for an encoder that knows them, as orjson does. A
    `keeper` may be given as well, for a query that orjson encodes and whose data are the same for everybody.
    """

    def __init__(self, schema: GraphQLSchema, document: DocumentNode, node: OperationDefinitionNode, most: int) -> None:
        self.schema, self.node, self.most = schema, node, most
        self.fragments = {
            each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)
        }
        self.details = {name: FragmentDetails(each, None) for name, each in self.fragments.items()}
        signatures = [get_variable_signature(schema, each) for each in node.variable_definitions or ()]
        self.declared = [Declared.of(each) for each in signatures if isinstance(each, GraphQLVariableSignature)]
        self.switches = switches(node)
        self.usual = not self.executor(VariableValues({}, {}), None, None).unusual()

    def variables(self, sent: Mapping[str, Any]) -> VariableValues | list[GraphQLError]:
        """The variables coerced, or why they are not as the operation declares them."""
        coerced = self._coerced(sent)
        if coerced is not None:
            return coerced
        return get_variable_values(self.schema, self.node.variable_definitions or (), dict(sent), self.most)

    def run(
        self,
        values: VariableValues,
        context: Any,
        root: Any = None,
        native: bool = False,
        keeper: Keeper | None = None,
    ) -> Any:
        """What comes of it with these variables, perhaps to be awaited; graphql-core's executor is made if need be."""
        build = partial(self.executor, values, context, root)
        if not self.usual:
            return build().execute_operation()
        return PlannedExecution.result(
            Run(self.schema, self.node, values, context, root, build, self.switches, native, keeper)
        )

    def executor(self, values: VariableValues, context: Any, root: Any) -> PlannedExecution:
        """What runs the operation once, as graphql-core makes it."""
        return PlannedExecution(
            self.schema,
            self.fragments,
            self.details,
            root,
            context,
            self.node,
            values,
            default_field_resolver,
            default_type_resolver,
            default_field_resolver,
            is_awaitable=_AWAITABLE,
        )

    def _coerced(self, sent: Mapping[str, Any]) -> VariableValues | None:
        """The variables as `get_variable_values` coerces them; None where it has more to do or something to say."""
        sources: dict[str, VariableValueSource] = {}
        coerced: dict[str, Any] = {}
        for signature, needed, nested in self.declared:
            name, kind = signature.name, signature.type
            if name not in sent:
                if needed:
                    return None
                sources[name] = VariableValueSource(signature)
                continue
            value = sent[name]
            made = Undefined if nested and input_is_nested_too_deeply(value, kind) else coerce_input_value(value, kind)
            if made is Undefined:
                return None
            sources[name], coerced[name] = VariableValueSource(signature, value), made
        return VariableValues(sources, coerced)
