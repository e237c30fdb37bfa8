"""The audit trail: every decision a link, each hash over what the link says and the hash before it."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from db.fields import microseconds
from db.queries import fetch

GENESIS = "0" * 64
# The row lock on the head lets one writer at a time in, on either database, until its transaction ends.
_NEXT = "UPDATE audit_head SET last = last + 1 WHERE id = 1 RETURNING last, hash"
_ADD = "INSERT INTO audit_event (id, kind, body, created_at, previous, hash) VALUES ($1, $2, $3, $4, $5, $6)"
_TURN = "UPDATE audit_head SET hash = $1 WHERE id = 1"
_STRETCH = "SELECT * FROM audit_event WHERE id > $1 ORDER BY id LIMIT 1000"
EVIDENCE = {"sqlite": "json_extract(body, '$.evidence')", "postgresql": "(body::jsonb ->> 'evidence')"}
"""The evidence that a link is about, written as its index has it, by dialect."""


def linked(previous: str, number: int, kind: str, body: str, stamp: int) -> str:
    """The hash of a link: hex SHA-256 of a JSON list of all it says, `stamp` in microseconds."""
    text = json.dumps([previous, number, kind, body, stamp], separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


async def append(kind: str, body: Mapping[str, Any], now: datetime) -> int:
    """Add a link inside the caller's transaction, as its last step: the head stays locked until it ends."""
    [head] = await fetch(_NEXT)
    text, stamp = json.dumps(body, sort_keys=True), microseconds(now)
    digest = linked(head["hash"], head["last"], kind, text, stamp)
    await fetch(_ADD, [head["last"], kind, text, stamp, head["hash"], digest])
    await fetch(_TURN, [digest])
    number: int = head["last"]
    return number


async def broken() -> int | None:
    """The number of the first link that is not as it was written, or is missing; None when the chain is whole."""
    number, previous = 0, GENESIS
    while rows := await fetch(_STRETCH, [number]):
        for row in rows:
            number += 1
            said = linked(previous, row["id"], row["kind"], row["body"], row["created_at"])
            if (row["id"], row["previous"], row["hash"]) != (number, previous, said):
                return number
            previous = said
    [head] = await fetch("SELECT last, hash FROM audit_head")
    return None if (head["last"], head["hash"]) == (number, previous) else number + 1
