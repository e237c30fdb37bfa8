"""Rank correlations, top-k gaps and verdicts, worked by hand and held against brute force."""

from datetime import date
from itertools import combinations, permutations
from math import isnan, nan, sqrt
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring import correlations
from scoring.arrays import Floats
from scoring.gaps import Agreement, Figure, TopGap, gap, ranks
from scoring.gaps import agreement as agreement_of
from scoring.gaps import top_gap as top_gap_of
from scoring.reports import Report, is_mixed, lower_is_better, representatives
from scoring.verdicts import Finding, found, verdict

columns: Any = st.integers(3, 9).flatmap(
    lambda n: st.tuples(*[st.lists(st.integers(0, 6).map(float), min_size=n, max_size=n).map(np.array)] * 2)
)


def told(measure: Any, x: Floats, y: Floats) -> float:
    return float(measure(x, y, correlations.whole(len(x)))[0])


def agreement(x: Floats, y: Floats) -> Agreement:
    return agreement_of(x, y, correlations.drawings(len(x)))


def top_gap(benchmark: Floats, field: Floats, k: int) -> TopGap:
    return top_gap_of(benchmark, field, k, correlations.drawings(len(field), draws=200))


def pearson(x: Floats, y: Floats) -> float:
    first, second = x - x.mean(), y - y.mean()
    spread = sqrt((first**2).sum() * (second**2).sum())
    return float((first * second).sum() / spread) if spread else nan


def tau(x: Floats, y: Floats) -> float:
    """Kendall's tau-b by going through all pairs."""
    pairs = [(x[i] - x[j], y[i] - y[j]) for i, j in combinations(range(len(x)), 2)]
    agree = sum(np.sign(a) * np.sign(b) for a, b in pairs)
    untied = sqrt(sum(a != 0 for a, _ in pairs) * sum(b != 0 for _, b in pairs))
    return float(agree / untied) if untied else nan


def test_correlations_of_five_models_worked_by_hand() -> None:
    x, y = np.array([1.0, 2.0, 3.0, 4.0, 5.0]), np.array([2.0, 1.0, 4.0, 3.0, 5.0])
    assert told(correlations.spearman, x, y) == pytest.approx(1 - 6 * 4 / (5 * 24))
    assert told(correlations.kendall, x, y) == pytest.approx((8 - 2) / 10)


def test_equals_share_their_mean_rank() -> None:
    assert ranks(np.array([7.0, 9.0, 7.0, 1.0])).tolist() == [2.5, 1, 2.5, 4]
    x, y = np.array([1.0, 1.0, 2.0]), np.array([1.0, 2.0, 3.0])
    assert told(correlations.spearman, x, y) == pytest.approx(1.5 / sqrt(1.5 * 2))
    assert told(correlations.kendall, x, y) == pytest.approx(2 / sqrt(2 * 3))


@given(columns)
def test_both_correlations_are_those_of_brute_force(pair: tuple[Floats, Floats]) -> None:
    x, y = pair
    assert told(correlations.spearman, x, y) == pytest.approx(pearson(ranks(x), ranks(y)), nan_ok=True, abs=1e-12)
    assert told(correlations.kendall, x, y) == pytest.approx(tau(x, y), nan_ok=True, abs=1e-12)


@given(columns, st.integers(0, 99))
def test_a_drawing_counts_a_row_as_often_as_it_is_drawn(pair: tuple[Floats, Floats], seed: int) -> None:
    x, y = pair
    [drawn] = correlations.drawings(len(x), seed, 1)
    again = np.repeat(np.arange(len(x)), drawn.astype(int))
    assert len(again) == len(x)
    for measure in (correlations.spearman, correlations.kendall):
        assert measure(x, y, drawn[None, :])[0] == pytest.approx(told(measure, x[again], y[again]), nan_ok=True)


@given(columns)
def test_a_rising_change_of_scale_changes_no_correlation_and_a_falling_one_its_sign(
    pair: tuple[Floats, Floats],
) -> None:
    x, y = pair
    for measure in (correlations.spearman, correlations.kendall):
        value = told(measure, x, y)
        assert told(measure, x**3 + 1, y) == pytest.approx(value, nan_ok=True)
        assert told(measure, -x, y) == pytest.approx(-value, nan_ok=True)


def test_the_top_gap_worked_by_hand() -> None:
    benchmark, field = np.array([90.0, 80.0, 70.0, 60.0]), np.array([50.0, 20.0, 80.0, 60.0])
    told = top_gap(benchmark, field, 2)
    assert (told.best, told.chosen) == ((80 + 60) / 2, (50 + 20) / 2)
    assert (told.points.value, told.relative.value) == (70 - 35, 35 / 70)
    assert told.points.low <= told.points.value <= told.points.high
    assert (told.least, told.most) == (0.5, 0.5)


def test_between_equals_the_earlier_is_chosen_and_the_other_orders_are_told() -> None:
    benchmark, field = np.array([9.0, 8.0, 8.0]), np.array([30.0, 10.0, 20.0])
    told = top_gap(benchmark, field, 2)
    assert told.relative.value == told.most == (25 - 20) / 25
    assert told.least == 0


def test_less_is_better_is_the_same_gap_of_negated_values() -> None:
    told = top_gap(np.array([3.0, 2.0, 1.0]), -np.array([4.0, 2.0, 1.0]), 1)
    assert (told.points.value, told.relative.value) == (3, 3)


@given(columns, st.integers(1, 3))
def test_a_gap_is_never_negative_and_nothing_when_the_orders_agree(pair: tuple[Floats, Floats], k: int) -> None:
    x, y = pair
    told = top_gap(x, y + 1, k)
    assert told.points.value >= 0
    assert -1e-12 <= told.least <= told.relative.value + 1e-12 <= told.most + 2e-12
    assert top_gap(y, y + 1, k).points.value == 0


@settings(max_examples=20)
@given(columns)
def test_the_same_data_and_seed_give_the_same_gap(pair: tuple[Floats, Floats]) -> None:
    assert repr(gap(*pair, 2, seed=7)) == repr(gap(*pair, 2, seed=7))


def test_an_interval_holds_the_figure_and_narrows_with_more_models() -> None:
    random, widths = np.random.default_rng(1), []
    for n in (20, 80):
        x = random.normal(size=n)
        told = agreement(x, x + random.normal(size=n)).spearman
        assert told.low < told.value < told.high
        widths.append(told.high - told.low)
    assert widths[1] < widths[0] * 0.75


def test_a_constant_column_has_no_correlation() -> None:
    told = agreement(np.ones(12), np.arange(12.0))
    assert isnan(told.spearman.value)
    assert isnan(told.kendall.low)
    assert found(told) is Finding.UNDECIDED


@pytest.mark.parametrize("n", [0, 1, 2])
def test_fewer_than_three_models_give_no_figure_and_no_error(n: int) -> None:
    told = gap(np.arange(float(n)), np.arange(float(n)), 3)
    assert (told.whole.n, told.top) == (n, None)
    assert verdict(told, mixed=False).finding is Finding.TOO_FEW_MODELS


def test_the_top_half_is_by_the_benchmark() -> None:
    field = np.array([5.0, 4.0, 3.0, 2.0, 1.0, 6.0, 7.0, 8.0, 9.0])
    told = gap(np.arange(9.0), field, 3)
    assert told.top_half.n == 5
    assert told.top_half.spearman.value == pytest.approx(pearson(ranks(np.arange(5.0)), ranks(field[4:])))


def shown(n: int, value: float, low: float, high: float) -> Finding:
    figure = Figure(value, low, high)
    return found(Agreement(n, figure, figure))


@pytest.mark.parametrize(
    ("n", "interval", "finding"),
    [
        (9, (0.9, 0.8, 0.99), Finding.TOO_FEW_MODELS),
        (10, (0.9, 0.8, 0.99), Finding.STRONG),
        (50, (0.7, 0.5, 0.9), Finding.MODERATE),
        (50, (0.9, 0.39, 1.0), Finding.POSITIVE),
        (50, (0.4, 0.0, 0.7), Finding.UNDECIDED),
        (50, (0.4, -0.1, 0.7), Finding.UNDECIDED),
        (50, (-0.4, -0.7, -0.1), Finding.REVERSED),
        (50, (0.4, nan, nan), Finding.UNDECIDED),
    ],
)
def test_a_finding_rests_on_the_end_of_the_interval_nearer_to_zero(
    n: int, interval: tuple[float, float, float], finding: Finding
) -> None:
    assert shown(n, *interval) is finding


def test_a_verdict_says_what_it_rests_on_and_no_more() -> None:
    random = np.random.default_rng(3)
    x = np.arange(40.0)
    told = verdict(gap(x, x + random.normal(size=40), 3), mixed=True)
    assert told.finding is Finding.STRONG
    for words in ("40 models", "95 % interval", "3 best", "native tools", "not a cause"):
        assert words in told.words
    noise = verdict(gap(x, random.normal(size=40), 3), mixed=False)
    assert noise.finding is Finding.UNDECIDED
    assert "none is excluded" in noise.words
    assert "native tools" not in noise.words


def report(model: str, value: float, by: str = "independent", day: int = 1, told: str | None = None) -> Report:
    return Report(model, value, by, date(2026, 1, day), told)


def test_one_report_stands_for_a_model_whatever_the_order_they_come_in() -> None:
    reports = [
        report("a", 90, told="Prompt", day=9),
        report("a", 60, "vendor (self-reported)", 8, "FC thinking"),
        report("a", 50, day=2, told="FC"),
        report("a", 40, day=3, told="FC"),
        report("a", 45, day=3, told="FC"),
    ]
    for order in permutations(reports):
        assert representatives(order)["a"].value == 45


def test_a_figure_quoted_from_a_third_party_is_hearsay_too() -> None:
    quoted, newer = report("a", 1, "third party", 1), report("a", 2, "vendor (own harness)", 2)
    assert representatives([quoted, newer])["a"] is newer
    assert representatives([newer, report("a", 3, "independent (Sierra)")])["a"].value == 3


def test_models_come_in_the_order_of_their_names() -> None:
    assert list(representatives([report("b", 1), report("a", 2)])) == ["a", "b"]


def test_native_and_other_tools_together_are_mixed() -> None:
    assert is_mixed([report("a", 1, told="FC"), report("b", 1, told="Prompt")])
    assert is_mixed([report("a", 1, told="FC"), report("b", 1)])
    assert not is_mixed([report("a", 1, told="FC"), report("b", 1, told="FC thinking")])


@pytest.mark.parametrize(
    "metric", ["cost per case", "latency p95", "hallucination rate (lower better)", "error outputs"]
)
def test_costs_times_and_errors_are_better_when_lower(metric: str) -> None:
    assert lower_is_better(metric)


@pytest.mark.parametrize("metric", ["well-formed edit responses", "tau2 retail pass^1", "answer rate"])
def test_successes_are_better_when_higher(metric: str) -> None:
    assert not lower_is_better(metric)
