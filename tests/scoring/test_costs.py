"""Costs of tasks, worked by hand and held against adding up the requests one by one."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.costs import ImpossibleTaskError, Rates, Task, cost

tasks: Any = st.builds(
    Task,
    st.integers(1, 5_000),
    st.integers(0, 2_000),
    st.decimals(0, 1, places=2),
    st.integers(1, 20),
    st.integers(0, 20),
)
usd: Any = st.decimals("0.01", 100, places=2)
tiers: Any = st.lists(st.integers(1, 40_000), max_size=3, unique=True).flatmap(
    lambda starts: st.tuples(*[st.builds(Rates, st.just(above), usd, usd, usd) for above in (0, *sorted(starts))])
)


def added_up(task: Task, rates: tuple[Rates, ...]) -> Decimal:
    """The same, request by request."""
    total, sent = Decimal(0), 0
    for _ in range(task.requests):
        sent += task.input_tokens
        tier = [each for each in rates if each.above < sent or not each.above][-1]
        cached = sent * task.cached_share
        assert tier.input is not None
        assert tier.output is not None
        assert tier.cache_read is not None
        total += (sent - cached) * tier.input + cached * tier.cache_read + task.output_tokens * tier.output
        sent += task.output_tokens
    return (total / 1_000_000).quantize(Decimal("0.000001"))


def test_a_single_request_costs_its_tokens() -> None:
    assert cost(Task(4_000, 500), [Rates(0, Decimal(3), Decimal(15))]) == Decimal("0.0195")  # .012 + .0075


def test_a_conversation_sends_again_all_that_came_before() -> None:
    task = Task(100, 50, turns=2, tool_calls=1)
    assert [task.context(request) for request in (1, 2, 3)] == [100, 250, 400]
    assert (task.requests, task.total_input, task.total_output, task.largest_request) == (3, 750, 150, 400)
    assert cost(task, [Rates(0, Decimal(2), Decimal(10))]) == Decimal("0.003")  # .0015 + .0015


def test_cached_input_is_charged_at_the_price_of_reading_the_cache() -> None:
    task, rates = Task(1_000_000, 0, Decimal("0.75")), Rates(0, Decimal(4), None, Decimal("0.4"))
    assert cost(task, [rates]) == Decimal(1) + Decimal("0.3")
    assert cost(task, [Rates(0, Decimal(4), None, None)]) == Decimal(4)


def test_a_request_beyond_a_tiers_start_pays_its_prices_for_all_its_tokens() -> None:
    rates = [Rates(0, Decimal(1), Decimal(1)), Rates(200, Decimal(2), Decimal(2))]
    assert cost(Task(200, 0), rates) == Decimal("0.0002")
    assert cost(Task(201, 0), rates) == Decimal("0.000402")
    assert cost(Task(200, 0, turns=2), rates) == Decimal("0.0002") + Decimal("0.0008")


@given(tasks, tiers)
def test_a_cost_is_the_sum_of_its_requests(task: Task, rates: tuple[Rates, ...]) -> None:
    assert cost(task, rates) == added_up(task, rates)


@pytest.mark.parametrize("unknown", [None, Decimal(0)])
def test_a_price_that_is_unknown_or_zero_costs_nobody_nothing(unknown: Decimal | None) -> None:
    assert cost(Task(100, 10), []) is None
    assert cost(Task(100, 10), [Rates(0, unknown, Decimal(1))]) is None
    assert cost(Task(100, 10), [Rates(0, Decimal(1), unknown)]) is None
    assert cost(Task(100, 0), [Rates(0, Decimal(1), unknown)]) == Decimal("0.0001")
    assert cost(Task(100, 0, turns=2), [Rates(0, Decimal(1), None), Rates(150, unknown, None)]) is None
    assert cost(Task(100, 0, Decimal(1)), [Rates(0, Decimal(1), None, unknown)]) == Decimal("0.0001")


@pytest.mark.parametrize(
    ("task", "field"),
    [
        ({"input_tokens": 0}, "input_tokens"),
        ({"input_tokens": 10_000_001}, "input_tokens"),
        ({"output_tokens": -1}, "output_tokens"),
        ({"turns": 0}, "turns"),
        ({"tool_calls": -1}, "tool_calls"),
        ({"turns": 1_500, "tool_calls": 501}, "tool_calls"),
        ({"cached_share": Decimal("1.01")}, "cached_share"),
        ({"cached_share": Decimal("NaN")}, "cached_share"),
    ],
)
def test_an_impossible_task_names_what_is_wrong(task: dict[str, Any], field: str) -> None:
    with pytest.raises(ImpossibleTaskError) as error:
        Task(**{"input_tokens": 1, "output_tokens": 1} | task)
    assert error.value.field == field
