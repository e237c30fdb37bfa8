"""The parts of a summary. Null is unknown or hidden, never zero: a figure over fewer than 5 things is hidden."""

from typing import Annotated

from pydantic import ConfigDict, Field
from pydantic.dataclasses import dataclass

from evidence.telemetry.spans import Failure, Operation

FEWEST = 5
"""Fewer things than this are hidden."""
STRICT = ConfigDict(strict=True, extra="forbid", allow_inf_nan=False, hide_input_in_errors=True)

Count = Annotated[int, Field(ge=0, le=2**53 - 1)]
Share = Annotated[float, Field(ge=0, le=1)]
Seconds = Annotated[float, Field(ge=0, le=1e10)]
Usd = Annotated[float, Field(ge=0, le=1e15)]


@dataclass(frozen=True, slots=True, config=STRICT)
class Bin:
    """`count` durations between 2^(index/16) and 2^((index+1)/16) seconds."""

    index: Annotated[int, Field(ge=-512, le=512)]
    count: Annotated[int, Field(ge=FEWEST, le=2**53 - 1)]


@dataclass(frozen=True, slots=True, config=STRICT)
class Distribution:
    """How long something takes.

    p50, p95 and p99 are seconds, exact for these samples, by linear interpolation between order statistics (Hyndman
    and Fan's type 7, as NumPy computes it). `bins` is the histogram from which the quantiles of several summaries
    together are read: percentiles are merged, never averaged. A bin of fewer than 5 is counted with its neighbour.
    """

    count: Count | None
    p50: Seconds | None
    p95: Seconds | None
    p99: Seconds | None
    bins: Annotated[tuple[Bin, ...], Field(max_length=1_025)]


@dataclass(frozen=True, slots=True, config=STRICT)
class ToolCalling:
    """Tool calls that work.

    `success` = `execute_tool` spans without an error ÷ all of them. `request_success` is OpenRouter's definition
    where it can be seen: of the model calls whose tool calls are in the trace, the share of which none was invalid
    JSON, an unknown tool or a mismatch of the tool's schema.
    """

    calls: Count | None
    success: Share | None
    requests: Count | None
    request_success: Share | None


@dataclass(frozen=True, slots=True, config=STRICT)
class FailureCount:
    """Model calls that failed in one way; null below 5."""

    failure: Failure
    count: Count | None


@dataclass(frozen=True, slots=True, config=STRICT)
class Reliability:
    """Model calls that the API answered.

    `success` = 1 − (401, 402, 404, 5xx, timeouts, lost connections, breaks in mid-stream and errors of no known
    class) ÷ (all requests but those refused with 400, 403, 413 or 429, those cancelled and those that failed as a
    tool does). 403 and 429 have shares of their own, of all requests. Null below 100 requests. After OpenRouter's
    uptime, which likewise excuses what the caller did wrong.
    """

    requests: Count | None
    success: Share | None
    rate_limited: Share | None
    forbidden: Share | None
    failures: Annotated[tuple[FailureCount, ...], Field(max_length=len(Failure))]


@dataclass(frozen=True, slots=True, config=STRICT)
class Latency:
    """Seconds from start to end: of model calls that did not fail, of whole agent steps, to a stream's first chunk.

    Concurrency is the number of model calls under way at once: the greatest, and the mean over the time in which at
    least one was.
    """

    inference: Distribution
    agent_step: Distribution
    first_chunk: Distribution
    concurrency_max: Count
    concurrency_mean: Annotated[float, Field(ge=1, le=1e6)] | None


@dataclass(frozen=True, slots=True, config=STRICT)
class Cost:
    """US dollars for each task: its tokens, cache reads and writes too, at the list price of their day.

    A task is a conversation, or a trace where the upload names no conversations. Retries and failed calls count by
    the tokens they report. A task with a call whose tokens or price are unknown has no cost and is left out:
    `tasks` counts all, `priced` those in the mean. `recomputed` and `declared` are sums over the calls that declare
    a cost and whose price is known; a declared zero is unknown.
    """

    by_conversation: bool
    tasks: Count | None
    priced: Count | None
    mean: Usd | None
    p50: Usd | None
    p95: Usd | None
    declared: Usd | None
    recomputed: Usd | None


@dataclass(frozen=True, slots=True, config=STRICT)
class Bucket:
    """Model calls in one range of turns or of input tokens: from `least` up to the next bucket's.

    `success` is the share without an error, `length` the share cut off at a token limit among those that say why
    they stopped, `score` the mean evaluation score of those that have one. All null below 5.
    """

    least: Count
    requests: Count | None
    success: Share | None
    length: Share | None
    score: float | None


@dataclass(frozen=True, slots=True, config=STRICT)
class Context:
    """What becomes of answers as a conversation goes on and as the input grows.

    Turns are counted within the task, from 1, in order of start. `length` is the share of all answers that say why
    they stopped that were cut off at a token limit.
    """

    by_turn: Annotated[tuple[Bucket, ...], Field(max_length=8)]
    by_input_tokens: Annotated[tuple[Bucket, ...], Field(max_length=8)]
    length: Share | None
    scores: Count | None
    score: float | None


@dataclass(frozen=True, slots=True, config=STRICT)
class Tokens:
    """Totals over the model calls that report them; null where none does."""

    input: Count | None
    output: Count | None
    cache_read: Count | None
    cache_write: Count | None


@dataclass(frozen=True, slots=True, config=STRICT)
class PassAll:
    """pass^k: the chance that k trials of a task all succeed, C(c, k) ÷ C(n, k), a mean over the tasks with n ≥ k.

    n trials of which c succeeded. Yao et al., τ-bench (2024).
    """

    k: Annotated[int, Field(ge=1, le=64)]
    tasks: Count | None
    value: Share | None


@dataclass(frozen=True, slots=True, config=STRICT)
class VocabularyCount:
    """How many spans spoke a vocabulary."""

    vocabulary: Annotated[str, Field(pattern=r"^[A-Z]{1,16}$")]
    spans: Count | None


@dataclass(frozen=True, slots=True, config=STRICT)
class OperationCount:
    """How many spans stood for an operation."""

    operation: Operation
    spans: Count | None


@dataclass(frozen=True, slots=True, config=STRICT)
class Structure:
    """What shows whether a trace grew or was made up.

    `repeated_ids`: spans whose trace and span id were there before. `links`: spans with a parent; `orphans`: those
    whose parent is missing, not counting one remote parent a trace; `loose`: those that lie more than 10 ms outside
    their parent. `on_grid`: share of starts on a whole tenth of a second. `even_gaps`: share of the commonest gap, to
    the millisecond, among gaps between model calls of 100 ms and more. Both null below 20. `fastest`: the greatest
    output of a model call in tokens for each second.
    """

    repeated_ids: Count
    links: Count
    orphans: Count
    loose: Count
    on_grid: Share | None
    even_gaps: Share | None
    fastest: Annotated[float, Field(ge=0, le=1e18)] | None


def shown(count: int) -> int | None:
    """A count, or null where it is small enough to point at somebody."""
    return None if 0 < count < FEWEST else count


def share(part: int, whole: int, fewest: int = FEWEST) -> float | None:
    """A share, or null where too few stand behind it."""
    return part / whole if whole >= fewest else None
