"""What people do on the pages, in a real browser, with scripts and without."""

import re
from collections.abc import Callable
from itertools import count

import pytest

from tests.browser.conftest import Tab

pytestmark = pytest.mark.tools

_people = count()
ENDPOINT = "anthropic:claude-opus-4-6"
FORM = f"/reviews/new?endpoint={ENDPOINT}"
Opens = Callable[..., Tab]


def somebody() -> str:
    return f"somebody-{next(_people)}"


@pytest.mark.parametrize("scripts", [False, True], ids=["without scripts", "with scripts"])
def test_a_review_is_written_voted_on_revised_and_retracted(tab: Opens, scripts: bool) -> None:
    author, voter = tab(scripts=scripts), tab(scripts=scripts)
    author.sign_in(somebody(), FORM)
    author.page.get_by_label("What worked").fill("Calls the *right* tool.")
    author.page.get_by_role("button", name="Publish").click()
    assert author.page.locator("#wrong-ratings").inner_text() == "Rate at least one dimension."
    assert author.page.get_by_label("What worked").input_value() == "Calls the *right* tool."
    author.page.locator("[name=TOOL_CALLING][value='4']").check()
    author.page.get_by_role("button", name="Preview").click()
    assert author.page.locator(".preview em").inner_text() == "right"
    author.page.get_by_role("button", name="Publish").click()
    author.page.wait_for_url(re.compile(r"/reviews/rev_"))
    address = author.page.url.removeprefix(author.origin).split("?")[0]

    voter.sign_in(somebody(), address)
    helpful = voter.page.locator("[data-vote=helpful]")
    helpful.click()
    voter.page.locator("[data-vote=helpful][aria-pressed=true]").wait_for()
    assert voter.page.locator("[data-count=helpful]").inner_text() == "1"
    helpful.click()
    voter.page.locator("[data-vote=helpful][aria-pressed=false]").wait_for()
    assert voter.page.locator("[data-count=helpful]").inner_text() == "0"

    author.open(address + "/revise")
    author.page.get_by_label("What did not").fill("Slow.")
    author.page.get_by_role("button", name="Publish the revision").click()
    author.page.get_by_text("Slow.").wait_for()
    author.page.get_by_role("button", name="Retract it").click()
    author.page.get_by_role("button", name="Yes, retract it").click()
    author.page.get_by_text("Retracted by its author").wait_for()
    [refused] = author.complaints  # the browser itself notes the answer to the form without ratings
    assert "status of 422" in refused
    assert voter.complaints == []


def test_a_vote_is_instant_and_can_be_undone(tab: Opens) -> None:
    opened = tab()
    opened.sign_in(somebody(), "/reviews")
    opened.page.evaluate("window.same = true")
    voting = opened.page.locator(".voting").first
    before = voting.locator("[data-count=unhelpful]").inner_text()
    voting.locator("[data-vote=unhelpful]").click()
    voting.get_by_role("button", name="Undo").click()
    voting.get_by_text("Your vote is withdrawn.").wait_for()
    assert voting.locator("[data-count=unhelpful]").inner_text() == before
    assert opened.page.evaluate("window.same")
    assert opened.complaints == []


def test_a_vote_of_somebody_signed_out_leads_to_sign_in_and_back(tab: Opens) -> None:
    opened = tab()
    opened.open("/reviews")
    opened.page.locator("[data-vote=helpful]").first.click()
    opened.page.wait_for_url(re.compile(r"/sign-in\?next=%2Freviews"))


def test_a_draft_survives_a_reload_and_a_sign_in(tab: Opens) -> None:
    opened = tab()
    opened.open(FORM)
    opened.page.get_by_label("What worked").fill("Not to be lost.")
    opened.page.locator("[name=LATENCY][value='2']").check()
    opened.page.reload()
    assert opened.page.get_by_label("What worked").input_value() == "Not to be lost."
    opened.page.locator("main").get_by_role("link", name="sign in").click()
    opened.page.get_by_label("Login").fill(somebody())
    opened.page.get_by_role("button", name="Sign in locally").click()
    opened.page.wait_for_url(re.compile("/reviews/new"))
    assert opened.page.get_by_label("What worked").input_value() == "Not to be lost."
    assert opened.page.locator("[name=LATENCY][value='2']").is_checked()
    opened.page.get_by_role("button", name="Publish").click()
    opened.page.wait_for_url(re.compile(r"/reviews/rev_"))
    opened.open(FORM)
    assert opened.page.get_by_label("What worked").input_value() == ""


def test_the_leaderboard_follows_a_dragged_slider_without_a_reload(tab: Opens) -> None:
    opened = tab()
    opened.open("/leaderboard/coding")
    before = opened.page.locator(".board tbody tr").first.inner_text()
    opened.page.evaluate("window.same = true")
    slider = opened.page.get_by_label("Latency, slider").bounding_box()
    middle = slider["y"] + slider["height"] / 2
    opened.page.mouse.move(slider["x"] + slider["width"] * 0.22, middle)
    opened.page.mouse.down()
    opened.page.mouse.move(slider["x"] + slider["width"] - 2, middle, steps=8)
    opened.page.mouse.up()
    opened.page.wait_for_function(
        "before => document.querySelector('.board tbody tr').innerText !== before", arg=before
    )
    assert "latency=5" in opened.page.url
    assert opened.page.locator("#latency").input_value() == "5"
    assert opened.page.evaluate("window.same")
    dragged = opened.page.locator(".board").inner_text()
    without = tab(scripts=False)
    without.open(opened.page.url.removeprefix(opened.origin))
    assert without.page.locator(".board").inner_text() == dragged
    assert opened.complaints == []


def test_the_leaderboard_is_filtered_by_keyboard_without_scripts(tab: Opens) -> None:
    opened = tab(scripts=False)
    opened.open("/leaderboard/coding")
    opened.page.get_by_label("provisional too").press("Space")
    opened.page.get_by_label("Name").fill("claude")
    opened.page.get_by_label("Name").press("Enter")
    opened.page.wait_for_url(re.compile("q=claude"))
    assert "provisional=1" in opened.page.url
    names = opened.page.locator(".board th[scope=row] a").all_inner_texts()
    assert names
    assert all("claude" in name for name in names)


def test_the_query_behind_a_page_opens_in_the_explorer_and_answers_the_same(tab: Opens) -> None:
    opened = tab()
    opened.open("/leaderboard/coding")
    score = opened.page.locator(".board td b").first.inner_text()
    opened.page.get_by_text("The query behind this page").click()
    opened.page.get_by_role("link", name="Open it in the explorer").click()
    opened.page.get_by_role("button", name="Run").click()
    opened.page.get_by_text("HTTP 200").wait_for()
    answered = re.search(r'"score": ([\d.]+)', opened.page.locator("#result").inner_text())
    assert answered
    assert f"{float(answered[1]):.2f}" == score
    assert opened.complaints == []


@pytest.mark.parametrize("scripts", [False, True], ids=["without scripts", "with scripts"])
def test_a_moderator_decides_from_the_queue_by_keyboard(tab: Opens, scripts: bool) -> None:
    opened = tab(scripts=scripts)
    opened.sign_in(somebody(), "/moderation", moderator=True)
    waiting = int(opened.page.locator("[data-waiting]").inner_text())
    first, other = opened.page.locator(".case").first, opened.page.locator(".case").nth(1)
    decided = first.get_attribute("id")
    other.get_by_label("Reason").fill("Not to be lost.")
    first.get_by_label("Reason").fill("Too few calls.")
    first.get_by_label("Reason").press("Tab")
    opened.page.keyboard.press("Tab")
    assert opened.page.evaluate("document.activeElement.textContent") == "Reject"
    opened.page.keyboard.press("Enter")
    told = opened.page.locator("#just .note, .cases > .note").inner_text()
    assert re.match(r"E5 rejected for this review, entry no\. \d+ [0-9a-f]{12}", told)
    assert opened.page.locator(f"#{decided}").count() == 0
    for shown in ("[data-waiting]", ".account .mark"):
        assert opened.page.locator(shown).inner_text() == str(waiting - 1)
    kept = opened.page.locator(".case").first.get_by_label("Reason").input_value()
    assert kept == ("Not to be lost." if scripts else "")
    opened.open("/moderation/decided")
    decisions = opened.page.locator("tbody tr").all_inner_texts()  # what followed from it may stand before it
    assert any("Too few calls." in each for each in decisions[:3])
    assert opened.complaints == []


def test_a_decision_that_is_refused_is_told_in_its_place(tab: Opens) -> None:
    opened = tab()
    opened.sign_in(somebody(), "/moderation", moderator=True)
    case = opened.page.locator(".case").first
    case.get_by_label("Reason").fill("   ")
    case.get_by_role("button", name="Accept").click()
    case.get_by_text("Give a reason of 1 to 2000 characters.").wait_for()
    assert case.get_by_label("Reason").input_value() == "   "
    assert case.get_by_role("button", name="Accept").is_enabled()


def test_a_badge_is_drawn_where_its_markdown_is_shown(tab: Opens) -> None:
    opened = tab()
    opened.open(f"/endpoints/{ENDPOINT}")
    opened.page.get_by_text("Show this standing elsewhere").click()
    opened.page.wait_for_function("() => document.querySelector('.copied img').naturalHeight === 20")
    opened.page.locator(".copied").get_by_role("button", name="Copy").click()
    opened.page.get_by_role("button", name="Copied").wait_for()
    assert opened.complaints == []


def test_an_example_of_the_guide_opens_in_the_explorer_and_runs(tab: Opens) -> None:
    opened = tab()
    opened.open("/guide")
    opened.page.locator("figure", has_text="Rank endpoints").get_by_role("link", name="Open in the explorer").click()
    opened.page.get_by_role("button", name="Run").click()
    opened.page.get_by_text("HTTP 200").wait_for()
    assert '"rankRange"' in opened.page.locator("#result").inner_text()
    assert opened.complaints == []
