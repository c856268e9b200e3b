"""A class graded by `autograder grade`, opened by a person in nbgrader's formgrader.

The marks are the same there; an essay is graded by hand, the class is graded again, the mark by
hand stays, and `nbgrader export` gives the sum.
"""

from __future__ import annotations

import csv
import os
import re
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect, sync_playwright

from autograder.proof.measure import run, state
from autograder.proof.measure.classes import SMALL, SMALL_ANSWERS, hand_in_small, small_course
from tests.browser.test_jupyterlab import FLAGS, PATIENCE_MS
from tests.house.server import Server, running

pytestmark = pytest.mark.browser

RIGHT = {name: answers[0] for name, answers in SMALL_ANSWERS.items()}
DOUBLED = {**RIGHT, "square": "def square(x):\n    return x + x"}
ELSEWHERE = re.compile(r"^https?://(?!127\.0\.0\.1)")
"""The formgrader asks the network for MathJax, and waits for the answer."""
BY_HAND = 2.5
"""Points that a person gives for the essay, of three."""


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = small_course(tmp_path_factory.mktemp("class") / "course", {"ada": RIGHT, "bob": DOUBLED})
    assert run.grade(root, SMALL, 1)["ok"] is True
    return root


@pytest.fixture(scope="module")
def server(course: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    home = tmp_path_factory.mktemp("home")
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("JUPYTER", "AUTOGRADER"))}
    lab = (sys.executable, "-m", "autograder.course.lab", "--teach", "--no-browser", "--port=0")
    with running(lab, course, {**kept, "HOME": str(home)}, home / "log") as started:
        yield started


@pytest.fixture(scope="module")
def page(server: Server, chromium: str) -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        opened = browser.new_page(viewport={"width": 1280, "height": 1000})
        opened.set_default_timeout(PATIENCE_MS)
        expect.set_options(timeout=PATIENCE_MS)
        opened.route(ELSEWHERE, lambda route: route.abort())
        opened.goto(f"{server.address}/lab?token={server.token}", wait_until="commit")  # a cookie
        yield opened
        browser.close()


def open_submission(page: Page, server: Server, course: Path, student: str) -> None:
    query = (
        "SELECT m.id FROM submitted_notebook m JOIN submitted_assignment s "
        "ON s.id = m.assignment_id WHERE s.student_id = ?"
    )
    with closing(sqlite3.connect(course / "gradebook.db")) as database:
        ((id_,),) = database.execute(query, (student,)).fetchall()
    page.goto(f"{server.address}/formgrader/submissions/{id_}/")


def score(page: Page, cell: str) -> Locator:
    """The field with a cell's mark; a mark of the program's stands in it as its placeholder."""
    return page.locator(f'input.score[id="{cell}"]')


def expect_marks(page: Page, course: Path, student: str) -> None:
    """What the formgrader shows is what the gradebook holds."""
    rows = [row for row in state.marks(course) if row[0] == student]
    assert len(rows) == 4
    for _student, _notebook, cell, _type, auto, manual, _look in rows:
        if auto is not None:
            expect(score(page, cell)).to_have_attribute("placeholder", f"{auto:g}")
        expect(score(page, cell)).to_have_value("" if manual is None else f"{manual:g}")


def test_the_formgrader_shows_the_same_marks(page: Page, server: Server, course: Path) -> None:
    for student, square in (("ada", "2"), ("bob", "0")):
        open_submission(page, server, course, student)
        expect(score(page, "square-test")).to_have_attribute("placeholder", square)
        expect_marks(page, course, student)
        expect(page.locator("body")).to_contain_text(RIGHT["why"])


def test_an_essay_is_graded_by_hand_and_keeps_its_mark(
    page: Page, server: Server, course: Path, tmp_path: Path
) -> None:
    open_submission(page, server, course, "ada")
    essay = score(page, "why")
    expect(essay).to_have_class("score tabbable needs_manual_grade")
    with page.expect_response(lambda answer: "/api/grade/" in answer.url and answer.ok):
        essay.fill(str(BY_HAND))
        essay.press("Tab")
    page.screenshot(path=tmp_path / "formgrader.png")

    hand_in_small(course, "ada", DOUBLED)
    assert run.grade(course, SMALL, 1)["ok"] is True
    open_submission(page, server, course, "ada")
    expect(score(page, "square-test")).to_have_attribute("placeholder", "0")
    expect(score(page, "why")).to_have_value(str(BY_HAND))
    expect_marks(page, course, "ada")


def test_the_export_gives_the_sum(course: Path) -> None:
    run.module(course, "nbgrader", "export")
    with (course / "grades.csv").open(encoding="utf-8") as file:
        exported = {row["student_id"]: float(row["score"]) for row in csv.DictReader(file)}
    rows = state.marks(course)
    sums = {
        student: sum(
            manual if manual is not None else auto or 0
            for s, *_, auto, manual, _ in rows
            if s == student
        )
        for student in ("ada", "bob")
    }
    assert exported == sums
    assert exported["ada"] == exported["bob"] + BY_HAND
