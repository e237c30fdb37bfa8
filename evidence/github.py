"""GitHub's REST API, read: what it answers, or how the look-up ends when it does not."""

import json
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode

import httpx2

from evidence.outbound import Answer, Failure, Limits, bounded
from evidence.outcomes import Failed, Fault, Unproven, pending

ENOUGH = Limits(size=1024 * 1024)  # ten commits with long messages and signatures are far below it
_SECONDS = re.compile(r"[0-9]{1,10}")
_ENDS = {Failure.SIZE: Fault.SIZE}


@dataclass(frozen=True, slots=True)
class GitHubApi:
    """The API at `url`; `token` (of no scope) raises its limit from 60 to 5,000 requests an hour."""

    http: httpx2.AsyncClient
    url: str = "https://api.github.com"
    token: str | None = field(default=None, repr=False)
    limits: Limits = ENOUGH

    async def read(self, now: datetime, path: str, **query: Any) -> Any:
        """The JSON at a path; raises Unproven."""
        answer = await self._answered(now, path, query, "application/vnd.github+json")
        try:
            return json.loads(answer.body)
        except (ValueError, RecursionError):
            raise Unproven(pending(now)) from None

    async def text(self, now: datetime, path: str, **query: Any) -> str:
        """A file's text; raises Unproven."""
        answer = await self._answered(now, path, query, "application/vnd.github.raw+json")
        return answer.body.decode("utf-8", "replace")

    async def _answered(self, now: datetime, path: str, query: dict[str, Any], accept: str) -> Answer:
        address = self.url + quote(path) + ("?" + urlencode(query) if query else "")
        headers = {"Accept": accept, "X-GitHub-Api-Version": "2022-11-28"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        answer = await bounded(self.http, httpx2.Request("GET", address, headers=headers), self.limits)
        if isinstance(answer, Failure):
            raise Unproven(Failed(_ENDS[answer]) if answer in _ENDS else pending(now))
        return _usable(answer, now)


def _usable(answer: Answer, now: datetime) -> Answer:
    """An answer of 200, or how the look-up ends. Whatever GitHub says of itself is not the claimant's fault."""
    if answer.status == 200:
        return answer
    if answer.status in (404, 451):
        raise Unproven(Failed(Fault.MISSING))
    if answer.status in (301, 302, 307, 308):
        raise Unproven(Failed(Fault.MOVED))
    if answer.status == 409:  # an empty repository has no commits to list
        raise Unproven(Failed(Fault.HISTORY))
    raise Unproven(pending(now, waiting(answer.headers, now)))


def waiting(headers: httpx2.Headers, now: datetime) -> timedelta:
    """How long GitHub asks us to wait: `Retry-After` in seconds, else until its limit is restored."""
    after, reset = headers.get("retry-after", ""), headers.get("x-ratelimit-reset", "")
    if _SECONDS.fullmatch(after):
        return timedelta(seconds=int(after))
    if headers.get("x-ratelimit-remaining") == "0" and _SECONDS.fullmatch(reset):
        return timedelta(seconds=int(reset) - now.timestamp())
    return timedelta(minutes=10)
