"""How much a document asks for, measured in time linear in its size: every fragment once."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from graphlib import TopologicalSorter
from typing import Any, NamedTuple

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLArgument,
    GraphQLField,
    GraphQLNamedType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    ListValueNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    ValueNode,
    VariableNode,
    get_named_type,
    get_nullable_type,
    is_composite_type,
    is_list_type,
)
from graphql.utilities.coerce_input_value import coerce_default_value

CEILING = 1_000_000_000  # sums stop here: sixty doublings would grow past the integers JSON clients can read
MULTIPLIERS = ("first", "last", "ids", "endpoints", "models")

Definition = OperationDefinitionNode | FragmentDefinitionNode


@dataclass(frozen=True, slots=True)
class Amount:
    """How many items a variable asks for: what is sent, or the argument's `default`."""

    variable: str
    default: Any

    def of(self, values: Mapping[str, Any]) -> int:
        return counted(values.get(self.variable, self.default))


@dataclass(frozen=True, slots=True)
class Cost:
    """A number of objects: `known` while variables are not, each of them counting as 1, and `of` values exactly.

    That is `itself` (times `least` and the `amounts`, where `listed`) and the `parts` as many times.
    """

    known: int = 0
    itself: int = 0
    listed: bool = False
    least: int = 1
    amounts: tuple[Amount, ...] = ()
    parts: tuple["Cost", ...] = ()

    def of(self, values: Mapping[str, Any]) -> int:
        """The number for the coerced values of an operation's variables."""
        if not self.amounts and not self.parts:
            return self.known
        times = max(self.least, *(amount.of(values) for amount in self.amounts)) if self.amounts else self.least
        return self._sum(times, sum(part.of(values) for part in self.parts))

    def _sum(self, times: int, parts: int) -> int:
        return min(self.itself * (times if self.listed else 1) + times * parts, CEILING)

    @classmethod
    def made(cls, itself: int, parts: Sequence["Cost"], least: int = 1, **options: Any) -> "Cost":
        """The cost with what is known of it; parts without a variable are known to the last object."""
        cost = cls(0, itself, least=least, parts=tuple(parts), **options)
        known = cost._sum(least, sum(part.known for part in parts))
        varies = cost.amounts or any(part.amounts or part.parts for part in parts)
        return replace(cost, known=known) if varies else cls(known)


FREE = Cost()


class Measure(NamedTuple):
    """What a selection asks for. Fragments count each time they are spread.

    `cost` counts the objects that can come back: a field with a selection costs 1 (a list with `first` costs
    that many), and all beneath it is multiplied by its `first`, its `last` or the number of its `ids`, `endpoints`
    or `models`. Scalars
    and the wrappers `PageInfo` and `…Edge` cost nothing. `@skip` and `@include` are not looked at.
    `__schema`, `__type` and what hangs below them count in the two introspection measures instead of in
    `depth`, `fields` and `cost`.
    """

    depth: int = 0
    aliases: int = 0
    directives: int = 0
    fields: int = 0
    cost: Cost = FREE
    introspection_depth: int = 0
    introspection_fields: int = 0

    def figures(self) -> dict[str, int]:
        """Every measure by its name, variables being unknown."""
        return {**self._asdict(), "cost": self.cost.known}


NOTHING = Measure()


def beside(one: Measure, other: Measure) -> Measure:
    """Measure two selections that stand side by side: depths do not add up, everything else does."""
    return Measure(
        max(one.depth, other.depth),
        min(one.aliases + other.aliases, CEILING),
        min(one.directives + other.directives, CEILING),
        min(one.fields + other.fields, CEILING),
        added(one.cost, other.cost),
        max(one.introspection_depth, other.introspection_depth),
        min(one.introspection_fields + other.introspection_fields, CEILING),
    )


def added(one: Cost, other: Cost) -> Cost:
    """Both costs together."""
    if FREE in (one, other):
        return other if one == FREE else one
    return Cost.made(0, (one, other))


class Meter:
    """Measures every definition of a document once.

    `measured` is the number of selections it looked at, `names` how often each response name is written.
    Raises `graphlib.CycleError` when fragments spread each other in a circle.
    """

    def __init__(self, schema: GraphQLSchema, document: DocumentNode) -> None:
        self.schema = schema
        self.measured = 0
        self.names: Counter[str] = Counter()
        self.fragments: dict[str, Measure] = {}
        self.operations: dict[int, Measure] = {}
        self.definitions = [self.definition(node) for node in in_order(document)]

    def definition(self, node: Definition) -> Measure:
        measure = beside(self.selections(node.selection_set, self.root(node)), directives(node))
        for variable in node.variable_definitions or ():
            measure = beside(measure, directives(variable))
        if isinstance(node, FragmentDefinitionNode):
            self.fragments[node.name.value] = measure
        else:
            self.operations[id(node)] = measure
        return measure

    def operation(self, node: OperationDefinitionNode) -> Measure:
        return self.operations[id(node)]

    def root(self, node: Definition) -> GraphQLNamedType | None:
        if isinstance(node, FragmentDefinitionNode):
            return self.schema.get_type(node.type_condition.name.value)
        return self.schema.get_root_type(node.operation)

    def selections(self, selection_set: SelectionSetNode, parent: GraphQLNamedType | None) -> Measure:
        total = NOTHING
        for node in selection_set.selections:
            self.measured += 1
            total = beside(total, beside(self.selection(node, parent), directives(node)))
        return total

    def selection(self, node: SelectionNode, parent: GraphQLNamedType | None) -> Measure:
        if isinstance(node, FieldNode):
            return self.field(node, parent)
        if isinstance(node, InlineFragmentNode):
            narrowed = node.type_condition
            return self.selections(
                node.selection_set, self.schema.get_type(narrowed.name.value) if narrowed else parent
            )
        return self.fragments.get(node.name.value, NOTHING) if isinstance(node, FragmentSpreadNode) else NOTHING

    def field(self, node: FieldNode, parent: GraphQLNamedType | None) -> Measure:
        self.names[(node.alias or node.name).value] += 1
        definition = self.schema.get_field(parent, node.name.value) if is_composite_type(parent) else None
        kind = get_named_type(definition.type) if definition else None
        inner = self.selections(node.selection_set, kind) if node.selection_set else NOTHING
        measure = inner._replace(aliases=inner.aliases + (node.alias is not None))
        if node.name.value in {"__schema", "__type"} or (parent and parent.name.startswith("__")):
            return measure._replace(
                introspection_depth=inner.introspection_depth + 1,
                introspection_fields=inner.introspection_fields + 1,
            )
        cost = self.cost(node, definition, inner.cost)
        return measure._replace(depth=inner.depth + 1, fields=inner.fields + 1, cost=cost)

    def cost(self, node: FieldNode, definition: GraphQLField | None, inner: Cost) -> Cost:
        if node.selection_set is None or definition is None:
            return inner
        amounts = [self.amount(node, name, definition.args.get(name)) for name in MULTIPLIERS]
        kind = get_named_type(definition.type).name
        wrapper = kind == "PageInfo" or kind.endswith("Edge")
        return Cost.made(
            0 if wrapper else 1,
            (inner,),
            least=max(1, *(amount for amount in amounts if isinstance(amount, int))),
            amounts=tuple(amount for amount in amounts if isinstance(amount, Amount)),
            listed=is_list_type(get_nullable_type(definition.type)),
        )

    def amount(self, node: FieldNode, name: str, argument: GraphQLArgument | None) -> int | Amount:
        if argument is None:
            return 1
        given = next((given.value for given in node.arguments or () if given.name.value == name), None)
        if isinstance(given, VariableNode):
            return Amount(given.name.value, coerce_default_value(argument))
        return written(given) if given else counted(coerce_default_value(argument))


def written(value: ValueNode) -> int:
    """Read a constant `first`, `last` or `ids` as how many items it asks for."""
    # int() refuses more than 4,300 digits
    if isinstance(value, IntValueNode):
        return int(value.value) if len(value.value) < len(str(CEILING)) else CEILING
    return len(value.values) if isinstance(value, ListValueNode) else 1


def counted(value: Any) -> int:
    """Read a coerced `first`, `last` or `ids` as how many items it asks for."""
    if isinstance(value, list):
        return len(value)
    return min(value, CEILING) if isinstance(value, int) else 1


def directives(node: Any) -> Measure:
    """Measure only the directives written on `node`, which is anything that can carry them."""
    return Measure(directives=len(node.directives)) if node.directives else NOTHING


def in_order(document: DocumentNode) -> Iterator[Definition]:
    """Yield the executable definitions, each after the fragments that it spreads."""
    executable = [node for node in document.definitions if isinstance(node, Definition)]
    fragments = {node.name.value: node for node in executable if isinstance(node, FragmentDefinitionNode)}
    names = TopologicalSorter({name: spreads(node) for name, node in fragments.items()}).static_order()
    first = [fragments[name] for name in names if name in fragments]
    yield from first
    known = {id(node) for node in first}
    yield from (node for node in executable if id(node) not in known)


def spreads(fragment: FragmentDefinitionNode) -> set[str]:
    """Name the fragments that `fragment` spreads directly."""
    found: set[str] = set()
    waiting = [fragment.selection_set]
    while waiting:
        for selection in waiting.pop().selections:
            if isinstance(selection, FragmentSpreadNode):
                found.add(selection.name.value)
            elif isinstance(selection, FieldNode | InlineFragmentNode) and selection.selection_set:
                waiting.append(selection.selection_set)
    return found
