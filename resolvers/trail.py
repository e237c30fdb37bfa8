"""The audit trail where it says what was decided about evidence; the rest of it names private things."""

from strawberry import Info

from db.audit import EVIDENCE
from db.queries import Condition, Listing, Ordering, column, dialect
from db.tables import AuditEvent, Evidence
from resolvers.windows import Page, Window, pages

_OLDEST = Ordering("AUDIT", (column("id"),))
_DECISIONS = (Condition("kind = 'EVIDENCE_DECIDED'"),)


async def of_evidence(evidence: list[Evidence], info: Info, window: Window) -> list[Page]:
    """The links of the audit trail that record the decisions about it, oldest first."""
    listing = Listing(AuditEvent, _OLDEST, _DECISIONS, parent_column=EVIDENCE[dialect()])
    return await pages([each.id for each in evidence], info, window, listing)
