"""What a verified token claims about its run, and whether that is the run we were told about."""

import hmac
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from evidence.issuers import TokenIssuer
from evidence.reasons import Reason, Refused

LEEWAY = 30  # seconds that two clocks may differ
LONGEST_LIFE = 15 * 60  # seconds
_NUMBER = re.compile(r"[1-9][0-9]{0,17}")  # fits 64 bits
_JTI = re.compile(r"[!-~]{1,200}")
_LONGEST_TEXT = 1_000


@dataclass(frozen=True, slots=True)
class Expected:
    """What a token must be about.

    `place` is `https://HOST/evidence`, `digest` the hex SHA-256 of the canonical summary, `actor_id` the reviewer's
    account as `identity` numbers it. `default_branch` is known once the repository is; `registered` are the
    repositories, by issuer's name and id, that earlier runs by the reviewer's own hand have registered.
    """

    place: str
    digest: str
    actor_id: str
    identity: str = "GITHUB"
    default_branch: str | None = None
    registered: frozenset[tuple[str, int]] = frozenset()

    @property
    def audience(self) -> str:
        """The only `aud` that is accepted: the issuer's signature covers it, and so our summary."""
        return f"{self.place}#sha256={self.digest}"


@dataclass(frozen=True, slots=True)
class Run:
    """A CI run whose issuer's signature was checked: ids, which last, and no names, which may be private.

    `hosted` says that the issuer's own machine ran it, `strong` that a listed reusable workflow did all of it.
    """

    issuer: str
    token_id: str
    repository_id: int
    owner_id: int
    run_id: int
    attempt: int
    actor_id: int
    event: str
    hosted: bool
    strong: bool


def check_audience(claims: dict[str, Any], expected: Expected) -> None:
    """`aud` is one string, and it names our place and this summary."""
    audience = claims.get("aud")
    if not isinstance(audience, str):
        raise Refused(Reason.AUDIENCE_FORM)
    if audience.partition("#")[0] != expected.place:
        raise Refused(Reason.AUDIENCE)
    if not hmac.compare_digest(audience.encode("utf-8", "surrogatepass"), expected.audience.encode()):
        raise Refused(Reason.AUDIENCE_DIGEST)


def check_times(claims: dict[str, Any], now: datetime) -> None:
    """The token was issued a moment ago, for a moment."""
    times = [claims.get(name) for name in ("iat", "nbf", "exp")]
    issued, begins, ends = (time if type(time) is int else _no(Reason.TIMES) for time in times)
    present = now.timestamp()
    if issued > present + LEEWAY:
        raise Refused(Reason.ISSUED_LATER)
    if not 0 < ends - issued <= LONGEST_LIFE:
        raise Refused(Reason.LIFETIME)
    if begins > present + LEEWAY:
        raise Refused(Reason.NOT_YET)
    if ends <= present - LEEWAY:
        raise Refused(Reason.EXPIRED)


def run(claims: dict[str, Any], issuer: TokenIssuer, expected: Expected) -> Run:
    """The run, if it is one that the reviewer's own workflow must have made; raises Refused."""
    token_id = claims.get("jti")
    if not isinstance(token_id, str) or not _JTI.fullmatch(token_id):
        raise Refused(Reason.TOKEN_ID)
    found = Run(
        issuer=issuer.name,
        token_id=token_id,
        repository_id=_number(claims, "repository_id"),
        owner_id=_number(claims, "repository_owner_id"),
        run_id=_number(claims, "run_id"),
        attempt=_number(claims, "run_attempt"),
        actor_id=_number(claims, "actor_id"),
        event=_text(claims, "event_name"),
        hosted=_text(claims, "runner_environment") == "github-hosted",
        strong=_strong(claims, issuer),
    )
    if (issuer.identity, str(found.actor_id)) != (expected.identity, expected.actor_id):
        raise Refused(Reason.ACTOR)  # first: what follows is between us and the reviewer, and kept for the record
    _check_event(found, issuer, expected)
    _check_ref(claims, expected)
    return found


def _check_ref(claims: dict[str, Any], expected: Expected) -> None:
    ref, protected = _text(claims, "ref"), claims.get("ref_protected") == "true"
    default = expected.default_branch is not None and ref == f"refs/heads/{expected.default_branch}"
    if not (protected or default):
        raise Refused(Reason.REF)


def _check_event(found: Run, issuer: TokenIssuer, expected: Expected) -> None:
    if found.event not in issuer.events:
        raise Refused(Reason.EVENT)
    # A schedule names whoever last changed it, who need not have been there: the first run is started by hand.
    if found.event == "schedule" and (found.issuer, found.repository_id) not in expected.registered:
        raise Refused(Reason.SCHEDULE)


def _strong(claims: dict[str, Any], issuer: TokenIssuer) -> bool:
    """Whether a listed commit of a listed reusable workflow did the work."""
    reference, commit = claims.get("job_workflow_ref"), claims.get("job_workflow_sha")
    path = reference.partition("@")[0] if isinstance(reference, str) else ""
    strong = isinstance(commit, str) and (path, commit) in issuer.workflows
    if issuer.workflow_needed and not strong:
        raise Refused(Reason.WORKFLOW)
    return strong


def _text(claims: dict[str, Any], name: str) -> str:
    value = claims.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= _LONGEST_TEXT:
        raise Refused(Reason.CLAIMS)
    return value


def _number(claims: dict[str, Any], name: str) -> int:
    """A positive id, which GitHub writes as text."""
    value = claims.get(name)
    if not isinstance(value, str) or not _NUMBER.fullmatch(value):
        raise Refused(Reason.CLAIMS)
    return int(value)


def _no(reason: Reason) -> int:
    raise Refused(reason)
