"""Telemetry of a deployment, sent to an instance as a program of its reviewer's would send it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import httpx2

from evidence.telemetry import canonical
from evidence.telemetry.summary import Summary
from tests.reports import latency, plain
from web.page import SAVED


def report(
    origin: str, login: str, endpoint: str, factor: float = 1.0, use_case: str = "CODING", **changes: Any
) -> None:
    """A review of an endpoint with a plausible summary of 300 calls, so many times as slow as the plain one."""
    with httpx2.Client(base_url=origin, headers={"Origin": origin}, timeout=60) as http:
        assert http.post("/auth/local", data={"login": login}).status_code < 400
        served = ask(http, "query ($slug: String!) { endpoint(slug: $slug) { id model { slug } } }", slug=endpoint)
        content = {"ratings": [{"dimension": "LATENCY", "stars": 4}], "pros": f"Of {login}."}
        asked = {"endpointId": served["id"], "useCase": use_case, "content": content}
        review = ask(http, SAVED["write-review"].document, input=asked)
        token = ask(http, SAVED["write-token"].document, input={"name": "ci", "scopes": ["EVIDENCE"]})
        shown = summary(review["id"], served["model"]["slug"], factor, **changes)
        bearer = {"Authorization": f"Bearer {token['secret']}", "Content-Type": "application/json"}
        sent = httpx2.post(f"{origin}/evidence/summaries", content=canonical.to_json(shown), headers=bearer)
        assert (sent.status_code, sent.json().get("state")) == (201, "ACCEPTED"), sent.text


def summary(review: str, model: str, factor: float, **changes: Any) -> Summary:
    """A summary of the last days, with traces of its own."""
    made, today = plain(), datetime.now(UTC).date()
    seen = tuple(sorted(sha256(f"{review}{n}".encode()).hexdigest()[:16] for n in range(made.traces)))
    days: dict[str, Any] = {"first_day": today - timedelta(days=4), "last_day": today, "traces_seen": seen}
    return replace(made, review=review, model=model, latency=latency(factor), **days | changes)


def ask(http: httpx2.Client, query: str, **variables: Any) -> dict[str, Any]:
    """The one thing that an operation asks for."""
    answer = http.post("/graphql", json={"query": query, "variables": variables}).json()
    assert "errors" not in answer, answer
    [found] = answer["data"].values()
    return dict(found)
