"""Whether a trace was uploaded before, told without keeping its id."""

from collections.abc import Container, Iterable
from hashlib import sha256
from hmac import digest

from evidence.telemetry.summary import MOST_TRACES

_SIZE = 8  # bytes kept of a digest: among a billion, two alike by chance once in 37 such collections


def least_digests(traces: Iterable[bytes]) -> tuple[str, ...]:
    """The least 512 digests of trace ids, in order. Two uploads that share traces share some of these.

    A bottom-k sketch (Cohen and Kaplan, 2007): whichever half of another upload is used again, the least of the union
    hold their share of it. The ids are 16 random bytes, so that nothing can be looked up by its digest.
    """
    return tuple(sorted({sha256(trace).hexdigest()[: 2 * _SIZE] for trace in traces})[:MOST_TRACES])


def filtered(digests: Iterable[str], key: bytes) -> frozenset[str]:
    """What is stored of digests: HMAC-SHA-256 under the instance's key, 8 bytes in hexadecimal."""
    return frozenset(digest(key, each.encode(), "sha256").hex()[: 2 * _SIZE] for each in digests)


def seen(digests: Iterable[str], key: bytes, known: Container[str]) -> int:
    """How many of the traces are among those already known."""
    return sum(each in known for each in filtered(digests, key))
