"""Where an nbgrader course keeps things, as its own configuration says."""

from __future__ import annotations

import os
import re
import stat
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

MAX_SMALL = 4096
"""Bytes of a submission's timestamp or secret; nbgrader writes at most 128."""
MODE = 0o644
"""Permissions of the files written for students and graders."""
CONFIG, SHARED = "nbgrader_config", "jupyter_config"
"""Names of configuration files: nbgrader's, and that of all of Jupyter's programs."""
SQLITE = "sqlite:///"
SECRET = re.compile(r"[0-9A-Za-z]{16,256}\Z")


class UnsafeName(ValueError):
    """A student, assignment or notebook name that would lead out of its folder."""


@dataclass(frozen=True)
class Place:
    """A course folder, with nbgrader's own idea of where its parts are."""

    root: Path
    directory: Any  # nbgrader.coursedir.CourseDirectory
    config: Any  # traitlets.config.Config
    changed: int = 0
    """Another number where the course's own configuration is another."""

    @property
    def database(self) -> str:
        """URL of the gradebook."""
        return str(self.directory.db_url)

    @property
    def file(self) -> Path | None:
        """The file of an SQLite gradebook; None where the course uses another database."""
        if not self.database.startswith(SQLITE):
            return None
        return self.root / self.database.removeprefix(SQLITE)

    @property
    def cell_s(self) -> float | None:
        """Seconds that nbgrader gives a cell (30 by default); None where they have no limit."""
        from nbgrader.preprocessors import Execute

        seconds = Execute(config=self.config).timeout
        return float(seconds) if seconds and seconds > 0 else None

    @property
    def course_id(self) -> str:
        """Name of the course, as nbgrader's commands take it from the configuration."""
        return str(self.directory.course_id)

    def folder(self, step: str, student: str, assignment: str) -> Path:
        """Folder of one step ("submitted", "autograded", "feedback", ...) for one student."""
        named = getattr(self.directory, f"{step}_directory")
        path = self.directory.format_path(named, checked(student), checked(assignment))
        return Path(os.path.normpath(path))

    def own_folder(self, step: str, assignment: str) -> Path:
        """Folder of the instructor's "source" or "release" of an assignment."""
        named = getattr(self.directory, f"{step}_directory")
        path = self.directory.format_path(named, ".", checked(assignment))
        return Path(os.path.normpath(path))

    def notebooks(self, assignment: str) -> tuple[str, ...]:
        """Names of the assignment's notebooks, from its source or else its release."""
        for step in ("source", "release"):
            folder = self.own_folder(step, assignment)
            if found := sorted(path.stem for path in folder.glob("*.ipynb")):
                return tuple(found)
        return ()


def place(course: Path) -> Place:
    """The course in the folder `course`, with or without an nbgrader_config.py."""
    root = course.resolve()
    own = tuple(path.stat().st_mtime_ns for path in _files(root, CONFIG) if path.exists())
    return _place(root, hash(own))


@lru_cache(maxsize=16)
def _place(root: Path, changed: int) -> Place:
    from nbgrader.coursedir import CourseDirectory

    config = _config(root)
    return Place(root, CourseDirectory(config=config, root=str(root)), config, changed)


def _config(root: Path) -> Any:
    """The configuration from every place that nbgrader reads, the course's own last.

    Source: `JupyterApp.load_config_file` and `NbGrader.initialize`.
    """
    from jupyter_core.paths import jupyter_config_path
    from traitlets.config.loader import Config, JSONFileConfigLoader, PyFileConfigLoader

    shared = [Path(folder) for folder in reversed(jupyter_config_path())]
    files = [
        path for name in (SHARED, CONFIG) for folder in shared for path in _files(folder, name)
    ]
    config = Config()
    with _modules_from(root):
        for path in (*files, *_files(root, CONFIG)):
            if path.is_file():
                kind = PyFileConfigLoader if path.suffix == ".py" else JSONFileConfigLoader
                config.merge(kind(path.name, path=str(path.parent)).load_config())
    return config


def _files(folder: Path, name: str) -> list[Path]:
    return [folder / f"{name}.py", folder / f"{name}.json"]


@contextmanager
def _modules_from(folder: Path) -> Iterator[None]:
    """Let a configuration import modules that lie beside it, as nbgrader does."""
    sys.path.insert(0, str(folder))
    try:
        yield
    finally:
        sys.path.remove(str(folder))


def students_with(place: Place, assignment: str) -> tuple[tuple[str, Path], ...]:
    """Students who handed something in for an assignment, and where; links count, unfollowed."""
    pattern = str(place.folder("submitted", "@student@", assignment))
    parent, _, rest = pattern.partition("@student@")
    students = sorted(p.name for p in Path(parent).iterdir()) if Path(parent).is_dir() else []
    found = [(s, Path(f"{parent}{s}{rest}")) for s in students if not s.startswith(".")]
    return tuple((student, folder) for student, folder in found if os.path.lexists(folder))


def checked(name: str) -> str:
    """`name` itself; raises UnsafeName where it is no plain file name."""
    if name in ("", ".", "..") or "\x00" in name or "/" in name or os.sep in name:
        raise UnsafeName(f"{name!r} cannot name a folder of the course.")
    return name


def small_file(path: Path) -> str:
    """The text of a small ordinary file, never through a link; empty where there is none."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        with os.fdopen(os.open(path, flags), "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                return ""
            return file.read(MAX_SMALL).decode("utf-8", "replace").strip()
    except OSError:
        return ""


def secret_of(submission: Path) -> str:
    """The secret under which `nbgrader release_feedback` hands feedback out, or nothing."""
    found = small_file(submission / "submission_secret.txt")
    return found if SECRET.match(found) else ""


def write_whole(path: Path, text: str) -> None:
    """Put `text` at `path` in one step: a crash leaves the old file or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".writing-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        Path(name).chmod(MODE)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
