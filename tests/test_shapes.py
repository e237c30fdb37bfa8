"""Every shape lies on its value: each field exists beneath it, with the same nulls, or is answered by a resolver."""

import inspect
from collections.abc import Iterator, Sequence
from dataclasses import fields, is_dataclass
from functools import cached_property
from types import NoneType
from typing import Any, NamedTuple, get_args, get_origin, get_type_hints

import pytest
from strawberry.types.base import StrawberryOptional
from strawberry.types.field import StrawberryField
from strawberry.types.union import StrawberryUnion
from tortoise.models import Model as Table

from resolvers import refusals as expected
from schema.mutation import Mutation
from schema.query import Query
from schema.refusals import Refusal
from schema.shape import SHAPES


class Place(NamedTuple):
    """A field of a type, and the class of the values beneath; a root type has none."""

    cls: type
    value: type | None
    field: StrawberryField

    def __str__(self) -> str:
        return f"{self.cls.__name__}.{self.field.python_name}"


def places() -> Iterator[Place]:
    public = [(cls, value) for cls, value in SHAPES.items() if cls.__module__.startswith("schema.")]
    for cls, value in [*public, (Query, None), (Mutation, None)]:
        definition = cls.__strawberry_definition__  # type: ignore[attr-defined]  # set by Strawberry
        yield from (Place(cls, value, field) for field in definition.fields)


PLAIN = [place for place in places() if "resolver" not in place.field.metadata]
RESOLVED = [place for place in places() if "resolver" in place.field.metadata]
MUTATIONS = [place for place in RESOLVED if place.cls is Mutation]


def beneath(value: type, name: str) -> Any:
    """A Tortoise column, or the annotation of a field or property of this name; KeyError when there is neither."""
    if issubclass(value, Table) and name in value._meta.fields_map:
        return value._meta.fields_map[name]
    found = inspect.getattr_static(value, name, None)
    if isinstance(found, property | cached_property):
        return get_type_hints(found.fget if isinstance(found, property) else found.func)["return"]
    if is_dataclass(value) and name in {field.name for field in fields(value)}:
        return get_type_hints(value)[name]
    return get_args(get_type_hints(value)[name])[0]  # a ClassVar


def nullable(annotation: Any) -> bool | None:
    """Whether a value may be None; None when the annotation does not say."""
    return None if annotation is Any else NoneType in get_args(annotation)


def answer(place: Place) -> Any:
    """What the resolver says it answers for one parent."""
    returned = get_type_hints(place.field.metadata["resolver"])["return"]
    return returned if place.value is None else get_args(returned)[0]


def members(annotation: Any) -> set[Any]:
    return set(get_args(annotation)) or {annotation}


def union(place: Place) -> StrawberryUnion:
    found = place.field.type
    assert isinstance(found, StrawberryUnion), f"{place} returns no union"
    return found


@pytest.mark.parametrize("place", PLAIN, ids=str)
def test_a_plain_field_exists_on_the_value_beneath_with_the_same_nulls(place: Place) -> None:
    assert place.value is not None, f"{place} is a field of a root type without a resolver"
    assert place.field.base_resolver is None, f"{place} has a resolver that `resolved` did not make"
    found = beneath(place.value, place.field.python_name)
    null = found.null if hasattr(found, "null") else nullable(found)
    assert null in {isinstance(place.field.type, StrawberryOptional), None}


@pytest.mark.parametrize("place", RESOLVED, ids=str)
def test_a_resolver_is_async_and_takes_its_parents_or_the_request(place: Place) -> None:
    resolver = place.field.metadata["resolver"]
    first = next(iter(inspect.signature(resolver).parameters.values()))
    assert inspect.iscoroutinefunction(resolver)
    if place.value is None:
        assert first.name == "info"
        return
    lists = [kind for kind in members(first.annotation) if get_origin(kind) is list] or [first.annotation]
    assert place.value in {get_args(kind)[0] for kind in lists}, f"{place} hands over other parents than it takes"


@pytest.mark.parametrize("place", [place for place in RESOLVED if place not in MUTATIONS], ids=str)
def test_a_resolver_answers_null_exactly_where_the_field_may_be_null(place: Place) -> None:
    returned = get_type_hints(place.field.metadata["resolver"])["return"]
    assert place.value is None or get_origin(returned) in {list, Sequence}, f"{place} does not answer for all parents"
    assert nullable(answer(place)) in {isinstance(place.field.type, StrawberryOptional), None}


@pytest.mark.parametrize("place", MUTATIONS, ids=str)
def test_a_mutation_lists_every_outcome_of_its_resolver(place: Place) -> None:
    shapes = [kind for kind in union(place).types if isinstance(kind, type)]
    assert {SHAPES[shape] for shape in shapes} == members(answer(place))


@pytest.mark.parametrize("place", MUTATIONS, ids=str)
def test_a_mutation_succeeds_in_one_way_and_refuses_in_all_others(place: Place) -> None:
    first, *others = union(place).types
    assert not issubclass(first, Refusal)  # type: ignore[arg-type]  # members of a union are classes
    assert all(issubclass(other, Refusal) for other in others)  # type: ignore[arg-type]  # the same
    assert all(issubclass(SHAPES[other], expected.Refusal) for other in others)  # type: ignore[index]  # the same


def test_every_refusal_is_an_outcome_of_a_mutation() -> None:
    listed = {shape for place in MUTATIONS for shape in union(place).types}
    assert {shape for shape in SHAPES if issubclass(shape, Refusal)} <= listed


def test_every_refusal_has_a_code_of_its_own() -> None:
    codes = [SHAPES[shape].code for shape in SHAPES if issubclass(shape, Refusal)]  # type: ignore[attr-defined]  # a ClassVar
    assert len(codes) == len(set(codes)) > 0
