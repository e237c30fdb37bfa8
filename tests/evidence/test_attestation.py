"""Attestations: a run of the reviewer's own workflow is believed, every forgery refused for its reason."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from joserfc.errors import SecurityWarning

from evidence.attestation import attested
from evidence.claims import Expected, Run
from evidence.issuers import GITHUB_ACTIONS, TokenIssuer, table
from evidence.keys import Keys, published
from evidence.reasons import Reason
from tests.evidence.issuer import ACTOR, NOW, PLACE, SUMMARY, Issuer, audience, issuing, rsa

pytestmark = pytest.mark.anyio
DIGEST = hashlib.sha256(SUMMARY.encode()).hexdigest()
EXPECTED = Expected(place=PLACE, digest=DIGEST, actor_id=str(ACTOR))
ISSUED = int(NOW.timestamp())
DECADE = 10 * 365 * 24 * 3600


@pytest.fixture(scope="module")
def local() -> Iterator[Issuer]:
    with issuing() as issuer:
        yield issuer


@pytest.fixture
def issuer(local: Issuer) -> Issuer:
    local.keys, local.body, local.status, local.server.asked = ["first"], None, 200, []
    return local


class Clock:
    """Seconds that pass when told to."""

    now = 1_000.0

    def __call__(self) -> float:
        return self.now


async def judged(
    issuer: Issuer, token: str, expected: Expected = EXPECTED, keys: Keys | None = None, **row: Any
) -> Run | Reason:
    issuers = table([replace(issuer.row, **row)])
    return await attested(token, expected, issuers, keys or Keys(), NOW)


def segment(value: Any) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def unsigned(issuer: Issuer, algorithm: str) -> str:
    return f"{segment({'alg': algorithm, 'kid': 'first'})}.{segment(issuer.claims())}."


def confused(issuer: Issuer) -> str:
    """Signed with HMAC, the issuer's public key as the secret."""
    content = f"{segment({'alg': 'HS256', 'kid': 'first'})}.{segment(issuer.claims())}"
    secret = rsa("first").as_pem(private=False)
    return f"{content}.{segment(hmac.digest(secret, content.encode(), 'sha256'))}"


def tampered(issuer: Issuer) -> str:
    header, _, signature = issuer.token().split(".")
    return f"{header}.{segment(issuer.claims(repository_id='666'))}.{signature}"


def forged(issuer: Issuer, **header: Any) -> str:
    """Signed by a stranger's key under the name of the issuer's."""
    return issuer.signed(json.dumps(issuer.claims()), "stranger", {"kid": "first"} | header)


def by_hand(issuer: Issuer, header: bytes | None = None, **more: Any) -> str:
    """Signed by the issuer's own key with a header that the library would not write."""
    protected = header or json.dumps({"alg": "RS256", "kid": "first"} | more).encode()
    content = f"{segment(protected)}.{segment(issuer.claims())}"
    private = rsa("first").private_key
    assert private is not None
    return f"{content}.{segment(private.sign(content.encode(), PKCS1v15(), SHA256()))}"


def twice(issuer: Issuer) -> str:
    """Two claims of one name, signed by the issuer's own key."""
    text = json.dumps(issuer.claims(actor_id="666"))
    return issuer.signed(text[:-1] + f', "actor_id": "{ACTOR}"' + "}")


def late(**seconds: int) -> Callable[[Issuer], str]:
    """A token whose times are this many seconds off the present."""
    return saying(**{name: ISSUED + off for name, off in seconds.items()})


def saying(**claims: Any) -> Callable[[Issuer], str]:
    """A well-signed token that claims something else."""
    return lambda issuer: issuer.token(**claims)


def raw(text: str) -> Callable[[Issuer], str]:
    return lambda _: text


STRANGER = rsa("stranger").as_dict(private=False)
SOMEWHERE = "https://evil.example/jwks"
FORGERIES: dict[str, tuple[Callable[[Issuer], str], Reason]] = {
    "unsigned": (lambda i: unsigned(i, "none"), Reason.UNSIGNED),
    "unsigned in capitals": (lambda i: unsigned(i, "NoNe"), Reason.UNSIGNED),
    "the public key as an HMAC secret": (confused, Reason.ALGORITHM),
    "another RSA algorithm": (lambda i: by_hand(i, alg="RS512"), Reason.ALGORITHM),
    "no algorithm": (lambda i: by_hand(i, b'{"kid": "first"}'), Reason.ALGORITHM),
    "an algorithm that is a list": (lambda i: by_hand(i, alg=["RS256"]), Reason.ALGORITHM),
    "signed by a stranger": (forged, Reason.SIGNATURE),
    "tampered with": (tampered, Reason.SIGNATURE),
    "without its signature": (lambda i: i.token().rpartition(".")[0] + ".", Reason.SIGNATURE),
    "the signature cut short": (lambda i: i.token()[:-8], Reason.SIGNATURE),
    "a key of its own": (lambda i: forged(i, jwk=STRANGER), Reason.EMBEDDED_KEY),
    "an address of a key": (lambda i: forged(i, jku=SOMEWHERE), Reason.KEY_ADDRESS),
    "an address of a certificate": (lambda i: forged(i, x5u=SOMEWHERE), Reason.CERTIFICATE_ADDRESS),
    "a certificate of its own": (lambda i: by_hand(i, x5c=["MIIB"]), Reason.CERTIFICATE),
    "a demand for extensions": (lambda i: by_hand(i, crit=["exp"], exp=1), Reason.CRITICAL_HEADER),
    "an unencoded payload": (lambda i: by_hand(i, b64=False), Reason.UNENCODED_PAYLOAD),
    "an unknown key": (lambda i: i.token(key="stranger"), Reason.UNKNOWN_KEY),
    "a path for a key": (lambda i: by_hand(i, kid="../../dev/null"), Reason.KEY_ID),
    "SQL for a key": (lambda i: by_hand(i, kid="x' UNION SELECT 'k"), Reason.KEY_ID),
    "a number for a key": (lambda i: by_hand(i, kid=7), Reason.KEY_ID),
    "no key": (lambda i: by_hand(i, b'{"alg": "RS256"}'), Reason.KEY_ID),
    "an algorithm said twice": (
        lambda i: by_hand(i, b'{"alg": "none", "kid": "first", "alg": "RS256"}'),
        Reason.DUPLICATE_NAMES,
    ),
    "an actor said twice": (twice, Reason.DUPLICATE_NAMES),
    "another issuer": (saying(iss="https://evil.example"), Reason.UNKNOWN_ISSUER),
    "almost the issuer": (lambda i: i.token(iss=i.url + "/"), Reason.UNKNOWN_ISSUER),
    "an issuer that is a list": (lambda i: i.token(iss=[i.url]), Reason.UNKNOWN_ISSUER),
    "several audiences": (saying(aud=[audience(), "other"]), Reason.AUDIENCE_FORM),
    "one audience in a list": (saying(aud=[audience()]), Reason.AUDIENCE_FORM),
    "no audience": (saying(aud=None), Reason.AUDIENCE_FORM),
    "another host's audience": (saying(aud=audience(place="https://evil.example/evidence")), Reason.AUDIENCE),
    "the audience of another service": (saying(aud="pypi"), Reason.AUDIENCE),
    "another summary": (saying(aud=audience("{}")), Reason.AUDIENCE_DIGEST),
    "the digest in capitals": (saying(aud=f"{PLACE}#sha256={DIGEST.upper()}"), Reason.AUDIENCE_DIGEST),
    "more than the digest": (saying(aud=audience() + "&sha256=0"), Reason.AUDIENCE_DIGEST),
    "no digest": (saying(aud=PLACE), Reason.AUDIENCE_DIGEST),
    "expired": (late(iat=-400, nbf=-400, exp=-31), Reason.EXPIRED),
    "issued in the future": (late(iat=31), Reason.ISSUED_LATER),
    "valid later": (late(nbf=31), Reason.NOT_YET),
    "valid for ten years": (late(exp=DECADE), Reason.LIFETIME),
    "valid for sixteen minutes": (late(exp=16 * 60), Reason.LIFETIME),
    "ending before it begins": (late(exp=-1), Reason.LIFETIME),
    "no end": (saying(exp=None), Reason.TIMES),
    "an end beyond numbers": (saying(exp=1e300), Reason.TIMES),
    "an end that is true": (saying(exp=True), Reason.TIMES),
    "an end in words": (saying(exp=str(ISSUED + 60)), Reason.TIMES),
    "no beginning": (saying(nbf=None), Reason.TIMES),
    "no token id": (saying(jti=None), Reason.TOKEN_ID),
    "an empty token id": (saying(jti=""), Reason.TOKEN_ID),
    "an endless token id": (saying(jti="x" * 201), Reason.TOKEN_ID),
    "a pull request of a fork": (saying(event_name="pull_request_target"), Reason.EVENT),
    "a pull request": (saying(event_name="pull_request"), Reason.EVENT),
    "a run after a run": (saying(event_name="workflow_run"), Reason.EVENT),
    "a comment": (saying(event_name="issue_comment"), Reason.EVENT),
    "no event": (saying(event_name=None), Reason.CLAIMS),
    "an unprotected branch": (saying(ref="refs/heads/feature", ref_protected="false"), Reason.REF),
    "a branch protected by a boolean": (saying(ref_protected=True), Reason.REF),
    "somebody else's run": (saying(actor_id="666"), Reason.ACTOR),
    "a schedule that nobody registered": (saying(event_name="schedule"), Reason.SCHEDULE),
    "no repository": (saying(repository_id=None), Reason.CLAIMS),
    "a repository in numbers": (saying(repository_id=1296269), Reason.CLAIMS),
    "a repository beyond 64 bits": (saying(repository_id="9" * 19), Reason.CLAIMS),
    "a repository in other digits": (saying(repository_id="\u0661\u0662"), Reason.CLAIMS),
    "no owner": (saying(repository_owner_id=None), Reason.CLAIMS),
    "no run": (saying(run_id="0"), Reason.CLAIMS),
    "no machine": (saying(runner_environment=None), Reason.CLAIMS),
    "oversized": (saying(padding="x" * 8_192), Reason.OVERSIZED),
    "empty": (raw(""), Reason.MALFORMED),
    "garbage": (raw("\x00\ud800 %s"), Reason.MALFORMED),
    "two segments": (raw("e30.e30"), Reason.MALFORMED),
    "five segments, as if encrypted": (raw("e30.e30.e30.e30.e30"), Reason.MALFORMED),
    "base64 with padding": (raw("e30=.e30.e30"), Reason.MALFORMED),
    "no JSON": (raw(f"{segment(b'nope')}.e30.e30"), Reason.MALFORMED),
    "JSON that is no object": (raw(f"{segment([])}.e30.e30"), Reason.MALFORMED),
    "bad UTF-8": (raw(f"{segment(bytes([255, 254]))}.e30.e30"), Reason.MALFORMED),
    "JSON that is nested without end": (raw(f"{segment(b'[' * 5_000)}.e30.e30"), Reason.MALFORMED),
    "numbers that are none": (lambda i: i.signed('{"exp": NaN}'), Reason.MALFORMED),
}


async def test_a_run_of_the_reviewers_own_workflow_is_believed(issuer: Issuer) -> None:
    token_id = "b1946ac9"
    run = await judged(issuer, issuer.token(jti=token_id))
    assert run == Run("local", token_id, 1_296_269, 42, 17, 1, ACTOR, "push", hosted=True, strong=False)


@pytest.mark.parametrize("name", FORGERIES)
async def test_a_forgery_is_refused_for_its_reason(issuer: Issuer, name: str) -> None:
    forge, reason = FORGERIES[name]
    assert await judged(issuer, forge(issuer)) == reason


def test_every_check_of_a_token_has_a_forgery() -> None:
    elsewhere = {
        Reason.ISSUER_OFF, Reason.KEYS_UNAVAILABLE, Reason.WORKFLOW, Reason.REPLAYED, Reason.COUNTED, Reason.REVIEW,
        Reason.WITHDRAWN, Reason.SUMMARY,
    }  # fmt: skip
    assert {reason for _, reason in FORGERIES.values()} == set(Reason) - elsewhere


@pytest.mark.parametrize("event", ["push", "workflow_dispatch", "release", "deployment"])
async def test_events_that_only_insiders_cause_are_believed(issuer: Issuer, event: str) -> None:
    assert isinstance(await judged(issuer, issuer.token(event_name=event)), Run)


@pytest.mark.parametrize("off", [{"exp": -29, "iat": -600}, {"iat": 30, "nbf": 30}, {"exp": 900}], ids=str)
async def test_two_clocks_may_differ_by_half_a_minute(issuer: Issuer, off: dict[str, int]) -> None:
    assert isinstance(await judged(issuer, late(**off)(issuer)), Run)


async def test_a_self_hosted_machine_is_told_apart(issuer: Issuer) -> None:
    run = await judged(issuer, issuer.token(runner_environment="self-hosted"))
    assert isinstance(run, Run)
    assert not run.hosted


async def test_the_default_branch_needs_no_protection(issuer: Issuer) -> None:
    token = issuer.token(ref_protected="false")
    assert isinstance(await judged(issuer, token, replace(EXPECTED, default_branch="main")), Run)
    assert await judged(issuer, token, replace(EXPECTED, default_branch="mai")) == Reason.REF


async def test_a_schedule_follows_a_run_by_hand(issuer: Issuer) -> None:
    scheduled = issuer.token(event_name="schedule")
    known = replace(EXPECTED, registered=frozenset({("local", 1_296_269)}))
    assert isinstance(await judged(issuer, scheduled, known), Run)
    for other in (("local", 7), ("github-actions", 1_296_269)):
        assert await judged(issuer, scheduled, replace(EXPECTED, registered=frozenset({other}))) == Reason.SCHEDULE


async def test_a_listed_reusable_workflow_is_strong_at_its_listed_commits_alone(issuer: Issuer) -> None:
    path = "claw/evidence/.github/workflows/report.yml"
    listed = frozenset({(path, "a" * 40)})
    for commit, strong in (("a" * 40, True), ("b" * 40, False)):
        token = issuer.token(job_workflow_ref=f"{path}@refs/tags/v1", job_workflow_sha=commit)
        run = await judged(issuer, token, workflows=listed)
        assert isinstance(run, Run)
        assert run.strong is strong
        needed = await judged(issuer, token, workflows=listed, workflow_needed=True)
        assert isinstance(needed, Run) if strong else needed == Reason.WORKFLOW
    assert await judged(issuer, issuer.token(), workflow_needed=True) == Reason.WORKFLOW


async def test_an_issuer_is_switched_off_alone(issuer: Issuer) -> None:
    other = TokenIssuer("other", "https://other.example", "https://other.example/jwks", "GITHUB")
    rows = [issuer.row, other, GITHUB_ACTIONS]
    off = table(rows, frozenset({"local"}))
    assert await attested(issuer.token(), EXPECTED, off, Keys(), NOW) == Reason.ISSUER_OFF
    assert [row.on for row in off.values()] == [False, True, True]
    assert isinstance(await attested(issuer.token(), EXPECTED, table(rows, frozenset({"other"})), Keys(), NOW), Run)


async def test_names_that_tokens_say_are_not_looked_at(issuer: Issuer) -> None:
    assert isinstance(await judged(issuer, issuer.token(sub="", repository="evil/agent", actor="mallory")), Run)


async def test_keys_that_rotate_are_followed(issuer: Issuer) -> None:
    keys, clock = Keys(), Clock()
    keys.ticks = clock
    assert isinstance(await judged(issuer, issuer.token(), keys=keys), Run)
    issuer.keys = ["first", "second"]
    assert await judged(issuer, issuer.token(key="second"), keys=keys) == Reason.UNKNOWN_KEY  # asked a moment ago
    clock.now += 60
    assert isinstance(await judged(issuer, issuer.token(key="second"), keys=keys), Run)
    issuer.keys = ["second"]
    assert isinstance(await judged(issuer, issuer.token(), keys=keys), Run)
    clock.now += 3_600
    assert await judged(issuer, issuer.token(), keys=keys) == Reason.UNKNOWN_KEY  # withdrawn


async def test_an_issuer_is_asked_once_a_minute_whatever_is_asked_of_us(issuer: Issuer) -> None:
    keys, clock = Keys(), Clock()
    keys.ticks = clock
    for _ in range(3):
        for number in range(20):
            assert await judged(issuer, by_hand(issuer, kid=f"unknown-{number}"), keys=keys) == Reason.UNKNOWN_KEY
        clock.now += 60
    assert len(issuer.server.asked) == 3


@pytest.mark.parametrize("body", [b'{"keys": []}', b"{}", b"[]", b"null", b"<html>", b"", b'{"keys": [1, {}, null]}'])
async def test_known_keys_are_never_replaced_by_none(issuer: Issuer, body: bytes) -> None:
    keys, clock = Keys(), Clock()
    keys.ticks = clock
    assert isinstance(await judged(issuer, issuer.token(), keys=keys), Run)
    issuer.body = body
    clock.now += 3_600
    assert isinstance(await judged(issuer, issuer.token(), keys=keys), Run)
    assert len(issuer.server.asked) == 2


async def test_without_keys_nothing_is_believed_and_the_reason_says_try_again(issuer: Issuer) -> None:
    issuer.status = 503
    assert await judged(issuer, issuer.token()) == Reason.KEYS_UNAVAILABLE
    issuer.status, issuer.body = 200, b"{" + b" " * 70_000 + b"}"
    assert await judged(issuer, issuer.token()) == Reason.KEYS_UNAVAILABLE
    gone = replace(issuer.row, jwks_url="http://127.0.0.1:9/jwks")
    assert await attested(issuer.token(), EXPECTED, table([gone]), Keys(), NOW) == Reason.KEYS_UNAVAILABLE


async def test_a_copy_on_disk_serves_when_the_issuer_is_down_at_the_start(issuer: Issuer, tmp_path: Path) -> None:
    assert isinstance(await judged(issuer, issuer.token(), keys=Keys(tmp_path)), Run)
    issuer.status = 500
    assert isinstance(await judged(issuer, issuer.token(), keys=Keys(tmp_path)), Run)
    assert await judged(issuer, issuer.token(), keys=Keys(tmp_path / "nowhere")) == Reason.KEYS_UNAVAILABLE


async def test_a_clock_of_tokens_is_ours_and_not_theirs(issuer: Issuer) -> None:
    token = issuer.token()
    issuers = table([issuer.row])
    assert await attested(token, EXPECTED, issuers, Keys(), NOW + timedelta(hours=1)) == Reason.EXPIRED


def test_keys_that_are_weak_or_for_other_uses_are_not_taken() -> None:
    public = rsa("first").as_dict(private=False)
    with pytest.warns(SecurityWarning):
        weak = rsa("weak", 1024)
    rows = [
        weak.as_dict(private=False),
        public | {"kid": "for encryption", "use": "enc"},
        public | {"kid": "for another algorithm", "alg": "PS256"},
        {"kty": "oct", "kid": "secret", "k": "c2VjcmV0"},
        {"kty": "RSA", "kid": "broken", "n": "!", "e": "AQAB"},
        {"kty": "RSA", "kid": ["first"], "n": public["n"], "e": "AQAB"},
    ]
    assert published(json.dumps({"keys": rows}).encode()) == {}
    assert published(json.dumps({"keys": [*rows, public]}).encode()).keys() == {"first"}
