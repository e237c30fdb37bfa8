"""Rows: what our own SQL reads is the same row that Tortoise would have made of it."""

from datetime import date

import pytest

from db.catalogue import import_catalogue
from db.queries import fetch, hydrated
from tests.make import World
from tests.test_tables import TABLES

pytestmark = pytest.mark.anyio


async def test_a_row_of_a_record_is_what_tortoise_makes_of_it(make: World) -> None:
    await import_catalogue(date(2026, 6, 15))
    await make.vote(await make.review())
    compared = 0
    for table in TABLES:
        for record in await fetch(f"SELECT * FROM {table._meta.db_table} LIMIT 20"):
            assert vars(hydrated(table, record)) == vars(table._init_from_db(**record))
            compared += 1
    assert compared > 100


async def test_two_rows_share_nothing_that_can_change(make: World) -> None:
    await make.model()
    [record] = await fetch("SELECT * FROM developer")
    table = next(table for table in TABLES if table._meta.db_table == "developer")
    one, other = hydrated(table, record), hydrated(table, record)
    assert one._await_when_save is not other._await_when_save
