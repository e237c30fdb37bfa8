"""Votes: whether a revision of a review helps. They confer trust and order, and never multiply a weight."""

from dataclasses import dataclass

from strawberry import Info
from tortoise.transactions import in_transaction

from db import ballots
from db.ballots import Ballot
from db.kept import rows_by_id
from db.queries import Listing, Ordering, column, fetch
from db.tables import Review, Reviewer, Revision, Vote
from resolvers import reviews
from resolvers.inputs import CastVoteInput, WithdrawVoteInput
from resolvers.refusals import NoSuchReview, NotSignedIn, NotVoted, OwnReview, ReviewRetracted
from resolvers.shown import reads
from resolvers.windows import Page, Window, pages

BY_TIME = Ordering("VOTE", (column("cast_at"), column("id")), descending=True)
OF_REVISION = Listing(Vote, BY_TIME, parent_column="revision_id")
OF_VOTER = Listing(Vote, BY_TIME, parent_column="voter_id")

_COUNT = """
    SELECT revision_id, COUNT(*) AS total, SUM(CASE WHEN helpful THEN 1 ELSE 0 END) AS helpful
    FROM vote WHERE revision_id IN ({}) GROUP BY revision_id
"""


@dataclass(frozen=True, slots=True)
class VoteCount:
    """How many votes the current revision has."""

    helpful: int
    unhelpful: int


async def cast(info: Info, input: CastVoteInput) -> Vote | NotSignedIn | NoSuchReview | OwnReview | ReviewRetracted:
    """Vote on the current revision of a review; voting again replaces the vote. A later revision has none."""
    voter: Reviewer | None = info.context.viewer
    if voter is None:
        return NotSignedIn()
    vote = await ballots.cast(Ballot(voter.id, str(input.review_id), input.helpful, info.context.now))
    return vote or await _uncast(info, voter, input)


async def _uncast(
    info: Info, voter: Reviewer, input: CastVoteInput
) -> Vote | NotSignedIn | NoSuchReview | OwnReview | ReviewRetracted:
    """Why the review takes no vote of this voter."""
    review = await reviews.votable(info, input.review_id)
    if not isinstance(review, Review):
        return review
    return OwnReview() if review.reviewer_id == voter.id else await cast(info, input)  # published meanwhile


async def withdraw(
    info: Info, input: WithdrawVoteInput
) -> Review | NotSignedIn | NoSuchReview | NotVoted | ReviewRetracted:
    """Take back one's vote on the current revision of a review."""
    voter: Reviewer | None = info.context.viewer
    if voter is None:
        return NotSignedIn()
    async with in_transaction():
        review = await reviews.votable(info, input.review_id)
        if not isinstance(review, Review):
            return review
        removed = await Vote.filter(revision_id=review.revision_id, voter_id=voter.id).delete()
    return review if removed else NotVoted()


@reads("revision_id")
async def of_reviews(reviews: list[Review], info: Info, window: Window) -> list[Page]:
    """Votes on the current revision, newest first."""
    return await pages([review.revision_id for review in reviews], info, window, OF_REVISION)


@reads()
async def of_reviewers(reviewers: list[Reviewer], info: Info, window: Window) -> list[Page]:
    """Votes the reviewer has cast, newest first."""
    return await pages([reviewer.id for reviewer in reviewers], info, window, OF_VOTER)


@reads("revision_id")
async def of_viewer(reviews: list[Review], info: Info) -> list[Vote | None]:
    """The viewer's own vote on the current revision; null when there is none, and for those not signed in."""
    viewer: Reviewer | None = info.context.viewer
    if viewer is None:
        return [None] * len(reviews)
    cast_ = await Vote.filter(voter_id=viewer.id, revision_id__in=[review.revision_id for review in reviews])
    found = {vote.revision_id: vote for vote in cast_}
    return [found.get(review.revision_id) for review in reviews]


@reads("revision_id")
async def counts(reviews: list[Review], info: Info) -> list[VoteCount]:
    """How many found the current revision helpful and how many did not."""
    ids = [review.revision_id for review in reviews]
    holes = ", ".join(f"${place + 1}" for place in range(len(ids)))
    found = {record["revision_id"]: record for record in await fetch(_COUNT.format(holes), ids)}
    none = {"total": 0, "helpful": 0}
    records = [found.get(key, none) for key in ids]
    return [VoteCount(int(r["helpful"]), int(r["total"] - r["helpful"])) for r in records]


@reads("revision_id")
async def revisions(votes: list[Vote], info: Info) -> list[Revision | None]:
    """The revision voted on; null when its review is no longer public."""
    found = await rows_by_id(Revision, [vote.revision_id for vote in votes])
    return await reviews.public_revisions(info, found)
