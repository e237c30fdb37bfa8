"""The explorer in a real browser that reaches this server and nothing else."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.conftest import Tab

pytestmark = pytest.mark.tools

Opens = Callable[..., Tab]


@pytest.fixture
def explorer(tab: Opens) -> Tab:
    """The explorer, open, without any way to another origin."""
    opened = tab()
    opened.page.route(lambda url: not url.startswith(opened.origin), lambda route: route.abort())
    opened.open("/graphql")
    opened.page.get_by_role("button", name="Rank endpoints for a use case").wait_for()
    return opened


def type_query(opened: Tab, text: str) -> Any:
    """Type in place of what stands in the editor, letter by letter."""
    query = opened.page.get_by_label("Query, in GraphQL")
    query.focus()
    opened.page.keyboard.press("Control+a")
    opened.page.keyboard.press("Delete")
    opened.page.keyboard.type(text)
    return query


def answer(opened: Tab) -> Any:
    """Run by keyboard; what the server answered."""
    opened.page.keyboard.press("Control+Enter")
    opened.page.get_by_text("HTTP 200").wait_for()
    return json.loads(opened.page.locator("#result").inner_text())


def test_the_documentation_is_searched_and_walked_by_keyboard(explorer: Tab) -> None:
    explorer.page.get_by_role("tab", name="Examples").focus()
    explorer.page.keyboard.press("ArrowRight")
    assert explorer.page.get_by_role("tab", name="Schema").get_attribute("aria-selected") == "true"
    explorer.page.get_by_role("button", name="Mutation", exact=True).wait_for()
    explorer.page.get_by_label("Search types and fields").fill("rankRange")
    explorer.page.get_by_role("button", name=re.compile(r"^Standing\.rankRange")).press("Enter")
    heading = explorer.page.get_by_role("heading", name="Standing", exact=True)
    assert heading.evaluate("each => each === document.activeElement")
    explorer.page.locator(".members").get_by_role("button", name="RankRange").first.press("Enter")
    assert explorer.page.get_by_role("heading", name="RankRange").is_visible()
    explorer.page.get_by_role("button", name="← Standing").press("Enter")
    assert heading.is_visible()
    assert explorer.complaints == []


def test_names_are_completed_from_the_schema_where_the_caret_is(explorer: Tab) -> None:
    query = type_query(explorer, "{ mod")
    offers = explorer.page.get_by_role("listbox", name="Suggestions")
    offers.wait_for()
    assert [offer.get_attribute("data-name") for offer in offers.get_by_role("option").all()][:2] == ["model", "models"]
    explorer.page.keyboard.press("ArrowDown")
    explorer.page.keyboard.press("Enter")
    assert query.input_value() == "{ models"
    explorer.page.keyboard.type("(first: 1) { totalC")
    offers.wait_for()
    explorer.page.keyboard.press("Enter")
    explorer.page.keyboard.type(" x")
    explorer.page.keyboard.press("Escape")
    explorer.page.keyboard.press("Backspace")
    explorer.page.keyboard.type("} }")
    assert answer(explorer)["data"]["models"]["totalCount"] > 0
    assert explorer.complaints == []


def test_variables_are_sent_and_told_when_they_are_no_json(explorer: Tab) -> None:
    type_query(explorer, "query($slug: String!) { model(slug: $slug) { slug } }")
    variables = explorer.page.get_by_label("Variables JSON")
    variables.fill('{"slug": ')
    explorer.page.keyboard.press("Control+Enter")
    explorer.page.get_by_text("The variables are not valid JSON.").wait_for()
    variables.fill('{"slug": "anthropic/claude-opus-4-6"}')
    assert answer(explorer) == {"data": {"model": {"slug": "anthropic/claude-opus-4-6"}}}
    assert explorer.complaints == []


def test_what_was_run_is_remembered_and_recalled_after_a_reload(explorer: Tab) -> None:
    query = type_query(explorer, "query Remembered { __typename }")
    explorer.page.get_by_label("Variables JSON").fill("")
    assert answer(explorer) == {"data": {"__typename": "Query"}}
    explorer.page.goto(explorer.origin + "/graphql")
    explorer.page.get_by_role("tab", name="Examples").focus()
    explorer.page.keyboard.press("ArrowLeft")
    explorer.page.get_by_role("button", name=re.compile("^Remembered")).press("Enter")
    assert query.input_value() == "query Remembered { __typename }"
    explorer.page.get_by_role("tab", name="History").click()
    explorer.page.get_by_role("button", name="Clear history").click()
    assert explorer.page.get_by_text("Nothing yet.").is_visible()
    assert explorer.complaints == []


def test_a_saved_operation_is_chosen_run_and_linked_to(explorer: Tab) -> None:
    explorer.page.get_by_role("button", name="Rank models, all endpoints pooled").press("Enter")
    assert explorer.page.get_by_role("button", name="Run").evaluate("each => each === document.activeElement")
    assert "RankModels" in explorer.page.get_by_label("Query, in GraphQL").input_value()
    assert answer(explorer)["data"]
    other = explorer.page.context.new_page()
    other.goto(explorer.page.url)
    other.get_by_role("button", name="Rank models, all endpoints pooled").wait_for()
    assert "RankModels" in other.get_by_label("Query, in GraphQL").input_value()
    assert explorer.complaints == []


def test_an_error_is_told_where_the_answer_would_be(explorer: Tab) -> None:
    type_query(explorer, "{ nothingOfThatName }")
    explorer.page.keyboard.press("Control+Enter")
    explorer.page.get_by_text("1 error").wait_for()
    assert "Cannot query field 'nothingOfThatName'" in explorer.page.locator("#result").inner_text()


def test_without_scripts_it_says_what_to_do_instead(tab: Opens) -> None:
    opened = tab(scripts=False)
    opened.open("/graphql")
    assert "POST your query as JSON" in opened.page.locator("noscript .note").inner_text()
