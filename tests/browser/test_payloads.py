"""A hundred payloads in reviews, in a real browser: no dialog, no foreign request, nothing blocked either."""

from collections.abc import Callable

import pytest

from tests.browser.conftest import Tab
from tests.web.payloads import PAYLOADS

pytestmark = pytest.mark.tools

ENDPOINT = "openai:gpt-5.2"
PUBLISH = """mutation ($input: PublishReviewInput!) {
  publishReview(input: $input) { __typename ... on Review { id } }
}"""
USE_CASES = ("CODING", "RAG", "CUSTOMER_SERVICE", "FINANCIAL_ANALYSIS")


def test_payloads_in_reviews_stay_inert(tab: Callable[..., Tab]) -> None:
    opened = tab()
    opened.sign_in("mallory")
    endpoint = ask(opened, "query ($slug: String!) { endpoint(slug: $slug) { id } }", {"slug": ENDPOINT})["endpoint"][
        "id"
    ]
    quarter = len(PAYLOADS) // len(USE_CASES)
    for number, use_case in enumerate(USE_CASES):
        text = "\n\n".join(PAYLOADS[number * quarter : (number + 1) * quarter])
        content = {"ratings": [{"dimension": "LATENCY", "stars": 1}], "pros": text, "cons": text}
        asked = {"input": {"endpointId": endpoint, "useCase": use_case, "content": content}}
        review = ask(opened, PUBLISH, asked)["publishReview"]
        opened.open(f"/reviews/{review['id']}")
        for link in opened.page.locator(".said a[href]").all():
            assert link.evaluate("each => each.protocol") in ("https:", "http:")
    for address in (f"/endpoints/{ENDPOINT}", "/reviewers/mallory", "/reviews"):
        opened.open(address)
    opened.page.wait_for_timeout(300)
    assert opened.complaints == []


def ask(opened: Tab, query: str, variables: object) -> dict[str, dict[str, str]]:
    answer = opened.page.request.post(opened.origin + "/graphql", data={"query": query, "variables": variables}).json()
    data: dict[str, dict[str, str]] = answer["data"]
    return data
