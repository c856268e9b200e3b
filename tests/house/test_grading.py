"""The instructor's guide, command by command, and the marks that come of it.

Stock nbgrader grades every lesson with the network blocked.
"""

from __future__ import annotations

import csv
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from autograder.lessons import exercise, lesson, lessons
from tests.house import classroom as school
from tests.house import tree
from tests.house.classroom import FOLLOWED, STUDENT, Classroom

SOFTMAX = """
import autograder, torch
from autograder import check

def softmax(x, dim):
    weights = torch.exp(x - x.amax(dim, keepdim=True))
    return weights / weights.sum(dim, keepdim=True)
"""


@pytest.fixture(scope="module")
def classroom(tmp_path_factory: pytest.TempPathFactory) -> Classroom:
    return school.hold(tmp_path_factory.mktemp("class"))


@pytest.fixture(scope="module")
def gradebook(classroom: Classroom) -> Iterator[Gradebook]:
    with Gradebook(f"sqlite:///{classroom.course.root / 'gradebook.db'}") as opened:
        yield opened


def marks(gradebook: Gradebook, student: str, assignment: str) -> dict[str, float]:
    """The points of each grade cell of a submission."""
    submission = gradebook.find_submission(assignment, student)
    return {grade.name: grade.score for book in submission.notebooks for grade in book.grades}


def by_hand(assignment: str) -> set[str]:
    """The cells that a person grades."""
    return {e.name for e in lesson(assignment).exercises if type(e).__name__ == "Essay"}


@pytest.mark.parametrize(
    ("kind", "assignment"),
    [(kind, each.id) for each in lessons() for kind in ("solved", *school.kinds(each.id))],
)
def test_each_exercise_gets_exactly_its_points(
    classroom: Classroom, gradebook: Gradebook, kind: str, assignment: str
) -> None:
    student = STUDENT if (kind, assignment) == ("solved", FOLLOWED) else kind
    expected = classroom.handed_in[student, assignment].points
    got = marks(gradebook, student, assignment)
    assert got.keys() == expected.keys()
    skipped = set() if student in (STUDENT, "untouched") else by_hand(assignment)
    assert {name: points for name, points in got.items() if name not in skipped} == {
        name: points for name, points in expected.items() if name not in skipped
    }


def test_the_solution_gets_full_marks_and_the_release_none(
    classroom: Classroom, gradebook: Gradebook
) -> None:
    full = gradebook.find_submission(FOLLOWED, STUDENT)
    assert full.score == full.max_score == lesson(FOLLOWED).points
    for each in lessons():
        assert gradebook.find_submission(each.id, "untouched").score == 0


def test_written_answers_wait_for_a_person_unless_they_are_empty(gradebook: Gradebook) -> None:
    other = next(each.id for each in lessons() if each.id != FOLLOWED)
    solved = gradebook.find_submission(other, "solved")
    waiting = {g.name for book in solved.notebooks for g in book.grades if g.needs_manual_grade}
    assert waiting == by_hand(other)
    assert not gradebook.find_submission(other, "untouched").needs_manual_grade


def test_generating_with_nbgrader_gives_what_is_committed(classroom: Classroom) -> None:
    changed = subprocess.run(
        ["git", "status", "--porcelain"],
        cwd=classroom.course.root,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    assert changed == ""


def test_the_export_has_every_student(classroom: Classroom) -> None:
    with (classroom.course.root / "grades.csv").open(encoding="utf-8") as file:
        rows = {(row["student_id"], row["assignment"]): row for row in csv.DictReader(file)}
    assert float(rows[STUDENT, FOLLOWED]["score"]) == lesson(FOLLOWED).points
    assert float(rows["untouched", FOLLOWED]["score"]) == 0
    assert rows["hopper", FOLLOWED]["email"] == "hopper@example.org"


def test_validate_says_that_the_solution_passes(classroom: Classroom) -> None:
    (said,) = (text for command, text in classroom.printed.items() if "validate" in command)
    assert "Success! Your notebook passes all the tests." in said


def test_the_student_gets_feedback_with_the_cards(classroom: Classroom) -> None:
    (page,) = (classroom.desk / FOLLOWED / "feedback").rglob("*.html")
    said = page.read_text(encoding="utf-8")
    assert "Passed: softmax" in said


def test_the_formgrader_knows_the_assignments(classroom: Classroom) -> None:
    assert "<title>nbgrader formgrade</title>" in classroom.pages["formgrader"]
    listed = {each["name"] for each in json.loads(classroom.pages["formgrader/api/assignments"])}
    assert listed == {each.id for each in lessons()}


def test_a_student_s_check_needs_no_source(classroom: Classroom) -> None:
    environment = school._student_environment(classroom)
    python = classroom.folder / "student" / "language-models" / "bin" / "python"
    code = f"{SOFTMAX}\nprint(autograder.__file__)\nprint(check(softmax, hidden=True))"
    done = subprocess.run(
        [python, "-c", code],
        cwd=classroom.desk,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    installed, *_, points = done.stdout.splitlines()
    assert "site-packages" in installed
    assert float(points) == exercise("softmax")[1].points


def test_nothing_reached_for_the_network(classroom: Classroom) -> None:
    assert classroom.tried_network.read_text() == ""


def test_the_network_is_really_blocked(classroom: Classroom) -> None:
    code = "import urllib.request; urllib.request.urlopen('http://example.org')"
    environment = {
        **classroom.environment("student"),
        "AUTOGRADER_TRIED_NETWORK": str(classroom.folder / "probe"),
    }
    done = subprocess.run(["python3", "-c", code], env=environment, capture_output=True, text=True)
    assert "no network in this test" in done.stderr
    assert "example.org" in (classroom.folder / "probe").read_text()


def test_the_guide_installs_what_the_course_needs(classroom: Classroom) -> None:
    (line,) = (classroom.folder / "installed").read_text().splitlines()
    packages = set(line.removeprefix("apt-get install --yes ").split())
    needed = (tree.ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert packages - {"git"} <= set(needed.replace("(", " ").replace(")", " ").split())


def test_every_file_the_guide_speaks_of_exists() -> None:
    for name in ("source/03-attention", "release", "autograder/lessons", "constraints.txt"):
        assert (Path(tree.ROOT) / name).exists()
