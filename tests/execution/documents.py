"""Random documents for any schema: valid ones, with everything GraphQL lets a query say, and their variables."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from typing import Any

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_abstract_type,
    is_leaf_type,
    is_required_argument,
    is_required_input_field,
)

SCALARS: dict[str, Callable[[Random], Any]] = {
    "Int": lambda random: random.choice([-1, 0, 1, 2, 3, 7, 2**31 - 1]),
    "Float": lambda random: random.choice([0.0, 0.5, 1.0, 2.5, -1.0]),
    "Boolean": lambda random: random.random() < 0.5,
    "String": lambda random: random.choice(["", "a", "text", "é\u2028", "nul\0"]),
    "ID": lambda random: random.choice(["", "x", "7"]),
    "Date": lambda random: f"2026-0{random.randint(1, 9)}-11",
    "DateTime": lambda random: datetime(2026, random.randint(1, 6), 3, tzinfo=UTC).isoformat(),
    "Decimal": lambda random: random.choice(["0", "1.50", "-3"]),
}


class Enumerated(str):
    """A value that is written without quotes."""

    __slots__ = ()


def literal(value: Any) -> str:
    """A value as a document writes it: as JSON does, but for enums and the keys of objects."""
    if isinstance(value, list):
        return f"[{', '.join(map(literal, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{name}: {literal(item)}' for name, item in value.items())}}}"
    return str(value) if isinstance(value, Enumerated) else json.dumps(value)


@dataclass
class Writer:
    """Writes one document. `pools` hold better values for arguments and input fields, by their name."""

    schema: GraphQLSchema
    random: Random
    pools: dict[str, Sequence[Any]] = field(default_factory=dict)
    depth: int = 5
    fields: int = 22
    definitions: dict[str, str] = field(default_factory=dict)
    variables: dict[str, Any] = field(default_factory=dict)
    fragments: list[str] = field(default_factory=list)
    written: int = 0

    def document(self) -> tuple[str, dict[str, Any]]:
        """The text and the variables, some of which may be left to their defaults."""
        assert self.schema.query_type is not None
        body = self.selection(self.schema.query_type, 0)
        head = (
            f"({', '.join(f'${name}: {kind}' for name, kind in self.definitions.items())})" if self.definitions else ""
        )
        return f"query Q{head} {body} {' '.join(self.fragments)}", self.variables

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def selection(self, kind: Any, depth: int) -> str:
        return f"{{ {' '.join(self.selections(kind, depth))} }}"

    def selections(self, kind: Any, depth: int) -> Iterator[str]:
        yield from ["__typename"] if self.chance(0.3) or not hasattr(kind, "fields") else []
        for _ in range(self.random.randint(1, 4)):
            yield self.part(kind, depth)

    def part(self, kind: Any, depth: int) -> str:
        if self.chance(0.25) or not hasattr(kind, "fields"):
            return self.fragment(kind, depth)
        text = self.one(kind, depth)
        return f"{text} {text}" if self.chance(0.05) else text

    def fragment(self, kind: Any, depth: int) -> str:
        """An inline fragment, or the spread of a named one, on this type or on one that it may turn out to be."""
        kinds = self.schema.get_possible_types(kind) if is_abstract_type(kind) else [*getattr(kind, "interfaces", ())]
        on = self.random.choice([kind, *kinds]) if hasattr(kind, "fields") else self.random.choice(list(kinds))
        body, switch = self.selection(on, depth + 1), self.switch()
        if self.chance(0.5):
            condition = "" if on is kind and self.chance(0.5) else f"on {on}"
            return f"... {condition}{switch} {body}"
        name = f"F{len(self.fragments)}"
        self.fragments.append(f"fragment {name} on {on} {body}")
        again = f" ...{name}" if self.chance(0.2) else ""
        return f"...{name}{switch}{again}"

    def one(self, kind: GraphQLObjectType | GraphQLInterfaceType, depth: int) -> str:
        name, definition = self.random.choice(list(self.candidates(kind, depth)) or [("__typename", None)])
        self.written += 1
        if definition is None:
            return name
        given = self.arguments(definition)
        alias = f"a{self.written}: " if given or self.chance(0.3) else ""
        below = get_named_type(definition.type)
        body = "" if is_leaf_type(below) else f" {self.selection(below, depth + 1)}"
        return f"{alias}{name}{given}{self.switch()}{body}"

    def candidates(self, kind: Any, depth: int) -> Iterator[tuple[str, GraphQLField]]:
        """The fields to choose from: scalars alone once the document is deep or long."""
        full = depth >= self.depth or self.written >= self.fields
        for name, definition in kind.fields.items():
            if not full or is_leaf_type(get_named_type(definition.type)):
                yield from [(name, definition)] * (1 if is_leaf_type(get_named_type(definition.type)) else 3)

    def switch(self) -> str:
        if self.chance(0.85):
            return ""
        value = self.variable("Boolean!", self.chance(0.6)) if self.chance(0.6) else literal(self.chance(0.6))
        return f" @{self.random.choice(['skip', 'include'])}(if: {value})"

    def arguments(self, definition: GraphQLField) -> str:
        given = [
            f"{name}: {self.argument(name, argument)}"
            for name, argument in definition.args.items()
            if is_required_argument(argument) or self.chance(0.8 if name == "first" else 0.25)
        ]
        return f"({', '.join(given)})" if given else ""

    def argument(self, name: str, argument: GraphQLArgument) -> str:
        value = self.value(name, argument.type)
        if self.chance(0.6):
            return self.spelled(value, argument.type)
        kind = str(argument.type)
        if not kind.endswith("!") and self.chance(0.3):
            return self.omitted(f"{kind} = {literal(value)}")
        return self.variable(kind, value)

    def spelled(self, value: Any, kind: Any) -> str:
        """A literal, in which some fields of input objects are variables."""
        inner = kind.of_type if isinstance(kind, GraphQLNonNull) else kind
        if not isinstance(inner, GraphQLInputObjectType) or value is None:
            return literal(value)
        kinds = {key: field.type for key, field in inner.fields.items()}
        parts = [
            f"{key}: {self.variable(str(kinds[key]), part) if self.chance(0.3) else self.spelled(part, kinds[key])}"
            for key, part in value.items()
        ]
        return f"{{{', '.join(parts)}}}"

    def omitted(self, kind: str) -> str:
        name = f"v{len(self.definitions)}"
        self.definitions[name] = kind
        return f"${name}"

    def variable(self, kind: str, value: Any) -> str:
        name = f"v{len(self.definitions)}"
        self.definitions[name], self.variables[name] = kind, value
        if not kind.endswith("!") and self.chance(0.1):
            del self.variables[name]
        return f"${name}"

    def value(self, name: str, kind: Any) -> Any:
        if isinstance(kind, GraphQLNonNull):
            return self.present(name, kind.of_type)
        return None if self.chance(0.1) else self.present(name, kind)

    def present(self, name: str, kind: Any) -> Any:
        if isinstance(kind, GraphQLList):
            return [self.value(name, kind.of_type) for _ in range(self.random.randint(0, 4))]
        if isinstance(kind, GraphQLEnumType):
            return Enumerated(self.random.choice(list(kind.values)))
        if isinstance(kind, GraphQLInputObjectType):
            return {
                key: self.value(key, each.type)
                for key, each in kind.fields.items()
                if is_required_input_field(each) or self.chance(0.3)
            }
        pool = self.pools.get(name, ())
        return self.random.choice(pool) if pool and self.chance(0.9) else SCALARS[kind.name](self.random)
