"""make build: source/ to release/, the same bytes every time, and never a leak."""

from __future__ import annotations

import errno
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
from autograder.course.regions import around_a_solution
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


def move(notebook: dict[str, Any], start: int, end: int) -> None:
    notebook["cells"].insert(end, notebook["cells"].pop(start))


WRONG: dict[str, Callable[[dict[str, Any]], object]] = {
    "notebook format 4.4": lambda n: n.update(nbformat_minor=4),
    "its kernel is not python3.": lambda n: n.pop("metadata"),
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
    "`double`, and defines nothing": lambda n: cell(n, "double").update(
        source="### BEGIN SOLUTION"
    ),
    "has no `import math`, which stands in": lambda n: swap(
        n, "imports", "import math, os", "pass"
    ),
    "first code cell must be the setup": lambda n: n["cells"].append(n["cells"].pop(1)),
    "`imports` has a merge conflict in line 2": lambda n: swap(n, "imports", "\n", "\n=======\n"),
    "`intro` has a merge conflict in line 1": lambda n: swap(n, "intro", "# ", ">>>>>>> main\n# "),
    "`quiz-two` stands where the lesson's order has `double`": lambda n: move(n, 5, 2),
    "just `double`, not helper": lambda n: swap(n, "double", "def", "helper = 1\ndef"),
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
    assert "the solution in cell `double` and its reference, " in said
    assert "autograder/lessons/small/reference/double.py, are not the same text: line 2 is" in said
    assert "`added_to_itself_once = 2 * x` here, `added_to_itself_once = x + x` there" in said


def test_a_difference_in_blanks_shows_them() -> None:
    changed = small.source()
    swap(changed, "double", "= x + x", "= x + x ")
    (said,) = problems(LESSON, changed)
    assert "line 2 differs in blanks, '    added_to_itself_once = x + x ' here, '    added" in said


BEGIN, END = "    ### BEGIN SOLUTION\n", "    ### END SOLUTION"
DOUBLED, RETURN = "    added_to_itself_once = x + x\n", "    return added_to_itself_once\n"
HEAD, DOC = "def double(x):\n", '    """Twice `x`."""\n'
OUTSIDE = "outside its region, where it is released."
REGIONS = {
    "an empty region below the code": (HEAD + DOC + DOUBLED + RETURN + BEGIN + END, OUTSIDE),
    "one line too low": (HEAD + DOC + DOUBLED + BEGIN + RETURN + END, f"x + x` {OUTSIDE}"),
    "a remark above": (HEAD + DOC + "    # add\n" + BEGIN + DOUBLED + RETURN + END, "3, `# add`"),
    "a remark in the head": (HEAD + "    # add\n" + DOC + BEGIN + DOUBLED + END, "2, `# add`"),
    "END above return": (HEAD + DOC + BEGIN + DOUBLED + END + "\n" + RETURN, "line 6, `return add"),
    "two regions": (
        HEAD + DOC + BEGIN + DOUBLED + END + "\n" + BEGIN + RETURN + END,
        "must have one region in `double`",
    ),
    "BEGIN behind the docstring": (
        HEAD + '    """Twice `x`."""  ### BEGIN SOLUTION\n' + DOUBLED + RETURN + END,
        'nothing else in the line of a mark, not `"""Twice `x`."""  ### BEGIN SOLUTION`',
    ),
    "at the margin": (HEAD + DOC + BEGIN.strip() + "\n" + DOUBLED + END, "as far to the right as"),
    "behind a tab": (
        HEAD + DOC + "\t" + BEGIN.strip() + "\n" + DOUBLED + END,
        "as far to the right as the docstring of `double`",
    ),
    "END before BEGIN": (HEAD + DOC + END + "\n" + DOUBLED + RETURN + BEGIN, "END SOLUTION below"),
    "no END": (HEAD + DOC + BEGIN + DOUBLED + RETURN, "must have a region"),
    "no region": (HEAD + DOC + DOUBLED + RETURN, "must have a region"),
    "no docstring": (HEAD + BEGIN + DOUBLED + RETURN + END, "must have the docstring of `double`"),
    "docstring in the region": (
        HEAD + BEGIN + DOC + DOUBLED + RETURN + END,
        "must have the docstring of `double`",
    ),
    "stub in the region": (
        BEGIN.strip() + "\n" + HEAD + DOC + DOUBLED + RETURN + END.strip(),
        "must have the stub of `double`",
    ),
    "code behind the docstring": (
        HEAD + DOC.rstrip() + "; x = x + 0\n" + BEGIN + DOUBLED + RETURN + END,
        "no code in the lines of the docstring of `double`",
    ),
    "all in one line": (f"def double(x): return x + x\n{BEGIN.strip()}\n{END.strip()}", OUTSIDE),
}


@pytest.mark.parametrize("case", REGIONS)
def test_refuses_a_region_that_does_not_enclose_the_whole_solution(case: str) -> None:
    source, said = REGIONS[case]
    changed = small.source()
    cell(changed, "double").update(source=source)
    assert any("cell `double` " in p and said in p for p in problems(LESSON, changed))


def test_refuses_the_answer_to_a_question_outside_its_region() -> None:
    changed = small.source()
    swap(changed, "quiz-two", "### BEGIN", "quiz_two = 'B'\n### BEGIN")
    (said,) = problems(LESSON, changed)
    assert f"cell `quiz-two` has line 2, `quiz_two = 'B'` {OUTSIDE}" in said


LAYER = '''\
class Layer(Module):
    """A layer."""

    def __init__(self, size):
        """Make it."""
        super().__init__()
        ### BEGIN SOLUTION
        self.size = size
        ### END SOLUTION

    def forward(self, x):
        """Use it."""
        ### BEGIN SOLUTION
        return self.times(x)

    def times(self, x):
        return x * self.size
        ### END SOLUTION'''


def test_a_class_has_a_region_in_each_method_and_helpers_inside_one() -> None:
    assert list(around_a_solution(LAYER)) == []
    assert list(around_a_solution(LAYER.replace('        """Make it."""\n', ""))) == []


def test_what_the_sheet_says_that_the_stub_gives_may_stand_above_the_region() -> None:
    given = LAYER.replace(
        "super().__init__()\n", "super().__init__()\n        able = {\n        }\n"
    )
    assert list(around_a_solution(given, gives=["able"])) == []
    (said,) = around_a_solution(given)
    assert f"`able = {{`, and 1 more, {OUTSIDE}" in said


DOC_OF_USE, BEGIN_USE = '        """Use it."""\n', "        ### BEGIN SOLUTION\n"
BETWEEN = "    ### BEGIN SOLUTION\n    a = 1\n    ### END SOLUTION\n    def forward"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("super().__init__()", "super().__init__(); self.size = 1", f"size = 1` {OUTSIDE}"),
        ("def times(self, x):\n", "def times(self, x):\n        'No.'\n", "the stub of `times`"),
        (DOC_OF_USE + BEGIN_USE, BEGIN_USE + DOC_OF_USE, "the docstring of `forward` above"),
        ("    def forward", BETWEEN, "must have its regions inside the methods of `Layer`"),
    ],
)
def test_refuses_a_class_that_tells_or_lacks_something(old: str, new: str, said: str) -> None:
    assert old in LAYER
    assert said in " ".join(around_a_solution(LAYER.replace(old, new)))


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


STRAYS: dict[str, Callable[[Path], object]] = {
    "other.ipynb is no notebook of the lesson": lambda f: (f / "other.ipynb").touch(),
    "a.ipynb is no notebook of the lesson": lambda f: (
        (f / "b").mkdir(),
        (f / "b/a.ipynb").touch(),
    ),
    "gone.svg is a link": lambda folder: (folder / "gone.svg").symlink_to("nowhere"),
    "more is a link": lambda folder: (folder / "more").symlink_to(folder),
}


@pytest.mark.parametrize("said", STRAYS)
def test_refuses_what_does_not_belong_beside_the_notebook(course: Course, said: str) -> None:
    STRAYS[said](course.source(LESSON.id))
    with pytest.raises(CannotBuild, match=f"source/90-small/.*{said}"):
        build(course, [LESSON])


@pytest.mark.parametrize("name", ["Untitled.ipynb", "Untitled2.ipynb", ".small.ipynb.swp", "dots~"])
def test_what_editors_leave_is_not_released(course: Course, name: str) -> None:
    before = build(course, [LESSON]).files
    (course.source(LESSON.id) / name).write_text("x")
    (course.source(LESSON.id) / ".ipynb_checkpoints").mkdir()
    (course.source(LESSON.id) / ".ipynb_checkpoints" / "small.ipynb").touch()
    assert build(course, [LESSON]).files == before


def test_a_file_or_folder_in_the_way_is_one_sentence_and_nothing_is_written(course: Course) -> None:
    release = course.release(LESSON.id)
    (release / "small.ipynb").mkdir(parents=True)
    with pytest.raises(CannotBuild, match=r"release/90-small/small\.ipynb is in the way"):
        build(course, [LESSON])
    assert list(release.iterdir()) == [release / "small.ipynb"]
    (release / "small.ipynb").rmdir()
    release.rmdir()
    release.touch()
    with pytest.raises(CannotBuild, match="release/90-small is in the way"):
        build(course, [LESSON])
    release.unlink()
    release.parent.rmdir()
    release.parent.touch()
    with pytest.raises(CannotBuild, match="release is in the way"):
        build(course, [LESSON])


def test_nothing_is_left_behind_where_release_cannot_be_written(
    course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_path: Path, _other: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(CannotBuild, match=r"release/90-small/.* cannot be written: No space left"):
        build(course, [LESSON])
    assert [p for p in (course.root / "release").rglob("*") if p.is_file()] == []


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
