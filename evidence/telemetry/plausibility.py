"""Whether a summary can be what it says: figures that a made-up upload gets wrong.

Passing proves nothing; each failure is shown, and lowers what the upload counts for. All of it can be told from a
summary, so that one made on the reviewer's machine meets the same questions as an upload.
"""

from collections.abc import Container, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from evidence.telemetry.figures import Distribution
from evidence.telemetry.summary import Summary
from evidence.telemetry.trace_ids import seen

OLDEST = timedelta(days=90)
FEWEST_REQUESTS, FEWEST_DAYS = 200, 3
FASTEST = 5_000  # output tokens for each second
MOST_BROKEN = 0.02  # of links; exporters drop a span now and then
MOST_REGULAR = 0.5  # of starts or gaps
FEWEST_CONFIRMED = 0.9  # of requests
LEAST_TAIL = 1.5  # p99 ÷ p50; a uniform spread from 0.5 to 1.5 has 1.49
ALIKE = 0.001  # quantiles this near to another upload's are the same
MOST_OFF = 0.2  # of the recomputed cost


class Question(StrEnum):
    """What is asked of a summary."""

    DISTINCT_SPANS = "distinct_spans"
    NEW_TRACES = "new_traces"
    SOUND_NESTING = "sound_nesting"
    RECENT = "recent"
    IRREGULAR_TIMES = "irregular_times"
    POSSIBLE_SPEED = "possible_speed"
    REVIEWED_MODEL = "reviewed_model"
    ENOUGH_CALLS = "enough_calls"
    HEAVY_TAIL = "heavy_tail"
    OWN_LATENCIES = "own_latencies"
    TRUE_COST = "true_cost"


class Outcome(StrEnum):
    """How a check ended; NOT_APPLICABLE where the upload does not say enough to tell."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True, slots=True)
class Check:
    """One question, its outcome, and the figures behind it in words."""

    question: Question
    outcome: Outcome
    words: str


@dataclass(frozen=True, slots=True)
class Past:
    """What is known from other uploads: filtered trace digests and the key they were made with, latencies.

    `requests` and `days` are what earlier uploads for the same review hold of other traces: an exporter sends little
    at a time.
    """

    key: bytes = field(default=b"", repr=False)
    traces: Container[str] = frozenset()
    latencies: Iterable[Distribution] = ()
    requests: int = 0
    days: int = 0


def checks(summary: Summary, today: date, past: Past | None = None) -> tuple[Check, ...]:
    """Every check of a summary, on the day `today` in UTC. Without `past`, what compares uploads is not applicable."""
    return (
        _distinct_spans(summary),
        _new_traces(summary, past),
        _sound_nesting(summary),
        _recent(summary, today),
        _irregular_times(summary),
        _possible_speed(summary),
        _reviewed_model(summary),
        _enough_calls(summary, past or Past()),
        _heavy_tail(summary),
        _own_latencies(summary, past),
        _true_cost(summary),
    )


def plausible(checks: Iterable[Check]) -> bool:
    """Whether no check failed."""
    return all(check.outcome is not Outcome.FAILED for check in checks)


def _check(question: Question, passed: bool | None, words: str) -> Check:
    outcome = Outcome.NOT_APPLICABLE if passed is None else Outcome.PASSED if passed else Outcome.FAILED
    return Check(question, outcome, words)


def _distinct_spans(summary: Summary) -> Check:
    repeated = summary.structure.repeated_ids
    return _check(Question.DISTINCT_SPANS, repeated == 0, f"{repeated} spans repeat the ids of another.")


def _new_traces(summary: Summary, past: Past | None) -> Check:
    if past is None:
        return _check(Question.NEW_TRACES, None, "There is nothing to compare with.")
    known = seen(summary.traces_seen, past.key, past.traces)
    words = f"{known} of {len(summary.traces_seen)} sampled traces were uploaded before."
    return _check(Question.NEW_TRACES, known == 0, words)


def _sound_nesting(summary: Summary) -> Check:
    tree = summary.structure
    words = f"Of {tree.links} spans with a parent, {tree.orphans} miss it and {tree.loose} lie outside it."
    sound = tree.orphans + tree.loose <= MOST_BROKEN * tree.links if tree.links else None
    return _check(Question.SOUND_NESTING, sound, words)


def _recent(summary: Summary, today: date) -> Check:
    first, last = summary.first_day, summary.last_day
    recent = today - OLDEST <= first <= last <= today + timedelta(days=1)
    return _check(Question.RECENT, recent, f"From {first} to {last}; asked on {today} for the last {OLDEST.days} days.")


def _irregular_times(summary: Summary) -> Check:
    tree = summary.structure
    known = [each for each in (tree.on_grid, tree.even_gaps) if each is not None]
    if not known:
        return _check(Question.IRREGULAR_TIMES, None, "There are too few spans to tell.")
    words = f"Up to {max(known):.0%} of starts fall on a tenth of a second or of gaps are alike."
    return _check(Question.IRREGULAR_TIMES, max(known) <= MOST_REGULAR, words)


def _possible_speed(summary: Summary) -> Check:
    if (fastest := summary.structure.fastest) is None:
        return _check(Question.POSSIBLE_SPEED, None, "No call reports its output tokens.")
    words = f"The fastest call put out {fastest:,.0f} tokens/s; {FASTEST:,} are believed."
    return _check(Question.POSSIBLE_SPEED, fastest <= FASTEST, words)


def _reviewed_model(summary: Summary) -> Check:
    if summary.model is None:
        return _check(Question.REVIEWED_MODEL, None, "No model was asked for.")
    words = f"{summary.confirmed} of {summary.requests} answers name the reviewed model themselves."
    enough = summary.requests > 0 and summary.confirmed >= FEWEST_CONFIRMED * summary.requests
    return _check(Question.REVIEWED_MODEL, enough, words)


def _enough_calls(summary: Summary, past: Past) -> Check:
    requests, days = summary.requests + past.requests, max(summary.days, past.days)
    words = f"{requests} calls on {days} days; {FEWEST_REQUESTS} on {FEWEST_DAYS} are needed."
    enough = requests >= FEWEST_REQUESTS and days >= FEWEST_DAYS
    return _check(Question.ENOUGH_CALLS, enough, words)


def _heavy_tail(summary: Summary) -> Check:
    seconds = summary.latency.inference
    if not seconds.p50 or not seconds.p99 or (seconds.count or 0) < FEWEST_REQUESTS:
        return _check(Question.HEAVY_TAIL, None, f"Fewer than {FEWEST_REQUESTS} latencies tell nothing.")
    tail = seconds.p99 / seconds.p50
    words = f"p99 is {tail:.2f} times the median; real latencies reach {LEAST_TAIL}."
    return _check(Question.HEAVY_TAIL, tail >= LEAST_TAIL, words)


def _own_latencies(summary: Summary, past: Past | None) -> Check:
    own = summary.latency.inference
    if past is None or (own.count or 0) < FEWEST_REQUESTS:
        return _check(Question.OWN_LATENCIES, None, "There is nothing to compare with.")
    copies = sum(_alike(own, other) for other in past.latencies)
    return _check(Question.OWN_LATENCIES, copies == 0, f"{copies} other uploads have the same latency quantiles.")


def _alike(one: Distribution, other: Distribution) -> bool:
    pairs = ((one.p50, other.p50), (one.p95, other.p95), (one.p99, other.p99))
    return all(a is not None and b is not None and abs(a - b) <= ALIKE * a for a, b in pairs)


def _true_cost(summary: Summary) -> Check:
    declared, recomputed = summary.cost.declared, summary.cost.recomputed
    if not declared or not recomputed:
        return _check(Question.TRUE_COST, None, "No cost is declared that could be recomputed.")
    off = abs(declared - recomputed) / recomputed
    words = f"The declared cost is {off:.0%} off the recomputed; {MOST_OFF:.0%} is believed."
    return _check(Question.TRUE_COST, off <= MOST_OFF, words)
