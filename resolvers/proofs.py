"""Proofs: a repository or a domain that a reviewer offers, a challenge to put there, and when it is looked at."""

import secrets
from datetime import timedelta

from strawberry import Info
from tortoise.transactions import in_transaction

from db.enums import EvidenceLevel, ProofState, Role
from db.kept import rows_by_id
from db.queries import Listing, Ordering, column
from db.tables import Proof, Review, Reviewer
from evidence.addresses import plain_host
from evidence.repository import RepositoryClaim
from resolvers import reviews
from resolvers.inputs import CheckProofInput, StartDomainProofInput, StartRepositoryProofInput
from resolvers.refusals import (
    InvalidInput,
    NoSuchProof,
    NoSuchReview,
    NotSignedIn,
    NotYourReview,
    Problem,
    ReviewRetracted,
)
from resolvers.windows import Page, Window, pages

PAUSE = timedelta(minutes=1)  # between two looks, whoever asks
STRONGEST = Ordering("PROOF", (column("level"), column("id")), descending=True)
OF_REVIEW = Listing(Proof, STRONGEST, parent_column="review_id")
Started = Proof | NotSignedIn | NoSuchReview | NotYourReview | ReviewRetracted | InvalidInput
_NOBODY = ""


async def of_reviews(reviews: list[Review], info: Info, window: Window) -> list[Page]:
    """The repository and the domain offered as proof; the author and moderators alone see them."""
    shown = [review.id if _readable(info, review) else _NOBODY for review in reviews]
    return await pages(shown, info, window, OF_REVIEW)


async def visible(info: Info, proofs: list[Proof | None]) -> list[Proof | None]:
    """The proofs of reviews that are the viewer's own, for moderators all; null for the others."""
    owners = await rows_by_id(Review, [proof.review_id if proof else None for proof in proofs])
    return [proof if owner and _readable(info, owner) else None for proof, owner in zip(proofs, owners, strict=True)]


def _readable(info: Info, review: Review) -> bool:
    reader: Reviewer | None = info.context.reader
    return reader is not None and (reader.role is Role.MODERATOR or reader.id == review.reviewer_id)


async def start_repository(
    info: Info, input: StartRepositoryProofInput
) -> Proof | NotSignedIn | NoSuchReview | NotYourReview | ReviewRetracted | InvalidInput:
    """Offer a GitHub repository as proof of one's own review (E2), and get a challenge to put into it.

    Put the challenge into `.well-known/agent-evidence.txt` on the default branch, then call `checkProof`.
    """
    subject = {name: getattr(input, name) for name in ("owner", "name", "manifest", "source")}
    claim = RepositoryClaim(**subject, challenge=_NOBODY, models=frozenset())
    problem = None if claim.plain else Problem(path=["input"], message="Name owner, repository and files plainly.")
    return await _started(info, str(input.review_id), EvidenceLevel.E2, subject, problem)


async def start_domain(
    info: Info, input: StartDomainProofInput
) -> Proof | NotSignedIn | NoSuchReview | NotYourReview | ReviewRetracted | InvalidInput:
    """Offer a domain as proof of one's own review (E3), and get a challenge to show there.

    Show the challenge at `https://HOST/.well-known/agent-evidence.txt`, then call `checkProof`.
    """
    wrong = Problem(path=["input", "host"], message="Name a host such as agent.example.org.")
    problem = None if plain_host(input.host) else wrong
    return await _started(info, str(input.review_id), EvidenceLevel.E3, {"host": input.host}, problem)


async def _started(
    info: Info, review_id: str, level: EvidenceLevel, subject: dict[str, str], problem: Problem | None
) -> Started:
    """The proof of this level, begun anew unless it is about the same thing already."""
    author: Reviewer | None = info.context.viewer
    if author is None:
        return NotSignedIn()
    if problem:
        return InvalidInput(problems=[problem])
    async with in_transaction():
        review = await reviews.own(info, author, review_id)
        if not isinstance(review, Review):
            return review
        proof = await Proof.get_or_none(review_id=review.id, level=level)
        if proof is None or proof.subject != subject:
            proof = await _begun(info, proof, review, level, subject)
    return proof


async def _begun(
    info: Info, earlier: Proof | None, review: Review, level: EvidenceLevel, subject: dict[str, str]
) -> Proof:
    """A proof with a challenge of its own, in place of an earlier one."""
    if earlier is not None:
        await earlier.delete()
    challenge = "agent-evidence=" + secrets.token_urlsafe(24)
    return await Proof.create(
        review_id=review.id, level=level, subject=subject, challenge=challenge, created_at=info.context.now
    )


async def check(info: Info, input: CheckProofInput) -> Proof | NotSignedIn | NoSuchProof:
    """Say that the challenge is in its place: it is looked at within minutes. A proven one is looked at as planned."""
    author: Reviewer | None = info.context.viewer
    if author is None:
        return NotSignedIn()
    async with in_transaction():
        proof = await Proof.filter(id=str(input.proof_id)).select_for_update().first()
        if proof is None or not await Review.exists(id=proof.review_id, reviewer_id=author.id):
            return NoSuchProof()
        if proof.state in (ProofState.WAITING, ProofState.FAILED):
            now, last = info.context.now, proof.checked_at
            due = max(now, last + PAUSE) if last else now
            proof.update_from_dict({"state": ProofState.PENDING, "fault": None, "check_at": due})
            await proof.save(update_fields=["state", "fault", "check_at"])
    return proof
