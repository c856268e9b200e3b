"""The sheet of an exercise: how it is read, and what is said where it cannot be."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from autograder import lessons
from autograder.cli import USAGE_STATUS, main
from autograder.exercise import Case, Draw, Exercise, Stage, changed
from autograder.lessons import attention
from autograder.lessons.gather import gathered, strays
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
    first, second, last = found.stages
    assert first == Stage("equal weights", 0.5, "weights that are all equal.", first.cases)
    needs = ("equal weights",)
    assert second == Stage("any weights", 0.5, "it needs: (all) weights.", second.cases, needs)
    assert last == Stage("promises", 0.5, PROMISED, no_cases)
    assert first.cases(Draw("seed")) == draw(Draw("seed"))


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
    "-\n+ x\n": "a text of its lines with - is empty.",
    "= def other():\n=     return 1\n": "its cell defines no function or class `mean`.",
    "+ a\n- a * b\n+ b\n": "must be pairs, - and then +, or a whole cell in lines with =.",
    "-a * b\n+ a\n": '"-a * b" needs one blank behind its mark.',
    "- a * b\n+ a *\n": '"wrong": its cell is no Python: invalid syntax, in line 3, `return',
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
        ("equal weights (1)", "equal weights", 'line 7, "equal weights: weights that are all'),
        ("equal weights (1)", "equal weights", 'must be like "name (points): sentence"'),
        ("(0.5, after equal weights)", "(0.5 after x)", 'the stage "any weights" must be like'),
        ("equal weights (1)", "equal weights (nan)", 'the stage "equal weights" must be like'),
        ("difficulty 2", "difficulty 6", "with 1 to 5 for the difficulty"),
        ("difficulty 2", "difficulty 0", "with 1 to 5 for the difficulty"),
        ("10 minutes", "0 minutes", 'must be like "difficulty 2, 10 minutes"'),
        ("20 s", "0 s", 'must be like "difficulty 2, 10 minutes"'),
        ("    numpy.mean", "    numpy.average", 'its head says "numpy.average" 2 times.'),
        ("\nstages", "trains\ntrains\n\nstages", 'its head says "trains" 2 times.'),
        ("\nstages", "spares again y\n\nstages", 'it spares "y", which is neither "again" nor'),
        ("\nstages", f"{'long ' * 40}\n\nstages", '"' + ("long " * 16)[:79] + '…" is no line'),
        ("any weights (0.5, after equal weights)", "    more", "1 stages, and the module draws"),
        ("forbids statistics.fmean numpy", "forbids statistics.fmean, numpy", "no name to forbid"),
        ("forbids", "forbid", "is no line of the head: domain, forbids, gives, spares or trains."),
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


def test_one_minute_remarks_and_names_with_brackets_are_read() -> None:
    head = HEAD.replace("10 minutes", "1 minute").replace("stages\n", "# a remark\nstages\n")
    (mistake,) = read(UNWEIGHTED.replace("unweighted (", "un (weighted) (x) ("), head).mistakes
    assert (mistake.name, mistake.loses) == ("un (weighted) (x)", ("any weights",))
    assert read(head=head).minutes == 1


def test_what_a_class_spares_is_a_parameter_of_a_method() -> None:
    cell = "class Mean:\n    def add(self, xs):\n        pass\n"
    head = HEAD.replace("\nstages", "spares xs\n\nstages")
    assert parsed(head, "Mean", cell, (draw, draw)).spares == ("xs",)


@pytest.mark.parametrize("reference", ["", "# nothing\n", "def other(x):\n    pass\n"])
def test_a_reference_defines_its_exercise(reference: str) -> None:
    with pytest.raises(BadSheet, match=r"reference/mean\.py defines no function or class `mean`"):
        parsed(HEAD, "mean", reference, (draw, draw))


def sums(tmp_path: Path, sheet: str = HEAD + UNWEIGHTED) -> Path:
    """The folder of a lesson with one exercise, `mean`."""
    folder = tmp_path / "sums"
    (folder / "reference").mkdir(parents=True)
    (folder / "reference" / "mean.py").write_text(REFERENCE)
    (folder / "mean.txt").write_text(sheet)
    return folder


UNREADABLE: dict[str, Callable[[Path], object]] = {
    "is missing.": Path.unlink,
    "is not UTF-8, at byte 0. Save it as UTF-8.": lambda path: path.write_bytes(b"\xe9"),
    "line 2: a merge conflict.": lambda path: path.write_text("x\n<<<<<<< HEAD\ny\n"),
    "cannot be read: Is a directory.": lambda path: (path.unlink(), path.mkdir()),
}


@pytest.mark.parametrize("file", ["mean.txt", "reference/mean.py"])
@pytest.mark.parametrize("said", UNREADABLE)
def test_a_file_that_cannot_be_read_is_named_with_the_reason(
    tmp_path: Path, file: str, said: str
) -> None:
    folder = sums(tmp_path)
    UNREADABLE[said](folder / file)
    with pytest.raises(BadSheet) as refused:
        exercise(str(folder / "__init__.py"), "mean", draw, draw)
    assert str(refused.value).startswith(f"autograder/lessons/sums/{file}")
    assert said in str(refused.value)


def test_a_misspelt_exercise_is_told_what_there_is(tmp_path: Path) -> None:
    folder = sums(tmp_path)
    with pytest.raises(BadSheet, match=r'sums/maen\.txt is missing. There is "mean\.txt"\.'):
        exercise(str(folder / "__init__.py"), "maen", draw, draw)


def test_a_file_of_a_lesson_that_belongs_to_no_exercise_is_found(tmp_path: Path) -> None:
    folder = sums(tmp_path)
    assert strays(folder, {"mean"}) == []
    for name in ("reference/first_cell.py", "reference/median.py", "mode.txt", ".#mean.txt"):
        (folder / name).touch()
    assert strays(folder, {"mean"}) == ["mode.txt", "reference/median.py"]


def test_the_file_is_named_where_a_sheet_is_bad(tmp_path: Path) -> None:
    folder = sums(tmp_path, HEAD + UNWEIGHTED.replace("a * b", "c * d"))
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


def test_the_order_of_a_lesson_names_each_exercise_once() -> None:
    with pytest.raises(BadSheet, match="01-x: its order names softmax more than once"):
        gathered(attention.__file__, id="01-x", title="", order=f"{ORDER} softmax")


LESSON = """\
from autograder.lessons.gather import gathered

LESSON = gathered(__file__, id="01-sums", title="Sums", order="mean")
"""
MODULE = """\
from autograder.lessons.sheet import exercise

MEAN = exercise(__file__, "mean", lambda _: [], lambda _: [])
"""


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder of a whole lesson, 01-sums, which can be loaded by its name."""
    folder = sums(tmp_path)
    (folder / "__init__.py").write_text(LESSON)
    (folder / "mean.py").write_text(MODULE)
    (folder / "reference" / "first_cell.py").write_text("import math\n")
    monkeypatch.setattr("autograder.lessons.FOLDERS", {"01-sums": "sums"})
    monkeypatch.setattr("autograder.lessons.__path__", [*lessons.__path__, str(tmp_path)])
    yield folder
    for name in [name for name in sys.modules if name.startswith("autograder.lessons.sums")]:
        del sys.modules[name]
    lessons.lesson.cache_clear()


def test_a_lesson_is_loaded_from_its_folder(small: Path) -> None:
    found = lessons.lesson("sums")
    assert [e.name for e in found.exercises] == ["mean"]
    assert found.imports == ("import math",)


BROKEN: dict[str, tuple[str, str]] = {
    "mean.py, line 2: SyntaxError: invalid syntax.": ("mean.py", "\nx = = 1\n"),
    "mean.py, line 2: NameError: name 'nothing' is": ("mean.py", "x = 1\ny = nothing\n"),
    "__init__.py, line 1: SyntaxError: ": ("__init__.py", "(\n"),
    "reference/first_cell.py is no Python: invalid syntax, in line 1, `import`.": (
        "reference/first_cell.py",
        "import\n",
    ),
    "reference/mean.py is no Python: invalid syntax, in line 1, `x = = 1`.": (
        "reference/mean.py",
        "x = = 1\n",
    ),
    "two exercises of its folder are called mean.": ("again.py", MODULE),
    "sums/mode.txt belongs to no exercise.": ("mode.txt", ""),
}


@pytest.mark.parametrize("said", BROKEN)
def test_a_lesson_that_cannot_be_loaded_is_one_sentence_without_a_traceback(
    small: Path, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file, text = BROKEN[said]
    (small / file).write_text(text)
    assert main(["quality", "sums"]) == USAGE_STATUS
    told = capsys.readouterr().err
    assert said in told
    assert told.count("\n") == 1


def test_a_lesson_without_its_first_cell_is_one_sentence(small: Path) -> None:
    (small / "reference" / "first_cell.py").unlink()
    with pytest.raises(BadSheet, match=r"sums/reference/first_cell\.py is missing\."):
        lessons.lesson("sums")


def test_the_package_runs_as_the_command_does() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "autograder", "quality", "no-lesson"], capture_output=True, text=True
    )
    assert done.returncode == USAGE_STATUS
    assert done.stderr.startswith('There is no lesson "no-lesson".')
