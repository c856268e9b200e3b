"""A lesson, gathered from the modules of its folder: each holds exercises, questions or an essay.

The folder has the name of the notebook, and of the lesson's module in `autograder.given`.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from pathlib import Path

from autograder.exercise import Essay, Exercise, Lesson, Quiz
from autograder.lessons.sheet import BadSheet


def gathered(package: str, *, id: str, title: str, order: str) -> Lesson:
    """The lesson of a folder.

    package: the `__file__` of the folder's package
    order: the names of all its exercises, as the notebook has them
    raises: BadSheet where `order` and the modules name different exercises
    """
    folder = Path(package).parent
    found = {item.name: item for item in _items(folder)}
    if (names := order.split()) and set(names) != set(found):
        apart = ", ".join(sorted(set(names) ^ set(found)))
        raise BadSheet(f"{id}: only its order, or only a module of its folder, has {apart}.")
    first_cell = folder / "reference" / "first_cell.py"
    return Lesson(
        id=id,
        notebook=folder.name,
        title=title,
        exercises=tuple(found[name] for name in names),
        imports=tuple(first_cell.read_text(encoding="utf-8").splitlines()),
        given=f"autograder.given.{folder.name}",
    )


def _items(folder: Path) -> Iterator[Exercise | Quiz | Essay]:
    """The exercises, questions and essays that stand at the top level of a folder's modules."""
    for module in pkgutil.iter_modules([str(folder)]):
        names = vars(importlib.import_module(f"autograder.lessons.{folder.name}.{module.name}"))
        for value in names.values():
            for item in value if isinstance(value, tuple) else (value,):
                if isinstance(item, Exercise | Quiz | Essay):
                    yield item
