"""Other correct ways to write the exercises, which lie among the project's tests."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path

from autograder.exercise import Lesson
from autograder.lessons import FOLDERS

VARIANTS_FOLDER = Path("tests", "variants")

Variants = dict[str, tuple[Callable[..., object], ...]]


def variants(lesson: Lesson, root: Path) -> Variants:
    """Each exercise's variants, by its name; empty where the project's tests are not at hand.

    root: the project's folder
    """
    found: Variants = {}
    for path in sorted((root / VARIANTS_FOLDER / FOLDERS[lesson.id]).glob("[!_]*.py")):
        found |= _table(f"variants_{FOLDERS[lesson.id]}_{path.stem}", path)
    return found


def _table(name: str, path: Path) -> Variants:
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} cannot be loaded as a module")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # inspect finds the source of a class through it
    spec.loader.exec_module(module)
    table: Variants = module.VARIANTS
    return table
