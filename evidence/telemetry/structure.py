"""How the spans of an upload hang together."""

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from evidence.telemetry.figures import Structure, share
from evidence.telemetry.spans import Span

_MILLISECOND = 1_000_000  # nanoseconds
_TOLERANCE = 10 * _MILLISECOND
_GRID = 100 * _MILLISECOND
_FEWEST_TIMES = 20


def structure(spans: Sequence[Span], calls: Sequence[Span]) -> Structure:
    """What spans and model calls, both in order of start, show of how they came to be."""
    by_id = {(span.trace, span.id): span for span in spans}
    linked = [span for span in spans if span.parent is not None]
    found = [(span, parent) for span in linked if (parent := by_id.get((span.trace, span.parent or b"")))]
    return Structure(
        repeated_ids=len(spans) - len(by_id),
        links=len(linked),
        orphans=_orphans(linked, by_id),
        loose=sum(not _encloses(parent, span) for span, parent in found),
        on_grid=share(sum(span.start % _GRID == 0 for span in spans), len(spans), _FEWEST_TIMES),
        even_gaps=_even_gaps(calls),
        fastest=_fastest(calls),
    )


def _orphans(linked: Sequence[Span], by_id: dict[tuple[bytes, bytes], Span]) -> int:
    remote: dict[bytes, bytes | None] = {}
    missing = [span for span in linked if (span.trace, span.parent) not in by_id]
    return sum(remote.setdefault(span.trace, span.parent) != span.parent for span in missing)


def _encloses(parent: Span, span: Span) -> bool:
    return parent.start - _TOLERANCE <= span.start and span.end <= parent.end + _TOLERANCE


def _even_gaps(calls: Sequence[Span]) -> float | None:
    gaps = [later.start - earlier.start for earlier, later in pairwise(calls)]
    wide = Counter(round(gap / _MILLISECOND) for gap in gaps if gap >= _GRID)
    return share(max(wide.values(), default=0), wide.total(), _FEWEST_TIMES)


def _fastest(calls: Sequence[Span]) -> float | None:
    speeds = [call.output_tokens / max(call.seconds, 1e-9) for call in calls if call.output_tokens]
    return max(speeds, default=None)
