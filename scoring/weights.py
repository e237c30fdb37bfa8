"""The weight of one review, evidence times track record times freshness, and the tier it speaks from."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import isinf
from typing import TypeVar

from scoring.constants import CONSTANTS, Constants

Entry = TypeVar("Entry")
TIMES = "\N{MULTIPLICATION SIGN}"
EVIDENCE = (
    "a claim without evidence",
    "evidence of identity",
    "evidence of code, or telemetry alone",
    "evidence of operation",
    "CI-attested evidence",
    "sustained or moderator-verified evidence",
)


@dataclass(frozen=True, slots=True)
class Weight:
    """How much one review counts, in votes, with every reason for it."""

    value: float
    evidence: float
    reputation: float
    freshness: float
    scoring_level: int
    standing: int
    tier: int
    words: str


def scoring_level(ladder_levels: Iterable[int], constants: Constants = CONSTANTS) -> int:
    """Scoring level (0 to 5) of the accepted evidence levels E0 … E6: the strongest of them; none gives 0.

    A moderator's verification is handed over as level 6. Raises ValueError for a level that does not exist.
    """
    return max((_at(constants.scoring_levels, level, "evidence level") for level in ladder_levels), default=0)


def standing(trust: float, constants: Constants = CONSTANTS) -> int:
    """Standing of a reviewer: 0 below trust .1, 1 from .1 on, 2 from .5 on."""
    return sum(trust >= threshold for threshold in constants.trust_thresholds)


def tier(level: int, standing: int, constants: Constants = CONSTANTS) -> int:
    """Tier (0 weakest, 4 strongest) of a scoring level and a standing, by the rating model's table of tiers.

    Raises ValueError for a level or standing that does not exist.
    """
    return _at(_at(constants.tiers, level, "scoring level"), standing, "standing")


def freshness(age_days: float, constants: Constants = CONSTANTS) -> float:
    """Share of its weight a rating keeps: half after each half-life. A date in the future counts as today."""
    return float(2.0 ** (-max(0.0, age_days) / constants.half_life_days))


def weigh(level: int, standing: int, track_record: float, age_days: float, constants: Constants = CONSTANTS) -> Weight:
    """Weigh one review (rating model: evidence times track record times freshness), in votes.

    One vote is a fresh, attested rating with a neutral track record. `level` is a scoring level (0 to 5),
    `standing` 0 to 2, `track_record` the factor earned by past accuracy (1 is neutral). Raises ValueError for a
    level or standing that does not exist and a track record below zero.
    """
    if not track_record >= 0:
        raise ValueError(f"a track record is zero or more, not {track_record}")
    step = tier(level, standing, constants)
    evidence, fresh = constants.evidence_weights[level], freshness(age_days, constants)
    value = evidence * track_record * fresh
    words = (
        f"Counts {value:.2f}: {EVIDENCE[level]} ({evidence:.2f}) {TIMES} track record ({track_record:.2f}) {TIMES} "
        f"freshness ({fresh:.2f}, {_age(age_days)} its month was half over); {_reach(step, constants)}."
    )
    return Weight(value, evidence, track_record, fresh, level, standing, step, words)


def _age(days: float) -> str:
    whole = int(max(0.0, days))
    return {0: "less than a day since", 1: "1 day since"}.get(whole, f"{whole} days since")


def _reach(step: int, constants: Constants) -> str:
    limit = constants.ladder_steps[step]
    if isinf(limit):
        return f"tier {step}, which nothing limits"
    return f"all of tier {step} together may move a score by at most {limit:g} standard errors"


def _at(table: Sequence[Entry], place: int, name: str) -> Entry:
    if not 0 <= place < len(table):
        raise ValueError(f"there is no {name} {place}: it is 0 to {len(table) - 1}")
    return table[place]
