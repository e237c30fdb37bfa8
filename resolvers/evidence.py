"""Evidence: what has been decided about the proof behind a review. It multiplies weights and changes no rating."""

from strawberry import Info
from tortoise.transactions import in_transaction

from db.enums import EvidenceState, Role
from db.queries import Listing, Ordering, column, rows_by_id
from db.tables import Evidence, Review, Reviewer
from resolvers import statistics
from resolvers.inputs import DecideEvidenceInput
from resolvers.refusals import InvalidInput, NoSuchReview, NotModerator, NotSignedIn, Problem, ReviewRetracted
from resolvers.reviews import votable
from resolvers.windows import Page, Window, pages
from scoring.weights import scoring_level

OF_REVIEW = Listing(
    Evidence, Ordering("EVIDENCE", (column("level"), column("id")), descending=True), parent_column="review_id"
)
_LONGEST_REASON = 2_000


async def of_reviews(reviews: list[Review], info: Info, window: Window) -> list[Page]:
    """The evidence given for the review and what was decided about it, strongest level first."""
    return await pages([review.id for review in reviews], info, window, OF_REVIEW)


async def decide(
    info: Info, input: DecideEvidenceInput
) -> Evidence | NotSignedIn | NotModerator | NoSuchReview | ReviewRetracted | InvalidInput:
    """Decide about a level of evidence of a review; the review's weight follows at once. Moderators only."""
    moderator: Reviewer | None = info.context.viewer
    if moderator is None:
        return NotSignedIn()
    if moderator.role is not Role.MODERATOR:
        return NotModerator()
    if problems := _problems(input):
        return InvalidInput(problems=problems)
    async with in_transaction():
        review = await votable(info, input.review_id)
        if not isinstance(review, Review):
            return review
        evidence = await _decided(info, input, moderator)
        accepted = await Evidence.filter(review_id=review.id, state=EvidenceState.ACCEPTED)
        await statistics.relevel(review, scoring_level(row.level for row in accepted))
    return evidence


def _problems(input: DecideEvidenceInput) -> list[Problem]:
    problems = []
    if input.state is EvidenceState.PENDING:
        problems.append(Problem(path=["input", "state"], message="A decision is ACCEPTED, REJECTED or REVOKED."))
    if not 1 <= len(input.reason.strip()) <= _LONGEST_REASON:
        problems.append(
            Problem(path=["input", "reason"], message=f"Give a reason of 1 to {_LONGEST_REASON} characters.")
        )
    return problems


async def _decided(info: Info, input: DecideEvidenceInput, moderator: Reviewer) -> Evidence:
    now = info.context.now
    review_id, level = str(input.review_id), input.level
    row = await Evidence.get_or_none(review_id=review_id, level=level)
    row = row or Evidence(review_id=review_id, level=level, created_at=now)
    row.state, row.reason = input.state, input.reason.strip()
    row.decided_by_id, row.decided_at = moderator.id, now
    await row.save()
    return row


async def deciders(evidence: list[Evidence], info: Info) -> list[Reviewer | None]:
    """The moderator who decided; null while it is pending."""
    return await rows_by_id(Reviewer, [row.decided_by_id for row in evidence])
