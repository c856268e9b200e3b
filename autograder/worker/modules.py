"""Modules beside the notebook: imported by the setup cells, and from the submission's own folder.

The warm parent works in a folder of the assignment's own files. Each submission has a copy of them
in a folder of its own, with what the student handed in beside the notebook.
"""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path
from types import ModuleType


def here_first(elsewhere: str) -> None:
    """Look for modules in the working folder first, as a kernel does, and not in `elsewhere`."""
    sys.path[:] = ["", *(place for place in sys.path if place not in ("", elsewhere))]
    sys.path_importer_cache.pop(elsewhere, None)


def move_modules(files: Path, folder: Path) -> None:
    """Let modules that were imported from `files` find their data and submodules in `folder`."""
    for module in list(sys.modules.values()):
        if isinstance(module, ModuleType):
            with suppress(Exception):  # a stranger's module may be anything
                _move(module, str(files), str(folder))


def _move(module: ModuleType, files: str, folder: str) -> None:
    facts = vars(module)
    name, places = facts.get("__file__"), facts.get("__path__")
    if isinstance(name, str) and name.startswith(f"{files}/"):
        module.__file__ = folder + name.removeprefix(files)
    if isinstance(places, list) and any(place.startswith(f"{files}/") for place in places):
        places[:] = [folder + p.removeprefix(files) if p.startswith(files) else p for p in places]
