"""What every resolver may know of the request: who asks, what time it is, and the key that signs cursors."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from db.tables import Reviewer
from resolvers.snapshots import Snapshot


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(slots=True)
class Context:
    """One operation's context."""

    secret: bytes
    viewer: Reviewer | None = None
    request_id: str = ""
    clock: Callable[[], datetime] = _now
    batches: dict[Any, Any] = field(default_factory=dict)
    snapshot: "asyncio.Future[Snapshot] | None" = None

    @property
    def now(self) -> datetime:
        """The present moment, in UTC."""
        return self.clock()
