"""pass^k: whether a task succeeds every time."""

from collections.abc import Sequence
from math import comb, fsum
from typing import NamedTuple

from evidence.telemetry.figures import PassAll, share, shown

KS = (1, 2, 4, 8)


class Trials(NamedTuple):
    """How often one task was tried and how often it succeeded."""

    tried: int
    succeeded: int


def pass_all(trials: Trials, k: int) -> float:
    """The chance that `k` trials drawn from those made all succeeded: C(c, k) ÷ C(n, k). Needs n ≥ k."""
    return comb(trials.succeeded, k) / comb(trials.tried, k)


def pass_alls(tasks: Sequence[Trials]) -> tuple[PassAll, ...]:
    """pass^k over tasks, for k of 1, 2, 4 and 8, where at least one was tried that often."""
    tried = {k: [pass_all(task, k) for task in tasks if task.tried >= k] for k in KS}
    return tuple(_passed(k, values) for k, values in tried.items() if values)


def _passed(k: int, values: Sequence[float]) -> PassAll:
    enough = share(1, len(values)) is not None
    return PassAll(k=k, tasks=shown(len(values)), value=fsum(values) / len(values) if enough else None)
