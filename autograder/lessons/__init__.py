"""The lessons: one folder each, found by the name of a lesson or of an exercise."""

from __future__ import annotations

import difflib
import importlib
import traceback
from functools import cache
from pathlib import Path
from types import ModuleType

from autograder.exercise import Essay, Exercise, Lesson, Quiz
from autograder.given.parts import OWN_FILE

FOLDERS = {
    "02-tokenization": "tokenization",
    "03-attention": "attention",
    "04-transformer": "transformer",
    "07-prompting": "prompting",
    "09-fine-tuning": "fine_tuning",
}
"""Assignment id → folder under `autograder/lessons`."""


class UnknownName(LookupError):
    """No lesson or exercise has this name; the message says which come close."""

    def __str__(self) -> str:
        return str(self.args[0])


@cache
def lesson(name: str) -> Lesson:
    """The lesson with the id `name`, such as "03-attention"; "attention" and "03" will do."""
    for id_, folder in FOLDERS.items():
        if name in (id_, folder, id_.split("-")[0]):
            found = _module(folder).LESSON
            assert isinstance(found, Lesson)
            return found
    raise UnknownName(f'There is no lesson "{name}". Lessons: {", ".join(FOLDERS)}.')


def _module(folder: str) -> ModuleType:
    """The lesson's module; raises BadSheet where one of its files cannot be loaded."""
    from autograder.lessons.sheet import BadSheet

    try:
        return importlib.import_module(f"autograder.lessons.{folder}")
    except BadSheet:
        raise
    except Exception as error:
        what = error.msg if isinstance(error, SyntaxError) else str(error)
        raise BadSheet(f"{_place(error, folder)}: {type(error).__name__}: {what}.") from error


def _place(error: Exception, folder: str) -> str:
    """The file and line where a lesson's module failed."""
    frames = traceback.extract_tb(error.__traceback__)
    places = [(f.filename, f.lineno) for f in frames if Path(f.filename).parent.name == folder]
    file, line = places[-1] if places else (folder, None)
    if isinstance(error, SyntaxError):
        file, line = error.filename or file, error.lineno
    if file.startswith(OWN_FILE):
        return f"autograder/lessons/{folder}/reference/{file[len(OWN_FILE) : -1]}.py, line {line}"
    return f"autograder/lessons/{folder}/{Path(file).name}, line {line}"


def lessons() -> tuple[Lesson, ...]:
    """All lessons in order."""
    return tuple(lesson(id_) for id_ in FOLDERS)


def exercise(name: str) -> tuple[Lesson, Exercise | Quiz | Essay]:
    """The exercise called `name` and its lesson. Names are unique over the course."""
    for id_ in likely_first(name):
        for found in lesson(id_).exercises:
            if found.name == name:
                return lesson(id_), found
    raise UnknownName(_unknown(name))


def likely_first(name: str) -> list[str]:
    """The lessons' ids, those whose files write `name` in quotes first.

    A lesson's files import the libraries that it compares with, which takes seconds: a notebook's
    first check must not wait for those of other lessons.
    """
    return sorted(FOLDERS, key=lambda id_: not _mentions(FOLDERS[id_], name))


def _mentions(folder: str, name: str) -> bool:
    files = (Path(__file__).parent / folder).glob("*.py")
    return any(f'"{name}"' in file.read_text("utf-8") for file in files)


def _unknown(name: str) -> str:
    names = [found.name for each in lessons() for found in each.exercises]
    close = difflib.get_close_matches(name, names, n=1)
    hint = f'Did you mean "{close[0]}"?' if close else "Keep the name that the stub has."
    return f'No exercise is called "{name}". {hint}'
