"""What a look-up comes to: proven facts, a failure with its reason, or no answer yet and when to ask again."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Generic, TypeVar

SOON, LATEST = timedelta(minutes=10), timedelta(days=1)
_NEXT = timedelta(minutes=1)
F = TypeVar("F")


class Fault(StrEnum):
    """What is not as it must be; each is the claimant's to put right."""

    NAME = "NAME"
    """The repository, file or host is not named in the plain form."""
    MISSING = "MISSING"
    """There is no such public repository or host."""
    MOVED = "MOVED"
    """It is elsewhere now; name it as it is called today."""
    COPY = "COPY"
    """The repository is a fork, a template, archived or disabled."""
    AGE = "AGE"
    """The repository is younger than 30 days."""
    STALE = "STALE"
    """Nothing was pushed in the last 90 days."""
    HISTORY = "HISTORY"
    """Fewer than ten commits, or all within a week."""
    AFFILIATED = "AFFILIATED"
    """The repository belongs to a vendor's organisation."""
    CHALLENGE = "CHALLENGE"
    """The challenge is not where it must be."""
    MANIFEST = "MANIFEST"
    """The manifest names no known SDK."""
    MODEL = "MODEL"
    """The source names none of the model's ids."""
    ADDRESS = "ADDRESS"
    """The host's address is not public."""
    CERTIFICATE = "CERTIFICATE"
    """The host's certificate is not trusted."""
    SIZE = "SIZE"
    """The answer is too large."""


@dataclass(frozen=True, slots=True)
class Proven(Generic[F]):
    """It is as claimed; `facts` are what may be stored of it."""

    facts: F


@dataclass(frozen=True, slots=True)
class Failed:
    """It is not as claimed."""

    fault: Fault


@dataclass(frozen=True, slots=True)
class Pending:
    """Nobody could tell: not the claimant's fault, so ask again at `retry_at`."""

    retry_at: datetime


Outcome = Proven[F] | Failed | Pending


class Unproven(Exception):  # noqa: N818  # a look-up's way out, which never leaves its module
    """Carries how the look-up ends."""

    def __init__(self, outcome: Failed | Pending) -> None:
        super().__init__(str(outcome))
        self.outcome = outcome


def pending(now: datetime, wait: timedelta = SOON) -> Pending:
    """Ask again after `wait`, at least a minute and at most a day from now."""
    return Pending(now + min(max(wait, _NEXT), LATEST))


def required(held: bool, fault: Fault) -> None:
    """Go on only if it held."""
    if not held:
        raise Unproven(Failed(fault))
