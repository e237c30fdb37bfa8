"""What the caller knows and an upload does not: which model a name means, and what a call costs."""

from datetime import datetime
from typing import NamedTuple, Protocol


class Usage(NamedTuple):
    """Tokens of one model call. `input` includes what was read from and written to a cache."""

    input: int
    output: int
    cache_read: int
    cache_write: int


class Price(Protocol):
    """US dollars of a model call at its time; null where nobody knows."""

    def __call__(self, model: str, provider: str | None, at: datetime, usage: Usage) -> float | None: ...


class Resolve(Protocol):
    """The id of the model that a name means with a provider; null where it is not known."""

    def __call__(self, model: str, provider: str | None) -> str | None: ...
