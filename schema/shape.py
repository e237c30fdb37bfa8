"""The house's only Strawberry trick: a GraphQL type is a shape laid over a plain value (docs/decisions/0001).

`shape(value)` declares the GraphQL type of every instance of `value`; nothing is copied, and a column that is not
listed cannot leak. `resolved(resolver)` is a field that one plain async function answers for all its parents at
once (docs/decisions/0002). Descriptions are the docstrings: the class's, the ones under its fields, the resolver's.
"""

import asyncio
import inspect
from collections.abc import Callable, Mapping
from enum import Enum
from functools import cache
from inspect import Parameter
from typing import Any, TypeVar, get_type_hints

import strawberry
from graphql.pyutils import Path
from strawberry import UNSET, Info
from strawberry.types.enum import StrawberryEnumDefinition
from strawberry.types.field import StrawberryField

from execution import Batched, InstanceOf
from resolvers.windows import Window
from schema.arguments import ARGUMENTS, check_storable
from schema.batch import Batch, Resolver
from schema.docstrings import description, field_docstrings

T = TypeVar("T", bound=type)
E = TypeVar("E", bound=type[Enum])
SHAPES: dict[type, type] = {}


def shape(value: type, **options: Any) -> Callable[[T], T]:
    """Declare the GraphQL type of every `value`; its docstrings become the descriptions."""

    def declare(cls: T) -> T:
        cls.is_type_of = InstanceOf(value)  # type: ignore[attr-defined]  # Strawberry reads it
        SHAPES[cls] = value
        return strawberry.type(_documented(cls), description=description(cls), **options)

    return declare


def root(cls: T) -> T:
    """A root type, described by its docstring."""
    return strawberry.type(cls, description=description(cls))


def interface(cls: T) -> T:
    """A GraphQL interface, described by its docstrings."""
    return strawberry.interface(_documented(cls), description=description(cls))


def asked(value: T, name: str) -> T:
    """Declare that clients may send `value`, a plain dataclass, as the GraphQL input `name`."""
    return strawberry.input(_documented(value), name=name, description=description(value))


def listed(value: E, name: str | None = None) -> E:
    """Declare the GraphQL enum of a Python enum, each value described by the docstring under it."""
    enum = strawberry.enum(value, name=name, description=description(value))
    definition: StrawberryEnumDefinition = enum.__strawberry_definition__  # type: ignore[attr-defined]  # set by Strawberry
    described = field_docstrings(value)
    for item in definition.values:
        item.description = described.get(item.name)
    return enum


def resolved(resolver: Resolver, **options: Any) -> Any:
    """A field that `resolver` answers for all its parents at once, described by the resolver's own docstring.

    A resolver whose first parameter is `info` has no parents: it is a field of a root type.
    """
    rooted = next(iter(_parameters(resolver))) == "info"
    answer = _rooted(resolver) if rooted else _batched(resolver)
    answer.__signature__, answer.__annotations__ = _public_signature(resolver, rooted=rooted)  # type: ignore[attr-defined]  # read by Strawberry
    answer.__name__, answer.__module__ = resolver.__name__, resolver.__module__
    metadata = {"resolver": resolver, Batched: _planned(resolver, rooted=rooted)}
    field = strawberry.field(resolver=answer, description=description(resolver), metadata=metadata, **options)
    return _with_described_arguments(field)


def _planned(resolver: Resolver, *, rooted: bool) -> Batched:
    """The resolver as a plan calls it: the root is the one parent of a field of a root type."""

    async def answer(parents: list[Any], info: Info, arguments: dict[str, Any]) -> Any:
        return [await resolver(info, **arguments)] if rooted else await resolver(parents, info, **arguments)

    reads: frozenset[str] | None = getattr(resolver, "reads", None)
    return Batched(answer, lambda arguments: _received(resolver, arguments), reads)


def _rooted(resolver: Resolver) -> Callable[..., Any]:
    async def answer(info: Info, **arguments: Any) -> Any:
        return await resolver(info, **_received(resolver, arguments))

    return answer


def _batched(resolver: Resolver) -> Callable[..., Any]:
    def answer(root: Any, info: Info, **arguments: Any) -> asyncio.Future[Any]:
        batches = info.context.batches
        place = _place(info)
        if place not in batches:
            batches[place] = Batch(resolver, info, _received(resolver, arguments), batches, place)
        batch: Batch = batches[place]
        return batch.join(root)

    return answer


def _place(info: Info) -> tuple[Any, ...]:
    """The response path without list positions, and the parent type: equal for all parents of a level."""
    keys: list[str] = []
    path: Path | None = info.path
    while path is not None:
        if isinstance(path.key, str):
            keys.append(path.key)
        path = path.prev
    return (*keys, info._raw_info.parent_type.name)  # Strawberry's Info hides the parent type


def _received(resolver: Resolver, arguments: dict[str, Any]) -> dict[str, Any]:
    """The arguments checked, `first`, `after`, `last` and `before` gathered into the window a resolver takes."""
    check_storable(arguments)
    if "window" not in _parameters(resolver):
        return arguments
    arguments["window"] = Window(*[arguments.pop(name, None) for name in Window._fields])
    return arguments


@cache
def _parameters(resolver: Resolver) -> Mapping[str, Parameter]:
    return inspect.signature(resolver).parameters


def _public_signature(resolver: Resolver, *, rooted: bool) -> tuple[inspect.Signature, dict[str, Any]]:
    """The resolver's signature as Strawberry shall see it: one `root`, and a window as its four arguments."""
    parameters = list(_parameters(resolver).values())
    public = [] if rooted else [Parameter("root", Parameter.POSITIONAL_OR_KEYWORD, annotation=Any)]
    for parameter in parameters if rooted else parameters[1:]:
        public += _window_parameters() if parameter.name == "window" else [_optional(parameter)]
    public.sort(key=lambda parameter: parameter.kind)
    annotations = {p.name: p.annotation for p in public}
    return inspect.Signature(public, return_annotation=Any), annotations | {"return": Any}


def _optional(parameter: Parameter) -> Parameter:
    """The parameter, printed without `= null` where leaving it out means the same."""
    return parameter.replace(default=UNSET) if parameter.default is None else parameter


def _window_parameters() -> list[Parameter]:
    return [
        Parameter(name, Parameter.KEYWORD_ONLY, annotation=annotation, default=UNSET)
        for name, annotation in get_type_hints(Window).items()
    ]


def _with_described_arguments(field: StrawberryField) -> StrawberryField:
    for argument in field.arguments:
        argument.description = ARGUMENTS.get(argument.python_name)
    return field


def _documented(cls: T) -> T:
    """Give every plain field of a class the docstring under it as its description."""
    for name, text in field_docstrings(cls).items():
        present = cls.__dict__.get(name)
        if isinstance(present, StrawberryField):
            present.description = present.description or text
        elif name in cls.__dict__ or name in getattr(cls, "__dataclass_fields__", {}):
            setattr(cls, name, _input_field(cls, name, text))
        else:
            setattr(cls, name, strawberry.field(description=text))
    return cls


def _input_field(cls: type, name: str, text: str) -> Any:
    field = getattr(cls, "__dataclass_fields__", {}).get(name)
    options = {} if field is None else {"default": field.default, "default_factory": field.default_factory}
    declared = strawberry.field(description=text, **options)
    if declared.default is None:
        declared.default_value = UNSET  # printed without `= null`
    return declared
