"""Answers: what was read once is read again without being executed, and never when it is stale or somebody's own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from hashlib import sha256
from typing import Any

import httpx2
import pytest

from auth import sessions
from db.connect import Database
from db.tables import Reviewer
from main import application
from schema.answers import LASTING
from settings import Settings
from tests.front_door import ORIGIN, SECRET, statements
from tests.make import World

pytestmark = pytest.mark.anyio

MODELS = "{ models(first: 5) { totalCount nodes { slug } } }"
RANKING = "{ ranking(useCase: CODING, first: 3, filter: {includeProvisional: true}) { nodes { score asOf } } }"
VIEWER = "{ viewer { login } }"
VOTE = """
    mutation ($review: ID!) {
      castVote(input: {reviewId: $review, helpful: true}) { __typename ... on Refusal { code } }
    }
"""
VOTES = "query ($id: ID!) { node(id: $id) { ... on Review { voteCount { helpful } } } }"


@asynccontextmanager
async def visited(database: Database, make: World, viewer: Reviewer | None = None) -> AsyncIterator[httpx2.AsyncClient]:
    """One running application and a visitor of it."""
    app = application(Settings(origin=ORIGIN, database=database, secret=SECRET), make.clock)
    cookies = {} if viewer is None else {"session": await sessions.open(viewer.id, make.now)}
    transport = httpx2.ASGITransport(app)
    async with httpx2.AsyncClient(transport=transport, base_url=ORIGIN, cookies=cookies) as http:
        yield http


async def ask(http: httpx2.AsyncClient, query: str, cookie: str | None = None, **variables: Any) -> httpx2.Response:
    headers = {} if cookie is None else {"cookie": f"session={cookie}"}
    return await http.post("/graphql", json={"query": query, "variables": variables}, headers=headers)


@pytest.mark.usefixtures("alone")
async def test_the_second_answer_costs_no_statement_and_is_the_same(database: Database, make: World) -> None:
    await make.model()
    async with visited(database, make) as http:
        first = await ask(http, MODELS)
        with statements() as seen:
            second = await ask(http, MODELS)
    assert seen == []
    assert second.content == first.content
    assert second.headers["etag"] == first.headers["etag"]
    assert second.headers["x-request-id"] != first.headers["x-request-id"]
    same = first.headers.keys() - {"x-request-id"}
    assert {name: first.headers[name] for name in same} == {name: second.headers[name] for name in same}


async def test_who_holds_the_answer_is_told_that_it_is_still_good(database: Database, make: World) -> None:
    async with visited(database, make) as http:
        first = await http.get("/graphql", params={"query": MODELS})
        tag = {"if-none-match": first.headers["etag"]}
        again = await http.get("/graphql", params={"query": MODELS}, headers=tag)
        assert (again.status_code, again.content) == (304, b"")
        await make.model()
        changed = await http.get("/graphql", params={"query": MODELS}, headers=tag)
    assert changed.status_code == 200
    assert changed.json()["data"]["models"]["totalCount"] == 1


async def test_an_equal_answer_that_was_read_anew_is_still_good(database: Database, make: World) -> None:
    model = await make.model()
    async with visited(database, make) as http:
        first = await http.get("/graphql", params={"query": MODELS})
        await model.save()  # changes nothing
        tag = {"if-none-match": first.headers["etag"]}
        assert (await http.get("/graphql", params={"query": MODELS}, headers=tag)).status_code == 304


async def test_what_was_written_is_seen_at_once(database: Database, make: World) -> None:
    async with visited(database, make) as http:
        for number in range(1, 4):
            await make.model()
            assert (await ask(http, MODELS)).json()["data"]["models"]["totalCount"] == number


async def test_a_vote_is_seen_at_once_by_everybody(database: Database, make: World) -> None:
    review, voter = await make.review(), await make.reviewer()
    cookie = await sessions.open(voter.id, make.now)
    async with visited(database, make) as http:
        for expected in (0, 1):
            told = (await ask(http, VOTES, id=review.id)).json()["data"]["node"]
            assert told == {"voteCount": {"helpful": expected}}
            await ask(http, VOTE, cookie, review=review.id)


async def test_a_standing_moves_with_a_review_and_stays_as_it_was_without(database: Database, make: World) -> None:
    await make.review()
    async with visited(database, make) as http:
        first = (await ask(http, RANKING)).json()
        make.later(seconds=5)
        assert (await ask(http, RANKING)).json() == first
        await make.review()
        moved = (await ask(http, RANKING)).json()["data"]["ranking"]["nodes"]
    assert moved[0]["asOf"] > first["data"]["ranking"]["nodes"][0]["asOf"]


async def test_an_answer_is_kept_a_minute_at_most(database: Database, make: World) -> None:
    await make.review()
    async with visited(database, make) as http:
        first = (await ask(http, RANKING)).json()
        make.later(seconds=LASTING.total_seconds() + 1)
        assert (await ask(http, RANKING)).json() != first
    assert timedelta(minutes=1) >= LASTING


async def test_nobody_gets_an_answer_that_was_somebody_elses(database: Database, make: World) -> None:
    ada, bob = await make.reviewer(login="ada"), await make.reviewer(login="bob")
    async with visited(database, make) as http:
        for _ in range(2):
            assert (await ask(http, VIEWER)).json()["data"]["viewer"] is None
            for person in (ada, bob):
                said = await ask(http, VIEWER, await sessions.open(person.id, make.now))
                assert said.json()["data"]["viewer"]["login"] == person.login
                assert "etag" not in said.headers


async def test_a_mutation_and_an_error_are_never_kept(database: Database, make: World) -> None:
    review = await make.review()
    async with visited(database, make) as http:
        for query, variables in [(VOTE, {"review": review.id}), ("{ models(first: 0) { totalCount } }", {})]:
            answer = await ask(http, query, **variables)
            assert "etag" not in answer.headers


async def test_the_accept_header_tells_answers_apart(database: Database, make: World) -> None:
    async with visited(database, make) as http:
        kinds = []
        for accept in ("application/json", "application/graphql-response+json"):
            answer = await http.post("/graphql", json={"query": MODELS}, headers={"accept": accept})
            kinds.append(answer.headers["content-type"])
    assert kinds == ["application/json; charset=utf-8", "application/graphql-response+json; charset=utf-8"]


async def test_the_answers_kept_stay_within_their_bytes(database: Database, make: World) -> None:
    async with visited(database, make) as http:
        for number in range(50):
            await ask(http, f"{{ models(first: 5) {{ a{number}: totalCount }} }}")


async def test_a_hash_stands_for_a_document_that_was_sent_before(database: Database, make: World) -> None:
    text = "{ models(first: 2) { totalCount } }"
    asked = {"persistedQuery": {"version": 1, "sha256Hash": sha256(text.encode()).hexdigest()}}
    async with visited(database, make) as http:
        unknown = (await http.post("/graphql", json={"extensions": asked})).json()
        assert unknown["errors"][0]["extensions"]["code"] == "PERSISTED_QUERY_NOT_FOUND"
        await http.post("/graphql", json={"query": text, "extensions": asked})
        known = (await http.post("/graphql", json={"extensions": asked})).json()
        assert known == {"data": {"models": {"totalCount": 0}}}


async def test_a_hash_of_another_document_is_refused(database: Database, make: World) -> None:
    asked = {"persistedQuery": {"version": 1, "sha256Hash": "0" * 64}}
    async with visited(database, make) as http:
        for wrong in (asked, {"persistedQuery": {"version": 2}}, {"persistedQuery": "yes"}):
            answer = await http.post("/graphql", json={"query": MODELS, "extensions": wrong})
            assert answer.status_code == 400
            assert answer.json()["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


REVIEWS = """query ($ids: [ID!]!, $n: Int!) { nodes(ids: $ids) { ... on Endpoint {
  slug reviews(first: $n) { nodes { id voteCount { helpful } reviewer { login } } }
} } }"""


@pytest.mark.usefixtures("alone")
async def test_a_part_of_an_answer_is_kept_for_other_answers(database: Database, make: World) -> None:
    review, other = await make.review(), await make.review()
    async with visited(database, make) as http:
        ids = [review.endpoint_id, other.endpoint_id]
        both = (await ask(http, REVIEWS, ids=ids, n=3)).json()["data"]["nodes"]
        with statements() as seen:
            turned = (await ask(http, REVIEWS, ids=ids[::-1], n=3)).json()["data"]["nodes"]
        assert seen == []
        assert turned == both[::-1]
        with statements() as seen:
            await ask(http, REVIEWS, ids=ids[::-1], n=2)  # another `first` is another part
        assert seen != []


async def test_a_part_is_outdated_by_what_it_was_read_from(database: Database, make: World) -> None:
    review, voter = await make.review(), await make.reviewer(login="bob")
    async with visited(database, make) as http, visited(database, make, voter) as signed_in:
        asked: dict[str, Any] = {"ids": [review.endpoint_id], "n": 3}
        [before] = (await ask(http, REVIEWS, **asked)).json()["data"]["nodes"]
        assert before["reviews"]["nodes"][0]["voteCount"] == {"helpful": 0}
        await ask(signed_in, VOTE, review=review.id)
        [after] = (await ask(http, REVIEWS + "#", **asked)).json()["data"]["nodes"]
        assert after["reviews"]["nodes"][0]["voteCount"] == {"helpful": 1}


async def test_no_part_is_kept_of_what_somebody_signed_in_reads(database: Database, make: World) -> None:
    review, viewer = await make.review(), await make.reviewer(login="bob")
    fields = "... on Endpoint { reviews(first: 3) { nodes { viewerVote { helpful } } } }"
    mine = f"query ($ids: [ID!]!) {{ nodes(ids: $ids) {{ {fields} }} }}"
    async with visited(database, make) as http, visited(database, make, viewer) as signed_in:
        await ask(signed_in, VOTE, review=review.id)
        [own] = (await ask(signed_in, mine, ids=[review.endpoint_id])).json()["data"]["nodes"]
        [others] = (await ask(http, mine, ids=[review.endpoint_id])).json()["data"]["nodes"]
    assert own["reviews"]["nodes"] == [{"viewerVote": {"helpful": True}}]
    assert others["reviews"]["nodes"] == [{"viewerVote": None}]


async def test_nothing_is_kept_where_nothing_may_be(database: Database, make: World) -> None:
    await make.model()
    settings = Settings(origin=ORIGIN, database=database, secret=SECRET, keep=0)
    async with httpx2.AsyncClient(
        transport=httpx2.ASGITransport(application(settings, make.clock)), base_url=ORIGIN
    ) as http:
        first, second = await ask(http, MODELS), await ask(http, MODELS)
        with statements() as seen:
            third = await ask(http, MODELS)
    assert seen != []
    assert first.content == second.content == third.content
