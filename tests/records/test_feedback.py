"""Feedback: what a student reads, in three forms, harmless whatever was handed in."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from autograder.records import page
from autograder.records.explain import Mark
from autograder.records.feedback import as_json, as_text, write_feedback
from autograder.records.gradebook import write_result
from autograder.records.page import html
from autograder.records.told import tell
from autograder.result import AnswerResult, CellResult, Finding, GradeResult, PartResult
from tests.records import squares
from tests.records.dump import execute
from tests.records.pages import contrast, parse
from tests.records.squares import ASSIGNMENT, GOOD, NOTEBOOK, SECRET, WRONG, broken, result

PARTS = (
    PartResult("one row", "the weights of one row of scores.", "passed", 1.0, 1.0),
    PartResult("any dim", "the dimension you are asked for.", "failed", 0.0, 1.0),
)
FAILED = CellResult(
    name="softmax-test",
    status="failed",
    points=1.0,
    max_points=2.0,
    lines=(
        "What this part looks at: the dimension you are asked for.",
        "Called: softmax(float32 tensor (2, 3), 0)",
        "First difference at [0, 1]: got 0.25, expected 0.5.",
        "Cause: it always works along the last",
        "  dimension. Use `dim`.",
        "Parts: one row passed, any dim failed.",
    ),
    cause="it always works along the last dimension. Use `dim`.",
    parts=PARTS,
)
PASSED = CellResult("mask-test", "passed", 3.0, 3.0, ("The test passes.",))
ESSAY = CellResult("why", "not-run", None, 5.0)
RESULT = GradeResult("03-attention", "ada", "sha", "graded", (FAILED, PASSED, ESSAY))
TITLES = {"softmax-test": "A stable softmax"}
NASTY = "<script>alert(1)</script><img src=x onerror=alert(1)> \x1b[31mred\x07 \u202egnp.exe\u2066"


def test_the_text_says_what_was_tried_found_meant_and_comes_next() -> None:
    assert as_text(tell(RESULT, TITLES)) == (
        "03-attention: feedback for ada\n"
        "4 of 5 points; a person will give up to 5 more.\n"
        "\n"
        "A stable softmax: partly passed, 1 of 2 points\n"
        "  one row: passed, 1 of 1\n"
        "  any dim: failed, 0 of 1\n"
        "  What was tried: softmax(float32 tensor (2, 3), 0)\n"
        "  What came back: First difference at [0, 1]: got 0.25, expected 0.5.\n"
        "  Likely cause: It always works along the last dimension. Use `dim`.\n"
        "  Look at next: Begin with “any dim”: the dimension you are asked for.\n"
        "\n"
        "mask: passed, 3 of 3 points\n"
        "\n"
        "why: read by a person, up to 5 points\n"
    )


def test_json_says_the_same() -> None:
    told = json.loads(as_json(tell(RESULT, TITLES)))
    assert told["total"] == {"points": 4.0, "max_points": 10.0, "waiting": 5.0}
    first = told["items"][0]
    assert first["tried"] == "softmax(float32 tensor (2, 3), 0)"
    assert first["found"] == ["First difference at [0, 1]: got 0.25, expected 0.5."]
    assert first["cause"] == "It always works along the last dimension. Use `dim`."
    assert [item["done"] for item in told["items"]] == [False, True, False]


def test_the_page_says_the_same() -> None:
    read = parse(html(tell(RESULT, TITLES)))
    for sentence in ("softmax(float32 tensor (2, 3), 0)", "got 0.25, expected 0.5", "Use `dim`."):
        assert sentence in read.text("section")
    assert "4 of 5 points" in read.text("header")
    assert "Begin with A stable softmax" in read.text("main")


def test_the_page_stands_alone_and_runs_nothing() -> None:
    read = parse(html(tell(RESULT, TITLES)))
    assert not {"script", "iframe", "object", "embed", "form", "link", "img", "base"} & {
        tag for tag, _ in read.tags
    }
    attributes = {name for _, attrs in read.tags for name in attrs}
    assert not [name for name in attributes if name.startswith("on") or name in ("src", "srcset")]
    links = [attrs["href"] for attrs in read.named("a")]
    assert links and all(link.startswith("#") for link in links)
    ids = {attrs["id"] for _, attrs in read.tags if "id" in attrs}
    assert {link[1:] for link in links} <= ids


def test_the_page_is_for_keyboard_and_screen_reader() -> None:
    read = parse(html(tell(RESULT, TITLES)))
    assert read.named("html") == [{"lang": "en"}]
    assert read.text("title") == "03-attention: feedback for ada"
    for landmark in ("header", "main", "footer"):
        assert len(read.named(landmark)) == 1
    levels = [int(tag[1]) for tag, _ in read.tags if re.fullmatch("h[1-6]", tag)]
    assert levels == [1, 2, 2, 2]
    first_link = read.named("a")[0]
    assert first_link == {"class": "skip", "href": "#main"}
    ids = {attrs["id"] for _, attrs in read.tags if "id" in attrs}
    assert {attrs["aria-labelledby"] for attrs in read.named("section")} <= ids
    assert all("scope" in attrs for attrs in read.named("th"))
    assert len(read.named("caption")) == len(read.named("table"))


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_contrast_is_enough_in_light_and_dark(scheme: int) -> None:
    blocks = re.findall(r":root \{(.*?)\}", page.STYLE, re.S)
    colours = dict(re.findall(r"--(\w+): (#\w+)", blocks[scheme]))
    for name in ("text", "quiet", "link", "good", "open"):
        assert contrast(colours[name], colours["page"]) >= 4.5
    assert contrast(colours["text"], colours["soft"]) >= 4.5
    assert contrast(colours["line"], colours["page"]) >= 3.0


def test_nothing_handed_in_acts_or_hides() -> None:
    cell = replace(
        FAILED,
        lines=(f"Called: {NASTY}", NASTY),
        cause=NASTY,
        parts=(PartResult(NASTY, NASTY, "failed", 0.0, 1.0), PARTS[0]),
    )
    whole = replace(
        RESULT,
        student=NASTY,
        assignment=NASTY,
        timestamp=NASTY,
        cells=(cell,),
        answers=(AnswerResult("softmax", NASTY, True),),
        findings=(Finding("missing-answer", NASTY, NASTY),),
    )
    told = tell(whole, {"softmax-test": NASTY}, {"softmax-test": Mark(comment=NASTY)}, NASTY)
    clean = parse(html(tell(RESULT, TITLES)))
    read = parse(html(told))
    assert {tag for tag, _ in read.tags} <= {tag for tag, _ in clean.tags} | {"details", "summary"}
    assert "<script>alert(1)</script>" in read.text()
    for form in (html(told), as_text(told), as_json(told)):
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]", form)
        assert "␛[31mred" in form
        assert "[U+202E]gnp.exe" in form


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("FileNotFoundError: /home/grader/course/data.csv", "FileNotFoundError: …/data.csv"),
        ("in '/tmp/job-17/cell.py', line 3", "in '…/cell.py', line 3"),
        ("OSError: C:\\Users\\grader\\x.txt", "OSError: …/x.txt"),
        ("see https://pytorch.org/docs/stable", "see https://pytorch.org/docs/stable"),
        ("got a/b/c, expected 1/2", "got a/b/c, expected 1/2"),
    ],
)
def test_no_path_of_the_grading_machine_is_shown(line: str, shown: str) -> None:
    told = tell(replace(RESULT, cells=(replace(FAILED, lines=(line,)),)))
    assert told.cells[0].found == (shown,)


def test_a_page_stays_small_whatever_was_handed_in() -> None:
    huge = '<&"\u202e' * 200_000
    cells = tuple(replace(FAILED, name=f"c{n}-test", lines=(huge,) * 50) for n in range(120))
    answers = tuple(AnswerResult(f"c{n}", huge, True) for n in range(120))
    whole = replace(RESULT, cells=cells, answers=answers)
    assert len(html(tell(whole)).encode()) <= page.MAX_BYTES
    one = replace(RESULT, cells=cells[:1], answers=answers[:1])
    assert "(shortened)" in html(tell(one))


def test_a_submission_without_score_says_so_and_shows_no_zero() -> None:
    told = tell(broken("ada", "unreadable", "The file is cut short."))
    for form in (as_text(told), parse(html(told)).text("body")):
        assert "No score yet" in form
        assert "The file is cut short." in form
        assert "0 of" not in form


def test_findings_for_the_instructor_stay_with_the_instructor() -> None:
    findings = (Finding("suspicious-frames", "c", "secret suspicion"),)
    assert "suspicion" not in html(tell(replace(RESULT, findings=findings)))


def test_marks_and_comments_by_hand_are_in_the_feedback(
    course: Path, master: dict[str, Any]
) -> None:
    write_result(course, result("ada", GOOD), master)
    execute(
        course, "UPDATE grade SET manual_score = 2, extra_credit = 0.5 WHERE auto_score IS NULL"
    )
    execute(course, "UPDATE comment SET manual_comment = 'Well argued.'")
    path = write_feedback(course, result("ada", GOOD), notebook=NOTEBOOK)
    told = json.loads(path.with_suffix(".feedback.json").read_text())
    essay = next(item for item in told["items"] if item["name"] == "why")
    assert (essay["points"], essay["result"], essay["comment"]) == (
        2.5,
        "graded by a person",
        "Well argued.",
    )
    assert told["total"] == {"points": 7.5, "max_points": 8.0, "waiting": 0}


def test_release_feedback_hands_the_page_out(
    course: Path, master: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from nbgrader.coursedir import CourseDirectory
    from nbgrader.exchange.default import ExchangeReleaseFeedback
    from nbgrader.utils import notebook_hash

    (course / "submitted" / "ben" / ASSIGNMENT / "submission_secret.txt").unlink()
    for student, answers in {"ada": GOOD, "ben": WRONG}.items():
        write_feedback(course, result(student, answers), notebook=NOTEBOOK)
    exchange = tmp_path / "exchange"
    exchange.mkdir(mode=0o777)
    exchange.chmod(0o777)
    place = CourseDirectory(root=str(course), course_id="demo", assignment_id=ASSIGNMENT)
    ExchangeReleaseFeedback(coursedir=place, root=str(exchange)).start()
    name = f"{notebook_hash(secret=SECRET, notebook_id=NOTEBOOK)}.html"
    handed_out = exchange / "demo" / "feedback" / name
    page_of_ada = course / "feedback" / "ada" / ASSIGNMENT / f"{NOTEBOOK}.html"
    assert handed_out.read_bytes() == page_of_ada.read_bytes()


def test_a_secret_that_is_a_link_is_not_followed(course: Path, tmp_path: Path) -> None:
    private = tmp_path / "private"
    private.write_text("a" * 40)
    secret = course / "submitted" / "ada" / ASSIGNMENT / "submission_secret.txt"
    secret.unlink()
    secret.symlink_to(private)
    path = write_feedback(course, result("ada", GOOD), notebook=NOTEBOOK)
    assert (path.parent / "submission_secret.txt").read_text() != private.read_text()


def test_generate_feedback_does_not_replace_it_unasked(
    course: Path, master: dict[str, Any]
) -> None:
    write_result(course, result("ada", GOOD), master)
    path = write_feedback(course, result("ada", GOOD), notebook=NOTEBOOK)
    before = path.read_text()
    assert squares.api(course).generate_feedback(ASSIGNMENT, "ada", force=False)["success"]
    assert path.read_text() == before
