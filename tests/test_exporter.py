"""The exporter that everybody has: the OpenTelemetry SDK sends over HTTP to a running server, and is told the truth."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
import uvicorn
from opentelemetry.exporter.otlp.proto.http import Compression
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor, SpanExportResult
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import Span, set_span_in_context
from typer.testing import CliRunner

from db.connect import Database
from db.enums import EvidenceLevel, EvidenceState, Origin, SummaryState, TokenScope
from db.tables import Evidence, Review, Summary
from evidence.commands import app as evidence_app
from main import application
from settings import Settings
from tests.emulators.servers import free_port
from tests.evidence import traces
from tests.evidence.traces import Made, as_json
from tests.front_door import ORIGIN, SECRET
from tests.make import World
from tests.test_uploads import secret

pytestmark = pytest.mark.anyio


def recorded(spans: list[Made]) -> list[ReadableSpan]:
    """Spans as the SDK itself makes them."""
    kept = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(kept))
    tracer = provider.get_tracer("agent")
    parents: dict[str, Span] = {}
    for each in sorted(spans, key=lambda span: bool(span.parent)):  # an agent's step before what happened in it
        start, end = each.times
        context = set_span_in_context(parents[each.parent]) if each.parent else None
        span = tracer.start_span(each.name, context, attributes=each.facts, start_time=start)
        parents[each.id] = span
        span.end(end)
    return sorted(kept.get_finished_spans(), key=lambda span: span.context.trace_id)


@asynccontextmanager
async def running(database: Database, make: World) -> AsyncIterator[str]:
    """A real server on a port of its own."""
    port = free_port()
    instance = application(Settings(origin=ORIGIN, database=database, secret=SECRET), make.clock)
    config = uvicorn.Config(instance, port=port, lifespan="off", log_level="warning", ws="none")
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110  # uvicorn tells it in no other way
        await asyncio.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        await serving


async def agent(make: World) -> tuple[Review, str]:
    make.now = traces.NOW
    owner = await make.reviewer()
    review = await make.review(await make.endpoint(provider_model_id="gpt-4o"), owner)
    return review, await secret(owner, make, TokenScope.EVIDENCE)


@pytest.mark.parametrize("compression", [Compression.NoCompression, Compression.Gzip], ids=str)
async def test_the_sdk_s_own_exporter_gets_evidence_pending_and_then_accepted(
    database: Database, make: World, caplog: pytest.LogCaptureFixture, compression: Compression
) -> None:
    caplog.set_level(logging.WARNING)
    review, token = await agent(make)
    spans = recorded(traces.deployment(80))
    async with running(database, make) as url:
        exporter = OTLPSpanExporter(
            f"{url}/v1/traces", headers={"authorization": f"Bearer {token}"}, compression=compression
        )
        for batch, state in ((spans[:60], EvidenceState.PENDING), (spans[60:], EvidenceState.ACCEPTED)):
            assert await asyncio.to_thread(exporter.export, batch) is SpanExportResult.SUCCESS
            evidence = await Evidence.get(review_id=review.id)
            assert (evidence.level, evidence.state) == (EvidenceLevel.E5, state), evidence.reason
        wrong = OTLPSpanExporter(f"{url}/v1/traces", headers={"authorization": "Bearer bcm_nothing"})
        assert await asyncio.to_thread(wrong.export, spans[:60]) is SpanExportResult.FAILURE
        for each in (exporter, wrong):
            each.shutdown()  # type: ignore[no-untyped-call]  # the SDK's


async def test_the_command_line_sends_the_summary_that_it_shows_and_prints_the_receipt(
    database: Database, make: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    review, token = await agent(make)
    trace, out = tmp_path / "trace.json", tmp_path / "summary.json"
    trace.write_bytes(as_json([replace(each, name="CANARY") for each in traces.deployment()]))
    monkeypatch.setenv("BESTCLAWMODELS_TOKEN", token)
    async with running(database, make) as url:
        said = ["summarize", str(trace), "--model", "openai/gpt-4o", "--review", review.id, "--out", str(out)]
        ran = await asyncio.to_thread(CliRunner().invoke, evidence_app, [*said, "--send", url])
        assert ran.exit_code == 0, ran.output
        [kept] = await Summary.all()
        assert (kept.state, kept.origin, kept.requests) == (SummaryState.ACCEPTED, Origin.SELF_REPORTED, 300)
        receipt = tmp_path / "receipt.json"
        receipt.write_text(ran.stdout.splitlines()[-1])
        for model, named, words in (
            ("openai/gpt-4o-mini", review.id, "NO_REVIEW"),
            ("openai/gpt-4o", "rev_000000000000", "NO_SUCH_REVIEW"),
        ):
            said = ["summarize", str(trace), "--model", model, "--review", named, "--send", url]
            ran = await asyncio.to_thread(CliRunner().invoke, evidence_app, said)
            assert (ran.exit_code, words in ran.output) == (1, True), ran.output
        assert token not in ran.output
    assert kept.digest in receipt.read_text()


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (["--send", "http://example.org"], "https"),
        (["--send", "https://example.org@evil.example"], "https"),
        (["--send", "https://example.org", "--review", "rev_x"], "review"),
    ],
)
def test_a_token_goes_nowhere_that_is_not_meant(tmp_path: Path, more: list[str], words: str) -> None:
    trace = tmp_path / "trace.json"
    trace.write_bytes(as_json([traces.chat("c")]))
    named = [] if "--review" in more else ["--review", "rev_000000000000"]
    ran = CliRunner().invoke(evidence_app, ["summarize", str(trace), "--model", "openai/gpt-4o", *named, *more])
    assert ran.exit_code == 2
    assert words in ran.output


def test_without_a_token_nothing_is_sent(tmp_path: Path) -> None:
    trace = tmp_path / "trace.json"
    trace.write_bytes(as_json([traces.chat("c")]))
    said = ["--model", "openai/gpt-4o", "--review", "rev_000000000000", "--send", "https://nowhere.example"]
    ran = CliRunner().invoke(evidence_app, ["summarize", str(trace), *said], env={"BESTCLAWMODELS_TOKEN": ""})
    assert (ran.exit_code, "BESTCLAWMODELS_TOKEN" in ran.output) == (1, True)
