"""Snapshots: the statistics as arrays in memory, read once and kept current by reading only what has changed."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

from db import queries, statistics, versions
from db.enums import Dimension, UseCase
from db.queries import Record
from db.statistics import Histograms, Pair, State
from resolvers.rounds import repeated
from resolvers.workers import worked
from scoring.arrays import Flags, Floats, Integers, integers
from scoring.constants import CONSTANTS, Constants
from scoring.voices import Statistics, joined, ordered

USE_CASES, DIMENSIONS = list(UseCase), list(Dimension)
PAUSE = 1.0  # seconds between looks whether the statistics have changed
_TRIES = 3
_USE_CASE = {each.value: place for place, each in enumerate(USE_CASES)}


@dataclass(frozen=True, eq=False)
class Subjects:
    """What can have a standing. A model that nobody serves has a nameless endpoint, to have one too."""

    endpoint_ids: list[str]
    model_ids: list[str]
    model_of: Integers

    @cached_property
    def endpoint_places(self) -> dict[str, int]:
        """The number of each endpoint in the statistics."""
        return {endpoint: place for place, endpoint in enumerate(self.endpoint_ids)}

    @cached_property
    def endpoints_by_id(self) -> Integers:
        """The endpoints that have a name, in the order of their ids."""
        named = [place for place, endpoint in enumerate(self.endpoint_ids) if endpoint]
        return integers(sorted(named, key=self.endpoint_ids.__getitem__))

    @cached_property
    def models_by_id(self) -> Integers:
        """The models in the order of their ids."""
        return integers(sorted(range(len(self.model_ids)), key=self.model_ids.__getitem__))

    def of(self, models: frozenset[str]) -> "Subjects":
        """Some models alone."""
        return subjects_of(
            [
                {"model_id": self.model_ids[model], "endpoint_id": endpoint}
                for endpoint, model in zip(self.endpoint_ids, self.model_of.tolist(), strict=True)
                if self.model_ids[model] in models
            ]
        )


@dataclass(frozen=True, eq=False)
class Snapshot:
    """Everything that standings are computed from at one moment; `kept` is room for what was computed from it."""

    subjects: Subjects
    statistics: Statistics
    baselines: Floats
    constants: Constants
    versions: dict[UseCase, int]
    demo: bool
    kept: dict[Any, Any] = field(default_factory=dict)


@dataclass
class _Memory:
    """What is remembered of one open database."""

    state: State | None = None
    snapshot: Snapshot | None = None
    seen: tuple[int, ...] = ()
    reading: asyncio.Lock = field(default_factory=asyncio.Lock)


_memories: "WeakKeyDictionary[queries.Client, _Memory]" = WeakKeyDictionary()


async def present(*, exact: bool) -> Snapshot:
    """The statistics of now: exactly, or as they were `PATIENCE` ago where another process has written since."""
    client = queries.client()
    memory = _memories.setdefault(client, _Memory())
    await queries.look(client, 0.0 if exact else versions.PATIENCE)
    versions.read(statistics.TABLES)
    async with memory.reading:
        seen = client.versions.seen.of(statistics.TABLES)
        if memory.snapshot is None or memory.seen != seen:
            await _refresh(memory)
            memory.seen = seen
        assert memory.snapshot is not None  # noqa: S101  # it has just been read
        return memory.snapshot


async def watch() -> None:
    """Keep the statistics current until cancelled, so that whoever asks for a ranking seldom waits for them."""
    await repeated(lambda: present(exact=False), PAUSE, "reading the statistics failed")


async def _refresh(memory: _Memory) -> None:
    """Read what has changed until nothing changes meanwhile, but not for ever."""
    state = await statistics.state()
    for _ in range(_TRIES):
        if memory.state == state:
            return
        memory.snapshot = await _read(memory, state)
        memory.state, state = state, await statistics.state()


async def _read(memory: _Memory, state: State) -> Snapshot:
    known, before = memory.state, memory.snapshot
    if known is None or before is None or _listed(known) != _listed(state):
        subjects = subjects_of(await statistics.subjects())
        found = await _arrays(state, await statistics.changed({}), subjects)
        return await worked(_built, state, subjects, found)
    pairs = await statistics.changed(known.versions)
    found = await _arrays(state, pairs, before.subjects)
    return await worked(_renewed, before, state, pairs, found)


async def _arrays(state: State, pairs: list[Pair], subjects: Subjects) -> list[Statistics]:
    """The rows of some endpoints as arrays, made bit by bit: as lists all of them would fill the memory."""
    places = subjects.endpoint_places
    in_order = sorted(pairs, key=lambda pair: (_USE_CASE[pair[0]], places[pair[1]]))  # as `ordered` wants them
    found = statistics.histograms(state.epoch_id, in_order)
    return [await asyncio.to_thread(columns, some, subjects) async for some in found]


def _listed(state: State) -> tuple[int, int, int]:
    """What must not have changed for the arrays to be worth keeping."""
    return state.epoch_id, state.models, state.endpoints


def _built(state: State, subjects: Subjects, parts: list[Statistics]) -> Snapshot:
    rows = joined([columns([], subjects), *parts])
    constants = measured(state.parameters)
    return Snapshot(subjects, rows, baselines(state.baselines), constants, state.versions, state.demo)


def _renewed(before: Snapshot, state: State, pairs: list[Pair], parts: list[Statistics]) -> Snapshot:
    """The snapshot with the rows of the changed endpoints exchanged."""
    kept = before.statistics.where(~_about(before, pairs))
    return replace(before, statistics=joined([kept, *parts]), versions=state.versions, demo=state.demo, kept={})


def _about(snapshot: Snapshot, pairs: list[Pair]) -> Flags:
    """Which rows are about one of the use cases and endpoints (rows)."""
    places = snapshot.subjects.endpoint_places
    numbers = [places[endpoint] * len(USE_CASES) + _USE_CASE[use_case] for use_case, endpoint in pairs]
    rows = snapshot.statistics
    return np.isin(rows.endpoint * len(USE_CASES) + rows.use_case, integers(numbers))


def subjects_of(rows: Sequence[Record]) -> Subjects:
    """Models with their endpoints as numbers."""
    model_ids = list(dict.fromkeys(row["model_id"] for row in rows))
    place = {model: number for number, model in enumerate(model_ids)}
    model_of = integers(place[row["model_id"]] for row in rows)
    return Subjects([row["endpoint_id"] or "" for row in rows], model_ids, model_of)


def columns(found: Sequence[Histograms], subjects: Subjects) -> Statistics:
    """Stored bins as the arithmetic takes them, in the one order that makes sums the same for everybody."""
    sizes = integers(len(each.bins) for each in found)
    numbers = integers(chain.from_iterable(row for each in found for row in each.bins))
    dimension, level, standing, month, place, mass, count = numbers.reshape(-1, 7).T
    rows = Statistics(
        endpoint=np.repeat(integers(subjects.endpoint_places[each.endpoint_id] for each in found), sizes),
        use_case=np.repeat(integers(_USE_CASE[each.use_case] for each in found), sizes),
        dimension=dimension,
        level=level,
        standing=standing,
        month=month,
        bin=place,
        mass=mass.copy(),  # the only column that stays as it is, and all others with it
        count=count,
        model_of=subjects.model_of,
    )
    return ordered(rows)


def baselines(stored: dict[str, float]) -> Floats:
    """The epoch's baselines in stars, use cases by dimensions."""
    keys = [[statistics.area(use_case, dimension) for dimension in DIMENSIONS] for use_case in USE_CASES]
    return np.array([[stored.get(key, CONSTANTS.baseline) for key in row] for row in keys])


def measured(parameters: dict[str, Any]) -> Constants:
    """The rating model's constants with what the epoch's recompute has measured."""
    names = {each.name for each in CONSTANTS}
    known: dict[str, Any] = {name: value for name, value in parameters.items() if name in names}
    exact: Any = {name: tuple(value) if isinstance(value, list) else value for name, value in known.items()}
    return replace(CONSTANTS, **exact)
