"""Abuse: whatever is put into any argument is answered or refused, never with a bug, and a refusal writes nothing."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import pytest
from graphql import GraphQLField, GraphQLObjectType

from auth import sessions
from db.connect import Database
from db.enums import EvidenceLevel, Role, UseCase
from db.queries import fetch
from db.tables import Reviewer, Vote
from main import application
from settings import Settings
from tests.attacks import FIELDS, ROUTES, Attack, named, said, written
from tests.front_door import ORIGIN, SECRET, Client
from tests.make import World
from tests.test_votes import CAST

pytestmark = pytest.mark.anyio
Clients = Callable[..., Client]
LEAKS = ("INTERNAL", "Traceback", 'File "', "SELECT ", "INSERT ", "sqlite", "asyncpg", "tortoise")
DONE = {
    "Review",
    "Evidence",
    "Vote",
    "CreatedApiToken",
    "ApiToken",
    "Proof",
}  # what a mutation answers that has written


@asynccontextmanager
async def browsing(database: Database, make: World, viewer: Reviewer) -> AsyncIterator[httpx2.AsyncClient]:
    """A signed-in client of one application."""
    app = application(Settings(origin=ORIGIN, database=database, secret=SECRET), make.clock)
    cookies = {"session": await sessions.open(viewer.id, make.now)}
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url=ORIGIN, cookies=cookies) as http:
        yield http


async def inhabited(make: World, field: str) -> tuple[Reviewer, dict[str, Any]]:
    """A moderator with a review of their own, and real ids for the arguments of a field."""
    viewer, endpoint = await make.reviewer(role=Role.MODERATOR), await make.endpoint()
    await make.price(endpoint)
    lab, rival = await make.benchmark(), await make.endpoint()
    score = await make.score(model_id=endpoint.model_id, benchmark_id=lab.id)
    await make.agent_result(model_id=endpoint.model_id)
    await make.endpoint_result(endpoint)
    own, other = await make.review(endpoint, viewer), await make.review(endpoint)
    await make.vote(other)
    await make.evidence(other)
    review = own if field in ("reviseReview", "retractReview") else other
    return viewer, {
        "reviewId": review.id, "endpointId": (await make.endpoint()).id, "id": other.id,
        "MODEL": endpoint.model_id, "ENDPOINT": endpoint.id, "PROVIDER": endpoint.provider_id, "REVIEW": other.id,
        "BENCHMARK": score.benchmark_id, "SCORE": score.id, "LAB": lab.slug, "benchmark": lab.slug,
        "x": named("TASK_USD"), "y": named("SCORE"), "target": {"metric": said("pass rate")},
        "endpoints": [said(endpoint.slug), said(rival.slug)],
    }  # fmt: skip


async def rows() -> dict[str, int]:
    """How many rows the tables hold that a client can write."""
    tables = ("review", "revision", "vote", "evidence", "statistic", "api_token", "proof")
    counted = ", ".join(f"(SELECT COUNT(*) FROM {table}) AS {table}" for table in tables)
    return (await fetch(f"SELECT {counted}"))[0]


def wrote(answer: httpx2.Response, name: str) -> bool:
    """Whether a mutation says that it has written."""
    data = answer.json().get("data")
    return bool(data) and isinstance(data.get(name), dict) and data[name].get("__typename") in DONE


def test_every_type_with_arguments_is_attacked() -> None:
    assert {owner.name for owner, _, _ in FIELDS} <= ROUTES.keys()


@pytest.mark.parametrize(("owner", "name", "field"), FIELDS, ids=[f"{owner}.{name}" for owner, name, _ in FIELDS])
async def test_hostile_values_are_answered_or_refused(
    database: Database, make: World, owner: GraphQLObjectType, name: str, field: GraphQLField
) -> None:
    """As literals on SQLite, as variables on PostgreSQL, which has the stricter types."""
    viewer, real = await inhabited(make, name)
    variables, faults, held = database.dialect == "postgresql", [], await rows()
    async with browsing(database, make, viewer) as http:
        attack = Attack(http, owner, name, field, real)
        for arguments in attack.cases():
            answer = await attack.ask(arguments, variables=variables)
            if answer is None:
                continue
            before, held = held, await rows()
            harmless = answer.status_code < 500 and not any(leak in answer.text for leak in LEAKS)
            if not harmless or (before != held and not wrote(answer, name)):
                faults.append((written(arguments)[:200], answer.status_code, answer.text[:300]))
            if wrote(answer, name):
                real["endpointId"] = (await make.endpoint()).id
        assert faults == []
        good = await attack.ask(attack.base(), variables=variables)
        assert good is not None
        assert "errors" not in good.json(), good.text  # so what was refused was refused for the hostile value


RANKING = """query ($w: DimensionWeights, $c: UseCase = CODING, $o: RankingOrder = LOWER_BOUND, $p: Pooling = ENDPOINT,
  $first: Int = 1, $after: String) {
  ranking(useCase: $c, weights: $w, orderBy: $o, pooledBy: $p, first: $first, after: $after) {
    totalCount edges { cursor node { score } } } }"""


@pytest.mark.parametrize(
    "weights",
    [{}, {"latency": 0}, {"latency": -1}, {"latency": -5e-324}, {"latency": 1, "toolCalling": -1e308}],
    ids=str,
)
async def test_weights_that_are_none_or_negative_are_refused(
    client: Clients, make: World, weights: dict[str, Any]
) -> None:
    error = await client().refused(RANKING, w=weights)
    assert (error["extensions"]["code"], error["extensions"]["argument"]) == ("BAD_USER_INPUT", "weights")


@pytest.mark.parametrize("text", ["1e999", "-1e999", "NaN", "Infinity"])
async def test_weights_beyond_all_numbers_are_refused(client: Clients, make: World, text: str) -> None:
    await client().refused(f"{{ ranking(useCase: RAG, first: 1, weights: {{latency: {text}}}) {{ totalCount }} }}")


async def test_only_the_ratios_of_weights_matter_however_large_or_small(client: Clients, make: World) -> None:
    await make.review(level=EvidenceLevel.E4, latency=5)
    await make.review(level=EvidenceLevel.E4, latency=2)
    one = await client().ask(RANKING, w={"latency": 1})
    assert one["ranking"]["totalCount"] == 2
    for weight in (5e-324, 1e-300, 1e308):
        assert await client().ask(RANKING, w={"latency": weight}) == one
    assert await client().ask(RANKING, w={"latency": 1e308, "toolCalling": 5e-324}) == one


@pytest.fixture
async def ranked(make: World, client: Clients) -> str:
    """The cursor of the first of two endpoints."""
    for stars in (2, 5):
        await make.review(level=EvidenceLevel.E4, use_case=UseCase.CODING, latency=stars)
    seen = await client().ask(RANKING, w={"latency": 1})
    return str(seen["ranking"]["edges"][0]["cursor"])


async def test_a_cursor_continues_its_own_ranking(client: Clients, ranked: str) -> None:
    rest = await client().ask(RANKING, w={"latency": 1}, after=ranked)
    assert [edge["node"]["score"] < 4 for edge in rest["ranking"]["edges"]] == [True]


@pytest.mark.parametrize("other", [{"c": "RAG"}, {"o": "SCORE"}, {"o": "PROBABILITY_OF_BEST"}, {"p": "MODEL"}], ids=str)
async def test_a_cursor_of_another_ranking_is_refused(client: Clients, ranked: str, other: dict[str, str]) -> None:
    error = await client().refused(RANKING, w={"latency": 1}, after=ranked, **other)
    assert error["extensions"]["argument"] == "after"


async def test_a_cursor_of_another_list_is_refused(client: Clients, ranked: str) -> None:
    listed = await client().ask("{ reviews(first: 1) { pageInfo { endCursor } } }")
    error = await client().refused(RANKING, after=listed["reviews"]["pageInfo"]["endCursor"])
    assert error["extensions"]["argument"] == "after"
    error = await client().refused("query ($c: String) { reviews(first: 1, after: $c) { totalCount } }", c=ranked)
    assert error["extensions"]["argument"] == "after"


async def test_a_forged_cursor_is_refused(client: Clients, ranked: str) -> None:
    flipped = [
        ranked[:at] + ("A" if ranked[at] != "A" else "B") + ranked[at + 1 :] for at in range(0, len(ranked) - 1, 5)
    ]
    forged = [
        *flipped,
        ranked[:-4],
        ranked[:12],
        ranked[:1],
        ranked + "AAAA",
        ranked * 2,
        "====",
        "🦞",
        "-",
        "A" * 99_999,
    ]
    for cursor in forged:
        error = await client().refused(RANKING, w={"latency": 1}, after=cursor)
        assert error["extensions"]["argument"] == "after", cursor


async def test_a_bug_shows_its_number_and_nothing_else(client: Clients, make: World) -> None:
    await fetch("ALTER TABLE standing_version RENAME TO elsewhere")
    answer = await client().post("{ models(first: 1) { totalCount } ranking(useCase: RAG, first: 1) { totalCount } }")
    [error] = answer.json()["errors"]
    assert error["message"] == "Internal error"
    assert error["extensions"].keys() == {"code", "requestId"}
    assert not [leak for leak in LEAKS if leak != "INTERNAL" and leak in answer.text]
    assert "standing_version" not in answer.text


async def test_another_site_cannot_vote_with_the_viewers_cookie(database: Database, make: World) -> None:
    review, viewer = await make.review(), await make.reviewer()
    body = {"query": CAST, "variables": {"input": {"reviewId": review.id, "helpful": True}}}
    async with browsing(database, make, viewer) as http:
        for headers in ({"origin": "https://evil.example"}, {"origin": "null"}, {"sec-fetch-site": "cross-site"}):
            assert (await http.post("/graphql", json=body, headers=headers)).status_code == 403
        for kind in ("application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain", ""):
            answer = await http.post("/graphql", content=b"{}", headers={"content-type": kind})
            assert answer.status_code == 415
        assert (await http.get("/graphql", params={"query": "mutation { __typename }"})).status_code == 405
        assert await Vote.all().count() == 0
        assert (await http.post("/graphql", json=body, headers={"origin": ORIGIN})).json()["data"]["castVote"][
            "helpful"
        ]
