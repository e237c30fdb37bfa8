"""The public API as text: committed, served, described and introspected, the same everywhere."""

from collections.abc import Callable, Iterator
from pathlib import Path

import httpx2
import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    build_client_schema,
    build_schema,
    get_introspection_query,
    get_named_type,
    lexicographic_sort_schema,
    print_schema,
)

from db.connect import Database
from main import application
from schema import sdl
from settings import Settings
from tests.front_door import Client

pytestmark = pytest.mark.anyio

COMMITTED = Path(__file__).parents[1] / "schema" / "schema.graphql"
SCHEMA = build_schema(sdl())
TYPES = {name: kind for name, kind in SCHEMA.type_map.items() if not name.startswith("__")}
OBJECTS = {name: kind for name, kind in TYPES.items() if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType)}
BUILT_IN = {"Boolean", "Float", "ID", "Int", "String"}


def described() -> Iterator[tuple[str, str | None]]:
    """Everything a client can name, with its description."""
    for name, kind in TYPES.items():
        yield name, kind.description
        if isinstance(kind, GraphQLEnumType):
            yield from ((f"{name}.{value}", given.description) for value, given in kind.values.items())
        elif isinstance(kind, GraphQLInputObjectType):
            yield from ((f"{name}.{key}", given.description) for key, given in kind.fields.items())
    for place, field in fields():
        yield place, field.description
        yield from ((f"{place}({key}:)", given.description) for key, given in field.args.items())


def fields() -> Iterator[tuple[str, GraphQLField]]:
    for name, kind in OBJECTS.items():
        yield from ((f"{name}.{key}", field) for key, field in kind.fields.items())


def test_the_committed_schema_is_the_one_that_runs() -> None:
    assert COMMITTED.read_bytes() == sdl().encode(), "Run `make sdl` and look at what changes for clients."


async def test_the_served_schema_is_the_committed_one() -> None:
    app = application(Settings(database=Database("sqlite:///unused.db")))
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://127.0.0.1:8000") as http:
        served = await http.get("/schema.graphql")
    assert served.content == COMMITTED.read_bytes()
    assert served.headers["content-type"] == "text/plain; charset=utf-8"


def test_everything_a_client_can_name_is_described() -> None:
    silent = [place for place, text in described() if not (text or "").strip() and place not in BUILT_IN]
    assert not silent, "\n".join(silent)


def test_a_description_is_a_sentence() -> None:
    unfinished = [place for place, text in described() if text and text.strip()[-1] not in ".…"]
    assert [place for place in unfinished if place in OBJECTS or "." in place] == []


def test_every_connection_is_paged_from_both_ends() -> None:
    connections = [
        (place, field) for place, field in fields() if get_named_type(field.type).name.endswith("Connection")
    ]
    assert len(connections) > 10
    assert [
        place for place, field in connections if not {"first", "after", "last", "before"} <= field.args.keys()
    ] == []


def test_a_window_is_asked_for_in_the_same_way_everywhere() -> None:
    kinds = {(key, str(given.type)) for _, field in fields() for key, given in field.args.items()}
    assert {kind for kind in kinds if kind[0] in {"first", "after", "last", "before"}} == {
        ("first", "Int"),
        ("last", "Int"),
        ("after", "String"),
        ("before", "String"),
    }


def test_every_node_is_reached_by_its_id() -> None:
    with_id = {name for name, kind in OBJECTS.items() if "id" in kind.fields}
    nodes = {kind.name for kind in SCHEMA.get_implementations(SCHEMA.type_map["Node"]).objects}  # type: ignore[arg-type]  # an interface
    assert with_id == nodes | {"Node"}


async def test_introspection_tells_the_whole_schema(client: Callable[..., Client]) -> None:
    found = await client().ask(get_introspection_query(descriptions=True))
    assert print_schema(lexicographic_sort_schema(build_client_schema(found))) + "\n" == sdl()
