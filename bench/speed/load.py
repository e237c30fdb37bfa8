"""The load: keep-alive connections that send one request after another, in a process of their own."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import cycle
from time import perf_counter
from typing import cast

import uvloop

from bench.speed.workloads import Asking

CONNECTIONS = 16
LEAST = 2 * CONNECTIONS  # answers: a window stays open for as many,
LONGEST = 30.0  # seconds past its end at most
_END = b"\r\n\r\n"


@dataclass(slots=True)
class Load:
    """What came of it: seconds of each answer inside the window, which lasted so long; all answers, bytes, failures."""

    seconds: list[float] = field(default_factory=list)
    answered: int = 0
    failed: int = 0
    lasted: float = 0.0
    received: int = 0


@dataclass(slots=True)
class Tally:
    """The load as the connections see it."""

    requests: Iterator[bytes]
    opens: float
    closes: float
    closed: bool = False
    load: Load = field(default_factory=Load)

    def close(self, now: float) -> None:
        """End the window when its time is up and it has seen enough."""
        enough = len(self.load.seconds) >= LEAST or now >= self.closes + LONGEST
        self.closed = self.closed or (now >= self.closes and enough)


class Connection(asyncio.Protocol):
    """One keep-alive connection with one request in flight."""

    def __init__(self, tally: Tally) -> None:
        self.tally = tally
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.head, self.left, self.chunked = b"", -1, False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)  # uvloop's is one by its methods alone
        self.ask()

    def ask(self) -> None:
        self.began = perf_counter()
        self.transport.write(next(self.tally.requests))

    def data_received(self, data: bytes) -> None:
        if self.left < 0:
            data = self.begin(data)
        self.tally.load.received += len(data)
        if self.chunked:
            self.head = (self.head + data)[-7:]
            self.left = 0 if self.head.endswith(b"0\r\n\r\n") else 1
        else:
            self.left -= len(data)
        if self.left == 0:
            self.answered()

    def begin(self, data: bytes) -> bytes:
        """Read the head, once it is whole; what follows it is the body's beginning."""
        self.head += data
        head, found, body = self.head.partition(_END)
        if not found:
            return b""
        lower = head.lower()
        self.chunked = b"transfer-encoding: chunked" in lower
        length = lower.partition(b"content-length:")[2].partition(b"\r\n")[0]
        self.left = int(length or 0)
        failed = not head.startswith((b"HTTP/1.1 200", b"HTTP/1.1 304")) or b'"errors":[' in body
        self.tally.load.failed += failed
        self.head = b""
        return body

    def answered(self) -> None:
        now, load = perf_counter(), self.tally.load
        self.head, self.left = b"", -1
        load.answered += 1
        if not self.tally.closed and now >= self.tally.opens:
            load.seconds.append(now - self.began)
            load.lasted = now - self.tally.opens
        self.tally.close(now)
        if self.tally.closed:
            self.transport.close()
        else:
            self.ask()

    def connection_lost(self, error: Exception | None) -> None:
        if not self.done.done():
            self.done.set_result(None)


def loaded(port: int, asking: Asking, window: float, warming: float) -> Load:
    """Load the server at a port for some seconds, after some more that are not timed."""
    requests = cycle(asking.requests(port))
    return uvloop.run(_loaded(port, requests, window, warming))


async def _loaded(port: int, requests: Iterator[bytes], window: float, warming: float) -> Load:
    loop, began = asyncio.get_running_loop(), perf_counter()
    tally = Tally(requests, began + warming, began + warming + window)
    made = [await loop.create_connection(lambda: Connection(tally), "127.0.0.1", port) for _ in range(CONNECTIONS)]
    await asyncio.wait_for(asyncio.gather(*(each.done for _, each in made)), warming + window + 2 * LONGEST)
    return tally.load
