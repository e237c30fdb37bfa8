"""Plans: what is planned and what is left to graphql-core, how long plans are kept, and what their source may hold."""

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import strawberry
from graphql import parse
from strawberry import Info
from strawberry.extensions import SchemaExtension
from strawberry.permission import BasePermission
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from execution import PlannedExecution, source
from execution.cache import Plans
from execution.run import UnplannableError
from resolvers.context import Context
from schema.shape import resolved, root, shape

pytestmark = pytest.mark.anyio
CALLS: list[str] = []


@dataclass(frozen=True)
class Later:
    """Something to be waited for."""

    name: str

    def __await__(self) -> Generator[None, None, str]:
        yield
        return self.name


@dataclass(frozen=True)
class Lamp:
    """A plain value."""

    name: str

    @property
    def later(self) -> Any:
        return Later(self.name)


async def lamps(info: Info, of: str = "hall", count: int = 2) -> list[Lamp]:
    """Lamps."""
    CALLS.append(of)
    return [Lamp(f"{of} {place}") for place in range(count)]


async def paths(lamps: list[Lamp], info: Info) -> list[str]:
    """What the resolver is told of its field."""
    selected = [str(field) for field in info.selected_fields]
    return [f"{info.field_name} {info.path.as_list()} {selected} {info.return_type}"] * len(lamps)


class Never(BasePermission):
    """Nobody may."""

    message = "Nobody may."

    def has_permission(self, source: Any, info: Any, **_: Any) -> bool:
        return False


@shape(Lamp, name="Lamp")
class LampType:
    """A lamp."""

    name: str
    """Its name."""
    later: str
    """Its name, to be waited for."""
    path: str = resolved(paths)


@root
class House:
    """What can be asked."""

    secret: list[LampType] | None = resolved(lamps, permission_classes=[Never])
    lamps: list[LampType] = resolved(lamps)  # after its namesake is done with

    @strawberry.field
    def plain(self, text: str = "plain") -> str:
        """A resolver of Strawberry's own kind."""
        return text


@strawberry.type
class Change:
    @strawberry.mutation
    def change(self) -> str:
        return "changed"


def house(**options: Any) -> strawberry.Schema:
    return strawberry.Schema(House, Change, execution_context_class=PlannedExecution, **options)


SCHEMA = house()


@pytest.fixture(autouse=True)
def plans(monkeypatch: pytest.MonkeyPatch) -> Plans:
    """No plans yet."""
    CALLS.clear()
    monkeypatch.setattr(PlannedExecution, "plans", Plans())
    return PlannedExecution.plans


async def asked(query: str, schema: strawberry.Schema = SCHEMA, **variables: Any) -> Any:
    return await schema.execute(query, variables, context_value=Context(secret=b"tests"))


def made(plans: Plans) -> list[bool]:
    """Of the operations met, which were planned."""
    return [kept.plan is not None for kept in plans.kept.values()]


async def test_a_query_is_planned(plans: Plans) -> None:
    result = await asked("{ lamps { name __typename } }")
    assert result.data == {"lamps": [{"name": f"hall {place}", "__typename": "Lamp"} for place in range(2)]}
    assert made(plans) == [True]


@pytest.mark.parametrize(
    ("query", "data"),
    [
        ("{ plain lamps { name } }", {"plain": "plain", "lamps": [{"name": "hall 0"}, {"name": "hall 1"}]}),
        ("{ __schema { queryType { name } } }", {"__schema": {"queryType": {"name": "House"}}}),
        ("{ __type(name: \"Lamp\") { kind } }", {"__type": {"kind": "OBJECT"}}),
        ("{ secret { name } }", {"secret": None}),
    ],
)  # fmt: skip
async def test_what_is_unusual_is_left_to_graphql_core(plans: Plans, query: str, data: Any) -> None:
    assert (await asked(query)).data == data
    assert made(plans) == [False]


async def test_mutations_of_several_fields_are_left_to_graphql_core(plans: Plans) -> None:
    assert (await asked("mutation { change again: change }")).data == {"change": "changed", "again": "changed"}
    assert made(plans) == []


async def test_a_mutation_of_one_field_is_planned(plans: Plans) -> None:
    assert (await asked("mutation { change }")).data == {"change": "changed"}
    assert len(made(plans)) == 1


def test_what_waits_for_nothing_can_be_run_without_a_loop() -> None:
    assert SCHEMA.execute_sync("{ __typename }").data == {"__typename": "House"}


async def test_extensions_that_wrap_resolvers_are_left_to_graphql_core(plans: Plans) -> None:
    class Loud(SchemaExtension):
        def resolve(self, _next: Any, root: Any, info: Any, *args: Any, **given: Any) -> Any:
            found = _next(root, info, *args, **given)
            return found.upper() if isinstance(found, str) else found

    result = await asked("{ lamps(count: 1) { name } }", house(extensions=[Loud]))
    assert result.data == {"lamps": [{"name": "HALL 0"}]}
    assert made(plans) == []


async def test_a_value_to_be_waited_for_is_left_to_graphql_core(caplog: pytest.LogCaptureFixture) -> None:
    result = await asked("{ lamps(count: 1) { later } }")
    assert (result.data, result.errors) == ({"lamps": [{"later": "hall 0"}]}, None)
    assert "graphql-core ran the query again" in caplog.text


async def test_resolvers_are_told_of_their_field() -> None:
    query = "{ a: lamps(count: 1) { b: path } }"
    reference = strawberry.Schema(House, Change, execution_context_class=StrawberryGraphQLCoreExecutionContext)
    [planned], [core] = [(await asked(query, schema)).data["a"] for schema in (SCHEMA, reference)]
    assert planned["b"] == core["b"].replace("'a', 0, 'b'", "'a', 'b'")


async def test_skip_and_include_are_planned_for_each_choice(plans: Plans) -> None:
    schema, query = (
        house(extensions=[Same]),
        "query ($a: Boolean!, $n: Int!) { lamps(count: $n) { name @skip(if: $a) __typename } }",
    )
    Same.document = parse(query)
    for skipped, count in ((True, 1), (False, 2), (True, 3), (False, 4)):
        rows = (await asked(query, schema, a=skipped, n=count)).data["lamps"]
        assert (len(rows), *rows[0]) == ((count, "__typename") if skipped else (count, "name", "__typename"))
    assert made(plans) == [True, True]


class Same(SchemaExtension):
    """Keeps one document."""

    document: Any = None

    def on_parse(self) -> Iterator[None]:
        self.execution_context.graphql_document = Same.document
        yield


async def test_constant_arguments_are_made_once_and_others_every_time(monkeypatch: pytest.MonkeyPatch) -> None:
    schema, query = (
        house(extensions=[Same]),
        'query ($of: String!) { a: lamps(of: "attic") { name } b: lamps(of: $of) { name } }',
    )
    Same.document = parse(query)
    for of in ("barn", "cellar"):
        await asked(query, schema, of=of)
    assert sorted(CALLS) == ["attic", "attic", "barn", "cellar"]


async def test_no_text_of_a_client_is_in_generated_source(monkeypatch: pytest.MonkeyPatch) -> None:
    texts: list[str] = []
    kept = source._code

    def code(text: str) -> Any:
        texts.append(text)
        return kept(text)

    monkeypatch.setattr(source, "_code", code)
    schema, query = (
        house(extensions=[Same]),
        "{ None: lamps(count: 1) { lambda: name rows: name v: __typename run: path } }",
    )
    Same.document = parse(query)
    for _ in range(3):
        [lamp] = (await asked(query, schema)).data["None"]
        assert (lamp["lambda"], lamp["rows"], lamp["v"]) == ("hall 0", "hall 0", "Lamp")
    [inner] = [text for text in texts if "name" in text]
    assert "None" not in "".join(texts)
    assert inner.count("lambda") == inner.count("for") == 1


async def test_a_client_may_choose_the_names_that_stand_in_the_source() -> None:
    schema, query = house(extensions=[Same]), "{ lamps(count: 1) { k1: name k2: __typename k0: path v: name r: name } }"
    Same.document = parse(query)
    for _ in range(3):
        [lamp] = (await asked(query, schema)).data["lamps"]
        assert list(lamp) == ["k1", "k2", "k0", "v", "r"]
        assert (lamp["k1"], lamp["k2"], lamp["r"]) == ("hall 0", "Lamp", "hall 0")


@pytest.mark.parametrize("name", ["a.b", "class", "a b", "__import__('os')", ""])
def test_an_attribute_that_is_no_name_is_not_written(name: str) -> None:
    with pytest.raises(UnplannableError):
        source.attribute(name)


async def test_plans_are_forgotten_before_they_grow_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    plans = Plans(300)
    monkeypatch.setattr(PlannedExecution, "plans", plans)
    for place in range(50):
        await asked(f"{{ lamps {{ a{place}: name }} }}")
    assert 0 < len(plans.kept) < 15
    held = list(plans.kept)
    await asked("{ lamps { a: name } " + 300 * " " + "}")  # alone it is larger than all may be
    assert list(plans.kept) == held
