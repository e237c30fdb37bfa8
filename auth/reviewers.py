"""The reviewer behind an identity that somebody vouched for."""

from datetime import datetime

from db.enums import Issuer, Role
from db.tables import Reviewer


async def admit(  # the six facts of a sign-in, each named at the call
    *, issuer: Issuer, subject: str, login: str, name: str | None, role: Role, now: datetime
) -> Reviewer:
    """The reviewer of (`issuer`, `subject`), made at the first sign-in and kept when the login changes.

    One UPSERT, so that two first sign-ins at once make one reviewer.
    """
    fresh = Reviewer(issuer=issuer, subject=subject, login=login, name=name, role=role, joined_at=now)
    await Reviewer.bulk_create([fresh], on_conflict=["issuer", "subject"], update_fields=["login", "name", "role"])
    return await Reviewer.get(issuer=issuer, subject=subject)


def role(moderator: bool) -> Role:
    """The role of somebody who is, or is not, a moderator."""
    return Role.MODERATOR if moderator else Role.MEMBER
