"""The writer: what it leaves in nbgrader's gradebook is what nbgrader would have left there."""

from __future__ import annotations

import csv
import multiprocessing
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from autograder.records import gradebook
from autograder.records.gradebook import GradebookUnavailable, backup, write_result
from tests.records import squares
from tests.records.dump import dump, execute, grades, integrity
from tests.records.squares import ASSIGNMENT, CLASS, GOOD, NOTEBOOK, WRONG, broken, result

Master = dict[str, Any]


def grade_all(course: Path, master: Master) -> None:
    for student, answers in CLASS.items():
        write_result(course, result(student, answers), master)


def by_hand(course: Path, student: str, cell: str, **values: float) -> None:
    """Grade one cell as the formgrader does."""
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{course / 'gradebook.db'}", "demo") as book:
        grade = book.find_grade(cell, NOTEBOOK, ASSIGNMENT, student)
        for name, value in values.items():
            setattr(grade, name, value)
        grade.needs_manual_grade = False
        book.db.commit()


def test_every_row_is_the_one_nbgrader_writes(stock: Path, course: Path, master: Master) -> None:
    grade_all(course, master)
    assert dump(course) == dump(stock)


def test_rows_that_nbgrader_made_before_are_used(stock: Path, course: Path, master: Master) -> None:
    assert squares.api(course).generate_assignment(ASSIGNMENT, force=True)["success"]
    grade_all(course, master)
    assert dump(course) == dump(stock)


def test_grading_twice_changes_nothing(course: Path, master: Master) -> None:
    grade_all(course, master)
    once = dump(course)
    grade_all(course, master)
    assert dump(course) == once


def test_a_stale_grade_does_not_survive(course: Path, master: Master) -> None:
    write_result(course, result("ada", GOOD), master)
    write_result(course, result("ada", WRONG), master)
    assert grades(course, "ada")["square-test"] == (0.0, None, None, 0)


def test_a_score_for_a_cell_that_the_result_does_not_name_is_taken_back(
    course: Path, master: Master
) -> None:
    whole = result("ada", GOOD)
    write_result(course, whole, master)
    write_result(course, replace(whole, cells=whole.cells[1:]), master)
    assert grades(course, "ada")["square-test"] == (None, None, None, 1)


@pytest.mark.parametrize("points", [float("nan"), float("inf"), -1.0, 2.5])
def test_points_out_of_bounds_are_no_score(course: Path, master: Master, points: float) -> None:
    whole = result("ada", GOOD)
    cell = replace(whole.cells[0], points=points)
    write_result(course, replace(whole, cells=(cell, *whole.cells[1:])), master)
    assert grades(course, "ada")["square-test"] == (None, None, None, 1)


def test_a_hand_graded_essay_keeps_its_mark(course: Path, master: Master) -> None:
    write_result(course, result("ada", GOOD), master)
    by_hand(course, "ada", "why", manual_score=2.5, extra_credit=0.5)
    write_result(course, result("ada", GOOD), master)
    assert grades(course, "ada")["why"] == (None, 2.5, 0.5, 0)


def test_a_changed_essay_is_marked_and_keeps_its_mark(course: Path, master: Master) -> None:
    write_result(course, result("ada", GOOD), master)
    by_hand(course, "ada", "why", manual_score=2.5)
    write_result(course, result("ada", {**GOOD, "why": "Another reason."}), master)
    assert grades(course, "ada")["why"] == (None, 2.5, None, 1)


def test_a_crash_between_gradebook_and_notebook_still_marks_a_changed_essay(
    course: Path, master: Master, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_result(course, result("ada", GOOD), master)
    by_hand(course, "ada", "why", manual_score=2.5)
    changed = result("ada", {**GOOD, "why": "Another reason."})
    with monkeypatch.context() as patch:
        patch.setattr(gradebook, "_put_files", lambda *_: (_ for _ in ()).throw(OSError("full")))
        with pytest.raises(GradebookUnavailable, match="full"):
            write_result(course, changed, master)
    write_result(course, changed, master)
    assert grades(course, "ada")["why"] == (None, 2.5, None, 1)


def test_a_score_that_a_person_overrode_is_looked_at_again_when_the_code_changed(
    course: Path, master: Master
) -> None:
    write_result(course, result("ben", WRONG), master)
    by_hand(course, "ben", "square-test", manual_score=1.0)
    write_result(course, result("ben", WRONG), master)
    assert grades(course, "ben")["square-test"] == (0.0, 1.0, None, 0)
    other = {**WRONG, "square": "def square(x):\n    return 3 * x"}
    write_result(course, result("ben", other), master)
    assert grades(course, "ben")["square-test"] == (0.0, 1.0, None, 1)


def test_a_comment_by_hand_stays(course: Path, master: Master) -> None:
    write_result(course, result("ada", GOOD), master)
    execute(course, "UPDATE comment SET manual_comment = 'Well put.'")
    write_result(course, result("ada", WRONG), master)
    assert {row[3] for row in dump(course)["comment"]} == {"Well put."}


@pytest.mark.parametrize("status", ["unreadable", "ungradable", "infrastructure"])
def test_what_could_not_be_graded_has_no_score_and_waits_for_a_person(
    course: Path, master: Master, status: str
) -> None:
    write_result(course, result("ada", GOOD), master)
    by_hand(course, "ada", "why", manual_score=2.5)
    write_result(course, broken("ada", status, "It is cut short."), master)
    found = grades(course, "ada")
    assert {row[0] for row in found.values()} == {None}
    assert {row[3] for row in found.values()} == {1}
    assert found["why"][1] == 2.5
    assert f"Not graded ({status}). It is cut short." in {
        row[2] for row in dump(course)["comment"] if row[0] == "ada"
    }


def test_a_later_good_submission_clears_the_notice(course: Path, master: Master) -> None:
    write_result(course, broken("ada", "unreadable", "Cut short."), master)
    write_result(course, result("ada", GOOD), master)
    comments = [row[2] for row in dump(course)["comment"] if row[0] == "ada"]
    assert set(comments) == {None}


@pytest.mark.parametrize("method", ["none", "zero"])
def test_late_penalties_are_those_of_nbgrader(
    stock: Path, course: Path, master: Master, method: str, tmp_path: Path
) -> None:
    late = "2026-03-05 12:00:00.000000 UTC"
    config = f"c.LateSubmissionPlugin.penalty_method = {method!r}\n"
    (course / "nbgrader_config.py").write_text(squares.CONFIG + config)
    write_result(course, result("ben", WRONG), master)
    execute(course, "UPDATE assignment SET duedate = '2026-03-02 00:00:00.000000'")
    write_result(course, result("ben", WRONG, late), master)
    (row,) = dump(course)["submitted"]
    assert row[3] == (0.5 if method == "zero" else None)
    assert dump(course)["submission"][0][2] == "2026-03-05 12:00:00.000000"


@pytest.mark.parametrize("text", ["", "yesterday?", "2026-13-45", "9" * 400])
def test_a_timestamp_that_is_none_is_no_timestamp(course: Path, master: Master, text: str) -> None:
    write_result(course, result("ada", GOOD, text), master)
    assert dump(course)["submission"][0][2] is None
    assert not (course / "autograded" / "ada" / ASSIGNMENT / "timestamp.txt").exists()


def test_the_formgrader_sees_graded_submissions(course: Path, master: Master) -> None:
    grade_all(course, master)
    api = squares.api(course)
    found = {s["student"]: s for s in api.get_submissions(ASSIGNMENT)}
    assert {s: found[s]["score"] for s in CLASS} == {"ada": 2.5, "ben": 0.5, "eve": 0.5}
    assert all(found[s]["autograded"] and found[s]["needs_manual_grade"] for s in CLASS)
    assert len(api.get_notebook_submission_indices(ASSIGNMENT, NOTEBOOK)) == len(CLASS)


def test_export_gives_the_sum(
    course: Path, master: Master, monkeypatch: pytest.MonkeyPatch
) -> None:
    from nbgrader.api import Gradebook
    from nbgrader.plugins import CsvExportPlugin

    grade_all(course, master)
    by_hand(course, "ada", "why", manual_score=2.0, extra_credit=1.0)
    exporter = CsvExportPlugin(to=str(course / "grades.csv"))
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}", "demo") as book:
        exporter.export(book)
    rows = list(csv.DictReader((course / "grades.csv").open()))
    assert {row["student_id"]: float(row["score"]) for row in rows} == {
        "ada": 5.5,
        "ben": 0.5,
        "eve": 0.5,
    }
    assert {row["max_score"] for row in rows} == {"8.0"}


def test_generate_feedback_works_on_the_result(course: Path, master: Master) -> None:
    grade_all(course, master)
    done = squares.api(course).generate_feedback(ASSIGNMENT, "ada")
    assert done["success"], done["log"]
    html = (course / "feedback" / "ada" / ASSIGNMENT / f"{NOTEBOOK}.html").read_text()
    assert "Score: 2.5 / 8.0" in html
    assert "square(-3)" not in html


def test_nbgrader_can_autograde_afterwards(course: Path, master: Master, stock: Path) -> None:
    write_result(course, result("ada", WRONG), master)
    squares.autograde(course, "ada")
    assert grades(course, "ada") == grades(stock, "ada")


def write_many(course: Path, master: Master, students: list[str], together: Any) -> None:
    together.wait()
    for student in students:
        write_result(course, result(student, GOOD), master)


def test_two_writers_at_once_lose_nothing(course: Path, master: Master) -> None:
    students = [[f"{side}{n:02}" for n in range(12)] for side in "ab"]
    new = multiprocessing.get_context("spawn")  # a fork takes over locks, but not who holds them
    together = new.Barrier(2)
    other = new.Process(target=write_many, args=(course, master, students[0], together))
    other.start()
    write_many(course, master, students[1], together)
    other.join()
    assert other.exitcode == 0
    assert {row[0] for row in dump(course)["grade"]} == {*students[0], *students[1]}
    assert integrity(course) == "ok"


def test_a_locked_gradebook_is_named_and_nothing_changes(
    course: Path, master: Master, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_result(course, result("ada", GOOD), master)
    before = dump(course)
    monkeypatch.setattr(gradebook, "BUSY_S", 0.05)
    with closing(sqlite3.connect(course / "gradebook.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(GradebookUnavailable, match="locked"):
            write_result(course, result("ada", WRONG), master)
    assert dump(course) == before


def test_a_full_disk_is_named_and_nothing_changes(
    course: Path, master: Master, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sqlalchemy import event

    write_result(course, result("ada", GOOD), master)
    before = dump(course)
    engine = gradebook.database._engine(
        f"sqlite:///{course.resolve() / 'gradebook.db'}", gradebook.BUSY_S
    )

    def fill(connection: Any, _record: object) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages}")

    event.listen(engine, "connect", fill)
    with pytest.raises(GradebookUnavailable, match="Make room"):
        for number in range(200):
            write_result(course, result(f"s{number}", WRONG), master)
    event.remove(engine, "connect", fill)
    assert [row for row in dump(course)["grade"] if row[0] == "ada"] == [
        row for row in before["grade"] if row[0] == "ada"
    ]
    assert integrity(course) == "ok"


def test_a_backup_is_a_whole_gradebook(course: Path, master: Master) -> None:
    assert backup(course) is None
    grade_all(course, master)
    copy = backup(course)
    assert copy is not None
    with closing(sqlite3.connect(copy)) as database:
        assert database.execute("SELECT count(*) FROM grade").fetchone() == (12,)
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_old_backups_go(course: Path, master: Master) -> None:
    write_result(course, result("ada", GOOD), master)
    copies = [backup(course) for _ in range(gradebook.BACKUPS_KEPT + 2)]
    kept = sorted((course / gradebook.BACKUP_FOLDER).iterdir())
    assert kept == copies[2:]


@pytest.mark.parametrize("student", ["..", "", "a/b", "../../outside"])
def test_a_name_that_leads_outside_is_refused(course: Path, master: Master, student: str) -> None:
    with pytest.raises(ValueError, match="cannot name a folder"):
        write_result(course, result(student, GOOD), master)
    assert not (course / "gradebook.db").exists()
