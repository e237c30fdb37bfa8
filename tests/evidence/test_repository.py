"""Repositories: what GitHub shows at one commit is proof or not, and GitHub's own troubles are nobody's fault."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from threading import Event
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest

from evidence import repository
from evidence.github import GitHubApi
from evidence.outbound import Limits
from evidence.outcomes import Failed, Fault, Outcome, Pending, Proven
from evidence.repository import RepositoryClaim, RepositoryFacts, names
from tests.evidence.issuer import NOW
from tests.evidence.servers import Reply, Server, serving

pytestmark = pytest.mark.anyio
COMMIT, CHALLENGE = "c0ffee" + "0" * 34, "agent-evidence-4k9w2m7q"
CLAIM = RepositoryClaim(
    "octo", "agent", CHALLENGE, "pyproject.toml", "agent/models.py", frozenset({"claude-sonnet-4-5"})
)


def days(ago: float) -> str:
    return (NOW - timedelta(days=ago)).strftime("%Y-%m-%dT%H:%M:%SZ")


def commits(*ago: float) -> list[dict[str, Any]]:
    return [{"sha": COMMIT, "commit": {"committer": {"date": days(each)}}} for each in ago]


@dataclass
class GitHub:
    """A GitHub that knows one good repository; `replies` take a path over."""

    server: Server
    about: dict[str, Any] = field(default_factory=dict)
    commits: Any = None
    older: Any = field(default_factory=list)
    files: dict[str, str] = field(default_factory=dict)
    every: Reply | None = None

    def __post_init__(self) -> None:
        self.about = {
            "id": 1_296_269, "owner": {"id": 42}, "private": False, "fork": False, "archived": False,
            "disabled": False, "is_template": False, "default_branch": "main",
            "created_at": days(400), "pushed_at": days(1),
        }  # fmt: skip
        self.commits = commits(*range(1, 11))
        self.files = {
            ".well-known/agent-evidence.txt": f"for the reviewers\n{CHALLENGE}\n",
            "pyproject.toml": 'dependencies = ["anthropic>=0.60"]',
            "agent/models.py": 'MODEL = "claude-sonnet-4-5"',
        }

    def answer(self, path: str) -> Reply:
        url = urlsplit(path)
        if self.every is not None:
            return self.every
        if url.path == "/repos/octo/agent":
            return said(self.about)
        if url.path == "/repos/octo/agent/commits":
            return said(self.older if "until" in parse_qs(url.query) else self.commits)
        name = url.path.removeprefix("/repos/octo/agent/contents/")
        pinned = parse_qs(url.query).get("ref") == [COMMIT]
        return Reply(200, self.files[name].encode()) if pinned and name in self.files else Reply(404, b"{}")

    async def judge(self, claim: RepositoryClaim = CLAIM, **limits: Any) -> Outcome[RepositoryFacts]:
        async with httpx2.AsyncClient(trust_env=False) as http:
            api = GitHubApi(http, self.server.url, token="t0ken", limits=Limits(size=256 * 1024, **limits))
            return await repository.proven(claim, api, NOW)


def said(value: Any) -> Reply:
    return Reply(200, json.dumps(value).encode())


@pytest.fixture
def github() -> Iterator[GitHub]:
    with serving(lambda _: Reply(404)) as server:
        fake = GitHub(server)
        server.answer = fake.answer
        yield fake


async def test_a_repository_that_uses_the_model_is_proven_by_ids_at_a_commit(github: GitHub) -> None:
    assert await github.judge() == Proven(RepositoryFacts(1_296_269, 42, "main", COMMIT, private=False))
    assert len(github.server.asked) == 5
    _, headers = github.server.asked[0]
    assert headers["authorization"] == "Bearer t0ken"
    assert headers["accept"] == "application/vnd.github+json"


async def test_busy_days_are_no_fault_when_there_is_older_work(github: GitHub) -> None:
    github.commits = commits(*[0.1] * 10)
    assert await github.judge() == Failed(Fault.HISTORY)
    github.older = commits(30)
    assert isinstance(await github.judge(), Proven)


@pytest.mark.parametrize(
    ("about", "fault"),
    [
        ({"fork": True}, Fault.COPY),
        ({"archived": True}, Fault.COPY),
        ({"disabled": True}, Fault.COPY),
        ({"is_template": True}, Fault.COPY),
        ({"created_at": days(29.9)}, Fault.AGE),
        ({"pushed_at": days(90.1)}, Fault.STALE),
        ({"owner": {"id": 666}}, Fault.AFFILIATED),
    ],
    ids=str,
)
async def test_a_repository_of_the_wrong_kind_fails(github: GitHub, about: dict[str, Any], fault: Fault) -> None:
    github.about |= about
    assert await github.judge(replace(CLAIM, vendors=frozenset({666}))) == Failed(fault)


@pytest.mark.parametrize(
    ("path", "text", "fault"),
    [
        (".well-known/agent-evidence.txt", None, Fault.CHALLENGE),
        (".well-known/agent-evidence.txt", CHALLENGE + "x", Fault.CHALLENGE),
        ("pyproject.toml", None, Fault.MANIFEST),
        ("pyproject.toml", 'dependencies = ["requests"]', Fault.MANIFEST),
        ("agent/models.py", None, Fault.MODEL),
        ("agent/models.py", 'MODEL = "claude-sonnet-4-5-mini"', Fault.MODEL),
        ("agent/models.py", "x" * 300_000, Fault.SIZE),
    ],
)
async def test_a_repository_without_the_use_fails(github: GitHub, path: str, text: str | None, fault: Fault) -> None:
    github.files.pop(path)
    if text is not None:
        github.files[path] = text
    assert await github.judge() == Failed(fault)


async def test_few_commits_fail(github: GitHub) -> None:
    github.commits = commits(*range(1, 10))
    assert await github.judge() == Failed(Fault.HISTORY)
    github.commits = []
    assert await github.judge() == Failed(Fault.HISTORY)


@pytest.mark.parametrize(
    ("reply", "minutes"),
    [
        (Reply(500, b"oops"), 10),
        (Reply(503), 10),
        (Reply(401, b"{}"), 10),
        (Reply(403, b"{}"), 10),
        (Reply(429, b"{}", {"retry-after": "120"}), 2),
        (Reply(403, b"{}", {"retry-after": "0"}), 1),
        (Reply(403, b"{}", {"retry-after": "9999999999"}), 24 * 60),
        (Reply(403, b"{}", {"retry-after": "soon"}), 10),
        (Reply(403, b"{}", {"retry-after": "-1"}), 10),
        (Reply(403, b"{}", {"x-ratelimit-remaining": "0", "x-ratelimit-reset": str(int(NOW.timestamp()) + 1800)}), 30),
        (Reply(403, b"{}", {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "1"}), 1),
        (Reply(403, b"{}", {"x-ratelimit-remaining": "7", "x-ratelimit-reset": "1"}), 10),
        (Reply(200, b"<html>"), 10),
        (Reply(200, b"null"), 10),
        (Reply(200, b"[]"), 10),
        (Reply(200, b"{}"), 10),
        (Reply(200, b"[" * 100_000), 10),
        (Reply(200, b"\xff\xfe"), 10),
        (Reply(200, b"9" * 10_000), 10),
        (Reply(200, b"{}", {"content-encoding": "gzip"}), 10),
        (Reply(200, b"{}", {"content-length": "1000000"}), 10),
        (Reply(200, b"{}", {"content-length": "many"}), 10),
    ],
    ids=str,
)
async def test_githubs_own_troubles_are_asked_about_again(github: GitHub, reply: Reply, minutes: int) -> None:
    github.every = reply
    assert await github.judge(seconds=1) == Pending(NOW + timedelta(minutes=minutes))


@pytest.mark.parametrize("change", [
    {"id": True}, {"id": "7"}, {"id": 2**63}, {"id": 0}, {"owner": None}, {"owner": {"id": 1.5}}, {"fork": None},
    {"created_at": "yesterday"}, {"created_at": "2020-01-01"}, {"pushed_at": 7},
    {"created_at": "0001-01-01T00:00:00Z\n"},
], ids=str)  # fmt: skip
async def test_nonsense_from_github_is_asked_about_again(github: GitHub, change: dict[str, Any]) -> None:
    github.about |= change
    assert isinstance(await github.judge(), Pending)


@pytest.mark.parametrize(
    "listed", [{"message": "no"}, [None] * 10, [{"sha": "x"}] * 10, "0123456789", [[]] * 10], ids=str
)
async def test_nonsense_for_commits_is_asked_about_again(github: GitHub, listed: Any) -> None:
    github.commits = listed
    assert isinstance(await github.judge(), Pending | Failed)
    assert await github.judge() != Failed(Fault.MISSING)


async def test_a_pinned_commit_must_look_like_one(github: GitHub) -> None:
    for commit in github.commits:
        commit["sha"] = "main/../../../../gists"
    assert isinstance(await github.judge(), Pending)


@pytest.mark.parametrize(
    ("reply", "fault"),
    [
        (Reply(404, b"{}"), Fault.MISSING),
        (Reply(451, b"{}"), Fault.MISSING),
        (Reply(301, b"{}", {"location": "http://127.0.0.1:9/"}), Fault.MOVED),
        (Reply(302, b"{}", {"location": "file:///etc/passwd"}), Fault.MOVED),
        (Reply(409, b"{}"), Fault.HISTORY),
        (Reply(200, b" " * 300_000), Fault.SIZE),
    ],
    ids=str,
)
async def test_answers_about_the_repository_are_final(github: GitHub, reply: Reply, fault: Fault) -> None:
    github.every = reply
    assert await github.judge() == Failed(fault)
    assert len(github.server.asked) == 1  # a redirect is not followed


async def test_a_github_that_is_gone_is_asked_again(github: GitHub) -> None:
    async with httpx2.AsyncClient(trust_env=False) as http:
        outcome = await repository.proven(CLAIM, GitHubApi(http, "http://127.0.0.1:9"), NOW)
    assert outcome == Pending(NOW + timedelta(minutes=10))


async def test_a_slow_github_is_asked_again(github: GitHub) -> None:
    github.server.answer = lambda _: Event().wait(0.5) or Reply(200)  # type: ignore[assignment,return-value]  # it waits in vain
    assert await github.judge(seconds=0.2) == Pending(NOW + timedelta(minutes=10))


@pytest.mark.parametrize("change", [
    {"owner": ""}, {"owner": "octo/.."}, {"owner": ".."}, {"owner": "octo?x"}, {"owner": "@evil.example"},
    {"owner": "octo%2f.."}, {"owner": "öcto"}, {"owner": "x" * 40}, {"name": "."}, {"name": ".."}, {"name": "a/b"},
    {"name": "a\n"}, {"name": "a#b"}, {"name": ""}, {"manifest": "../x"}, {"manifest": "a/../../x"}, {"manifest": "/x"},
    {"manifest": "a//b"}, {"manifest": "a/./b"}, {"source": "a/.."}, {"source": "a?ref=x"}, {"source": "a%2e%2e/b"},
    {"source": ""}, {"source": "a\\b"}, {"source": "a\0"}, {"challenge": "short"},
], ids=str)  # fmt: skip
async def test_a_name_that_could_lead_elsewhere_is_not_asked_for(github: GitHub, change: dict[str, str]) -> None:
    assert await github.judge(replace(CLAIM, **change)) == Failed(Fault.NAME)  # type: ignore[arg-type]  # only texts change
    assert github.server.asked == []


def test_a_word_stands_by_itself() -> None:
    assert names('model="gpt-5"', {"gpt-5"})
    assert names("use gpt-5.", {"gpt-5"})
    assert names("openai/gpt-5:latest", {"gpt-5"})
    assert not names("gpt-5-mini gpt-5.1 xgpt-5 my-gpt-5 gpt-50", {"gpt-5"})
    assert not names("anything", set())
    assert not names("a+c", {"a.c"})
