"""What tasks cost at the list prices of their day."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from math import fsum

import numpy as np

from evidence.telemetry.figures import FEWEST, Cost, Tokens, shown
from evidence.telemetry.lookups import Price, Usage
from evidence.telemetry.spans import NANOSECONDS, Failure, Span

_UNBILLED = frozenset({
    Failure.BAD_REQUEST, Failure.UNAUTHORIZED, Failure.PAYMENT_REQUIRED, Failure.FORBIDDEN, Failure.NOT_FOUND,
    Failure.TOO_LONG, Failure.RATE_LIMITED, Failure.SERVER,
})  # fmt: skip
_DEAREST = 1e9  # US dollars a call; beyond it a price is no price


def cost(tasks: Sequence[Sequence[Span]], price: Price, *, by_conversation: bool) -> Cost:
    """The cost of each task; `by_conversation` says what the tasks are."""
    prices = [[(call, usd(call, price)) for call in task] for task in tasks]
    costs = [fsum(known) for task in prices if len(known := _known(task)) == len(task)]
    both = [(call.declared_usd, of) for task in prices for call, of in task if call.declared_usd and of]
    compared = len(both) >= FEWEST
    p50, p95 = (float(value) for value in np.percentile(costs, (50, 95))) if len(costs) >= FEWEST else (None, None)
    return Cost(
        by_conversation=by_conversation,
        tasks=shown(len(tasks)),
        priced=shown(len(costs)),
        mean=fsum(costs) / len(costs) if len(costs) >= FEWEST else None,
        p50=p50,
        p95=p95,
        declared=fsum(declared for declared, _ in both) if compared else None,
        recomputed=fsum(of for _, of in both) if compared else None,
    )


def usd(call: Span, price: Price) -> float | None:
    """What a call cost; null where its tokens, its model or its price are unknown. A call that the API refused
    cost nothing; one that broke off later may have cost something.
    """
    if call.failure in _UNBILLED and call.input_tokens is None:
        return 0.0
    if call.input_tokens is None or call.output_tokens is None or call.model is None:
        return None
    usage = Usage(call.input_tokens, call.output_tokens, call.cache_read_tokens or 0, call.cache_write_tokens or 0)
    found = price(call.model, call.provider, datetime.fromtimestamp(call.start // NANOSECONDS, UTC), usage)
    return found if found is not None and 0 <= found <= _DEAREST else None


def tokens(calls: Iterable[Span]) -> Tokens:
    """Token totals."""
    rows = list(calls)
    return Tokens(
        input=_total(call.input_tokens for call in rows),
        output=_total(call.output_tokens for call in rows),
        cache_read=_total(call.cache_read_tokens for call in rows),
        cache_write=_total(call.cache_write_tokens for call in rows),
    )


def _known(task: Iterable[tuple[Span, float | None]]) -> list[float]:
    return [of for _, of in task if of is not None]


def _total(column: Iterable[int | None]) -> int | None:
    known = [value for value in column if value is not None]
    return sum(known) if len(known) >= FEWEST else None
