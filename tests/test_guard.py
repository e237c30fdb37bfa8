from typing import Any

import pytest
from graphql import DocumentNode, GraphQLError, get_introspection_query, parse, specified_rules, validate

from schema.errors import present
from schema.guard import Limits, complexity_rule, execution_cost
from schema.guarded import GuardedSchema
from schema.measure import Meter
from tests.toy import Query, schema

pytestmark = pytest.mark.anyio
CORE = schema._schema


def doubled(count: int, text: str, wrap: str = "%s") -> str:
    chain = "".join(
        f"fragment F{n} on Item {{ {wrap % f'...F{n + 1}'} {wrap % f'...F{n + 1}'} }} " for n in range(count)
    )
    return f"{{ item {{ ...F0 }} }} {chain} fragment F{count} on Item {{ {text} }}"


def measure(text: str) -> Any:
    return Meter(CORE, parse(text)).definitions[-1]


def cost(text: str) -> int:
    return int(measure(text).cost.known)


async def refusal(text: str, variables: dict[str, Any] | None = None) -> dict[str, Any]:
    result = await schema.execute(text, variables, context_value={"request_id": "r"})
    return dict(present(result.errors, "r")[0]["extensions"]) if result.errors else {}


@pytest.mark.parametrize("count", range(22, 61))
def test_doubling_fragments_are_refused_having_looked_at_each_selection_once(count: int) -> None:
    document = parse(doubled(count, "name"))
    assert Meter(CORE, document).measured == 2 + 2 * count + 1
    errors = validate(CORE, document, [*specified_rules, complexity_rule(Limits())])
    assert [error.extensions for error in errors] == [
        {"code": "QUERY_TOO_COMPLEX", "limit": "fields", "allowed": 2000, "asked": min(2**count + 1, 1_000_000_000)}
    ]


@pytest.mark.parametrize(
    ("text", "limit", "asked"),
    [
        ("{ item { " + "parent { " * 11 + "name" + " }" * 13, "depth", 13),
        ("{ item { " + " ".join(f"a{n}: name" for n in range(31)) + " } }", "aliases", 31),
        ("{ item { name " + "@skip(if: false)" * 51 + " } }", "directives", 51),
        ("query (" + "$a: Int @x " * 51 + ") { item { name } }", "directives", 51),
        ("{ items(first: 2001) { name } }", "cost", 2001),
        ("{ items(first: " + "9" * 5000 + ") { name } }", "cost", 1_000_000_000),
        ("{ page(last: 101) { edges { node { items(first: 20) { name } } } } }", "cost", 2122),
        ("{ item {" + " name" * 101 + " } }", "repeats", 101),
        (
            "{ item { ...F } } fragment F on Item {" + " name" * 60 + " } fragment F on Item {" + " name" * 60 + " }",
            "repeats",
            120,
        ),
        (doubled(5, "a: name"), "aliases", 32),
        (doubled(12, "parent { name }", "parent { %s }"), "depth", 15),
        ("{ __schema { types " + "{ ofType " * 16 + "{ name }" + " }" * 17 + " }", "introspection_depth", 19),
        (
            "{ __schema { types { ...F0 } } } fragment F10 on __Type { name }"
            + "".join(f"fragment F{n} on __Type {{ ...F{n + 1} ...F{n + 1} }}" for n in range(10)),
            "introspection_fields",
            1026,
        ),
    ],
)
async def test_each_limit_is_named_with_its_value_and_what_was_asked(text: str, limit: str, asked: int) -> None:
    given = {"code": "QUERY_TOO_COMPLEX", "limit": limit, "allowed": getattr(Limits(), limit), "asked": asked}
    assert await refusal(text) == given


async def test_what_just_fits_the_limits_is_answered() -> None:
    for text in [
        "{ item { " + "parent { " * 10 + "name" + " }" * 12,
        "{ item { " + " ".join(f"a{n}: name" for n in range(30)) + " } }",
        "{ items(first: 2000) { name } }",
        "{ item {" + " name" * 100 + " } }",
        get_introspection_query(),
        get_introspection_query(True, True, True, True, True, False, True),
    ]:
        assert await refusal(text) == {}


async def test_too_many_tokens_are_too_complex() -> None:
    assert await refusal("{ item {" + " name" * 2000 + " } }") == {"code": "QUERY_TOO_COMPLEX"}
    assert await refusal("#\n" * 2001 + "{ item { name } }") == {"code": "QUERY_TOO_COMPLEX"}


async def test_nested_introspection_lists_are_refused() -> None:
    bomb = "{ __schema { types { " + "fields { type { " * 4 + "name" + " } }" * 4 + " } } }"
    assert await refusal(bomb) == {"code": "GRAPHQL_VALIDATION_FAILED"}


@pytest.mark.parametrize("length", [1, 2, 50])
async def test_fragments_in_a_circle_are_refused(length: int) -> None:
    ring = "".join(f"fragment F{n} on Item {{ parent {{ ...F{(n + 1) % length} }} }} " for n in range(length))
    assert await refusal("{ item { ...F0 } } " + ring) == {"code": "GRAPHQL_VALIDATION_FAILED"}


def test_a_long_chain_of_deep_fragments_needs_no_deep_stack() -> None:
    chain = "".join(f"fragment F{n} on Item {{ ...{{ ...{{ ...F{n + 1} }} }} }} " for n in range(150))
    assert measure(f"fragment F150 on Item {{ name }} {chain} {{ item {{ ...F0 }} }}").fields == 2


def test_cost_counts_objects_and_neither_scalars_nor_edges() -> None:
    assert cost("{ double(number: 1) __typename }") == 0
    assert cost("{ item { name } }") == 1
    assert cost("{ items { name } }") == 10
    assert cost("{ items(first: 3) { name items(first: 4) { name parent { name } } } }") == 3 + 3 * 4 * 2
    assert cost("{ page(first: 5) { edges { cursor node { name } } } }") == 1 + 5
    assert cost('{ nodes(ids: ["a", "b", "c"]) { parent { name } } }') == 3 + 3
    assert cost("{ page(first: -1) { edges { node { name } } } }") == 1 + 1
    assert cost("query ($n: Int) { items(first: $n) { name } }") == 1


def test_cost_at_execution_fills_in_variables_and_their_defaults() -> None:
    document = parse(
        "query A($n: Int = 7) { items(first: $n) { name } } query B($ids: [ID!]!) { nodes(ids: $ids) { name } }"
        "query C($n: Int!) { items(first: $n) { name } }"
    )
    assert execution_cost(document, "A", {"n": 40}, CORE) == 40
    assert execution_cost(document, "A", {}, CORE) == 7
    assert execution_cost(parse("query ($n: Int) { items(first: $n) { name } }"), None, None, CORE) == 10
    assert execution_cost(document, "B", {"ids": ["a"] * 50}, CORE) == 50
    with pytest.raises(GraphQLError, match="non-null"):
        execution_cost(document, "C", {"n": None}, CORE)
    with pytest.raises(GraphQLError, match="which operation"):
        execution_cost(document, None, {}, CORE)


async def test_variables_are_costed_before_execution() -> None:
    text = "query ($n: Int!) { items(first: $n) { items(first: $n) { name } } }"
    assert await refusal(text, {"n": 44}) == {}
    given = {"code": "QUERY_TOO_COMPLEX", "limit": "cost", "allowed": 2000, "asked": 2070}
    assert await refusal(text, {"n": 45}) == given


async def test_a_valid_document_is_parsed_and_validated_once(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []

    def parsed(text: str, **_: Any) -> DocumentNode:
        seen.append("parsed")
        return parse(text)

    def validated(*_: Any, **__: Any) -> list[GraphQLError]:
        seen.append("validated")
        return []

    monkeypatch.setattr("schema.guarded.parse", parsed)
    monkeypatch.setattr("schema.guard.validate", validated)
    for _ in range(3):
        assert (await schema.execute("{ item { once: name } }")).data == {"item": {"once": "one"}}
    assert seen == ["parsed", "validated"]


async def test_an_invalid_document_is_refused_every_time() -> None:
    for _ in range(2):
        assert await refusal("{ nothing }") == {"code": "GRAPHQL_VALIDATION_FAILED"}


async def test_documents_are_forgotten_by_size_the_one_asked_for_last_staying_longest() -> None:
    small = GuardedSchema(Query, limits=Limits(cached_document=60, cached_characters=79))
    texts = [f"{{ item {{ {letter}: name }} }}" for letter in "abc"]
    for text in [*texts, texts[0], "{ item { d: name } }", "{ item { " + "e" * 60 + ": name } }"]:
        assert (await small.execute(text)).errors is None
    assert set(small.documents) == {texts[0], texts[2], "{ item { d: name } }"}
