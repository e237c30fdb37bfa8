"""The ledger: every entry that moved a reputation, with its reason. Entries are added, never changed."""

from strawberry import Info

from db.queries import Listing, Ordering, column
from db.tables import ReputationEvent, Reviewer
from resolvers.windows import Page, Window, pages

NEWEST = Ordering("REPUTATION_EVENT", (column("created_at"), column("id")), descending=True)
OF_REVIEWER = Listing(ReputationEvent, NEWEST, parent_column="reviewer_id")


async def of_reviewers(reviewers: list[Reviewer], info: Info, window: Window) -> list[Page]:
    """What moved the reviewer's reputation and why, newest first."""
    return await pages([reviewer.id for reviewer in reviewers], info, window, OF_REVIEWER)
