"""What can be changed. Every result union lists every outcome."""

from typing import Annotated

import strawberry

from resolvers import evidence, reviews, votes
from schema.refusals import (
    AlreadyReviewed,
    InvalidInput,
    KeyReused,
    NoSuchEndpoint,
    NoSuchReview,
    NotModerator,
    NotSignedIn,
    NotVoted,
    NotYourReview,
    OwnReview,
    ReviewRetracted,
)
from schema.shape import resolved, root
from schema.types import Evidence, Review, Vote

PublishReviewResult = Annotated[
    Review | NotSignedIn | NoSuchEndpoint | AlreadyReviewed | KeyReused | InvalidInput,
    strawberry.union("PublishReviewResult", description="The published review, or why there is none."),
]
ReviseReviewResult = Annotated[
    Review | NotSignedIn | NoSuchReview | NotYourReview | ReviewRetracted | InvalidInput,
    strawberry.union("ReviseReviewResult", description="The revised review, or why it stays as it was."),
]
RetractReviewResult = Annotated[
    Review | NotSignedIn | NoSuchReview | NotYourReview | ReviewRetracted,
    strawberry.union("RetractReviewResult", description="The retracted review, or why it stays as it was."),
]
CastVoteResult = Annotated[
    Vote | NotSignedIn | NoSuchReview | OwnReview | ReviewRetracted,
    strawberry.union("CastVoteResult", description="The vote, or why there is none."),
]
WithdrawVoteResult = Annotated[
    Review | NotSignedIn | NoSuchReview | NotVoted | ReviewRetracted,
    strawberry.union("WithdrawVoteResult", description="The review without the vote, or why nothing changed."),
]
DecideEvidenceResult = Annotated[
    Evidence | NotSignedIn | NotModerator | NoSuchReview | ReviewRetracted | InvalidInput,
    strawberry.union("DecideEvidenceResult", description="The decided evidence, or why nothing changed."),
]


@root
class Mutation:
    """Everything a signed-in reviewer can change."""

    publish_review: PublishReviewResult = resolved(reviews.publish)
    revise_review: ReviseReviewResult = resolved(reviews.revise)
    retract_review: RetractReviewResult = resolved(reviews.retract)
    cast_vote: CastVoteResult = resolved(votes.cast)
    withdraw_vote: WithdrawVoteResult = resolved(votes.withdraw)
    decide_evidence: DecideEvidenceResult = resolved(evidence.decide)
