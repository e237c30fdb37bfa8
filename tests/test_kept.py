"""Rows of the catalogue: read once until their table is written."""

import pytest
from tortoise.transactions import in_transaction

from db.kept import rows_by_id
from db.tables import Model
from tests.front_door import statements
from tests.make import World

pytestmark = pytest.mark.anyio


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
