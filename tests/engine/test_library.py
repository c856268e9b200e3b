"""What a submission sees of this project: parts to go on with, and no right answer as a text."""

from __future__ import annotations

import marshal
from pathlib import Path
from types import CodeType

import pytest

from autograder.exercise import Exercise
from autograder.given.parts import FIRST_CELL, PARTS, compiled_files
from autograder.lessons import lessons
from autograder.worker.library import make_library


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    library = make_library(tmp_path_factory.mktemp("library") / "it", (), compiled_files())
    paths = (path for path in library.rglob("*") if path.is_file())
    return {path.relative_to(library).as_posix(): path.read_bytes() for path in paths}


def test_no_lesson_judge_or_reference_is_among_it(files: dict[str, bytes]) -> None:
    tops = {name.split("/")[1] for name in files if name.startswith("autograder/")}
    assert tops == {"__init__.py", "given", "py.typed", "wire", "worker"}
    whole = b"\0".join(files.values())
    for lesson in lessons():
        for exercise in lesson.exercises:
            if isinstance(exercise, Exercise):
                assert exercise.reference.encode() not in whole, exercise.name


def test_of_the_course_s_own_answers_there_is_compiled_code(files: dict[str, bytes]) -> None:
    for folder, names in PARTS.items():
        codes = marshal.loads(files[f"autograder/given/{folder}.code"])
        assert set(codes) == {FIRST_CELL, *names}
        assert all(isinstance(code, CodeType) for code in codes.values())
        assert all(str(Path.home()) not in code.co_filename for code in codes.values())
