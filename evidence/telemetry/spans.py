"""What is kept of a span."""

from dataclasses import dataclass, field
from enum import IntEnum, StrEnum

NANOSECONDS = 1_000_000_000


class Operation(StrEnum):
    """What a span stands for."""

    INFERENCE = "inference"
    TOOL = "tool"
    AGENT = "agent"
    EMBEDDING = "embedding"
    OTHER = "other"


class Finish(StrEnum):
    """Why a model stopped, in one spelling for all providers."""

    STOP = "stop"
    LENGTH = "length"
    TOOL = "tool"
    FILTER = "filter"
    ERROR = "error"
    OTHER = "other"


class Failure(StrEnum):
    """How an operation failed, as far as it says so in a way we know."""

    BAD_REQUEST = "400"
    UNAUTHORIZED = "401"
    PAYMENT_REQUIRED = "402"
    FORBIDDEN = "403"
    NOT_FOUND = "404"
    TOO_LONG = "413"
    RATE_LIMITED = "429"
    SERVER = "5xx"
    TIMEOUT = "timeout"
    CONNECTION = "connection"
    MID_STREAM = "mid_stream"
    CANCELLED = "cancelled"
    INVALID_JSON = "invalid_json"
    UNKNOWN_TOOL = "unknown_tool"
    SCHEMA_MISMATCH = "schema_mismatch"
    OTHER = "other"


class Vocabulary(IntEnum):
    """Which names an upload speaks in; of two names for one thing the greater vocabulary's is believed."""

    UNDATED = 0
    """`gen_ai.*` names that all its ages share"""
    VERCEL = 1
    """`ai.*` of the Vercel AI SDK"""
    OPENINFERENCE = 2
    """`llm.*` and `openinference.*`"""
    LEGACY = 3
    """OpenTelemetry up to 1.36: `gen_ai.system`"""
    SEMCONV = 4
    """OpenTelemetry 1.37 to 1.41: `gen_ai.provider.name`"""
    GENAI = 5
    """the GenAI conventions' own repository, 0.1"""


@dataclass(slots=True)
class Span:
    """One operation. Times are nanoseconds since 1970 in UTC; null is unknown. Names stay in memory, never shown."""

    trace: bytes
    id: bytes
    parent: bytes | None
    start: int
    end: int
    operation: Operation = Operation.OTHER
    vocabulary: Vocabulary | None = None
    provider: str | None = field(default=None, repr=False)
    request_model: str | None = field(default=None, repr=False)
    response_model: str | None = field(default=None, repr=False)
    conversation: int | None = None
    """the conversation's number within the upload"""
    input_tokens: int | None = None
    output_tokens: int | None = None
    cache_read_tokens: int | None = None
    cache_write_tokens: int | None = None
    first_chunk: float | None = None
    """seconds"""
    finishes: tuple[Finish, ...] = ()
    failure: Failure | None = None
    declared_usd: float | None = None
    scores: tuple[float, ...] = ()
    """of evaluations"""

    @property
    def seconds(self) -> float:
        """How long it took."""
        return (self.end - self.start) / NANOSECONDS

    @property
    def model(self) -> str | None:
        """The model that answered, or else the one that was asked for."""
        return self.response_model or self.request_model
