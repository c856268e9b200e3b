"""What is graded is the notebook that nbgrader saves: its own gradebook is the oracle."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from autograder.course import notebook as notebooks
from autograder.course.notebook import cells
from autograder.records.cells import CannotGenerate, saved
from autograder.records.place import place
from tests.courses.courses import run
from tests.records import squares
from tests.records.squares import ASSIGNMENT, NOTEBOOK, cell

STEPS = """
from nbgrader import preprocessors
from nbgrader.converters import GenerateAssignment

class Harder(preprocessors.NbGraderPreprocessor):
    def preprocess_cell(self, cell, resources, index):
        cell.source = cell.source.replace("square(2) == 4", "square(20) == 400")
        return cell, resources

class Failing(Harder):
    def preprocess_cell(self, cell, resources, index):
        raise KeyError("nothing there")

c.IncludeHeaderFooter.header = "header.ipynb"
c.GenerateAssignment.preprocessors = [STEP, *GenerateAssignment.preprocessors.default_args[0]]
"""


def with_steps(course: Path, step: str) -> dict[str, Any]:
    """Let the course have a heading and a step of its own; its source notebook."""
    header = {**squares.source_notebook(), "cells": [cell("code", "side = 3", "side")]}
    notebooks.write(header, course / "header.ipynb")
    config = squares.CONFIG + STEPS.replace("STEP", step)
    (course / "nbgrader_config.py").write_text(config)
    return squares.source_notebook()


def test_the_course_s_own_steps_and_headings_are_graded(course: Path) -> None:
    master = with_steps(course, "Harder")
    made = cells(saved(place(course), master, ASSIGNMENT, NOTEBOOK))
    run(course, "nbgrader", "generate_assignment", ASSIGNMENT, "--force")
    with closing(sqlite3.connect(course / "gradebook.db")) as book:
        stored = dict(book.execute("select name, source from source_cell"))
    assert "square(20) == 400" in stored["square-test"]
    assert {c.grade_id: c.source for c in made if c.grade_id} == stored
    released = notebooks.read(course / "release" / ASSIGNMENT / f"{NOTEBOOK}.ipynb")
    assert [c.id for c in made] == [c.id for c in cells(released)]
    assert made[0].source == "side = 3"


def test_a_step_that_fails_is_told_with_its_name(course: Path) -> None:
    master = with_steps(course, "Failing")
    with pytest.raises(CannotGenerate, match="Failing: KeyError: 'nothing there'"):
        saved(place(course), master, ASSIGNMENT, NOTEBOOK)


def test_ids_that_are_missing_are_the_same_every_time(course: Path) -> None:
    master = squares.source_notebook()
    for each in master["cells"]:
        del each["id"]
    (first, again) = (
        saved(place(course), {**master, "metadata": {**master["metadata"], "n": n}}, "ps1", "b")
        for n in (1, 2)
    )
    assert first["cells"] == again["cells"]
