"""Costs: what a whole task costs at list prices, by the arithmetic of a conversation that grows."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

MILLION = Decimal(1_000_000)
LONGEST = 2_000  # requests
LARGEST = 10_000_000  # tokens of one request's own input or answer


class ImpossibleTaskError(ValueError):
    """No task is like that; `field` names what is wrong."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, slots=True)
class Task:
    """What one task consists of.

    Every turn and every tool call is one request. Request number r brings `input_tokens` of its own (the question,
    the documents or the tool's result) and sends again all that came before, answers included: r · input +
    (r - 1) · output tokens. It is answered with `output_tokens`. Of all input, `cached_share` is read from the cache.

    Raises ImpossibleTaskError for figures out of bounds.
    """

    input_tokens: int
    output_tokens: int
    cached_share: Decimal = Decimal(0)
    turns: int = 1
    tool_calls: int = 0

    def __post_init__(self) -> None:
        _bound("input_tokens", self.input_tokens, 1, LARGEST)
        _bound("output_tokens", self.output_tokens, 0, LARGEST)
        _bound("turns", self.turns, 1, LONGEST)
        _bound("tool_calls", self.tool_calls, 0, LONGEST)
        if not (self.cached_share.is_finite() and 0 <= self.cached_share <= 1):
            raise ImpossibleTaskError("cached_share", "A share is 0 to 1.")
        if self.requests > LONGEST:
            raise ImpossibleTaskError("tool_calls", f"{self.requests:,} requests; at most {LONGEST:,} are possible.")

    @property
    def requests(self) -> int:
        """How many requests it takes."""
        return self.turns + self.tool_calls

    @property
    def largest_request(self) -> int:
        """Input tokens of the last request, which is the largest."""
        return self.context(self.requests)

    @property
    def total_input(self) -> int:
        """Input tokens of all requests together."""
        return self.sent(0, self.requests)

    @property
    def total_output(self) -> int:
        """Output tokens of all answers together."""
        return self.requests * self.output_tokens

    def context(self, request: int) -> int:
        """Input tokens of one request; the first is number 1."""
        return request * self.input_tokens + (request - 1) * self.output_tokens

    def sent(self, after: int, until: int) -> int:
        """Input tokens of the requests after one number until another, together."""
        return (until - after) * (self.context(after + 1) + self.context(until)) // 2 if until > after else 0

    def within(self, tokens: int) -> int:
        """How many requests, from the first, send at most so many input tokens."""
        return min(self.requests, (tokens + self.output_tokens) // (self.input_tokens + self.output_tokens))


def _bound(field: str, value: int, least: int, most: int) -> None:
    if not least <= value <= most:
        raise ImpossibleTaskError(field, f"{value:,} is not between {least:,} and {most:,}.")


@dataclass(frozen=True, slots=True)
class Rates:
    """Prices in USD per million tokens of requests with more than `above` input tokens; None is unknown."""

    above: int
    input: Decimal | None
    output: Decimal | None
    cache_read: Decimal | None = None


def cost(task: Task, tiers: Sequence[Rates]) -> Decimal | None:
    """USD for the task, to the millionth; None where a price that it needs is unknown.

    `tiers` rise by `above`, the first from 0; none at all is unknown too. A request beyond a tier's start pays that
    tier's prices for all its tokens. Where no price of reading the cache is known, cached input is charged as other
    input. Writing to the cache, fees per request and taxes are left out.
    """
    if not tiers:
        return None
    starts = [0, *(task.within(tier.above) for tier in tiers[1:]), task.requests]
    charged = [
        _charge(task, rates, after, until)
        for rates, (after, until) in zip(tiers, pairwise(starts), strict=True)
        if until > after
    ]
    known = [each for each in charged if each is not None]
    return sum(known, Decimal(0)).quantize(1 / MILLION) if known and len(known) == len(charged) else None


def _charge(task: Task, rates: Rates, after: int, until: int) -> Decimal | None:
    """USD for the requests after one number until another; a price of 0 is unknown."""
    if not rates.input or (task.output_tokens and not rates.output):
        return None
    sent = task.sent(after, until)
    cached = sent * task.cached_share
    answered = (until - after) * task.output_tokens
    reading = rates.cache_read or rates.input
    return ((sent - cached) * rates.input + cached * reading + answered * (rates.output or 0)) / MILLION
