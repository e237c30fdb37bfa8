"""The outermost shape of protobuf bytes: which field lies where. What lies inside is left to the protobuf library."""

from collections.abc import Iterator
from typing import NamedTuple

from evidence.telemetry.refusals import malformed

_VARINT, _FIXED64, BYTES, _FIXED32 = 0, 1, 2, 5
_LONGEST_VARINT = 10  # bytes


class Field(NamedTuple):
    """One field of a message: its number, its wire type, where it starts, where its content starts and ends."""

    number: int
    kind: int
    start: int
    content: int
    end: int


def fields(data: bytes, start: int, end: int) -> Iterator[Field]:
    """The fields of the message in `data[start:end]`. Raises Refused: MALFORMED."""
    place = start
    while place < end:
        tag, content = _varint(data, place, end)
        field = Field(tag >> 3, tag & 7, place, *_content(data, tag & 7, content, end))
        if field.end > end or field.number == 0:
            raise malformed("A protobuf field is cut off.")
        yield field
        place = field.end


def _content(data: bytes, kind: int, place: int, end: int) -> tuple[int, int]:
    if kind == BYTES:
        length, content = _varint(data, place, end)
        return content, content + length
    if kind == _VARINT:
        return place, _varint(data, place, end)[1]
    if kind in {_FIXED64, _FIXED32}:
        return place, place + (8 if kind == _FIXED64 else 4)
    raise malformed("A protobuf field has no known type.")


def _varint(data: bytes, place: int, end: int) -> tuple[int, int]:
    value = shift = 0
    for at in range(place, min(end, place + _LONGEST_VARINT)):
        byte = data[at]
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at + 1
        shift += 7
    raise malformed("A protobuf number is cut off.")
