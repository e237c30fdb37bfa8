"""Imports point one way, are written where a reader looks for them, and main.py alone reads the environment."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MAY_IMPORT = {
    "main": {"schema", "web", "auth", "resolvers", "db", "settings", "evidence", "receiving"},
    "receiving": {"web", "resolvers", "db", "evidence"},
    "settings": {"auth", "db", "evidence"},
    "schema": {"execution", "resolvers", "db", "scoring", "evidence"},
    "resolvers": {"auth", "db", "scoring", "evidence"},
    "auth": {"db"},
    "web": set[str](),
    "execution": set[str](),
    "db": set[str](),
    "scoring": set[str](),
    "evidence": set[str](),
}
NOT_PRODUCT = {"tests", "bench"}
FORBIDDEN = {"TYPE_CHECKING": "a cycle is a design error", "lazy": "shapes that point at each other share one file"}
ENVIRONMENT = {"environ", "environb", "getenv"}


def modules() -> Iterator[tuple[str, ast.Module]]:
    """Every product module, by its path from the root."""
    for path in sorted(ROOT.rglob("*.py")):
        place = path.relative_to(ROOT)
        if not any(part in NOT_PRODUCT or part.startswith((".", "_")) for part in place.parts[:-1]):
            yield str(place), ast.parse(path.read_text(encoding="utf-8"))


def imported(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """The line and the full name of everything that is imported."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node.lineno, f"{'.' * node.level}{node.module or ''}.{alias.name}") for alias in node.names)


def upward(path: str, tree: ast.Module) -> Iterator[str]:
    """Imports of a layer that this module's layer may not know."""
    layer = path.removesuffix(".py").partition("/")[0]
    for line, name in imported(tree):
        top = name.partition(".")[0]
        if layer not in MAY_IMPORT:
            yield f"{path}: the folder {layer} has no place among the layers."
        elif not top:
            yield f"{path}:{line}: {name} is relative; name the layer."
        elif top in MAY_IMPORT and top not in MAY_IMPORT[layer] | {layer}:
            yield f"{path}:{line}: {layer} may not import {name}."


def hidden(path: str, tree: ast.Module) -> Iterator[str]:
    """Imports inside functions, and the ways around a cycle."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from (f"{path}:{line}: {node.name} imports {name}." for line, name in imported(node))
        for name in FORBIDDEN.keys() & names(node):
            yield f"{path}:{node.lineno}: {name} is not used here: {FORBIDDEN[name]}."  # type: ignore[attr-defined]  # names have lines


def environmental(path: str, tree: ast.Module) -> Iterator[str]:
    """Reads of the environment."""
    for node in ast.walk(tree):
        if path != "main.py" and names(node) & ENVIRONMENT:
            yield f"{path}:{node.lineno}: only main.py reads the environment."  # type: ignore[attr-defined]  # names have lines


def names(node: ast.AST) -> set[str]:
    """What a node takes from elsewhere by name: `strawberry.lazy`, `os.environ`, `from typing import TYPE_CHECKING`."""
    if isinstance(node, ast.ImportFrom):
        return {alias.name for alias in node.names}
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return {node.attr} if node.value.id in {"os", "strawberry", "typing"} else set()
    return set()


@pytest.mark.parametrize("rule", [upward, hidden, environmental], ids=lambda rule: rule.__name__)
def test_every_product_module_keeps_the_rule(rule: object) -> None:
    assert callable(rule)
    offences = [offence for path, tree in modules() for offence in rule(path, tree)]
    assert not offences, "\n".join(offences)


def test_every_layer_that_exists_is_looked_at() -> None:
    seen = {path.removesuffix(".py").partition("/")[0] for path, _ in modules()}
    named = {"main", "schema", "execution", "resolvers", "auth", "web", "db", "scoring", "evidence"}
    assert named <= seen <= MAY_IMPORT.keys()


@pytest.mark.parametrize(
    ("rule", "path", "text", "offence"),
    [
        (upward, "db/x.py", "from resolvers import votes", "db/x.py:1: db may not import resolvers.votes."),
        (upward, "db/x.py", "import scoring.ranks", "db/x.py:1: db may not import scoring.ranks."),
        (
            upward,
            "resolvers/x.py",
            "from schema import types",
            "resolvers/x.py:1: resolvers may not import schema.types.",
        ),
        (upward, "web/x.py", "def f():\n import db", "web/x.py:2: web may not import db."),
        (upward, "db/x.py", "from . import tables", "db/x.py:1: ..tables is relative; name the layer."),
        (upward, "extra/x.py", "import os", "extra/x.py: the folder extra has no place among the layers."),
        (hidden, "db/x.py", "async def f():\n import json", "db/x.py:2: f imports json."),
        (hidden, "db/x.py", "x = strawberry.lazy('y')", "db/x.py:1: lazy is not used here: " + FORBIDDEN["lazy"] + "."),
        (environmental, "db/x.py", "from os import getenv", "db/x.py:1: only main.py reads the environment."),
        (environmental, "db/x.py", "import os\nos.environ['A']", "db/x.py:2: only main.py reads the environment."),
    ],
)
def test_an_offence_is_named_with_its_line(rule: object, path: str, text: str, offence: str) -> None:
    assert callable(rule)
    assert list(rule(path, ast.parse(text))) == [offence]


@pytest.mark.parametrize("layer", MAY_IMPORT)
def test_no_layer_may_reach_itself_around_a_circle(layer: str) -> None:
    reached, waiting = set[str](), set(MAY_IMPORT[layer])
    while waiting:
        reached |= waiting
        waiting = {below for above in waiting for below in MAY_IMPORT[above]} - reached
    assert layer not in reached
