"""Drafts: what a review submission must satisfy, and the rows it becomes."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from db.enums import Dimension
from db.fields import random_id
from db.tables import Review, Reviewer, Revision
from resolvers.inputs import DeploymentInput, PublishReviewInput, RatingInput, ReviewContent
from resolvers.refusals import Problem

LONGEST_TEXT = 10_000
LONGEST_NAME = 100
_CONTENT = ("input", "content")


def problems(input: PublishReviewInput, today: date) -> list[Problem]:
    """Every rule that the submission breaks."""
    found = content_problems(input.content, today)
    if input.idempotency_key is not None and not 1 <= len(input.idempotency_key) <= LONGEST_NAME:
        found.append(_problem(f"1 to {LONGEST_NAME} characters.", "input", "idempotencyKey"))
    return found


def content_problems(content: ReviewContent, today: date) -> list[Problem]:
    """Every rule that the content breaks."""
    return [
        *_rating_problems(content.ratings),
        *_text_problems({"pros": content.pros, "cons": content.cons}, LONGEST_TEXT, _CONTENT),
        *_deployment_problems(content.deployment or DeploymentInput(), today),
    ]


def _rating_problems(ratings: list[RatingInput]) -> Iterator[Problem]:
    if not ratings:
        yield _problem("Rate at least one dimension.", *_CONTENT, "ratings")
    seen: set[Dimension] = set()
    for place, rating in enumerate(ratings):
        path = (*_CONTENT, "ratings", str(place))
        if not 1 <= rating.stars <= 5:
            yield _problem(f"{rating.stars} stars; 1 to 5 are possible.", *path, "stars")
        if rating.dimension in seen:
            yield _problem(f"{rating.dimension} is rated twice.", *path, "dimension")
        seen.add(rating.dimension)


def _text_problems(texts: dict[str, str | None], longest: int, path: tuple[str, ...]) -> Iterator[Problem]:
    for name, text in texts.items():
        if text is not None and len(text) > longest:
            yield _problem(f"{len(text):,} characters; at most {longest:,} are possible.", *path, name)


def _deployment_problems(deployment: DeploymentInput, today: date) -> Iterator[Problem]:
    path = (*_CONTENT, "deployment")
    names: dict[str, str | None] = {"region": deployment.region, "framework": deployment.framework}
    yield from _text_problems(names, LONGEST_NAME, path)
    counts = {
        "concurrency": deployment.concurrency,
        "turns": deployment.turns,
        "inputTokens": deployment.input_tokens,
    }
    for name, count in counts.items():
        if count is not None and count < 1:
            yield _problem(f"{count}; it is at least 1.", *path, name)
    yield from _period_problems(deployment.used_from, deployment.used_to, today, path)


def _period_problems(start: date | None, end: date | None, today: date, path: tuple[str, ...]) -> Iterator[Problem]:
    for name, day in (("usedFrom", start), ("usedTo", end)):
        if day is not None and day > today:
            yield _problem(f"{day} is in the future.", *path, name)
    if start and end and end < start:
        yield _problem("The last day is before the first.", *path, "usedTo")


def _problem(message: str, *path: str) -> Problem:
    return Problem(path=list(path), message=message)


def written(input: PublishReviewInput, author: Reviewer, now: datetime) -> tuple[Review, Revision]:
    """The rows of a new review and its first revision."""
    review_id, revision_id = random_id("rev"), random_id("rvn")
    review = Review(
        id=review_id,
        reviewer_id=author.id,
        endpoint_id=str(input.endpoint_id),
        use_case=input.use_case,
        revision_id=revision_id,
        idempotency_key=input.idempotency_key,
        published_at=now,
        updated_at=now,
    )
    return review, Revision(id=revision_id, number=1, **_columns(review_id, author.id, input.content, now))


def revised(review: Review, before: Revision, content: ReviewContent, now: datetime) -> Revision:
    """The row of the next revision."""
    return Revision(number=before.number + 1, **_columns(review.id, review.reviewer_id, content, now))


def _columns(review_id: str, author_id: str, content: ReviewContent, now: datetime) -> dict[str, Any]:
    stars = {rating.dimension.column: rating.stars for rating in content.ratings}
    said = {"pros": content.pros, "cons": content.cons, "interest": content.interest, "created_at": now}
    return (
        {"review_id": review_id, "reviewer_id": author_id}
        | stars
        | said
        | vars(content.deployment or DeploymentInput())
    )
