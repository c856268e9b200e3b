"""The folder of Python modules that a submission sees in place of this package."""

from __future__ import annotations

import importlib.util
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from autograder.worker import stub

PACKAGE = Path(__file__).resolve().parents[1]
SHOWN = ("wire", "py.typed", "given", "worker")
"""What of this package is there: the given parts, and what carries calls in and values out."""
REPLACED = {"__init__.py": stub}
"""What stands in place of a file of this package."""
WORLD = "tinyworld"
CACHE = "cache"
"""The folder for copies of what the course has downloaded, such as the encoder of lesson 09."""
LIBRARIES = ("torch", "torch._dynamo", "transformers", "matplotlib.pyplot")
"""What the warm parent imports before the first fork: in a child each would cost a second."""


KERNEL = "ipykernel.zmqshell"
"""The module by which libraries know that they run in a notebook."""


def make_library(
    folder: Path, downloads: Sequence[Path] = (), more: Mapping[str, bytes] | None = None
) -> Path:
    """Copy into `folder` what a submission may import of this project; returns the folder.

    Lessons, judge, records and the course itself are not among it. `downloads` are copied too: a
    submission reads them, and whatever it could do to them, the originals stay as they are. `more`
    holds other files of the package by their path in it.
    """
    package = folder / "autograder"
    package.mkdir(parents=True)
    for name in SHOWN:
        _copy(PACKAGE / name, package / name)
    for name, module in REPLACED.items():
        shutil.copyfile(str(module.__file__), package / name)
    for name, data in (more or {}).items():
        (package / name).write_bytes(data)
    if (world := world_folder()) is not None:
        _copy(world, folder / WORLD)
    for download in downloads:
        _copy(download, folder / CACHE / download.name)
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    return folder


def world_folder() -> Path | None:
    """Where the small world and its models are installed, if they are."""
    found = importlib.util.find_spec(WORLD)
    return Path(found.origin).parent if found and found.origin else None


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
    elif source.exists():
        shutil.copyfile(source, target)
