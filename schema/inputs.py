"""What clients may send: the plain dataclasses of resolvers/inputs.py under their names in the API."""

from resolvers import inputs
from schema.shape import asked

DimensionWeights = asked(inputs.Weights, "DimensionWeights")
ModelFilter = asked(inputs.ModelFilter, "ModelFilter")
EndpointFilter = asked(inputs.EndpointFilter, "EndpointFilter")
ReviewFilter = asked(inputs.ReviewFilter, "ReviewFilter")
RankingFilter = asked(inputs.RankingFilter, "RankingFilter")
RatingInput = asked(inputs.RatingInput, "RatingInput")
DeploymentInput = asked(inputs.DeploymentInput, "DeploymentInput")
ReviewContent = asked(inputs.ReviewContent, "ReviewContent")
PublishReviewInput = asked(inputs.PublishReviewInput, "PublishReviewInput")
ReviseReviewInput = asked(inputs.ReviseReviewInput, "ReviseReviewInput")
RetractReviewInput = asked(inputs.RetractReviewInput, "RetractReviewInput")
CastVoteInput = asked(inputs.CastVoteInput, "CastVoteInput")
WithdrawVoteInput = asked(inputs.WithdrawVoteInput, "WithdrawVoteInput")
DecideEvidenceInput = asked(inputs.DecideEvidenceInput, "DecideEvidenceInput")
