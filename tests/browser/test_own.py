"""What somebody does with what is theirs, in a real browser: API tokens, and proofs of a review."""

import re
import subprocess
import sys
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.browser.conftest import Tab

pytestmark = pytest.mark.tools

_people = count()
ENDPOINT = "mistral:mistral-medium-2505"
SCRIPTS = pytest.mark.parametrize("scripts", [False, True], ids=["without scripts", "with scripts"])
Opens = Callable[..., Tab]


def somebody() -> str:
    return f"owner-{next(_people)}"


def asked(origin: str, secret: str, query: str) -> httpx2.Response:
    """What the API answers to whoever sends a token."""
    return httpx2.post(origin + "/graphql", json={"query": query}, headers={"Authorization": f"Bearer {secret}"})


@SCRIPTS
def test_a_token_is_made_with_scopes_shown_once_and_refused_once_revoked(tab: Opens, scripts: bool) -> None:
    mine, owner = tab(scripts=scripts), somebody()
    mine.sign_in(owner, f"/reviewers/{owner}")
    mine.page.get_by_text("Make a token").first.click()
    mine.page.get_by_label("What it is for").fill("Nightly")
    mine.page.get_by_label("See what only you may see").check()
    mine.page.get_by_label("Ends after").select_option("7")
    mine.page.get_by_role("button", name="Make a token").click()
    secret = mine.page.get_by_label("Secret of Nightly").input_value()
    assert asked(mine.origin, secret, "{ viewer { login } }").json() == {"data": {"viewer": {"login": owner}}}

    writing = 'mutation { castVote(input: {reviewId: "rev_0", helpful: true}) { ... on Refusal { code } } }'
    [refusal] = asked(mine.origin, secret, writing).json()["errors"]
    assert refusal["extensions"]["code"] == "FORBIDDEN"

    mine.page.get_by_role("link", name="Back to your profile and its tokens").click()
    row = mine.page.get_by_role("row", name=re.compile("Nightly"))
    assert secret not in mine.page.content()
    row.get_by_role("button", name="Revoke Nightly").click()
    row.get_by_text(re.compile("^revoked ")).wait_for()
    refused = asked(mine.origin, secret, "{ viewer { login } }")
    assert (refused.status_code, "revoked" in refused.text) == (401, True)
    assert mine.complaints == []


@SCRIPTS
def test_a_token_without_a_scope_keeps_what_was_typed(tab: Opens, scripts: bool) -> None:
    mine, owner = tab(scripts=scripts), somebody()
    mine.sign_in(owner, f"/reviewers/{owner}")
    mine.page.get_by_text("Make a token").first.click()
    mine.page.get_by_label("What it is for").fill("Nightly")
    mine.page.get_by_role("button", name="Make a token").click()
    mine.page.get_by_role("alert").wait_for()
    assert mine.page.get_by_label("What it is for").input_value() == "Nightly"
    assert mine.page.locator("#secret").count() == 0


@SCRIPTS
def test_a_review_is_offered_proofs_and_one_that_fails_says_why(tab: Opens, folder: Path, scripts: bool) -> None:
    mine = tab(scripts=scripts)
    written(mine)
    offer(mine, "By a public repository on GitHub", Owner="octocat", Repository="agent")
    offer(mine, "By a domain the agent works on", Host="agent.example.org")
    repository, domain = (proof(mine, kind) for kind in ("a repository", "a domain"))
    challenges = {each.locator("code").inner_text() for each in (repository, domain)}
    assert all(word.startswith("agent-evidence=") for word in challenges)
    assert len(challenges) == 2
    assert "waiting for you" in domain.inner_text()
    assert ".well-known/agent-evidence.txt" in mine.page.get_by_text("Put the word on a line of its own").inner_text()

    domain.get_by_role("button", name="Look at the domain").click()
    domain.get_by_text("will be looked at within minutes").wait_for()
    subprocess.run([sys.executable, "-m", "tests.browser.nowhere", str(folder / "bestclawmodels.db")], check=True)
    mine.page.reload()
    assert re.search(r"failed\s+missing", domain.inner_text())
    assert domain.get_by_role("button", name="Look at the domain").is_visible()
    assert "waiting for you" in repository.inner_text()
    assert mine.complaints == []


def written(mine: Tab) -> None:
    """Publish a review of one's own and stay on its page."""
    mine.sign_in(somebody(), f"/reviews/new?endpoint={ENDPOINT}")
    mine.page.locator("[name=LATENCY][value='4']").check()
    mine.page.get_by_role("button", name="Publish").click()
    mine.page.wait_for_url(re.compile(r"/reviews/rev_"))


def offer(mine: Tab, summary: str, **fields: str) -> None:
    """Ask for the word of a proof; what is not said is a file."""
    mine.page.get_by_text(summary).click()
    form = mine.page.locator("details[open]", has_text=summary)
    for field in form.get_by_role("textbox").all():
        label = form.locator(f"label[for='{field.get_attribute('id')}']").inner_text().split(",")[0]
        field.fill(fields.get(label, "agent.py"))
    form.get_by_role("button", name="Give me the word").click()
    mine.page.wait_for_load_state()


def proof(mine: Tab, kind: str) -> Any:
    return mine.page.get_by_role("region", name="Proofs").get_by_role("row", name=re.compile(f"^{kind} "))
