"""A course in a temporary folder for the corpus: secrets to guard, a neighbour, the attackers."""

from __future__ import annotations

import hashlib
import secrets
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from autograder.course.notebook import dumps, write
from autograder.course.rebuild import replace_answer
from autograder.proof.attacks.attack import COURSE, HOME, MARK, Attack, Handed
from autograder.proof.attacks.target import SECRETS, Target, bare_target, lesson_target

NEIGHBOURS = ("a-neighbour", "neighbour", "zz-neighbour")
"""Honest students before, among and after the attackers."""
OWN = (".autograder", "autograded", "feedback", "gradebook-backups", "gradebook.db")
"""What grading itself writes into a course."""
MARKED_PLACES = ("/tmp", "/var/tmp", "/dev/shm")
"""Where a file with the mark is looked for, beside the course and the home folders."""


@dataclass(frozen=True)
class Stage:
    """One course ready to be graded.

    `words` are the secrets, by what they guard; `mark` begins the name of all that attacks leave.
    """

    root: Path
    home: Path
    target: Target
    words: dict[str, str]
    mark: str
    attacks: tuple[Attack, ...]

    def student(self, attack: Attack) -> str:
        """The student who hands an attack in."""
        return attack.student or attack.name

    def folder(self, student: str, step: str = "submitted") -> Path:
        """Where a student's files are."""
        return self.root / step / student / self.target.assignment

    def students(self) -> tuple[tuple[str, Path], ...]:
        """Everyone with a folder, as the engine wants them."""
        names = [*NEIGHBOURS, *(self.student(attack) for attack in self.attacks)]
        return tuple((name, self.folder(name)) for name in sorted(names))

    def text(self, template: str, attack: str) -> str:
        """A change's text with the names of this stage put in."""
        named = {COURSE: str(self.root), HOME: str(self.home), MARK: f"{self.mark}-{attack}"}
        for name, value in named.items():
            template = template.replace(name, value)
        return template


def words() -> dict[str, str]:
    """A new secret word for everything that is guarded."""
    return {name: f"secret-{name}-{secrets.token_hex(8)}" for name in SECRETS}


def make(folder: Path, attacks: Iterable[Attack], course: str) -> Stage:
    """Build the course and hand everything in."""
    guarded = words()
    target = (lesson_target if course == "lesson" else bare_target)(guarded)
    stage = Stage(
        root=folder / "course",
        home=folder / "home",
        target=target,
        words=guarded,
        mark=f"attack-{secrets.token_hex(6)}",
        attacks=tuple(attack for attack in attacks if attack.course == course),
    )
    _guard(stage)
    for neighbour in NEIGHBOURS:
        _hand_in(stage, neighbour, handed_by(stage))
    for attack in stage.attacks:
        _hand_in(stage, stage.student(attack), changed(stage, attack))
    return stage


def _guard(stage: Stage) -> None:
    """The course's own files, and a private one in the home folder."""
    for step, notebook in (("source", stage.target.master), ("release", stage.target.release)):
        place = stage.root / step / stage.target.assignment
        place.mkdir(parents=True)
        write(notebook, place / f"{stage.target.name}.ipynb")
    (stage.root / "nbgrader_config.py").write_text(
        "c = get_config()\nc.CourseDirectory.course_id = 'attacked'\n", encoding="utf-8"
    )
    stage.home.mkdir()
    (stage.home / "private.txt").write_text(stage.words["home"], encoding="utf-8")


def handed_by(stage: Stage) -> Handed:
    """An honest submission: the released notebook with right answers."""
    notebook = stage.target.release
    for name, source in stage.target.models.items():
        notebook = replace_answer(notebook, name, source)
    return Handed(notebook, f"{stage.target.name}.ipynb")


def changed(stage: Stage, attack: Attack) -> Handed:
    """The honest submission after an attack's changes."""
    handed = handed_by(stage)
    for change in attack.changes:
        handed = change(handed)
    cells = [
        {**cell, "source": stage.text(cell["source"], attack.name)}
        for cell in handed.notebook["cells"]
    ]
    links = {name: stage.text(place, attack.name) for name, place in handed.links.items()}
    return replace(handed, notebook={**handed.notebook, "cells": cells}, links=links)


def _hand_in(stage: Stage, student: str, handed: Handed) -> None:
    folder = stage.folder(student)
    folder.mkdir(parents=True)
    if handed.name:
        data = handed.raw if handed.raw is not None else _bytes(handed, stage, student)
        (folder / handed.name).write_bytes(data)
    for name, content in handed.files.items():
        (folder / name).write_bytes(content)
    for name, place in handed.links.items():
        (folder / name).symlink_to(place)
    (folder / "timestamp.txt").write_text(handed.timestamp, encoding="utf-8")


def _bytes(handed: Handed, stage: Stage, student: str) -> bytes:
    """The notebook file; the neighbour's holds a word that nobody else may read."""
    if student != "neighbour":
        return dumps(handed.notebook).encode()
    return dumps({**handed.notebook, "metadata": {"note": stage.words["neighbour"]}}).encode()


def snapshot(stage: Stage) -> dict[str, str]:
    """Digests of everything that no submission may change."""
    found: dict[str, str] = {}
    for base in (stage.root, stage.home):
        for path in sorted(base.rglob("*")):
            name = path.relative_to(base).as_posix()
            if name.split("/")[0] not in OWN or base == stage.home:
                found[f"{base.name}/{name}"] = _digest(path)
    return found


def _digest(path: Path) -> str:
    if path.is_symlink() or not path.is_file():
        return "no file"
    return hashlib.sha256(path.read_bytes()).hexdigest()


def left_behind(stage: Stage) -> tuple[str, ...]:
    """Files and processes that carry the mark."""
    import site

    places = [Path(name) for name in (*MARKED_PLACES, *site.getsitepackages())]
    deep = [stage.root, stage.home, Path.home() / ".ipython"]
    files = [p for place in places if place.is_dir() for p in place.glob(f"*{stage.mark}*")]
    files += [p for place in deep if place.is_dir() for p in place.rglob(f"*{stage.mark}*")]
    files += list(Path.home().glob(f"*{stage.mark}*"))
    return (*map(str, files), *_processes(stage.mark))


def _processes(mark: str) -> Iterator[str]:
    """Processes that carry the mark in their command line; Linux only."""
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            command = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode("latin-1")
            if mark in command:
                yield f"process {process.name}"


@contextmanager
def temporary() -> Iterator[Path]:
    """A folder of our own that is gone afterwards."""
    import tempfile

    folder = Path(tempfile.mkdtemp(prefix="attacks-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def settle(stage: Stage) -> Any:
    """Make the gradebook before the attackers come, with a secret in it."""
    from autograder.records import database, rows
    from autograder.records import place as places

    with database.transaction(places.place(stage.root), 30.0) as connection:
        rows._put(
            connection,
            "student",
            {"id": "a-neighbour"},
            {"last_name": stage.words["gradebook"]},
        )
