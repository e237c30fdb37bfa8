"""A canary in every string of a large upload is found nowhere afterwards."""

import gzip
import io
import json
import logging
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from typer.testing import CliRunner

from evidence import prices
from evidence.commands import app
from evidence.receipts import Verdict, sign
from evidence.telemetry import canonical, plausibility
from evidence.telemetry.reading import Reading, read
from evidence.telemetry.refusals import Refusal
from evidence.telemetry.spans import Span
from evidence.telemetry.summaries import summarise
from evidence.telemetry.vocabularies import TABLE
from tests.evidence import traces
from tests.evidence.traces import NOW, Made

CANARY = "CANARY-7f3a"
NAMES = [
    *TABLE, "gen_ai.input.messages", "gen_ai.output.messages", "gen_ai.system_instructions", "gen_ai.prompt",
    "gen_ai.completion", "gen_ai.tool.name", "gen_ai.tool.call.arguments", "gen_ai.tool.call.result",
    "gen_ai.agent.name", "gen_ai.tool.definitions", "gen_ai.agent.description", "gen_ai.request.stop_sequences",
    "input.value", "output.value", "llm.input_messages.0.message.content", "ai.prompt.messages", "ai.response.text",
    "user.id", "enduser.id", "host.name", "session.id", "exception.message", "db.query.text", f"{CANARY}.key",
]  # fmt: skip
OPERATIONS = ("gen_ai.operation.name", "openinference.span.kind", "ai.operationId")


def tainted(span: Made, number: int) -> Made:
    """A span with a canary in every string it has and in an attribute of every name."""
    name = NAMES[number % len(NAMES)]
    facts = {name: CANARY for name in NAMES if name not in TABLE} | span.facts
    if name not in OPERATIONS:
        facts[name] = [CANARY, CANARY] if number % 2 else CANARY
    kept = {"exception.type": CANARY, "exception.message": CANARY, "gen_ai.evaluation.score.value": CANARY}
    events = [("exception", kept), ("gen_ai.evaluation.result", kept), (CANARY, kept)]
    return replace(span, facts=facts, events=events, name=f"{span.name} {CANARY}", failed=number % 5 == 0)


TAINTED = [tainted(span, number) for number, span in enumerate(traces.deployment(400))]
RESOURCE = {"host.name": CANARY, "service.name": CANARY}


def found_in(value: Any) -> bool:
    """Whether the canary is in a value, also where it hides in bytes or behind an object's private fields."""
    if isinstance(value, Span):
        return any(found_in(getattr(value, name)) for name in Span.__dataclass_fields__)
    if isinstance(value, bytes):
        return CANARY.encode() in value
    return CANARY in repr(value) or CANARY in str(value)


@pytest.mark.parametrize("encoded", [traces.as_json, traces.as_protobuf], ids=lambda each: each.__name__)
def test_the_canary_dies_in_the_upload(encoded: Callable[..., bytes]) -> None:
    data = encoded(TAINTED, RESOURCE)
    assert data.count(CANARY.encode()) > 2_400 * 20
    out, log = io.StringIO(), io.StringIO()
    logging.getLogger().addHandler(handler := logging.StreamHandler(log))
    with redirect_stdout(out), redirect_stderr(out):
        reading = read(data)
        assert isinstance(reading, Reading)
        assert len(reading.spans) == 2_400
        summary = summarise(reading, prices.resolve, prices.price)
        sent = canonical.to_json(summary)
        checks = plausibility.checks(summary, NOW.date())
        receipt = sign(canonical.digest(summary), Verdict.LOWERED, NOW, Ed25519PrivateKey.generate())
    logging.getLogger().removeHandler(handler)
    for kept in (summary, sent, checks, receipt, repr(reading), out.getvalue(), log.getvalue()):
        assert not found_in(kept)


def test_only_names_of_models_and_providers_stay_in_memory() -> None:
    reading = read(traces.as_protobuf(TAINTED, RESOURCE))
    assert isinstance(reading, Reading)
    held = {name for span in reading.spans for name in Span.__dataclass_fields__ if found_in(getattr(span, name))}
    assert held <= {"provider", "request_model", "response_model"}


@pytest.mark.parametrize(
    "broken",
    [
        lambda data: data[:-7],
        lambda data: data.replace(b'"traceId": "', b'"traceId": "' + CANARY.encode(), 1),
        lambda data: data.replace(b'"startTimeUnixNano": "', b'"startTimeUnixNano": "' + CANARY.encode(), 1),
        lambda data: data.replace(b'"resourceSpans"', b'"' + CANARY.encode() + b'"', 1),
        lambda data: gzip.compress(data)[:-4],
        lambda data: CANARY.encode(),
    ],
    ids=range(6),
)
def test_a_refusal_quotes_nothing(broken: Callable[[bytes], bytes]) -> None:
    found = read(broken(traces.as_json(TAINTED[:60], RESOURCE)))
    assert isinstance(found, Refusal)
    assert not found_in(found)


def test_a_refused_summary_is_not_quoted() -> None:
    data = canonical.to_json(traces.summary(traces.chat("c")))
    for spelled in (
        data.replace(b'"format"', b'"' + CANARY.encode() + b'"'),
        data.replace(b"SEMCONV", CANARY.encode()),
    ):
        found = canonical.from_json(spelled)
        assert isinstance(found, Refusal)
        assert not found_in(found)


def test_the_command_line_prints_no_canary(tmp_path: Path) -> None:
    path = tmp_path / "trace.json"
    path.write_bytes(traces.as_json(TAINTED, RESOURCE))
    for arguments in (["summarize", str(path)], ["summarize", str(path), "--json"]):
        ran = CliRunner().invoke(app, arguments)
        assert ran.exit_code == 0
        assert not found_in(ran.output)
    path.write_bytes(json.dumps({"resourceSpans": CANARY}).encode())
    ran = CliRunner().invoke(app, ["summarize", str(path)])
    assert ran.exit_code == 1
    assert not found_in(ran.output)


def test_a_day_is_all_that_is_said_of_time() -> None:
    sent = json.loads(canonical.to_json(traces.summary(*traces.deployment(5))))
    assert datetime.fromisoformat(sent["first_day"]).replace(tzinfo=UTC).hour == 0
