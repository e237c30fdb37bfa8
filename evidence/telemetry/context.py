"""Whether answers hold as conversations go on and inputs grow."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from math import fsum

from evidence.telemetry.figures import FEWEST, Bucket, Context, share, shown
from evidence.telemetry.spans import Finish, Span

TURNS = (1, 2, 4, 8, 16)
INPUT_TOKENS = (0, 8_000, 32_000, 128_000)


def context(tasks: Iterable[Iterable[Span]], calls: Sequence[Span], spans: Iterable[Span]) -> Context:
    """The quality of answers by turn and by input tokens. `calls` are those looked at, `tasks` hold all turns."""
    own = {id(call) for call in calls}
    turns = [(turn, call) for task in tasks for turn, call in enumerate(task, 1) if id(call) in own]
    sized = [(call.input_tokens, call) for call in calls if call.input_tokens is not None]
    scores = [score for span in spans for score in span.scores]
    return Context(
        by_turn=_buckets(turns, TURNS),
        by_input_tokens=_buckets(sized, INPUT_TOKENS),
        length=_length(calls),
        scores=shown(len(scores)),
        score=_mean(scores),
    )


def _buckets(placed: Iterable[tuple[int, Span]], leasts: Sequence[int]) -> tuple[Bucket, ...]:
    buckets = [list[Span]() for _ in leasts]
    for place, call in placed:
        buckets[bisect_right(leasts, place) - 1].append(call)
    return tuple(_bucket(least, calls) for least, calls in zip(leasts, buckets, strict=True))


def _bucket(least: int, calls: Sequence[Span]) -> Bucket:
    return Bucket(
        least=least,
        requests=shown(len(calls)),
        success=share(sum(call.failure is None for call in calls), len(calls)),
        length=_length(calls),
        score=_mean([score for call in calls for score in call.scores]),
    )


def _length(calls: Iterable[Span]) -> float | None:
    said = [call for call in calls if call.finishes]
    return share(sum(Finish.LENGTH in call.finishes for call in said), len(said))


def _mean(scores: Sequence[float]) -> float | None:
    return fsum(scores) / len(scores) if len(scores) >= FEWEST else None
