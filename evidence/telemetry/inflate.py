"""Gzip, inflated in small steps that stop at the first limit."""

import zlib
from collections.abc import Iterable

from evidence.telemetry.limits import LIMITS, Limits
from evidence.telemetry.refusals import Reason, Refused, malformed

MAGIC = b"\x1f\x8b"
_STEP = 64 * 1024  # bytes inflated at a time
_GZIP = 31  # window of 15 bits, gzip header expected


def inflated(chunks: Iterable[bytes], limits: Limits = LIMITS) -> bytes:
    """The content of one gzip member, as it arrives. Raises Refused: TOO_LARGE, BOMB or MALFORMED.

    The ratio is that of what came out to what went in so far, so a bomb is stopped before it has all been received.
    """
    member, received, content = zlib.decompressobj(_GZIP), 0, bytearray()
    for chunk in chunks:
        received += len(chunk)
        if received > limits.gzipped:
            raise Refused(Reason.TOO_LARGE, f"More than {limits.gzipped} gzipped bytes.")
        _inflate(member, chunk, content, received, limits)
    if not member.eof:
        raise malformed("The gzip stream ends too early.")
    return bytes(content)


def _inflate(member: "zlib._Decompress", chunk: bytes, content: bytearray, received: int, limits: Limits) -> None:
    if member.eof and chunk:
        raise malformed("Something follows the gzip stream.")
    while chunk and not member.eof:
        try:
            content += member.decompress(chunk, _STEP)
        except zlib.error:
            raise malformed("This is not a gzip stream.") from None
        _measure(len(content), received, limits)
        chunk = member.unconsumed_tail
    if member.unused_data:
        raise malformed("Something follows the gzip stream.")


def _measure(inflated: int, received: int, limits: Limits) -> None:
    if inflated > limits.ratio * max(received, 1):
        raise Refused(Reason.BOMB, f"Inflates to more than {limits.ratio} times its size.")
    if inflated > limits.inflated:
        raise Refused(Reason.TOO_LARGE, f"More than {limits.inflated} bytes once inflated.")
