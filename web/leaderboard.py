"""What the leaderboard's address asks for: weights, filters, order and place in the list."""

from datetime import datetime
from typing import Any

from starlette.requests import Request

from web.addresses import amount, choice, day, flag, given, number, refused, text, use_case_of, whole
from web.words import MEASURED_ORDERS

WEIGHTS = {
    "tool": "toolCalling",
    "api": "apiReliability",
    "cost": "costPerTask",
    "context": "contextQuality",
    "latency": "latency",
}
ORDERS = {
    "bound": "LOWER_BOUND",
    "score": "SCORE",
    "best": "PROBABILITY_OF_BEST",
    **{order.lower().replace("_", "-"): order for order in MEASURED_ORDERS},
}
MEASURED = {"task": "COST_PER_TASK", "p95": "LATENCY_P95"}  # the highest figure, by the metric it is of
POOLS = {"endpoint": "ENDPOINT", "model": "MODEL"}
OPENNESS = {"open": True, "closed": False}
ROWS = 25
MOST_ROWS = 100  # what the API lists at a time
VERIFIED = 4  # scoring level from which a rating counts as verified
MOST_PROVIDERS = 20


def variables(request: Request, _now: datetime) -> dict[str, Any]:
    """The variables of the leaderboard's query."""
    order, wanted = choice(request, "order", ORDERS) or "LOWER_BOUND", measured(request)
    return {
        "useCase": use_case_of(request.path_params["use_case"]),
        "pooledBy": choice(request, "by", POOLS) or "ENDPOINT",
        "orderBy": order,
        "weights": weights(request),
        "filter": rating_filter(request) | given(measured=wanted),
        "first": min(whole(request, "rows") or ROWS, MOST_ROWS),
        "after": text(request, "after"),
        "measured": bool(wanted) or order in MEASURED_ORDERS,
    }


def weights(request: Request) -> dict[str, float] | None:
    """The weights by dimension; None, which counts all the same, when none is given."""
    said = {field: number(request, name) for name, field in WEIGHTS.items()}
    if all(value is None for value in said.values()):
        return None
    return {field: 0.0 if value is None else value for field, value in said.items()}


def rating_filter(request: Request) -> dict[str, Any]:
    """Which ratings count, and which endpoints take part."""
    level = max(whole(request, "evidence") or 0, VERIFIED * flag(request, "verified"))
    return given(
        includeProvisional=flag(request, "provisional"),
        minScoringLevel=level,
        since=day(request, "since"),
        until=day(request, "until"),
    ) | given(endpoint=endpoint_filter(request))


def measured(request: Request) -> list[dict[str, Any]]:
    """The highest measured figures to take part with; what is not measured takes no part."""
    most = {metric: number(request, name) for name, metric in MEASURED.items()}
    return [{"metric": metric, "atMost": value} for metric, value in most.items() if value is not None]


def endpoint_filter(request: Request) -> dict[str, Any]:
    """Which endpoints; False is a wish here, unlike elsewhere."""
    openness = choice(request, "weights", OPENNESS)
    return given(
        search=text(request, "q"),
        providers=providers(request),
        minContext=whole(request, "ctx"),
        maxInputUsdPerMtok=amount(request, "input"),
        maxOutputUsdPerMtok=amount(request, "output"),
        toolCall=flag(request, "tools"),
    ) | ({} if openness is None else {"openWeights": openness})


def providers(request: Request) -> list[str]:
    """Slugs, separated by commas or spaces."""
    slugs = (text(request, "providers") or "").replace(",", " ").split()
    if len(slugs) > MOST_PROVIDERS:
        raise refused("providers", f"a list of at most {MOST_PROVIDERS}")
    return slugs
