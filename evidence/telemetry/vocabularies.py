"""The alias table: which attribute of which vocabulary says what. Everything else in an upload is dropped unread.

Sources: OpenTelemetry's semantic conventions up to 1.41 and their deprecated names; the separate GenAI repository;
the OpenInference specification; the Vercel AI SDK's telemetry reference.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from evidence.telemetry import failures, values
from evidence.telemetry.spans import Operation, Vocabulary

VERSION = 1
"""Version of the table, said in every summary; a change that gives another reading is a new version."""

SHARED = None


class Alias(NamedTuple):
    """One attribute: the field it fills, the vocabulary it gives away (null if several share it), how it is read."""

    field: str
    vocabulary: Vocabulary | None
    read: Callable[[Any], Any]


def _words(names: Mapping[str, Operation]) -> Callable[[Any], Operation | None]:
    def operation(value: Any) -> Operation | None:
        return names.get(value, Operation.OTHER) if isinstance(value, str) else None

    return operation


_GEN_AI = _words({
    "chat": Operation.INFERENCE, "text_completion": Operation.INFERENCE, "generate_content": Operation.INFERENCE,
    "completion": Operation.INFERENCE, "execute_tool": Operation.TOOL, "invoke_agent": Operation.AGENT,
    "embeddings": Operation.EMBEDDING,
})  # fmt: skip
_OPENINFERENCE = _words({
    "LLM": Operation.INFERENCE, "TOOL": Operation.TOOL, "AGENT": Operation.AGENT, "EMBEDDING": Operation.EMBEDDING,
})  # fmt: skip
_VERCEL = _words({
    **{f"ai.{call}.{step}": Operation.INFERENCE
       for call, step in (("generateText", "doGenerate"), ("streamText", "doStream"),
                          ("generateObject", "doGenerate"), ("streamObject", "doStream"))},
    **{f"ai.{call}": Operation.AGENT for call in ("generateText", "streamText")},
    "ai.toolCall": Operation.TOOL, "ai.embed.doEmbed": Operation.EMBEDDING, "ai.embedMany.doEmbed": Operation.EMBEDDING,
})  # fmt: skip


def _present(value: Any) -> bool:
    return value is not None


_V = Vocabulary
TABLE: dict[str, Alias] = {
    # all ages of gen_ai
    "gen_ai.operation.name": Alias("gen_ai_operation", SHARED, _GEN_AI),
    "gen_ai.request.model": Alias("request_model", SHARED, values.word),
    "gen_ai.response.model": Alias("response_model", SHARED, values.word),
    "gen_ai.response.finish_reasons": Alias("finishes", SHARED, values.finishes),
    "gen_ai.usage.input_tokens": Alias("input_tokens", SHARED, values.whole),
    "gen_ai.usage.output_tokens": Alias("output_tokens", SHARED, values.whole),
    "gen_ai.conversation.id": Alias("conversation", SHARED, values.word),
    "gen_ai.tool.call.id": Alias("tool_call", SHARED, _present),
    "error.type": Alias("error", SHARED, failures.failure),
    "http.response.status_code": Alias("status", SHARED, failures.of_status),
    "operation.cost": Alias("declared_usd", SHARED, values.usd),
    "gen_ai.usage.cost": Alias("declared_usd", SHARED, values.usd),
    # up to 1.36
    "gen_ai.system": Alias("provider", _V.LEGACY, values.word),
    "gen_ai.usage.prompt_tokens": Alias("input_tokens", _V.LEGACY, values.whole),
    "gen_ai.usage.completion_tokens": Alias("output_tokens", _V.LEGACY, values.whole),
    "http.status_code": Alias("status", _V.LEGACY, failures.of_status),
    # 1.37 to 1.41
    "gen_ai.provider.name": Alias("provider", _V.SEMCONV, values.word),
    "gen_ai.usage.cache_read.input_tokens": Alias("cache_read_tokens", _V.SEMCONV, values.whole),
    "gen_ai.usage.cache_creation.input_tokens": Alias("cache_write_tokens", _V.SEMCONV, values.whole),
    "gen_ai.response.time_to_first_chunk": Alias("first_chunk", _V.SEMCONV, values.seconds),
    # the GenAI repository
    "gen_ai.usage.cache_write.input_tokens": Alias("cache_write_tokens", _V.GENAI, values.whole),
    # OpenInference
    "openinference.span.kind": Alias("openinference_operation", _V.OPENINFERENCE, _OPENINFERENCE),
    "llm.system": Alias("system", _V.OPENINFERENCE, values.word),
    "llm.provider": Alias("provider", _V.OPENINFERENCE, values.word),
    "llm.request.model_name": Alias("request_model", _V.OPENINFERENCE, values.word),
    "llm.response.model_name": Alias("response_model", _V.OPENINFERENCE, values.word),
    "llm.model_name": Alias("model_name", _V.OPENINFERENCE, values.word),
    "llm.token_count.prompt": Alias("input_tokens", _V.OPENINFERENCE, values.whole),
    "llm.token_count.completion": Alias("output_tokens", _V.OPENINFERENCE, values.whole),
    "llm.token_count.prompt_details.cache_read": Alias("cache_read_tokens", _V.OPENINFERENCE, values.whole),
    "llm.token_count.prompt_details.cache_write": Alias("cache_write_tokens", _V.OPENINFERENCE, values.whole),
    "llm.cost.total": Alias("declared_usd", _V.OPENINFERENCE, values.usd),
    # Vercel AI SDK
    "ai.operationId": Alias("vercel_operation", _V.VERCEL, _VERCEL),
    "ai.model.provider": Alias("provider", _V.VERCEL, values.word),
    "ai.model.id": Alias("request_model", _V.VERCEL, values.word),
    "ai.response.model": Alias("response_model", _V.VERCEL, values.word),
    "ai.response.finishReason": Alias("finishes", _V.VERCEL, values.finishes),
    "ai.response.msToFirstChunk": Alias("first_chunk", _V.VERCEL, values.milliseconds),
    "ai.usage.promptTokens": Alias("input_tokens", _V.VERCEL, values.whole),
    "ai.usage.inputTokens": Alias("input_tokens", _V.VERCEL, values.whole),
    "ai.usage.completionTokens": Alias("output_tokens", _V.VERCEL, values.whole),
    "ai.usage.outputTokens": Alias("output_tokens", _V.VERCEL, values.whole),
    "ai.usage.cachedInputTokens": Alias("cache_read_tokens", _V.VERCEL, values.whole),
}
EVENTS: dict[str, dict[str, str]] = {
    "exception": {"exception.type": "exception"},
    "gen_ai.evaluation.result": {"gen_ai.evaluation.score.value": "score"},
}
"""The attribute that is kept of each kind of span event, and what it fills."""

_RANK = {name: -1 if alias.vocabulary is None else alias.vocabulary for name, alias in TABLE.items()}
_SHARED_RANK = Vocabulary.LEGACY + 0.5  # a shared name is the newest there is, but for what 1.37 and later renamed


def rank(name: str) -> float:
    """Of two names for one field the greater is believed."""
    return _SHARED_RANK if _RANK[name] < 0 else _RANK[name]
