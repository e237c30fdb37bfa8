"""A span as both encodings give it: checked ids and times, and only the attributes that the alias table names."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from evidence.telemetry.refusals import malformed

_LAST = 2**63 - 1  # nanoseconds, the year 2262


class Raw(NamedTuple):
    """One span. `facts` holds allowed attributes, `events` what is kept of span events, both by their own names."""

    trace: bytes
    id: bytes
    parent: bytes | None
    start: int
    end: int
    failed: bool
    facts: dict[str, Any]
    events: list[tuple[str, Any]]


def raw(
    trace: bytes,
    id: bytes,
    parent: bytes,
    times: tuple[int, int],
    failed: bool,
    facts: dict[str, Any],
    events: Iterable[tuple[str, Any]],
) -> Raw:
    """A span with sound ids and times. Raises Refused: MALFORMED."""
    start, end = times
    if len(trace) != 16 or len(id) != 8 or not any(trace) or not any(id):
        raise malformed("A span has no valid id.")
    if len(parent) not in {0, 8}:
        raise malformed("A span's parent has no valid id.")
    if not 0 < start <= end <= _LAST:
        raise malformed("A span does not end after it starts.")
    return Raw(trace, id, parent if any(parent) else None, start, end, failed, facts, list(events))
