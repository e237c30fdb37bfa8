"""Control of a repository that uses the model (E2), as GitHub's API shows it at one pinned commit.

Only ids are kept: a name may be private, be changed and be taken over by somebody else.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from evidence.github import GitHubApi
from evidence.outcomes import Failed, Fault, Outcome, Proven, Unproven, pending, required

CHALLENGE_FILE = ".well-known/agent-evidence.txt"
YOUNGEST, SHORTEST, LONGEST_PAUSE = timedelta(days=30), timedelta(days=7), timedelta(days=90)
FEWEST = 10  # commits
SDKS = frozenset(
    {
        "anthropic", "openai", "litellm", "langchain", "langgraph", "llama-index", "llama_index", "google-genai",
        "google-generativeai", "mistralai", "cohere", "groq", "ai-sdk", "ollama", "vllm", "boto3", "dspy",
        "pydantic-ai", "openai-agents", "claude-agent-sdk", "crewai", "autogen", "semantic-kernel", "smolagents",
        "haystack-ai", "instructor", "openrouter", "async-openai", "anthropic-sdk-go", "openai-go", "genai",
    }
)  # fmt: skip
_OWNER = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})")
_REPOSITORY = re.compile(r"(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}")
_PATH = re.compile(r"(?:(?!\.{1,2}(?:/|$))[A-Za-z0-9@+ ._-]{1,100}/){0,10}(?!\.{1,2}$)[A-Za-z0-9@+ ._-]{1,100}")
_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
# What a hostile or broken JSON sets off where the code takes it for what GitHub documents.
_NONSENSE = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


@dataclass(frozen=True, slots=True)
class RepositoryClaim:
    """What a reviewer says: this repository is mine, its manifest names an SDK and its source one of `models`.

    `challenge` is what we asked to be put into CHALLENGE_FILE on the default branch; `vendors` are the ids of the
    organisations that make or serve the model.
    """

    owner: str
    name: str
    challenge: str
    manifest: str
    source: str
    models: frozenset[str]
    vendors: frozenset[int] = frozenset()

    @property
    def plain(self) -> bool:
        """Whether the names can only lead to files of one repository."""
        named = _OWNER.fullmatch(self.owner) and _REPOSITORY.fullmatch(self.name)
        return bool(named) and all(map(_PATH.fullmatch, (self.manifest, self.source)))

    @property
    def address(self) -> str:
        """The repository's path in the API."""
        return f"/repos/{self.owner}/{self.name}"


@dataclass(frozen=True, slots=True)
class RepositoryFacts:
    """What is proven, and may be kept: ids and the commit looked at."""

    repository_id: int
    owner_id: int
    default_branch: str
    commit: str
    private: bool


async def proven(claim: RepositoryClaim, api: GitHubApi, now: datetime) -> Outcome[RepositoryFacts]:
    """Whether the claim holds now; it raises nothing, and GitHub's own troubles end in Pending."""
    if not claim.plain or len(claim.challenge) < 16:
        return Failed(Fault.NAME)
    try:
        return Proven(await _checked(claim, api, now))
    except Unproven as end:
        return end.outcome
    except _NONSENSE:
        return pending(now)


async def _checked(claim: RepositoryClaim, api: GitHubApi, now: datetime) -> RepositoryFacts:
    about = await api.read(now, claim.address)
    _check_repository(about, claim, now)
    branch = str(about["default_branch"])
    commit = await _pinned(claim, api, branch, now)
    challenge = await _file(claim, api, CHALLENGE_FILE, commit, Fault.CHALLENGE, now)
    required(claim.challenge in challenge.split(), Fault.CHALLENGE)
    manifest = await _file(claim, api, claim.manifest, commit, Fault.MANIFEST, now)
    required(names(manifest, SDKS), Fault.MANIFEST)
    source = await _file(claim, api, claim.source, commit, Fault.MODEL, now)
    required(names(source, claim.models), Fault.MODEL)
    return RepositoryFacts(_id(about), _id(about["owner"]), branch, commit, about["private"] is True)


def _check_repository(about: Any, claim: RepositoryClaim, now: datetime) -> None:
    flags = [about[name] for name in ("fork", "archived", "disabled")] + [about.get("is_template", False)]
    if not all(isinstance(flag, bool) for flag in flags):
        raise TypeError
    required(not any(flags), Fault.COPY)
    required(_id(about["owner"]) not in claim.vendors, Fault.AFFILIATED)
    required(now - _moment(about["created_at"]) >= YOUNGEST, Fault.AGE)
    required(now - _moment(about["pushed_at"]) <= LONGEST_PAUSE, Fault.STALE)


async def _pinned(claim: RepositoryClaim, api: GitHubApi, branch: str, now: datetime) -> str:
    """The newest commit of the default branch, once enough history lies behind it."""
    path = claim.address + "/commits"
    newest = await api.read(now, path, sha=branch, per_page=FEWEST)
    required(len(newest) >= FEWEST, Fault.HISTORY)
    first, last = _committed(newest[0]), _committed(newest[-1])
    if first - last < SHORTEST:  # busy days: is there anything before them?
        week_before = (first - SHORTEST).strftime("%Y-%m-%dT%H:%M:%SZ")
        older = await api.read(now, path, sha=branch, per_page=1, until=week_before)
        required(len(older) > 0, Fault.HISTORY)
    if not _COMMIT.fullmatch(newest[0]["sha"]):
        raise ValueError
    return str(newest[0]["sha"])


async def _file(claim: RepositoryClaim, api: GitHubApi, path: str, commit: str, fault: Fault, now: datetime) -> str:
    """The text of a file at a commit; a missing one is the fault that it was to disprove."""
    try:
        return await api.text(now, f"{claim.address}/contents/{path}", ref=commit)
    except Unproven as end:
        if end.outcome == Failed(Fault.MISSING):
            raise Unproven(Failed(fault)) from None
        raise


def names(text: str, words: Collection[str]) -> bool:
    """Whether one of the words stands in the text by itself: `gpt-5` is not in `gpt-5-mini`."""
    choices = "|".join(re.escape(word) for word in sorted(words))
    return bool(choices) and re.search(rf"(?<![\w.-])(?:{choices})(?![\w-]|\.\w)", text) is not None


def _committed(commit: Any) -> datetime:
    return _moment(commit["commit"]["committer"]["date"])


def _moment(text: Any) -> datetime:
    """An aware moment as GitHub writes it."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError
    return moment


def _id(thing: Any) -> int:
    """A numeric id that fits 64 bits."""
    number = thing["id"]
    if type(number) is not int or not 0 < number < 2**63:  # True is an int too
        raise ValueError
    return number
