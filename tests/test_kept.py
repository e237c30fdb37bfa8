"""Rows of the catalogue: read once until their table is written."""

import pytest
from tortoise.transactions import in_transaction

from db.kept import rows_by_id, stretches
from db.queries import Span
from db.tables import Model, Reviewer
from resolvers.endpoints import OF_MODEL
from tests.front_door import statements
from tests.make import World

pytestmark = pytest.mark.anyio


@pytest.mark.usefixtures("alone")
async def test_a_row_is_read_once_until_its_table_is_written(make: World) -> None:
    model = await make.model()
    [first] = await rows_by_id(Model, [model.id])
    with statements() as seen:
        assert await rows_by_id(Model, [model.id, None]) == [first, None]
    assert seen == []
    await Model.filter(id=model.id).update(name="Renamed")
    [renamed] = await rows_by_id(Model, [model.id])
    assert renamed is not None
    assert renamed.name == "Renamed"


async def test_an_unknown_id_is_asked_for_each_time(make: World) -> None:
    assert await rows_by_id(Model, ["mdl_later"]) == [None]
    model = await make.model(id="mdl_later")
    assert [row and row.id for row in await rows_by_id(Model, ["mdl_later"])] == [model.id]


async def test_a_transaction_sees_what_it_has_written_itself(make: World) -> None:
    model = await make.model()
    await rows_by_id(Model, [model.id])
    async with in_transaction():
        await Model.filter(id=model.id).update(name="Inside")
        [inside] = await rows_by_id(Model, [model.id])
        assert inside is not None
        assert inside.name == "Inside"


@pytest.mark.usefixtures("alone")
async def test_a_list_of_the_catalogue_is_read_once_until_its_table_is_written(make: World) -> None:
    model = await make.model()
    for name in ("a", "b", "c"):
        await make.endpoint(model_id=model.id, slug=f"host:{name}")
    assert await slugs_of(model, 2) == (["host:a", "host:b"], True)
    with statements() as seen:
        assert await slugs_of(model, 3) == (["host:a", "host:b", "host:c"], False)
    assert seen == []
    await make.endpoint(model_id=model.id, slug="host:d")
    assert await slugs_of(model, 3) == (["host:a", "host:b", "host:c"], True)


async def slugs_of(model: Model, limit: int) -> tuple[list[str], bool]:
    [stretch] = await stretches(OF_MODEL, Span(limit), [model.id])
    return [row.slug for row in stretch.rows], stretch.more_after


@pytest.mark.usefixtures("alone")
async def test_reviewers_are_kept_by_name_alone(make: World) -> None:
    reviewer = await make.reviewer()
    names, more = frozenset({"id", "login"}), frozenset({"id", "trust"})
    [named] = await rows_by_id(Reviewer, [reviewer.id], names)
    with statements() as seen:
        assert await rows_by_id(Reviewer, [reviewer.id], names) == [named]
        assert seen == []
        await rows_by_id(Reviewer, [reviewer.id], more)
    assert len(seen) == 1
    await Reviewer.filter(id=reviewer.id).update(login="renamed")
    [renamed] = await rows_by_id(Reviewer, [reviewer.id], names)
    assert renamed is not None
    assert renamed.login == "renamed"


@pytest.mark.usefixtures("alone")
async def test_what_was_kept_longest_is_forgotten_first(make: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("db.kept.MOST", 2)
    models = [await make.model() for _ in range(3)]
    for model in models:
        assert await rows_by_id(Model, [model.id]) == [model]
    with statements() as seen:
        assert await rows_by_id(Model, [models[2].id, models[1].id]) == [models[2], models[1]]
        assert seen == []
        assert await rows_by_id(Model, [models[0].id]) == [models[0]]
    assert len(seen) == 1
