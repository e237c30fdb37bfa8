"""Answers kept as bytes: what somebody anonymous has read is read again without being executed.

An answer is kept for one request as it was sent, letter by letter, with the versions of the tables it was read from.
It is sent again while none of them has changed, for at most `LASTING`: prices begin and ratings fade by the clock.
Whoever sends a cookie or a token is always answered anew.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from cachetools import LRUCache

from db import queries, versions
from db.versions import PATIENCE
from schema.requests import Reply, Sent
from schema.subtrees import Keeping, Subtrees

LASTING = timedelta(minutes=1)
_PERSONAL = (b"cookie", b"authorization")
_TELLING = (b"accept", b"content-type", b"content-encoding")
Key = tuple[object, ...]
Ask = Callable[[Keeping | None], Awaitable[Reply]]


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole response, and what it depends on; `size` in bytes with the key it is kept under."""

    reply: Reply
    size: int
    tables: tuple[str, ...]
    versions: tuple[int, ...]
    until: datetime


class Answers:
    """What was answered, and parts of it: half of `most` bytes each, of which the least recently used go first."""

    def __init__(self, clock: Callable[[], datetime], most: int) -> None:
        self.clock = clock
        self.kept: LRUCache[Key, Answer] = LRUCache(most // 2, getsizeof=lambda answer: answer.size)
        self.subtrees = Subtrees(most // 2)

    async def reply(self, request: Sent, body: bytes, ask: Ask) -> Reply:
        """What was answered before and still holds, or what is answered now, which is kept if it may be."""
        key = _key(request, body) if self.kept.maxsize else None
        if key is None:
            return await ask(None)
        client = queries.client()
        await queries.look(client, PATIENCE)
        answer = self.kept.get(key)
        if answer is None or answer.versions != client.versions.seen.of(answer.tables) or self.clock() >= answer.until:
            answer = await self._asked(key, client, ask)
        return answer.reply

    async def _asked(self, key: Key, client: queries.Client, ask: Ask) -> Answer:
        before, now = client.versions.seen, self.clock()
        with versions.noted() as tables:
            reply = await ask(Keeping(self.subtrees, before, tables, now, now + LASTING))
        if not reply.reads:
            return Answer(reply, 0, (), (), now)
        reply = Reply(reply.body, reply.status, _kept(reply))
        size = len(reply.body) + sum(len(part) for part in key if isinstance(part, bytes))
        answer = Answer(reply, size, tuple(tables), before.of(tables), now + LASTING)
        if answer.size <= self.kept.maxsize:
            self.kept[key] = answer
        return answer


def _key(request: Sent, body: bytes) -> Key | None:
    """The whole request as far as it can change the answer; None where it is personal, or a header was sent twice."""
    given = request.given
    if request.repeats or any(name in given for name in _PERSONAL):
        return None
    return (request.method, request.scope["query_string"], *map(given.get, _TELLING), body)


def _kept(reply: Reply) -> tuple[tuple[bytes, bytes], ...]:
    """The headers of an answer that is sent more than once."""
    plain = [(name, value) for name, value in reply.headers if name != b"vary"]
    etag = b'"' + sha256(reply.body).hexdigest()[:24].encode() + b'"'
    vary = (b"vary", b"Accept, Cookie, Authorization")
    return (*plain, (b"etag", etag), (b"cache-control", b"no-cache"), vary)
