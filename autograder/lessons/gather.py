"""A lesson, gathered from the modules of its folder: each holds exercises, questions or an essay.

The folder has the name of the notebook, and of the lesson's module in `autograder.given`.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from autograder.exercise import Essay, Exercise, Lesson, Quiz
from autograder.lessons.sheet import BadSheet, compiles, short, text_of

FIRST_CELL = "reference/first_cell.py"
"""What of a notebook's first cell the answers use, in the folder of its lesson."""


def gathered(package: str, *, id: str, title: str, order: str) -> Lesson:
    """The lesson of a folder.

    package: the `__file__` of the folder's package
    order: the names of all its exercises, as the notebook has them
    raises: BadSheet where the files and names do not fit together
    """
    folder = Path(package).parent
    where = f"autograder/lessons/{folder.name}"
    first_cell = f"{where}/{FIRST_CELL}"
    imports = text_of(folder / FIRST_CELL, first_cell)
    compiles(first_cell, imports)
    found: dict[str, Exercise | Quiz | Essay] = {}
    for item in _items(folder):
        if found.setdefault(item.name, item) is not item:
            raise BadSheet(f"{id}: two exercises of its folder are called {item.name}.")
    names = order.split()
    if twice := [name for name, count in Counter(names).items() if count > 1]:
        raise BadSheet(f"{id}: its order names {twice[0]} more than once.")
    if names and set(names) != set(found):
        apart = short(", ".join(sorted(set(names) ^ set(found))))
        raise BadSheet(f"{id}: only its order, or only a module of its folder, has {apart}.")
    for path in strays(folder, {e.name for e in found.values() if isinstance(e, Exercise)}):
        raise BadSheet(f"{where}/{path} belongs to no exercise. Name it after one, or remove it.")
    return Lesson(
        id=id,
        notebook=folder.name,
        title=title,
        exercises=tuple(found[name] for name in names),
        imports=tuple(imports.splitlines()),
        given=f"autograder.given.{folder.name}",
    )


def strays(folder: Path, exercises: set[str]) -> list[str]:
    """The sheets and references in a lesson's folder that belong to no exercise with code."""
    known = {
        FIRST_CELL,
        *(f"{e}.txt" for e in exercises),
        *(f"reference/{e}.py" for e in exercises),
    }
    paths = (*folder.glob("[!.]*.txt"), *folder.glob("reference/[!.]*.py"))
    return sorted({path.relative_to(folder).as_posix() for path in paths} - known)


def _items(folder: Path) -> Iterator[Exercise | Quiz | Essay]:
    """The exercises, questions and essays that stand at the top level of a folder's modules."""
    for module in pkgutil.iter_modules([str(folder)]):
        names = vars(importlib.import_module(f"autograder.lessons.{folder.name}.{module.name}"))
        for value in names.values():
            for item in value if isinstance(value, tuple) else (value,):
                if isinstance(item, Exercise | Quiz | Essay):
                    yield item
