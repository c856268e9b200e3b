"""The sheet of an exercise: how it is read, and what is said where it cannot be."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

from autograder.cli import USAGE_STATUS, main
from autograder.exercise import Case, Draw, Exercise, Stage, changed
from autograder.lessons import attention, lessons
from autograder.lessons.gather import gathered
from autograder.lessons.sheet import PROMISED, BadSheet, exercise, no_cases, parsed

ORDER = " ".join(e.name for e in attention.LESSON.exercises)
REFERENCE = """\
def mean(x, weights):
    total = sum(weights)
    return sum(a * b for a, b in zip(x, weights)) / total
"""
HEAD = """\
A weighted mean
difficulty 2, 10 minutes, 20 s a call
forbids statistics.fmean numpy.average
    numpy.mean

stages
equal weights (1): weights that are
    all equal.
any weights (0.5, after equal weights): it needs: (all) weights.

mistakes
"""
UNWEIGHTED = """\
unweighted (any weights): it forgets the weights. Multiply
    by them.
- a * b
+ a
"""


def draw(_: Draw) -> list[Case]:
    return []


def read(mistakes: str = UNWEIGHTED, head: str = HEAD) -> Exercise:
    return parsed(head + mistakes, "mean", REFERENCE, (draw, draw), given="given.mean")


def test_a_sheet_says_all_there_is_to_an_exercise() -> None:
    found = read()
    assert (found.name, found.title, found.difficulty) == ("mean", "A weighted mean", 2)
    assert (found.minutes, found.limit_s, found.reference) == (10, 20.0, REFERENCE)
    assert found.forbids == ("statistics.fmean", "numpy.average", "numpy.mean", "given.mean")
    assert found.stages == (
        Stage("equal weights", 0.5, "weights that are all equal.", draw),
        Stage("any weights", 0.5, "it needs: (all) weights.", draw, ("equal weights",)),
        Stage("promises", 0.5, PROMISED, no_cases),
    )


def test_a_mistake_is_the_reference_with_its_changes() -> None:
    (mistake,) = read().mistakes
    assert (mistake.name, mistake.loses) == ("unweighted", ("any weights",))
    assert mistake.sentence == "it forgets the weights. Multiply by them."
    assert mistake.changes == (("a * b", "a"),)
    assert mistake.cell == REFERENCE.replace("a * b", "a")


def test_several_changes_and_several_lines_make_one_mistake() -> None:
    (mistake,) = read(
        "both (equal weights, any weights): two changes.\n"
        "- / total\n"
        "- total = sum(weights)\n"
        "-     return\n"
        "+ for w in weights:\n"
        "+         print(w)\n"
        "+     return\n".replace("- / total\n", "- / total\n+ / len(x)\n")
    ).mistakes
    assert mistake.loses == ("equal weights", "any weights")
    assert mistake.cell == (
        "def mean(x, weights):\n    for w in weights:\n        print(w)\n"
        "    return sum(a * b for a, b in zip(x, weights)) / len(x)\n"
    )


def test_a_text_without_another_is_left_out() -> None:
    (mistake,) = read("no total (any weights): it does not divide.\n-  / total\n").mistakes
    assert mistake.cell == REFERENCE.replace(" / total", "")


def test_what_is_no_small_change_is_written_out_whole() -> None:
    sheet = "by hand (any weights): another way.\n= def mean(x, weights):\n=\n=     return 1\n"
    (mistake,) = read(sheet).mistakes
    assert mistake.cell == "def mean(x, weights):\n\n    return 1\n"
    assert mistake.changes == ()


WRONG = {
    "- sum\n+ max\n": 'the mistake "wrong": the reference holds this text 2 times, not once:\nsum',
    "- product\n+ x\n": "the reference holds this text 0 times, not once:\nproduct",
    "- a * b\n+ a\n- b for\n+ a for\n": "two of its changes overlap, at this text:\nb for",
    "": "it needs lines with - and +, or a whole cell in lines with =.",
    "= def mean():\n+ x\n": "must be pairs, - and then +, or a whole cell in lines with =.",
    "+ a\n- a * b\n+ b\n": "must be pairs, - and then +, or a whole cell in lines with =.",
    "-a * b\n+ a\n": '"-a * b" needs one blank behind its mark.',
    "- a * b\n+ a *\n": 'the mistake "wrong": its cell is no Python: invalid syntax, in `return',
    "- a * b\n+ a * b\n": "it changes nothing.",
}


@pytest.mark.parametrize("marked", WRONG)
def test_a_mistake_that_does_not_fit_the_reference_is_refused(marked: str) -> None:
    with pytest.raises(BadSheet) as refused:
        read(f"wrong (any weights): it is wrong.\n{marked}")
    assert WRONG[marked] in str(refused.value)


def test_every_mistake_that_does_not_fit_is_said_at_once() -> None:
    entry = "(any weights): it is wrong.\n- nowhere\n+ x\n"
    with pytest.raises(BadSheet, match=r'the mistake "one"[^"]*\n.*\nthe mistake "two"'):
        read(f"one {entry}two {entry}")


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("difficulty 2", "hard", 'the second line must be like "difficulty 2, 10 minutes"'),
        ("difficulty 2", "2", 'the second line must be like "difficulty 2, 10 minutes"'),
        ("stages\n", "", 'it needs a title, a line of facts, then "stages" and "mistakes".'),
        ("any weights (0.5, after", "any weights (0.5, needs", 'the stage "any weights" must be'),
        ("equal weights (1)", "equal weights", 'must be like "name (stage): sentence"'),
        ("any weights (0.5, after equal weights)", "    more", "1 stages, and the module draws"),
        ("forbids statistics.fmean numpy", "forbids statistics.fmean, numpy", "no name to forbid"),
        ("forbids", "forbid", "is no line of the head: forbids, spares or trains."),
        ("equal weights (1)", "equal weights (-1)", '"equal weights" must have points above 0.'),
        ("after equal weights", "after any weights", "which is no earlier stage."),
        ("any weights (0.5", "equal weights (0.5", 'two stages are called "equal weights".'),
        ("it needs: (all) weights.", "  ", "must be like"),
    ],
)
def test_a_sheet_that_cannot_be_read_says_what_it_needs(old: str, new: str, sentence: str) -> None:
    with pytest.raises(BadSheet) as refused:
        read(head=HEAD.replace(old, new))
    assert sentence in str(refused.value)


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        (UNWEIGHTED, 'there is one of this name or with this cell already, "unweighted".'),
        (UNWEIGHTED.replace("any weights", "some"), 'loses "some"; the stages are equal weights,'),
        ("- a * b\n+ a\n" + UNWEIGHTED, '"- a * b" belongs to no mistake.'),
    ],
)
def test_a_mistake_has_a_name_of_its_own_and_stages_that_exist(more: str, sentence: str) -> None:
    with pytest.raises(BadSheet) as refused:
        read(more if more.startswith("-") or "some" in more else UNWEIGHTED + more)
    assert sentence in str(refused.value)


def test_no_mistake_is_an_empty_table() -> None:
    assert read("").mistakes == ()


def test_a_byte_order_mark_and_blanks_at_the_end_of_a_line_do_not_count(tmp_path: Path) -> None:
    folder = tmp_path / "sums"
    (folder / "reference").mkdir(parents=True)
    (folder / "reference" / "mean.py").write_text(REFERENCE, encoding="utf-8-sig")
    sheet = (HEAD + UNWEIGHTED).replace("stages\n", "stages  \n")
    (folder / "mean.txt").write_text(sheet, encoding="utf-8-sig")
    found = exercise(str(folder / "__init__.py"), "mean", draw, draw)
    assert (found.title, found.reference) == ("A weighted mean", REFERENCE)


@pytest.mark.parametrize("missing", ["mean.txt", "reference/mean.py"])
def test_a_file_that_is_missing_is_named(tmp_path: Path, missing: str) -> None:
    folder = tmp_path / "sums"
    (folder / "reference").mkdir(parents=True)
    (folder / "reference" / "mean.py").write_text(REFERENCE)
    (folder / "mean.txt").write_text(HEAD + UNWEIGHTED)
    (folder / missing).unlink()
    with pytest.raises(BadSheet, match=rf"{Path(missing).name} is needed beside it"):
        exercise(str(folder / "__init__.py"), "mean", draw, draw)


def test_every_file_of_a_lesson_belongs_to_an_exercise() -> None:
    for lesson in lessons():
        folder = Path(
            importlib.import_module(lesson.given.replace("given", "lessons")).__file__ or ""
        )
        names = {e.name for e in lesson.coding}
        assert {path.stem for path in folder.parent.glob("*.txt")} == names
        assert {p.stem for p in folder.parent.glob("reference/*.py")} == {*names, "first_cell"}


def test_the_file_is_named_where_a_sheet_is_bad(tmp_path: Path) -> None:
    folder = tmp_path / "sums"
    (folder / "reference").mkdir(parents=True)
    (folder / "reference" / "mean.py").write_text(REFERENCE)
    (folder / "mean.txt").write_text(HEAD + UNWEIGHTED.replace("a * b", "c * d"))
    with pytest.raises(BadSheet, match=r"autograder/lessons/sums/mean.txt: the mistake"):
        exercise(str(folder / "__init__.py"), "mean", draw, draw)


def test_changes_are_made_at_once_in_the_order_of_the_text() -> None:
    assert changed("one two three", [("three", "one"), ("one", "two")]) == "two two one"


def test_the_command_line_says_what_is_wrong_with_a_sheet_in_its_words(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(_name: str) -> None:
        raise BadSheet("softmax.txt: a sentence.")

    monkeypatch.setattr("autograder.lessons.lesson", refuse)
    assert main(["quality", "03"]) == USAGE_STATUS
    assert capsys.readouterr().err == "softmax.txt: a sentence.\n"


def test_the_order_of_a_lesson_and_its_modules_name_the_same_exercises() -> None:
    with pytest.raises(BadSheet, match=r"01-x: only its order, or only a module .* has more, soft"):
        gathered(
            attention.__file__, id="01-x", title="", order=f"{ORDER} more".replace("softmax", "")
        )
