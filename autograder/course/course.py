"""Where a course keeps its files: nbgrader's folders, and one for the learner at home."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

CONFIG = "nbgrader_config.py"


class NoCourse(LookupError):
    """There is no course here; the message says what to do."""

    def __str__(self) -> str:
        return str(self.args[0])


@dataclass(frozen=True)
class Course:
    """The course in the folder `root`."""

    root: Path

    @property
    def config(self) -> Path:
        """What nbgrader reads."""
        return self.root / CONFIG

    @property
    def my_work(self) -> Path:
        """Where a learner at home works."""
        return self.root / "my-work"

    def source(self, assignment: str) -> Path:
        """The instructor's version of an assignment, with solutions and hidden tests."""
        return self.root / "source" / assignment

    def release(self, assignment: str) -> Path:
        """The learner's version of an assignment."""
        return self.root / "release" / assignment

    @property
    def sources(self) -> tuple[str, ...]:
        """The ids of the assignments that have a source."""
        return _folders(self.root / "source")

    @property
    def releases(self) -> tuple[str, ...]:
        """The ids of the assignments that were released."""
        return _folders(self.root / "release")


def find(start: Path | None = None) -> Course:
    """The course around the folder `start` (the current one without it)."""
    start = (start or Path.cwd()).resolve()
    for folder in (start, *start.parents):
        if (folder / CONFIG).is_file():
            return Course(folder)
    raise NoCourse(f"No {CONFIG} in {start} or above it. Go to the folder of the course first.")


def _folders(parent: Path) -> tuple[str, ...]:
    if not parent.is_dir():
        return ()
    return tuple(sorted(p.name for p in parent.iterdir() if p.is_dir() and p.name[:1] != "."))
