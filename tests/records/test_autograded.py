"""The notebook of the formgrader: the student's words as written, and none of them acts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from autograder.course.notebook import read
from autograder.records.autograded import autograded
from autograder.records.gradebook import write_result
from autograder.records.markdown import MAX_RENDERED, harmless, literal, pictures
from autograder.records.visible import visible
from tests.records.pages import parse
from tests.records.squares import ASSIGNMENT, GOOD, NOTEBOOK, WRONG, broken, result

PICTURE = {"p.png": {"image/png": "aGVsbG8="}}
PLAIN = [
    "Because $x < y$ is **so**, and `a<b>` is code.\n\n- one\n- two",
    "```python\nprint('<script>')\n```",
    "| a | b |\n|---|---|\n| 1 | 2 |",
    "see [the docs](https://pytorch.org/docs) and <https://pytorch.org>",
    "a < b, c > d & e",
    "![mine](attachment:p.png)",
    "$$\\sum_i x_i$$",
    "````\n<script>alert(1)</script>\n```\n<script>",
]
ACTING = [
    "<script>alert(1)</script>",
    "x <img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<b onmouseover=alert(1)>bold</b>",
    "<!-- hidden -->",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x]( java&#115;cript:alert(1))",
    "[x][1]\n\n[1]: javascript:alert(1)",
    "[x](data:text/html,hi)",
    "[x](vbscript:x)",
    "<javascript:alert(1)>",
    "![x](http://evil.example/track.png)",
    "![x][1]\n\n[1]: http://evil.example/track.png",
    "![x](attachment:missing.png)",
    "```mermaid\n<img src=x onerror=alert(1)>\n```",
    "$\\href{javascript:alert(1)}{x}$",
    "$\\def\\x{\\class{a}{b}}\\x$",
    "<" * (MAX_RENDERED + 1),
]
ALLOWED = {"p", "em", "strong", "pre", "code", "div", "span", "a", "img", "ul", "ol", "li", "table"}
ALLOWED |= {"thead", "tbody", "tr", "th", "td", "br", "h1", "h2", "blockquote"}


def rendered(source: str) -> Any:
    """What nbgrader's pages make of a Markdown cell."""
    from nbconvert import HTMLExporter

    html = HTMLExporter().markdown2html({"cell": {"attachments": PICTURE}}, source)
    return parse(html)


@pytest.mark.parametrize("source", PLAIN)
def test_plain_text_stays_as_it_was_written(source: str) -> None:
    assert harmless(source, PICTURE) == source


@pytest.mark.parametrize("source", ACTING)
def test_text_that_acts_is_shown_literally(source: str) -> None:
    shown = harmless(source, PICTURE)
    read_ = rendered(shown)
    assert source.strip() in read_.text("code")
    assert {tag for tag, _ in read_.tags} <= ALLOWED
    assert not [a for _, attrs in read_.tags for a in attrs if a not in ("class", "id", "href")]


def test_a_literal_block_cannot_be_left() -> None:
    text = "```\n````\n</code><script>"
    assert rendered(literal(text)).text("code").strip() == text


def test_only_pictures_stay_attached() -> None:
    handed_in = {
        "good.png": {"image/png": "aGVsbG8="},
        "bad.svg": {"image/svg+xml": "PHN2Zz4="},
        "quote.png": {"image/png": 'x" onerror="alert(1)'},
        "odd": "no table",
    }
    assert pictures(handed_in) == {"good.png": {"image/png": "aGVsbG8="}}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\x1b[2Jb", "a␛[2Jb"),
        ("\u202eb", "[U+202E]b"),
        ("\x7f\x00", "␡␀"),
        ("é 漢 👩‍💻\n\t", "é 漢 👩‍💻\n\t"),
    ],
)
def test_hidden_characters_are_seen(text: str, shown: str) -> None:
    assert visible(text) == shown


def source_of(notebook: dict[str, Any], name: str) -> str:
    cells = {c["metadata"].get("nbgrader", {}).get("grade_id"): c for c in notebook["cells"]}
    return str(cells[name]["source"])


def test_answers_and_verdicts_are_in_it_and_no_solution_or_hidden_test(
    course: Path, master: dict[str, Any]
) -> None:
    write_result(course, result("ben", WRONG), master)
    shown = read(course / "autograded" / "ben" / ASSIGNMENT / f"{NOTEBOOK}.ipynb")
    assert source_of(shown, "square") == WRONG["square"]
    assert source_of(shown, "why") == WRONG["why"]
    text = str(shown)
    assert "return x * x" not in text
    assert "square(-3)" not in text
    (test,) = [c for c in shown["cells"] if c["id"] == "square-test"]
    assert test["outputs"][0]["text"] == "square-test: failed\n"
    assert test["outputs"][1]["data"] == {"text/plain": "0.0"}


def test_a_missing_answer_is_a_stub_and_never_the_solution(master: dict[str, Any]) -> None:
    shown = autograded(master, broken("ada", "unreadable", "Cut <b>short</b>."))
    assert "return x * x" not in source_of(shown, "square")
    assert "A model answer" not in source_of(shown, "why")
    assert "unreadable" in shown["cells"][0]["source"]


def test_a_rebuilt_notebook_shows_what_the_student_added(master: dict[str, Any]) -> None:
    own = {
        "cell_type": "markdown",
        "id": "added-1",
        "metadata": {},
        "source": "<script>alert(1)</script>",
        "attachments": {"a": {"image/svg+xml": "x"}},
    }
    rebuilt = {**master, "cells": [*master["cells"], own]}
    shown = autograded(master, result("ada", GOOD), rebuilt)["cells"][-1]
    assert "attachments" not in shown
    assert not rendered(shown["source"]).named("script")
    assert own["attachments"], "the notebook handed in is left as it was"
