"""Imports run one way, as the drawing below has it."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "autograder"
WORDS = {"wire", "exercise", "result"}
"""What all parts share."""
ALLOWED: dict[str, set[str]] = {
    "wire": set(),
    "result": set(),
    "exercise": {"wire"},
    "lessons": {"exercise", "wire", "given"},
    "given": {"worker"},
    "judge": {"exercise", "wire"},
    "worker": {"wire"},
    "course": {*WORDS, "lessons"},
    "records": {*WORDS, "course", "lessons"},
    "checking": {*WORDS, "judge", "lessons", "course", "worker", "records", "given"},
    "engine": {*WORDS, "judge", "lessons", "course", "worker", "given", "checking"},
}
"""A part of the package, and the parts it may import. `checking` joins a lesson to a student.
What is not named here (`cli` and its verbs) may import every part, and no part may import it."""


def imports(path: Path) -> Iterator[str]:
    """The modules that a file imports, wherever in it the import stands."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} has a relative import"
            names = {f"{node.module}.{alias.name}" for alias in node.names}
            yield from names if node.module == "autograder" else {str(node.module)}


def module_of(path: Path) -> str:
    """`autograder.judge.card` for its file, `autograder.judge` for the folder's."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def part(module: str) -> str:
    """The part of the package that a module belongs to: `judge` for `autograder.judge.card`."""
    return module.split(".")[1] if module.startswith("autograder.") else ""


def files(name: str) -> list[Path]:
    single = PACKAGE / f"{name}.py"
    return [single] if single.exists() else sorted((PACKAGE / name).rglob("*.py"))


@pytest.mark.parametrize("name", [n for n in ALLOWED if files(n)])
def test_a_part_imports_only_what_stands_before_it(name: str) -> None:
    wrong = {
        f"{path.relative_to(ROOT)} imports {module}"
        for path in files(name)
        for module in imports(path)
        if part(module) and part(module) not in ALLOWED[name] | {name}
    }
    assert wrong == set()


def test_the_small_world_knows_nothing_of_the_autograder() -> None:
    wrong = {
        f"{path.relative_to(ROOT)} imports {module}"
        for path in sorted((ROOT / "tinyworld").rglob("*.py"))
        for module in imports(path)
        if module.split(".")[0] == "autograder"
    }
    assert wrong == set()


def test_the_drawing_has_no_circle() -> None:
    done: set[str] = set()
    while ready := {name for name, uses in ALLOWED.items() if name not in done and uses <= done}:
        done |= ready
    assert done == set(ALLOWED)


def test_no_two_files_import_each_other() -> None:
    modules = {
        module_of(path): path for path in PACKAGE.rglob("*.py") if "reference" not in path.parts
    }
    uses = {name: set(imports(path)) for name, path in modules.items()}
    pairs = {(a, b) for a, found in uses.items() for b in found if a in uses.get(b, ()) and a < b}
    assert pairs == set()


def test_the_worker_names_no_module_above_it() -> None:
    """Not even as a text: what is loaded by name is named in the request."""
    above = re.compile(r"autograder\.(?!worker\b|wire\b)\w+")
    named = {
        f"{path.name}: {found[0]}"
        for path in files("worker")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        for found in above.finditer(node.value)
    }
    assert named == set()


def test_the_command_line_starts_without_torch() -> None:
    """Importing torch takes seconds: it waits until something needs it."""
    heavy = "{'torch', 'transformers', 'sklearn', 'matplotlib'}"
    code = f"import sys, autograder, autograder.cli; assert not {heavy} & set(sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
