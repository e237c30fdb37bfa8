from datetime import UTC, datetime

import numpy as np
import pytest

from scoring.months import ages, moment, month


def test_months_are_counted_from_january_of_the_year_zero() -> None:
    assert month(datetime(2026, 3, 9, tzinfo=UTC)) == 2026 * 12 + 2


def test_a_moment_is_the_month_and_the_share_of_it_that_has_passed() -> None:
    assert moment(datetime(2026, 2, 15, 12, tzinfo=UTC)) == pytest.approx(2026 * 12 + 1 + 14.5 / 28)
    assert moment(datetime(2026, 1, 1, tzinfo=UTC)) == 2026 * 12


def test_a_rating_is_as_old_as_the_middle_of_its_month_and_never_of_the_future() -> None:
    now = 24_312 + 0.75
    expected = [(12 + 0.25) * 365.25 / 12, 0.25 * 365.25 / 12, 0]
    assert ages(np.array([24_300, 24_312, 24_313]), now) == pytest.approx(expected)
