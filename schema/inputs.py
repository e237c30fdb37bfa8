"""What clients may send: the plain dataclasses of resolvers/inputs.py under their names in the API."""

from resolvers import inputs
from schema.shape import asked
from schema.values import ENUMS

INPUTS = [
    *ENUMS,  # first: an input that meets an undeclared enum would declare it without its descriptions
    asked(inputs.Weights, "DimensionWeights"),
    asked(inputs.ModelFilter, "ModelFilter"),
    asked(inputs.EndpointFilter, "EndpointFilter"),
    asked(inputs.BenchmarkFilter, "BenchmarkFilter"),
    asked(inputs.BenchmarkScoreFilter, "BenchmarkScoreFilter"),
    asked(inputs.AgentResultFilter, "AgentResultFilter"),
    asked(inputs.EndpointResultFilter, "EndpointResultFilter"),
    asked(inputs.ReviewFilter, "ReviewFilter"),
    asked(inputs.MeasuredFilter, "MeasuredFilter"),
    asked(inputs.RankingFilter, "RankingFilter"),
    asked(inputs.GapTarget, "GapTarget"),
    asked(inputs.GapFilter, "GapFilter"),
    asked(inputs.TaskInput, "TaskInput"),
    asked(inputs.RatingInput, "RatingInput"),
    asked(inputs.DeploymentInput, "DeploymentInput"),
    asked(inputs.ReviewContent, "ReviewContent"),
    asked(inputs.PublishReviewInput, "PublishReviewInput"),
    asked(inputs.ReviseReviewInput, "ReviseReviewInput"),
    asked(inputs.RetractReviewInput, "RetractReviewInput"),
    asked(inputs.CastVoteInput, "CastVoteInput"),
    asked(inputs.WithdrawVoteInput, "WithdrawVoteInput"),
    asked(inputs.DecideEvidenceInput, "DecideEvidenceInput"),
    asked(inputs.StartRepositoryProofInput, "StartRepositoryProofInput"),
    asked(inputs.StartDomainProofInput, "StartDomainProofInput"),
    asked(inputs.CheckProofInput, "CheckProofInput"),
    asked(inputs.CreateApiTokenInput, "CreateApiTokenInput"),
    asked(inputs.RevokeApiTokenInput, "RevokeApiTokenInput"),
]
