"""What can be changed. Every result union lists every outcome."""

from typing import Annotated

import strawberry

from db.enums import TokenScope
from resolvers import evidence, proofs, reviews, tokens, votes
from resolvers.permissions import needing
from schema.refusals import (
    AlreadyReviewed,
    InvalidInput,
    KeyReused,
    NoSuchEndpoint,
    NoSuchProof,
    NoSuchReview,
    NoSuchToken,
    NotModerator,
    NotSignedIn,
    NotVoted,
    NotYourReview,
    OwnEvidence,
    OwnReview,
    ReviewRetracted,
    TooManyTokens,
)
from schema.shape import resolved, root
from schema.types import ApiToken, CreatedApiToken, Evidence, Proof, Review, Vote

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
    Evidence | NotSignedIn | NotModerator | NoSuchReview | OwnEvidence | ReviewRetracted | InvalidInput,
    strawberry.union("DecideEvidenceResult", description="The decided evidence, or why nothing changed."),
]
StartProofResult = Annotated[
    Proof | NotSignedIn | NoSuchReview | NotYourReview | ReviewRetracted | InvalidInput,
    strawberry.union("StartProofResult", description="The proof with its challenge, or why there is none."),
]
CheckProofResult = Annotated[
    Proof | NotSignedIn | NoSuchProof,
    strawberry.union("CheckProofResult", description="The proof, or why nothing changed."),
]
CreateApiTokenResult = Annotated[
    CreatedApiToken | NotSignedIn | TooManyTokens | InvalidInput,
    strawberry.union("CreateApiTokenResult", description="The token with its secret, or why there is none."),
]
RevokeApiTokenResult = Annotated[
    ApiToken | NotSignedIn | NoSuchToken,
    strawberry.union("RevokeApiTokenResult", description="The revoked token, or why nothing changed."),
]


@root
class Mutation:
    """Everything a signed-in reviewer can change."""

    publish_review: PublishReviewResult = resolved(needing(TokenScope.REVIEW, reviews.publish))
    revise_review: ReviseReviewResult = resolved(needing(TokenScope.REVIEW, reviews.revise))
    retract_review: RetractReviewResult = resolved(needing(TokenScope.REVIEW, reviews.retract))
    cast_vote: CastVoteResult = resolved(needing(TokenScope.VOTE, votes.cast))
    withdraw_vote: WithdrawVoteResult = resolved(needing(TokenScope.VOTE, votes.withdraw))
    decide_evidence: DecideEvidenceResult = resolved(needing(TokenScope.MODERATE, evidence.decide))
    start_repository_proof: StartProofResult = resolved(needing(TokenScope.EVIDENCE, proofs.start_repository))
    start_domain_proof: StartProofResult = resolved(needing(TokenScope.EVIDENCE, proofs.start_domain))
    check_proof: CheckProofResult = resolved(needing(TokenScope.EVIDENCE, proofs.check))
    create_api_token: CreateApiTokenResult = resolved(needing(None, tokens.create))
    revoke_api_token: RevokeApiTokenResult = resolved(needing(None, tokens.revoke))
