"""What no committed file may hold."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.house import tree
from tests.house.tree import ROOT

BINARY = (".png", ".jpg", ".gif", ".safetensors", ".bin", ".npz", ".pt", ".woff2", ".gz", ".xz")
MACHINE = re.compile(
    r"(?<![\w.~])/(?:work|root|opt)/\w|" + "files\\." + "pythonhosted|pypi\\." + "org/simple"
)
"""A path of somebody's machine, or the host of a package registry."""


def tracked() -> list[Path]:
    return [ROOT / name for name in tree.names(untracked=False)]


def test_no_file_names_a_machine_or_a_registry() -> None:
    found = []
    for path in tracked():
        if path.suffix not in BINARY and path != Path(__file__).resolve():
            text = path.read_text(encoding="utf-8", errors="replace")
            found += [f"{path.relative_to(ROOT)}: {m[0]}" for m in MACHINE.finditer(text)]
    assert found == []


def notebooks() -> list[Path]:
    return [path for path in tracked() if path.suffix == ".ipynb"]


def test_there_are_notebooks() -> None:
    assert len(notebooks()) >= 2


@pytest.mark.parametrize("path", notebooks(), ids=lambda path: str(path.relative_to(ROOT)))
def test_no_notebook_has_outputs(path: Path) -> None:
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        assert not cell.get("outputs")
        assert cell.get("execution_count") is None


def test_nothing_of_a_class_or_a_learner_is_committed() -> None:
    private = ("gradebook.db", "grading-seed", "submitted", "autograded", "feedback", "my-work")
    tops = {path.relative_to(ROOT).parts[0] for path in tracked()}
    assert tops & set(private) == set()
