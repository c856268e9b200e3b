"""A learner's first exercise in a real browser: wrong, named; right, passed; Validate.

JupyterLab runs as `make lab` starts it, on a copy of lesson 03.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect, sync_playwright

from autograder.course.course import Course
from autograder.course.notebook import cells, read
from autograder.exercise import Exercise
from autograder.lessons import exercise
from tests.house.answers import solved
from tests.house.server import Server, running
from tests.house.tree import ROOT

pytestmark = pytest.mark.browser

FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")
PATIENCE_MS = 180_000
"""Milliseconds to wait for something to appear: a cold import of torch may take a minute."""
LESSON = "03-attention"
NOTEBOOK = f"{LESSON}/attention.ipynb"
PLACE = "data-windowed-list-index"
DONE = re.compile(r"^\[\d+\]:$")
"""The prompt of a cell that has run; a running one has a star."""
READY = "| Idle"
"""What the status bar says of a kernel that takes cells; one that still starts drops them."""
READABLE = 4.5
"""Least contrast of text that reads well (WCAG 2.2, level AA)."""
CONTRAST = """element => {
    const rgb = colour => colour.match(/[\\d.]+/g).map(Number);
    const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
        .map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
        .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
    const style = getComputedStyle(element);
    const pair = [light(rgb(style.color)), light(rgb(style.backgroundColor))];
    return (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05);
}"""
"""Contrast between an element's text and its background."""


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """A fresh clone, as far as `make lab` looks at it; nothing is in my-work/ yet."""
    made = Course(tmp_path_factory.mktemp("course"))
    shutil.copy(ROOT / made.config.name, made.config)
    shutil.copytree(ROOT / "release", made.root / "release")
    shutil.copytree(ROOT / "source", made.root / "source")
    return made


@pytest.fixture(scope="module")
def server(course: Course, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    home = tmp_path_factory.mktemp("home")
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("JUPYTER", "AUTOGRADER"))}
    command = (sys.executable, "-m", "autograder.course.lab", "--no-browser", "--port=0")
    with running(command, course.root, {**kept, "HOME": str(home)}, home / "log") as started:
        yield started


@pytest.fixture(scope="module")
def page(server: Server, chromium: str) -> Iterator[Page]:
    """The lesson, open in JupyterLab."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        opened = browser.new_page(viewport={"width": 1280, "height": 1000})
        opened.set_default_timeout(PATIENCE_MS)
        expect.set_options(timeout=PATIENCE_MS)
        opened.goto(f"{server.address}/lab/tree/{NOTEBOOK}?token={server.token}")
        expect(opened.locator(".jp-Notebook .jp-Cell").first).to_be_visible()
        expect(opened.locator("#jp-main-statusbar")).to_contain_text(READY)
        yield opened
        browser.close()


class Notebook:
    """The open notebook, used from the keyboard; its cells by their id in the file."""

    def __init__(self, page: Page, course: Course) -> None:
        self.page = page
        found = cells(read(course.my_work / NOTEBOOK))
        self.places = {cell.id: cell.index for cell in found}
        page.locator(".jp-Notebook .jp-Cell").first.click()

    def go_to(self, id_: str) -> Locator:
        """Walk to a cell: JupyterLab draws only the cells that are in view."""
        self.page.keyboard.press("Escape")
        active = self.page.locator(".jp-Notebook .jp-Cell.jp-mod-active")
        here, there = int(active.get_attribute(PLACE) or 0), self.places[id_]
        step = 1 if there > here else -1
        for place in range(here + step, there + step, step) if here != there else ():
            self.page.keyboard.press("ArrowDown" if step > 0 else "ArrowUp")
            expect(active).to_have_attribute(PLACE, str(place))
        return active

    def write(self, id_: str, source: str) -> None:
        """Replace the source of a cell."""
        cell = self.go_to(id_)
        self.page.keyboard.press("Enter")
        expect(cell.locator(".cm-editor.cm-focused")).to_be_visible()
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.press("Delete")
        self.page.keyboard.insert_text(source)
        expect(cell.locator(".cm-content")).to_contain_text(source.strip().splitlines()[-1].strip())

    def run(self, id_: str) -> Locator:
        """Run a cell and wait until it is done; its output."""
        cell = self.go_to(id_)
        prompt = cell.locator(".jp-InputPrompt")
        before = prompt.inner_text()
        self.page.keyboard.press("ControlOrMeta+Enter")
        expect(prompt).not_to_have_text(before)
        expect(prompt).to_have_text(DONE)
        return cell.locator(".jp-OutputArea")


@pytest.fixture(scope="module")
def notebook(page: Page, course: Course) -> Notebook:
    return Notebook(page, course)


def test_no_question_or_warning_meets_a_newcomer(page: Page, server: Server) -> None:
    expect(page.locator(".jp-Dialog")).to_have_count(0)
    expect(page.locator(".jp-toast-message")).to_have_count(0)
    expect(page.locator(".jp-NotebookPanel-toolbar")).to_contain_text("Validate")
    expect(page.locator(".lm-MenuBar-content")).not_to_contain_text("Nbgrader")
    told = server.log.read_text()
    assert [line for line in told.splitlines() if line.startswith("[E")] == []
    assert "deprecat" not in told.lower()


def test_a_stub_is_not_written_yet(notebook: Notebook) -> None:
    notebook.run("setup")
    notebook.run("softmax")
    card = notebook.run("softmax-test").get_by_role("status")
    expect(card).to_contain_text("Not started: softmax: 0 of")
    expect(card).to_contain_text("not written yet")


def test_a_wrong_answer_is_named_and_a_right_one_passes(
    notebook: Notebook, course: Course, tmp_path: Path
) -> None:
    lesson, softmax = exercise("softmax")
    assert isinstance(softmax, Exercise)
    mistake = softmax.mistakes[0]
    notebook.write("softmax", mistake.cell)
    notebook.run("softmax")
    card = notebook.run("softmax-test").get_by_role("status")
    expect(card).to_contain_text("Not yet: softmax")
    expect(card).to_contain_text(mistake.sentence)
    notebook.page.screenshot(path=tmp_path / "wrong.png")

    answers = cells(solved(course, lesson).notebook)
    notebook.write("softmax", next(c.source for c in answers if c.id == "softmax"))
    notebook.run("softmax")
    card = notebook.run("softmax-test").get_by_role("status")
    expect(card).to_contain_text("Passed: softmax")
    notebook.page.screenshot(path=tmp_path / "right.png")


@pytest.mark.parametrize("theme", ["JupyterLab Dark", "JupyterLab Light"])
def test_the_card_reads_well_in_light_and_dark(
    notebook: Notebook, tmp_path: Path, theme: str
) -> None:
    page = notebook.page
    page.locator(".lm-MenuBar-itemLabel").get_by_text("Settings", exact=True).click()
    for name in ("Theme", theme):
        page.locator(".lm-Menu-itemLabel").get_by_text(name, exact=True).click()
    dark = str(theme.endswith("Light")).lower()
    expect(page.locator(f"body[data-jp-theme-light={dark}]")).to_be_attached()
    card = notebook.go_to("softmax-test").get_by_role("status")
    expect(card).to_be_visible()
    page.screenshot(path=tmp_path / "card.png")
    assert card.evaluate(CONTRAST) >= READABLE


def test_validate_says_what_does_not_pass_yet(notebook: Notebook, tmp_path: Path) -> None:
    page = notebook.page
    page.locator(".jp-NotebookPanel-toolbar").get_by_text("Validate").click()
    dialog = page.locator(".jp-Dialog")
    expect(dialog).to_contain_text("Validation Results")
    page.screenshot(path=tmp_path / "validate.png")
    expect(dialog).to_contain_text("attention_scores: 0 of 3 points")
    expect(dialog).not_to_contain_text("check(softmax)")


def test_the_learner_s_answer_is_in_my_work_and_nowhere_else(
    notebook: Notebook, course: Course
) -> None:
    mine = {cell.id: cell.source for cell in cells(read(course.my_work / NOTEBOOK))}
    released = {cell.id: cell.source for cell in cells(read(course.root / "release" / NOTEBOOK))}
    assert "NotImplementedError" in released["softmax"]
    assert "NotImplementedError" not in mine["softmax"]
