"""Brief reads: what is short is answered where it is asked, what is long is left to a thread."""

import sqlite3
from pathlib import Path

import pytest

from db.brief import PATIENCE, Brief
from db.queries import dialect, fetch
from tests.make import World

LONG = (
    "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 3000000) SELECT COUNT(*) AS total FROM n"
)


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "some.db"
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE word (text TEXT)")
        connection.execute("INSERT INTO word VALUES ('one'), ('two')")
    return str(path)


def test_a_short_read_is_answered_with_its_names(file: str) -> None:
    brief = Brief(file, -1_000)
    found = brief.read("SELECT text, LENGTH(text) AS size FROM word WHERE text <> ?1", ["two"])
    assert found is not None
    assert found.dicts() == [{"text": "one", "size": 3}]
    brief.close()


def test_a_long_read_is_given_up_and_left_to_a_thread_for_a_while(file: str) -> None:
    brief = Brief(file, -1_000)
    assert brief.read(LONG, []) is None
    assert brief.left == {LONG: PATIENCE}
    assert [brief.read(LONG, []) for _ in range(PATIENCE)] == [None] * PATIENCE
    assert brief.left == {}
    assert brief.read("SELECT 1", []) is not None  # the connection is none the worse
    brief.close()


def test_nothing_is_written_and_what_is_wrong_is_raised(file: str) -> None:
    brief = Brief(file, -1_000)
    for wrong in ("DELETE FROM word", "SELECT nothing FROM word"):
        with pytest.raises(sqlite3.OperationalError):
            brief.read(wrong, [])
    brief.close()


@pytest.mark.anyio
async def test_a_long_read_is_answered_all_the_same(make: World) -> None:
    if dialect() == "sqlite":
        assert [row["total"] for row in await fetch(LONG)] == [3_000_000]
