"""What the addresses of the comparing pages ask for: side by side, the frontier, the reality gap."""

from datetime import datetime
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request

from web.addresses import choice, given, refused, text, use_case, use_case_of
from web.leaderboard import OPENNESS, rating_filter, weights
from web.words import DIMENSIONS, RESPECTS, WITHOUT_TASK

FEWEST, MOST = 2, 8
REPORTERS = {"vendor": "VENDOR", "independent": "INDEPENDENT"}


def priced(chosen: str) -> str:
    """The use case whose ready task is priced: the one chosen, or coding where there is none."""
    return "CODING" if chosen in WITHOUT_TASK else chosen


def compared(request: Request, _now: datetime) -> dict[str, Any]:
    """Two to eight endpoints or models side by side; fewer ask for the page on which to name them."""
    endpoints, models = named(request, "endpoint"), named(request, "model")
    if len(endpoints) > MOST or len(models) > MOST:
        raise HTTPException(400, "Eight fit side by side; leave some out.")
    chosen = use_case_of(text(request, "use_case") or "coding")
    asked = {"endpoints": endpoints or None, "models": models or None, "weights": weights(request)}
    enough = max(len(endpoints), len(models)) >= FEWEST
    return asked | {"useCase": chosen, "task": priced(chosen), "named": enough}


def named(request: Request, parameter: str) -> list[str]:
    """The slugs given, each once, in the order given."""
    return list(dict.fromkeys(slug.strip() for slug in request.query_params.getlist(parameter) if slug.strip()))


def frontier(request: Request, _now: datetime) -> dict[str, Any]:
    """Two respects to weigh against each other; where no task is priced, output tokens are."""
    chosen = use_case_of(request.path_params["use_case"])
    usual = "OUTPUT_USD" if chosen in WITHOUT_TASK else "TASK_USD"
    x, y = (choice(request, name, slugs(RESPECTS)) or default for name, default in (("x", usual), ("y", "SCORE")))
    if x == y:
        raise refused("y", "another than the first respect")
    return {"useCase": chosen, "x": x, "y": y, "weights": weights(request), "filter": rating_filter(request)}


def gap(request: Request, _now: datetime) -> dict[str, Any]:
    """A benchmark and a target, the metric of a harness or a dimension of the standings."""
    metric, dimension = text(request, "metric"), choice(request, "dimension", slugs(DIMENSIONS))
    target = {"metric": metric} | given(source=text(request, "source")) if metric else given(dimension=dimension)
    benchmark = text(request, "benchmark")
    chosen = use_case(request, "CODING" if "dimension" in target else "") or None
    return {
        "benchmark": benchmark or "",
        "target": target,
        "useCase": chosen,
        "filter": given(
            reporter=choice(request, "reporter", REPORTERS),
        )
        | open_weights(request),
        "named": bool(benchmark and target),
    }


def open_weights(request: Request) -> dict[str, bool]:
    wanted = choice(request, "weights", OPENNESS)
    return {} if wanted is None else {"openWeights": wanted}


def slugs(names: dict[str, str]) -> dict[str, str]:
    """Words of the API by their spelling in addresses."""
    return {name.lower().replace("_", "-"): name for name in names}
