"""Answers kept as bytes: what somebody anonymous has read is read again without being executed.

An answer is kept for one request as it was sent, letter by letter, with the versions of the tables it was read from.
It is sent again while none of them has changed, for at most `LASTING`: prices begin and ratings fade by the clock.
Whoever sends a cookie or a token is always answered anew.
"""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b
from secrets import token_hex

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from db import queries, versions
from db.versions import PATIENCE
from schema.requests import MAX_BODY
from schema.subtrees import Keeping, Subtrees

MOST = 64 * 2**20  # bytes of all answers and parts of answers together
LASTING = timedelta(minutes=1)
KEEP = "bestclawmodels.keep"  # what the view says in the scope: a query, answered without an error
KEEPING = "bestclawmodels.keeping"  # what it is given there, to keep parts of the answer
_PERSONAL = {b"cookie", b"authorization"}
_TELLING = (b"accept", b"content-type", b"content-encoding", b"transfer-encoding")
_OWN = {b"x-request-id", b"vary", b"content-length"}
Headers = list[tuple[bytes, bytes]]
Key = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole response, and what it depends on."""

    headers: Headers
    body: bytes
    etag: bytes
    tables: tuple[str, ...]
    versions: tuple[int, ...]
    until: datetime


class Answers:
    """ASGI middleware that answers for the GraphQL endpoint at `path` what it has answered before."""

    def __init__(self, app: ASGIApp, clock: Callable[[], datetime], path: str = "/graphql", most: int = MOST) -> None:
        self.app, self.clock, self.path, self.most = app, clock, path, most
        self.kept: OrderedDict[Key, Answer] = OrderedDict()
        self.bytes = 0
        self.subtrees = Subtrees(most // 2)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] != self.path or scope["method"] not in {"GET", "POST"}:
            await self.app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        if _PERSONAL & headers.keys():
            await self.app(scope, receive, send)
            return
        sent = await _sent(receive)
        key = _key(scope, headers, sent)
        answer = await self._found(key)
        if answer is None:
            await self._ask(key, scope, _again(sent, receive), send)
        else:
            await _answered(answer, scope, send)

    async def _found(self, key: Key | None) -> Answer | None:
        answer = None if key is None else self.kept.get(key)
        if key is None or answer is None:
            return None
        client = queries.client()
        await queries.look(client, PATIENCE)
        if answer.versions != client.versions.of(answer.tables) or self.clock() >= answer.until:
            self._forget(key)
            return None
        self.kept.move_to_end(key)
        return answer

    async def _ask(self, key: Key | None, scope: Scope, receive: Receive, send: Send) -> None:
        """Have the request executed; keep the answer if it may be kept."""
        if key is None:
            await self.app(scope, receive, send)
            return
        client = queries.client()
        await queries.look(client, PATIENCE)
        before, now, said = client.versions.copy(), self.clock(), _Said()
        with versions.noted() as tables:
            if self.subtrees.most:
                scope[KEEPING] = Keeping(self.subtrees, before, tables, now, now + LASTING)
            await self.app(scope, receive, said)
        if scope.get(KEEP):
            etag = b'"' + blake2b(said.body, digest_size=12).hexdigest().encode() + b'"'
            answer = Answer(_kept(said.headers, etag), said.body, etag, tuple(tables), before.of(tables), now + LASTING)
            self._keep(key, answer)
            await _answered(answer, scope, send)
        else:
            for message in said.messages:
                await send(message)

    def _keep(self, key: Key, answer: Answer) -> None:
        self._forget(key)
        self.kept[key] = answer
        self.bytes += _size(key, answer)
        while self.bytes > self.most // 2:
            self._forget(next(iter(self.kept)))

    def _forget(self, key: Key) -> None:
        answer = self.kept.pop(key, None)
        if answer is not None:
            self.bytes -= _size(key, answer)


class _Said:
    """Collects the messages of one response."""

    def __init__(self) -> None:
        self.messages: list[Message] = []

    async def __call__(self, message: Message) -> None:
        self.messages.append(message)

    @property
    def headers(self) -> Headers:
        return [(name.lower(), value) for name, value in self.messages[0]["headers"]]

    @property
    def body(self) -> bytes:
        return b"".join(message.get("body", b"") for message in self.messages[1:])


async def _sent(receive: Receive) -> list[Message]:
    """The messages of the whole request, or of the part of it that shows that it is too long."""
    sent, length = [await receive()], 0
    while sent[-1].get("more_body") and length <= MAX_BODY:
        length += len(sent[-1].get("body", b""))
        sent.append(await receive())
    return sent


def _key(scope: Scope, headers: dict[bytes, bytes], sent: list[Message]) -> Key | None:
    """The whole request as far as it can change the answer; None where it is not all here, or too long."""
    body = b"".join(message.get("body", b"") for message in sent)
    whole = sent[-1]["type"] == "http.request" and not sent[-1].get("more_body")
    if not whole or len(body) > MAX_BODY or len(headers) != len(scope["headers"]):  # one was sent twice
        return None
    return (scope["method"], scope["query_string"], *(headers.get(name) for name in _TELLING), body)


def _again(sent: list[Message], receive: Receive) -> Receive:
    """Receive the messages once more, then what follows."""
    waiting = sent[::-1]

    async def received() -> Message:
        return waiting.pop() if waiting else await receive()

    return received


def _kept(headers: Headers, etag: bytes) -> Headers:
    """The headers of an answer that is sent more than once."""
    plain = [(name, value) for name, value in headers if name not in _OWN]
    mine = [(b"etag", etag), (b"cache-control", b"no-cache"), (b"vary", b"Accept, Cookie, Authorization")]
    return [*plain, *mine]


async def _answered(answer: Answer, scope: Scope, send: Send) -> None:
    """Send the answer, or say that the one who asks has it already."""
    held = scope["method"] == "GET" and dict(scope["headers"]).get(b"if-none-match") == answer.etag
    await _send(send, 304 if held else 200, answer.headers, b"" if held else answer.body)


async def _send(send: Send, status: int, headers: Headers, body: bytes) -> None:
    own = [(b"x-request-id", token_hex(8).encode())]
    if status == 200:
        own.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": status, "headers": [*headers, *own]})
    await send({"type": "http.response.body", "body": body})


def _size(key: Key, answer: Answer) -> int:
    return len(answer.body) + sum(len(part) for part in key if isinstance(part, bytes))
