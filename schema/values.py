"""Leaf types: enums and values that point at no entity."""

from db import enums, tables
from resolvers import boards, changes, methodology, rankings, standings, votes
from schema.shape import listed, shape
from scoring import weights

ENUMS = [
    listed(enums.UseCase),
    listed(enums.Dimension),
    listed(enums.ReviewState),
    listed(enums.EvidenceLevel),
    listed(enums.EvidenceState),
    listed(enums.Standing, "ReviewerStanding"),
    listed(enums.Role),
    listed(enums.Issuer),
    listed(enums.VolumeBand),
    listed(enums.Interest),
    listed(boards.Pooling),
    listed(standings.StandingStatus),
    listed(rankings.RankingOrder),
    listed(changes.ChangeKind),
    listed(enums.ReputationEventKind),
    listed(enums.Reporter),
    listed(enums.Unit),
    listed(enums.NoteCode),
    listed(enums.TokenScope),
    listed(enums.ProofState),
    listed(enums.Metric),
    listed(enums.Origin),
    listed(enums.SummaryState),
]


@shape(tables.Note)
class Note:
    """What a check found about a public fact. The fact stays as its source has it, unless the code says otherwise."""

    code: enums.NoteCode
    """What was found."""
    message: str
    """The same as a sentence, with the figures."""


@shape(tables.Check)
class Check:
    """One question that a summary of telemetry was asked."""

    question: str
    """What was asked, as a word for programs, such as `heavy_tail`."""
    outcome: str
    """`passed`, `failed`, or `not_applicable` where it does not say enough to tell."""
    words: str
    """The figures behind the outcome, as a sentence."""


@shape(tables.Rating)
class Rating:
    """Stars in one dimension."""

    dimension: enums.Dimension
    """What is rated."""
    stars: int
    """1 (poor) to 5 (excellent)."""


@shape(votes.VoteCount)
class VoteCount:
    """How many votes the current revision of a review has."""

    helpful: int
    """Votes that found it helpful."""
    unhelpful: int
    """Votes that did not; they lower its place in lists, never a score."""


@shape(weights.Weight)
class Weight:
    """How much a review counts: evidence × reputation × freshness, in votes of a fresh, CI-attested review."""

    value: float
    """The product, 0 and up."""
    evidence: float
    """Factor of the accepted evidence, 0.2 to 1."""
    reputation: float
    """The reviewer's track record: 1 is neutral, 0.4 to 1.5."""
    freshness: float
    """Half after each 180 days, counted from the middle of the month of the current revision."""
    scoring_level: int
    """Strength of the accepted evidence, 0 (none) to 5."""
    standing: enums.Standing
    """Trust the reviewer has earned."""
    tier: int
    """0 (weakest) to 4: how far reviews of this kind may together move a score."""
    words: str
    """The same as a sentence."""


@shape(methodology.StatedConstant)
class StatedConstant:
    """One number of the rating model, or one per level or tier."""

    name: str
    """Its name in the code."""
    value: str
    """JSON: a number, a list, or a list of lists; null stands for no limit."""
    unit: str
    """Unit, and what a list runs over."""
    reason: str
    """Why this value."""


@shape(methodology.Methodology)
class Methodology:
    """The rating model in numbers, from the object the code computes with."""

    epoch: int
    """The recompute whose measurements are in force; 0 before the first."""
    constants: list[StatedConstant]
    """Every number, in the order of use."""


@shape(standings.Interval)
class Interval:
    """A 95 % interval, in stars."""

    low: float
    """Lower end, 1 to 5 stars."""
    high: float
    """Upper end, 1 to 5 stars."""


@shape(standings.RankRange)
class RankRange:
    """The ranks that hold 95 % of 2,000 simulated orders."""

    best: int
    """Best rank of the range; 1 is first."""
    worst: int
    """Worst rank of the range."""


@shape(standings.Rung)
class Rung:
    """The score once one tier of reviews and all stronger ones have spoken."""

    tier: int
    """4 (attested, trusted) down to 0 (unverified)."""
    score: float
    """Stars, 1 to 5, after this tier."""
    stopped: bool
    """Whether this tier wanted to move the score further than it may."""


@shape(standings.DimensionStanding)
class DimensionStanding:
    """A standing in one dimension."""

    dimension: enums.Dimension
    """What was rated."""
    weight: float
    """Share of this dimension in the asked-for score, 0 to 1."""
    score: float
    """Estimate in stars, 1 to 5."""
    interval: Interval
    """95 % interval of the estimate."""
    community_score: float
    """What the score were, in stars, if nothing limited unproven reviews; it promises nothing under attack."""
    manipulation_limit: float
    """How far, in stars, all unverified accounts together can move the score."""
    effective_reviews: float
    """Reviews' worth behind the estimate: ratings by weight, crowds discounted."""
    established: float
    """Discounted votes of proven reviews; from 1 the dimension is review-backed."""
    rating_count: int
    """Ratings counted."""
    rungs: list[Rung]
    """How the score came about, strongest reviews first."""
