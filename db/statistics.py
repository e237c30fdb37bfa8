"""The stored statistics: integer histograms behind every standing, changed by addition only (docs/decisions/0004)."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

import orjson

from db.enums import Dimension, UseCase
from db.queries import Record, Statement, execute_many, fetch
from db.queries import dialect as current_dialect
from db.tables import Epoch

_GATE = 7_231_964_311  # any number of ours, for PostgreSQL's advisory locks


class Cell(NamedTuple):
    """Where one bin of one histogram lives; the fields are the columns of its key."""

    epoch_id: int
    endpoint_id: str
    use_case: str
    dimension: str
    scoring_level: int
    standing: int
    month: int
    bin: int


class Amount(NamedTuple):
    """What a bin holds: mass in units of 2⁻²⁰ votes, and how many ratings began in it."""

    mass: int
    ratings: int


Change = dict[Cell, Amount]

_ADD = """
    INSERT INTO statistic
        (epoch_id, endpoint_id, use_case, dimension, scoring_level, standing, month, bin, mass, count)
    VALUES {rows}
    ON CONFLICT (epoch_id, use_case, endpoint_id, dimension, scoring_level, standing, month, bin)
    DO UPDATE SET mass = statistic.mass + excluded.mass, count = statistic.count + excluded.count
"""
_SWEEP = """
    DELETE FROM statistic
    WHERE epoch_id = $1 AND use_case = $2 AND endpoint_id = $3 AND mass = 0 AND count = 0
"""
_STATE = """
    SELECT epoch.id AS epoch_id, epoch.baselines, epoch.parameters, standing_version.use_case, standing_version.version,
           EXISTS (SELECT 1 FROM reviewer WHERE issuer = 'DEMO') AS demo
    FROM standing_version JOIN epoch ON epoch.id = (SELECT MAX(id) FROM epoch)
"""
_SUBJECTS = "SELECT m.id AS model_id, e.id AS endpoint_id FROM model m LEFT JOIN endpoint e ON e.model_id = m.id"
_ROWS = """
    SELECT endpoint_id, use_case, dimension, scoring_level, standing, month, bin, mass, count
    FROM statistic WHERE epoch_id = $1
    ORDER BY use_case, endpoint_id, dimension, scoring_level, standing, month, bin
"""  # in a fixed order, so that sums of floats are the same for everybody


def area(use_case: UseCase, dimension: Dimension) -> str:
    """The name of a baseline among those of an epoch."""
    return f"{use_case.value}/{dimension.value}"


def summed(*changes: tuple[int, Iterable[tuple[Cell, Amount]]]) -> Change:
    """Add up signed changes (+1 or -1) by cell; what cancels out is left out."""
    mass: Counter[Cell] = Counter()
    ratings: Counter[Cell] = Counter()
    for sign, entries in changes:
        for cell, amount in entries:
            mass[cell] += sign * amount.mass
            ratings[cell] += sign * amount.ratings
    return {cell: Amount(mass[cell], ratings[cell]) for cell in mass if mass[cell] or ratings[cell]}


async def apply(change: Change) -> None:
    """Add a change of one endpoint in one use case, inside the caller's transaction.

    Rows are locked in the order of their keys, so that two writers of one endpoint wait and never deadlock.
    """
    if not change:
        return
    statement = Statement()
    rows = ", ".join(_values(statement, (*cell, *amount)) for cell, amount in sorted(change.items()))
    await fetch(_ADD.format(rows=rows), statement.values)
    cell = next(iter(change))
    await fetch(_SWEEP, [cell.epoch_id, cell.use_case, cell.endpoint_id])
    await fetch("UPDATE standing_version SET version = version + 1 WHERE use_case = $1", [cell.use_case])


async def rebuild(epoch: Epoch, change: Change) -> None:
    """Write the whole statistics of a new epoch and forget those of the epochs before it."""
    rows = [[*cell, *amount] for cell, amount in change.items()]
    holes = _ADD.format(rows="($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)")
    await execute_many(holes, rows)
    await fetch("DELETE FROM statistic WHERE epoch_id <> $1", [epoch.id])
    await fetch("UPDATE standing_version SET version = version + 1")


async def current_epoch(*, exclusive: bool = False) -> Epoch:
    """The epoch that statistics are written under, held until the transaction ends.

    Writers share it; a recompute takes it alone, so that no write falls between two epochs.
    """
    if current_dialect() == "postgresql":
        await fetch(f"SELECT pg_advisory_xact_lock{'' if exclusive else '_shared'}({_GATE})")
    return await latest_epoch()


async def latest_epoch() -> Epoch:
    """The epoch in force, for readers."""
    return (await Epoch.all().order_by("-id").limit(1))[0]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything that standings are computed from, as read from the database."""

    baselines: dict[str, float]
    parameters: dict[str, Any]
    versions: dict[UseCase, int]
    demo: bool
    subjects: list[Record]
    rows: list[Record]


async def snapshot() -> Snapshot:
    """Read the statistics of the current epoch, in three statements whatever the number of reviews."""
    state = await fetch(_STATE)
    epoch_id, demo = state[0]["epoch_id"], bool(state[0]["demo"])
    baselines, parameters = orjson.loads(state[0]["baselines"]), orjson.loads(state[0]["parameters"])
    versions = {UseCase(row["use_case"]): int(row["version"]) for row in state}
    return Snapshot(baselines, parameters, versions, demo, await fetch(_SUBJECTS), await fetch(_ROWS, [epoch_id]))


def record(cell: Cell, amount: Amount) -> Record:
    """One row of the statistics as `snapshot` reads it."""
    return cell._asdict() | {"mass": amount.mass, "count": amount.ratings}


def _values(statement: Statement, values: Iterable[Any]) -> str:
    return "(" + ", ".join(statement.bind(value) for value in values) + ")"
