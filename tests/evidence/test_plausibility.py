"""A made-up but sound deployment passes every check; each way of making one up badly fails the check meant for it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from evidence.telemetry.lookups import Usage
from evidence.telemetry.plausibility import Check, Outcome, Past, Question, checks, plausible
from evidence.telemetry.summaries import summarise
from evidence.telemetry.summary import Summary
from evidence.telemetry.trace_ids import filtered, least_digests, seen
from tests.evidence import traces
from tests.evidence.traces import NOW, Made, chat, deployment, known

KEY = b"a test's key"
TODAY = NOW.date()
Change = Callable[[list[Made]], list[Made]]


def cheap(model: str, provider: str | None, at: datetime, usage: Usage) -> float | None:
    assert at.tzinfo is UTC
    return usage.output / 1000


def summed(spans: list[Made]) -> Summary:
    return summarise(traces.reading(*spans), known, cheap, "maker/gpt-4o")


SOUND = summed(deployment())


def check(summary: Summary, question: Question, past: Past | None = None) -> Check:
    [found] = [each for each in checks(summary, TODAY, past) if each.question is question]
    return found


def test_a_sound_deployment_passes_everything_that_can_be_asked() -> None:
    found = checks(SOUND, TODAY, Past(KEY))
    assert {each.question: each.outcome.value for each in found} == {
        question: "not_applicable" if question is Question.TRUE_COST else "passed" for question in Question
    }
    assert plausible(found)


def calls_only(spans: list[Made]) -> list[Made]:
    return [span for span in spans if span.facts["gen_ai.operation.name"] == "chat"]


def changed(**changes: object) -> Change:
    return lambda spans: [replace(span, **changes) for span in spans]  # type: ignore[arg-type]  # passed on


def declaring(times: float) -> Change:
    def declare(spans: list[Made]) -> list[Made]:
        for span in calls_only(spans):
            span.facts["operation.cost"] = span.facts["gen_ai.usage.output_tokens"] / 1000 * times
        return spans

    return declare


def told(name: str, value: object) -> Change:
    def tell(spans: list[Made]) -> list[Made]:
        for span in calls_only(spans):
            span.facts[name] = value
        return spans

    return tell


FABRICATIONS: list[tuple[Question, Change]] = [
    (Question.DISTINCT_SPANS, lambda spans: spans + spans[:3]),
    (Question.SOUND_NESTING, lambda spans: [replace(s, parent=f"lost {n}") for n, s in enumerate(spans)]),
    (Question.SOUND_NESTING, lambda spans: [replace(s, at=s.at + 9) if s.parent else s for s in spans]),
    (Question.RECENT, lambda spans: [replace(s, at=s.at - 100 * 86_400) for s in spans]),
    (Question.RECENT, lambda spans: [replace(s, at=s.at + 20 * 86_400) for s in spans]),
    (Question.IRREGULAR_TIMES, lambda spans: [replace(s, at=round(s.at, 1)) for s in spans]),
    (Question.IRREGULAR_TIMES, lambda spans: [replace(s, at=n * 1.234567) for n, s in enumerate(calls_only(spans))]),
    (Question.POSSIBLE_SPEED, told("gen_ai.usage.output_tokens", 100_000)),
    (Question.REVIEWED_MODEL, told("gen_ai.response.model", None)),
    (Question.REVIEWED_MODEL, told("gen_ai.response.model", "gpt-3")),
    (Question.ENOUGH_CALLS, lambda spans: spans[:300]),
    (Question.ENOUGH_CALLS, lambda spans: [replace(s, at=s.at / 6) for s in spans]),
    (Question.HEAVY_TAIL, changed(seconds=1.0)),
    (Question.HEAVY_TAIL, lambda spans: [replace(s, seconds=1 + n % 97 / 250) for n, s in enumerate(spans)]),
    (Question.TRUE_COST, declaring(1.5)),
    (Question.TRUE_COST, declaring(0.5)),
]


@pytest.mark.parametrize(("question", "change"), FABRICATIONS)
def test_what_is_made_up_fails_the_question_meant_for_it(question: Question, change: Change) -> None:
    found = checks(summed(change(deployment())), TODAY, Past(KEY))
    assert question in {each.question for each in found if each.outcome is Outcome.FAILED}
    assert not plausible(found)


def test_a_declared_cost_near_the_recomputed_passes() -> None:
    assert check(summed(declaring(1.15)(deployment())), Question.TRUE_COST).outcome is Outcome.PASSED


def test_a_remote_parent_and_a_clock_that_is_ten_milliseconds_off_are_no_fault() -> None:
    spans = [replace(span, parent=span.parent or f"remote {span.trace}") for span in deployment()]
    late = [replace(span, at=span.at - 0.018) if span.id.endswith("c0") else span for span in spans]
    tree = summed(late).structure
    assert (tree.orphans, tree.loose) == (0, 0)  # they begin 10 ms after their parent, now 8 ms before it
    assert check(summed(late), Question.SOUND_NESTING).outcome is Outcome.PASSED


def test_a_trace_uploaded_before_is_noticed_and_its_id_is_not_kept() -> None:
    other = least_digests([traces.identity("5", 16), traces.identity("elsewhere", 16)])
    kept = filtered(other, KEY)
    assert check(SOUND, Question.NEW_TRACES, Past(KEY, kept)).outcome is Outcome.FAILED
    assert check(SOUND, Question.NEW_TRACES, Past(b"another key", kept)).outcome is Outcome.PASSED
    assert check(SOUND, Question.NEW_TRACES).outcome is Outcome.NOT_APPLICABLE
    assert not kept & set(other)
    assert traces.identity("5", 16).hex()[:16] not in {*kept, *other}


def test_half_of_a_large_upload_used_again_is_noticed() -> None:
    first = [b"%016d" % number for number in range(5_000)]
    again = [b"%016d" % number for number in range(2_500, 7_500)]
    assert len(least_digests(first)) == 512
    assert seen(least_digests(again), KEY, filtered(least_digests(first), KEY)) > 100
    assert seen(least_digests(b"other%011d" % n for n in range(5_000)), KEY, filtered(least_digests(first), KEY)) == 0


def test_the_latencies_of_another_upload_are_noticed() -> None:
    copy = summed([replace(span, trace=f"copy {span.trace}", at=span.at + 1_000.5) for span in deployment()])
    own = summed(deployment(seed=8))
    past = Past(KEY, latencies=[own.latency.inference, SOUND.latency.inference])
    assert check(copy, Question.OWN_LATENCIES, past).outcome is Outcome.FAILED
    past = Past(KEY, latencies=[own.latency.inference])
    assert check(copy, Question.OWN_LATENCIES, past).outcome is Outcome.PASSED


def test_what_cannot_be_told_is_not_applicable() -> None:
    lonely = summarise(traces.reading(chat("only", facts={"gen_ai.usage.output_tokens": None})), known, cheap)
    untold = {each.question for each in checks(lonely, TODAY) if each.outcome is Outcome.NOT_APPLICABLE}
    assert untold == set(Question) - {Question.DISTINCT_SPANS, Question.RECENT, Question.ENOUGH_CALLS}


@pytest.mark.parametrize("day", [TODAY + timedelta(days=-9), TODAY + timedelta(days=86)])
def test_an_upload_is_recent_on_the_days_it_is_recent(day: object) -> None:
    assert isinstance(day, type(TODAY))
    [found] = [each for each in checks(SOUND, day) if each.question is Question.RECENT]
    assert found.outcome is Outcome.FAILED
