"""The runs: every server in turn, round after round, so that a busy moment of the machine hits all alike."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from statistics import quantiles
from time import perf_counter
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import orjson

from bench.speed.load import loaded
from bench.speed.servers import STATIC, Server
from bench.speed.workloads import REPEATED, WORKLOADS, Asking, Known, same

WARMING = 0.5  # seconds before each window
_STRIDE = 10_000  # requests: no round repeats another's, and no server answers as many in a window


@dataclass(frozen=True, slots=True)
class Run:
    """One server under one workload in one round."""

    rate: float  # answers a second
    p50: float  # milliseconds
    p99: float
    cpu: float  # milliseconds of CPU for each answer, the database's included
    size: float  # bytes of an answer's body
    memory: float  # MB after the run


@dataclass(slots=True)
class Findings:
    """All runs, by workload and server in the order of rounds, and what went wrong."""

    runs: dict[str, dict[str, list[Run]]] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    def add(self, workload: str, server: str, run: Run) -> None:
        """Keep a run."""
        self.runs.setdefault(workload, {}).setdefault(server, []).append(run)


Turn = tuple[str, Server, Callable[[int], Asking]]

Refused = tuple[tuple[str, str], str]  # a server and a workload, and why they are not measured together


def turns(servers: Sequence[Server], known: Known, only: Sequence[str]) -> Iterator[Turn]:
    """Who is asked what: every server the four queries, ours also what it may remember, static bytes beside it."""
    for workload in (*WORKLOADS, *REPEATED):
        if workload not in only:
            continue
        for server in servers:
            static = server.kind.name.startswith(STATIC)
            if (static and server.kind.name.endswith(workload[:2]) and workload.endswith("again")) or (
                not static and (workload in REPEATED) == server.kind.keeps
            ):
                yield workload, server, _asking(workload, server, known)


def _asking(workload: str, server: Server, known: Known) -> Callable[[int], Asking]:
    etag = _etag(server, Asking(workload, server.kind.style, known)) if workload.endswith("304") else ""
    return lambda number: Asking(workload, server.kind.style, known, start=number * _STRIDE, amount=_STRIDE, etag=etag)


def measured(servers: Sequence[Server], known: Known, rounds: int, window: float, only: Sequence[str]) -> Findings:
    """All rounds of all turns, after one look at whether the answers agree."""
    found = Findings()
    refused = dict(disagreements(servers, known, only))
    found.wrong += [f"{server}, {workload}: {why}; not measured" for (server, workload), why in refused.items()]
    order = [turn for turn in turns(servers, known, only) if (turn[1].kind.name, turn[0][:2]) not in refused]
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        for number in range(rounds):
            start = perf_counter()
            for workload, server, asking in order:
                _turn(found, pool, (workload, server, asking), number, window)
            print(f"round {number + 1} of {rounds}: {perf_counter() - start:.0f} s", flush=True)
    return found


def _turn(found: Findings, pool: ProcessPoolExecutor, turn: Turn, number: int, window: float) -> None:
    workload, server, asking = turn
    repeated = workload.endswith(("again", "304"))
    requests = asking(0 if repeated else number)
    if repeated:  # what it keeps is asked for, not sixteen first times at once
        answered(server, requests, 0)
    before = server.spent()
    try:
        load = pool.submit(loaded, server.port, requests, window, WARMING)
        result = load.result(window + 90)
    except (OSError, TimeoutError) as error:
        found.wrong.append(f"{server.kind.name}, {workload}: {error!r}")
        return
    if result.failed:
        found.wrong.append(f"{server.kind.name}, {workload}: {result.failed} of {result.answered} failed")
    if len(result.seconds) < 2:
        return
    cuts, cpu = quantiles(result.seconds, n=100), server.spent() - before
    found.add(workload, server.kind.name, Run(
        len(result.seconds) / result.lasted, 1e3 * cuts[49], 1e3 * cuts[98], 1e3 * cpu / result.answered,
        result.received / result.answered, server.memory(),
    ))  # fmt: skip


def disagreements(servers: Sequence[Server], known: Known, only: Sequence[str]) -> Iterator[Refused]:
    """Servers that refuse, or whose answer differs from the first one's; rankings are compared among peers."""
    asked = dict.fromkeys(workload[:2] for workload in only)
    for workload in asked:
        first: dict[bool, list[str]] = {}
        for place, server in enumerate(servers):
            if server.kind.name.startswith(STATIC):
                continue
            number = 10**6 + place if workload == "M1" else 10**6  # the same question to all, but a vote of its own
            answer = orjson.loads(answered(server, Asking(workload, server.kind.style, known), number))
            if "errors" in answer:
                yield (server.kind.name, workload), str(answer["errors"])[:300]
            elif (told := same(workload, answer)) != first.setdefault(server.kind.ours and workload == "Q1", told):
                yield (server.kind.name, workload), "other ids than the others"


def answered(server: Server, asking: Asking, number: int) -> bytes:
    """The body of one answer, also of an unwilling one."""
    request = Request(
        f"http://127.0.0.1:{server.port}/graphql", asking.body(number), asking.headers(number)
    )  # loopback
    try:
        with urlopen(request, timeout=60) as response:  # noqa: S310  # as above
            body: bytes = response.read()
            return body
    except HTTPError as refused:
        return refused.read()


def _etag(server: Server, asking: Asking) -> str:
    """The tag that a server gives an answer, if any; asked twice, as it may keep only what is asked again."""
    request = Request(f"http://127.0.0.1:{server.port}/graphql", asking.body(0), asking.headers(0))  # loopback
    for _ in range(2):
        with urlopen(request, timeout=60) as response:  # noqa: S310  # as above
            tag = response.headers.get("etag") or ""
    return str(tag)
