"""Leaf types: enums and values that point at no entity."""

from datetime import date
from decimal import Decimal

from db import enums, tables
from resolvers import (
    boards,
    changes,
    comparisons,
    costs,
    frontiers,
    gaps,
    methodology,
    profiles,
    questions,
    rankings,
    standings,
    votes,
)
from schema.shape import listed, shape
from scoring import verdicts, weights

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
    listed(questions.Pooling),
    listed(standings.StandingStatus),
    listed(rankings.RankingOrder),
    listed(frontiers.Respect),
    listed(verdicts.Finding),
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
    """Half after each 365 days, counted from the middle of the month of the current revision."""
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


@shape(boards.Interval)
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


@shape(boards.Rung)
class Rung:
    """The score once one tier of reviews and all stronger ones have spoken."""

    tier: int
    """4 (attested, trusted) down to 0 (unverified)."""
    score: float
    """Stars, 1 to 5, after this tier."""
    stopped: bool
    """Whether this tier wanted to move the score further than it may."""


@shape(boards.DimensionStanding)
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


@shape(profiles.TaskProfile)
class TaskProfile:
    """A ready task: round figures of ours to compare prices by, not measurements. `TaskInput` says what they mean."""

    use_case: enums.UseCase
    """The use case it is typical of."""
    name: str
    """What it is, in words."""
    input_tokens: int
    """New input tokens of each request."""
    output_tokens: int
    """Output tokens of each answer."""
    cached_share: float
    """Share of all input tokens that is read from the cache, 0 to 1."""
    turns: int
    """Turns of the conversation."""
    tool_calls: int
    """Tool calls in the whole task; each is one more request."""


@shape(costs.TermsCost)
class TermsCost:
    """What a task costs on other terms than the usual ones."""

    terms: str
    """The terms, such as a time of day or batch processing."""
    usd: Decimal | None
    """USD; null where a price is unknown."""


@shape(costs.MeasuredCost)
class MeasuredCost:
    """What one task of a harness cost with the model, as its source reports it: another task than the one priced."""

    metric: str
    """What was measured, in the source's words."""
    source: str
    """Name of the source."""
    usd: float
    """USD per task or case of the harness."""
    n: int | None
    """How many tasks; null when not stated."""
    use_case: enums.UseCase
    """The use case it informs."""
    configuration: str | None
    """Effort, tool mode, versions and the like; null when not stated."""
    reported_on: date
    """Day of the report."""


@shape(comparisons.Lead)
class Lead:
    """How far the left leads the right, in stars, and how sure that is."""

    difference: float
    """Left less right, -4 to 4 stars."""
    low: float
    """Lower end of the 95 % interval; errors are taken as independent, which makes it wide rather than narrow."""
    high: float
    """Upper end of the 95 % interval."""
    probability: float
    """Share of 2,000 draws, as rankings make them, in which the left stands before the right, 0 to 1."""


@shape(comparisons.DimensionLead)
class DimensionLead:
    """A lead in one dimension."""

    dimension: enums.Dimension
    """The dimension."""
    lead: Lead
    """How far the left leads in it."""


@shape(comparisons.Difference)
class Difference:
    """The difference between two of the compared."""

    left: str
    """Slug of the one named first."""
    right: str
    """Slug of the one named later."""
    score: Lead
    """The lead in the score under the asker's weights."""
    dimensions: list[DimensionLead]
    """The lead in each dimension."""


@shape(comparisons.ComparedValue)
class ComparedValue:
    """The figure of one of the compared in a metric."""

    subject: str
    """Its slug."""
    value: float | None
    """The figure, in the metric's unit."""
    n: int | None
    """How many tasks or cases it is measured on; null when not stated."""
    configuration: str | None
    """Effort, tool mode, versions and the like. Figures of different configurations do not compare."""
    reported_on: date
    """Day of the report."""


@shape(comparisons.ComparedMetric)
class ComparedMetric:
    """A metric of an agent harness in which at least two of the compared have a figure."""

    metric: str
    """What was measured, in the source's words."""
    source: str
    """Name of the source."""
    unit: enums.Unit | None
    """Unit of the values; null when the source's cannot be right."""
    lower_is_better: bool
    """Whether less of it is better."""
    values: list[ComparedValue]
    """The figures, in the order in which the subjects were named."""


@shape(gaps.GapFigure)
class GapFigure:
    """A figure with its 95 % interval from 4,000 bootstrap resamplings of the models; null what cannot be told."""

    value: float | None
    """The figure."""
    low: float | None
    """Lower end of the interval."""
    high: float | None
    """Upper end of the interval."""


@shape(gaps.GapAgreement)
class GapAgreement:
    """How far two orders of models agree."""

    n: int
    """How many models."""
    spearman: GapFigure
    """Spearman's rank correlation, -1 to 1; equals share their mean rank."""
    kendall: GapFigure
    """Kendall's tau-b, -1 to 1."""


@shape(gaps.GapTop)
class GapTop:
    """What choosing the k best by the benchmark costs in the field."""

    k: int
    """How many are chosen."""
    best: float
    """Mean of the k best in the field, in the field's unit."""
    chosen: float
    """Mean in the field of the k best by the benchmark; between equals the first by slug is taken."""
    points: GapFigure
    """How much worse the chosen are, in the field's unit; never below 0, so its interval is no test of zero."""
    relative: GapFigure
    """The same as a share of the best; null where the best is 0."""
    relative_least: float | None
    """The least the relative gap can be, however equals in the benchmark are ordered."""
    relative_most: float | None
    """The most the relative gap can be, however equals in the benchmark are ordered."""
