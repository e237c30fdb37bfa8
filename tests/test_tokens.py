"""API tokens: a program acts in its owner's name, within its scopes, until its time is up or it is revoked."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import httpx2
import pytest

from auth import sessions, tokens
from db.connect import Database
from db.enums import TokenScope
from db.queries import dialect, fetch
from db.tables import ApiToken, Reviewer
from main import application
from schema.mutation import Mutation
from settings import Settings
from tests.front_door import ORIGIN, SECRET, Client, statements
from tests.make import World

pytestmark = pytest.mark.anyio
Clients = Callable[..., Client]

CREATE = """mutation ($input: CreateApiTokenInput!) { createApiToken(input: $input) { __typename
  ... on CreatedApiToken { secret token { id name scopes createdAt expiresAt lastUsedAt revokedAt } }
  ... on Refusal { code } ... on InvalidInput { problems { path } } } }"""
REVOKE = """mutation ($input: RevokeApiTokenInput!) { revokeApiToken(input: $input) { __typename
  ... on ApiToken { id revokedAt } ... on Refusal { code } } }"""
WHO = "{ viewer { login } }"
MINE = "{ viewer { apiTokens(first: 9) { totalCount nodes { id name scopes lastUsedAt } } } }"
CAST = """mutation ($input: CastVoteInput!) { castVote(input: $input) { __typename ... on Refusal { code } } }"""
ALL = [scope.value for scope in TokenScope]


async def created(client: Client, **changes: Any) -> Any:
    asked = {"name": "ci", "scopes": ALL, "days": 30} | changes
    return (await client.ask(CREATE, input=asked))["createApiToken"]


@asynccontextmanager
async def program(database: Database, make: World, secret: str) -> AsyncIterator[httpx2.AsyncClient]:
    """A client that holds a token and no cookie."""
    app = application(Settings(origin=ORIGIN, database=database, secret=SECRET), make.clock)
    headers = {"authorization": f"Bearer {secret}"}
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url=ORIGIN, headers=headers) as http:
        yield http


async def asked(http: httpx2.AsyncClient, query: str, **variables: Any) -> Any:
    return (await http.post("/graphql", json={"query": query, "variables": variables})).json()


async def test_a_token_acts_in_its_owners_name(database: Database, client: Clients, make: World) -> None:
    owner = await make.reviewer(login="ada")
    made = await created(client(owner))
    assert made["token"]["scopes"] == ALL
    assert made["token"]["expiresAt"] == "2026-07-15T12:00:00+00:00"
    async with program(database, make, made["secret"]) as http:
        assert await asked(http, WHO) == {"data": {"viewer": {"login": "ada"}}}
        review = await make.review()
        answer = await asked(http, CAST, input={"reviewId": review.id, "helpful": True})
        assert answer["data"]["castVote"]["__typename"] == "Vote"


async def test_a_token_is_recognised_by_its_form(client: Clients, make: World) -> None:
    secret = (await created(client(await make.reviewer())))["secret"]
    assert secret.startswith("bcm_")
    assert len(secret) == 4 + 41 + 6
    assert tokens.well_formed(secret)
    for at in range(4, len(secret)):
        changed = secret[:at] + ("0" if secret[at] != "0" else "1") + secret[at + 1 :]
        assert not tokens.well_formed(changed)
    assert tokens.checksum("123456789") == tokens.base62(0xCBF43926, 6)  # the check value of CRC-32 (IEEE 802.3)
    assert [tokens.base62(61, 1), tokens.base62(62, 2)] == ["z", "10"]


@pytest.mark.parametrize(
    "header",
    [
        "Bearer",
        "Bearer ",
        "bearer x",
        "Bearer bcm_",
        "Bearer " + "x" * 100_000,
        "Bearer \u00e9".encode("latin-1"),
        "Bearer ' OR 1=1 --",
        "Bearer a b",
        "Bearer " + tokens.fresh(),
        "Bearer " + tokens.fresh()[:-1],
    ],
    ids=map(str, range(20)),  # the same in every process, though two are random
)
async def test_a_token_that_is_none_is_answered_with_401(database: Database, make: World, header: str) -> None:
    async with program(database, make, "") as http:
        answer = await http.post("/graphql", json={"query": WHO}, headers={"authorization": header})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.json()["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


async def test_no_look_up_is_spent_on_what_cannot_be_a_token(database: Database, make: World) -> None:
    with statements() as seen:
        assert await tokens.bearer("Bearer bcm_" + "A" * 47, make.now) is None
    assert seen == []


async def test_another_scheme_is_nobodys_token(database: Database, make: World) -> None:
    async with program(database, make, "") as http:
        answer = await http.post("/graphql", json={"query": WHO}, headers={"authorization": "Basic YTpi"})
    assert answer.json() == {"data": {"viewer": None}}


NEEDED = {
    "publishReview": "REVIEW",
    "reviseReview": "REVIEW",
    "retractReview": "REVIEW",
    "castVote": "VOTE",
    "withdrawVote": "VOTE",
    "decideEvidence": "MODERATE",
    "startRepositoryProof": "EVIDENCE",
    "startDomainProof": "EVIDENCE",
    "checkProof": "EVIDENCE",
    "createApiToken": None,
    "revokeApiToken": None,
}
GOOD: dict[str, Any] = {
    "publishReview": {"endpointId": "x", "useCase": "RAG", "content": {"ratings": []}},
    "reviseReview": {"reviewId": "x", "content": {"ratings": []}},
    "retractReview": {"reviewId": "x"},
    "castVote": {"reviewId": "x", "helpful": True},
    "withdrawVote": {"reviewId": "x"},
    "decideEvidence": {"reviewId": "x", "level": "E4", "state": "ACCEPTED", "reason": "x"},
    "startRepositoryProof": {"reviewId": "x", "owner": "x", "name": "x", "manifest": "x", "source": "x"},
    "startDomainProof": {"reviewId": "x", "host": "x.example"},
    "checkProof": {"proofId": "x"},
    "createApiToken": {"name": "x", "scopes": ["READ"]},
    "revokeApiToken": {"tokenId": "x"},
}


def test_every_mutation_names_who_may_call_it() -> None:
    fields = Mutation.__strawberry_definition__.fields  # type: ignore[attr-defined]  # set by Strawberry
    wrapped = {field.python_name for field in fields if hasattr(field.metadata["resolver"], "__wrapped__")}
    assert wrapped == {field.python_name for field in fields}
    assert len(fields) == len(NEEDED)


@pytest.mark.parametrize("name", NEEDED)
async def test_a_token_without_the_scope_is_forbidden(
    database: Database, client: Clients, make: World, name: str
) -> None:
    owner, kind = await make.moderator(), name[0].upper() + name[1:] + "Input"
    query = f"mutation ($input: {kind}!) {{ {name}(input: $input) {{ __typename }} }}"
    needed = NEEDED[name]
    others = await created(client(owner), scopes=[scope for scope in ALL if scope != needed])
    async with program(database, make, others["secret"]) as http:
        [error] = (await asked(http, query, input=GOOD[name]))["errors"]
    assert error["extensions"]["code"] == "FORBIDDEN"
    if needed:
        just = await created(client(owner), scopes=[needed])
        async with program(database, make, just["secret"]) as http:
            assert "errors" not in await asked(http, query, input=GOOD[name])
    assert await ApiToken.all().count() == (2 if needed else 1)


async def test_without_read_a_token_sees_what_everybody_sees(database: Database, client: Clients, make: World) -> None:
    owner = await make.reviewer()
    review = await make.review(author=owner)
    await fetch("UPDATE review SET state = 'HIDDEN'")
    query = f'{{ viewer {{ id }} review(id: "{review.id}") {{ id }} node(id: "{review.id}") {{ id }} }}'
    for scopes, sees in ((["READ"], True), (["REVIEW", "VOTE"], False)):
        made = await created(client(owner), scopes=scopes)
        async with program(database, make, made["secret"]) as http:
            data = (await asked(http, query))["data"]
            assert [found is not None for found in data.values()] == [sees] * 3


async def test_a_revoked_token_ends_at_once(database: Database, client: Clients, make: World) -> None:
    owner = await make.reviewer()
    made = await created(client(owner))
    async with program(database, make, made["secret"]) as http:
        assert "errors" not in await asked(http, WHO)
        revoked = (await client(owner).ask(REVOKE, input={"tokenId": made["token"]["id"]}))["revokeApiToken"]
        assert revoked == {
            "__typename": "ApiToken",
            "id": made["token"]["id"],
            "revokedAt": "2026-06-15T12:00:00+00:00",
        }
        assert (await asked(http, WHO))["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
        make.later(days=1)
        again = (await client(owner).ask(REVOKE, input={"tokenId": made["token"]["id"]}))["revokeApiToken"]
        assert again == revoked


async def test_a_token_ends_when_its_time_is_up(database: Database, client: Clients, make: World) -> None:
    made = await created(client(await make.reviewer()), days=1)
    async with program(database, make, made["secret"]) as http:
        make.later(hours=24, seconds=-1)
        assert "errors" not in await asked(http, WHO)
        make.later(seconds=1)
        assert "errors" in await asked(http, WHO)


async def test_the_last_use_is_noted_once_a_minute(database: Database, client: Clients, make: World) -> None:
    owner = await make.reviewer()
    made = await created(client(owner))
    async with program(database, make, made["secret"]) as http:
        for seconds, noted in ((0, 0), (59, 0), (60, 60), (61, 60)):
            begun = make.now
            make.later(seconds=seconds)
            await asyncio.gather(*[asked(http, WHO) for _ in range(5)])
            make.now = begun
            assert (await ApiToken.get()).last_used_at == make.now + timedelta(seconds=noted)
        with statements() as seen:
            await asked(http, WHO)
    assert not [each for each in seen if each.startswith("UPDATE")]


async def test_others_neither_see_nor_revoke_a_token(client: Clients, make: World) -> None:
    owner, other = await make.reviewer(login="ada"), await make.moderator()
    made = (await created(client(owner)))["token"]
    assert (await client(owner).ask(MINE))["viewer"]["apiTokens"]["totalCount"] == 1
    theirs = '{ reviewer(login: "ada") { apiTokens(first: 9) { totalCount nodes { id } } } node(id: "TOKEN") { id } }'
    for viewer, count in ((None, 0), (other, 0), (owner, 1)):
        seen = await client(viewer).ask(theirs.replace("TOKEN", made["id"]))
        assert seen["reviewer"]["apiTokens"]["totalCount"] == len(seen["reviewer"]["apiTokens"]["nodes"]) == count
        assert (seen["node"] is not None) == bool(count)
    refused = (await client(other).ask(REVOKE, input={"tokenId": made["id"]}))["revokeApiToken"]
    assert refused["code"] == "NO_SUCH_TOKEN"
    assert (await client().ask(REVOKE, input={"tokenId": made["id"]}))["revokeApiToken"]["code"] == "NOT_SIGNED_IN"
    assert (await created(client()))["code"] == "NOT_SIGNED_IN"
    assert (await ApiToken.get()).revoked_at is None


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"scopes": []}, "scopes"),
        ({"days": 0}, "days"),
        ({"days": 366}, "days"),
        ({"days": -(2**31)}, "days"),
    ],
    ids=str,
)
async def test_a_token_needs_a_name_a_scope_and_an_end(
    client: Clients, make: World, change: dict[str, Any], path: str
) -> None:
    made = await created(client(await make.reviewer()), **change)
    assert [problem["path"] for problem in made["problems"]] == [["input", path]]
    assert await ApiToken.all().count() == 0


async def test_one_reviewer_has_twenty_live_tokens_at_most(client: Clients, make: World) -> None:
    owner = client(await make.reviewer())
    made = await asyncio.gather(*[created(owner) for _ in range(22)])
    assert sorted(each["__typename"] for each in made) == ["CreatedApiToken"] * 20 + ["TooManyTokens"] * 2
    first = next(each for each in made if "token" in each)
    await owner.ask(REVOKE, input={"tokenId": first["token"]["id"]})
    assert (await created(owner))["__typename"] == "CreatedApiToken"
    make.later(days=30)
    assert (await created(owner))["__typename"] == "CreatedApiToken"


async def test_a_program_without_cookies_needs_no_origin(database: Database, client: Clients, make: World) -> None:
    owner = await make.reviewer()
    made, review = await created(client(owner)), await make.review()
    body = {"query": CAST, "variables": {"input": {"reviewId": review.id, "helpful": True}}}
    foreign = {"origin": "https://ci.example", "sec-fetch-site": "cross-site"}
    async with program(database, make, made["secret"]) as http:
        assert (await http.post("/graphql", json=body, headers=foreign)).status_code == 200
        http.cookies.set("session", await sessions.open(owner.id, make.now))
        assert (await http.post("/graphql", json=body, headers=foreign)).status_code == 403


async def everything() -> str:
    """All rows of all tables."""
    sql = "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'"
    if dialect() == "sqlite":
        sql = "SELECT name FROM sqlite_schema WHERE type = 'table'"
    names = [row["name"] for row in await fetch(sql)]
    return json.dumps([await fetch(f'SELECT * FROM "{name}"') for name in names], default=str)


async def test_a_tokens_text_is_kept_nowhere(
    database: Database, client: Clients, make: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    owner = await make.reviewer()
    made = await created(client(owner))
    async with program(database, make, made["secret"]) as http:
        await asked(http, MINE)
        await asked(http, "{ broken")
        await client(owner).ask(REVOKE, input={"tokenId": made["token"]["id"]})
        await asked(http, WHO)
    kept = await everything()
    assert made["token"]["id"] in kept
    core = made["secret"].removeprefix("bcm_")
    for place in (kept, caplog.text, repr([record.args for record in caplog.records])):
        assert core not in place
        assert core[:20] not in place
    if database.dialect == "sqlite":
        for path in database.path.parent.glob(database.path.name + "*"):
            assert core.encode() not in path.read_bytes()


async def test_a_token_of_one_who_is_gone_is_gone(database: Database, client: Clients, make: World) -> None:
    owner = await make.reviewer()
    await created(client(owner))
    await fetch("DELETE FROM session")
    await Reviewer.filter(id=owner.id).delete()
    assert await ApiToken.all().count() == 0
