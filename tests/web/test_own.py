"""API tokens on one's own profile and proofs of one's own review, with plain forms."""

import re
from collections.abc import Awaitable, Callable

import pytest

from db.tables import ApiToken, Proof, Reviewer
from tests.make import World
from tests.web.visitor import Visitor

pytestmark = pytest.mark.anyio
Visit = Callable[..., Awaitable[Visitor]]


async def test_a_token_is_made_shown_once_listed_and_revoked(visit: Visit, make: World) -> None:
    owner = await make.reviewer()
    mine = await visit(owner)
    made = await mine.send("/tokens", {"name": "Nightly", "scope-READ": "1", "days": "30"})
    [secret] = re.findall(r'id="secret"[^>]*value="([^"]+)"', made.text)
    assert (made.status_code, made.headers["cache-control"]) == (201, "private, no-store")
    profile = await mine.get(f"/reviewers/{owner.login}")
    assert "Nightly" in profile.text
    assert secret not in profile.text
    token = await ApiToken.get()
    revoked = await mine.send(f"/tokens/{token.id}/revoke")
    assert revoked.headers["location"] == f"/reviewers/{owner.login}#tokens"
    assert "revoked" in (await mine.see(f"/reviewers/{owner.login}")).words


async def test_a_token_without_a_scope_is_refused_with_the_form_filled(visit: Visit, make: World) -> None:
    answer = await (await visit(await make.reviewer())).send("/tokens", {"name": "Nightly"})
    assert answer.status_code == 422
    assert 'value="Nightly"' in answer.text
    assert not await ApiToken.exists()


async def test_nobody_sees_or_revokes_anothers_tokens(visit: Visit, make: World) -> None:
    owner = await make.reviewer()
    await (await visit(owner)).send("/tokens", {"name": "Nightly", "scope-READ": "1"})
    token, other = await ApiToken.get(), await visit(await make.reviewer())
    assert "Nightly" not in (await other.get(f"/reviewers/{owner.login}")).text
    assert "Nightly" not in (await other.get(f"/reviewers/{owner.login}.json")).text
    assert (await other.send(f"/tokens/{token.id}/revoke")).status_code == 404
    assert (await (await visit()).send("/tokens", {"name": "x", "scope-READ": "1"})).status_code == 401
    assert (await (await visit(owner)).send("/tokens", {"name": "x"}, Origin="https://evil.example")).status_code == 403


async def test_a_domain_and_a_repository_are_offered_as_proof_and_looked_at(visit: Visit, make: World) -> None:
    review = await make.review()
    mine = await visit(await Reviewer.get(id=review.reviewer_id))
    started = await mine.send(f"/reviews/{review.id}/proofs", {"kind": "domain", "host": "agent.example.org"})
    assert started.headers["location"] == f"/reviews/{review.id}#evidence"
    proof = await Proof.get()
    page = await mine.see(f"/reviews/{review.id}")
    assert "agent-evidence=" in page.words
    assert "waiting for you" in page.words
    await mine.send(f"/reviews/{review.id}/proofs/{proof.id}/check")
    assert "will be looked at within minutes" in (await mine.see(f"/reviews/{review.id}")).words
    code = {"kind": "repository", "owner": "octocat", "name": "agent", "manifest": "pyproject.toml", "source": "a.py"}
    assert (await mine.send(f"/reviews/{review.id}/proofs", code)).status_code == 303
    assert await Proof.all().count() == 2


async def test_proofs_that_cannot_be_are_refused(visit: Visit, make: World) -> None:
    review = await make.review()
    mine, other = await visit(await Reviewer.get(id=review.reviewer_id)), await visit(await make.reviewer())
    address, host = f"/reviews/{review.id}/proofs", {"kind": "domain", "host": "agent.example.org"}
    assert (await mine.send(address, {"kind": "luck"})).status_code == 400
    assert (await mine.send(address, {"kind": "domain", "host": "not a host"})).status_code == 422
    assert (await other.send(address, host)).status_code == 403
    assert (await (await visit()).send(address, host)).status_code == 401
    assert (await mine.send(f"{address}/prf_none/check")).status_code == 404
    assert "Prove it" not in (await other.see(f"/reviews/{review.id}")).words
