"""Our server and its peers, each one process on a loopback port, and what a process costs."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PEERS = Path(__file__).parent / "peers"
_STARTING = 120.0  # seconds; ours imports its catalogue first
_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, slots=True)
class Kind:
    """How to start a server: its name in the report, the database it reads, and the words it is asked in."""

    name: str
    dialect: str
    script: str
    style: str = "peer"
    arguments: tuple[str, ...] = ()
    keeps: bool = False  # ours alone: whether it keeps answers and parts of them, as it does unless told otherwise

    @property
    def ours(self) -> bool:
        """Whether this is the product."""
        return self.script == "main.py"

    @property
    def needs_node(self) -> bool:
        """Whether Node runs it."""
        return self.script.endswith(".mjs")


KINDS = (
    Kind("ours", "sqlite", "main.py", "ours"),
    Kind("mercurius+jit", "sqlite", "mercurius.mjs"),
    Kind("yoga+jit", "sqlite", "yoga.mjs", arguments=("jit",)),
    Kind("yoga", "sqlite", "yoga.mjs"),
    Kind("plain", "sqlite", "bench.speed.plain"),
    Kind("ours, pg", "postgresql", "main.py", "ours"),
    Kind("ours, keeping", "sqlite", "main.py", "ours", keeps=True),
    Kind("ours, keeping, pg", "postgresql", "main.py", "ours", keeps=True),
    Kind("mercurius+jit, pg", "postgresql", "mercurius.mjs"),
    Kind("postgraphile, pg", "postgresql", "postgraphile.mjs", "postgraphile"),
    Kind("plain, pg", "postgresql", "bench.speed.plain"),
)
STATIC = "static bytes"


@dataclass(frozen=True, slots=True)
class Server:
    """A server that runs; `helpers` are other processes that work for it, such as PostgreSQL's postmaster."""

    kind: Kind
    port: int
    process: int
    helpers: tuple[int, ...] = ()

    def spent(self) -> float:
        """Seconds of CPU so far, its threads and children and the database's among them."""
        return sum(_spent(each) for each in _tree((self.process, *self.helpers)))

    def memory(self) -> float:
        """Resident megabytes of the process itself."""
        return int(Path(f"/proc/{self.process}/statm").read_text().split()[1]) * _PAGE / 2**20


def command(kind: Kind, port: int, where: str, modules: Path) -> list[str]:
    """The command line of a server over a database."""
    if kind.ours:
        return [sys.executable, "main.py", "serve"]
    if kind.needs_node:
        node = next(modules.glob("node22/node_modules/*/bin/node"), "node") if kind.style == "postgraphile" else "node"
        return [str(node), str(modules / kind.script), str(port), where.removeprefix("sqlite:///"), *kind.arguments]
    # as Tortoise spells them; the static server is given a file
    given = where.replace("sqlite:///", "sqlite://").replace("postgresql:", "asyncpg:")
    return [sys.executable, "-m", kind.script, str(port), given]


@contextmanager
def running(kind: Kind, where: str, folder: Path, modules: Path, helpers: tuple[int, ...] = ()) -> Iterator[Server]:
    """A server over a database until the block ends; RuntimeError with its last words when it does not start."""
    port = free_port()
    ours = {"DATABASE_URL": where, "PORT": str(port), "DATA_DIR": str(folder), "NODE_ENV": "production"}
    ours |= {} if kind.keeps else {"KEEP_MB": "0"}
    given = {name: value for name, value in os.environ.items() if not name.startswith(("GITHUB_", "OTEL_"))}
    log = folder / f"{kind.name.replace(' ', '-')}.log"
    with log.open("wb") as output:
        line = command(kind, port, where, modules)
        process = subprocess.Popen(line, cwd=ROOT, stdout=output, stderr=output, env=given | ours)  # noqa: S603  # ours
    try:
        _await(process, port, log)
        yield Server(kind, port, process.pid, helpers)
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(10)


def free_port() -> int:
    """A loopback port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def installed(cache: Path) -> Path:
    """A folder with the node servers and their packages; RuntimeError where there is no Node or no package."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        raise RuntimeError("there is no Node")
    folder = cache / "peers"
    shutil.copytree(PEERS, folder, dirs_exist_ok=True)
    _packages(folder)
    if _said("node", "--version") < "v22":
        _packages(folder / "node22")
    return folder


def _packages(folder: Path) -> None:
    """The packages of a lock file, installed once."""
    lock, kept = folder / "package-lock.json", folder / "installed.json"
    if kept.exists() and kept.read_bytes() == lock.read_bytes():
        return
    line = ["npm", "ci", "--no-audit", "--no-fund"]
    done = subprocess.run(line, cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603  # constants
    if done.returncode:
        raise RuntimeError(f"npm ci: {done.stderr[-500:]}")
    shutil.copy(lock, kept)


def _said(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout  # noqa: S603  # constants


def _await(process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    deadline = time.monotonic() + _STARTING
    while process.poll() is None and time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError(log.read_text(errors="replace")[-500:] or "it does not listen")


def _tree(roots: tuple[int, ...]) -> set[int]:
    """Processes and all that come of them."""
    parents = {int(path.name): _parent(path) for path in Path("/proc").iterdir() if path.name.isdecimal()}
    found = set(roots)
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found


def _parent(path: Path) -> int:
    try:
        return int(_fields(path)[1])
    except OSError:
        return 0


def _spent(process: int) -> float:
    """User and system time of a process with its threads, and of its children that have ended."""
    try:
        return sum(map(int, _fields(Path(f"/proc/{process}"))[11:15])) / _TICKS
    except OSError:
        return 0.0


def _fields(path: Path) -> list[str]:
    """The fields of a process's stat after its name, which may hold spaces."""
    return (path / "stat").read_text().rpartition(") ")[2].split()
