"""Models: listing, filtering, paging."""

from collections.abc import Callable

import pytest

from tests.front_door import Client
from tests.make import World

pytestmark = pytest.mark.anyio
Clients = Callable[..., Client]

PAGE = """query ($first: Int, $after: String, $last: Int, $before: String, $filter: ModelFilter) {
  models(first: $first, after: $after, last: $last, before: $before, filter: $filter) {
    totalCount nodes { slug } edges { cursor } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}"""


async def slugs(client: Client, **window: object) -> list[str]:
    return [node["slug"] for node in (await client.ask(PAGE, **window))["models"]["nodes"]]


async def five(make: World) -> None:
    for letter in "cabed":
        await make.model(slug=f"x/{letter}", name=letter.upper())


async def test_models_are_listed_by_slug_and_counted_whole(client: Clients, make: World) -> None:
    await five(make)
    models = (await client().ask(PAGE, first=2))["models"]
    assert [node["slug"] for node in models["nodes"]] == ["x/a", "x/b"]
    assert models["totalCount"] == 5
    assert (models["pageInfo"]["hasNextPage"], models["pageInfo"]["hasPreviousPage"]) == (True, False)


async def test_pages_forward_and_backward_show_every_row_once_even_when_rows_are_added(
    client: Clients, make: World
) -> None:
    await five(make)
    first = (await client().ask(PAGE, first=2))["models"]
    await make.model(slug="x/aa", name="added before the cursor")
    second = (await client().ask(PAGE, first=2, after=first["pageInfo"]["endCursor"]))["models"]
    assert [node["slug"] for node in second["nodes"]] == ["x/c", "x/d"]
    assert await slugs(client(), first=5, after=second["pageInfo"]["endCursor"]) == ["x/e"]
    assert await slugs(client(), last=2, before=second["pageInfo"]["startCursor"]) == ["x/aa", "x/b"]
    assert await slugs(client(), last=2) == ["x/d", "x/e"]


async def test_pages_put_together_are_the_whole_list_whatever_the_databases_collation(
    client: Clients, make: World
) -> None:
    for slug in ("x/B", "x/a", "x/a-b", "x/a.b", "x/ab", "x/A-c", "x/é", "y/_", "X/a"):
        await make.model(slug=slug)
    whole, seen, after = await slugs(client(), first=9), [], None
    for _ in range(5):
        page = (await client().ask(PAGE, first=2, after=after))["models"]
        seen += [node["slug"] for node in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
    assert (len(whole), seen) == (9, whole)


@pytest.mark.parametrize(
    ("filter", "expected"),
    [
        ({"search": "ALPHA"}, ["x/alpha-small"]),
        ({"search": "100%"}, []),
        ({"search": "_"}, []),
        ({"openWeights": False}, ["x/beta"]),
        ({"minContext": 200_000}, ["x/beta"]),
        ({"toolCall": True}, ["x/beta"]),
        ({"toolCall": False}, []),
        ({"developer": "nobody"}, []),
        ({}, ["x/alpha-small", "x/beta"]),
    ],
)
async def test_filters_leave_out_what_is_unknown(
    client: Clients, make: World, filter: dict[str, object], expected: list[str]
) -> None:
    await make.model(slug="x/alpha-small", name="Alpha", tool_call=None)
    await make.model(slug="x/beta", name="Beta", open_weights=False, context_window=200_000, tool_call=True)
    assert await slugs(client(), first=9, filter=filter) == expected


@pytest.mark.parametrize(
    ("window", "argument"),
    [
        ({}, "first"),
        ({"first": 0}, "first"),
        ({"first": 101}, "first"),
        ({"first": -1}, "first"),
        ({"last": 101}, "last"),
        ({"first": 1, "last": 1}, "first"),
        ({"first": 1, "after": "nonsense"}, "after"),
        ({"first": 1, "after": "NaN"}, "after"),
        ({"first": 1, "after": ""}, "after"),
        ({"first": 1, "after": "🦞"}, "after"),
        ({"last": 1, "before": "AAAAAAAAAAAAAAAA"}, "before"),
    ],
)
async def test_a_window_that_cannot_be_shown_is_refused_and_named(
    client: Clients, window: dict[str, object], argument: str
) -> None:
    error = await client().refused(PAGE, **window)
    assert error["extensions"] == {"code": "BAD_USER_INPUT", "argument": argument}


async def test_a_cursor_of_another_list_is_refused(client: Clients, make: World) -> None:
    await make.review()
    reviews = await client().ask("{ reviews(first: 1) { pageInfo { endCursor } } }")
    error = await client().refused(PAGE, first=1, after=reviews["reviews"]["pageInfo"]["endCursor"])
    assert error["extensions"]["argument"] == "after"


async def test_a_model_is_found_by_slug_and_an_unknown_slug_is_null(client: Clients, make: World) -> None:
    await make.model(slug="x/known")
    found = await client().ask('{ a: model(slug: "x/known") { slug } b: model(slug: "x/unknown") { slug } }')
    assert found == {"a": {"slug": "x/known"}, "b": None}


@pytest.mark.parametrize("slug", ["x\0y", "\\ud800"])
async def test_text_that_cannot_be_stored_is_refused(client: Clients, slug: str) -> None:
    response = await client().post("query ($slug: String!) { model(slug: $slug) { id } }", slug=slug)
    if slug == "\\ud800":  # the six characters are plain text
        assert response.json()["data"] == {"model": None}
    else:
        assert response.json()["errors"][0]["extensions"] == {"code": "BAD_USER_INPUT", "argument": "slug"}


async def test_siblings_are_answered_together(client: Clients, make: World) -> None:
    """Three models with two endpoints each, over the wire, keep their own children."""
    for name in "abc":
        model = await make.model(slug=f"x/{name}")
        for place in "12":
            await make.endpoint(model_id=model.id, slug=f"p:{name}{place}")
    found = await client().ask(
        "{ models(first: 3) { nodes { slug endpoints(first: 1) { totalCount nodes { slug } } } } }"
    )
    assert [
        (
            model["slug"],
            model["endpoints"]["totalCount"],
            [endpoint["slug"] for endpoint in model["endpoints"]["nodes"]],
        )
        for model in found["models"]["nodes"]
    ] == [("x/a", 2, ["p:a1"]), ("x/b", 2, ["p:b1"]), ("x/c", 2, ["p:c1"])]
