"""The saved operations: GraphQL documents in files, shown by the explorer and run by the pages and the tests.

A file is named `<group>-<name>.graphql` and begins with comment lines: a title, one line of description and,
where the operation takes variables, `# variables: {...}` in JSON. A fragment that several documents spread lies in
`fragments/<Name>.graphql` and is added to each.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DIRECTORY = Path(__file__).parent / "operations"
FRAGMENTS = DIRECTORY / "fragments"
GROUPS = {
    "rank": "Rank",
    "find": "Find",
    "explain": "Explain",
    "write": "Write (sign in first)",
    "moderate": "Moderate (moderators only)",
    "page": "Behind the pages",
}
VARIABLES = "variables:"


@dataclass(frozen=True)
class Operation:
    name: str
    title: str
    description: str
    document: str
    variables: Mapping[str, Any]
    group: str


def operations(directory: Path = DIRECTORY) -> list[Operation]:
    """Every saved operation, group by group. Raises ValueError for a file whose heading is not as above."""
    read = [operation(path) for path in directory.glob("*.graphql")]
    order = list(GROUPS.values())
    return sorted(read, key=lambda each: (order.index(each.group), each.name))


def operation(path: Path) -> Operation:
    heading, document = split(path.read_text(encoding="utf-8"))
    prefix = path.stem.partition("-")[0]
    if prefix not in GROUPS or len(heading) < 2 or not document:
        raise ValueError(f"{path.name}: needs a known group in its name, a title, a description and a document")
    title, description, *rest = heading
    return Operation(path.stem, title, description, whole(document), variables(rest), GROUPS[prefix])


def whole(document: str) -> str:
    """The document with the shared fragments that it spreads, and those that they spread."""
    parts, named = [document], set[str]()
    for part in parts:  # grows while it is read: fragments spread others
        spread = [name for name in dict.fromkeys(re.findall(r"\.\.\.([A-Z]\w*)", part)) if name not in named]
        named.update(spread)
        shared = [FRAGMENTS / f"{name}.graphql" for name in spread]
        parts += [path.read_text(encoding="utf-8").strip() for path in shared if path.exists()]
    return "\n\n".join(parts)


def split(text: str) -> tuple[list[str], str]:
    """The leading comment lines without their `#`, and the document after them."""
    lines = text.strip().splitlines()
    length = next((n for n, line in enumerate(lines) if not line.startswith("#")), len(lines))
    heading = [line.removeprefix("#").strip() for line in lines[:length]]
    return heading, "\n".join(lines[length:]).strip()


def variables(lines: list[str]) -> dict[str, Any]:
    """The JSON after `variables:`, empty where there is none."""
    found = [line.removeprefix(VARIABLES) for line in lines if line.startswith(VARIABLES)]
    return dict(json.loads(found[0])) if found else {}
