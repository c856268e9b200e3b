"""Finding what a learner at home works on."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from autograder.checking import DEFAULT_SEED, SEED_VARIABLE
from autograder.course import course
from autograder.course.course import Course
from autograder.course.notebook import Notebook, read
from autograder.course.rebuild import rebuild, with_hidden_tests
from autograder.exercise import Lesson
from autograder.result import Finding

SEED_FILE = "grading-seed"


@dataclass(frozen=True)
class Work:
    """A learner's notebook: the file, what is in it, and the notebook to run in its place."""

    lesson: Lesson
    path: Path
    submitted: Notebook
    released: Notebook | None
    to_run: Notebook
    findings: tuple[Finding, ...]
    files: tuple[Path, ...]
    """Folders whose files the notebook may read, the course's first."""


def course_or_none(start: Path | None = None) -> Course | None:
    """The course around the folder `start`, or None: a notebook can be checked anywhere."""
    try:
        return course.find(start)
    except course.NoCourse:
        return None


def notebook_path(lesson: Lesson, given: str | None, home: Course | None) -> Path:
    """The learner's notebook: the one given, else in this folder, else in my-work."""
    if given:
        return Path(given)
    name = f"{lesson.notebook}.ipynb"
    places = [Path(name), Path(lesson.id, name), Path("my-work", lesson.id, name)]
    if home is not None:
        places.append(home.my_work / lesson.id / name)
    for place in places:
        if place.is_file() and "source" not in place.resolve().parts[-3:-1]:
            return place
    raise course.NoCourse(
        f"There is no {name} here or in my-work/{lesson.id}. "
        f"Go to its folder, or name it: autograder check {lesson.id} --notebook FILE"
    )


def work(lesson: Lesson, path: Path, home: Course | None) -> Work:
    """Read a learner's notebook and put its answers into the course's own.

    Where no release is at hand, the learner's notebook itself gets the hidden tests.
    """
    submitted = read(path)
    release = home.release(lesson.id) / f"{lesson.notebook}.ipynb" if home is not None else None
    if release is None or not release.is_file():
        to_run = with_hidden_tests({**submitted, "cells": _untagged(submitted)})
        return Work(lesson, path, submitted, None, to_run, (), (path.parent,))
    released = read(release)
    rebuilt = rebuild(with_hidden_tests(released), released, submitted)
    folders = (release.parent, path.parent)
    return Work(lesson, path, submitted, released, rebuilt.notebook, rebuilt.findings, folders)


def _untagged(notebook: Notebook) -> list[dict[str, object]]:
    """Cells that carry nothing but their source and nbgrader's facts: no tag skips one."""
    return [
        {**cell, "metadata": {k: v for k, v in cell["metadata"].items() if k == "nbgrader"}}
        for cell in notebook["cells"]
    ]


def grading_seed(home: Course | None) -> str:
    """The seed hidden tests draw from, as nbgrader_config.py has it."""
    file = home.root / SEED_FILE if home is not None else None
    kept = file.read_text(encoding="utf-8").strip() if file and file.is_file() else DEFAULT_SEED
    return os.environ.get(SEED_VARIABLE, kept)
