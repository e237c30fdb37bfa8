"""The expected ways to say no, as clients see them. Each is a member of the result union of its mutations."""

import strawberry

from resolvers import refusals
from schema.shape import interface, shape


@interface
class Refusal:
    """An expected no. Nothing was written."""

    message: str
    """A sentence for people."""
    code: str
    """A word for programs; it never changes."""


@shape(refusals.NotSignedIn)
class NotSignedIn(Refusal):
    """Nobody is signed in."""


@shape(refusals.NotModerator)
class NotModerator(Refusal):
    """The viewer is no moderator."""


@shape(refusals.NoSuchEndpoint)
class NoSuchEndpoint(Refusal):
    """No endpoint has this id."""


@shape(refusals.NoSuchReview)
class NoSuchReview(Refusal):
    """No review that the viewer may see has this id."""


@shape(refusals.OwnReview)
class OwnReview(Refusal):
    """Nobody votes on their own review."""


@shape(refusals.OwnEvidence)
class OwnEvidence(Refusal):
    """Nobody decides about the evidence of their own review."""


@shape(refusals.NotYourReview)
class NotYourReview(Refusal):
    """The review is somebody else's."""


@shape(refusals.ReviewRetracted)
class ReviewRetracted(Refusal):
    """The review has been retracted or hidden."""


@shape(refusals.NotVoted)
class NotVoted(Refusal):
    """The viewer has no vote on the current revision."""


@shape(refusals.AlreadyReviewed)
class AlreadyReviewed(Refusal):
    """The viewer has a live review of the same endpoint in the same use case."""

    review_id: strawberry.ID
    """That review: revise or retract it."""


@shape(refusals.KeyReused)
class KeyReused(Refusal):
    """The idempotency key belongs to a review of another endpoint or use case."""


@shape(refusals.NoSuchToken)
class NoSuchToken(Refusal):
    """The viewer has no API token with this id."""


@shape(refusals.TooManyTokens)
class TooManyTokens(Refusal):
    """The viewer has as many live API tokens as one may have."""


@shape(refusals.NoSuchProof)
class NoSuchProof(Refusal):
    """No proof of one's own reviews has this id."""


@shape(refusals.Problem)
class Problem:
    """One wrong field of an input."""

    path: list[str]
    """Where it is, from `input` down; list positions count from 0."""
    message: str
    """What is wrong with it."""


@shape(refusals.InvalidInput)
class InvalidInput(Refusal):
    """Fields that break a rule; every one is listed."""

    problems: list[Problem]
    """The fields and what is wrong with them."""
