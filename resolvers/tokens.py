"""API tokens: made once, shown once, revoked at once. They act in their owner's name, within their scopes."""

from dataclasses import dataclass, field
from datetime import timedelta

from strawberry import Info
from tortoise.transactions import in_transaction

from auth import tokens
from auth.sessions import digest
from db.queries import Listing, Ordering, column
from db.tables import ApiToken, Reviewer
from resolvers.inputs import CreateApiTokenInput, RevokeApiTokenInput
from resolvers.refusals import InvalidInput, NoSuchToken, NotSignedIn, Problem, TooManyTokens
from resolvers.windows import Page, Window, pages

MOST = 20  # live tokens of one reviewer
NEWEST = Ordering("API_TOKEN", (column("created_at"), column("id")), descending=True)
OF_REVIEWER = Listing(ApiToken, NEWEST, parent_column="reviewer_id")
_LONGEST_NAME = 100
_NOBODY = ""


@dataclass(frozen=True, slots=True)
class CreatedToken:
    """A new token and its secret, which nobody will see again."""

    token: ApiToken
    secret: str = field(repr=False)


async def of_reviewers(reviewers: list[Reviewer], info: Info, window: Window) -> list[Page]:
    """The viewer's own API tokens, newest first, revoked and expired ones too; nobody sees another's."""
    reader: Reviewer | None = info.context.reader
    own = reader.id if reader else _NOBODY
    return await pages([each.id if each.id == own else _NOBODY for each in reviewers], info, window, OF_REVIEWER)


async def create(info: Info, input: CreateApiTokenInput) -> CreatedToken | NotSignedIn | TooManyTokens | InvalidInput:
    """Make an API token. Its secret is in this answer and nowhere else. A session is needed: no token makes tokens."""
    owner: Reviewer | None = info.context.viewer
    if owner is None:
        return NotSignedIn()
    if problems := _problems(input):
        return InvalidInput(problems=problems)
    now, secret = info.context.now, tokens.fresh()
    async with in_transaction():
        await Reviewer.filter(id=owner.id).select_for_update().get()
        if await ApiToken.filter(reviewer_id=owner.id, revoked_at=None, expires_at__gt=now).count() >= MOST:
            return TooManyTokens()
        token = await ApiToken.create(
            reviewer_id=owner.id,
            name=input.name.strip(),
            digest=digest(secret),
            scope_bits=sum(scope.bit for scope in set(input.scopes)),
            created_at=now,
            expires_at=now + timedelta(days=input.days),
        )
    return CreatedToken(token, secret)


async def revoke(info: Info, input: RevokeApiTokenInput) -> ApiToken | NotSignedIn | NoSuchToken:
    """End one of the viewer's API tokens at once; ending it again changes nothing. A session is needed."""
    owner: Reviewer | None = info.context.viewer
    if owner is None:
        return NotSignedIn()
    token = await ApiToken.get_or_none(id=str(input.token_id), reviewer_id=owner.id)
    if token is None:
        return NoSuchToken()
    if token.revoked_at is None:
        token.revoked_at = info.context.now
        await token.save(update_fields=["revoked_at"])
    return token


def visible(info: Info, found: list[ApiToken | None]) -> list[ApiToken | None]:
    """The viewer's own tokens; null for the others."""
    reader: Reviewer | None = info.context.reader
    return [token if token and reader and token.reviewer_id == reader.id else None for token in found]


def _problems(input: CreateApiTokenInput) -> list[Problem]:
    longest = tokens.LONGEST_LIFE.days
    rules = {
        "name": (1 <= len(input.name.strip()) <= _LONGEST_NAME, f"Give a name of 1 to {_LONGEST_NAME} characters."),
        "scopes": (bool(input.scopes), "Name at least one scope."),
        "days": (1 <= input.days <= longest, f"A token lives 1 to {longest} days."),
    }
    return [Problem(path=["input", name], message=said) for name, (kept, said) in rules.items() if not kept]
