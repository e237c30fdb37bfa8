"""Operations: what is found out once gives what graphql-core and Strawberry find out anew for each run."""

from collections.abc import Mapping
from typing import Any

import pytest
from graphql import (
    FieldNode,
    GraphQLError,
    OperationDefinitionNode,
    Undefined,
    coerce_input_value,
    get_operation_ast,
    parse,
)
from graphql.execution.values import get_argument_values, get_variable_values
from hypothesis import given
from hypothesis import strategies as st
from strawberry.types.arguments import convert_arguments
from strawberry.types.field import StrawberryField

from execution import Operation, PlannedExecution
from execution.arguments import converter, filled, form, variables_in
from schema import schema

CORE = schema._schema
DECLARED = """
    query ($number: Int!, $ids: [ID!]!, $weights: DimensionWeights, $use: UseCase = CODING, $flag: Boolean,
           $share: Float, $filter: RankingFilter, $when: DateTime) { __typename }
"""
USES = ["CODING", "RAG", "NOTHING"]
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**33), 2**33), st.floats(allow_nan=False), st.sampled_from(USES)
)
VALUES = st.recursive(
    SCALARS | st.sampled_from(["2026-01-01T00:00:00Z", "", "a"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["toolCalling", "a"]), inner, max_size=2)
    ),
    max_leaves=4,
)
FITTING = {
    "number": st.integers(-5, 5),
    "ids": st.lists(st.sampled_from(["a", 7]), max_size=3),
    "weights": st.fixed_dictionaries({}, optional={"toolCalling": st.floats(0, 5), "latency": st.integers(0, 5)}),
    "use": st.sampled_from(USES[:2]),
    "flag": st.booleans(),
    "share": st.floats(-5, 5) | st.integers(0, 9),
    "filter": st.fixed_dictionaries({}, optional={"includeProvisional": st.booleans()}),
    "when": st.just("2026-01-01T00:00:00Z"),
}
VARIABLES = st.fixed_dictionaries({}, optional={name: st.one_of(fits, fits, VALUES) for name, fits in FITTING.items()})


def operation(text: str) -> Operation:
    document = parse(text)
    [node] = document.definitions
    assert isinstance(node, OperationDefinitionNode)
    return Operation(CORE, document, node, 5)


def told(found: Any) -> Any:
    """The variables that were coerced, or what is wrong with them."""
    if isinstance(found, list):
        return [error.formatted for error in found]
    return found.coerced, {name: source.value for name, source in found.sources.items()}


@given(VARIABLES)
def test_variables_are_coerced_as_graphql_core_coerces_them(variables: dict[str, Any]) -> None:
    built = PlannedExecution.build(CORE, parse(DECLARED), None, None, variables, max_coercion_errors=5)
    expected = built.variable_values if isinstance(built, PlannedExecution) else built
    assert told(operation(DECLARED).variables(variables)) == told(expected)


def test_values_nested_too_deeply_are_refused_in_words() -> None:
    deep: Any = "a"
    for _ in range(5_000):
        deep = [deep]
    refused = operation("query ($ids: [ID!]!) { __typename }").variables({"ids": deep})
    assert isinstance(refused, list)
    assert "too deeply" in refused[0].message


def test_the_executor_of_a_run_is_the_one_graphql_core_would_build() -> None:
    text = "query A($n: Int) { ...Some } fragment Some on Query { __typename }"
    document = parse(text)
    node = get_operation_ast(document, "A")
    assert node is not None
    made = Operation(CORE, document, node, 5)
    values = made.variables({"n": 1})
    assert not isinstance(values, list)
    ours = vars(made.executor(values, "context", "root"))
    theirs: Any = PlannedExecution.build(CORE, document, "root", "context", {"n": 1}, "A")
    same_ = {name for name, value in vars(theirs).items() if value == ours[name]}
    own = {"async_helpers", "collected_errors", "is_awaitable", "variable_values"}  # of one run, or Strawberry's choice
    assert same_ >= set(vars(theirs)) - own - {name for name in vars(theirs) if name.startswith("_")}
    assert told(theirs.variable_values) == told(values)


FIELDS = [
    (kind.name, name)
    for kind in (CORE.query_type, CORE.mutation_type)
    if kind is not None
    for name, field in kind.fields.items()
    if field.args
]


def strawberry(field: Any) -> StrawberryField:
    return next(each for each in field.extensions.values() if isinstance(each, StrawberryField))


@pytest.mark.parametrize(("kind", "name"), FIELDS, ids=str)
@given(data=st.data())
def test_arguments_are_converted_as_strawberry_converts_them(kind: str, name: str, data: st.DataObject) -> None:
    field = CORE.get_type(kind).fields[name]  # type: ignore[union-attr]  # it is an object
    given_ = {
        argument: value
        for argument, definition in field.args.items()
        if (value := coerce_input_value(data.draw(VALUES | STANDARD), definition.type)) is not Undefined
    }
    arguments = strawberry(field).arguments
    convert = converter(arguments, schema)
    assert convert is not None
    registry = schema.schema_converter.scalar_registry
    assert same(lambda: convert(given_), lambda: convert_arguments(given_, arguments, registry, schema.config))


STANDARD = st.one_of(*FITTING.values(), st.sampled_from(["mdl_1", "CODING", "SCORE", "LATENCY"]))


def same(one: Any, other: Any) -> bool:
    """Whether both give equal values or raise alike."""
    found = []
    for each in (one, other):
        try:
            found.append(each())
        except Exception as error:  # noqa: BLE001  # whatever it is, both must raise it
            found.append((type(error), str(error)))
    return bool(found[0] == found[1])


RANKING = """
    query ($use: UseCase!, $tool: Float, $all: Boolean, $first: Int, $search: String) {
      ranking(useCase: $use, first: $first, weights: {toolCalling: $tool, latency: 2},
              filter: {includeProvisional: $all, endpoint: {search: $search}}) { __typename }
    }
"""
CAST = """
    mutation ($id: ID!, $yes: Boolean!) { castVote(input: {reviewId: $id, helpful: $yes}) { __typename } }
"""
SENT = st.fixed_dictionaries(
    {},
    optional={
        "use": st.sampled_from([*USES[:2], None]),
        "tool": st.floats(0, 3) | st.none(),
        "all": st.booleans() | st.none(),
        "first": st.integers(1, 9) | st.none(),
        "search": st.sampled_from(["a", "", None]),
        "id": st.sampled_from(["rev_1", None]),
        "yes": st.booleans() | st.none(),
    },
)


@pytest.mark.parametrize("text", [RANKING, CAST])
@given(sent=SENT)
def test_a_form_that_can_be_filled_in_says_what_graphql_core_reads(text: str, sent: Mapping[str, Any]) -> None:
    operation: Any = parse(text).definitions[0]
    node: FieldNode = operation.selection_set.selections[0]
    root: Any = CORE.get_root_type(operation.operation)
    field = root.fields[node.name.value]
    values = get_variable_values(CORE, operation.variable_definitions, dict(sent))
    blank = form(field, node, variables_in([node], {}))
    assert blank is not None
    if isinstance(values, list):
        return
    try:
        done = filled(blank, values.coerced)
    except KeyError:
        assert None in values.coerced.values() or len(values.coerced) < len(operation.variable_definitions)
        return
    assert done == get_argument_values(field, node, values)


def test_a_form_is_made_anew_for_each_run() -> None:
    operation: Any = parse('query ($id: ID!) { nodes(ids: [$id, "fixed"]) { __typename } }').definitions[0]
    node, root = operation.selection_set.selections[0], CORE.query_type
    assert root is not None
    blank = form(root.fields["nodes"], node, ["id"])
    one = filled(blank, {"id": "a"})
    one["ids"].append("more")
    assert filled(blank, {"id": "b"}) == {"ids": ["b", "fixed"]}


def test_what_is_an_error_each_time_has_no_form() -> None:
    operation: Any = parse("query ($id: ID!) { nodes(ids: [null, $id]) { __typename } }").definitions[0]
    node, root = operation.selection_set.selections[0], CORE.query_type
    assert root is not None
    assert form(root.fields["nodes"], node, ["id"]) is None
    with pytest.raises(GraphQLError):
        get_argument_values(root.fields["nodes"], node)
