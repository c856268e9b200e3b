"""make build: source/ to release/, the same bytes every time, and never a leak."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from autograder.course.build import CannotBuild, build, main
from autograder.course.checks import problems
from autograder.course.course import Course
from autograder.course.leaks import leaks
from autograder.course.notebook import cells, read, write
from autograder.exercise import Exercise, Lesson
from autograder.lessons.sheet import BadSheet
from tests.house import small
from tests.house.small import LESSON

NAME = "90-small/small.ipynb"


@pytest.fixture
def course(tmp_path: Path) -> Course:
    return small.course(tmp_path)


def released(course: Course) -> dict[str, Any]:
    return read(course.root / "release" / NAME)


def test_builds_the_learner_s_version(course: Course) -> None:
    built = build(course, [LESSON])
    sources = {cell.id: cell.source for cell in cells(released(course))}
    assert sources["double"] == (
        'def double(x):\n    """Twice `x`."""\n'
        "    # YOUR CODE HERE\n    raise NotImplementedError()"
    )
    assert sources["double-test"] == "check(double)"
    assert sources["quiz-two"] == 'quiz_two = None  # replace None by "A" or "B"'
    assert sources["double-why"] == "YOUR ANSWER HERE"
    assert built.changed == ("90-small/dots.svg", NAME)


def test_ids_and_points_stay(course: Course) -> None:
    build(course, [LESSON])
    before, after = cells(small.source()), cells(released(course))
    assert [(c.id, c.grade_id, c.points) for c in after] == [
        (c.id, c.grade_id, c.points) for c in before
    ]


def test_the_same_source_gives_the_same_bytes_in_any_folder(tmp_path: Path) -> None:
    first = build(small.course(tmp_path / "a"), [LESSON])
    second = build(small.course(tmp_path / "some where" / "else"), [LESSON])
    assert first.files == second.files


def test_says_what_would_change_and_writes_nothing(course: Course) -> None:
    build(course, [LESSON])
    (course.release(LESSON.id) / "dots.svg").unlink()
    (course.release(LESSON.id) / "stale.txt").write_text("old")
    would = build(course, [LESSON], write=False)
    assert would.changed == ("90-small/dots.svg", "90-small/stale.txt")
    assert not (course.release(LESSON.id) / "dots.svg").exists()
    assert build(course, [LESSON]).changed == would.changed
    assert build(course, [LESSON]).changed == ()


def test_leaves_the_instructor_s_gradebook_alone(course: Course) -> None:
    gradebook = course.root / "gradebook.db"
    gradebook.write_bytes(b"the instructor's")
    config = course.config.read_text() + f'\nc.CourseDirectory.db_url = "sqlite:///{gradebook}"\n'
    course.config.write_text(config)
    build(course, [LESSON])
    assert gradebook.read_bytes() == b"the instructor's"


def cell(notebook: dict[str, Any], id_: str) -> dict[str, Any]:
    return next(c for c in notebook["cells"] if c["id"] == id_)


def facts(notebook: dict[str, Any], id_: str) -> dict[str, Any]:
    found: dict[str, Any] = cell(notebook, id_)["metadata"]["nbgrader"]
    return found


def without(notebook: dict[str, Any], id_: str) -> None:
    notebook["cells"].remove(cell(notebook, id_))


def swap(notebook: dict[str, Any], id_: str, old: str, new: str) -> None:
    found = cell(notebook, id_)
    assert old in found["source"]
    found["source"] = found["source"].replace(old, new)


WRONG: dict[str, Callable[[dict[str, Any]], object]] = {
    "notebook format 4.4": lambda n: n.update(nbformat_minor=4),
    "kernel is not python3": lambda n: n["metadata"]["kernelspec"].update(name="ir"),
    'have the id "intro"': lambda n: cell(n, "imports").update(id="intro"),
    'the id "a b"': lambda n: cell(n, "imports").update(id="a b"),
    'have the grade_id "double"': lambda n: facts(n, "quiz-two").update(grade_id="double"),
    "cell 2 has outputs": lambda n: cell(n, "imports").update(execution_count=3),
    "cell 4 has outputs": lambda n: cell(n, "double-test").update(outputs=[{}]),
    "`imports` is not Python": lambda n: swap(n, "imports", "import", "imprt"),
    "without alternative text": lambda n: swap(n, "intro", "Two dots beside two dots", ""),
    "image without": lambda n: swap(n, "intro", "# Doubling", '<img src="a.png">'),
    "an image": lambda n: swap(n, "intro", "# Doubling", "<svg><path/></svg>"),
    "belongs to no exercise": lambda n: facts(n, "double").update(grade_id="triple"),
    "no cell `double-test`": lambda n: without(n, "double-test"),
    "no nbgrader metadata": lambda n: cell(n, "double").update(metadata={}),
    'a "Manually graded answer"': lambda n: facts(n, "double-why").update(grade=False),
    "gives 4 points, and its exercise 3": lambda n: facts(n, "double-why").update(points=4),
    "gives 1 points, and its exercise 2": lambda n: facts(n, "double-test").update(points=1),
    'an "Autograded answer"': lambda n: facts(n, "double").update(solution=False),
    "must have a region": lambda n: swap(n, "double", "    ### END SOLUTION", ""),
    "just `double`, not double, helper": lambda n: swap(n, "double", "def", "helper = 1\ndef"),
    'must be "Autograder tests"': lambda n: facts(n, "double-test").update(locked=False),
    "must be exactly": lambda n: swap(n, "double-test", "check(double)", "check(double);"),
    "`double-test` stands before": lambda n: n["cells"].insert(0, n["cells"].pop(3)),
    "must say, in this order: What": lambda n: swap(n, "quiz-two-text", "twice two", "2 x 2"),
    "must say, in this order: B. four": lambda n: swap(n, "quiz-two-text", "B. four", "B. 4"),
}


@pytest.mark.parametrize(("why", "change"), WRONG.items(), ids=WRONG)
def test_refuses_a_source_that_is_not_in_order(
    why: str, change: Callable[[dict[str, Any]], object]
) -> None:
    notebook = small.source()
    assert problems(LESSON, notebook) == ()
    change(notebook)
    found = problems(LESSON, notebook)
    assert any(why in sentence for sentence in found), found
    assert all(sentence.startswith("source/90-small/small.ipynb: ") for sentence in found)


def test_refuses_points_that_no_longer_equal_the_exercise_s() -> None:
    stage = replace(small.DOUBLE.stages[0], points=5)
    exercises: tuple[Any, ...] = (replace(small.DOUBLE, stages=(stage,)), small.QUIZ, small.WHY)
    assert "gives 2 points, and its exercise 5" in "".join(
        problems(replace(LESSON, exercises=exercises), small.source())
    )


def test_nothing_is_written_when_something_is_wrong(course: Course) -> None:
    build(course, [LESSON])
    before = (course.root / "release" / NAME).read_bytes()
    broken = small.source()
    swap(broken, "intro", "# Doubling", "    added_to_itself_once = x + x")
    write(broken, course.source(LESSON.id) / "small.ipynb")
    with pytest.raises(CannotBuild, match="the solution of `double` stands in its release"):
        build(course, [LESSON])
    assert (course.root / "release" / NAME).read_bytes() == before


def test_refuses_a_solution_that_is_not_its_reference(course: Course) -> None:
    changed = small.source()
    swap(changed, "double", "x + x", "2 * x")
    write(changed, course.source(LESSON.id) / "small.ipynb")
    with pytest.raises(CannotBuild) as refused:
        build(course, [LESSON])
    said = str(refused.value)
    assert "the solution in cell `double` and its reference" in said
    assert "`added_to_itself_once = 2 * x` here, `added_to_itself_once = x + x` there" in said


def test_a_sheet_that_cannot_be_read_is_said_in_sentences(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def lessons() -> tuple[Lesson, ...]:
        raise BadSheet("softmax.txt: the mistake is not in the reference.")

    monkeypatch.setattr("autograder.lessons.lessons", lessons)
    assert main() == 1
    said = capsys.readouterr()
    assert said.err == "softmax.txt: the mistake is not in the reference.\n"
    assert "Nothing was released." in said.out


def test_refuses_a_solution_in_a_file_beside_the_notebook(course: Course) -> None:
    (course.source(LESSON.id) / "notes.txt").write_text("added_to_itself_once = x + x\n")
    with pytest.raises(CannotBuild, match=r"stands in notes\.txt"):
        build(course, [LESSON])


def test_refuses_a_folder_that_is_no_lesson(course: Course) -> None:
    course.source("91-new").mkdir()
    with pytest.raises(CannotBuild, match="source/91-new is no lesson"):
        build(course, [LESSON])


def test_a_missing_or_broken_notebook_is_one_sentence(course: Course) -> None:
    file = course.source(LESSON.id) / "small.ipynb"
    file.write_text("{")
    with pytest.raises(CannotBuild, match=r"source/90-small: small\.ipynb cannot be read"):
        build(course, [LESSON])


LEAKS: dict[str, Callable[[dict[str, Any]], object]] = {
    "cell 4 has outputs": lambda n: cell(n, "double-test").update(outputs=[{}]),
    '"hidden=True" is left': lambda n: cell(n, "double-test").update(
        source="check(d, hidden=True)"
    ),
    '"BEGIN SOLUTION" is left': lambda n: cell(n, "double").update(source=small.SOLUTION),
    "the solution of `double-why`": lambda n: cell(n, "intro").update(
        source="Because adding x to itself counts x two times."
    ),
    "the solution of `double` stands": lambda n: cell(n, "imports").update(
        source="added_to_itself_once  =  x + x"
    ),
    "no stub to fill in": lambda n: cell(n, "double").update(source="def double(x): ..."),
    "must start as None": lambda n: cell(n, "quiz-two").update(source="quiz_two = 'B'"),
}


@pytest.mark.parametrize(("why", "change"), LEAKS.items(), ids=LEAKS)
def test_sees_each_kind_of_leak(
    course: Course, why: str, change: Callable[[dict[str, Any]], object]
) -> None:
    build(course, [LESSON])
    notebook = released(course)
    assert leaks(LESSON, small.source(), notebook) == ()
    change(notebook)
    assert why in json.dumps(leaks(LESSON, small.source(), notebook)).replace('\\"', '"')


def test_every_exercise_of_the_small_lesson_is_of_another_kind() -> None:
    assert len({type(exercise) for exercise in LESSON.exercises}) == 3
    assert isinstance(LESSON.exercises[0], Exercise)
