"""Sending a summary to an instance: its bytes and a token, and nothing else."""

import re
from dataclasses import dataclass
from typing import Any

import httpx2
import orjson

TOKEN = "BESTCLAWMODELS_TOKEN"  # noqa: S105  # the variable's name, no token
_SAFE = re.compile(r"https://[A-Za-z0-9.-]+(?::\d{1,5})?/?|http://(?:127\.0\.0\.1|localhost|\[::1\])(?::\d{1,5})?/?")
_SECONDS = 30.0
_LONGEST = 500  # characters of an answer that are shown


@dataclass(frozen=True, slots=True)
class Answer:
    """What an instance decided, and its receipt as JSON."""

    state: str
    evidence: str
    receipt: str


def safe(address: str) -> bool:
    """Whether a token may go there: https, or this machine itself."""
    return _SAFE.fullmatch(address) is not None


def sent(address: str, summary: bytes, token: str) -> Answer | str:
    """Send a canonical summary; what was decided, or why nothing was, in words."""
    headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}
    try:
        with httpx2.Client(timeout=_SECONDS, follow_redirects=False) as http:
            answer = http.post(f"{address.rstrip('/')}/evidence/summaries", content=summary, headers=headers)
        return _read(answer.status_code, orjson.loads(answer.content))
    except httpx2.HTTPError as error:
        return f"It could not be sent: {type(error).__name__}."
    except (AttributeError, KeyError, LookupError, TypeError, ValueError):
        return "This is no instance of BestClawModels, or another version."


def _read(status: int, said: Any) -> Answer | str:
    if status != 201:
        error = said["errors"][0]
        return plain(f"{error['extensions']['code']}: {error['message']}")
    receipt = orjson.dumps(said["receipt"]).decode()
    return Answer(plain(said["state"]), plain(said["evidence"]["id"]), receipt)


def plain(text: str) -> str:
    """Text of an instance without what a terminal would obey."""
    return "".join(letter for letter in text[:_LONGEST] if letter.isprintable())
