"""What every resolver may know of the request: who asks, what time it is, and the key that signs cursors."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from db.enums import TokenScope
from db.tables import Reviewer
from resolvers.snapshots import Snapshot


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(slots=True)
class Context:
    """One operation's context."""

    secret: bytes
    viewer: Reviewer | None = None
    scopes: frozenset[TokenScope] | None = None  # of the API token; None: a session, or nobody
    request_id: str = ""
    clock: Callable[[], datetime] = _now
    batches: dict[Any, Any] = field(default_factory=dict)
    snapshot: "asyncio.Future[Snapshot] | None" = None

    def permits(self, scope: TokenScope | None) -> bool:
        """Whether a session asks, or a token of this scope; without a scope, whether a session does."""
        return self.scopes is None or scope in self.scopes

    @property
    def reader(self) -> Reviewer | None:
        """The viewer, where what only they may see may be shown."""
        return self.viewer if self.permits(TokenScope.READ) else None

    @property
    def now(self) -> datetime:
        """The present moment, in UTC."""
        return self.clock()
