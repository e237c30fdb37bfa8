"""Requests to the outside: one answer, small and soon, from exactly the address that was checked, or why not."""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache

import httpx2

from evidence.addresses import plain_host, public

Resolver = Callable[[str, int], Awaitable[Sequence[str]]]
_HEADERS = {"User-Agent": "BestClawModels", "Accept-Encoding": "identity"}


class Failure(StrEnum):
    """Why there is no answer."""

    HOST = "HOST"
    """The host is no plain DNS name."""
    ADDRESS = "ADDRESS"
    """The name leads to an address that is not public."""
    UNKNOWN_HOST = "UNKNOWN_HOST"
    """DNS knows no such name."""
    CERTIFICATE = "CERTIFICATE"
    """The host's certificate is not trusted for this name."""
    SIZE = "SIZE"
    """The answer is too large."""
    SLOW = "SLOW"
    """The answer took too long."""
    UNREACHABLE = "UNREACHABLE"
    """Nobody answered, or not in HTTP."""


PASSING = frozenset({Failure.SLOW, Failure.UNREACHABLE})
"""Failures that say nothing about what was asked for: worth another try."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How long one request may take in all, in seconds, and how large its answer may be, in bytes."""

    seconds: float = 5.0
    size: int = 64 * 1024


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer, read whole."""

    status: int
    headers: httpx2.Headers = field(repr=False)
    body: bytes = field(repr=False)


async def resolved(host: str, port: int) -> Sequence[str]:
    """The addresses of a host as the system's resolver tells them; raises OSError."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(address[0]) for *_, address in found]


@cache
def trusted() -> ssl.SSLContext:
    """The certificate authorities that everybody trusts; read once, as that takes a while."""
    return httpx2.create_ssl_context(trust_env=False)


@dataclass(frozen=True, slots=True)
class Network:
    """How the outside is reached; tests put a resolver, a port and an authority of their own."""

    resolve: Resolver = resolved
    admits: Callable[[str], bool] = public
    port: int = 443
    tls: ssl.SSLContext | None = None
    limits: Limits = Limits()

    async def get(self, host: str, path: str) -> Answer | Failure:
        """`https://host/path`: resolved once, and asked at that very address, if all its addresses are public."""
        if not plain_host(host):
            return Failure.HOST
        try:
            async with asyncio.timeout(self.limits.seconds):
                address = await self._address(host)
                return address if isinstance(address, Failure) else await self._asked(host, address, path)
        except TimeoutError:
            return Failure.SLOW

    async def _address(self, host: str) -> str | Failure:
        try:
            addresses = await self.resolve(host, self.port)
        except OSError as error:
            passing = isinstance(error, socket.gaierror) and error.errno == socket.EAI_AGAIN
            return Failure.UNREACHABLE if passing else Failure.UNKNOWN_HOST
        if not addresses:
            return Failure.UNKNOWN_HOST
        return addresses[0] if all(map(self.admits, addresses)) else Failure.ADDRESS

    async def _asked(self, host: str, address: str, path: str) -> Answer | Failure:
        """Connect to the address and speak to the host: its name in `Host`, in SNI and in the certificate."""
        literal = f"[{address}]" if ":" in address else address
        request = httpx2.Request(
            "GET",
            f"https://{literal}:{self.port}{path}",
            headers={"Host": host, **_HEADERS},
            extensions={"sni_hostname": host},
        )
        async with client(self.limits, self.tls) as http:
            return await bounded(http, request, self.limits)


def client(limits: Limits, tls: ssl.SSLContext | None = None) -> httpx2.AsyncClient:
    """A client without proxies, redirects, cookies or anything else that the surroundings may say."""
    return httpx2.AsyncClient(
        verify=tls or trusted(), trust_env=False, follow_redirects=False, timeout=limits.seconds, headers=_HEADERS
    )


async def bounded(http: httpx2.AsyncClient, request: httpx2.Request, limits: Limits) -> Answer | Failure:
    """The answer to one request, or why there is none; it raises nothing."""
    request.headers.update(_HEADERS)
    request.extensions.setdefault("timeout", httpx2.Timeout(limits.seconds).as_dict())
    try:
        async with asyncio.timeout(limits.seconds):
            return await _read(http, request, limits.size)
    except (TimeoutError, httpx2.TimeoutException):
        return Failure.SLOW
    except (httpx2.HTTPError, httpx2.InvalidURL, httpx2.StreamError, OSError, ValueError) as error:
        return Failure.CERTIFICATE if _untrusted(error) else Failure.UNREACHABLE


async def _read(http: httpx2.AsyncClient, request: httpx2.Request, size: int) -> Answer | Failure:
    answer = await http.send(request, stream=True)
    try:
        if answer.headers.get("content-encoding", "identity") != "identity":
            return Failure.UNREACHABLE  # we asked for none: what it would swell to is not found out
        body = b""
        async for chunk in answer.aiter_raw():
            body += chunk
            if len(body) > size:
                return Failure.SIZE
    finally:
        await answer.aclose()
    return Answer(answer.status_code, answer.headers, body)


def _untrusted(error: BaseException | None) -> bool:
    """Whether a certificate was refused, here or in what led here."""
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return True
        error = error.__cause__ or error.__context__
    return False
