"""Everything without a mouse, in a real browser: the leaderboard from the first Tab to an endpoint, and a vote."""

import re
from collections.abc import Callable
from itertools import count
from typing import Any

import pytest

from tests.browser.conftest import Tab

pytestmark = pytest.mark.tools

_people = count()
FAR = 120  # presses of Tab within which anything must come
SCRIPTS = pytest.mark.parametrize("scripts", [False, True], ids=["without scripts", "with scripts"])
Opens = Callable[..., Tab]


def reach(opened: Tab, target: Any, key: str = "Tab") -> Any:
    """Press Tab until the target has the focus, and that is to be seen."""
    for _ in range(FAR):
        if target.evaluate("each => each === document.activeElement"):
            assert target.evaluate("each => each.matches(':focus-visible')")
            return target
        opened.page.keyboard.press(key)
    raise AssertionError(f"{target} is not reached")


def press(opened: Tab, *keys: str) -> None:
    for key in keys:
        opened.page.keyboard.press(key)


@SCRIPTS
def test_the_first_tab_skips_to_the_content(tab: Opens, scripts: bool) -> None:
    opened = tab(scripts=scripts)
    opened.open("/leaderboard/coding")
    press(opened, "Tab", "Enter")
    assert opened.page.locator("#main").evaluate("each => each === document.activeElement")
    press(opened, "Tab")
    assert opened.page.evaluate("document.activeElement.closest('main') !== null")


@SCRIPTS
def test_the_leaderboard_is_weighed_filtered_and_left_for_an_endpoint(tab: Opens, scripts: bool) -> None:
    opened = tab(scripts=scripts)
    opened.open("/leaderboard/coding")
    reach(opened, opened.page.get_by_label("Latency", exact=True))
    press(opened, "Control+a", "5")
    reach(opened, opened.page.get_by_label("provisional too"))
    press(opened, "Space")
    reach(opened, opened.page.get_by_text("More filters"))
    press(opened, "Enter")
    reach(opened, opened.page.get_by_label("Providers"))
    opened.page.keyboard.type("mistral")
    press(opened, "Enter")
    opened.page.wait_for_url(re.compile("providers=mistral"))
    assert {"latency=5", "provisional=1"} <= set(opened.page.url.partition("?")[2].split("&"))
    names = opened.page.locator(".board th[scope=row] a")
    opened.page.locator(".board th a:not([href^='/endpoints/mistral:'])").first.wait_for(state="detached")
    chosen = names.first.inner_text()
    reach(opened, names.first)
    press(opened, "Enter")
    opened.page.wait_for_url(re.compile("/endpoints/mistral"))
    assert opened.page.locator("h1 + p code").inner_text() == chosen
    assert opened.complaints == []


def test_a_slider_moves_by_arrow_keys_and_the_board_follows(tab: Opens) -> None:
    opened = tab()
    opened.open("/leaderboard/coding?provisional=1")
    reach(opened, opened.page.get_by_label("Cost per task, slider"))
    press(opened, "ArrowRight", "ArrowRight", "End")
    opened.page.wait_for_url(re.compile("cost=5"))
    opened.page.locator("#board:not([aria-busy])").wait_for()
    assert opened.page.get_by_label("Cost per task, slider").evaluate("each => each === document.activeElement")
    assert opened.complaints == []


@SCRIPTS
def test_a_vote_is_cast_and_withdrawn(tab: Opens, scripts: bool) -> None:
    opened = tab(scripts=scripts)
    opened.sign_in(f"typist-{next(_people)}", "/reviews")
    reach(opened, opened.page.locator(".review h2 a").first)
    press(opened, "Enter")
    opened.page.wait_for_url(re.compile("/reviews/rev_"))
    before = int(opened.page.locator("[data-count=helpful]").inner_text())
    for pressed, expected in (("true", before + 1), ("false", before)):
        reach(opened, opened.page.locator("[data-vote=helpful]"))
        press(opened, "Space")
        opened.page.locator(f"[data-vote=helpful][aria-pressed={pressed}]").wait_for()
        assert int(opened.page.locator("[data-count=helpful]").inner_text()) == expected
    assert opened.complaints == []
