"""Both executors answer the same, and what the plan leaves to graphql-core."""

import asyncio
import os
from collections.abc import Iterator
from contextlib import AsyncExitStack
from typing import Any

import pytest
from graphql import ExecutionResult, GraphQLError
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from execution import PlannedExecution
from tests.execution import mischief
from tests.execution.compare import Pair, Told, pair
from tests.execution.planted import planted

CASES = int(os.environ.get("EXECUTION_CASES", "70"))
Error = tuple[str, list[str | int]]
SEEDS = st.integers(0, 2**32 - 1)
COMPARED = settings(
    max_examples=CASES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # a seed does not shrink
    derandomize="EXECUTION_CASES" not in os.environ,  # the same cases in every run, others where more are asked for
)

# graphql-core leaves coroutines behind when an error ends a list early
pytestmark = pytest.mark.filterwarnings(
    "ignore:coroutine .* was never awaited:RuntimeWarning",
    "ignore::pytest.PytestUnraisableExceptionWarning",
)


@pytest.fixture(scope="module")
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as runner:
        yield runner


@pytest.fixture(scope="module")
def own(runner: asyncio.Runner) -> Iterator[Pair]:
    """The product's schema."""
    stack = AsyncExitStack()
    yield runner.run(stack.enter_async_context(planted()))
    runner.run(stack.aclose())


@pytest.fixture(scope="module")
def toy() -> Pair:
    """The schema of mischief."""
    return pair(mischief.orchard, mischief.context)


@COMPARED
@given(seed=SEEDS)
def test_our_own_schema_is_answered_alike(own: Pair, runner: asyncio.Runner, seed: int) -> None:
    runner.run(own.compare(*own.written(seed)))


@pytest.mark.parametrize("rate", [0, 5])
@COMPARED
@given(seed=SEEDS)
def test_what_goes_wrong_goes_wrong_alike(toy: Pair, runner: asyncio.Runner, rate: int, seed: int) -> None:
    mischief.RATE[0] = rate
    runner.run(toy.compare(*toy.written(seed)))


def test_the_plans_were_what_was_compared(own: Pair, toy: Pair, runner: asyncio.Runner) -> None:
    for each in (own, toy):
        query, variables = each.written(1)
        runner.run(each.compare(query, variables))
        [*_, kept] = PlannedExecution.plans.kept.values()
        assert kept.plan is not None
        assert kept.plan.root.write is not None


def result(data: Any, *errors: Error) -> Told:
    return Told.of(ExecutionResult(data, [GraphQLError(message, path=path) for message, path in errors]))


def test_only_the_choice_among_errors_of_one_nulled_value_is_left_open() -> None:
    one: Error = ("one", ["a", 0, "b"])
    two: Error = ("two", ["a", 1, "b"])
    assert result({"a": None}, one).same(result({"a": None}, two), result({"a": None}, one, two))
    assert not result({"a": None}, one).same(result({"a": None}, two), result({"a": None}, one))
    assert not result({"a": None}, one).same(result({"a": None}), result({"a": None}, one))
    assert not result({"a": None}, one).same(result({"a": [None]}, one), result({"a": None}, one))
    assert not result({"a": [{"b": None}]}, one).same(result({"a": [{"b": None}]}, ("two", one[1])), result(None))
