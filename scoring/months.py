"""Months: the grain in which ratings are kept, as whole numbers counted from January of the year 0."""

from calendar import monthrange
from datetime import datetime

import numpy as np

from scoring.arrays import Floats, Integers

DAYS = 365.25 / 12  # of an average month
MIDDLE = 0.5  # of a month: where a rating of unknown day is taken to stand


def month(when: datetime) -> int:
    """Number the month a moment lies in: 12 · year + months gone."""
    return 12 * when.year + when.month - 1


def moment(when: datetime) -> float:
    """Place a moment on the axis of months: the month's number and the fraction of it that has passed."""
    passed = when - when.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return month(when) + passed.total_seconds() / 86_400 / monthrange(when.year, when.month)[1]


def ages(months: Integers, now: float) -> Floats:
    """Days since the middle of each month, never below zero; `now` is a `moment`."""
    days: Floats = np.maximum(0.0, (now - months - MIDDLE) * DAYS)
    return days


def freshness(months: Integers, now: float, half_life_days: float) -> Floats:
    """What is left of a vote of each month; worked out once for each month there is, however many rows it has."""
    last = int(months.max(initial=0))
    first = int(months.min(initial=last))
    left: Floats = np.exp2(-ages(np.arange(first, last + 1), now) / half_life_days)
    return left[months - first]
