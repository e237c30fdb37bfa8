"""Proofs through the front door: a repository or a domain is offered, looked at, looked at again and lost."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest

from db import audit
from db.enums import EvidenceState, ProofState
from db.tables import AuditEvent, Evidence, Proof, Review
from evidence.outbound import Limits, Network
from resolvers import lookups
from resolvers.lookups import Outside
from tests.evidence.servers import Reply, serving
from tests.evidence.test_domain import HOST, Site, certificate
from tests.evidence.test_repository import GitHub
from tests.front_door import Client
from tests.make import World
from tests.test_evidence import decide

pytestmark = pytest.mark.anyio
Clients = Callable[..., Client]
SHOWN = "__typename ... on Proof { id level state challenge fault checkAt checkedAt } ... on Refusal { code }"
DOMAIN = f"mutation ($input: StartDomainProofInput!) {{ startDomainProof(input: $input) {{ {SHOWN} }} }}"
REPOSITORY = f"mutation ($input: StartRepositoryProofInput!) {{ startRepositoryProof(input: $input) {{ {SHOWN} }} }}"
CHECK = f"mutation ($input: CheckProofInput!) {{ checkProof(input: $input) {{ {SHOWN} }} }}"
FILES = {"owner": "octo", "name": "agent", "manifest": "pyproject.toml", "source": "agent/models.py"}


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    tls, trust = certificate(tmp_path, HOST)

    async def resolve(host: str, port: int) -> Sequence[str]:
        return ["127.0.0.1"]

    with serving(lambda _: Reply(404), tls) as server:
        network = Network(resolve, lambda address: address == "127.0.0.1", server.port, trust, Limits(seconds=1))
        there = Site(server, network)
        server.answer = lambda _: there.reply
        yield there


@pytest.fixture
def github() -> Iterator[GitHub]:
    with serving(lambda _: Reply(404)) as server:
        fake = GitHub(server)
        server.answer = fake.answer
        yield fake


async def begun(client: Client, review: Review, host: str = HOST) -> Any:
    return (await client.ask(DOMAIN, input={"reviewId": review.id, "host": host}))["startDomainProof"]


async def checked(client: Client, proof: Any) -> Any:
    return (await client.ask(CHECK, input={"proofId": proof["id"]}))["checkProof"]


def shows(proof: Any) -> Reply:
    return Reply(200, proof["challenge"].encode())


async def level(review: Review) -> int:
    return int((await Review.get(id=review.id)).scoring_level)


async def test_a_domain_that_shows_the_challenge_is_proven(client: Clients, make: World, site: Site) -> None:
    author, outside = await make.reviewer(), Outside(site.network)
    review = await make.review(author=author)
    proof = await begun(client(author), review)
    assert (proof["level"], proof["state"], proof["checkAt"]) == ("E3", "WAITING", None)
    assert await lookups.run(make.clock, "a", outside) == 0  # nobody has said that it is in its place
    site.reply = shows(proof)
    assert (await checked(client(author), proof))["state"] == "PENDING"
    assert await lookups.run(make.clock, "b", outside) == 0  # the lease is a's
    assert await lookups.run(make.clock, "a", outside) == 1
    kept = await Proof.get()
    assert (kept.state, kept.check_at) == (ProofState.PROVEN, make.now + timedelta(days=30))
    assert await level(review) == 3
    event = await AuditEvent.get(kind="PROOF_DECIDED")
    assert orjson.loads(event.body) == {"proof": proof["id"], "state": "PROVEN", "fault": None}
    assert HOST not in event.body
    assert await audit.broken() is None


async def test_two_misses_in_a_row_take_the_evidence_back(client: Clients, make: World, site: Site) -> None:
    author, outside = await make.reviewer(), Outside(site.network)
    review = await make.review(author=author)
    proof = await begun(client(author), review)
    await checked(client(author), proof)
    site.reply = shows(proof)
    await lookups.run(make.clock, "a", outside)
    for days, reply, worth, misses in (
        (30, Reply(404), 3, 1),
        (1, shows(proof), 3, 0),
        (30, Reply(404), 3, 1),
        (1, Reply(404), 0, 0),
    ):
        make.later(days=days)
        site.reply = reply
        assert await lookups.run(make.clock, "a", outside) == 1
        assert (await level(review), (await Proof.get()).misses) == (worth, misses)
    kept = await Proof.get()
    assert (kept.state, kept.fault, kept.check_at) == (ProofState.FAILED, "CHALLENGE", None)
    assert (await Evidence.get()).state is EvidenceState.REVOKED
    site.reply = shows(proof)
    await checked(client(author), proof)  # it may be put right
    make.later(minutes=1)
    await lookups.run(make.clock, "a", outside)
    assert await level(review) == 3


async def test_others_troubles_are_waited_out(client: Clients, make: World, site: Site) -> None:
    author, outside = await make.reviewer(), Outside(site.network)
    review = await make.review(author=author)
    proof = await begun(client(author), review)
    await checked(client(author), proof)
    site.reply = Reply(503)
    for _ in range(5):
        assert await lookups.run(make.clock, "a", outside) == 1
        kept = await Proof.get()
        assert (kept.state, kept.misses, kept.check_at) == (ProofState.PENDING, 0, make.now + timedelta(minutes=10))
        assert await lookups.run(make.clock, "a", outside) == 0
        make.later(minutes=10)
    site.reply = shows(proof)
    await lookups.run(make.clock, "a", outside)
    assert await level(review) == 3
    make.later(days=30)
    site.reply = Reply(503)
    await lookups.run(make.clock, "a", outside)
    assert await level(review) == 3


async def test_a_repository_that_uses_the_model_is_proven(client: Clients, make: World, github: GitHub) -> None:
    author, other = await make.reviewer(), await make.reviewer()
    endpoint = await make.endpoint(provider_model_id="claude-sonnet-4-5")
    # The world's clock is the fake's: its repository is as old as it says.
    outside = Outside(github=github.server.url)
    for viewer, worth, fault in ((author, 2, None), (other, 0, "COUNTED")):
        review = await make.review(endpoint, viewer)
        begun = await client(viewer).ask(REPOSITORY, input={"reviewId": review.id, **FILES})
        proof = begun["startRepositoryProof"]
        github.files[".well-known/agent-evidence.txt"] = proof["challenge"]
        await checked(client(viewer), proof)
        await lookups.run(make.clock, "a", outside)
        kept = await Proof.get(id=proof["id"])
        assert (await level(review), kept.fault) == (worth, fault)


async def test_a_model_that_is_not_named_fails(client: Clients, make: World, github: GitHub) -> None:
    author = await make.reviewer()
    review = await make.review(author=author)
    proof = (await client(author).ask(REPOSITORY, input={"reviewId": review.id, **FILES}))["startRepositoryProof"]
    github.files[".well-known/agent-evidence.txt"] = proof["challenge"]
    await checked(client(author), proof)
    await lookups.run(make.clock, "a", Outside(github=github.server.url))
    shown = await client(author).ask(f'{{ node(id: "{proof["id"]}") {{ ... on Proof {{ state fault }} }} }}')
    assert shown["node"] == {"state": "FAILED", "fault": "MODEL"}
    assert await level(review) == 0


async def test_the_same_offer_keeps_its_challenge_and_another_gets_one(client: Clients, make: World) -> None:
    author = await make.reviewer()
    review = await make.review(author=author)
    first, again = await begun(client(author), review), await begun(client(author), review)
    assert first == again
    other = await begun(client(author), review, "other.example.org")
    assert other["challenge"] != first["challenge"]
    assert await Proof.all().count() == 1
    assert (await checked(client(author), first))["code"] == "NO_SUCH_PROOF"


async def test_an_offer_is_its_authors_and_moderators_alone(client: Clients, make: World) -> None:
    author, other, moderator = await make.reviewer(), await make.reviewer(), await make.moderator()
    review = await make.review(author=author)
    proof = await begun(client(author), review)
    assert (await begun(client(), review))["code"] == "NOT_SIGNED_IN"
    assert (await begun(client(other), review))["code"] == "NOT_YOUR_REVIEW"
    assert (await checked(client(other), proof))["code"] == "NO_SUCH_PROOF"
    assert (await checked(client(), proof))["code"] == "NOT_SIGNED_IN"
    query = "query ($p: ID!, $r: ID!) { node(id: $p) { id } review(id: $r) { proofs(first: 1) { totalCount } } }"
    for viewer, sees in ((None, 0), (other, 0), (author, 1), (moderator, 1)):
        seen = await client(viewer).ask(query, p=proof["id"], r=review.id)
        assert (seen["node"] is not None, seen["review"]["proofs"]["totalCount"]) == (bool(sees), sees)


async def test_a_name_that_leads_elsewhere_is_not_offered(client: Clients, make: World) -> None:
    author = await make.reviewer()
    review = await make.review(author=author)
    for host in ("localhost", "127.0.0.1", "[::1]", "example.org:22", "example.org/x", "EXAMPLE.ORG", ""):
        assert (await begun(client(author), review, host))["code"] == "INVALID_INPUT"
    for change in ({"owner": ".."}, {"name": "a/b"}, {"manifest": "../x"}, {"source": ""}):
        asked = {"reviewId": review.id, **FILES, **change}
        refused = (await client(author).ask(REPOSITORY, input=asked))["startRepositoryProof"]
        assert refused["code"] == "INVALID_INPUT"
    assert await Proof.all().count() == 0


async def test_what_a_moderator_took_back_is_not_proven_again(client: Clients, make: World, site: Site) -> None:
    author, moderator = await make.reviewer(), await make.moderator()
    review = await make.review(author=author)
    proof = await begun(client(author), review)
    await decide(client(moderator), review.id, level="E3", state="REVOKED", reason="Not your domain.")
    site.reply = shows(proof)
    await checked(client(author), proof)
    await lookups.run(make.clock, "a", Outside(site.network))
    assert ((await Proof.get()).fault, await level(review)) == ("WITHDRAWN", 0)


async def test_a_retracted_review_is_proven_no_more(client: Clients, make: World, site: Site) -> None:
    author = await make.reviewer()
    review = await make.review(author=author)
    proof = await begun(client(author), review)
    await checked(client(author), proof)
    await Review.filter(id=review.id).update(state="RETRACTED")
    site.reply = shows(proof)
    await lookups.run(make.clock, "a", Outside(site.network))
    assert ((await Proof.get()).fault, await Evidence.all().count()) == ("REVIEW", 0)


async def test_an_offer_that_changed_during_the_look_is_left_alone(client: Clients, make: World, site: Site) -> None:
    author = await make.reviewer()
    review = await make.review(author=author)
    await checked(client(author), await begun(client(author), review))
    seen = await Proof.get()
    await begun(client(author), review, "other.example.org")
    found = await lookups.look(seen, make.now, Outside(replace(site.network, port=9)))
    await lookups.decide(seen, found, make.now)
    assert (await Proof.get()).state is ProofState.WAITING
    assert await AuditEvent.all().count() == 0


async def test_asking_without_pause_is_slowed_down(client: Clients, make: World, site: Site) -> None:
    author = await make.reviewer()
    proof = await begun(client(author), await make.review(author=author))
    for _ in range(3):
        await asyncio.gather(*[checked(client(author), proof) for _ in range(3)])
        await lookups.run(make.clock, "a", Outside(site.network))
    assert len(site.server.asked) == 1
