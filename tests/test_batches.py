"""Batches: one call of a resolver, and one SQL statement, for all the parents of a level."""

import asyncio
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

import pytest
import strawberry
from strawberry import Info

from execution import PlannedExecution
from resolvers.context import Context
from schema.errors import present
from schema.shape import interface, resolved, root, shape
from tests.front_door import Client, statements
from tests.make import World

pytestmark = pytest.mark.anyio
Clients = Callable[..., Client]
CALLS: list[tuple[str, list[int], dict[str, Any]]] = []


@dataclass(frozen=True)
class Twig:
    """A plain value with a number."""

    number: int


@dataclass(frozen=True)
class Leaf:
    """Another."""

    number: int


async def twigs(info: Info, count: int) -> list[Twig | None]:
    """As many twigs, and nothing in third place."""
    return [None if number == 2 else Twig(number) for number in range(count)]


async def mixed(info: Info) -> list[Twig | Leaf]:
    """Twigs and leaves in turn."""
    return [Twig(number) if number % 2 else Leaf(number) for number in range(4)]


async def doubled(parents: list[Twig], info: Info, plus: int = 0) -> list[int]:
    """Twice the number and more."""
    CALLS.append(("doubled", [parent.number for parent in parents], {"plus": plus}))
    return [2 * parent.number + plus for parent in parents]


async def broken(parents: list[Twig], info: Info) -> list[int]:
    """A bug."""
    raise RuntimeError("SELECT secret FROM somewhere")


async def short(parents: list[Twig], info: Info) -> list[int]:
    """Another bug: an answer is missing."""
    return [parent.number for parent in parents][1:]


async def odd(parents: list[Twig], info: Info) -> list[int | Exception]:
    """A bug for even numbers alone."""
    return [parent.number if parent.number % 2 else RuntimeError("even") for parent in parents]


async def shoots(parents: list[Twig], info: Info) -> list[list[Twig]]:
    """Two twigs on each."""
    CALLS.append(("shoots", [parent.number for parent in parents], {}))
    await asyncio.sleep(0)
    return [[Twig(10 * parent.number + end) for end in (1, 2)] for parent in parents]


@interface
class NumberedType:
    """Anything with a number."""

    number: int
    """The number."""


@shape(Twig, name="Twig")
class TwigType(NumberedType):
    """A twig."""

    number: int
    """The number."""
    doubled: int = resolved(doubled)
    broken: int | None = resolved(broken)
    short: int | None = resolved(short)
    odd: int | None = resolved(odd)
    shoots: list["TwigType"] = resolved(shoots)


@shape(Leaf, name="Leaf")
class LeafType(NumberedType):
    """A leaf."""

    number: int
    """The number."""
    doubled: int = resolved(doubled)


Member = Annotated[TwigType | LeafType, strawberry.union("Member")]


@root
class Tree:
    """A schema to try batches on."""

    twigs: list[TwigType | None] = resolved(twigs)
    numbered: list[NumberedType] = resolved(mixed)
    mixed: list[Member] = resolved(mixed)  # after its namesake is done with


TREE = strawberry.Schema(Tree, execution_context_class=PlannedExecution)


async def grown(query: str, context: Context | None = None) -> Any:
    """The result of a query on the tree; `CALLS` holds the calls that it took."""
    CALLS.clear()
    return await TREE.execute(query, context_value=context or Context(secret=b"tests"))


async def test_all_parents_of_a_level_are_answered_by_one_call() -> None:
    result = await grown("{ twigs(count: 5) { doubled shoots { doubled shoots { number } } } }")
    assert [twig and twig["doubled"] for twig in result.data["twigs"]] == [0, 2, None, 6, 8]
    tens = [1, 2, 11, 12, 31, 32, 41, 42]
    assert [(name, numbers) for name, numbers, _ in CALLS] == [
        ("doubled", [0, 1, 3, 4]), ("shoots", [0, 1, 3, 4]), ("doubled", tens), ("shoots", tens),
    ]  # fmt: skip
    assert result.data["twigs"][3]["shoots"][1]["shoots"] == [{"number": 321}, {"number": 322}]


async def test_aliases_with_other_arguments_are_batches_of_their_own() -> None:
    result = await grown("{ twigs(count: 2) { a: doubled(plus: 1) b: doubled(plus: 5) c: doubled } }")
    assert result.data["twigs"] == [{"a": 1, "b": 5, "c": 0}, {"a": 3, "b": 7, "c": 2}]
    assert [(numbers, given["plus"]) for _, numbers, given in CALLS] == [([0, 1], 1), ([0, 1], 5), ([0, 1], 0)]


async def test_a_field_asked_for_in_two_fragments_is_answered_once() -> None:
    result = await grown("""
      { twigs(count: 2) { ...one ...two ... on Twig { doubled(plus: 1) } } }
      fragment one on Twig { doubled(plus: 1) shoots { number } }
      fragment two on Twig { doubled(plus: 1) shoots { doubled } }
    """)
    assert result.data["twigs"][1] == {
        "doubled": 3, "shoots": [{"number": 11, "doubled": 22}, {"number": 12, "doubled": 24}],
    }  # fmt: skip
    assert [name for name, _, _ in CALLS] == ["doubled", "shoots", "doubled"]


@pytest.mark.parametrize("field", ["broken", "short"])
async def test_a_bug_is_an_error_at_the_path_of_every_parent_and_masked(field: str) -> None:
    result = await grown(f"{{ twigs(count: 4) {{ number it: {field} doubled }} }}")
    assert [twig and twig["it"] for twig in result.data["twigs"]] == [None] * 4
    assert [twig and twig["doubled"] for twig in result.data["twigs"]] == [0, 2, None, 6]
    shown = present(result.errors, "the request")
    assert [error["path"] for error in shown] == [["twigs", place, "it"] for place in (0, 1, 3)]
    assert {(error["message"], error["extensions"]["code"]) for error in shown} == {("Internal error", "INTERNAL")}


async def test_an_exception_among_the_answers_is_that_parents_alone() -> None:
    result = await grown("{ twigs(count: 5) { odd } }")
    assert result.data["twigs"] == [{"odd": None}, {"odd": 1}, None, {"odd": 3}, {"odd": None}]
    assert [error.path for error in result.errors] == [["twigs", 0, "odd"], ["twigs", 4, "odd"]]


async def test_nothing_is_asked_for_no_parents() -> None:
    result = await grown("{ twigs(count: 0) { doubled shoots { doubled } } }")
    assert (result.data, result.errors, CALLS) == ({"twigs": []}, None, [])


async def test_members_of_a_union_are_batched_by_their_type() -> None:
    result = await grown("{ mixed { ... on Twig { doubled(plus: 1) } ... on Leaf { doubled(plus: 1) } } }")
    assert [member["doubled"] for member in result.data["mixed"]] == [1, 3, 5, 7]
    assert sorted(numbers for _, numbers, _ in CALLS) == [[0, 2], [1, 3]]


async def test_members_of_an_interface_keep_their_own_arguments() -> None:
    result = await grown("{ numbered { number ... on Twig { doubled(plus: 7) } ... on Leaf { a: doubled } } }")
    assert result.data["numbered"][:2] == [{"number": 0, "a": 0}, {"number": 1, "doubled": 9}]
    assert sorted((numbers, given["plus"]) for _, numbers, given in CALLS) == [([0, 2], 0), ([1, 3], 7)]


async def test_two_operations_at_once_share_no_batch() -> None:
    query = "{ twigs(count: 2) { shoots { doubled } } }"
    CALLS.clear()
    contexts = [Context(secret=b"tests"), Context(secret=b"tests")]
    both = await asyncio.gather(*[TREE.execute(query, context_value=context) for context in contexts])
    assert both[0].data == both[1].data
    assert Counter(name for name, _, _ in CALLS) == {"shoots": 2, "doubled": 2}
    assert [context.batches for context in contexts] == [{}, {}]


DEEP = """query ($n: Int!) { models(first: $n) { nodes { endpoints(first: $n) { nodes { reviews(first: $n) { nodes {
  votes(first: $n) { nodes { voter { votes(first: $n) { nodes { id } } } } }
} } } } } } }"""
COUNTED = DEEP.replace("(first: $n) {", "(first: $n) { totalCount")


async def planted(make: World) -> None:
    """Three models with three endpoints each, each with three reviews that have three votes each."""
    voters = [await make.reviewer() for _ in range(3)]
    for _ in range(3):
        model, authors = await make.model(), [await make.reviewer() for _ in range(3)]
        for endpoint in [await make.endpoint(model_id=model.id) for _ in range(3)]:
            for review in [await make.review(endpoint, author) for author in authors]:
                for voter in voters:
                    await make.vote(review, voter)


@pytest.mark.usefixtures("alone")
async def test_a_level_is_one_statement_however_many_parents_it_has(client: Clients, make: World) -> None:
    await planted(make)
    for width in (1, 2, 3):
        await make.reviewer()  # so that no name is known from the time before
        with statements() as seen:
            data = await client().ask(DEEP, n=width)
        read = [re.findall(r'(?:FROM|JOIN) "?([a-z]+)\b(?!_|\()', sql)[-1] for sql in seen]
        assert read == ["model", "endpoint", "review", "vote", "reviewer", "vote"]
        endpoint = data["models"]["nodes"][-1]["endpoints"]["nodes"][-1]
        votes = endpoint["reviews"]["nodes"][-1]["votes"]["nodes"]
        assert len(votes) == len(votes[-1]["voter"]["votes"]["nodes"]) == width


@pytest.mark.usefixtures("alone")
async def test_a_total_is_one_statement_more_for_each_level(client: Clients, make: World) -> None:
    await planted(make)
    with statements() as seen:
        data = await client().ask(COUNTED, n=2)
    assert len(seen) == 6 + 5
    models = data["models"]
    endpoints = models["nodes"][0]["endpoints"]
    votes = endpoints["nodes"][0]["reviews"]["nodes"][0]["votes"]
    held = [models["totalCount"], endpoints["totalCount"], votes["totalCount"]]
    assert [*held, votes["nodes"][0]["voter"]["votes"]["totalCount"]] == [3, 3, 3, 27]


async def test_operations_at_once_in_one_process_keep_their_answers_apart(client: Clients, make: World) -> None:
    names = [f"maker/model-{number}" for number in range(12)]
    for name in names:
        await make.model(slug=name)
    query = "query ($slug: String!) { model(slug: $slug) { slug developer { slug } } }"
    answers = await asyncio.gather(*[client().ask(query, slug=name) for name in names])
    assert [answer["model"]["slug"] for answer in answers] == names
    assert len({answer["model"]["developer"]["slug"] for answer in answers}) == len(names)
