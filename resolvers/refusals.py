"""The expected ways to say no. A refusal is returned as data; an error is a bug and raised."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from graphql import GraphQLError


class BadUserInput(GraphQLError):  # noqa: N818  # the code that clients see is BAD_USER_INPUT
    """A query's argument that cannot be answered; `argument` is the path that is wrong."""

    def __init__(self, message: str, *path: str) -> None:
        super().__init__(message, extensions={"code": "BAD_USER_INPUT", "argument": ".".join(path)})


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """What every refusal says: a sentence for people and a code for programs."""

    message: str
    code: ClassVar[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class NotSignedIn(Refusal):
    message: str = "Sign in first."
    code: ClassVar[str] = "NOT_SIGNED_IN"


@dataclass(frozen=True, slots=True, kw_only=True)
class NotModerator(Refusal):
    message: str = "Only a moderator may do this."
    code: ClassVar[str] = "NOT_MODERATOR"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoSuchEndpoint(Refusal):
    message: str = "There is no such endpoint."
    code: ClassVar[str] = "NO_SUCH_ENDPOINT"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoSuchReview(Refusal):
    message: str = "There is no such review."
    code: ClassVar[str] = "NO_SUCH_REVIEW"


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnReview(Refusal):
    message: str = "Nobody votes on their own review."
    code: ClassVar[str] = "OWN_REVIEW"


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnEvidence(Refusal):
    message: str = "Nobody decides about the evidence of their own review."
    code: ClassVar[str] = "OWN_EVIDENCE"


@dataclass(frozen=True, slots=True, kw_only=True)
class NotYourReview(Refusal):
    message: str = "Only the author may do this."
    code: ClassVar[str] = "NOT_YOUR_REVIEW"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewRetracted(Refusal):
    message: str = "The review has been retracted."
    code: ClassVar[str] = "REVIEW_RETRACTED"


@dataclass(frozen=True, slots=True, kw_only=True)
class NotVoted(Refusal):
    message: str = "You have no vote on this revision."
    code: ClassVar[str] = "NOT_VOTED"


@dataclass(frozen=True, slots=True, kw_only=True)
class AlreadyReviewed(Refusal):
    """A live review of the same endpoint and use case by the same reviewer exists."""

    review_id: str
    message: str = "You have a live review of this endpoint in this use case: revise or retract it."
    code: ClassVar[str] = "ALREADY_REVIEWED"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyReused(Refusal):
    message: str = "This idempotency key has been used for a review of another endpoint or use case."
    code: ClassVar[str] = "KEY_REUSED"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoSuchToken(Refusal):
    message: str = "You have no such API token."
    code: ClassVar[str] = "NO_SUCH_TOKEN"


@dataclass(frozen=True, slots=True, kw_only=True)
class TooManyTokens(Refusal):
    message: str = "You have 20 live API tokens: revoke one first."
    code: ClassVar[str] = "TOO_MANY_TOKENS"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoSuchProof(Refusal):
    message: str = "You have asked for no such proof."
    code: ClassVar[str] = "NO_SUCH_PROOF"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One wrong field of an input."""

    path: Sequence[str]
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InvalidInput(Refusal):
    """Fields that break a rule; nothing was written."""

    problems: Sequence[Problem] = field(default=())
    message: str = "The input breaks a rule; nothing was written."
    code: ClassVar[str] = "INVALID_INPUT"
