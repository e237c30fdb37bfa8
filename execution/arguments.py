"""The arguments of a field, converted as Strawberry's `convert_arguments` converts them, its types looked at once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING
from typing import Any

from strawberry import UNSET, Schema
from strawberry.relay import GlobalID
from strawberry.scalars import is_scalar
from strawberry.types.arguments import StrawberryArgument
from strawberry.types.base import StrawberryList, StrawberryMaybe, StrawberryOptional, has_object_definition
from strawberry.types.enum import StrawberryEnumDefinition, has_enum_definition

Converter = Callable[[Any], Any]


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
