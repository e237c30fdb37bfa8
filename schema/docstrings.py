"""The string literal under a field is its description: read from the source, as documentation tools read it."""

import ast
import inspect
import textwrap
from inspect import cleandoc
from typing import Any


def description(value: Any) -> str | None:
    """The docstring of a class or function, without its indentation."""
    return cleandoc(value.__doc__) if value.__doc__ else None


def field_docstrings(cls: type) -> dict[str, str]:
    """The string literal under each field of a class body, by field name."""
    body = ast.parse(textwrap.dedent(inspect.getsource(cls))).body[0]
    assert isinstance(body, ast.ClassDef)  # noqa: S101  # the source of a class is a class
    pairs = zip(body.body, body.body[1:], strict=False)
    return {_field_name(field): _literal(text) for field, text in pairs if _field_name(field) and _literal(text)}


def _field_name(node: ast.stmt) -> str:
    target = (
        node.target if isinstance(node, ast.AnnAssign) else node.targets[0] if isinstance(node, ast.Assign) else None
    )
    return target.id if isinstance(target, ast.Name) else ""


def _literal(node: ast.stmt) -> str:
    value = node.value if isinstance(node, ast.Expr) else None
    return cleandoc(value.value) if isinstance(value, ast.Constant) and isinstance(value.value, str) else ""
