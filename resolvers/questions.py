"""Questions: what a board is asked for, checked and put as the arithmetic takes it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from db.enums import UseCase
from resolvers.inputs import RankingFilter, Weights
from resolvers.refusals import BadUserInput
from resolvers.snapshots import DIMENSIONS, USE_CASES
from scoring import rankings
from scoring.arrays import Floats
from scoring.estimates import Question
from scoring.months import moment

EQUAL = Weights(tool_calling=1, api_reliability=1, cost_per_task=1, context_quality=1, latency=1)
_EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)


class Pooling(StrEnum):
    """What a ranking ranks."""

    ENDPOINT = "ENDPOINT"
    """Endpoints: a model as one provider serves it."""
    MODEL = "MODEL"
    """Models, the statistics of all their endpoints pooled."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a board is asked for."""

    use_case: UseCase
    pooling: Pooling = Pooling.ENDPOINT
    weights: Weights | None = None
    filter: RankingFilter | None = None
    as_of: datetime | None = None
    among: frozenset[str] | None = None


def past_moment(asked: datetime, latest: datetime, argument: str) -> datetime:
    """A moment in the past in UTC, or BadUserInput that names the argument."""
    if asked.tzinfo is None:
        raise BadUserInput("Say the time zone, such as 2026-01-31T00:00:00Z.", argument)
    if not _EARLIEST <= asked <= latest:
        raise BadUserInput(f"{asked} is not between {_EARLIEST:%Y} and {latest}.", argument)
    return asked.astimezone(UTC)


def shared(weights: Weights) -> Floats:
    """The dimensions' shares of one, or BadUserInput."""
    given = [getattr(weights, dimension.column) for dimension in DIMENSIONS]
    try:
        return rankings.normalise(given)
    except ValueError as error:
        raise BadUserInput(str(error), "weights") from None


def question_of(asked: Asked, now: datetime) -> Question:
    """The question to the statistics, or BadUserInput."""
    wanted = asked.filter or RankingFilter()
    level = wanted.min_scoring_level or 0
    if not 0 <= level <= 5:
        raise BadUserInput("A scoring level is 0 to 5.", "filter", "minScoringLevel")
    for name, day in (("since", wanted.since), ("until", wanted.until)):
        if day is not None and day > now.date():
            raise BadUserInput(f"{day} is later than the moment asked about.", "filter", name)
    return Question(
        use_case=USE_CASES.index(asked.use_case),
        now=moment(now),
        minimum_level=level,
        first_month=None if wanted.since is None else 12 * wanted.since.year + wanted.since.month - 1,
        last_month=None if wanted.until is None else 12 * wanted.until.year + wanted.until.month - 1,
        pooled=asked.pooling is Pooling.MODEL,
    )
