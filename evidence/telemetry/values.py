"""Attribute values as the few kinds we keep. Whatever does not fit is unknown, never an error."""

from math import isfinite
from typing import Any

import orjson

from evidence.telemetry.spans import Finish

_LARGEST = 10**9  # tokens, seconds or dollars of one call
_LONGEST_NUMBER = 32  # characters
_LONGEST_WORD = 256  # characters
_MOST_WORDS = 16
_FINISHES = {
    "stop": Finish.STOP, "end_turn": Finish.STOP, "stop_sequence": Finish.STOP, "completed": Finish.STOP,
    "complete": Finish.STOP, "length": Finish.LENGTH, "max_tokens": Finish.LENGTH, "max_output_tokens": Finish.LENGTH,
    "model_context_window_exceeded": Finish.LENGTH, "tool_call": Finish.TOOL, "tool_calls": Finish.TOOL,
    "tool_use": Finish.TOOL, "function_call": Finish.TOOL, "content_filter": Finish.FILTER, "safety": Finish.FILTER,
    "refusal": Finish.FILTER, "error": Finish.ERROR, "failed": Finish.ERROR,
}  # fmt: skip


def number(value: Any) -> float | None:
    """A finite number that is not negative, also where it was written as text."""
    if isinstance(value, str) and len(value) <= _LONGEST_NUMBER and value.isascii():
        try:
            value = float(value)
        except ValueError:
            return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if 0 <= value <= _LARGEST and isfinite(value) else None


def whole(value: Any) -> int | None:
    """A whole number that is not negative."""
    found = number(value)
    return int(found) if found is not None and found.is_integer() else None


def signed(value: Any) -> tuple[float, ...]:
    """A finite number of either sign, as evaluation scores are; nothing where it is none."""
    numeric = isinstance(value, int | float) and not isinstance(value, bool)
    return (float(value),) if numeric and abs(value) <= _LARGEST else ()


def seconds(value: Any) -> float | None:
    """Seconds; 0 means that nobody measured."""
    return number(value) or None


def milliseconds(value: Any) -> float | None:
    """Milliseconds as seconds; 0 means that nobody measured."""
    found = seconds(value)
    return None if found is None else found / 1000


def usd(value: Any) -> float | None:
    """US dollars; 0 means that nobody knew the price."""
    return number(value) or None


def word(value: Any) -> str | None:
    """A short name."""
    return value if isinstance(value, str) and 0 < len(value) <= _LONGEST_WORD else None


def finishes(value: Any) -> tuple[Finish, ...]:
    """Reasons to stop: a list, a JSON list in a string, or one name."""
    if isinstance(value, str) and value.startswith("[") and len(value) <= _LONGEST_WORD:
        try:
            value = orjson.loads(value)
        except orjson.JSONDecodeError:
            return ()
    names = value if isinstance(value, list) else [value]
    return tuple(_finish(name) for name in names[:_MOST_WORDS] if isinstance(name, str))


def _finish(name: str) -> Finish:
    plain = name.rpartition(".")[2].lower().replace("-", "_")
    return _FINISHES.get(plain, Finish.OTHER)
