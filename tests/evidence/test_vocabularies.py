"""Three ages of OpenTelemetry's GenAI names and two dialects say the same; what nobody here knows is not guessed."""

from typing import Any

import pytest
from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

from evidence.telemetry.failures import failure
from evidence.telemetry.reading import Reading, read
from evidence.telemetry.spans import Failure, Finish, Operation, Span, Vocabulary
from evidence.telemetry.values import finishes
from tests.evidence import traces
from tests.evidence.traces import Made

SHARED = {"gen_ai.operation.name": "chat", "gen_ai.request.model": "m-1", "gen_ai.response.model": "m-1-2026"}
CALLS: dict[Vocabulary, dict[str, Any]] = {
    Vocabulary.LEGACY: SHARED | {
        "gen_ai.system": "openai", "gen_ai.usage.prompt_tokens": 50, "gen_ai.usage.completion_tokens": 7,
        "gen_ai.response.finish_reasons": ["length"],
    },
    Vocabulary.SEMCONV: SHARED | {
        "gen_ai.provider.name": "openai", "gen_ai.usage.input_tokens": 50, "gen_ai.usage.output_tokens": 7,
        "gen_ai.usage.cache_read.input_tokens": 20, "gen_ai.usage.cache_creation.input_tokens": 10,
        "gen_ai.response.finish_reasons": ["length"], "gen_ai.response.time_to_first_chunk": 0.25,
    },
    Vocabulary.GENAI: SHARED | {
        "gen_ai.provider.name": "openai", "gen_ai.usage.input_tokens": 50, "gen_ai.usage.output_tokens": 7,
        "gen_ai.usage.cache_read.input_tokens": 20, "gen_ai.usage.cache_write.input_tokens": 10,
        "gen_ai.response.finish_reasons": ["length"], "gen_ai.response.time_to_first_chunk": 0.25,
    },
    Vocabulary.OPENINFERENCE: {
        "openinference.span.kind": "LLM", "llm.system": "openai", "llm.request.model_name": "m-1",
        "llm.model_name": "m-1-2026", "llm.token_count.prompt": 50, "llm.token_count.completion": 7,
        "llm.token_count.prompt_details.cache_read": 20, "llm.token_count.prompt_details.cache_write": 10,
    },
    Vocabulary.VERCEL: {
        "ai.operationId": "ai.streamText.doStream", "ai.model.provider": "openai", "ai.model.id": "m-1",
        "ai.response.model": "m-1-2026", "ai.usage.promptTokens": 50, "ai.usage.completionTokens": 7,
        "ai.usage.cachedInputTokens": 20, "ai.response.finishReason": "length", "ai.response.msToFirstChunk": 250.0,
    },
}  # fmt: skip
UNSAID = {
    Vocabulary.LEGACY: {"cache_read_tokens", "cache_write_tokens", "first_chunk"},
    Vocabulary.OPENINFERENCE: {"finishes", "first_chunk"},
    Vocabulary.VERCEL: {"cache_write_tokens"},
}
"""What a vocabulary has no name for."""
FIELDS = {
    "operation": Operation.INFERENCE, "provider": "openai", "request_model": "m-1", "response_model": "m-1-2026",
    "input_tokens": 50, "output_tokens": 7, "cache_read_tokens": 20, "cache_write_tokens": 10,
    "finishes": (Finish.LENGTH,), "first_chunk": 0.25,
}  # fmt: skip


def only(**facts: Any) -> Span:
    return traces.reading(Made(facts=facts), traces.chat("another", 9)).spans[0]


@pytest.mark.parametrize("vocabulary", CALLS, ids=lambda each: each.name)
def test_every_vocabulary_says_the_same_of_a_call(vocabulary: Vocabulary) -> None:
    span = only(**CALLS[vocabulary])
    unsaid = UNSAID.get(vocabulary, set())
    assert span.vocabulary is vocabulary
    assert {name: getattr(span, name) for name in FIELDS if name not in unsaid} == {
        name: value for name, value in FIELDS.items() if name not in unsaid
    }
    assert all(not getattr(span, name) for name in unsaid)


@pytest.mark.parametrize(
    ("facts", "operation"),
    [
        ({"gen_ai.operation.name": "text_completion"}, Operation.INFERENCE),
        ({"gen_ai.operation.name": "generate_content"}, Operation.INFERENCE),
        ({"gen_ai.operation.name": "execute_tool"}, Operation.TOOL),
        ({"gen_ai.operation.name": "invoke_agent"}, Operation.AGENT),
        ({"gen_ai.operation.name": "embeddings"}, Operation.EMBEDDING),
        ({"gen_ai.operation.name": "create_agent", "gen_ai.request.model": "m"}, Operation.OTHER),
        ({"gen_ai.operation.name": "something new"}, Operation.OTHER),
        ({"gen_ai.tool.call.id": "call_1"}, Operation.TOOL),
        ({"gen_ai.system": "openai", "gen_ai.request.model": "m"}, Operation.INFERENCE),
        ({"gen_ai.request.model": "m"}, Operation.OTHER),
        ({"openinference.span.kind": "TOOL"}, Operation.TOOL),
        ({"openinference.span.kind": "AGENT"}, Operation.AGENT),
        ({"openinference.span.kind": "CHAIN"}, Operation.OTHER),
        ({"openinference.span.kind": "LLM", "gen_ai.operation.name": "invoke_agent"}, Operation.AGENT),
        ({"ai.operationId": "ai.generateText"}, Operation.AGENT),
        ({"ai.operationId": "ai.generateText.doGenerate"}, Operation.INFERENCE),
        ({"ai.operationId": "ai.toolCall"}, Operation.TOOL),
        ({"http.response.status_code": 200}, Operation.OTHER),
    ],
    ids=str,
)
def test_a_span_is_what_its_vocabulary_says(facts: dict[str, Any], operation: Operation) -> None:
    assert only(**facts).operation is operation


def test_of_two_names_for_one_thing_the_newer_is_believed() -> None:
    old_and_new = CALLS[Vocabulary.LEGACY] | CALLS[Vocabulary.SEMCONV] | {"gen_ai.usage.input_tokens": 51}
    span = only(**dict(reversed(old_and_new.items())))
    assert (span.input_tokens, span.vocabulary) == (51, Vocabulary.SEMCONV)
    both = {"gen_ai.usage.cache_creation.input_tokens": 3, "gen_ai.usage.cache_write.input_tokens": 4}
    assert only(**CALLS[Vocabulary.SEMCONV] | both).cache_write_tokens == 4


def test_a_dialect_that_adds_gen_ai_names_is_called_by_its_own() -> None:
    span = only(**CALLS[Vocabulary.VERCEL] | CALLS[Vocabulary.LEGACY])
    assert (span.vocabulary, span.input_tokens, span.operation) == (Vocabulary.VERCEL, 50, Operation.INFERENCE)
    assert only(**{"http.response.status_code": 500}).vocabulary is None
    assert only(**SHARED).vocabulary is Vocabulary.UNDATED


@pytest.mark.parametrize("cost", [0, 0.0, "0.0"])
def test_a_zero_that_means_unknown_is_null(cost: Any) -> None:
    zeros = {"gen_ai.usage.input_tokens": 0, "gen_ai.usage.output_tokens": 0, "operation.cost": cost}
    span = only(**CALLS[Vocabulary.SEMCONV] | zeros | {"gen_ai.response.time_to_first_chunk": 0.0})
    assert (span.input_tokens, span.output_tokens, span.declared_usd, span.first_chunk) == (None, None, None, None)
    assert only(**CALLS[Vocabulary.SEMCONV] | {"gen_ai.usage.output_tokens": 0}).output_tokens == 0


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("429", Failure.RATE_LIMITED), (503, Failure.SERVER), ("418", Failure.OTHER), (200, None), ("", None),
        (None, None), ("openai.APIConnectionError", Failure.CONNECTION), ("APITimeoutError", Failure.TIMEOUT),
        ("RateLimitError", Failure.RATE_LIMITED), ("rate_limit_exceeded", Failure.RATE_LIMITED),
        ("overloaded_error", Failure.SERVER), ("AuthenticationError", Failure.UNAUTHORIZED),
        ("PermissionDeniedError", Failure.FORBIDDEN), ("invalid_request_error", Failure.BAD_REQUEST),
        ("json.decoder.JSONDecodeError", Failure.INVALID_JSON), ("AI_NoSuchToolError", Failure.UNKNOWN_TOOL),
        ("AI_InvalidToolArgumentsError", Failure.SCHEMA_MISMATCH),
        ("pydantic.ValidationError", Failure.SCHEMA_MISMATCH),
        ("My own secret", Failure.OTHER), ("_OTHER", Failure.OTHER),
    ],
    ids=str,
)  # fmt: skip
def test_an_error_becomes_a_class_by_its_status_or_its_name(name: Any, expected: Failure | None) -> None:
    assert failure(name) is expected


def test_a_call_that_fails_after_its_first_chunk_broke_in_mid_stream() -> None:
    assert only(**CALLS[Vocabulary.SEMCONV] | {"error.type": "503"}).failure is Failure.MID_STREAM
    assert only(**SHARED, **{"error.type": "503"}).failure is Failure.SERVER
    assert only(**SHARED, **{"gen_ai.response.finish_reasons": ["error"]}).failure is Failure.MID_STREAM
    assert only(**SHARED, **{"error.type": "_OTHER", "http.response.status_code": 402}).failure is not Failure.OTHER


def test_reasons_to_stop_have_one_spelling() -> None:
    said = [["stop"], '["tool-calls"]', "MAX_TOKENS", "FinishReason.STOP", ["end_turn", 5, "novel"], "[", 3, None]
    assert [finishes(each) for each in said] == [
        (Finish.STOP,), (Finish.TOOL,), (Finish.LENGTH,), (Finish.STOP,), (Finish.STOP, Finish.OTHER), (), (), (),
    ]  # fmt: skip


def test_what_the_sdk_encodes_is_read() -> None:
    exporter = InMemorySpanExporter()
    provider = TracerProvider(resource=Resource.create({"service.name": "secret"}))
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    tracer = provider.get_tracer("made", "1")
    with tracer.start_as_current_span("invoke_agent", attributes={"gen_ai.operation.name": "invoke_agent"}):
        attributes = CALLS[Vocabulary.SEMCONV]
        with tracer.start_as_current_span("chat m-1", kind=SpanKind.CLIENT, attributes=attributes) as span:
            span.add_event("gen_ai.evaluation.result", {"gen_ai.evaluation.score.value": 0.5})
        tool = {"gen_ai.operation.name": "execute_tool", "error.type": "timeout"}
        with tracer.start_as_current_span("execute_tool", attributes=tool) as span:
            span.set_status(StatusCode.ERROR, "secret")
    found = read(encode_spans(exporter.get_finished_spans()).SerializeToString())
    assert isinstance(found, Reading)
    step, call, execution = found.spans
    assert (step.operation, step.parent) == (Operation.AGENT, None)
    assert (call.parent, call.trace, call.input_tokens, call.scores) == (step.id, step.trace, 50, (0.5,))
    assert (execution.operation, execution.failure) == (Operation.TOOL, Failure.TIMEOUT)
