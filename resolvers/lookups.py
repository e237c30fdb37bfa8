"""Looking at offered proofs when they are due. One process of all does it; others' troubles fail nobody."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import uuid4

from tortoise.transactions import in_transaction

from db import audit, leases
from db.enums import EvidenceLevel, ProofState, ReviewState
from db.tables import Proof, Review
from evidence import domain, repository
from evidence.domain import DomainFacts
from evidence.github import ENOUGH, GitHubApi
from evidence.issuers import GITHUB_ACTIONS
from evidence.outbound import Network, client
from evidence.outcomes import Outcome, Pending, Proven
from evidence.repository import RepositoryClaim, RepositoryFacts
from resolvers import candidates, deployments
from resolvers.evidence import LIFETIMES, accept, revoke
from resolvers.rounds import repeated

PAUSE = 60.0  # seconds between looks at what is due
AGAIN, SOON = timedelta(days=30), timedelta(days=1)
MISSES = 2  # that many in a row take the evidence back
_LEASE = timedelta(minutes=15)
_MOST = 20  # proofs of one round, each of which takes up to half a minute
_WORDS = {EvidenceLevel.E2: "Controls a repository that uses the model.", EvidenceLevel.E3: "Operates a domain."}
Found = Outcome[RepositoryFacts] | Outcome[DomainFacts]


@dataclass(frozen=True, slots=True)
class Outside:
    """Where look-ups go."""

    network: Network = field(default_factory=Network)
    github: str = "https://api.github.com"


async def watch(clock: Callable[[], datetime], outside: Outside) -> None:
    """Look at what is due every minute, until cancelled; a failure is logged and tried again later."""
    holder = uuid4().hex
    await asyncio.sleep(PAUSE)
    await repeated(lambda: run(clock, holder, outside), PAUSE, "looking at proofs failed")


async def run(clock: Callable[[], datetime], holder: str, outside: Outside) -> int:
    """Look at what is due, if no other process is at it; say how many were looked at."""
    if not await leases.taken("proofs", holder, clock(), _LEASE):
        return 0
    due = await Proof.filter(check_at__lte=clock()).order_by("check_at", "id").limit(_MOST)
    for proof in due:
        found = await look(proof, clock(), outside)
        await decide(proof, found, clock())
    return len(due)


async def look(proof: Proof, now: datetime, outside: Outside) -> Found:
    """What the outside shows; outside of any transaction, since it takes its time."""
    if proof.level is EvidenceLevel.E3:
        return await domain.proven(proof.subject["host"], proof.challenge, outside.network, now)
    owner, name, manifest, source = (proof.subject[part] for part in ("owner", "name", "manifest", "source"))
    claim = RepositoryClaim(owner, name, proof.challenge, manifest, source, await _models(proof))
    async with client(ENOUGH) as http:
        return await repository.proven(claim, GitHubApi(http, outside.github), now)


async def _models(proof: Proof) -> frozenset[str]:
    """What the reviewed model is called, here, at its provider and in the sources that we read."""
    return frozenset((await candidates.of_review(await Review.get(id=proof.review_id))).names)


async def decide(seen: Proof, found: Found, now: datetime) -> None:
    """Write down what a look came to, if nobody has asked for something else meanwhile."""
    async with in_transaction():
        review = await Review.filter(id=seen.review_id).select_for_update().get()
        proof = await Proof.get_or_none(id=seen.id, check_at=seen.check_at)
        if proof is None:
            return
        proof.checked_at = now
        if isinstance(found, Pending):
            proof.check_at = found.retry_at
        elif isinstance(found, Proven):
            await _succeed(proof, review, found.facts, now)
        else:
            await _fail(proof, review, found.fault.value, now)
        await proof.save()
        if not isinstance(found, Pending):
            said = {"proof": proof.id, "state": proof.state.value, "fault": proof.fault}
            await audit.append("PROOF_DECIDED", said, now)


async def _succeed(proof: Proof, review: Review, facts: RepositoryFacts | DomainFacts, now: datetime) -> None:
    """Accept the evidence, unless it counts for another or a moderator took it back."""
    if review.state is not ReviewState.PUBLISHED:
        return _closed(proof, "REVIEW")
    if isinstance(facts, RepositoryFacts):
        until, name = now + LIFETIMES[proof.level], GITHUB_ACTIONS.name
        if not await deployments.count(review, name, facts.owner_id, facts.repository_id, until, now):
            return _closed(proof, "COUNTED")
    if await accept(review, proof.level, _WORDS[proof.level], now) is None:
        return _closed(proof, "WITHDRAWN")
    proof.update_from_dict({"state": ProofState.PROVEN, "fault": None, "misses": 0, "check_at": now + AGAIN})
    return None


async def _fail(proof: Proof, review: Review, fault: str, now: datetime) -> None:
    """A first look that fails ends it; what was proven may be missed once."""
    if proof.state is ProofState.PROVEN and proof.misses + 1 < MISSES:
        proof.misses, proof.check_at = proof.misses + 1, now + SOON
        return
    if proof.state is ProofState.PROVEN:
        await revoke(review, proof.level, "It is no longer as it was proven.", now)
    _closed(proof, fault)


def _closed(proof: Proof, fault: str) -> None:
    proof.update_from_dict({"state": ProofState.FAILED, "fault": fault, "check_at": None, "misses": 0})
