"""Reading the catalogue's CSV files: every broken value is named by its file, line and column."""

import csv
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

_LARGEST = 10**12  # far above any token count or price, far below what a BIGINT holds
_COUNT = re.compile(r"[0-9]{1,13}")
_USD = re.compile(r"[0-9]{1,13}(\.[0-9]+)?")
_FIGURE = re.compile(r"[0-9]{1,12}(\.[0-9]{1,12})?")
_LARGEST_COUNT = 2**31 - 1
_UNSTATED = {"unknown", "n/a"}
Word = TypeVar("Word")
_MILLIONTH = Decimal("0.000001")
_FLAGS = {"0": False, "1": True}


class BrokenFileError(ValueError):
    """A catalogue file cannot be imported; the message names the file, the line and the column."""

    def __init__(self, file: str, line: int, column: str, problem: str) -> None:
        super().__init__(f"{file}, line {line}, column {column}: {problem}")
        self.file, self.line, self.column = file, line, column


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a file. An empty field is unknown: None, never zero or false."""

    file: str
    number: int
    fields: Mapping[str, str]
    readings: Counter[str] = field(compare=False)
    """How often a value was read as something else than it says, by what was done."""

    def broken(self, column: str, problem: str) -> BrokenFileError:
        """The error to raise about one field of this line."""
        return BrokenFileError(self.file, self.number, column, problem)

    def optional(self, column: str) -> str | None:
        """The text of a field, or None where it is empty."""
        text = self.fields[column].strip()
        if "\0" in text:
            raise self.broken(column, "holds a NUL character")
        return text or None

    def text(self, column: str) -> str:
        """The text of a field that must not be empty."""
        text = self.optional(column)
        if text is None:
            raise self.broken(column, "is empty")
        return text

    def flag(self, column: str) -> bool | None:
        """True for 1, False for 0, None for unknown."""
        text = self.optional(column)
        if text is not None and text not in _FLAGS:
            raise self.broken(column, f"{text!r} is neither 0 nor 1")
        return None if text is None else _FLAGS[text]

    def limit(self, column: str) -> int | None:
        """A number of tokens. A limit of 0 says nothing, so it is unknown."""
        text = self.optional(column)
        if text is None:
            return None
        if not _COUNT.fullmatch(text) or int(text) > _LARGEST:
            raise self.broken(column, f"{text!r} is not a whole number of tokens")
        self.readings["limit of 0 read as unknown"] += int(text) == 0
        return int(text) or None

    def usd(self, column: str) -> Decimal | None:
        """US dollars, to the millionth. A price of 0 says nothing, so it is unknown."""
        text = self.optional(column)
        if text is None:
            return None
        if text.startswith("-"):
            raise self.broken(column, f"the price {text} is negative")
        if not _USD.fullmatch(text) or Decimal(text) > _LARGEST:
            raise self.broken(column, f"{text!r} is not a price in US dollars")
        price = Decimal(text).quantize(_MILLIONTH)
        self.readings["price of 0 read as unknown"] += price == 0
        return price or None

    def day(self, column: str) -> date | None:
        """A date. One given as a month only is read as the first of that month and counted."""
        text = self.optional(column)
        if text is None:
            return None
        try:
            day = date.fromisoformat(text if len(text) > 7 else text + "-01")
        except ValueError as error:
            raise self.broken(column, f"{text!r} is neither a date nor a month") from error
        self.readings[f"{column} of a month read as its first day"] += len(text) <= 7
        return day

    def figure(self, column: str) -> float:
        """A measured figure: a plain decimal number from 0."""
        text = self.text(column)
        if not _FIGURE.fullmatch(text):
            raise self.broken(column, f"{text!r} is not a plain number from 0")
        return float(text)

    def count(self, column: str) -> int | None:
        """How many, from 1."""
        text = self.optional(column)
        if text is None:
            return None
        if not _COUNT.fullmatch(text) or not 1 <= int(text) <= _LARGEST_COUNT:
            raise self.broken(column, f"{text!r} is not a whole number from 1")
        return int(text)

    def certain_day(self, column: str) -> date:
        """A date that must not be empty; a month as in `day`."""
        day = self.day(column)
        if day is None:
            raise self.broken(column, "is empty")
        return day

    def stated(self, column: str) -> str | None:
        """The text of a field, or None where it is empty or only says that it is unknown."""
        text = self.optional(column)
        if text is None or text.casefold() not in _UNSTATED:
            return text
        self.readings[f"{column} {text!r} read as unknown"] += 1
        return None

    def word(self, column: str, words: Mapping[str, Word]) -> Word:
        """What one of the known words of a column stands for."""
        text = self.text(column)
        if text not in words:
            raise self.broken(column, f"{text!r} is none of {', '.join(words)}")
        return words[text]

    def reference(self, column: str, ids: Mapping[str, str]) -> str:
        """The id of the row that a field names by its slug."""
        slug = self.text(column)
        if slug not in ids:
            raise self.broken(column, f"there is no {column} {slug!r}")
        return ids[slug]


def lines(path: Path, columns: tuple[str, ...], readings: Counter[str]) -> list[Line]:
    """The lines of the CSV file at `path`, which must have all `columns`.

    Raises BrokenFileError for a missing column, a line of another length, text that is not UTF-8, and a file that
    is missing, has no rows or ends in the middle of a line.
    """
    rows = csv.reader(_decode(path).splitlines(keepends=True), strict=True)
    try:
        header = next(rows, [])
        for column in columns:
            if column not in header:
                raise BrokenFileError(path.name, 1, column, "the column is missing")
        found = [Line(path.name, number, fields, readings) for number, fields in _records(path, header, rows)]
    except csv.Error as error:
        raise BrokenFileError(path.name, rows.line_num, "any", str(error)) from error
    if not found:
        raise BrokenFileError(path.name, 2, "any", "the file has no rows")
    return found


def unique(found: list[Line], *columns: str) -> list[Line]:
    """The same lines, once it is sure that no two share the key in `columns`."""
    first: dict[tuple[str, ...], int] = {}
    for line in found:
        key = tuple(line.text(column) for column in columns)
        if first.setdefault(key, line.number) != line.number:
            raise line.broken(columns[-1], f"{' '.join(key)!r} is already on line {first[key]}")
    return found


def _records(path: Path, header: list[str], rows: Iterator[list[str]]) -> Iterator[tuple[int, dict[str, str]]]:
    # `rows` is a csv.reader: a record may span lines and is named by its last one.
    for values in rows:
        number: int = rows.line_num  # type: ignore[attr-defined]  # the reader's own type is private
        if len(values) != len(header):
            column = header[min(len(values), len(header) - 1)]
            raise BrokenFileError(path.name, number, column, f"{len(values)} fields, not {len(header)}")
        yield number, dict(zip(header, values, strict=True))


def _decode(path: Path) -> str:
    if not path.is_file():
        raise BrokenFileError(path.name, 1, "any", "the file is missing")
    content = path.read_bytes()
    if content and not content.endswith(b"\n"):
        raise BrokenFileError(
            path.name, content.count(b"\n") + 1, "any", "the file is cut off: its last line has no end"
        )
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise BrokenFileError(path.name, line, "any", "the text is not UTF-8") from error
