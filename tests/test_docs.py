"""What the documents promise is there: every path, command, link and query in them."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from graphql import build_schema, parse, validate

from main import command
from schema import sdl

ROOT = Path(__file__).parents[1]
SCHEMA = build_schema(sdl())
MADE_LATER = [line.strip().strip("/") for line in (ROOT / ".gitignore").read_text().splitlines() if line.strip()]
SUFFIXES = "cfg|css|csv|db|graphql|html|ini|js|json|lock|md|mjs|py|sh|sql|svg|toml|txt|yaml|yml"
COMMANDS = {each.name or each.callback.__name__.strip("_") for each in command.registered_commands if each.callback} | {
    str(each.name) for each in command.registered_groups
}
TARGETS = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
MACHINE = re.compile(r"(?<![\w.])/(?:work|root|home|Users|tmp)\b/?")
LONGEST_DECISION = 40  # lines


def documents() -> Iterator[Path]:
    """Every Markdown file of the product."""
    for path in sorted(ROOT.rglob("*.md")):
        if not any(part.startswith(".") or part == "node_modules" for part in path.relative_to(ROOT).parts):
            yield path


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def prose(text: str) -> str:
    """The text without its fenced blocks."""
    return re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)


def blocks(text: str, *languages: str) -> list[str]:
    """The fenced blocks in one of these languages."""
    fences = re.findall(r"^```([\w-]*)\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL)
    return [body for language, body in fences if language in languages]


def paths(text: str) -> list[str]:
    """What stands in backticks and is meant as a path: a known ending, a slash at the end, or a folder of ours."""
    quoted = re.findall(r"`([\w.*{},-]+(?:/[\w.*{},-]+)*/?)(?:::?[\w:.-]+)?`", prose(text))
    ours = {path.name for path in ROOT.iterdir()}
    ended = re.compile(rf".*(?:/|[\w*}}]\.(?:{SUFFIXES}))")
    return [each for each in quoted if ended.fullmatch(each) or ("/" in each and each.split("/")[0] in ours)]


def exists(path: str, document: Path) -> bool:
    """Whether a path is there, from the root or from its document; a bare file name may be anywhere."""
    if any(path.strip("/") == made or path.startswith(made + "/") for made in MADE_LATER):
        return True
    found = [*ROOT.glob(path.strip("/")), *document.parent.glob(path.strip("/"))]
    return bool(found) or ("/" not in path and any(ROOT.glob(f"*/**/{path}")))


def queries(text: str) -> list[str]:
    """The GraphQL of a document: its fenced blocks and what its shell commands send."""
    sent = re.findall(
        r"(?:-d|--data|--json)\s+'(\{.*?\})'(?=\s|$)",
        "\n".join(blocks(text, "sh", "bash", "console", "shell")),
        re.DOTALL,
    )
    return [*blocks(text, "graphql"), *(json.loads(each)["query"] for each in sent)]


EVERY_DOCUMENT = pytest.mark.parametrize("document", list(documents()), ids=name)


@EVERY_DOCUMENT
def test_every_path_in_a_document_exists(document: Path) -> None:
    missing = [path for path in paths(document.read_text()) if not exists(path, document)]
    assert missing == []


@EVERY_DOCUMENT
def test_every_local_link_in_a_document_leads_somewhere(document: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)[^)]*\)", prose(document.read_text()))
    local = [link for link in links if "://" not in link and not link.startswith("mailto:")]
    assert [link for link in local if not (document.parent / link).exists()] == []


@EVERY_DOCUMENT
def test_every_command_in_a_document_exists(document: Path) -> None:
    text = document.read_text()
    code = "\n".join([*re.findall(r"`([^`\n]+)`", prose(text)), *blocks(text, "sh", "bash", "console", "shell", "")])
    assert set(re.findall(r"\bmake ([a-z][\w-]*)", code)) <= TARGETS
    assert set(re.findall(r"\bmain\.py ([a-z][\w-]*)", code)) <= COMMANDS


@EVERY_DOCUMENT
def test_every_query_in_a_document_fits_the_schema(document: Path) -> None:
    problems = [
        (query, error.message) for query in queries(document.read_text()) for error in validate(SCHEMA, parse(query))
    ]
    assert problems == []


@EVERY_DOCUMENT
def test_no_document_knows_the_machine_it_was_written_on(document: Path) -> None:
    assert MACHINE.findall(document.read_text()) == []


@pytest.mark.parametrize("decision", sorted((ROOT / "docs" / "decisions").glob("*.md")), ids=name)
def test_a_decision_is_told_in_forty_lines(decision: Path) -> None:
    assert len(decision.read_text().splitlines()) <= LONGEST_DECISION


@pytest.mark.parametrize("page", sorted((ROOT / "web" / "templates").glob("*.html")), ids=name)
def test_every_request_on_a_page_fits_the_schema(page: Path) -> None:
    sent = re.findall(r"-d '(\{.*?\})'", page.read_text())
    assert [validate(SCHEMA, parse(json.loads(body)["query"])) for body in sent] == [[] for _ in sent]


def test_every_command_is_explained() -> None:
    assert {"serve", "migrate", "import-catalogue", "seed", "recompute", "export-schema"} <= COMMANDS
    assert [each.name for each in command.registered_commands if not (each.callback and each.callback.__doc__)] == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("`main.py` and `db/tables.py:12`", ["main.py", "db/tables.py"]),
        ("`schema/` and `resolvers/votes.py::cast`", ["schema/", "resolvers/votes.py"]),
        ("`web/operations/*.graphql`", ["web/operations/*.graphql"]),
        ("`db/nowhere`", ["db/nowhere"]),
        ("`application/json`, `developer/name`, `votes.cast`, `/graphql`, `0.2.3`", []),
        ("```\n`main.py`\n```\n", []),
    ],
)
def test_paths_are_told_from_other_words(text: str, found: list[str]) -> None:
    assert paths(text) == found


@pytest.mark.parametrize(
    "path", ["main.py", "tables.py", "schema/", "web/operations/*.graphql", "data/secret", ".venv/"]
)
def test_a_path_that_is_there_is_found(path: str) -> None:
    assert exists(path, ROOT / "README.md")


@pytest.mark.parametrize("path", ["missing.py", "db/missing.py", "nowhere/", "web/operations/*.py"])
def test_a_path_that_is_not_there_is_missed(path: str) -> None:
    assert not exists(path, ROOT / "README.md")
