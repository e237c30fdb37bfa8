"""How much of an upload is read before it is refused."""

from dataclasses import dataclass

MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one upload.

    Bytes are bounded before they are parsed and so are the things they describe: a two-byte message or `{}` costs
    between 60 and 230 bytes once it is an object.
    """

    gzipped: int = MIB
    """bytes"""
    inflated: int = 16 * MIB
    """bytes"""
    ratio: int = 50
    """inflated bytes for each gzipped byte"""
    spans: int = 20_000
    containers: int = 1_000_000
    """JSON objects and arrays"""
    span_whole: int = 16 * 1024
    """bytes of a protobuf span that are parsed as they are; a longer one is trimmed first"""
    span_trimmed: int = 256 * 1024
    """bytes of a trimmed span"""
    field_kept: int = 4 * 1024
    """bytes; no attribute that we keep is longer"""
    span_fields: int = 4_096
    """fields of a trimmed span"""


LIMITS = Limits()
