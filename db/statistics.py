"""The stored statistics: integer histograms behind every standing, changed by addition only (docs/decisions/0004)."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import orjson

from db.enums import Dimension, UseCase
from db.queries import Condition, Record, Statement, execute_many, fetch
from db.queries import dialect as current_dialect
from db.tables import Epoch

_PAUSE = 0.02  # seconds: another process that waits to write SQLite looks only now and then whether it may
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
Pair = tuple[str, str]
"""A use case and an endpoint."""


class Histograms(NamedTuple):
    """What is stored of an endpoint in a use case; of each of its `bins` the numbers.

    They are the place of its dimension among all, and what `Cell` and `Amount` have from the scoring level on.
    """

    use_case: str
    endpoint_id: str
    bins: list[list[int]]


_ADD = """
    INSERT INTO statistic
        (epoch_id, endpoint_id, use_case, dimension, scoring_level, standing, month, bin, mass, count)
    VALUES {rows}
    ON CONFLICT (epoch_id, use_case, endpoint_id, dimension, scoring_level, standing, month, bin)
    DO UPDATE SET mass = statistic.mass + excluded.mass, count = statistic.count + excluded.count
"""
_ADD_ONE = _ADD.format(rows="($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)")
_SWEEP = """
    DELETE FROM statistic
    WHERE epoch_id = $1 AND use_case = $2 AND endpoint_id = $3 AND mass = 0 AND count = 0
"""
_BUMP = "UPDATE standing_version SET version = version + 1 WHERE use_case = $1 RETURNING version"
_MARK = """
    INSERT INTO statistic_version (use_case, endpoint_id, version) VALUES ($1, $2, $3)
    ON CONFLICT (use_case, endpoint_id) DO UPDATE SET version = excluded.version
"""
_ENDS = "SELECT (SELECT MIN(epoch_id) FROM statistic) AS first, (SELECT MAX(epoch_id) FROM statistic) AS last"
_FORGET = """
    DELETE FROM statistic
    WHERE epoch_id = $1
    AND (use_case, endpoint_id) IN (SELECT DISTINCT use_case, endpoint_id FROM statistic WHERE epoch_id = $1 LIMIT 20)
"""
_KNOW = "INSERT INTO statistic_version (use_case, endpoint_id, version) VALUES ($1, $2, 0) ON CONFLICT DO NOTHING"
_STATE = """
    SELECT epoch.id AS epoch_id, epoch.baselines, epoch.parameters, standing_version.use_case, standing_version.version,
           EXISTS (SELECT 1 FROM reviewer WHERE issuer = 'DEMO') AS demo,
           (SELECT COUNT(*) FROM model) AS models, (SELECT COUNT(*) FROM endpoint) AS endpoints
    FROM standing_version JOIN epoch ON epoch.id = (SELECT MAX(id) FROM epoch WHERE NOT draft)
"""
_SUBJECTS = "SELECT m.id AS model_id, e.id AS endpoint_id FROM model m LEFT JOIN endpoint e ON e.model_id = m.id"
_CHANGED = "SELECT use_case, endpoint_id FROM statistic_version WHERE {} ORDER BY use_case, endpoint_id"
_DIMENSIONS = {each.value: place for place, each in enumerate(Dimension)}
_CASES = " ".join(f"WHEN '{name}' THEN {place}" for name, place in _DIMENSIONS.items())
_BIN = f"CASE s.dimension {_CASES} END, s.scoring_level, s.standing, s.month, s.bin, s.mass, s.count"
# All bins of a pair as one text: handing over a row takes longer than writing down its numbers.
_ROWS_ON_SQLITE = f"""
    SELECT json_extract(k.value, '$[0]') AS use_case, json_extract(k.value, '$[1]') AS endpoint_id,
           (SELECT json_group_array(json_array({_BIN})) FROM statistic s
            WHERE s.epoch_id = $1 AND s.use_case = json_extract(k.value, '$[0]')
            AND s.endpoint_id = json_extract(k.value, '$[1]')) AS bins
    FROM json_each($2) k
"""
_ROWS_ON_POSTGRESQL = f"""
    SELECT k.value ->> 0 AS use_case, k.value ->> 1 AS endpoint_id,
           (SELECT COALESCE(json_agg(json_build_array({_BIN})), '[]')::text FROM statistic s
            WHERE s.epoch_id = $1 AND s.use_case = k.value ->> 0 AND s.endpoint_id = k.value ->> 1) AS bins
    FROM json_array_elements($2::json) k(value)
"""
_AT_ONCE = 100  # endpoints whose rows are read in one statement: some milliseconds of decoding, a megabyte of lists
TABLES = ("statistic", "standing_version", "epoch", "reviewer", "model", "endpoint")


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
    rows = ", ".join(_values(statement, row) for row in sorted(_rows(change)))
    await fetch(_ADD.format(rows=rows), statement.values)
    cell = next(iter(change))
    await fetch(_SWEEP, [cell.epoch_id, cell.use_case, cell.endpoint_id])
    [bumped] = await fetch(_BUMP, [cell.use_case])  # its row stays locked, so versions follow commits
    await fetch(_MARK, [cell.use_case, cell.endpoint_id, bumped["version"]])


async def write(change: Change) -> None:
    """Write statistics that nobody reads yet, those of a draft, beside other work."""
    await execute_many(_ADD_ONE, _rows(change), pause=_PAUSE)
    await execute_many(_KNOW, {(cell.use_case, cell.endpoint_id) for cell in change}, pause=_PAUSE)


async def exchange(epoch: Epoch, pair: Pair, change: Change) -> None:
    """Write the statistics of one endpoint in one use case anew, inside the caller's transaction."""
    await fetch("DELETE FROM statistic WHERE epoch_id = $1 AND use_case = $2 AND endpoint_id = $3", [epoch.id, *pair])
    await execute_many(_ADD_ONE, _rows(change))


async def publish(epoch: Epoch) -> None:
    """Put a draft in force, inside the caller's transaction, which holds the epochs exclusively."""
    if not await fetch("UPDATE epoch SET draft = FALSE WHERE id = $1 AND draft RETURNING id", [epoch.id]):
        raise LookupError(f"Epoch {epoch.id} is no draft any more: another recompute has taken its place.")
    await fetch("UPDATE standing_version SET version = version + 1")  # whoever reads a new epoch reads all of it


async def sweep() -> None:
    """Forget drafts, and all statistics but those in force, some at a time, so that nobody waits long meanwhile."""
    epoch = await latest_epoch()
    while True:
        [ends] = await fetch(_ENDS)
        others = {*ends.values()} - {None, epoch.id}
        if not others:
            break
        await fetch(_FORGET, [min(others)])
        await asyncio.sleep(_PAUSE)
    await fetch("DELETE FROM epoch WHERE draft")


async def current_epoch(*, exclusive: bool = False) -> Epoch:
    """The epoch that statistics are written under, held until the transaction ends.

    Writers share it; who publishes another takes it alone, so that no write falls between two epochs.
    """
    if current_dialect() == "postgresql":
        await fetch(f"SELECT pg_advisory_xact_lock{'' if exclusive else '_shared'}({_GATE})")
    return await latest_epoch()


async def latest_epoch() -> Epoch:
    """The epoch in force, for readers."""
    return (await Epoch.filter(draft=False).order_by("-id").limit(1))[0]


@dataclass(frozen=True, slots=True)
class State:
    """What tells whether statistics that were read before are still the present ones."""

    epoch_id: int
    baselines: dict[str, float]
    parameters: dict[str, Any]
    versions: dict[UseCase, int]
    demo: bool
    models: int
    endpoints: int


async def state() -> State:
    """The state of the statistics, in one statement whatever the number of reviews."""
    rows = await fetch(_STATE)
    first, versions = rows[0], {UseCase(row["use_case"]): int(row["version"]) for row in rows}
    return State(
        epoch_id=first["epoch_id"],
        baselines=orjson.loads(first["baselines"]),
        parameters=orjson.loads(first["parameters"]),
        versions=versions,
        demo=bool(first["demo"]),
        models=first["models"],
        endpoints=first["endpoints"],
    )


async def subjects() -> list[Record]:
    """Every model with each of its endpoints, or with none, in an order that no collation changes."""
    return sorted(await fetch(_SUBJECTS), key=lambda row: (row["model_id"], row["endpoint_id"] or ""))


async def changed(known: dict[UseCase, int]) -> list[Pair]:
    """The use cases and endpoints whose statistics have changed since the known versions."""
    statement = Statement()
    later = [Condition("use_case = {} AND version > {}", (each.value, known.get(each, -1))) for each in UseCase]
    where = " OR ".join(f"({statement.where([condition])})" for condition in later)
    found = await fetch(_CHANGED.format(where), statement.values)
    return [(row["use_case"], row["endpoint_id"]) for row in found]


async def histograms(epoch_id: int, pairs: Sequence[Pair]) -> AsyncIterator[list[Histograms]]:
    """The statistics of some use cases and endpoints in the order of these, some thousands of bins at a time."""
    sql = _ROWS_ON_POSTGRESQL if current_dialect() == "postgresql" else _ROWS_ON_SQLITE
    for start in range(0, len(pairs), _AT_ONCE):
        some = orjson.dumps(pairs[start : start + _AT_ONCE]).decode()
        found = await fetch(sql, [epoch_id, some])
        yield [Histograms(row["use_case"], row["endpoint_id"], orjson.loads(row["bins"])) for row in found]


def histograms_of(change: Change) -> list[Histograms]:
    """A change as `histograms` reads what is stored."""
    return [
        Histograms(cell.use_case, cell.endpoint_id, [[_DIMENSIONS[cell.dimension], *cell[4:], *amount]])
        for cell, amount in change.items()
    ]


def _rows(change: Change) -> Iterator[tuple[Any, ...]]:
    return ((*cell, *amount) for cell, amount in change.items())


def _values(statement: Statement, values: Iterable[Any]) -> str:
    return "(" + ", ".join(statement.bind(value) for value in values) + ")"
