"""`python -m bench.speed`: how fast the product answers, beside its peers over the same data."""

import asyncio
import os
import shutil
import tempfile
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from signal import SIGTERM, default_int_handler, signal
from time import perf_counter
from typing import TypeVar

from bench.speed.build import build_postgresql, build_sqlite, key
from bench.speed.cluster import Cluster, cluster
from bench.speed.dataset import Dataset, dataset, sized
from bench.speed.report import kept, printed
from bench.speed.runs import answered, measured
from bench.speed.servers import KINDS, PEERS, STATIC, Kind, Server, installed, running
from bench.speed.workloads import REPEATED, WORKLOADS, Asking, Known

T = TypeVar("T")
FUNCTIONS = PEERS / "functions.sql"


def asked(arguments: Sequence[str] | None = None) -> Namespace:
    """What the command line asks for."""
    parser = ArgumentParser(prog="python -m bench.speed", description=__doc__)
    parser.add_argument("--scale", type=float, default=1, help="1: 100,000 reviews and 1,000,000 votes")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=None, help="5, or 1 with --quick")
    parser.add_argument("--quick", action="store_true", help="one round of short windows: whether it runs, no figures")
    parser.add_argument("--window", type=float, default=None, help="seconds of each run (3, or 1 with --quick)")
    parser.add_argument("--only", nargs="+", default=[], metavar="NAME", help="only these workloads and servers")
    parser.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir()) / "bestclawmodels-bench")
    return parser.parse_args(arguments)


class Databases:
    """The databases of one dataset: kept ones, and fresh copies of them for one run."""

    def __init__(self, wanted: Namespace, postgresql: Cluster | None) -> None:
        self.wanted, self.postgresql = wanted, postgresql
        self.name = key(wanted.scale, wanted.seed)
        self.made: Dataset | None = None

    def data(self) -> Dataset:
        """The dataset, made when first needed."""
        self.made = self.made or dataset(sized(self.wanted.scale), self.wanted.seed)
        return self.made

    def copy(self, kind: Kind, folder: Path) -> str:
        """The address of a fresh copy for one server; it is built where none is kept."""
        which = "ours" if kind.ours else "theirs"
        if kind.dialect == "sqlite":
            source, copied = self.wanted.cache / f"{self.name}_{which}.db", folder / "data.db"
            if not source.exists():
                self._timed(source.stem, lambda: asyncio.run(build_sqlite(which, self.data(), source)))
            shutil.copyfile(source, copied)
            return f"sqlite:///{copied}"
        if self.postgresql is None:
            raise RuntimeError("there is no PostgreSQL")
        url = asyncio.run(self._postgresql(self.postgresql, which, f"run_{KINDS.index(kind)}"))
        if kind.style == "postgraphile":
            asyncio.run(self.postgresql.run(FUNCTIONS.read_text(encoding="utf-8"), f"run_{KINDS.index(kind)}"))
        return url

    async def _postgresql(self, server: Cluster, which: str, run: str) -> str:
        source = f"{self.name}_{which}"
        if not await server.holds(source):
            draft = f"{source}_draft"
            await server.run(f"DROP DATABASE IF EXISTS {draft} WITH (FORCE)")
            await server.run(f"CREATE DATABASE {draft}")
            start = perf_counter()
            await build_postgresql(which, self.data(), server.url(draft))
            await server.run(f"ALTER DATABASE {draft} RENAME TO {source}")
            print(f"built {source} in PostgreSQL: {perf_counter() - start:.0f} s", flush=True)
        return await server.copy(source, run)

    def _timed(self, name: str, build: Callable[[], None]) -> None:
        start = perf_counter()
        build()
        print(f"built {name}: {perf_counter() - start:.0f} s", flush=True)


def started(stack: ExitStack, wanted: Namespace, databases: Databases, run: Path) -> Iterator[Server]:
    """Every server that can start here; it says loudly which cannot and why."""
    named = {kind.name for kind in KINDS}
    only = named & set(wanted.only) or named
    modules = _tried("the JavaScript peers", lambda: installed(wanted.cache))
    for kind in KINDS:
        if kind.name not in only or (kind.needs_node and modules is None):
            continue
        folder = run / kind.name.replace(" ", "-")
        folder.mkdir()
        helpers = (databases.postgresql.process,) if databases.postgresql and kind.dialect == "postgresql" else ()
        server = _tried(kind.name, partial(_start, stack, databases, kind, folder, modules or run, helpers))
        if server is not None:
            yield server


def _start(
    stack: ExitStack, databases: Databases, kind: Kind, folder: Path, modules: Path, helpers: tuple[int, ...]
) -> Server:
    return stack.enter_context(running(kind, databases.copy(kind, folder), folder, modules, helpers))


def statics(stack: ExitStack, ours: Server, known: Known, run: Path) -> Iterator[Server]:
    """Servers of bytes that our own server answered."""
    for workload in ("Q1", "Q3"):
        path = run / f"{workload}.json"
        path.write_bytes(answered(ours, Asking(workload, "ours", known), 0))
        kind = Kind(f"{STATIC} {workload}", "", "bench.speed.static", "ours")
        yield stack.enter_context(running(kind, str(path), run, run))


def _tried(name: str, start: Callable[[], T]) -> T | None:
    """What a start gives, or None after saying why it failed."""
    try:
        return start()
    except (RuntimeError, OSError, ImportError) as error:
        print(f"!!! LEFT OUT: {name}: {error}", flush=True)
        return None


@contextmanager
def postgresql(wanted: Namespace) -> Iterator[Cluster | None]:
    """The bench's PostgreSQL, or None after saying why there is none."""
    with ExitStack() as stack:
        yield _tried("everything on PostgreSQL", lambda: stack.enter_context(cluster(wanted.cache)))


def main() -> None:
    """Build, start, measure, print and keep."""
    wanted = asked()
    signal(SIGTERM, default_int_handler)  # so that every server ends with us
    rounds, window = wanted.rounds or (1 if wanted.quick else 5), wanted.window or (1 if wanted.quick else 3)
    workloads = [each for each in (*WORKLOADS, *REPEATED) if each in wanted.only] or [*WORKLOADS, *REPEATED]
    wanted.cache.mkdir(parents=True, exist_ok=True)
    with postgresql(wanted) as server, ExitStack() as stack:
        run = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=wanted.cache)))
        databases = Databases(wanted, server)
        known = Known.of(databases.data())
        servers = list(started(stack, wanted, databases, run))
        ours = next((each for each in servers if each.kind.keeps), None)
        beside = list(statics(stack, ours, known, run)) if ours else []
        os.sync()  # lest whoever waits for the disk waits for the copies
        print("measuring " + ", ".join(each.kind.name for each in [*servers, *beside]), flush=True)
        found = measured([*servers, *beside], known, rounds, window, workloads)
    lines = list(printed(found, wanted.scale, rounds, window))
    print("\n".join(lines))
    if not wanted.quick:
        kept(lines)


if __name__ == "__main__":
    main()
