"""Hostile values for every argument of the API, made from the schema itself."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import httpx2
from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    get_named_type,
    get_nullable_type,
    is_composite_type,
)

from schema import schema

Step = str | int


class Value(NamedTuple):
    """A leaf: how a document says it, and how JSON does; UNSAYABLE where JSON cannot."""

    literal: str
    json: Any


UNSAYABLE: Any = object()


def said(value: Any) -> Value:
    """A value that documents and JSON write alike."""
    return Value(json.dumps(value), value)


def named(name: str) -> Value:
    return Value(name, name)


LONG = "x" * 100_000
TEXTS = [
    "",
    " ",
    "\0",
    "a\0b",
    LONG,
    "%" * 30_000,
    "🦞",
    "' OR 1=1 --",
    "%_\\",
    "\u202e",
    "É",
    "end_000000000000",
    "rev_",
    "_",
]
MOMENTS = [
    "",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00",
    "2026-01-01",
    "2026-01-01T00:00:00",
    "0000-00-00",
    "\0",
    LONG,
]
DATES = [
    "",
    "0000-00-00",
    "0001-01-01",
    "9999-12-31",
    "2026-02-30",
    "2026-06-15T12:00:00Z",
    "2026-01-01\u0660",
    "\0",
    LONG,
]
AMOUNTS = ["", "NaN", "sNaN", "-NaN", "Infinity", "-1", "1e999", "1e999999999", "1e-999999999", "9" * 1_000, "\0", LONG]
HUGE = Value("9" * 5_000, UNSAYABLE)
INTEGERS = [-1, 0, 101, 32_767, 32_768, 2**31 - 1, -(2**31), 2**31, 2**63, -(2**63), 10**30, 1.5, 1e308]
FLOATS = [-1, -0.0, 1e308, 5e-324, -5e-324, 2**63, 10**30]
SURROGATE = Value('"\\ud800"', UNSAYABLE)
ENDLESS = [Value(text, UNSAYABLE) for text in ("1e999", "-1e999", "NaN", "Infinity")]
MISFITS: tuple[Any, ...] = (None, {}, [], "1", 7.5)
WRONG = [said(value) for value in MISFITS]
HOSTILE: dict[str, list[Value]] = {
    "String": [*map(said, TEXTS), SURROGATE],
    "ID": [*map(said, TEXTS), SURROGATE],
    "Date": [*map(said, DATES), SURROGATE],
    "DateTime": [*map(said, MOMENTS), SURROGATE],
    "Decimal": [*map(said, AMOUNTS), *map(said, FLOATS), HUGE, *ENDLESS],
    "Int": [*map(said, INTEGERS), HUGE, *ENDLESS],
    "Float": [*map(said, FLOATS), HUGE, *ENDLESS],
    "Boolean": [],
}
PLAIN: dict[str, Any] = {
    "String": "x",
    "ID": "x",
    "Date": "2026-01-01",
    "DateTime": "2026-01-01T00:00:00Z",
    "Decimal": "1",
    "Int": 3,
    "Float": 1.0,
    "Boolean": True,
}
ROUTES = {
    "Query": "query {} {{ {} }}",
    "Mutation": "mutation {} {{ {} }}",
    "Model": 'query {} {{ node(id: "MODEL") {{ ... on Model {{ {} }} }} }}',
    "Endpoint": 'query {} {{ node(id: "ENDPOINT") {{ ... on Endpoint {{ {} }} }} }}',
    "Provider": 'query {} {{ node(id: "PROVIDER") {{ ... on Provider {{ {} }} }} }}',
    "Benchmark": 'query {} {{ node(id: "BENCHMARK") {{ ... on Benchmark {{ {} }} }} }}',
    "BenchmarkScore": 'query {} {{ node(id: "SCORE") {{ ... on BenchmarkScore {{ {} }} }} }}',
    "Evidence": 'query {} {{ node(id: "REVIEW") {{ ... on Review {{ evidence(first: 1) {{ nodes {{ {} }} }} }} }} }}',
    "Moderation": "query {} {{ moderation {{ {} }} }}",
    "Review": 'query {} {{ node(id: "REVIEW") {{ ... on Review {{ {} }} }} }}',
    "Reviewer": "query {} {{ viewer {{ {} }} }}",
    "RealityGap": 'query {} {{ realityGap(benchmark: "LAB", target: {{metric: "pass rate"}}) {{ {} }} }}',
    "Standing": 'query {} {{ node(id: "ENDPOINT") {{ ... on Endpoint {{ standing(useCase: CODING) {{ {} }} }} }} }}',
}
NEEDED = {"endpoints", "profile"}  # optional by type, but without them the field has nothing to answer
FIELDS: list[tuple[GraphQLObjectType, str, GraphQLField]] = [
    (owner, name, field)
    for owner in schema._schema.type_map.values()
    if isinstance(owner, GraphQLObjectType) and not owner.name.startswith("__")
    for name, field in owner.fields.items()
    if field.args
]


def places(type: GraphQLInputType, path: tuple[Step, ...]) -> Iterator[tuple[tuple[Step, ...], GraphQLInputType]]:
    """Every place in an argument where a value can stand, and its type."""
    inner: Any = get_nullable_type(type)  # graphql-core's own types do not say that it stays an input type
    yield path, inner
    if isinstance(inner, GraphQLList):
        yield from places(inner.of_type, (*path, 0))
    elif isinstance(inner, GraphQLInputObjectType):
        for name, field in inner.fields.items():
            yield from places(field.type, (*path, name))


def hostile(type: GraphQLInputType) -> list[Any]:
    """What to put where a value of this type is expected."""
    if isinstance(type, GraphQLList):
        one = plain(type.of_type, "", {})
        return [*WRONG, [], [one] * 101, [[one]]]
    if isinstance(type, GraphQLEnumType):
        return [*WRONG, named("NOPE"), named(next(iter(type.values)).lower()), said("\0")]
    return [*WRONG, {"nope": said(1)}, *HOSTILE.get(str(type), [])]


def plain(type: GraphQLInputType, name: str, real: dict[str, Any]) -> Any:
    """A good value: what is `real` under this name, or any of the type with only what is required inside."""
    inner: Any = get_nullable_type(type)
    if name in real:
        return said(real[name]) if isinstance(real[name], str) else real[name]
    if isinstance(inner, GraphQLEnumType):
        return named("ACCEPTED" if "ACCEPTED" in inner.values else next(iter(inner.values)))
    if isinstance(inner, GraphQLList):
        return [plain(inner.of_type, name, real)]
    if isinstance(inner, GraphQLInputObjectType):
        given = {key: field.type for key, field in inner.fields.items() if isinstance(field.type, GraphQLNonNull)}
        return {key: plain(kind, key, real) for key, kind in given.items()}
    return said(PLAIN[str(inner)])


def planted(tree: Any, type: GraphQLInputType, path: tuple[Step, ...], value: Any, real: dict[str, Any]) -> Any:
    """The tree with `value` at the path, grown where the path leads beyond it."""
    if not path:
        return value
    inner: Any = get_nullable_type(type)
    step, *rest = path
    tree = plain(inner, "", real) if tree is None else tree
    if isinstance(inner, GraphQLList):
        return [planted(tree[0], inner.of_type, tuple(rest), value, real)]
    below = inner.fields[str(step)].type
    return tree | {step: planted(tree.get(step), below, tuple(rest), value, real)}


def written(tree: Any) -> str:
    """The tree as a GraphQL literal."""
    if isinstance(tree, Value):
        return tree.literal
    if isinstance(tree, list):
        return "[" + ", ".join(map(written, tree)) + "]"
    return "{" + ", ".join(f"{name}: {written(value)}" for name, value in tree.items()) + "}"


def sent(tree: Any) -> Any:
    """The tree as JSON; UNSAYABLE when a leaf of it is."""
    if isinstance(tree, Value):
        return tree.json
    items = [sent(value) for value in (tree if isinstance(tree, list) else tree.values())]
    if any(item is UNSAYABLE for item in items):
        return UNSAYABLE
    return items if isinstance(tree, list) else dict(zip(tree, items, strict=True))


def selection(field: GraphQLField) -> str:
    """Something to select of a field's answer, so that it is computed."""
    kind = get_named_type(field.type)
    if not is_composite_type(kind):
        return ""
    listing = isinstance(kind, GraphQLObjectType) and {"nodes", "totalCount"} <= kind.fields.keys()
    return "{ totalCount nodes { __typename } }" if listing else "{ __typename }"


@dataclass
class Attack:
    """One field of the API under attack by a moderator who has a review of their own."""

    http: httpx2.AsyncClient
    owner: GraphQLObjectType
    name: str
    field: GraphQLField
    real: dict[str, Any]

    def base(self, leaf: str = "") -> dict[str, Any]:
        """Good arguments; a list is read by `first` unless its `last` is attacked."""
        required = {
            name: arg.type
            for name, arg in self.field.args.items()
            if isinstance(arg.type, GraphQLNonNull) or name in NEEDED
        }
        given = {name: plain(kind, name, self.real) for name, kind in required.items()}
        return given | ({"first": said(3)} if "first" in self.field.args and leaf != "last" else {})

    def cases(self) -> Iterator[dict[str, Any]]:
        """The arguments with one hostile value each."""
        for name, argument in self.field.args.items():
            for path, kind in places(argument.type, (name,)):
                for value in hostile(kind):
                    good = self.base(name)
                    yield good | {name: planted(good.get(name), argument.type, path[1:], value, self.real)}

    async def ask(self, arguments: dict[str, Any], *, variables: bool) -> httpx2.Response | None:
        """The answer, with the arguments as variables or as literals; None when JSON cannot say them."""
        given = {name: sent(tree) for name, tree in arguments.items()} if variables else {}
        if any(value is UNSAYABLE for value in given.values()):
            return None
        shown = ", ".join(f"{name}: {f'${name}' if variables else written(tree)}" for name, tree in arguments.items())
        declared = ", ".join(f"${name}: {self.field.args[name].type}" for name in given)
        asked = f"{self.name}{f'({shown})' if shown else ''} {selection(self.field)}"
        query = ROUTES[self.owner.name].format(f"({declared})" if declared else "", asked)
        for name, key in self.real.items():
            query = query.replace(f'"{name}"', f'"{key}"') if isinstance(key, str) else query
        return await self.http.post("/graphql", json={"query": query, "variables": given})
