"""What moderators see together: evidence that waits for a decision, and evidence that was decided."""

from dataclasses import dataclass

from strawberry import Info

from db.enums import Role
from db.queries import Condition, Listing, Ordering, column
from db.tables import Evidence, Reviewer
from resolvers.windows import Page, Window, page

_PUBLIC = Condition("EXISTS (SELECT 1 FROM review WHERE id = evidence.review_id AND state = 'PUBLISHED')")
WAITING = Listing(
    Evidence,
    Ordering("EVIDENCE_WAITING", (column("created_at"), column("id"))),
    (Condition("state = 'PENDING'"), _PUBLIC),
)
DECIDED = Listing(
    Evidence,
    Ordering("EVIDENCE_DECIDED", (column("decided_at"), column("id")), descending=True),
    (Condition("state <> 'PENDING'"),),
)


@dataclass(frozen=True, slots=True)
class Moderation:
    """The view of whoever may decide."""


async def moderation(info: Info) -> Moderation | None:
    """What waits for moderators and what was decided; null for everybody else."""
    reader: Reviewer | None = info.context.reader
    return Moderation() if reader is not None and reader.role is Role.MODERATOR else None


async def waiting(views: list[Moderation], info: Info, window: Window) -> list[Page]:
    """Evidence of published reviews that waits for a decision, the longest waiting first."""
    return [await page(info, window, WAITING)] * len(views)


async def decided(views: list[Moderation], info: Info, window: Window) -> list[Page]:
    """Evidence that was decided, by a moderator or by checks, the latest decision first."""
    return [await page(info, window, DECIDED)] * len(views)
