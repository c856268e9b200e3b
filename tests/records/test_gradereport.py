"""The report on a class: right numbers, the causes by frequency, nothing that acts."""

from __future__ import annotations

import json
from dataclasses import replace
from io import StringIO
from pathlib import Path

from rich.console import Console

from autograder.records.gradereport import as_dict, headline, report
from autograder.records.gradereport_forms import html, terminal, write
from autograder.records.told import tell
from autograder.result import CellResult, Finding, GradeResult
from tests.records.pages import parse

AXIS = "it always sums over the last dimension."
NASTY = "<script>alert(1)</script>\x1b[31m\u202e"


def graded(student: str, points: float, cause: str = "", seconds: float = 0.1) -> GradeResult:
    status = "passed" if points == 4 else "failed"
    cells = (
        CellResult("softmax-test", status, points, 4.0, cause=cause),
        CellResult("why", "not-run", None, 5.0),
    )
    return GradeResult("03-attention", student, "sha", "graded", cells, seconds=seconds)


CLASS = (
    graded("dan", 2.0, AXIS, seconds=9.0),
    graded("ada", 4.0),
    graded("ben", 2.0, AXIS),
    graded("cat", 1.0, "another reason."),
    GradeResult("03-attention", "eve", "sha", "unreadable", sentence="It is cut short."),
)


def test_numbers_of_the_class() -> None:
    told = as_dict(report("03-attention", CLASS))
    assert told["total"] == {
        "submissions": 5,
        "graded": 4,
        "unreadable": 1,
        "mean": 2.25,
        "median": 2.0,
        "max_points": 4.0,
        "waiting_for_a_person": 4,
        "suspicious": 0,
    }
    assert told["ok"] is False
    assert [item["student"] for item in told["items"]] == ["ada", "ben", "cat", "dan", "eve"]
    assert told["slowest"][0] == "dan"


def test_what_grading_did_itself_is_not_suspicious_and_told_to_the_student() -> None:
    took = Finding("given-part", "mask-test", "`mask`: `softmax` did not pass before.")
    student = replace(CLASS[0], findings=(took,))
    assert as_dict(report("03-attention", [student]))["suspicious"] == []
    assert tell(student).notes == (took.sentence,)


def test_answers_that_are_the_course_s_own_are_listed_by_student_and_not_suspicious() -> None:
    copied = tuple(Finding("as-the-reference", name, "The same.") for name in ("softmax", "mask"))
    told = report("03-attention", [CLASS[1], replace(CLASS[0], findings=copied)])
    listed = [{"student": "dan", "answers": ("softmax", "mask")}]
    assert as_dict(told)["as_the_reference"] == listed
    assert as_dict(told)["suspicious"] == []
    assert "softmax, mask" in html(told)


def test_rates_and_causes_say_what_the_class_got_wrong() -> None:
    told = as_dict(report("03-attention", CLASS))
    assert told["tests"] == [
        {
            "name": "softmax-test",
            "passed": 1,
            "graded": 4,
            "share": 2.25 / 4,
            "statuses": {"failed": 3, "passed": 1},
        }
    ]
    assert [(c["sentence"], c["students"]) for c in told["causes"]] == [
        (AXIS, 2),
        ("another reason.", 1),
    ]


def test_a_cell_that_a_person_grades_is_no_test_even_where_it_was_left_empty() -> None:
    empty = replace(CLASS[1], student="fay", cells=(CellResult("why", "not-run", 0.0, 5.0),))
    rates = report("03-attention", (*CLASS, empty)).rates
    assert [rate.name for rate in rates] == ["softmax-test"]


def test_an_ungraded_submission_is_no_zero() -> None:
    told = report("03-attention", CLASS)
    row = parse(html(told)).text("tbody")
    assert "eveunreadablenone" in row
    assert "It is cut short." in row


def test_no_submissions_are_no_error() -> None:
    told = report("03-attention", ())
    assert headline(told) == "03-attention: 0 of 0 submissions graded."
    assert as_dict(told)["ok"] is True


def test_nothing_in_the_report_acts_or_hides(tmp_path: Path) -> None:
    finding = Finding("suspicious-frames", NASTY, NASTY)
    bad = replace(graded(NASTY, 1.0, NASTY), findings=(finding,))
    told = report("03-attention", (bad, replace(CLASS[4], sentence=NASTY)))
    page = parse(html(told))
    assert not page.named("script")
    stream = StringIO()
    console = Console(file=stream, width=200, force_terminal=False)
    console.print(*terminal(told))
    for form in (html(told), stream.getvalue(), json.dumps(as_dict(told), ensure_ascii=False)):
        assert "\x1b" not in form and "\u202e" not in form
    assert as_dict(told)["total"]["suspicious"] == 1


def test_it_is_written_beside_the_run_log(tmp_path: Path) -> None:
    path = write(tmp_path, report("03-attention", CLASS))
    assert path == tmp_path.resolve() / ".autograder" / "reports" / "03-attention.html"
    assert json.loads(path.with_suffix(".json").read_text())["total"]["submissions"] == 5
