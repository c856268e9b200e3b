"""A small course for tests: one lesson with a function, a quiz and a written answer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from autograder.course.course import Course
from autograder.course.notebook import write
from autograder.exercise import Case, Essay, Exercise, Lesson, Option, Quiz, Stage
from tests.house.notebooks import answer, code, essay, graded, notebook, text

ROOT = Path(__file__).resolve().parents[2]

DOUBLE = Exercise(
    name="double",
    title="Twice a number",
    difficulty=1,
    minutes=1,
    stages=(Stage("one", 2, "twice a number.", lambda _: [Case((3,), 6)]),),
    reference="def double(x):\n    added_to_itself_once = x + x\n    return added_to_itself_once\n",
)
QUIZ = Quiz(
    name="quiz-two",
    question="What is twice two?",
    options=(Option("three", "No, one less."), Option("four", "Yes.")),
    answer="B",
    verify=lambda: "B",
)
WHY = Essay(name="double-why", title="Why", points=3, rubric=("Says that x is added twice.",))
LESSON = Lesson("90-small", "small", "A small lesson", (DOUBLE, QUIZ, WHY), ("import math, os",))

SOLUTION = """def double(x):
    \"\"\"Twice `x`.\"\"\"
    ### BEGIN SOLUTION
    added_to_itself_once = x + x
    return added_to_itself_once
    ### END SOLUTION"""
CHOICE = """quiz_two = None  # replace None by "A" or "B"
### BEGIN SOLUTION
quiz_two = "B"
### END SOLUTION"""


def hidden(args: str) -> str:
    return (
        f"check({args})\n### BEGIN HIDDEN TESTS\ncheck({args}, hidden=True)\n### END HIDDEN TESTS"
    )


def source() -> dict[str, Any]:
    return notebook(
        text("intro", "# Doubling\n\n![Two dots beside two dots](dots.svg)"),
        code("imports", "from autograder import check\nimport math, os"),
        answer("double", SOLUTION),
        graded("double", hidden("double"), 2),
        text("quiz-two-text", "**What is twice two?**\n\n- A. three\n- B. four"),
        answer("quiz-two", CHOICE),
        graded("quiz-two", hidden('"quiz-two", quiz_two'), 1),
        text("double-why-text", "Why does adding double a number?"),
        essay("double-why", "Because adding x to itself counts x two times.", 3),
    )


def course(folder: Path, master: dict[str, Any] | None = None) -> Course:
    """The small course in a folder of its own, with this repository's nbgrader_config.py."""
    made = Course(folder)
    made.source(LESSON.id).mkdir(parents=True)
    made.config.write_bytes((ROOT / "nbgrader_config.py").read_bytes())
    write(master or source(), made.source(LESSON.id) / "small.ipynb")
    (made.source(LESSON.id) / "dots.svg").write_text("<svg/>\n", encoding="utf-8")
    return made
