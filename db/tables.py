"""Every table as a Tortoise model. The DDL and constraints are in db/migrations: Tortoise creates nothing.

Foreign keys are plain `…_id` columns: related rows are read a level at a time (db/queries.py), never lazily.
"""

from dataclasses import dataclass
from typing import Any

from tortoise import fields
from tortoise.fields.base import Field
from tortoise.models import Model as Table

from db.enums import (
    Dimension,
    EvidenceLevel,
    EvidenceState,
    Interest,
    Issuer,
    Metric,
    NoteCode,
    Origin,
    ProofState,
    Reporter,
    ReputationEventKind,
    ReviewState,
    Role,
    Standing,
    SummaryState,
    TokenScope,
    Unit,
    UseCase,
    VolumeBand,
)
from db.fields import IdField, InstantField, UsdField, optional_instant


class Developer(Table):
    id = IdField("dev")
    slug = fields.TextField()
    name = fields.TextField()

    class Meta:
        table = "developer"


class Model(Table):
    id = IdField("mdl")
    slug = fields.TextField()
    name = fields.TextField()
    developer_id = fields.TextField()
    family = fields.TextField(null=True)
    release_date = fields.DateField(null=True)
    knowledge_cutoff = fields.TextField(null=True)
    context_window = fields.BigIntField(null=True)
    output_limit = fields.BigIntField(null=True)
    open_weights = fields.BooleanField()
    tool_call = fields.BooleanField(null=True)
    reasoning = fields.BooleanField(null=True)
    structured_output = fields.BooleanField(null=True)
    deprecated = fields.BooleanField(null=True)
    input_modalities = fields.JSONField[list[str]]()

    class Meta:
        table = "model"


class ModelAlias(Table):
    id = IdField("als")
    model_id = fields.TextField()
    source = fields.TextField()
    name = fields.TextField()
    valid_from = fields.DateField(null=True)
    valid_to = fields.DateField(null=True)

    class Meta:
        table = "model_alias"


class Provider(Table):
    id = IdField("prv")
    slug = fields.TextField()
    name = fields.TextField()
    api_url = fields.TextField(null=True)
    doc_url = fields.TextField(null=True)

    class Meta:
        table = "provider"


class Endpoint(Table):
    id = IdField("end")
    slug = fields.TextField()
    model_id = fields.TextField()
    provider_id = fields.TextField()
    provider_model_id = fields.TextField()
    context_limit = fields.BigIntField(null=True)
    output_limit = fields.BigIntField(null=True)
    tool_call = fields.BooleanField(null=True)
    structured_output = fields.BooleanField(null=True)
    reasoning = fields.BooleanField(null=True)
    quantization = fields.TextField(null=True)
    status = fields.TextField(null=True)

    class Meta:
        table = "endpoint"


class PricePeriod(Table):
    id = IdField("prc")
    endpoint_id = fields.TextField()
    valid_from = fields.DateField(null=True)
    valid_to = fields.DateField(null=True)
    condition = fields.TextField(null=True)
    above_tokens = fields.BigIntField(null=True)
    terms = fields.TextField(null=True)
    input_usd_per_mtok = UsdField(null=True)
    output_usd_per_mtok = UsdField(null=True)
    cache_read_usd_per_mtok = UsdField(null=True)
    cache_write_usd_per_mtok = UsdField(null=True)
    source = fields.TextField()
    checked_on = fields.DateField()

    class Meta:
        table = "price_period"


@dataclass(frozen=True, slots=True)
class Note:
    """What a check found about a fact."""

    code: NoteCode
    message: str


def optional_unit() -> Field[Unit | None]:
    """A unit that may be null."""
    return fields.CharEnumField(Unit, null=True)  # type: ignore[return-value]  # what `null` makes of it


def noted(found: list[list[str]]) -> list[Note]:
    """The notes of a row that keeps each as its code and message."""
    return [Note(NoteCode(code), message) for code, message in found]


class Source(Table):
    """Where public facts were read: a repository at one revision."""

    id = IdField("src")
    name = fields.TextField()
    url = fields.TextField()
    revision = fields.TextField()
    revised_on = fields.DateField(null=True)
    licence = fields.TextField()
    attribution = fields.TextField()

    class Meta:
        table = "source"


class Benchmark(Table):
    id = IdField("bmk")
    slug = fields.TextField()
    name = fields.TextField()
    found = fields.JSONField[list[list[str]]](default=list)

    class Meta:
        table = "benchmark"

    @property
    def notes(self) -> list[Note]:
        """What a check found."""
        return noted(self.found)


class BenchmarkScore(Table):
    id = IdField("bsc")
    model_id = fields.TextField()
    benchmark_id = fields.TextField()
    source_id = fields.TextField()
    value = fields.FloatField()
    unit = optional_unit()
    reporter = fields.CharEnumField(Reporter)
    reported_by = fields.TextField()
    reported_on = fields.DateField()
    configuration = fields.TextField(null=True)
    source_path = fields.TextField()
    found = fields.JSONField[list[list[str]]](default=list)

    class Meta:
        table = "benchmark_score"

    @property
    def notes(self) -> list[Note]:
        """What a check found."""
        return noted(self.found)


class AgentResult(Table):
    id = IdField("agr")
    model_id = fields.TextField()
    source_id = fields.TextField()
    metric = fields.TextField()
    value = fields.FloatField(null=True)
    unit = optional_unit()
    n = fields.IntField(null=True)
    use_case = fields.CharEnumField(UseCase)
    dimension = fields.CharEnumField(Dimension, null=True)
    harness = fields.TextField(null=True)
    configuration = fields.TextField(null=True)
    reporter = fields.CharEnumField(Reporter)
    reported_by = fields.TextField()
    reported_on = fields.DateField()
    source_path = fields.TextField()
    found = fields.JSONField[list[list[str]]](default=list)

    class Meta:
        table = "agent_result"

    @property
    def notes(self) -> list[Note]:
        """What a check found."""
        return noted(self.found)


class EndpointResult(Table):
    id = IdField("epr")
    model_id = fields.TextField()
    host = fields.TextField()
    provider_id = fields.TextField(null=True)
    endpoint_id = fields.TextField(null=True)
    source_id = fields.TextField()
    metric = fields.TextField()
    value = fields.FloatField(null=True)
    unit = optional_unit()
    n = fields.IntField(null=True)
    concurrency = fields.IntField(null=True)
    configuration = fields.TextField(null=True)
    reporter = fields.CharEnumField(Reporter)
    reported_by = fields.TextField()
    reported_on = fields.DateField()
    source_path = fields.TextField()
    found = fields.JSONField[list[list[str]]](default=list)

    class Meta:
        table = "endpoint_result"

    @property
    def notes(self) -> list[Note]:
        """What a check found."""
        return noted(self.found)


class ImportDigest(Table):
    """Which files were imported last, as a digest of all of them."""

    name = fields.CharField(primary_key=True, max_length=40)
    digest = fields.TextField()

    class Meta:
        table = "import_digest"


class Reviewer(Table):
    id = IdField("rvr")
    issuer = fields.CharEnumField(Issuer)
    subject = fields.TextField()
    login = fields.TextField()
    name = fields.TextField(null=True)
    role = fields.CharEnumField(Role, default=Role.MEMBER)
    trust = fields.FloatField(default=0.0)
    standing = fields.IntEnumField(Standing, default=Standing.NONE)
    track_record = fields.FloatField(default=1.0)
    severity = fields.FloatField(default=0.0)
    joined_at = InstantField()

    class Meta:
        table = "reviewer"

    @property
    def demo(self) -> bool:
        """Whether this is a made-up reviewer of `seed --demo`."""
        return self.issuer is Issuer.DEMO


class Session(Table):
    digest = fields.CharField(primary_key=True, max_length=64)
    reviewer_id = fields.TextField()
    created_at = InstantField()
    expires_at = InstantField()

    class Meta:
        table = "session"


class ApiToken(Table):
    """What lets a program ask in a reviewer's name; of the token itself only the SHA-256 is known."""

    id = IdField("tok")
    reviewer_id = fields.TextField()
    name = fields.TextField()
    digest = fields.CharField(max_length=64)
    scope_bits = fields.SmallIntField()
    created_at = InstantField()
    expires_at = InstantField()
    last_used_at = optional_instant()
    revoked_at = optional_instant()

    class Meta:
        table = "api_token"

    @property
    def scopes(self) -> list[TokenScope]:
        """What it permits."""
        return [scope for scope in TokenScope if self.scope_bits & scope.bit]


class SignIn(Table):
    digest = fields.CharField(primary_key=True, max_length=64)
    browser_digest = fields.CharField(max_length=64)
    verifier = fields.TextField()
    next_path = fields.TextField()
    expires_at = InstantField()

    class Meta:
        table = "sign_in"


class Review(Table):
    id = IdField("rev")
    reviewer_id = fields.TextField()
    endpoint_id = fields.TextField()
    use_case = fields.CharEnumField(UseCase)
    state = fields.CharEnumField(ReviewState, default=ReviewState.PUBLISHED)
    revision_id = fields.TextField()
    scoring_level = fields.SmallIntField(default=0)
    ended_at = optional_instant()
    idempotency_key = fields.TextField(null=True)
    published_at = InstantField()
    updated_at = InstantField()

    class Meta:
        table = "review"


class Revision(Table):
    id = IdField("rvn")
    review_id = fields.TextField()
    reviewer_id = fields.TextField()
    number = fields.IntField()
    tool_calling = fields.SmallIntField(null=True)
    api_reliability = fields.SmallIntField(null=True)
    cost_per_task = fields.SmallIntField(null=True)
    context_quality = fields.SmallIntField(null=True)
    latency = fields.SmallIntField(null=True)
    pros = fields.TextField(default="")
    cons = fields.TextField(default="")
    volume = fields.CharEnumField(VolumeBand, null=True)
    used_from = fields.DateField(null=True)
    used_to = fields.DateField(null=True)
    region = fields.TextField(null=True)
    framework = fields.TextField(null=True)
    concurrency = fields.IntField(null=True)
    turns = fields.IntField(null=True)
    input_tokens = fields.IntField(null=True)
    interest = fields.CharEnumField(Interest, default=Interest.NONE)
    created_at = InstantField()

    class Meta:
        table = "revision"

    def stars(self, dimension: Dimension) -> int | None:
        """The stars given in one dimension, or None where it was not rated."""
        value: int | None = getattr(self, dimension.column)
        return value

    @property
    def ratings(self) -> "list[Rating]":
        """The dimensions rated, with their stars."""
        given = [(dimension, self.stars(dimension)) for dimension in Dimension]
        return [Rating(dimension, stars) for dimension, stars in given if stars is not None]


@dataclass(frozen=True, slots=True)
class Rating:
    """Stars in one dimension of a revision."""

    dimension: Dimension
    stars: int


class Evidence(Table):
    id = IdField("evd")
    review_id = fields.TextField()
    level = fields.IntEnumField(EvidenceLevel)
    state = fields.CharEnumField(EvidenceState, default=EvidenceState.PENDING)
    reason = fields.TextField(default="")
    decided_by_id = fields.TextField(null=True)
    decided_at = optional_instant()
    expires_at = optional_instant()
    created_at = InstantField()

    class Meta:
        table = "evidence"


class Decision(Table):
    """One decision about evidence, never changed: what a review's evidence was worth at any time."""

    id = IdField("dec")
    review_id = fields.TextField()
    level = fields.IntEnumField(EvidenceLevel)
    state = fields.CharEnumField(EvidenceState)
    reason = fields.TextField()
    decided_by_id = fields.TextField(null=True)
    decided_at = InstantField()

    class Meta:
        table = "decision"


class Attestation(Table):
    """A CI run that vouched for a review's evidence: ids alone, as names may be private."""

    id = IdField("att")
    review_id = fields.TextField()
    reviewer_id = fields.TextField()
    endpoint_id = fields.TextField()
    issuer = fields.TextField()
    token_id = fields.TextField()
    repository_id = fields.BigIntField()
    owner_id = fields.BigIntField()
    run_id = fields.BigIntField()
    attempt = fields.BigIntField()
    event = fields.TextField()
    hosted = fields.BooleanField()
    strong = fields.BooleanField()
    digest = fields.CharField(max_length=64)
    created_at = InstantField()

    class Meta:
        table = "attestation"


@dataclass(frozen=True, slots=True)
class Check:
    """One question that a summary was asked, and what came of it."""

    question: str
    outcome: str
    words: str


class Summary(Table):
    """What one upload of telemetry showed, but for its traces' ids, and how it was judged. The upload is not kept."""

    id = IdField("smr")
    review_id = fields.TextField()
    reviewer_id = fields.TextField()
    endpoint_id = fields.TextField()
    use_case = fields.CharEnumField(UseCase)
    attestation_id = fields.TextField(null=True)
    digest = fields.CharField(max_length=64)
    figures = fields.JSONField[dict[str, Any]]()
    found = fields.JSONField[list[list[str]]](default=list)
    state = fields.CharEnumField(SummaryState)
    origin = fields.CharEnumField(Origin)
    superseded = fields.BooleanField(default=False)
    requests = fields.BigIntField()
    first_day = fields.DateField()
    last_day = fields.DateField()
    p50 = fields.FloatField(null=True)
    p95 = fields.FloatField(null=True)
    p99 = fields.FloatField(null=True)
    created_at = InstantField()

    class Meta:
        table = "summary"

    @property
    def checks(self) -> list[Check]:
        """Every question with its outcome."""
        return [Check(*each) for each in self.found]


class Measurement(Table):
    """One figure of a summary; a percentile comes with the histogram that it is merged from."""

    id = IdField("msm")
    summary_id = fields.TextField()
    review_id = fields.TextField()
    metric = fields.CharEnumField(Metric)
    value = fields.FloatField()
    unit = fields.CharEnumField(Unit)
    n = fields.BigIntField()
    first_day = fields.DateField()
    last_day = fields.DateField()
    concurrency = fields.FloatField(null=True)
    origin = fields.CharEnumField(Origin)
    bins = fields.JSONField[list[list[int]]](default=list)
    created_at = InstantField()

    class Meta:
        table = "measurement"


class PooledMeasurement(Table):
    """One figure of an endpoint in a use case, over the reports of all its reviewers."""

    id = IdField("pms")
    endpoint_id = fields.TextField()
    use_case = fields.CharEnumField(UseCase)
    metric = fields.CharEnumField(Metric)
    value = fields.FloatField()
    unit = fields.CharEnumField(Unit)
    lowest = fields.FloatField(null=True)
    highest = fields.FloatField(null=True)
    n = fields.BigIntField()
    reports = fields.IntField()
    reviewers = fields.IntField()
    first_day = fields.DateField()
    last_day = fields.DateField()
    concurrency = fields.FloatField(null=True)
    origin = fields.CharEnumField(Origin)

    class Meta:
        table = "pooled_measurement"


class Proof(Table):
    """Something outside that is looked at as proof of a review: a repository or a domain."""

    id = IdField("prf")
    review_id = fields.TextField()
    level = fields.IntEnumField(EvidenceLevel)
    subject = fields.JSONField[dict[str, str]]()
    challenge = fields.TextField()
    state = fields.CharEnumField(ProofState, default=ProofState.WAITING)
    fault = fields.TextField(null=True)
    misses = fields.SmallIntField(default=0)
    check_at = optional_instant()
    checked_at = optional_instant()
    created_at = InstantField()

    class Meta:
        table = "proof"


class AuditEvent(Table):
    """One link of the chain of decisions: its hash covers what it says and the hash before it. Never changed."""

    id = fields.IntField(primary_key=True)
    kind = fields.TextField()
    body = fields.TextField()
    created_at = InstantField()
    previous = fields.CharField(max_length=64)
    hash = fields.CharField(max_length=64)

    class Meta:
        table = "audit_event"

    @property
    def number(self) -> int:
        """Its place in the chain, from 1."""
        return self.id


class Vote(Table):
    id = IdField("vot")
    revision_id = fields.TextField()
    author_id = fields.TextField()
    voter_id = fields.TextField()
    helpful = fields.BooleanField()
    cast_at = InstantField()

    class Meta:
        table = "vote"


class Epoch(Table):
    """The frozen parameters of one recompute; statistics belong to the epoch they were written under."""

    id = fields.IntField(primary_key=True)
    baselines = fields.JSONField[dict[str, float]]()
    parameters = fields.JSONField[dict[str, Any]](default=dict)
    published_at = InstantField()
    draft = fields.BooleanField(default=False)

    class Meta:
        table = "epoch"


class ReputationEvent(Table):
    """One entry of the ledger that reputations are derived from, never changed."""

    id = IdField("rpe")
    reviewer_id = fields.TextField()
    epoch_id = fields.IntField()
    kind = fields.CharEnumField(ReputationEventKind)
    before = fields.FloatField()
    after = fields.FloatField()
    reason = fields.TextField()
    created_at = InstantField()

    class Meta:
        table = "reputation_event"


class Lease(Table):
    """Who runs a job that one process at a time may run, until when."""

    name = fields.CharField(primary_key=True, max_length=40)
    holder = fields.TextField()
    expires_at = InstantField()

    class Meta:
        table = "lease"
