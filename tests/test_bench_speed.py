"""The speed bench's own parts: what it builds is what the product answers from, and what it prints is what it found."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import orjson
import pytest

from bench.speed.bars import KEEPING, OURS, bars
from bench.speed.build import build_postgresql, build_sqlite
from bench.speed.dataset import Dataset, Size, dataset
from bench.speed.report import printed, without_places
from bench.speed.runs import Findings, Run
from bench.speed.servers import Kind, Server
from bench.speed.workloads import WORKLOADS, Asking, Known, same
from db.connect import Database
from resolvers.context import Context
from schema import schema
from tests.conftest import Databases

TINY = Size(endpoints=70, models=30, reviewers=60, reviews=400, votes=1_500, sessions=20, moderators=3)
pytestmark = pytest.mark.anyio
COUNTED = {"endpoint": 70, "reviewer": 60, "review": 400, "revision": 400, "vote": 1_500, "session": 20}


@pytest.fixture(scope="module")
def data() -> Dataset:
    return dataset(TINY, 3)


@pytest.fixture
async def built(data: Dataset, tmp_path: Path) -> Path:
    await build_sqlite("ours", data, tmp_path / "ours.db")
    return tmp_path / "ours.db"


async def test_the_product_answers_every_query_from_a_built_database(built: Path, data: Dataset) -> None:
    async with Database(f"sqlite:///{built}").opened():
        await answers(data)


async def test_the_product_answers_the_same_from_postgresql(databases: Databases, data: Dataset) -> None:
    url = databases.server.get_uri(database="bench_speed")
    await databases._run("CREATE DATABASE bench_speed")
    await build_postgresql("ours", data, url)
    async with Database(url).opened():
        await answers(data)


async def answers(data: Dataset) -> None:
    """Ask all that reads, as the bench does."""
    known = Known.of(data)
    found = {name: orjson.loads(Asking(name, "ours", known).body(4)) for name in WORKLOADS if name != "M1"}
    context = Context(secret=b"bench", clock=lambda: datetime.now(UTC))
    results = {name: await schema.execute(ask["query"], ask["variables"], context) for name, ask in found.items()}
    assert not [result.errors for result in results.values() if result.errors]
    ranking, reviews, page = (result.data or {} for result in results.values())
    assert len(ranking["ranking"]["nodes"]) == 50
    assert all(len(node["dimensions"]) == 5 for node in ranking["ranking"]["nodes"])
    asked_for = set(found["Q2"]["variables"]["ids"])
    assert len(asked_for) == 15
    assert asked_for < set(same("Q2", reviews))
    assert page["model"]["slug"] == found["Q3"]["variables"]["slug"]


def rows(path: Path, *tables: str) -> Iterator[tuple[str, int]]:
    with closing(sqlite3.connect(path)) as connection:
        for table in tables:
            yield table, connection.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0]


async def test_a_built_database_holds_what_was_asked_for_and_breaks_no_foreign_key(built: Path) -> None:
    assert dict(rows(built, *COUNTED)) == COUNTED
    with closing(sqlite3.connect(built)) as connection:
        assert not connection.execute("PRAGMA foreign_key_check").fetchall()
        assert connection.execute("SELECT MAX(id) FROM epoch").fetchone() == (1,)
        assert connection.execute("SELECT COUNT(*) FROM statistic").fetchone()[0] > 400


async def test_the_peers_read_the_same_rows(built: Path, data: Dataset, tmp_path: Path) -> None:
    await build_sqlite("theirs", data, tmp_path / "theirs.db")
    counted = {name: amount for name, amount in COUNTED.items() if name != "revision"}
    assert dict(rows(tmp_path / "theirs.db", *counted)) == counted
    pairs = []
    sums = "SUM(tool_calling), SUM(latency), COUNT(cost_per_task)"
    for path, table in ((built, "revision"), (tmp_path / "theirs.db", "review")):
        with closing(sqlite3.connect(path)) as connection:
            pairs.append(connection.execute(f"SELECT {sums} FROM {table}").fetchone())
    assert pairs[0] == pairs[1]


def test_a_seed_gives_one_dataset_and_another_seed_another(data: Dataset) -> None:
    again, other = dataset(TINY, 3), dataset(TINY, 4)
    assert (again.votes, again.stars.tolist()) == (data.votes, data.stars.tolist())
    assert other.votes != data.votes


def test_everybody_rates_one_to_five_dimensions_and_votes_on_others(data: Dataset) -> None:
    rated = (data.stars > 0).sum(axis=1)
    assert (rated.min(), rated.max(), data.stars.max()) == (1, 5, 5)
    assert (data.review[data.vote[:, 0], 0] != data.vote[:, 1]).all()


@pytest.mark.parametrize("workload", ["Q1", "Q2", "Q3", "M1"])
def test_no_two_requests_of_a_round_or_of_two_are_the_same(workload: str, data: Dataset) -> None:
    known = Known.of(data)
    first = Asking(workload, "ours", known, 0, 100).requests(1)
    second = Asking(workload, "ours", known, 100, 100).requests(1)
    assert len({*first, *second}) == 200


def run(rate: float) -> Run:
    return Run(rate=rate, p50=1, p99=2, cpu=0.5, size=1e3, memory=100)


def test_a_bar_is_the_median_of_ratios_and_says_missed() -> None:
    found = Findings()
    for ours, theirs in ((90, 10), (40, 10), (30, 10)):
        found.add("Q1", OURS, run(ours))
        found.add("Q1", "mercurius+jit", run(theirs))
    bar = next(bars(found, 1))
    assert (bar.asked, sorted(bar.ratios), bar.met) == ("Q1 / best peer", [3, 4, 9], False)
    text = "\n".join(printed(found, 1, 3, 1))
    assert "| Q1 / best peer | 5 | 4.00 | 3.00–9.00 | **MISSED** |" in text


def test_static_bytes_are_compared_with_the_query_they_repeat() -> None:
    found = Findings()
    found.add("Q1 again", KEEPING, run(70))
    found.add("Q1 again", "static bytes Q1", run(100))
    (bar,) = bars(found, 1)
    assert (bar.ratios, bar.met) == ([0.7], True)
    assert Server(Kind("static bytes Q1", "", ""), 0, 1).spent() >= 0


def test_the_results_do_not_say_where_a_machine_keeps_its_files() -> None:
    assert without_places(["--rounds", "3", "--cache", "/somewhere", "--quick"]) == ["--rounds", "3", "--quick"]
