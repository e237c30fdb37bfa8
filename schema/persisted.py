"""Persisted documents: a client sends the SHA-256 of a document it has sent before, instead of the document.

The protocol is that of automatic persisted queries: `extensions: {persistedQuery: {version: 1, sha256Hash}}`. An
unknown hash is answered with the code PERSISTED_QUERY_NOT_FOUND, and the client sends hash and document together.
"""

from collections import OrderedDict
from collections.abc import Iterable
from hashlib import sha256
from typing import Any

from schema.requests import RequestError

MOST = 1_000  # documents that clients have sent
LONGEST = 20_000  # characters of one


class Persisted:
    """Documents by their hash: those of the house for ever, those of clients until others push them out."""

    def __init__(self, own: Iterable[str] = ()) -> None:
        self.own = {digest(text): text for text in own}
        self.sent: OrderedDict[str, str] = OrderedDict()

    def text(self, query: str | None, extensions: Any) -> str | None:
        """The document a request means, or RequestError."""
        wanted = _hash(extensions)
        if wanted is None:
            return query
        if query is None:
            return self._found(wanted)
        if digest(query) != wanted:
            raise RequestError(400, "`sha256Hash` is not the SHA-256 of `query`.")
        self._keep(wanted, query)
        return query

    def _found(self, wanted: str) -> str:
        text = self.own.get(wanted) or self.sent.get(wanted)
        if text is None:
            raise RequestError(400, "PersistedQueryNotFound", code="PERSISTED_QUERY_NOT_FOUND")
        if wanted in self.sent:
            self.sent.move_to_end(wanted)
        return text

    def _keep(self, wanted: str, query: str) -> None:
        if wanted in self.own or len(query) > LONGEST:
            return
        self.sent[wanted] = query
        while len(self.sent) > MOST:
            self.sent.popitem(last=False)


def digest(text: str) -> str:
    """The hash a document goes by: the hex of the SHA-256 of its UTF-8."""
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _hash(extensions: Any) -> str | None:
    asked = (extensions or {}).get("persistedQuery")
    if asked is None:
        return None
    if not isinstance(asked, dict) or asked.get("version") != 1 or not isinstance(asked.get("sha256Hash"), str):
        raise RequestError(400, "`persistedQuery` is an object with `version` 1 and a `sha256Hash` in hexadecimal.")
    return str(asked["sha256Hash"]).lower()
