"""Reviewers: who reports and votes."""

from strawberry import Info

from db.enums import Issuer
from db.kept import related
from db.tables import Review, Reviewer, Revision, Vote
from resolvers.shown import reads, shown

_PREFERENCE = [Issuer.GITHUB, Issuer.LOCAL, Issuer.DEMO]


async def by_login(info: Info, login: str) -> Reviewer | None:
    """The reviewer with this login, or null; a GitHub account comes before a local or demo one."""
    found = await Reviewer.filter(login__iexact=login).order_by("joined_at")
    return min(found, key=lambda reviewer: _PREFERENCE.index(reviewer.issuer), default=None)


async def viewer(info: Info) -> Reviewer | None:
    """Who is asking, or null when nobody is signed in, or a token asks that may not READ."""
    asking: Reviewer | None = info.context.reader
    return asking


async def demo(info: Info) -> bool:
    """Whether this instance holds made-up demonstration reviews, which count in its standings like real ones."""
    return await Reviewer.exists(issuer=Issuer.DEMO)


@reads("reviewer_id")
async def authors(reviews: list[Review] | list[Revision], info: Info) -> list[Reviewer]:
    """Who wrote it."""
    return await related(Reviewer, [review.reviewer_id for review in reviews], shown(info, Reviewer))


@reads("voter_id")
async def voters(votes: list[Vote], info: Info) -> list[Reviewer]:
    """Who voted."""
    return await related(Reviewer, [vote.voter_id for vote in votes], shown(info, Reviewer))
