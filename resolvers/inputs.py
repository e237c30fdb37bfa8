"""What clients may ask for and send: plain dataclasses, declared as GraphQL inputs by schema/inputs.py."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from strawberry import ID

from db.enums import (
    Dimension,
    EvidenceLevel,
    EvidenceState,
    Interest,
    Metric,
    Reporter,
    TokenScope,
    UseCase,
    VolumeBand,
)


@dataclass(kw_only=True)
class Weights:
    """How much each dimension counts: numbers from 0, of any scale; only their ratios matter.

    At least one must be above 0. A dimension left out has weight 0 and is not looked at.
    """

    tool_calling: float = 0.0
    """Weight of tool calling."""
    api_reliability: float = 0.0
    """Weight of API reliability."""
    cost_per_task: float = 0.0
    """Weight of cost per task."""
    context_quality: float = 0.0
    """Weight of context quality."""
    latency: float = 0.0
    """Weight of latency."""


@dataclass(kw_only=True)
class ModelFilter:
    """Which models to list."""

    search: str | None = None
    """Part of the name or slug; capital and small letters are the same."""
    developer: str | None = None
    """Slug of the developer."""
    family: str | None = None
    """Name of the family, such as `claude-sonnet`."""
    open_weights: bool | None = None
    """True: only models with published weights; false: only the others."""
    tool_call: bool | None = None
    """True: only models known to call tools; false: only those known not to."""
    min_context: int | None = None
    """Smallest context window, in tokens."""


@dataclass(kw_only=True)
class EndpointFilter:
    """Which endpoints to list or rank."""

    search: str | None = None
    """Part of the slug; capital and small letters are the same."""
    model: str | None = None
    """Slug of the model."""
    providers: list[str] | None = None
    """Slugs of providers; any of them."""
    open_weights: bool | None = None
    """True: only models with published weights; false: only the others."""
    tool_call: bool | None = None
    """True: only endpoints known to take tools; false: only those known not to."""
    min_context: int | None = None
    """Smallest context limit, in tokens."""
    max_input_usd_per_mtok: Decimal | None = None
    """Highest list price of input today, in USD per million tokens; endpoints without a known price are left out."""
    max_output_usd_per_mtok: Decimal | None = None
    """Highest list price of output today, in USD per million tokens; endpoints without a known price are left out."""


@dataclass(kw_only=True)
class BenchmarkFilter:
    """Which benchmarks to list."""

    search: str | None = None
    """Part of the name; capital and small letters are the same."""
    model: str | None = None
    """Slug of a model that has a score in it."""


@dataclass(kw_only=True)
class BenchmarkScoreFilter:
    """Which benchmark scores to list."""

    benchmark: str | None = None
    """Slug of the benchmark."""
    model: str | None = None
    """Slug of the model."""
    source: str | None = None
    """Name of the source."""
    reporter: Reporter | None = None
    """Who reports it."""
    configuration: str | None = None
    """Part of the configuration; capital and small letters are the same. Rows without one are left out."""
    since: date | None = None
    """First day of the report."""
    until: date | None = None
    """Last day of the report."""


@dataclass(kw_only=True)
class AgentResultFilter:
    """Which results of agent harnesses to list."""

    metric: str | None = None
    """Name of the metric, such as `tau2 airline pass^1`."""
    harness: str | None = None
    """Name of the harness."""
    use_case: UseCase | None = None
    """The use case it informs."""
    dimension: Dimension | None = None
    """The dimension it informs; success of whole tasks informs none."""
    source: str | None = None
    """Name of the source."""
    reporter: Reporter | None = None
    """Who reports it."""
    configuration: str | None = None
    """Part of the configuration; capital and small letters are the same. Rows without one are left out."""
    since: date | None = None
    """First day of the report."""
    until: date | None = None
    """Last day of the report."""


@dataclass(kw_only=True)
class EndpointResultFilter:
    """Which results by host to list."""

    metric: str | None = None
    """Name of the metric, such as `ttft p50`."""
    host: str | None = None
    """The host as the source calls it."""
    source: str | None = None
    """Name of the source."""
    reporter: Reporter | None = None
    """Who reports it."""
    configuration: str | None = None
    """Part of the configuration; capital and small letters are the same. Rows without one are left out."""
    since: date | None = None
    """First day of the report."""
    until: date | None = None
    """Last day of the report."""


@dataclass(kw_only=True)
class ReviewFilter:
    """Which published reviews to list."""

    endpoint: str | None = None
    """Slug of the endpoint."""
    model: str | None = None
    """Slug of the model; reviews of all its endpoints."""
    reviewer: str | None = None
    """Login of the reviewer."""
    use_case: UseCase | None = None
    """The use case reviewed."""
    min_scoring_level: int | None = None
    """Smallest scoring level of the accepted evidence, 0 to 5."""
    since: date | None = None
    """First day of publication (UTC)."""
    until: date | None = None
    """Last day of publication (UTC)."""


@dataclass(kw_only=True)
class MeasuredFilter:
    """A range for one measured figure, pooled over the reports in the ranking's use case; from 1 to 10 may be asked."""

    metric: Metric
    """Which figure."""
    at_most: float | None = None
    """Highest value, in the metric's unit: seconds, US dollars, or a share from 0 to 1."""
    at_least: float | None = None
    """Lowest value, in the metric's unit."""
    min_n: int | None = None
    """On how many calls, steps or tasks it must be measured at least."""


@dataclass(kw_only=True)
class RankingFilter:
    """What to rank, and which ratings count for it."""

    endpoint: EndpointFilter | None = None
    """Which endpoints take part; models take part with these endpoints."""
    min_scoring_level: int | None = None
    """Count only ratings of at least this scoring level of evidence, 0 to 5."""
    since: date | None = None
    """Count only ratings given in this day's month or later."""
    until: date | None = None
    """Count only ratings given in this day's month or before."""
    measured: list[MeasuredFilter] | None = None
    """Only endpoints whose measured figures are all in these ranges; those without a measurement are left out."""
    include_provisional: bool = False
    """Also list standings that too few proven reviews back, marked as such."""


@dataclass(kw_only=True)
class GapTarget:
    """The field to hold a benchmark against: a metric of an agent harness, or what practitioners say of a dimension."""

    metric: str | None = None
    """Name of a metric, such as `pass rate (2 tries)`; success, cost, latency and well-formedness are metrics."""
    source: str | None = None
    """Name of the metric's source; needed where several sources have a metric of this name."""
    dimension: Dimension | None = None
    """A dimension: the standings of review-backed models in it, in the use case asked for."""


@dataclass(kw_only=True)
class GapFilter:
    """Which rows a reality gap is computed from."""

    reporter: Reporter | None = None
    """Who reports the benchmark scores."""
    open_weights: bool | None = None
    """True: only models with published weights; false: only the others."""
    configuration: str | None = None
    """Part of the agent results' configuration, such as `FC`; capital and small letters are the same."""


@dataclass(kw_only=True)
class TaskInput:
    """What one task consists of.

    Every turn and every tool call is one request. Request number r brings `inputTokens` of its own and sends again all
    that came before, answers included: r · inputTokens + (r - 1) · outputTokens. At most 2,000 requests.
    """

    input_tokens: int
    """New input tokens of each request: the question, the documents, the tool's result; 1 to 10,000,000."""
    output_tokens: int
    """Output tokens of each answer; 0 to 10,000,000."""
    cached_share: float = 0.0
    """Share of all input tokens that is read from the cache, 0 to 1."""
    turns: int = 1
    """Turns of the conversation, from 1."""
    tool_calls: int = 0
    """Tool calls in the whole task, from 0; each is one more request."""


@dataclass(kw_only=True)
class RatingInput:
    """Stars in one dimension."""

    dimension: Dimension
    """What is rated."""
    stars: int
    """1 (poor) to 5 (excellent)."""


@dataclass(kw_only=True)
class DeploymentInput:
    """The deployment the review reports from. Everything is optional; leave out what you may not tell."""

    volume: VolumeBand | None = None
    """Model calls a day."""
    used_from: date | None = None
    """First day of use."""
    used_to: date | None = None
    """Last day of use; not in the future."""
    region: str | None = None
    """Where it ran, such as `eu-west`; at most 100 characters."""
    framework: str | None = None
    """Agent framework and version; at most 100 characters."""
    concurrency: int | None = None
    """Requests in flight at a time, typically; from 1."""
    turns: int | None = None
    """Turns of a typical conversation; from 1."""
    input_tokens: int | None = None
    """Input tokens of a typical call; from 1."""


@dataclass(kw_only=True)
class ReviewContent:
    """What a review says."""

    ratings: list[RatingInput]
    """One to five ratings, one a dimension."""
    pros: str = ""
    """What worked, in Markdown; at most 10,000 characters."""
    cons: str = ""
    """What did not, in Markdown; at most 10,000 characters."""
    deployment: DeploymentInput | None = None
    """The deployment behind the ratings."""
    interest: Interest = Interest.NONE
    """Your interest in the outcome. An affiliated review is shown and weighs zero."""


@dataclass(kw_only=True)
class PublishReviewInput:
    """A new review of an endpoint in a use case."""

    endpoint_id: ID
    """The endpoint reviewed."""
    model: str | None = None
    """Slug of the model you mean; when given, the endpoint must serve it."""
    use_case: UseCase
    """What the agent was deployed for."""
    content: ReviewContent
    """What the review says."""
    idempotency_key: str | None = None
    """Any text of 1 to 100 characters, unique for you: sent again, it returns the review it made the first time."""


@dataclass(kw_only=True)
class ReviseReviewInput:
    """A new revision of one's own review."""

    review_id: ID
    """The review to revise."""
    content: ReviewContent
    """What the review says from now on; it replaces the whole content."""


@dataclass(kw_only=True)
class RetractReviewInput:
    """The withdrawal of one's own review."""

    review_id: ID
    """The review to retract."""


@dataclass(kw_only=True)
class CastVoteInput:
    """A vote on the current revision of somebody else's review; it replaces one's earlier vote on that revision."""

    review_id: ID
    """The review voted on."""
    helpful: bool
    """Whether the review helps."""


@dataclass(kw_only=True)
class WithdrawVoteInput:
    """The withdrawal of one's vote on the current revision of a review."""

    review_id: ID
    """The review voted on."""


@dataclass(kw_only=True)
class DecideEvidenceInput:
    """A moderator's decision about the evidence of a review."""

    review_id: ID
    """The review that the evidence is for."""
    level: EvidenceLevel
    """The level decided about."""
    state: EvidenceState
    """ACCEPTED, REJECTED or REVOKED."""
    reason: str
    """Why, shown to everybody; 1 to 2,000 characters."""


@dataclass(kw_only=True)
class CreateApiTokenInput:
    """A new API token for a program."""

    name: str
    """What it is for, for yourself; 1 to 100 characters."""
    scopes: list[TokenScope]
    """What it permits; at least one."""
    days: int = 90
    """After how many days it ends; 1 to 365."""


@dataclass(kw_only=True)
class RevokeApiTokenInput:
    """The end of one of the viewer's API tokens."""

    token_id: ID
    """The token's public id, not its secret."""


@dataclass(kw_only=True)
class StartRepositoryProofInput:
    """A repository on GitHub that is offered as proof of one's own review (E2)."""

    review_id: ID
    """The review."""
    owner: str
    """Login of the owner on GitHub."""
    name: str
    """Name of the repository; it must be public, and neither a fork nor archived nor a template."""
    manifest: str
    """Path of the manifest that names the SDK, such as `pyproject.toml`."""
    source: str
    """Path of the file that names the model."""


@dataclass(kw_only=True)
class StartDomainProofInput:
    """A domain that is offered as proof of one's own review (E3)."""

    review_id: ID
    """The review."""
    host: str
    """The host, such as `agent.example.org`: in small ASCII letters, without port or path."""


@dataclass(kw_only=True)
class CheckProofInput:
    """The word that the challenge is in its place."""

    proof_id: ID
    """The proof to look at."""
