"""The arguments of a field, as graphql-core reads and Strawberry converts them, but looked at once for all runs."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import MISSING, dataclass
from typing import Any

from graphql import FieldNode, FragmentDefinitionNode, FragmentSpreadNode, GraphQLField, Node, VariableNode
from graphql.execution.values import VariableValues, get_argument_values
from strawberry import UNSET, Schema
from strawberry.relay import GlobalID
from strawberry.scalars import is_scalar
from strawberry.types.arguments import StrawberryArgument
from strawberry.types.base import StrawberryList, StrawberryMaybe, StrawberryOptional, has_object_definition
from strawberry.types.enum import StrawberryEnumDefinition, has_enum_definition

Converter = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Blank:
    """Where the value of a variable belongs."""

    variable: str


def form(field: GraphQLField, node: FieldNode, variables: Iterable[str]) -> dict[str, Any] | None:
    """The arguments of a field as graphql-core reads them, with blanks for variables; None where it looks into them.

    It takes the coerced value of a variable as it is, wherever it stands. Of what is no value, it may make another one,
    so a form can only be filled in while no variable is missing or null.
    """
    blanks = VariableValues({}, {name: Blank(name) for name in variables})
    try:
        return get_argument_values(field, node, blanks)
    except Exception:  # noqa: BLE001  # a scalar that looks into its literal, or what will be an error each time
        return None


def filled(form: Any, values: Mapping[str, Any]) -> Any:
    """A form with the values of variables; KeyError where one is missing, or null."""
    kind = form.__class__
    if kind is Blank:
        value = values[form.variable]
        if value is None:
            raise KeyError(form.variable)
        return value
    if kind is dict:
        return {name: filled(part, values) for name, part in form.items()}
    return [filled(part, values) for part in form] if kind is list else form


class _UnusualError(Exception):
    """Something of this type is more than passed on, taken apart or put into an input object."""


def converter(arguments: Sequence[StrawberryArgument], schema: Schema) -> Callable[[Mapping[str, Any]], Any] | None:
    """What converts coerced values of these arguments; None where only Strawberry itself can."""
    name = schema.config.name_converter.from_argument
    try:
        each = [(name(argument), argument.python_name, _of(argument.type, schema)) for argument in arguments]
    except (_UnusualError, RecursionError):
        return None
    return lambda values: {python: convert(values[name]) for name, python, convert in each if name in values}


def _of(kind: Any, schema: Schema) -> Converter:
    if isinstance(kind, StrawberryMaybe) or kind is GlobalID:
        raise _UnusualError
    if isinstance(kind, StrawberryOptional):
        return _of(kind.of_type, schema)
    if isinstance(kind, StrawberryList):
        return _list(_of(kind.of_type, schema))
    if is_scalar(kind, schema.schema_converter.scalar_registry) or _is_enum(kind):
        return _as_it_is
    if has_object_definition(kind) and kind.__strawberry_definition__.is_input:
        return _input(kind, schema)
    raise _UnusualError


def _is_enum(kind: Any) -> bool:
    return isinstance(kind, StrawberryEnumDefinition) or has_enum_definition(kind)


def _as_it_is(value: Any) -> Any:
    return value


def _list(item: Converter) -> Converter:
    return lambda values: values if values is None or values is UNSET else [item(value) for value in values]


def _input(kind: Any, schema: Schema) -> Converter:
    """Input objects; a field that is not sent is None unless it has a default."""
    definition, name = kind.__strawberry_definition__, schema.config.name_converter.from_field
    if definition.from_input is not None:
        raise _UnusualError
    fields = [
        (name(field), field.python_name, _of(field.resolve_type(type_definition=definition), schema))
        for field in definition.fields
    ]
    missing = {
        field.python_name: None
        for field in definition.fields
        if field.default_value is MISSING and field.default_factory is MISSING
    }

    def made(values: Any) -> Any:
        if values is None or values is UNSET:
            return values
        sent = {python: convert(values[name]) for name, python, convert in fields if name in values}
        return kind(**{**missing, **sent})

    return made


def variables_in(nodes: Iterable[Node], fragments: dict[str, FragmentDefinitionNode]) -> list[str]:
    """The variables that some selections use, those in the fragments they spread included."""
    found, spread, waiting = set(), set(), list(nodes)
    while waiting:
        node = waiting.pop()
        if isinstance(node, VariableNode):
            found.add(node.name.value)
        if isinstance(node, FragmentSpreadNode) and node.name.value not in spread:
            spread.add(node.name.value)
            waiting.append(fragments[node.name.value])
        for name in node.keys:
            part = getattr(node, name, None)
            waiting += [each for each in (part if isinstance(part, list | tuple) else [part]) if isinstance(each, Node)]
    return sorted(found)
