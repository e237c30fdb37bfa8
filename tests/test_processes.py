"""Two server processes over one database: nothing is lost, doubled or refused because they work at once."""

import asyncio
import os
import socket
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest
from tortoise.exceptions import TransactionManagementError
from tortoise.transactions import in_transaction

from db.connect import Database
from db.queries import fetch
from db.tables import Developer, Endpoint, Review, Reviewer, Revision, Vote
from tests.conftest import Databases
from tests.make import World
from tests.test_reviews import content

pytestmark = pytest.mark.anyio
HOUSE = Path(__file__).parents[1]
VOTERS, REVIEWS, AT_ONCE = 30, 20, 40
STARTING = 90  # seconds: two servers import the catalogue on a busy machine
OUTCOME = "{ __typename ... on Node { id } ... on Refusal { code } }"
CAST = f"mutation ($input: CastVoteInput!) {{ it: castVote(input: $input) {OUTCOME} }}"
PUBLISH = f"mutation ($input: PublishReviewInput!) {{ it: publishReview(input: $input) {OUTCOME} }}"
REVISE = f"mutation ($input: ReviseReviewInput!) {{ it: reviseReview(input: $input) {OUTCOME} }}"


@dataclass
class Server:
    """One process of `main.py serve`, with the log it writes."""

    port: int
    process: "subprocess.Popen[bytes]"
    log: Path

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def await_readiness(self) -> None:
        deadline = time.monotonic() + STARTING
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                if httpx2.get(self.origin + "/readyz").status_code == 200:
                    return
            except httpx2.TransportError:
                time.sleep(0.1)
        pytest.fail(self.log.read_text())


def started(database: Database, folder: Path) -> Server:
    """A server on a free loopback port."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = {"DATABASE_URL": database.url, "DATA_DIR": str(folder), "HOST": "127.0.0.1", "PORT": str(port)}
    foreign = {name for name in os.environ if name.startswith("GITHUB_")} | {"ORIGIN", "SECRET", "MODERATORS"}
    environment = {name: value for name, value in os.environ.items() if name not in foreign}
    log = folder / f"{port}.log"
    with log.open("wb") as file:
        command = [sys.executable, "main.py", "serve"]
        process = subprocess.Popen(command, cwd=HOUSE, env=environment | settings, stdout=file, stderr=file)
    return Server(port, process, log)


@dataclass
class Instance:
    """Two servers over one database."""

    database: Database
    servers: list[Server]

    @asynccontextmanager
    async def visited(self) -> AsyncIterator["Visit"]:
        """The servers, reachable, and the database, open for making and reading rows."""
        limits = httpx2.Limits(max_connections=AT_ONCE)
        async with self.database.opened(), httpx2.AsyncClient(limits=limits, timeout=60) as http:
            yield Visit(self, http, World(), asyncio.Semaphore(AT_ONCE))


@dataclass
class Visit:
    """A client of both servers."""

    instance: Instance
    http: httpx2.AsyncClient
    make: World
    free: asyncio.Semaphore

    async def sign_in(self, login: str) -> str:
        """The cookie of a new development session."""
        answer = await self.http.post(self.instance.servers[0].origin + "/auth/local", data={"login": login})
        assert answer.status_code == 303, answer.text
        self.http.cookies.clear()
        return f"session={answer.cookies['session']}"

    async def send(self, server: int, cookie: str, query: str, **input: Any) -> Any:
        """What a mutation says when sent to one of the servers."""
        async with self.free:
            url = self.instance.servers[server % 2].origin + "/graphql"
            body = {"query": query, "variables": {"input": input}}
            answer = await self.http.post(url, json=body, headers={"cookie": cookie})
        assert answer.status_code == 200, answer.text
        said = answer.json()
        assert "errors" not in said, said
        return said["data"]["it"]

    async def ballot(self, name: str) -> tuple[dict[str, str], list[Review]]:
        """Voters with their cookies, and reviews by others."""
        cookies = {}
        for number in range(VOTERS):
            cookie = await self.sign_in(f"{name}-{number}")
            cookies[(await Reviewer.get(login=f"{name}-{number}")).id] = cookie
        endpoint = await self.make.endpoint(slug=f"{name}:it", provider_model_id=name, **await self.places(name))
        return cookies, [await self.make.review(endpoint, await self.author(name, n)) for n in range(REVIEWS)]

    async def author(self, name: str, number: int) -> Reviewer:
        return await self.make.reviewer(subject=f"{name}-author-{number}", login=f"{name}-author-{number}")

    async def places(self, name: str) -> dict[str, str]:
        """Rows under an endpoint, told apart by the name of the test."""
        developer = await self.make.developer(slug=f"{name}-developer")
        model = await self.make.model(slug=f"{name}/model", developer_id=developer.id)
        return {"model_id": model.id, "provider_id": (await self.make.provider(slug=f"{name}-provider")).id}


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def instance(
    request: pytest.FixtureRequest, databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Instance]:
    """Two servers that have started at the same time on the same database."""
    database = asyncio.run(databases.fresh(request.param))
    folder = tmp_path_factory.mktemp(request.param)
    servers = [started(database, folder) for _ in range(2)]
    try:
        for server in servers:
            server.await_readiness()
        yield Instance(database, servers)
    finally:
        for server in servers:
            server.process.kill()
            server.process.wait(10)


async def pairs(name: str) -> Counter[tuple[str, str]]:
    """How many votes the database holds for each voter and revision of a test."""
    voters = await Reviewer.filter(login__startswith=f"{name}-").values_list("id", flat=True)
    votes = await Vote.filter(voter_id__in=voters).values("voter_id", "revision_id")
    return Counter((vote["voter_id"], vote["revision_id"]) for vote in votes)


async def test_every_vote_is_there_once_when_two_servers_take_it_twice(instance: Instance) -> None:
    async with instance.visited() as visit:
        cookies, reviews = await visit.ballot("twice")
        sent = [
            visit.send(server, cookie, CAST, reviewId=review.id, helpful=True)
            for number, (review, cookie) in enumerate((r, c) for c in cookies.values() for r in reviews)
            for server in (number, number + 1)
        ]
        said = await asyncio.gather(*sent)
        assert Counter(vote["__typename"] for vote in said) == {"Vote": 2 * VOTERS * REVIEWS}
        assert await pairs("twice") == {(voter, review.revision_id): 1 for voter in cookies for review in reviews}
        assert {vote["id"] for vote in said} == set(await Vote.all().values_list("id", flat=True))


async def test_a_key_sent_to_two_servers_at_once_makes_one_review(instance: Instance) -> None:
    async with instance.visited() as visit:
        cookie = await visit.sign_in("key")
        for endpoint in await Endpoint.all().order_by("slug").limit(3):
            asked = {"endpointId": endpoint.id, "useCase": "RAG", "content": content(), "idempotencyKey": endpoint.id}
            said = await asyncio.gather(*[visit.send(n, cookie, PUBLISH, **asked) for n in range(20)])
            assert {each["__typename"] for each in said} == {"Review"}
            [review] = await Review.filter(endpoint_id=endpoint.id, use_case="RAG")
            assert {each["id"] for each in said} == {review.id}
            assert await Revision.filter(review_id=review.id).count() == 1


async def test_revisions_sent_to_two_servers_at_once_are_numbered_in_a_row(instance: Instance) -> None:
    async with instance.visited() as visit:
        cookie = await visit.sign_in("reviser")
        [endpoint] = await Endpoint.all().order_by("-slug").limit(1)
        first = await visit.send(0, cookie, PUBLISH, endpointId=endpoint.id, useCase="RAG", content=content())
        said = await asyncio.gather(*[
            visit.send(n, cookie, REVISE, reviewId=first["id"], content=content(pros=f"Said {n}.")) for n in range(30)
        ])  # fmt: skip
        assert {each["id"] for each in said} == {first["id"]}
        revisions = await Revision.filter(review_id=first["id"]).order_by("number")
        assert [revision.number for revision in revisions] == list(range(1, 32))
        assert {revision.pros for revision in revisions[1:]} == {f"Said {n}." for n in range(30)}
        assert (await Review.get(id=first["id"])).revision_id == revisions[-1].id


async def test_reviews_of_one_endpoint_revised_back_and_forth_never_deadlock(instance: Instance) -> None:
    async with instance.visited() as visit:
        cookies = [await visit.sign_in(f"swinger-{n}") for n in range(8)]
        [endpoint] = await Endpoint.all().order_by("slug").offset(7).limit(1)
        poor, good = [content(ratings=[{"dimension": "LATENCY", "stars": stars}]) for stars in (1, 5)]
        place = {"endpointId": endpoint.id, "useCase": "CODING"}
        published = [await visit.send(0, cookie, PUBLISH, **place, content=poor) for cookie in cookies]

        async def swing(number: int) -> None:
            for turn in range(12):
                said = good if (turn + number) % 2 else poor
                await visit.send(number, cookies[number], REVISE, reviewId=published[number]["id"], content=said)

        await asyncio.gather(*map(swing, range(len(cookies))))
        [counted] = await fetch("SELECT SUM(count) AS total FROM statistic WHERE endpoint_id = $1", [endpoint.id])
        assert counted["total"] == len(cookies)


async def test_every_acknowledged_vote_outlives_a_killed_server(instance: Instance) -> None:
    async with instance.visited() as visit:
        cookies, reviews = await visit.ballot("killed")
        acknowledged: set[str] = set()
        lost = 0

        async def vote(number: int, cookie: str, review: Review) -> None:
            nonlocal lost
            try:
                said = await visit.send(number, cookie, CAST, reviewId=review.id, helpful=True)
            except httpx2.TransportError:
                lost += 1
                return
            acknowledged.add(said["id"])
            if len(acknowledged) == 100:
                instance.servers[1].process.kill()

        todo = [(review, cookie) for cookie in cookies.values() for review in reviews]
        await asyncio.gather(*[vote(number, cookie, review) for number, (review, cookie) in enumerate(todo)])
        assert lost > 0
        assert len(acknowledged) >= VOTERS * REVIEWS // 2  # all that the living server was sent
        assert acknowledged <= set(await Vote.all().values_list("id", flat=True))


async def test_no_server_has_said_that_the_database_is_locked(instance: Instance) -> None:
    for server in instance.servers:
        log = server.log.read_text()
        assert "is locked" not in log
        assert "ERROR" not in log
        assert "Traceback" not in log


@asynccontextmanager
async def contested(databases: Databases, patience: int) -> AsyncIterator[sqlite3.Connection]:
    """An open SQLite database, patient for so many milliseconds, whose write lock somebody else holds."""
    database = await databases.fresh("sqlite")
    async with database.opened(), asyncio.timeout(30):
        async with in_transaction():  # on the connection that writes
            await fetch(f"PRAGMA busy_timeout = {patience}")
        with closing(sqlite3.connect(database.path, isolation_level=None)) as rival:
            rival.execute("BEGIN IMMEDIATE")
            yield rival


async def add_developer() -> None:
    async with in_transaction():
        await World().developer()


async def test_a_transaction_that_cannot_begin_lets_go_of_the_connection(databases: Databases) -> None:
    async with contested(databases, patience=20) as rival:
        for _ in range(2):
            with pytest.raises(TransactionManagementError, match="locked"):
                await add_developer()
        assert await Developer.all().count() == 0
        rival.execute("ROLLBACK")
        await add_developer()
        assert await Developer.all().count() == 1


async def test_a_transaction_cancelled_while_it_waits_to_begin_stays_closed(databases: Databases) -> None:
    async with contested(databases, patience=10_000) as rival:
        waiting = asyncio.create_task(add_developer())
        await asyncio.sleep(0.1)
        waiting.cancel()
        await asyncio.sleep(0.1)
        rival.execute("ROLLBACK")
        with pytest.raises(asyncio.CancelledError):
            await waiting
        rival.execute("BEGIN IMMEDIATE")  # nobody holds the lock
        rival.execute("ROLLBACK")
        await add_developer()
        assert await Developer.all().count() == 1
