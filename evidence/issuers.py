"""Who may attest: one row an issuer, so that another one is one more row."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

SAFE_EVENTS = frozenset({"push", "schedule", "workflow_dispatch", "release", "deployment"})


@dataclass(frozen=True, slots=True)
class TokenIssuer:
    """An OpenID Connect issuer of tokens for CI runs. `on` is its kill switch.

    `identity` is whose account ids `actor_id` holds: the issuer that vouched for the reviewers. `events` are those
    that only people with write access cause. `workflows` maps a reusable workflow (`owner/repository/path`) to the
    commits of it that we trust; with `workflow_needed`, nothing else is accepted.
    """

    name: str
    url: str
    jwks_url: str
    identity: str
    on: bool = True
    events: frozenset[str] = SAFE_EVENTS
    workflows: frozenset[tuple[str, str]] = frozenset()
    workflow_needed: bool = False


GITHUB_ACTIONS = TokenIssuer(
    name="github-actions",
    url="https://token.actions.githubusercontent.com",
    jwks_url="https://token.actions.githubusercontent.com/.well-known/jwks",
    identity="GITHUB",
)

KNOWN = (GITHUB_ACTIONS,)
Issuers = dict[str, TokenIssuer]


def table(rows: Iterable[TokenIssuer] = KNOWN, off: frozenset[str] = frozenset()) -> Issuers:
    """The issuers by their exact `iss`; those named in `off` refuse everything."""
    return {row.url: replace(row, on=row.on and row.name not in off) for row in rows}
