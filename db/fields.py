"""Column types that mean the same on SQLite and PostgreSQL."""

import secrets
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
from tortoise.fields import CharField
from tortoise.fields.base import Field
from tortoise.models import Model

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_MANY = 8  # stamps
_ALPHABET = "0123456789abcdefghijkmnpqrstuvwxyz"  # without l and o, which people misread
_PAIRS = [first + second for second in _ALPHABET for first in _ALPHABET]
_ID_LENGTH = 12  # 34**12 is more than 2**61: a collision is a constraint error, never a mix-up


def microseconds(moment: datetime) -> int:
    """Microseconds since 1970-01-01T00:00Z of an aware datetime."""
    return (moment - _EPOCH) // _MICROSECOND


def instant(stamp: int) -> datetime:
    """The aware UTC datetime of microseconds since 1970-01-01T00:00Z."""
    return _EPOCH + stamp * _MICROSECOND


def instants(stamps: Sequence[int | None]) -> list[datetime | None]:
    """The moment of each stamp, None for None: NumPy takes half the time where they are many."""
    if len(stamps) < _MANY:
        return [None if stamp is None else instant(stamp) for stamp in stamps]
    since = np.array(stamps, "timedelta64[us]").tolist()
    return [None if each is None else _EPOCH + each for each in since]


def random_id(prefix: str) -> str:
    """A short random public id, such as `rev_4k9w…`; the prefix names the table."""
    return _spelled(prefix, secrets.randbits(128))  # so many that the remainder which is spelled favours no id


def stable_id(prefix: str, digest: bytes) -> str:
    """The public id of a catalogue row: equal on every instance, since a digest of its key makes it."""
    return _spelled(prefix, int.from_bytes(digest, "big"))


def _spelled(prefix: str, number: int) -> str:
    letters = prefix + "_"
    for _ in range(_ID_LENGTH // 2):
        number, pair = divmod(number, len(_PAIRS))
        letters += _PAIRS[pair]
    return letters


class IdField(CharField[str]):
    """A primary key that is public: a table prefix, an underscore and twelve random letters."""

    def __init__(self, prefix: str, **options: Any) -> None:
        self.prefix = prefix
        # Tortoise checks the length of what is looked up, too: an id that is too long is unknown, not an error.
        super().__init__(primary_key=True, max_length=10**6, default=lambda: random_id(prefix), **options)


class InstantField(Field[datetime], datetime):
    """A UTC moment kept as integer microseconds, because SQLite compares datetimes as text."""

    SQL_TYPE = "BIGINT"

    def to_db_value(self, value: datetime | None, instance: type[Model] | Model) -> int | None:
        return None if value is None else microseconds(value)

    def to_python_value(self, value: Any) -> datetime | None:
        return instant(value) if isinstance(value, int) else value


def optional_instant() -> Field[datetime | None]:
    """A moment that may be null."""
    return InstantField(null=True)  # type: ignore[return-value]  # what `null` makes of it


class UsdField(Field[Decimal], Decimal):  # type: ignore[misc]  # Tortoise fields subclass the type they hold
    """US dollars kept as integer millionths, because SQLite has no exact decimals to compare."""

    SQL_TYPE = "BIGINT"

    def to_db_value(self, value: Decimal | None, instance: type[Model] | Model) -> int | None:
        return None if value is None else int(value * 1_000_000)

    def to_python_value(self, value: Any) -> Decimal | None:
        return (Decimal(value) / 1_000_000).normalize() if isinstance(value, int) else value
