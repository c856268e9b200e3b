"""What `check` returns: the bare number that nbgrader reads, and a card that people read."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import pytest
import torch
from nbgrader.utils import determine_grade

from autograder import check
from autograder.exercise import Quiz
from autograder.judge.card import card
from autograder.judge.judge import judge_quiz
from autograder.judge.points import Points
from autograder.judge.sentences import text, wrapped
from autograder.judge.verdict import StageResult, Verdict
from autograder.lessons import lessons
from tests.judge.learner import judged, written

VOID = {"meta", "br", "hr", "img", "input", "link"}


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUTOGRADER_HOME", str(tmp_path))


def points(number: float, text: str = "line") -> Points:
    stages = (StageResult("a <b>", "s", "passed", number, 3), StageResult("c", "s", "failed", 0, 1))
    return Points(number, Verdict('x"<i>', number, 4, stages, (text,)))


@pytest.mark.parametrize("number", [0.0, 1.0, 0.5, 2 / 3, 0.1 + 0.2, 1e-7, 12345678.25, 4.0])
def test_nbgrader_reads_the_very_number(number: float) -> None:
    cell = nbformat.v4.new_code_cell(metadata={"nbgrader": {"grade": True, "points": number}})
    shown = nbformat.v4.new_output("execute_result", {"text/plain": repr(points(number))})
    cell.outputs = [shown]
    cell.metadata.nbgrader.solution = False
    assert determine_grade(cell) == (number, number)


def test_whole_points_show_without_a_fraction() -> None:
    assert (repr(points(3.0)), str(points(0.5)), f"{points(2.0)}") == ("3", "0.5", "2")


def test_the_visible_call_gives_the_whole_cell_and_the_hidden_one_what_was_earned() -> None:
    cell = "def softmax(x, dim):\n    e = x.exp()\n    return e / e.sum(dim, keepdim=True)"
    wrong = written("softmax", cell)
    assert (check(wrong), check(wrong, hidden=True)) == (3, 3)
    right = cell.replace("x.exp()", "(x - x.amax(dim, keepdim=True)).exp()")
    assert (check(written("softmax", right)), check(written("softmax", right), hidden=True)) == (
        4,
        4,
    )


class Outline(HTMLParser):
    """Collects tags and text, and notices tags that are never closed."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_card_is_whole_escaped_and_has_a_name_for_screen_readers() -> None:
    card = Outline(points(2, 'got <script>alert(1)</script> & "quotes"')._repr_html_())
    assert card.open == []
    assert {tag for tag, _ in card.tags} <= {"section", "p", "strong", "ol", "li", "div"}
    tag, attributes = card.tags[0]
    assert (tag, attributes["role"]) == ("section", "status")
    assert attributes["aria-label"] == 'Not yet: x"<i>: 2 of 4 points'
    assert "<script>alert(1)</script>" in card.text
    assert "a <b>: passed (2 of 3)" in card.text


def test_the_card_says_in_words_what_colour_says() -> None:
    stub = judged("softmax", "def softmax(x, dim):\n    raise NotImplementedError")
    assert "Not started: softmax: 0 of 4 points" in Outline(Points(0, stub)._repr_html_()).text
    good = "e = (x - x.amax(dim, keepdim=True)).exp()\n    return e / e.sum(dim, keepdim=True)"
    passed = judged("softmax", f"def softmax(x, dim):\n    {good}")
    assert "Passed: softmax: 4 of 4 points" in Outline(Points(4, passed)._repr_html_()).text


def test_the_edge_of_the_card_can_be_seen_in_light_and_in_dark() -> None:
    """WCAG 2.2 asks 3 to 1 for graphics against their background; #111 is JupyterLab's dark."""
    from autograder.judge.card import EDGES

    for colour in EDGES.values():
        assert contrast(colour, "#ffffff") >= 3
        assert contrast(colour, "#111111") >= 3


def test_the_text_takes_its_colours_from_the_page() -> None:
    """So its contrast is the theme's own."""
    style = Outline(points(1)._repr_html_()).tags[0][1]["style"] or ""
    assert "color:var(--jp-content-font-color1,inherit)" in style
    assert re.search(r"background:var\(--jp-layout-color1,\s*transparent\)", style)


def contrast(a: str, b: str) -> float:
    """Contrast ratio of two colours, after WCAG 2."""
    light, dark = sorted((luminance(a), luminance(b)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize(
    ("answer", "points", "sentence"),
    [
        (None, 0, "Set the answer to one of the letters"),
        ("Z", 0, "Set the answer to one of the letters"),
        (3, 0, "Set the answer to one of the letters"),
    ],
)
def test_a_quiz_that_is_not_answered_says_what_to_do(
    answer: object, points: float, sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    given = check("quiz-attention-scale", answer)
    assert given == points
    assert sentence in given.text
    assert not given.verdict.attempted


def test_every_option_of_a_quiz_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    from autograder.lessons import exercise

    quiz = exercise("quiz-attention-scale")[1]
    for letter, option in zip(quiz.letters, quiz.options, strict=True):
        given = check(quiz.name, f" {letter.lower()}. ")
        assert given == (quiz.points if letter == quiz.answer else 0)
        assert " ".join(option.why.split()) in " ".join(given.text.split())
        assert max(map(len, given.text.splitlines())) <= 100


ANSWERS = [
    pytest.param(quiz, letter, id=f"{quiz.name}/{letter}")
    for lesson in lessons()
    for quiz in lesson.exercises
    if isinstance(quiz, Quiz)
    for letter in quiz.letters
]


@pytest.mark.parametrize(("quiz", "letter"), ANSWERS)
def test_the_card_of_a_quiz_shows_code_as_code_and_every_blank(quiz: Quiz, letter: str) -> None:
    verdict = judge_quiz(quiz, letter)
    shown, option = Outline(card(verdict)), quiz.options[quiz.letters.index(letter)]
    assert shown.open == []
    assert not re.search(r"`|\*\*|\$\S", shown.text)
    assert f"{letter}: {option.text}\n{option.why}".replace("`", "") in shown.text
    code = (option.text + option.why).count("`") // 2
    assert sum(tag == "code" for tag, _ in shown.tags) == code
    assert "**" not in text(verdict)


def test_marks_are_rendered_after_escaping_and_only_in_our_sentences() -> None:
    from autograder.judge.verdict import ANSWER

    line = "`a <b> *` and **not** a < b, `**c**`"
    quiz = Verdict("q", 0, 1, (StageResult(ANSWER, "", "failed", 0, 1),), (line,))
    html = "<code>a &lt;b&gt; *</code> and <strong>not</strong> a &lt; b, <code>**c**</code>"
    assert html in card(quiz)
    assert text(quiz).endswith("`a <b> *` and not a < b, `**c**`")
    stages = tuple(StageResult(name, "", "failed", 0, 1) for name in "ab")
    said = (f"Cause: {line}", "Got '`x`', expected '**y**'.")
    shown = card(Verdict("e", 0, 2, stages, said))
    assert f"Cause: {html}" in shown
    assert "Got &#x27;`x`&#x27;, expected &#x27;**y**&#x27;." in shown


def test_the_arguments_of_the_call_that_failed_are_there_to_play_with() -> None:
    given_back = check(written("softmax", "def softmax(x, dim):\n    return x.exp()"))
    args = check.last.args
    assert "To try it: softmax(*check.last.args)" not in given_back.text  # it is short enough
    assert torch.equal(args[0], torch.tensor([1.0, 2.0, 3.0]))
    assert args[1] == 0
    args[0].zero_()
    check(written("softmax", "def softmax(x, dim):\n    return x.exp()"))
    assert check.last.args[0].tolist() == [1, 2, 3]


def test_of_a_hidden_call_there_are_no_arguments() -> None:
    cell = """
    def softmax(x, dim):
        w = (x - x.amax(dim, keepdim=True)).exp()
        return w / w.sum(dim, keepdim=True) * (0.5 if x.shape == (7,) else 1)
    """
    check(written("softmax", cell), hidden=True)
    assert check.last.args == ()


def test_a_passed_check_names_what_comes_next() -> None:
    cell = "def softmax(x, dim):\n    w = (x - x.amax(dim, keepdim=True)).exp()\n"
    verdict = check(written("softmax", cell + "    return w / w.sum(dim, keepdim=True)")).verdict
    assert verdict.lines[-1] == "Next: `attention_scores`."


def test_a_page_breaks_sentences_by_itself() -> None:
    long = "What this part looks at: " + "a long sentence, " * 20
    shown = card(Verdict("x", 0, 4, (), wrapped(long, "Parts: one, " + "two, " * 40, "End.")))
    assert f"{long.strip()}\nEnd." in shown
