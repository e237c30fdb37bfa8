"""Rows: what our own SQL reads is the same row that Tortoise would have made of it."""

from datetime import date

import pytest

from db.catalogue import import_catalogue
from db.queries import Statement, all_columns, beside, fetch, many
from db.tables import Developer
from tests.make import World
from tests.test_tables import TABLES

pytestmark = pytest.mark.anyio


async def test_a_row_of_a_record_is_what_tortoise_makes_of_it(make: World) -> None:
    await import_catalogue(date(2026, 6, 15))
    await make.vote(await make.review())
    compared = 0
    for table in TABLES:
        rest = f"{all_columns(table, 't')} FROM {table._meta.db_table} t LIMIT 20"
        records = await fetch(f"SELECT {rest}")
        for record, (before, row) in zip(records, await beside(table, f"SELECT 7, {rest}", Statement()), strict=True):
            assert before[0] == 7
            assert vars(row) == vars(table._init_from_db(**record))
            compared += 1
    assert compared > 100


async def test_two_rows_share_nothing_that_can_change(make: World) -> None:
    await make.model()
    twice = f"SELECT k.value, {all_columns(Developer, 't')} FROM {{}} CROSS JOIN developer t"
    statement = Statement()
    [(_, one), (_, other)] = await beside(Developer, twice.format(many(statement, ["a", "b"])), statement)
    assert one._await_when_save is not other._await_when_save
