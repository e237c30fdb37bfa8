"""What a summary must be about: the review it is for, and its model by every name we know."""

from collections.abc import Sequence

from db.enums import ReviewState
from db.queries import rows_with
from db.tables import Endpoint, Model, ModelAlias, Review, Reviewer
from evidence.telemetry import canonical
from evidence.telemetry.candidates import Candidate
from evidence.telemetry.consistency import consistent
from evidence.telemetry.refusals import Reason, Refusal
from evidence.telemetry.summary import Summary

_MOST = 50  # reviews of one reviewer that an upload is compared with: the newest


async def of_review(review: Review) -> Candidate:
    """The review as an upload is compared with it."""
    return (await _candidates([review]))[0]


async def of_reviewer(reviewer: Reviewer) -> list[Candidate]:
    """The reviewer's newest published reviews as an upload is compared with them."""
    own = Review.filter(reviewer_id=reviewer.id, state=ReviewState.PUBLISHED)
    return await _candidates(await own.order_by("-published_at", "id").limit(_MOST))


def figures(data: bytes, candidate: Candidate) -> Summary | Refusal:
    """The figures of a canonical summary that is for this review and of its model, and not against itself."""
    found = canonical.from_json(data)
    if isinstance(found, Refusal):
        return found
    if not consistent(found):
        return Refusal(Reason.INCONSISTENT, "The counts of this summary contradict each other.")
    if found.review != candidate.review:
        return Refusal(Reason.NO_REVIEW, "This summary names another review, or none.")
    if not candidate.means(found.model):
        return Refusal(Reason.NO_REVIEW, "This summary is of another model than the review, or of none.")
    return found


async def _candidates(reviews: Sequence[Review]) -> list[Candidate]:
    """Four statements, however many reviews."""
    endpoints = {row.id: row for row in await rows_with(Endpoint, "id", {each.endpoint_id for each in reviews})}
    models = {row.id: row for row in await rows_with(Model, "id", {each.model_id for each in endpoints.values()})}
    aliases = await rows_with(ModelAlias, "model_id", models.keys())
    return [_candidate(each, endpoints[each.endpoint_id], models, aliases) for each in reviews]


def _candidate(
    review: Review, endpoint: Endpoint, models: dict[str, Model], aliases: Sequence[ModelAlias]
) -> Candidate:
    slug = models[endpoint.model_id].slug
    names = {endpoint.provider_model_id, slug, slug.rpartition("/")[2]}
    names |= {each.name for each in aliases if each.model_id == endpoint.model_id}
    return Candidate(review.id, slug, tuple(sorted(filter(None, names))))
