"""From source/ to release/: nbgrader's own conversion, and a refusal to leak.

Run as `python -m autograder.course.build`. Reproducible: the same source gives the same bytes.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from autograder.course.checks import problems
from autograder.course.course import Course, NoCourse, find
from autograder.course.leaks import leaks, leaks_in_file
from autograder.course.notebook import Notebook, UnreadableNotebook, read
from autograder.exercise import Lesson
from autograder.lessons.sheet import BadSheet

IGNORED = (
    ".ipynb_checkpoints", "__pycache__", "*.pyc", ".DS_Store", "Untitled*.ipynb",
    "*~", ".*.sw?", ".#*", "#*#",
)  # fmt: skip
"""Names of what programs leave in a folder of source/: it is not released."""


class CannotBuild(Exception):
    """The source is not fit to be released; `problems` says why, in whole sentences."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


@dataclass(frozen=True)
class Built:
    """What was built: files of release/ by their path in it, and those that were changed."""

    files: dict[str, bytes]
    changed: tuple[str, ...]


def build(course: Course, lessons: Sequence[Lesson], *, write: bool = True) -> Built:
    """Make release/ from source/ for the given lessons; raises CannotBuild and changes nothing.

    With `write=False` it only says what would change.
    """
    files = release_files(course, lessons)
    kept = {p: p.read_bytes() for p in (course.root / "release").rglob("*") if p.is_file()}
    before = {p.relative_to(course.root / "release").as_posix(): b for p, b in kept.items()}
    changed = sorted(n for n in {*files, *before} if files.get(n) != before.get(n))
    _refuse(_in_the_way(course.root, files))
    if write:
        _write(course.root / "release", files, changed)
    return Built(files, tuple(changed))


def release_files(course: Course, lessons: Sequence[Lesson]) -> dict[str, bytes]:
    """Every file of release/ by its path in it; raises CannotBuild."""
    _refuse(_strangers(course, lessons))
    _refuse([p for lesson in lessons for p in _strays(course, lesson)])
    sources = {lesson.id: _source(course, lesson) for lesson in lessons}
    _refuse([p for lesson in lessons for p in problems(lesson, sources[lesson.id])])
    with _converted(course, [lesson.id for lesson in lessons]) as made:
        _refuse(
            [p for each in lessons for p in _leaks(each, sources[each.id], made.release(each.id))]
        )
        root = made.root / "release"
        paths = sorted(path for path in root.rglob("*") if path.is_file())
        return {path.relative_to(root).as_posix(): path.read_bytes() for path in paths}


def _refuse(sentences: Sequence[str]) -> None:
    if sentences:
        raise CannotBuild(sentences)


def _strangers(course: Course, lessons: Sequence[Lesson]) -> list[str]:
    known = {lesson.id for lesson in lessons}
    return [
        f"source/{name} is no lesson: add it to FOLDERS in autograder/lessons, or move it away."
        for name in course.sources
        if name not in known
    ]


def _strays(course: Course, lesson: Lesson) -> Iterator[str]:
    """A sentence for every link, and every notebook but the lesson's own."""
    folder = course.source(lesson.id)
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        where = path.relative_to(course.root).as_posix()
        if any(_is_ignored(part) for part in parts):
            continue
        if path.is_symlink():
            yield f"{where} is a link. Put the file itself there, or remove it."
        elif path.suffix == ".ipynb" and parts != (f"{lesson.notebook}.ipynb",):
            yield f"{where} is no notebook of the lesson. Move it out of source/."


def _is_ignored(name: str) -> bool:
    return any(fnmatch(name, pattern) for pattern in IGNORED)


def _in_the_way(root: Path, files: Iterable[str]) -> list[str]:
    """A sentence for each file where a folder must be, and for each folder where a file must be."""
    paths = {root / "release" / name for name in files}
    folders = {folder for path in paths for folder in path.parents if root in folder.parents}
    wrong = [
        *(path for path in folders if path.exists() and not path.is_dir()),
        *(path for path in paths if path.is_dir()),
    ]
    return [f"{path.relative_to(root).as_posix()} is in the way. Remove it." for path in wrong]


def _source(course: Course, lesson: Lesson) -> Notebook:
    try:
        return read(course.source(lesson.id) / f"{lesson.notebook}.ipynb")
    except UnreadableNotebook as error:
        raise CannotBuild([f"source/{lesson.id}: {error}"]) from None


def _leaks(lesson: Lesson, source: Notebook, folder: Path) -> list[str]:
    notebook = folder / f"{lesson.notebook}.ipynb"
    others = [path for path in sorted(folder.rglob("*")) if path.is_file() and path != notebook]
    return [
        *leaks(lesson, source, read(notebook)),
        *(p for path in others for p in leaks_in_file(path.name, _text(path), source)),
    ]


def _text(path: Path) -> str:
    return path.read_bytes().decode("utf-8", "replace")


@contextmanager
def _converted(course: Course, assignments: Sequence[str]) -> Iterator[Course]:
    """A temporary course where nbgrader made the release."""
    with tempfile.TemporaryDirectory(prefix="release-") as folder:
        copy = Course(Path(folder).resolve())
        config = load_config(course)
        for assignment in assignments:
            ignored = shutil.ignore_patterns(*IGNORED)
            shutil.copytree(course.source(assignment), copy.source(assignment), ignore=ignored)
            _convert(copy, assignment, config)
        yield copy


def load_config(course: Course) -> Any:
    """The configuration in nbgrader_config.py, as nbgrader reads it."""
    from traitlets.config.loader import PyFileConfigLoader

    return PyFileConfigLoader(course.config.name, path=str(course.root)).load_config()


def _convert(course: Course, assignment: str, config: Any) -> None:
    """Run nbgrader's GenerateAssignment without a gradebook: nothing is saved but the files."""
    from nbgrader.converters import GenerateAssignment
    from nbgrader.converters.base import NbGraderException
    from nbgrader.coursedir import CourseDirectory
    from nbgrader.preprocessors import SaveCells
    from traitlets.log import get_logger

    folder = CourseDirectory(root=str(course.root), config=config, assignment_id=assignment)
    converter = GenerateAssignment(coursedir=folder, config=config, no_database=True)
    converter.preprocessors = [each for each in converter.preprocessors if each is not SaveCells]
    get_logger().setLevel("ERROR")
    try:
        converter.start()
    except (NbGraderException, SystemExit) as error:
        raise CannotBuild([f"nbgrader cannot convert source/{assignment}: {error}"]) from error


def _write(release: Path, files: dict[str, bytes], changed: Sequence[str]) -> None:
    for name in changed:
        path = release / name
        whole = path.with_name(f".{path.name}.new")
        try:
            if name not in files:
                path.unlink()
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            whole.write_bytes(files[name])
            whole.replace(path)
        except OSError as error:
            with suppress(OSError):
                whole.unlink()
            raise CannotBuild([f"release/{name} cannot be written: {error.strerror}."]) from None


def main() -> int:
    """Build the course around the current folder, and say what changed."""
    from autograder.lessons import lessons

    try:
        built = build(find(), lessons())
    except (CannotBuild, NoCourse, BadSheet) as error:
        print(error, file=sys.stderr)
        print("Nothing was released. Mend this and run make build again.")
        return 1
    for name in built.changed:
        print(f"release/{name} {'written' if name in built.files else 'removed'}")
    print(f"release/ is what source/ gives: {len(built.files)} files.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
