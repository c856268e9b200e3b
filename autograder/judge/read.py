"""Finding forbidden functions by reading the code, before anything of it runs."""

from __future__ import annotations

import ast
from collections.abc import Iterable

USUAL = {"F": "torch.nn.functional", "nn": "torch.nn", "np": "numpy"}
"""What these names mean when the code does not say."""


def forbidden_in(source: str, names: Iterable[str]) -> str | None:
    """The first forbidden dotted name that `source` uses, also under an import alias; else None.

    `getattr(torch, "softmax")` with a constant counts. Code that cannot be parsed uses nothing.
    """
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return None
    aliases = USUAL | _aliases(tree)
    forbidden = tuple(names)
    for node in ast.walk(tree):
        used = _dotted(node, aliases)
        if used and (found := _match(used, forbidden)):
            return found
    return None


def _match(used: str, forbidden: tuple[str, ...]) -> str | None:
    for name in forbidden:
        if used == name or (name.endswith(".*") and f"{used}.".startswith(name[:-1])):
            return name.removesuffix(".*")
    return None


def _aliases(tree: ast.AST) -> dict[str, str]:
    found: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                name = alias.name if alias.asname else alias.name.split(".")[0]
                found[alias.asname or name] = name
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                found[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    return found


def _dotted(node: ast.AST, aliases: dict[str, str]) -> str:
    """`F.softmax` as `torch.nn.functional.softmax`; empty where a node is no dotted name."""
    if isinstance(node, ast.Name):
        return aliases.get(node.id, node.id)
    if isinstance(node, ast.Attribute):
        owner = _dotted(node.value, aliases)
        return f"{owner}.{node.attr}" if owner else ""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return _dotted_call(node, aliases)
    if isinstance(node, ast.alias):
        return node.name
    return ""


def _dotted_call(node: ast.Call, aliases: dict[str, str]) -> str:
    assert isinstance(node.func, ast.Name)
    constants = [a.value for a in node.args if isinstance(a, ast.Constant)]
    if node.func.id == "getattr" and len(node.args) > 1 and constants:
        owner = _dotted(node.args[0], aliases)
        return f"{owner}.{constants[0]!s}" if owner else ""
    if node.func.id in ("__import__", "import_module") and constants:
        return str(constants[0])
    return ""
