"""The closed sets of the domain: stored by value, shown in the API by name."""

from enum import IntEnum, StrEnum


class UseCase(StrEnum):
    """What an agent is deployed for. Ratings and standings are kept per use case."""

    RAG = "RAG"
    """Answers grounded in retrieved documents."""
    CUSTOMER_SERVICE = "CUSTOMER_SERVICE"
    """Conversations with customers over several turns, with tools that act on their behalf."""
    CODING = "CODING"
    """Writing, changing and reviewing code in a repository."""
    FINANCIAL_ANALYSIS = "FINANCIAL_ANALYSIS"
    """Analysis of financial documents and figures."""
    GENERAL_ASSISTANT = "GENERAL_ASSISTANT"
    """An assistant for mixed everyday tasks."""


class Dimension(StrEnum):
    """What a rating is about. Each is rated from 1 (poor) to 5 (excellent) stars."""

    TOOL_CALLING = "TOOL_CALLING"
    """Right tool, right parameters, recovery when a tool fails."""
    API_RELIABILITY = "API_RELIABILITY"
    """Uptime, well-formed answers, rate limits that hold as announced."""
    COST_PER_TASK = "COST_PER_TASK"
    """What a whole task costs in practice, retries included; 5 stars is cheap for what it does."""
    CONTEXT_QUALITY = "CONTEXT_QUALITY"
    """Coherence and kept instructions as turns and input tokens grow."""
    LATENCY = "LATENCY"
    """Time to first token and of the whole step, the slow tail included; 5 stars is fast."""

    @property
    def column(self) -> str:
        """The revision's column that holds the stars of this dimension."""
        return self.value.lower()


class ReviewState(StrEnum):
    """Where a review stands in its life."""

    PUBLISHED = "PUBLISHED"
    """Public and counted."""
    RETRACTED = "RETRACTED"
    """Withdrawn by its author: kept for the record, counted nowhere."""
    HIDDEN = "HIDDEN"
    """Hidden by a moderator: counted nowhere, visible to its author."""


class EvidenceLevel(IntEnum):
    """How far a deployment is proven. Evidence multiplies a weight; it never changes a rating."""

    E0 = 0
    """Claimed: structured deployment fields, nothing checked."""
    E1 = 1
    """Identity: an aged GitHub account."""
    E2 = 2
    """Code: control of a repository that uses the model."""
    E3 = 3
    """Operator: control of a domain in production."""
    E4 = 4
    """CI attested: a hosted workflow of that repository sent exactly this summary."""
    E5 = 5
    """Telemetry: plausible statistics of real traces; alone worth no more than E2."""
    E6 = 6
    """Sustained: at least four attested telemetry reports over at least sixty days."""


class EvidenceState(StrEnum):
    """What has been decided about a piece of evidence."""

    PENDING = "PENDING"
    """Not decided yet; counts as nothing."""
    ACCEPTED = "ACCEPTED"
    """Counts at its level until it expires."""
    REJECTED = "REJECTED"
    """Looked at and refused."""
    REVOKED = "REVOKED"
    """Accepted once, withdrawn since."""
    EXPIRED = "EXPIRED"
    """Accepted once, too long ago to count."""


class Standing(IntEnum):
    """How much trust a reviewer has earned by helpful votes of the trusted."""

    NONE = 0
    """Trust below 0.1."""
    SOME = 1
    """Trust from 0.1."""
    TRUSTED = 2
    """Trust from 0.5."""


class ReputationEventKind(StrEnum):
    """What an entry of the ledger moved."""

    TRUST = "TRUST"
    """Trust earned by helpful votes of the trusted, 0 to 1."""
    STANDING = "STANDING"
    """The step of trust: 0, 1 or 2."""
    TRACK_RECORD = "TRACK_RECORD"
    """Factor for past accuracy, 0.4 to 1.5."""
    SEVERITY = "SEVERITY"
    """How much higher (+) or lower (-) than others the reviewer rates, in stars; it is taken off."""
    REVERSAL = "REVERSAL"
    """Votes that look manipulated stop conferring trust: before and after count the votes taken back."""


class Role(StrEnum):
    """What a reviewer may do."""

    MEMBER = "MEMBER"
    """May review and vote."""
    MODERATOR = "MODERATOR"
    """May also decide evidence."""


class Issuer(StrEnum):
    """Who vouches for a reviewer's identity."""

    GITHUB = "GITHUB"
    """GitHub; the identity is the numeric account id."""
    LOCAL = "LOCAL"
    """The development-only sign-in of a loopback instance."""
    DEMO = "DEMO"
    """Made by `seed --demo`: not a person; shown as such everywhere."""


class VolumeBand(StrEnum):
    """Model calls a day in the deployment reported on."""

    UNDER_100 = "UNDER_100"
    """Fewer than 100 a day."""
    FROM_100 = "FROM_100"
    """100 to 999 a day."""
    FROM_1K = "FROM_1K"
    """1,000 to 9,999 a day."""
    FROM_10K = "FROM_10K"
    """10,000 to 99,999 a day."""
    FROM_100K = "FROM_100K"
    """100,000 a day and more."""


class Interest(StrEnum):
    """The reviewer's interest in the outcome, disclosed by the reviewer."""

    NONE = "NONE"
    """No interest."""
    CUSTOMER_INCENTIVE = "CUSTOMER_INCENTIVE"
    """Credits, discounts or gifts from the vendor."""
    VENDOR_AFFILIATED = "VENDOR_AFFILIATED"
    """Works for, invests in or is paid by the developer or provider: shown, weighs zero."""
    COMPETITOR_AFFILIATED = "COMPETITOR_AFFILIATED"
    """The same for a competitor: shown, weighs zero."""


class Reporter(StrEnum):
    """Who reports a figure."""

    VENDOR = "VENDOR"
    """The developer of the model or whoever serves it, about their own; or a figure quoted from them."""
    INDEPENDENT = "INDEPENDENT"
    """Somebody else."""


class Unit(StrEnum):
    """What a figure counts."""

    PERCENT = "PERCENT"
    """Percent, 0 to 100."""
    RATIO = "RATIO"
    """A share, 0 to 1."""
    COUNT = "COUNT"
    """How many, in the whole run."""
    SECONDS = "SECONDS"
    """Seconds."""
    TOKENS_PER_SECOND = "TOKENS_PER_SECOND"
    """Output tokens a second."""
    USD = "USD"
    """US dollars, for what the metric names: a case, a task, an instance, 1,000 calls."""
    USD_TOTAL = "USD_TOTAL"
    """US dollars for the whole run."""


class NoteCode(StrEnum):
    """What a check of the public facts found about one of them. Nothing is corrected or left out because of it."""

    RESULT_BEFORE_RELEASE = "RESULT_BEFORE_RELEASE"
    """Dated before the model was released: one of the two dates, or the model, is not what it says."""
    ZERO_MEANS_UNKNOWN = "ZERO_MEANS_UNKNOWN"
    """The source says that it cost 0: the value is unknown, and null here."""
    ZERO_DOUBTFUL = "ZERO_DOUBTFUL"
    """0 % in a whole benchmark: rather not run than all wrong. The value is as the source has it."""
    UNIT_IMPOSSIBLE = "UNIT_IMPOSSIBLE"
    """The value cannot be in the unit that the source states: the unit is unknown, and null here."""
    CAPPED = "CAPPED"
    """Exactly the highest figure that the source shows: the true value may be higher."""
    SNAPSHOTS_UNDER_ONE_NAME = "SNAPSHOTS_UNDER_ONE_NAME"
    """The source has the same name for several versions of its tasks: compare inside one."""
    SIMILAR_NAMES = "SIMILAR_NAMES"
    """Another benchmark's name differs in spelling alone; they are not merged."""
    SOURCES_DISAGREE = "SOURCES_DISAGREE"
    """Another source has a score more than one point apart for the same model and benchmark."""
    VENDOR_REPORTED = "VENDOR_REPORTED"
    """Reported by the vendor, not by somebody independent."""


class ProofState(StrEnum):
    """How far the looking at a repository or a domain has come."""

    WAITING = "WAITING"
    """The challenge has been given; nothing is looked at before the reviewer says that it is in its place."""
    PENDING = "PENDING"
    """It will be looked at, for the first time or again, because nobody could tell."""
    PROVEN = "PROVEN"
    """It was as claimed, and is looked at again every 30 days."""
    FAILED = "FAILED"
    """It was not as claimed; the reviewer may put it right and ask again."""


class Metric(StrEnum):
    """What telemetry measures of an endpoint in a deployment."""

    TOOL_SUCCESS = "TOOL_SUCCESS"
    """Share of tool executions without an error."""
    TOOL_REQUEST_SUCCESS = "TOOL_REQUEST_SUCCESS"
    """Share of model calls whose tool calls were all valid JSON, known tools and true to their schemas."""
    API_SUCCESS = "API_SUCCESS"
    """Share of model calls that the API answered; what the caller did wrong is not counted against it."""
    RATE_LIMITED = "RATE_LIMITED"
    """Share of model calls that were refused with 429."""
    LATENCY_P50 = "LATENCY_P50"
    """Median seconds of a model call that did not fail, from start to end."""
    LATENCY_P95 = "LATENCY_P95"
    """Seconds of a model call that 95 % do not exceed."""
    LATENCY_P99 = "LATENCY_P99"
    """Seconds of a model call that 99 % do not exceed."""
    STEP_P50 = "STEP_P50"
    """Median seconds of a whole agent step."""
    STEP_P95 = "STEP_P95"
    """Seconds of a whole agent step that 95 % do not exceed."""
    STEP_P99 = "STEP_P99"
    """Seconds of a whole agent step that 99 % do not exceed."""
    FIRST_CHUNK_P50 = "FIRST_CHUNK_P50"
    """Median seconds to the first chunk of a stream."""
    FIRST_CHUNK_P95 = "FIRST_CHUNK_P95"
    """Seconds to the first chunk of a stream that 95 % do not exceed."""
    FIRST_CHUNK_P99 = "FIRST_CHUNK_P99"
    """Seconds to the first chunk of a stream that 99 % do not exceed."""
    COST_PER_TASK = "COST_PER_TASK"
    """Mean US dollars a task, at the list price of its day; retries and failed calls count."""
    CUT_OFF = "CUT_OFF"
    """Share of answers that were cut off at a token limit, of those that say why they stopped."""


class Origin(StrEnum):
    """Who stands behind a measured figure."""

    SELF_REPORTED = "SELF_REPORTED"
    """Computed on the reviewer's machine and sent as a summary."""
    RECOMPUTED = "RECOMPUTED"
    """Computed here from the traces that were sent."""
    ATTESTED = "ATTESTED"
    """In a summary that a CI run has signed for."""


class SummaryState(StrEnum):
    """How a summary was judged."""

    ACCEPTED = "ACCEPTED"
    """Plausible: its figures count."""
    PENDING = "PENDING"
    """Plausible as far as it goes; more calls or days are needed."""
    REJECTED = "REJECTED"
    """Not plausible: its figures do not count."""


class TokenScope(StrEnum):
    """What a program may do with an API token, in its owner's name."""

    READ = "READ"
    """See what only its owner may see."""
    REVIEW = "REVIEW"
    """Publish, revise and retract reviews."""
    VOTE = "VOTE"
    """Cast and withdraw votes."""
    EVIDENCE = "EVIDENCE"
    """Submit evidence."""
    MODERATE = "MODERATE"
    """Decide about evidence, where its owner may."""

    @property
    def bit(self) -> int:
        """Its place in the column that holds a set of scopes."""
        return 1 << list(TokenScope).index(self)
