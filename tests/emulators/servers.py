"""Real servers for sign-in tests, each in its own process on a free loopback port."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import httpx2

from auth.github import GitHub

_STARTING = 60.0  # seconds; a cold interpreter on a busy machine


@dataclass(frozen=True)
class Provider:
    """A running OAuth server and how our application is known there."""

    url: str
    github: GitHub

    def with_secret(self, client_secret: str) -> GitHub:
        """The same application with another secret."""
        return replace(self.github, client_secret=client_secret)


def free_port() -> int:
    """A loopback port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def running(command: list[str], port: int, folder: Path | None = None) -> Iterator[None]:
    """Run `command` until the block ends, entering it once `port` accepts connections."""
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        await_port(process, port)
        yield
    finally:
        process.terminate()
        process.wait(10)


def await_port(process: subprocess.Popen[bytes], port: int) -> None:
    """Return once `port` accepts connections; raises RuntimeError when the process ends or dawdles."""
    deadline = time.monotonic() + _STARTING
    while process.poll() is None and time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError(f"{process.args!r} does not listen on port {port}")


@contextmanager
def oidc_provider(callback: str) -> Iterator[Provider]:
    """oidc-provider-mock with one registered client: it checks secrets and addresses, but not PKCE."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with running([sys.executable, "-m", "oidc_provider_mock", "-p", str(port), "-r", "true"], port):
        application = {"redirect_uris": [callback], "token_endpoint_auth_method": "client_secret_post"}
        client = httpx2.post(f"{url}/oauth2/clients", json=application).raise_for_status().json()
        paths = (f"{url}/oauth2/authorize", f"{url}/oauth2/token", f"{url}/userinfo")
        yield Provider(url, GitHub(client["client_id"], client["client_secret"], *paths, scope="openid"))
