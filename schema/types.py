"""Every entity of the public API: shapes over rows. Behaviour is in resolvers/, one noun a file."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

import strawberry

from db import enums, tables
from resolvers import (
    benchmarks,
    changes,
    comparisons,
    costs,
    endpoints,
    evidence,
    flips,
    frontiers,
    gaps,
    influences,
    ledger,
    measurements,
    models,
    moderation,
    proofs,
    results,
    reviewers,
    reviews,
    sources,
    standings,
    summaries,
    tokens,
    trail,
    votes,
    weights,
)
from schema.connections import Connection
from schema.shape import interface, resolved, shape
from schema.values import (
    Check,
    ComparedMetric,
    Difference,
    DimensionStanding,
    GapAgreement,
    GapFigure,
    GapTop,
    Interval,
    MeasuredCost,
    Note,
    RankRange,
    Rating,
    TermsCost,
    VoteCount,
    Weight,
)
from scoring import verdicts


@interface
class Node:
    """Anything with a public id."""

    id: strawberry.ID
    """Public id: a prefix that names the type, and twelve letters and digits. It never changes."""


@shape(tables.Developer)
class Developer(Node):
    """Who makes models."""

    id: strawberry.ID
    """Public id, `dev_…`."""
    slug: str
    """Name in addresses; never changes."""
    name: str
    """Name for people."""


@shape(tables.ModelAlias)
class ModelAlias(Node):
    """Another name of a model in one of the sources we read."""

    id: strawberry.ID
    """Public id, `als_…`."""
    source: str
    """Short name of the source."""
    name: str
    """The model's name there."""
    valid_from: date | None
    """First day the name meant this model; null when unknown."""
    valid_to: date | None
    """Last day the name meant this model; null when unknown or still valid."""


@shape(tables.Model)
class Model(Node):
    """A version of a language model. Null stands for unknown, never for no."""

    id: strawberry.ID
    """Public id, `mdl_…`."""
    slug: str
    """Name in addresses, `developer/name`; never changes."""
    name: str
    """Name for people."""
    developer: Developer = resolved(models.developers)
    family: str | None
    """Family of versions, such as `claude-sonnet`."""
    release_date: date | None
    """Day of release; the first of the month where only the month is known."""
    knowledge_cutoff: str | None
    """Month or day up to which the model was trained, as its developer states it."""
    context_window: int | None
    """Largest context, in tokens."""
    output_limit: int | None
    """Longest answer, in tokens."""
    open_weights: bool
    """Whether the weights are published."""
    tool_call: bool | None
    """Whether it calls tools."""
    reasoning: bool | None
    """Whether it reasons before it answers."""
    structured_output: bool | None
    """Whether it keeps to a given output schema."""
    deprecated: bool | None
    """Whether its developer has deprecated it."""
    input_modalities: list[str]
    """Kinds of input it takes, such as text and image; empty when unknown."""
    aliases: Connection[ModelAlias] = resolved(models.aliases)
    endpoints: "Connection[Endpoint]" = resolved(endpoints.of_models)
    benchmark_scores: "Connection[BenchmarkScore]" = resolved(benchmarks.of_models)
    agent_results: "Connection[AgentResult]" = resolved(results.agent_results)
    endpoint_results: "Connection[EndpointResult]" = resolved(results.by_hosts)
    standing: "Standing" = resolved(standings.of_models)


@shape(tables.Provider)
class Provider(Node):
    """Who serves models."""

    id: strawberry.ID
    """Public id, `prv_…`."""
    slug: str
    """Name in addresses; never changes."""
    name: str
    """Name for people."""
    api_url: str | None
    """Address of its API."""
    doc_url: str | None
    """Address of its documentation."""
    endpoints: "Connection[Endpoint]" = resolved(endpoints.of_providers)


@shape(tables.PricePeriod)
class PricePeriod(Node):
    """A list price of an endpoint, with the days and the condition it holds for. Null: unknown, never free."""

    id: strawberry.ID
    """Public id, `prc_…`."""
    valid_from: date | None
    """First day; null when it is not known to have been different before."""
    valid_to: date | None
    """Last day; null while it holds."""
    condition: str | None
    """When it holds, such as a time of day or a size of input; null: always."""
    input_usd_per_mtok: Decimal | None
    """USD per million input tokens."""
    output_usd_per_mtok: Decimal | None
    """USD per million output tokens."""
    cache_read_usd_per_mtok: Decimal | None
    """USD per million input tokens read from the cache."""
    cache_write_usd_per_mtok: Decimal | None
    """USD per million input tokens written to the cache."""
    source: str
    """Where the price was read."""
    checked_on: date
    """Day the source was last checked."""


@shape(costs.TaskCost)
class TaskCost:
    """List-price arithmetic, not a measurement: what a task of this shape costs at the list prices of a day.

    Every request sends again all that came before it. A request larger than a tier's start pays that tier's prices for
    all its tokens. Cached input pays the price of reading the cache, or of input where none is known. Writing to the
    cache, reasoning that is not counted as output, fees per request, retries and taxes are left out.
    """

    usd: Decimal | None
    """USD on the usual terms; null where a price it needs is unknown. A price of 0 is unknown, never free."""
    on_other_terms: list[TermsCost]
    """The same task on every other term that has prices."""
    requests: int
    """Requests it takes: turns and tool calls."""
    input_tokens: int
    """Input tokens of all requests."""
    output_tokens: int
    """Output tokens of all answers."""
    largest_request: int
    """Input tokens of the last and largest request."""
    fits: bool | None
    """Whether the last request and its answer fit the endpoint's context; null when its limit is unknown."""
    day: date
    """The day whose prices were used, UTC."""
    source: str | None
    """Where the prices were read; null when none is known."""
    measured: list[MeasuredCost] = resolved(costs.measured)
    from_evidence: "list[PooledMeasurement]" = resolved(costs.from_evidence)


@shape(tables.Endpoint)
class Endpoint(Node):
    """A model as one provider serves it: what gets rated, as hosts of the same weights differ. Null: unknown."""

    id: strawberry.ID
    """Public id, `end_…`."""
    slug: str
    """Name in addresses, `provider:name-there`; never changes."""
    model: Model = resolved(models.of_endpoints)
    provider: Provider = resolved(endpoints.providers)
    provider_model_id: str
    """What the provider calls the model: the name to send to its API."""
    context_limit: int | None
    """Largest context served, in tokens."""
    output_limit: int | None
    """Longest answer served, in tokens."""
    tool_call: bool | None
    """Whether it takes tools."""
    structured_output: bool | None
    """Whether it keeps to a given output schema."""
    reasoning: bool | None
    """Whether it reasons before it answers."""
    quantization: str | None
    """Number format of the weights served, such as `fp8`."""
    status: str | None
    """The provider's own word on it, such as `beta` or `deprecated`."""
    prices: Connection[PricePeriod] = resolved(endpoints.prices)
    cost_per_task: TaskCost = resolved(costs.per_task)
    measurements: "list[PooledMeasurement]" = resolved(measurements.of_endpoints)
    results: "Connection[EndpointResult]" = resolved(results.of_endpoints)
    reviews: "Connection[Review]" = resolved(reviews.of_endpoints)
    standing: "Standing" = resolved(standings.of_endpoints)


@shape(tables.Source)
class Source(Node):
    """Where public facts were read. Pages that show its rows name it with its attribution."""

    id: strawberry.ID
    """Public id, `src_…`."""
    name: str
    """Short name."""
    url: str
    """Address of its repository."""
    revision: str
    """Revision that was read, as the repository names it."""
    revised_on: date | None
    """Day of that revision, where known."""
    licence: str
    """Licence of the data."""
    attribution: str
    """Words that attribute it: name, address and licence."""


@shape(tables.Benchmark)
class Benchmark(Node):
    """A benchmark: single answers graded in a lab."""

    id: strawberry.ID
    """Public id, `bmk_…`."""
    slug: str
    """Name in addresses: the name with an underscore for each space; never changes."""
    name: str
    """Name as the sources spell it; another spelling is another benchmark."""
    notes: list[Note]
    """What checks found about it; empty when nothing."""
    scores: "Connection[BenchmarkScore]" = resolved(benchmarks.scores)


@shape(tables.BenchmarkScore)
class BenchmarkScore(Node):
    """What one source says that a model scored in a benchmark, in one configuration. No standing counts it."""

    id: strawberry.ID
    """Public id, `bsc_…`."""
    model: Model = resolved(models.of_facts)
    benchmark: Benchmark = resolved(benchmarks.of_scores)
    value: float
    """The score, in `unit`; more is better."""
    unit: enums.Unit | None
    """Unit of the value; null when the unit that the source states cannot be right."""
    configuration: str | None
    """Shots, prompting and the like, in the source's words; null when not stated. Compare like with like."""
    reporter: enums.Reporter
    """Whether the vendor reports it or somebody independent."""
    reported_by: str
    """Who reports it, in the source's words."""
    reported_on: date
    """Day of the report; the first of the month where only the month is known."""
    source_path: str
    """Where in the source it was read: a file, and a revision or entry of it."""
    source: Source = resolved(sources.of_facts)
    notes: list[Note]
    """What checks found about it; empty when nothing."""
    disagreements: "Connection[BenchmarkScore]" = resolved(benchmarks.disagreements)


@shape(tables.AgentResult)
class AgentResult(Node):
    """What an agent harness measured of a model, in one configuration. No standing counts it."""

    id: strawberry.ID
    """Public id, `agr_…`."""
    model: Model = resolved(models.of_facts)
    metric: str
    """What was measured, in the source's words."""
    value: float | None
    """The figure, in `unit`; null when unknown, as where a source says that it cost 0."""
    unit: enums.Unit | None
    """Unit of the value; null when the unit that the source states cannot be right."""
    n: int | None
    """How many tasks or cases it is measured on; null when not stated."""
    use_case: enums.UseCase
    """The use case it informs."""
    dimension: enums.Dimension | None
    """The dimension it informs; null for the success of whole tasks."""
    harness: str | None
    """The harness that ran the agent; null when not stated."""
    configuration: str | None
    """Effort, tool mode, versions and the like, in the source's words; null when not stated. Compare like with like."""
    reporter: enums.Reporter
    """Whether the vendor reports it or somebody independent."""
    reported_by: str
    """Who reports it, in the source's words."""
    reported_on: date
    """Day of the report; the first of the month where only the month is known."""
    source_path: str
    """Where in the source it was read: a file, and a revision or entry of it."""
    source: Source = resolved(sources.of_facts)
    notes: list[Note]
    """What checks found about it; empty when nothing."""


@shape(tables.EndpointResult)
class EndpointResult(Node):
    """What was measured of a model at one host, under one load. No standing counts it."""

    id: strawberry.ID
    """Public id, `epr_…`."""
    model: Model = resolved(models.of_facts)
    host: str
    """Who served it, in the source's words, with region or number format where that was stated."""
    provider: Provider | None = resolved(results.providers)
    endpoint: Endpoint | None = resolved(results.endpoints)
    metric: str
    """What was measured, in the source's words."""
    value: float | None
    """The figure, in `unit`; null when unknown."""
    unit: enums.Unit | None
    """Unit of the value; null when the unit that the source states cannot be right."""
    n: int | None
    """How many requests or cases it is measured on; null when not stated."""
    concurrency: int | None
    """Requests in flight at a time; null when not stated."""
    configuration: str | None
    """Prompt and answer length, region and the like, in the source's words; null when not stated."""
    reporter: enums.Reporter
    """Whether the vendor reports it or somebody independent."""
    reported_by: str
    """Who reports it, in the source's words."""
    reported_on: date
    """Day of the report; the first of the month where only the month is known."""
    source_path: str
    """Where in the source it was read: a file, and a revision or entry of it."""
    source: Source = resolved(sources.of_facts)
    notes: list[Note]
    """What checks found about it; empty when nothing."""


@shape(tables.ReputationEvent)
class ReputationEvent(Node):
    """One entry of the ledger: what moved a reputation, and why."""

    id: strawberry.ID
    """Public id, `rpe_…`."""
    epoch_id: int
    """The recompute that measured it."""
    kind: enums.ReputationEventKind
    """What was moved."""
    before: float
    """The figure before."""
    after: float
    """The figure after."""
    reason: str
    """Why, in words."""
    created_at: datetime
    """When, UTC."""


@shape(tables.ApiToken)
class ApiToken(Node):
    """What lets a program ask in its owner's name. Only the owner sees it, and nobody its secret again."""

    id: strawberry.ID
    """Public id, `tok_…`; it is no secret."""
    name: str
    """What it is for, in the owner's words."""
    scopes: list[enums.TokenScope]
    """What it permits."""
    created_at: datetime
    """When it was made, UTC."""
    expires_at: datetime
    """When it ends, UTC."""
    last_used_at: datetime | None
    """When it was last used, UTC, to the minute; null when never."""
    revoked_at: datetime | None
    """When it was revoked, UTC; null when it was not."""


@shape(tokens.CreatedToken)
class CreatedApiToken:
    """A new API token."""

    token: ApiToken
    """The token, without its secret."""
    secret: str
    """What to send as `Authorization: Bearer …`. It is shown here once and kept nowhere."""


@shape(tables.Reviewer)
class Reviewer(Node):
    """A practitioner who reports from deployments and votes on others' reports."""

    id: strawberry.ID
    """Public id, `rvr_…`."""
    login: str
    """Login as shown; it may change, the id does not."""
    name: str | None
    """Name for people, if given."""
    issuer: enums.Issuer
    """Who vouches for the identity."""
    demo: bool
    """Whether this is a made-up reviewer of a demonstration, not a person."""
    role: enums.Role
    """What the reviewer may do."""
    standing: enums.Standing
    """Trust earned, in steps."""
    trust: float
    """Trust earned by helpful votes of the trusted, 0 to 1, as of the last recompute."""
    track_record: float
    """Factor for past accuracy, 0.4 to 1.5, as of the last recompute; 1 is neutral."""
    severity: float
    """How much higher (+) or lower (-) than others the reviewer rates, in stars; it is taken off when counting."""
    joined_at: datetime
    """First sign-in, UTC."""
    reviews: "Connection[Review]" = resolved(reviews.of_reviewers)
    votes: "Connection[Vote]" = resolved(votes.of_reviewers)
    reputation_events: Connection[ReputationEvent] = resolved(ledger.of_reviewers)
    api_tokens: Connection[ApiToken] = resolved(tokens.of_reviewers)


@shape(tables.Revision)
class Revision(Node):
    """What a review said at one time. It never changes; votes belong to the revision they were cast on."""

    id: strawberry.ID
    """Public id, `rvn_…`."""
    number: int
    """1 for the first revision of a review."""
    ratings: list[Rating]
    """Stars given, one to five dimensions."""
    pros: str
    """What worked, in Markdown; at most 10,000 characters. Untrusted text: sanitise it before you show it."""
    cons: str
    """What did not, in Markdown; at most 10,000 characters. Untrusted text: sanitise it before you show it."""
    volume: enums.VolumeBand | None
    """Model calls a day in the deployment."""
    used_from: date | None
    """First day of use."""
    used_to: date | None
    """Last day of use."""
    region: str | None
    """Where it ran."""
    framework: str | None
    """Agent framework and version."""
    concurrency: int | None
    """Requests in flight at a time, typically."""
    turns: int | None
    """Turns of a typical conversation."""
    input_tokens: int | None
    """Input tokens of a typical call."""
    interest: enums.Interest
    """The author's interest in the outcome, as disclosed."""
    created_at: datetime
    """When it was written, UTC."""
    author: Reviewer = resolved(reviewers.authors)
    review: "Review | None" = resolved(reviews.of_parts)


@shape(tables.AuditEvent)
class AuditEvent:
    """A link of the audit trail. It is never changed, and every later link depends on its hash."""

    number: int
    """Its place in the chain, from 1."""
    kind: str
    """What happened, as a word for programs: `EVIDENCE_DECIDED`."""
    body: str
    """The public ids and the outcome, as the JSON text that was hashed."""
    created_at: datetime
    """When, UTC."""
    previous: str
    """Hash of the link before it, in hexadecimal."""
    hash: str
    """SHA-256, in hexadecimal, of the JSON list `[previous, number, kind, body, createdAt in microseconds]`."""


@shape(tables.Evidence)
class Evidence(Node):
    """What has been decided about one level of proof behind a review. Evidence changes weights, never ratings."""

    id: strawberry.ID
    """Public id, `evd_…`."""
    level: enums.EvidenceLevel
    """How far it proves the deployment."""
    state: enums.EvidenceState
    """What was decided."""
    reason: str
    """Why, in the moderator's words."""
    decided_at: datetime | None
    """When, UTC; null while pending."""
    expires_at: datetime | None
    """Until when accepted evidence counts, UTC."""
    created_at: datetime
    """Since when there is something to decide about, UTC."""
    decided_by: Reviewer | None = resolved(evidence.deciders)
    trail: Connection[AuditEvent] = resolved(trail.of_evidence)
    review: "Review | None" = resolved(reviews.of_parts)


@shape(tables.Proof)
class Proof(Node):
    """A repository or a domain that a reviewer offers as proof. Its author and moderators alone see it."""

    id: strawberry.ID
    """Public id, `prf_…`."""
    level: enums.EvidenceLevel
    """What it proves: E2 a repository, E3 a domain."""
    challenge: str
    """The word to put into `.well-known/agent-evidence.txt`, on a line of its own."""
    state: enums.ProofState
    """How far the looking has come."""
    fault: str | None
    """What was not as it must be, as a word for programs; null unless it failed."""
    check_at: datetime | None
    """When it is looked at next, UTC; null while nobody asks."""
    checked_at: datetime | None
    """When it was last looked at, UTC; null when never."""


@shape(tables.Summary)
class Summary(Node):
    """What one upload of telemetry came to: every check that it was asked, and how it was judged. No trace is kept."""

    id: strawberry.ID
    """Public id, `smr_…`."""
    digest: str
    """SHA-256 of the canonical summary, in hexadecimal."""
    state: enums.SummaryState
    """How it was judged."""
    origin: enums.Origin
    """Who stands behind it."""
    superseded: bool
    """Whether a later summary of the same traces counts in its place."""
    requests: int
    """Model calls in it."""
    first_day: date
    """First day of the calls (UTC)."""
    last_day: date
    """Last day of the calls (UTC)."""
    checks: list[Check]
    """Every check, passed or not."""
    created_at: datetime
    """When it was sent, UTC."""


@shape(tables.Measurement)
class Measurement(Node):
    """One measured figure of one report. It stands beside the ratings and moves none."""

    id: strawberry.ID
    """Public id, `msm_…`."""
    metric: enums.Metric
    """What was measured."""
    value: float
    """The figure, in `unit`."""
    unit: enums.Unit
    """Unit of the value."""
    n: int
    """How many calls, steps or tasks it is measured on."""
    first_day: date
    """First day of the calls (UTC)."""
    last_day: date
    """Last day of the calls (UTC)."""
    concurrency: float | None
    """Model calls under way at once, on average while one was; null when unknown."""
    origin: enums.Origin
    """Who stands behind it."""
    created_at: datetime
    """When it was sent, UTC."""


@shape(tables.PooledMeasurement)
class PooledMeasurement:
    """One measured figure of an endpoint in a use case, over all reviewers' plausible reports of the last 180 days."""

    use_case: enums.UseCase
    """The use case of the deployments it was measured in."""
    metric: enums.Metric
    """What was measured."""
    value: float
    """The figure, in `unit`: percentiles merged from histograms, shares and means weighed by n."""
    lowest: float | None
    """The lowest that one of its reports has by itself; null where it was pooled before this was kept."""
    highest: float | None
    """The highest that one of its reports has by itself; null where it was pooled before this was kept."""
    unit: enums.Unit
    """Unit of the value."""
    n: int
    """How many calls, steps or tasks it is measured on."""
    reports: int
    """How many reports are in it: of each review the newest 20 at most."""
    reviewers: int
    """How many reviewers sent them."""
    first_day: date
    """First day of the calls (UTC)."""
    last_day: date
    """Last day of the calls (UTC)."""
    concurrency: float | None
    """Model calls under way at once, on average; null when unknown."""
    origin: enums.Origin
    """The weakest origin among its reports."""


@shape(tables.Vote)
class Vote(Node):
    """Whether one reviewer found one revision of another's review helpful."""

    id: strawberry.ID
    """Public id, `vot_…`."""
    helpful: bool
    """True: it helps."""
    cast_at: datetime
    """When it was cast or last changed, UTC."""
    voter: Reviewer = resolved(reviewers.voters)
    revision: Revision | None = resolved(votes.revisions)
    review: "Review | None" = resolved(reviews.of_votes)


@shape(tables.Review)
class Review(Node):
    """One practitioner's report on one endpoint in one use case; there is one live review for the three."""

    id: strawberry.ID
    """Public id, `rev_…`."""
    use_case: enums.UseCase
    """What the agent was deployed for."""
    state: enums.ReviewState
    """Whether it is public and counted."""
    published_at: datetime
    """When it was first published, UTC."""
    updated_at: datetime
    """When it was last revised or retracted, UTC."""
    endpoint: Endpoint = resolved(reviews.endpoints)
    reviewer: Reviewer = resolved(reviewers.authors)
    revision: Revision = resolved(reviews.current_revisions)
    revisions: Connection[Revision] = resolved(reviews.revisions)
    evidence: Connection[Evidence] = resolved(evidence.of_reviews)
    proofs: Connection[Proof] = resolved(proofs.of_reviews)
    measurements: "Connection[Measurement]" = resolved(measurements.of_reviews)
    summaries: "Connection[Summary]" = resolved(summaries.of_reviews)
    vote_count: VoteCount = resolved(votes.counts)
    viewer_vote: Vote | None = resolved(votes.of_viewer)
    votes: Connection[Vote] = resolved(votes.of_reviews)  # after its namesake module is done with
    weight: Weight = resolved(weights.of_reviews)
    influence: float = resolved(influences.of_reviews)


@shape(moderation.Moderation)
class Moderation:
    """What moderators see together."""

    waiting: Connection[Evidence] = resolved(moderation.waiting)
    decided: Connection[Evidence] = resolved(moderation.decided)


Subject = Annotated[Endpoint | Model, strawberry.union("Subject", description="What a standing is of.")]


@shape(standings.Standing)
class Standing:
    """Where an endpoint or model stands in one use case, under the asker's weights, with honest uncertainty."""

    subject: Subject = resolved(standings.subjects)
    use_case: enums.UseCase
    """The use case."""
    score: float
    """Weighted mean of the five estimates, 1 to 5 stars."""
    interval: Interval
    """95 % interval of the score."""
    lower_bound: float
    """The score less 1.28 standard deviations: nine in ten lie above."""
    effective_reviews: float
    """Reviews' worth behind the score: ratings by weight, crowds discounted."""
    verified_share: float
    """Share of the votes that come from CI-attested or stronger evidence, 0 to 1."""
    status: standings.StandingStatus
    """Whether enough proven reviews back it."""
    dimensions: list[DimensionStanding] = resolved(standings.dimensions)
    as_of: datetime
    """The moment it is of, UTC."""
    data_version: int
    """Counts the writes that moved standings of this use case; the same version gives everybody the same numbers."""
    demo: bool
    """True while this instance holds made-up demonstration reviews, which count here like real ones."""
    review_count: int = resolved(standings.review_counts)
    contributors: "Connection[Contributor]" = resolved(influences.contributors)
    changes: "ScoreChange" = resolved(changes.of_standings)
    votes_to_flip: "VotesToFlip | None" = resolved(flips.of_standings)
    rank: int | None = resolved(standings.rank)
    rank_range: RankRange | None = resolved(standings.rank_ranges)
    probability_of_best: float | None = resolved(standings.chances)


@shape(influences.Contributor)
class Contributor:
    """A review behind a standing, and how far it moves it."""

    review: Review | None = resolved(influences.reviews_behind)
    influence: float
    """Stars: the score less what it were without this review."""


@shape(changes.Step)
class ScoreStep:
    """One event that moved a score."""

    at: datetime
    """When, UTC."""
    kind: changes.ChangeKind
    """What happened."""
    review: Review | None = resolved(changes.reviews_of)
    before: float
    """Score just before, stars."""
    after: float
    """Score just after, stars."""


@shape(changes.ScoreChange)
class ScoreChange:
    """How a score got from one moment to another: before + steps + faded = after."""

    since: datetime
    """The earlier moment, UTC."""
    before: float
    """Score then, stars."""
    after: float
    """Score at the moment the standing is of, stars."""
    steps: list[ScoreStep]
    """Events that moved it, in order; at most the latest 50 events about its model are looked at."""
    complete: bool
    """Whether there were no more events than were looked at."""
    faded: float
    """What the steps do not explain, stars: time passed and ratings faded."""


@shape(flips.VotesToFlip)
class VotesToFlip:
    """How firm a first place is: the fewest new accounts, each giving the second five stars, that would overtake it."""

    runner_up: Standing
    """The second by score."""
    unverified: int | None
    """How many accounts without evidence; null when 2,000 do not suffice."""
    attested: int | None
    """How many accounts with CI-attested evidence; null when 2,000 do not suffice."""
    trusted: int | None
    """How many trusted accounts with CI-attested evidence, whom nothing limits; null when 2,000 do not suffice."""


@shape(comparisons.Comparison)
class Comparison:
    """Endpoints or models side by side. Limits, prices, costs and results are fields of each standing's subject."""

    standings: list[Standing]
    """The standing of each, in the order in which they were named."""
    differences: list[Difference]
    """Every two of them, the one named first on the left."""
    results: list[ComparedMetric] = resolved(comparisons.results)


@shape(frontiers.FrontierPoint)
class FrontierPoint:
    """An endpoint in two respects, and how far it is from those that no other betters in both."""

    endpoint: Endpoint = resolved(frontiers.endpoints)
    standing: Standing
    """Its standing."""
    x: float
    """The first respect, in its unit."""
    y: float
    """The second respect, in its unit."""
    x_deviation: float
    """Standard deviation of x; 0 for prices and limits, which are stated."""
    y_deviation: float
    """Standard deviation of y; 0 for prices and limits, which are stated."""
    efficient: bool
    """Whether it is in the Pareto set: no other is at least as good in both respects and better in one."""
    probability: float
    """Share of 500 draws of both respects in which it is in the Pareto set, 0 to 1."""
    distance: float
    """How far it would have to improve in both respects at once, as a share of the span of each; 0 in the set."""
    x_short: float
    """How far x alone would have to improve to match the set, in its unit."""
    y_short: float
    """How far y alone would have to improve to match the set, in its unit."""


@shape(gaps.GapPoint)
class GapPoint:
    """A model in a benchmark and in the field. Ranks are from 1 for the best; equals share their mean rank."""

    model: Model
    """The model."""
    benchmark_value: float
    """Its score in the benchmark."""
    field_value: float
    """Its figure in the field, in the gap's unit."""
    benchmark_rank: float
    """Its rank in the benchmark."""
    field_rank: float
    """Its rank in the field."""
    benchmark_configuration: str | None
    """Configuration of the score; null when not stated."""
    field_configuration: str | None
    """Configuration of the agent result; null when not stated, and for standings."""
    reporter: enums.Reporter
    """Who reports the score."""


@shape(gaps.RealityGap)
class RealityGap:
    """How far a benchmark orders models as the field does, computed anew from one row a model.

    Of several rows native tools come before prompted ones, the source's own runs before figures that it quotes, then
    the newest. The same data give everybody the same figures. No constant such as "37 %" is shown anywhere: over the
    267 pairs of a benchmark and a measure of success in which ten or more models of the catalogue have both (2026-11),
    the relative gap of the top three has a median of 8 %, quartiles of 4 and 17 %, and runs from 0 to 91 %, so that
    one number would be true of none.
    """

    benchmark: Benchmark
    """The benchmark."""
    unit: enums.Unit | None
    """Unit of the field's figures; null for stars."""
    lower_is_better: bool
    """Whether less is better in the field; ranks and gaps already look at it that way."""
    n: int
    """How many models have both figures."""
    spearman: GapFigure
    """Spearman's rank correlation, -1 to 1; equals share their mean rank."""
    kendall: GapFigure
    """Kendall's tau-b, -1 to 1."""
    top_half: GapAgreement
    """The same among the models whose benchmark is at least the median: a narrower choice, so it is mostly lower."""
    top: GapTop | None
    """The top-k gap; null where fewer than k models have both figures."""
    configuration_mixed: bool
    """Whether native tools and prompted or unstated ones stand side by side in the field."""
    vendor_scores: int
    """How many of the benchmark scores are the vendor's own."""
    finding: verdicts.Finding
    """What the figures show, for programs."""
    verdict: str
    """What the figures show, in plain words that they choose themselves."""
    points: Connection[GapPoint] = resolved(gaps.points)
