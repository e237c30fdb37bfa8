"""Reviews: reading them, and what happens when one is published, revised or retracted."""

from collections.abc import Sequence

from strawberry import ID, Info
from tortoise.exceptions import IntegrityError
from tortoise.transactions import in_transaction

from db.enums import ReviewState, Role
from db.kept import related, rows_by_id
from db.queries import Condition, Listing, Ordering, column, locked
from db.tables import Endpoint, Evidence, Model, Review, Reviewer, Revision, Vote
from resolvers import drafts, measurements, statistics
from resolvers.conditions import equal, level_at_least, since, unknowable, until
from resolvers.inputs import PublishReviewInput, RetractReviewInput, ReviewFilter, ReviseReviewInput
from resolvers.refusals import (
    AlreadyReviewed,
    InvalidInput,
    KeyReused,
    NoSuchEndpoint,
    NoSuchReview,
    NotSignedIn,
    NotYourReview,
    Problem,
    ReviewRetracted,
)
from resolvers.shown import reads, shown
from resolvers.windows import Page, Window, page, pages

Published = Review | NotSignedIn | NoSuchEndpoint | AlreadyReviewed | KeyReused | InvalidInput
NEWEST = Ordering("REVIEW", (column("published_at"), column("id")), descending=True)
OLDEST_REVISION = Ordering("REVISION", (column("number"), column("id")))
PUBLIC = Condition("state = 'PUBLISHED'")
OF_ENDPOINT = Listing(Review, NEWEST, (PUBLIC,), parent_column="endpoint_id")
OF_REVIEWER = Listing(Review, NEWEST, (PUBLIC,), parent_column="reviewer_id")
OF_REVIEW = Listing(Revision, OLDEST_REVISION, parent_column="review_id")


async def by_id(info: Info, id: ID) -> Review | None:
    """The review with this id; null when there is none or it is not public."""
    return (await visible(info, [await Review.get_or_none(id=str(id))]))[0]


async def listed(info: Info, window: Window, filter: ReviewFilter | None = None) -> Page:
    """Published reviews, newest first."""
    return await page(info, window, Listing(Review, NEWEST, (PUBLIC, *conditions(filter or ReviewFilter()))))


def conditions(wanted: ReviewFilter) -> tuple[Condition, ...]:
    """The filter as SQL."""
    model = "endpoint_id IN (SELECT e.id FROM endpoint e JOIN model m ON m.id = e.model_id WHERE m.slug = {})"
    conditions = [
        unknowable("endpoint_id = (SELECT id FROM endpoint WHERE slug = {})", wanted.endpoint),
        unknowable(model, wanted.model),
        unknowable("reviewer_id IN (SELECT id FROM reviewer WHERE LOWER(login) = LOWER({}))", wanted.reviewer),
        equal("use_case", wanted.use_case),
        level_at_least("scoring_level", wanted.min_scoring_level, "filter", "minScoringLevel"),
        since("published_at", wanted.since),
        until("published_at", wanted.until),
    ]
    return tuple(condition for condition in conditions if condition is not None)


@reads()
async def of_endpoints(endpoints: list[Endpoint], info: Info, window: Window) -> list[Page]:
    """Published reviews of the endpoint, newest first."""
    return await pages([endpoint.id for endpoint in endpoints], info, window, OF_ENDPOINT)


@reads()
async def of_reviewers(reviewers: list[Reviewer], info: Info, window: Window) -> list[Page]:
    """Published reviews by the reviewer, newest first."""
    return await pages([reviewer.id for reviewer in reviewers], info, window, OF_REVIEWER)


@reads("endpoint_id")
async def endpoints(reviews: list[Review], info: Info) -> list[Endpoint]:
    """What is reviewed."""
    return await related(Endpoint, [review.endpoint_id for review in reviews], shown(info, Endpoint))


@reads("revision_id")
async def current_revisions(reviews: list[Review], info: Info) -> list[Revision]:
    """What the review says now."""
    return await related(Revision, [review.revision_id for review in reviews], shown(info, Revision))


@reads()
async def revisions(reviews: list[Review], info: Info, window: Window) -> list[Page]:
    """Everything the review has said, first revision first. A revision never changes."""
    return await pages([review.id for review in reviews], info, window, OF_REVIEW)


@reads("review_id")
async def of_parts(parts: list[Evidence] | list[Revision], info: Info) -> list[Review | None]:
    """The review it belongs to; null when that is no longer public."""
    return await visible(info, await rows_by_id(Review, [part.review_id for part in parts]))


@reads("revision_id")
async def of_votes(votes: list[Vote], info: Info) -> list[Review | None]:
    """The review voted on; null when it is no longer public."""
    revisions = await rows_by_id(Revision, [vote.revision_id for vote in votes])
    found = await rows_by_id(Review, [revision.review_id if revision else None for revision in revisions])
    return await visible(info, found)


async def public_revisions(info: Info, found: Sequence[Revision | None]) -> list[Revision | None]:
    """The revisions whose review the viewer may see; null for the others."""
    ids = [revision.review_id if revision else None for revision in found]
    reviews = await visible(info, await rows_by_id(Review, ids))
    return [revision if review else None for revision, review in zip(found, reviews, strict=True)]


async def visible(info: Info, reviews: Sequence[Review | None]) -> list[Review | None]:
    """What the viewer may see of these: published ones, their own, and for moderators all."""
    viewer: Reviewer | None = info.context.reader
    return [review if review and _visible(review, viewer) else None for review in reviews]


def _visible(review: Review, viewer: Reviewer | None) -> bool:
    if review.state is ReviewState.PUBLISHED:
        return True
    return viewer is not None and (viewer.role is Role.MODERATOR or viewer.id == review.reviewer_id)


async def votable(info: Info, review_id: str) -> Review | NoSuchReview | ReviewRetracted:
    """The published review with this id, locked until the transaction ends, or why it takes no votes or decisions."""
    review = await locked(Review, review_id)
    if review is None or not _visible_or_retracted(review, info):
        return NoSuchReview()
    return review if review.state is ReviewState.PUBLISHED else ReviewRetracted()


def _visible_or_retracted(review: Review, info: Info) -> bool:
    return review.state is ReviewState.RETRACTED or _visible(review, info.context.viewer)


async def publish(info: Info, input: PublishReviewInput) -> Published:
    """Publish a review of an endpoint in a use case; its ratings count at once, as a claim without evidence."""
    author: Reviewer | None = info.context.viewer
    if author is None:
        return NotSignedIn()
    if problems := drafts.problems(input, info.context.now.date()):
        return InvalidInput(problems=problems)
    if earlier := await _sent_before(author, input):
        return earlier
    endpoint = await Endpoint.get_or_none(id=str(input.endpoint_id))
    if endpoint is None:
        return NoSuchEndpoint()
    if input.model is not None and not await Model.exists(id=endpoint.model_id, slug=input.model):
        message = f"The endpoint {endpoint.slug} does not serve {input.model}."
        return InvalidInput(problems=[Problem(path=["input", "model"], message=message)])
    review, revision = drafts.written(input, author, info.context.now)
    try:
        async with in_transaction():
            await revision.save(force_create=True)
            await review.save(force_create=True)
            await statistics.add(review, revision)
    except IntegrityError:
        return await _rival(info, author, input)
    return review


async def _sent_before(author: Reviewer, input: PublishReviewInput) -> Review | KeyReused | None:
    """What the idempotency key made the first time it was sent."""
    if input.idempotency_key is None:
        return None
    review = await Review.get_or_none(reviewer_id=author.id, idempotency_key=input.idempotency_key)
    if review is None:
        return None
    same = (review.endpoint_id, review.use_case) == (input.endpoint_id, input.use_case)
    return review if same else KeyReused()


async def _rival(info: Info, author: Reviewer, input: PublishReviewInput) -> Published:
    """The review that got there first: the same submission sent twice at once, or an earlier live review."""
    if earlier := await _sent_before(author, input):
        return earlier
    live = Review.filter(reviewer_id=author.id, endpoint_id=str(input.endpoint_id), use_case=input.use_case)
    rival = await live.exclude(state=ReviewState.RETRACTED).first()
    return AlreadyReviewed(review_id=rival.id) if rival else await publish(info, input)  # it has been retracted since


async def revise(
    info: Info, input: ReviseReviewInput
) -> Review | NotSignedIn | NoSuchReview | NotYourReview | ReviewRetracted | InvalidInput:
    """Replace what one's review says by a new revision, which starts without votes. The old one stays on record."""
    author: Reviewer | None = info.context.viewer
    if author is None:
        return NotSignedIn()
    if problems := drafts.content_problems(input.content, info.context.now.date()):
        return InvalidInput(problems=problems)
    async with in_transaction():
        review = await own(info, author, input.review_id)
        if not isinstance(review, Review):
            return review
        before = await Revision.get(id=review.revision_id)
        revision = drafts.revised(review, before, input.content, info.context.now)
        await revision.save(force_create=True)
        review.revision_id, review.updated_at = revision.id, revision.created_at
        await review.save(update_fields=["revision_id", "updated_at"])
        await statistics.replace(review, before, revision)
        await measurements.repool(review, info.context.now)
    return review


async def retract(
    info: Info, input: RetractReviewInput
) -> Review | NotSignedIn | NoSuchReview | NotYourReview | ReviewRetracted:
    """Withdraw one's own review: it is kept for the record, hidden from others and counted nowhere."""
    author: Reviewer | None = info.context.viewer
    if author is None:
        return NotSignedIn()
    async with in_transaction():
        review = await own(info, author, input.review_id)
        if not isinstance(review, Review):
            return review
        await statistics.remove(review, await Revision.get(id=review.revision_id))
        review.state, review.updated_at = ReviewState.RETRACTED, info.context.now
        review.ended_at = review.updated_at
        await review.save(update_fields=["state", "updated_at", "ended_at"])
        await measurements.repool(review, info.context.now)
    return review


async def own(info: Info, author: Reviewer, review_id: str) -> Review | NoSuchReview | NotYourReview | ReviewRetracted:
    """The author's own published review, locked until the transaction ends, or why it cannot be changed."""
    review = await votable(info, review_id)
    if isinstance(review, Review) and review.reviewer_id != author.id:
        return NotYourReview()
    return review
