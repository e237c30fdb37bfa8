"""Sustained operation (E6): attested, plausible reports over a long time, from one owner."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

FEWEST_REPORTS, FEWEST_CALLS = 4, 10_000
SHORTEST, LONGEST_PAUSE = timedelta(days=60), timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Report:
    """One attested report: when, whose repository, and its model calls that no later report repeats."""

    at: datetime
    owner_id: int
    calls: int


def until(reports: Sequence[Report]) -> datetime | None:
    """Until when reports, in order of time, show sustained operation; null where they do not.

    Only the newest counts without a pause of 60 days, and those of the newest one's owner.
    """
    chain = _unbroken(reports)
    if len(chain) < FEWEST_REPORTS or chain[-1].at - chain[0].at < SHORTEST:
        return None
    return chain[-1].at + LONGEST_PAUSE if sum(each.calls for each in chain) >= FEWEST_CALLS else None


def _unbroken(reports: Sequence[Report]) -> list[Report]:
    chain: list[Report] = []
    for each in reversed(reports):
        if chain and (each.owner_id != chain[0].owner_id or chain[0].at - each.at > LONGEST_PAUSE):
            break
        chain.insert(0, each)
    return chain
