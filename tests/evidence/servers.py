"""A real HTTP server on a free loopback port that answers what the test says."""

import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, NamedTuple


class Reply(NamedTuple):
    """A status, a body and headers."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = {}  # noqa: RUF012  # never changed


@dataclass
class Server:
    """A running server: where it is, what it was asked, and how it answers a path."""

    port: int
    scheme: str
    answer: Callable[[str], Reply]
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}"


@contextmanager
def serving(answer: Callable[[str], Reply], tls: ssl.SSLContext | None = None) -> Iterator[Server]:
    """Serve until the block ends."""

    class Door(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            server.asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
            reply = server.answer(self.path)
            try:
                self.send_response(reply.status)
                for name, value in {"content-length": str(len(reply.body)), **reply.headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(reply.body)
            except OSError:
                pass  # the client has gone: it read enough

        def log_message(self, format: str, *args: Any) -> None:
            pass

    class House(ThreadingHTTPServer):
        def get_request(self) -> tuple[socket.socket, Any]:
            """A connection whose handshake is left to its own thread, where its failure closes it."""
            plain, address = super().get_request()
            secret = tls and tls.wrap_socket(plain, server_side=True, do_handshake_on_connect=False)
            return secret or plain, address

        def handle_error(self, *_: Any) -> None:
            pass  # refused handshakes are what the tests are about

    http = House(("127.0.0.1", 0), Door)
    server = Server(http.server_address[1], "https" if tls else "http", answer)
    thread = Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        http.shutdown()
        http.server_close()
        thread.join()
