"""Every metric of a summary, against arithmetic."""

from datetime import date
from math import comb

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from evidence.telemetry.canonical import from_json, to_json
from evidence.telemetry.figures import Bucket, FailureCount
from evidence.telemetry.latency import concurrency
from evidence.telemetry.quantiles import distribution, merged
from evidence.telemetry.reading import Reading, read
from evidence.telemetry.refusals import Reason
from evidence.telemetry.spans import Failure
from evidence.telemetry.summaries import summarise
from evidence.telemetry.trials import Trials, pass_all
from evidence.telemetry.vocabularies import TABLE
from tests.evidence.traces import Made, agent, as_json, chat, known, reading, summary, tool


def calls(count: int, start: int = 0, **more: object) -> list[Made]:
    return [chat(f"{start + place}", start + place, **more) for place in range(count)]  # type: ignore[arg-type]  # passed on


def test_tool_calling_is_the_share_of_tools_without_an_error() -> None:
    tools = [tool(f"t{place}", place, error="timeout" if place < 3 else None) for place in range(8)]
    found = summary(chat("c"), *tools).tool_calling
    assert (found.calls, found.success) == (8, 5 / 8)


def test_a_request_fails_if_any_of_its_tool_calls_was_no_valid_call() -> None:
    spans = [chat(f"c{turn}", 10 * turn, parent="a") for turn in range(6)]
    errors: list[list[str | None]] = [
        ["JSONDecodeError", None], ["timeout"], ["AI_NoSuchToolError", "ValidationError"], [None], [None],
    ]  # fmt: skip
    for turn, each in enumerate(errors):
        spans += [tool(f"t{turn}{n}", 10 * turn + 2 + n, error=error, parent="a") for n, error in enumerate(each)]
    found = summary(agent("a", 0, 100), *spans).tool_calling
    assert (found.requests, found.request_success) == (5, 3 / 5)  # the sixth asked for no tool
    assert (found.calls, found.success) == (7, 3 / 7)


def test_tools_whose_request_cannot_be_seen_are_not_laid_to_one() -> None:
    spans = [tool(f"t{place}", 2 + place, parent="elsewhere", error="JSONDecodeError") for place in range(5)]
    found = summary(chat("c", parent="a"), *spans).tool_calling
    assert (found.requests, found.request_success, found.success) == (0, None, 0)


def test_reliability_counts_what_is_the_providers_fault() -> None:
    errors = (
        ["401"] * 1 + ["402"] * 2 + ["404"] * 3 + ["500"] * 5 + ["400"] * 6 + ["413"] * 7 + ["403"] * 8 + ["429"] * 9
    )
    failed = [chat(f"e{n}", 500 + n, facts={"error.type": error}) for n, error in enumerate(errors)]
    found = summary(*calls(159), *failed).reliability
    assert found.requests == 200
    assert found.success == 159 / 170  # 200 less 6, 7, 8 and 9
    assert (found.forbidden, found.rate_limited) == (8 / 200, 9 / 200)
    counts = {each.failure: each.count for each in found.failures}
    assert counts[Failure.SERVER] == 5
    assert counts[Failure.UNAUTHORIZED] is None  # one person's wrong key
    assert FailureCount(failure=Failure.TOO_LONG, count=7) in found.failures


def test_reliability_needs_a_hundred_requests() -> None:
    assert summary(*calls(99)).reliability.success is None
    assert summary(*calls(100)).reliability.success == 1


def test_quantiles_are_exactly_those_of_numpy() -> None:
    random = np.random.default_rng(3)
    seconds = [round(float(each), 6) for each in random.lognormal(0, 1, 333)]
    spans = [chat(str(n), 60 * n, each) for n, each in enumerate(seconds)]
    found = summary(*spans).latency.inference
    exact = np.percentile([span.seconds for span in reading(*spans).spans], [50, 95, 99])
    assert [found.p50, found.p95, found.p99] == list(exact)
    assert found.count == 333


def test_quantiles_of_several_uploads_are_merged_and_not_averaged() -> None:
    random = np.random.default_rng(4)
    fast, slow = random.lognormal(-1, 0.5, 4_000), random.lognormal(2, 0.7, 1_000)
    found = merged([distribution(list(fast)), distribution(list(slow))])
    exact = np.percentile(np.concatenate([fast, slow]), [50, 95, 99])
    assert [found.p50, found.p95, found.p99] == pytest.approx(list(exact), rel=0.05)
    assert found.count == 5_000
    averaged = (np.median(fast) + np.median(slow)) / 2
    assert averaged > 5 * exact[0]
    other_way = merged([distribution(list(slow)), distribution(list(fast))])
    assert found == other_way == merged([found])


@pytest.mark.parametrize("count", [5, 6, 11, 50, 1_000])
def test_no_bin_shows_fewer_than_five(count: int) -> None:
    seconds = list(np.random.default_rng(count).lognormal(0, 2, count))
    bins = distribution(seconds).bins
    assert sum(each.count for each in bins) == count
    assert min(each.count for each in bins) >= 5
    assert [each.index for each in bins] == sorted({each.index for each in bins})


def test_fewer_than_five_durations_are_hidden_and_extremes_are_kept() -> None:
    hidden = distribution([1.0] * 4)
    assert (hidden.count, hidden.p50, hidden.bins) == (None, None, ())
    assert distribution([]).count == 0
    assert distribution([0.0] * 5 + [9e9] * 5).count == 10


def test_failed_calls_are_no_latency_and_steps_are_whole() -> None:
    slow = [chat(f"s{n}", 900 + n, 50, failed=True) for n in range(9)]
    steps = [agent(f"a{n}", 100 * n, 7 + n) for n in range(5)]
    chunks = [chat(f"k{n}", 800 + n, facts={"gen_ai.response.time_to_first_chunk": 0.5 + n}) for n in range(5)]
    found = summary(*calls(5), *slow, *steps, *chunks).latency
    assert (found.inference.count, found.inference.p99) == (10, 1.0)
    assert (found.agent_step.count, found.agent_step.p50) == (5, 9.0)
    assert (found.first_chunk.count, found.first_chunk.p50) == (5, 2.5)


def test_concurrency_is_the_greatest_and_the_mean_while_busy() -> None:
    spans = reading(chat("a", 0, 4), chat("b", 1, 2), chat("c", 10, 2), chat("d", 12, 1)).spans
    most, mean = concurrency(spans)
    assert most == 2
    assert mean == pytest.approx((4 + 2 + 2 + 1) / (4 + 3))
    assert concurrency([]) == (0, None)


def test_a_wrapped_call_is_one_call() -> None:
    pairs = [(chat(f"outer{n}", n, 1), chat(f"inner{n}", n + 0.1, 0.8, parent=f"outer{n}")) for n in range(6)]
    found = summary(*(span for pair in pairs for span in pair))
    assert (found.requests, found.latency.inference.p50) == (6, 0.8)


def test_cost_is_by_conversation_and_counts_retries() -> None:
    spans = []
    for task in range(5):
        conversation = {"gen_ai.conversation.id": f"conversation {task}"}
        failed = conversation | {"error.type": "500", "gen_ai.usage.output_tokens": 0}
        silent = conversation | {"error.type": "429", "gen_ai.usage.input_tokens": None}
        for turn, facts in enumerate([conversation, failed, silent]):
            spans.append(chat(f"{task}{turn}", 10 * task + turn, trace=f"{task}{turn}", facts=facts))
    found = summary(*spans).cost
    assert (found.by_conversation, found.tasks, found.priced) == (True, 5, 5)
    assert found.mean == pytest.approx(1.1 + 1.0)  # the call answered, the one that failed after its input
    assert found.p50 == pytest.approx(2.1)


def test_a_conversation_named_by_the_agent_holds_its_calls() -> None:
    named = [agent(f"a{n}", n, trace=f"t{n}") for n in range(4)]
    for each in named:
        each.facts["gen_ai.conversation.id"] = "one"
    spans = [chat(f"c{n}", n + 0.1, trace=f"t{n}") for n in range(9)]
    found = summary(*named, *spans).cost
    assert (found.by_conversation, found.tasks) == (True, 6)  # the four are one, the others a trace each


@pytest.mark.parametrize(
    "unknown",
    [
        {"gen_ai.response.model": "other", "gen_ai.request.model": "other"},
        {"gen_ai.usage.input_tokens": 0},
        {"gen_ai.usage.input_tokens": 0, "error.type": "timeout"},
    ],
    ids=["price", "tokens", "tokens of a call that timed out"],
)
def test_a_task_with_an_unknown_cost_is_left_out_and_not_zero(unknown: dict[str, object]) -> None:
    known = [chat(f"k{n}", n, trace=f"k{n}") for n in range(5)]
    found = summary(*known, *(chat(f"u{n}", n, trace=f"u{n}", facts=unknown) for n in range(5))).cost
    assert (found.tasks, found.priced) == (10, 5)
    assert found.mean == pytest.approx(1.1)


def test_declared_and_recomputed_costs_are_of_the_same_calls() -> None:
    declaring = [chat(f"d{n}", n, facts={"operation.cost": 0.9}) for n in range(5)]
    silent = [chat(f"z{n}", n + 20, facts={"operation.cost": 0.0}) for n in range(5)]
    found = summary(*declaring, *silent).cost
    assert found.declared == pytest.approx(4.5)
    assert found.recomputed == pytest.approx(5.5)


def test_context_is_bucketed_by_turn_and_by_input_tokens() -> None:
    spans = []
    for task in range(5):
        for turn in range(3):
            reason = ["length"] if turn == 2 else ["stop"]
            facts = {"gen_ai.usage.input_tokens": 7_999 + turn, "gen_ai.response.finish_reasons": reason}
            events = [("gen_ai.evaluation.result", {"gen_ai.evaluation.score.value": float(turn)})]
            failed = turn == 1 and task == 0
            made = chat(f"{task}{turn}", task + 10 * turn, trace=f"{task}", facts=facts, events=events, failed=failed)
            spans.append(made)
    found = summary(*spans).context
    first, second, *later = found.by_turn
    assert first == Bucket(least=1, requests=5, success=1.0, length=0.0, score=0.0)
    assert second == Bucket(least=2, requests=10, success=0.9, length=0.5, score=1.5)
    assert [each.requests for each in later] == [0, 0, 0]
    small, large, *larger = found.by_input_tokens
    assert (small.least, small.requests, large.least, large.requests) == (0, 5, 8_000, 10)
    assert [(each.least, each.success) for each in larger] == [(32_000, None), (128_000, None)]
    assert (found.length, found.scores, found.score) == (1 / 3, 15, 1.0)


def test_pass_all_is_the_chance_that_every_trial_succeeds() -> None:
    assert pass_all(Trials(8, 6), 2) == comb(6, 2) / comb(8, 2)
    assert pass_all(Trials(4, 4), 4) == 1
    assert pass_all(Trials(4, 3), 4) == 0
    tasks = [Trials(4, won) for won in (4, 3, 2, 1, 0)]
    once, twice, four = summary(chat("c"), trials=tasks).pass_all
    assert (once.k, once.tasks) == (1, 5)
    assert once.value == pytest.approx((4 + 3 + 2 + 1 + 0) / 4 / 5)
    assert twice.value == pytest.approx((6 + 3 + 1) / 6 / 5)
    assert four.value == pytest.approx(1 / 5)


def test_of_a_named_model_only_its_own_calls_are_looked_at() -> None:
    foreign = {"gen_ai.request.model": "gpt-5", "gen_ai.response.model": "gpt-5"}
    spans = [agent("a", 0, 99)]
    for n in range(6):
        spans += [chat(f"own{n}", 10 * n, 2, parent="a"), tool(f"t{n}", 10 * n + 3, parent="a")]
        spans += [chat(f"for{n}", 10 * n + 4, 4, parent="a", facts=foreign)]
        spans += [tool(f"u{n}", 10 * n + 9, parent="a", error="timeout")]
    found = summary(*spans, model="maker/gpt-4o")
    assert (found.requests, found.other_requests, found.confirmed) == (6, 6, 6)
    assert found.latency.inference.p99 == 2.0
    assert (found.tool_calling.calls, found.tool_calling.success) == (6, 1.0)
    assert found.tokens.input == 6_000
    assert found.cost.tasks is None  # one task, of both models


def test_a_call_that_was_only_asked_of_the_model_is_not_confirmed() -> None:
    asked = [chat(f"c{n}", n, facts={"gen_ai.response.model": None}) for n in range(7)]
    found = summary(*asked, chat("said", 9), model="maker/gpt-4o")
    assert (found.requests, found.confirmed) == (8, 1)


def test_the_days_are_those_of_the_calls() -> None:
    found = summary(*(chat(f"c{n}", n * 86_400) for n in (0, 0.1, 3)))
    assert (found.first_day, found.last_day, found.days) == (date(2026, 11, 15), date(2026, 11, 18), 2)


def test_tokens_are_totals_of_what_is_known() -> None:
    cached = {"gen_ai.usage.cache_read.input_tokens": 10}
    found = summary(*calls(5, facts=cached), *calls(2, 50, facts={"gen_ai.usage.input_tokens": 0})).tokens
    assert (found.input, found.cache_read, found.cache_write) == (5_000, 50, None)


NUMBERS = some.sampled_from([0, 1, 10**9, 10**9 + 1, 2**63 - 1, -1, 0.5, 1e9, 1e300, -0.0, "7", "x"])
NAMES = some.sampled_from(sorted(TABLE))
TIMES = some.sampled_from([-1.7e9, 0.0, 1e-6, 1.0, 3_600.0, 7.4e9])
PRICES = some.sampled_from([None, 0.0, 1.0, -1.0, 1e300, float("inf"), float("nan")])


@given(some.lists(some.tuples(TIMES, TIMES, some.dictionaries(NAMES, NUMBERS, max_size=6)), max_size=30), PRICES)
@settings(max_examples=100, deadline=None)
def test_whatever_can_be_read_makes_a_summary_that_can_be_sent(
    rows: list[tuple[float, float, dict[str, object]]], price: float | None
) -> None:
    spans = [chat(f"r{n}", at, abs(long), facts=facts) for n, (at, long, facts) in enumerate(rows)]
    found = read(as_json([chat("sound"), *spans]))
    if isinstance(found, Reading):
        made = summarise(found, known, lambda *_: price, "maker/gpt-4o")
        assert from_json(to_json(made)) == made
    else:
        assert found.reason is Reason.MALFORMED  # ends after the year 2262
