"""Every declared mistake is caught and named, every variant accepted, and the README says so."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from torch import Tensor

from autograder.cli import main
from autograder.course.standalone import define, source_of
from autograder.course.variants import variants
from autograder.exercise import Exercise, Lesson, Mistake
from autograder.lessons import exercise, lessons
from autograder.proof.quality import (
    Counts,
    Item,
    as_json,
    as_markdown,
    exists,
    measure,
    measure_exercise,
)

ROOT = Path(__file__).parents[2]
MARKERS = ("<!-- quality -->\n", "<!-- /quality -->")


@pytest.fixture(scope="module")
def items() -> tuple[Item, ...]:
    return tuple(measure(lessons(), ROOT))


def table_of_the_readme() -> str:
    start, end = MARKERS
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    return text.split(start)[1].split(end)[0]


@pytest.mark.long
def test_every_bar_is_reached(items: tuple[Item, ...]) -> None:
    assert [problem for item in items for problem in item.problems] == []
    found = as_json(items)
    assert found["ok"]
    assert found["total"]["caught"] == found["total"]["mistakes"] > 0
    assert found["total"]["accepted"] == found["total"]["variants"] > 0


@pytest.mark.long
def test_the_table_in_the_readme_is_the_one_that_the_command_prints(
    items: tuple[Item, ...],
) -> None:
    assert table_of_the_readme() == as_markdown(items)


def test_the_table_in_the_readme_counts_what_is_declared_and_tried_case_by_case() -> None:
    """`tests/lessons/test_tables.py` tries each of these mistakes and variants by itself."""
    ways = {home.id: variants(home, ROOT) for home in lessons()}
    declared = [
        Item(home.id, e.name, Counts(*[len(e.mistakes)] * 3, *[len(ways[home.id][e.name])] * 2))
        for home in lessons()
        for e in home.exercises
        if isinstance(e, Exercise)
    ]
    assert table_of_the_readme() == as_markdown(declared)


@pytest.fixture
def softmax() -> Iterator[Exercise]:
    found = exercise("softmax")[1]
    assert isinstance(found, Exercise)
    yield found


def with_mistake(softmax: Exercise, mistake: Mistake) -> Item:
    lesson = exercise("softmax")[0]
    changed = Exercise(**{**vars(softmax), "mistakes": (mistake,)})
    return measure_exercise(lesson, changed, ())


def test_a_mistake_that_loses_other_stages_than_declared_is_not_caught(softmax: Exercise) -> None:
    known = softmax.mistakes[0]
    item = with_mistake(softmax, replace(known, loses=("one row",)))
    assert (item.counts.caught, item.counts.named) == (0, 1)
    assert "declared ['one row']" in item.problems[0]


def test_a_mistake_that_cannot_run_and_a_wrong_variant_count_against_the_bars(
    softmax: Exercise,
) -> None:
    unknown = "def softmax(x: Unknown, dim):\n    return x\n"
    item = with_mistake(softmax, Mistake("unknown", unknown, "s", ("one row",)))
    assert "cannot run: NameError" in item.problems[0]
    lesson = exercise("softmax")[0]

    def softmax_as_it_came(x: object, dim: int) -> object:
        return x

    item = measure_exercise(lesson, softmax, (softmax_as_it_came,))
    assert (item.counts.variants, item.counts.accepted, item.counts.ok) == (1, 0, False)


ENDING = {
    "when it is called": "import os\ndef softmax(x, dim):\n    os._exit(0)\n",
    "when its cell runs": "import os\nos._exit(0)\ndef softmax(x, dim):\n    return x\n",
    "though it catches all": "import os\ndef softmax(x, dim):\n    try:\n        os._exit(0)\n"
    "    except BaseException:\n        return x\n",
    "by SystemExit": "raise SystemExit(0)\n",
}


@pytest.mark.parametrize("how", ENDING)
def test_a_mistake_that_ends_the_process_is_told_and_not_caught(
    softmax: Exercise, how: str
) -> None:
    every = tuple(stage.name for stage in softmax.stages)
    item = with_mistake(softmax, Mistake("deadly", ENDING[how], "s", every))
    assert (item.counts.mistakes, item.counts.caught) == (1, 0)
    assert "deadly: " in item.problems[0]
    assert "os._exit" in item.problems[0] or "SystemExit" in item.problems[0]


def test_a_mistake_that_ends_the_process_is_not_laid_to_another_s_charge(softmax: Exercise) -> None:
    other = softmax.mistakes[0]
    deadly = Mistake("deadly", ENDING["when it is called"], "s", ("one row",))
    lesson = exercise("softmax")[0]
    item = measure_exercise(lesson, replace(softmax, mistakes=(other, deadly)), ())
    assert (item.counts.mistakes, item.counts.caught, item.counts.named) == (2, 1, 1)
    assert item.problems == ("deadly: it calls os._exit, which ends the process",)


def test_a_variant_that_ends_the_process_is_not_accepted(softmax: Exercise) -> None:
    def softmax_then_gone(x: Tensor, dim: int) -> Tensor:
        import os

        try:
            os._exit(0)
        except BaseException:
            return x.exp() / x.exp().sum(dim, keepdim=True)

    item = measure_exercise(exercise("softmax")[0], softmax_only(softmax), (softmax_then_gone,))
    assert (item.counts.variants, item.counts.accepted) == (1, 0)
    assert item.problems == ("softmax_then_gone: it calls os._exit, which ends the process",)


def test_a_mistake_that_is_refused_is_told_and_not_caught(softmax: Exercise) -> None:
    cell = "def softmax(x, dim):\n    return torch.softmax(x, dim)\n"
    every = tuple(stage.name for stage in softmax.stages)
    item = with_mistake(softmax, Mistake("library", cell, "s", every))
    assert item.counts.caught == 0
    assert item.problems[0].startswith("library: its cell is refused: ")
    assert "torch.softmax" in item.problems[0]


def softmax_only(softmax: Exercise, **changes: Any) -> Exercise:
    return replace(softmax, **{"mistakes": (), **changes})


@pytest.mark.parametrize(
    ("reference", "said"),
    [
        ("def softmax(x, dim):\n    return x.softmax(-1) * 2\n", "torch.Tensor.softmax"),
        ("def softmax(x, dim):\n    return x\n", "the reference fails its own stage one row: "),
        ("def softmax(x: Unknown, dim):\n    return x\n", "the reference cannot run: NameError"),
        (ENDING["when it is called"], "the reference: it calls os._exit"),
    ],
)
def test_a_reference_that_does_not_pass_is_told_before_anything_is_tried(
    softmax: Exercise, reference: str, said: str
) -> None:
    item = measure_exercise(exercise("softmax")[0], replace(softmax, reference=reference), ())
    assert said in item.problems[0]
    assert (len(item.problems), item.right) == (1, False)
    assert item.counts == Counts(mistakes=len(softmax.mistakes))


@pytest.mark.parametrize("home", lessons(), ids=lambda home: home.id)
def test_whatever_an_exercise_forbids_exists(home: Lesson) -> None:
    names = {name for e in home.coding for name in e.forbids}
    assert {name for name in names if not exists(name)} == set()


@pytest.mark.parametrize(
    "name",
    ["torch.sofmax", "torch.Tensor.sofmax", "aten._sofmax", "sklearn.metric.*", "torch.nn.x.y"],
)
def test_a_forbidden_name_that_does_not_exist_is_told(softmax: Exercise, name: str) -> None:
    forbids = (*softmax.forbids, name)
    item = measure_exercise(exercise("softmax")[0], softmax_only(softmax, forbids=forbids), ())
    assert item.problems == (f"it forbids {name}, which does not exist",)
    assert not item.right


def test_an_exercise_that_is_not_in_order_fails_the_command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    item = Item("03-attention", "softmax", Counts(1, 1, 1, 1, 1), ("a sentence",), right=False)
    monkeypatch.setattr("autograder.proof.quality.measure", lambda _lessons, _root: iter([item]))
    assert main(["quality", "attention", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["ok"] is False
    assert main(["quality", "attention"]) == 1
    assert "softmax: a sentence" in capsys.readouterr().out


@pytest.mark.parametrize("wrong", ["--seeds=0", "--seeds=-1", "--seeds=x", "--jobs=-1"])
def test_numbers_that_mean_nothing_are_refused(
    wrong: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as refused:
        main(["quality", "03", wrong])
    assert refused.value.code == 2
    assert "is no whole number from" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("counts", "ok"),
    [
        (Counts(20, 20, 19, 5, 5), True),
        (Counts(20, 20, 18, 5, 5), False),
        (Counts(20, 19, 19, 5, 5), False),
        (Counts(20, 20, 20, 5, 4), False),
    ],
)
def test_the_bars(counts: Counts, ok: bool) -> None:
    assert counts.ok is ok


def test_the_command_prints_one_json_object(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    item = Item("03-attention", "softmax", Counts(2, 1, 1, 3, 3), ("x: loses nothing",))
    monkeypatch.setattr("autograder.proof.quality.measure", lambda _lessons, _root: iter([item]))
    assert main(["quality", "attention", "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert found["ok"] is False
    assert found["items"][0]["caught"] == 1
    assert main(["quality", "attention"]) == 1
    assert "softmax: x: loses nothing" in capsys.readouterr().out


def test_a_renamed_source_still_calls_itself() -> None:
    def fall(n: int) -> int:
        """Not a fallacy."""
        return n if n <= 0 else fall(n - 1)

    source = source_of(fall, "drop")
    assert source.startswith("def drop(n: int) -> int:")
    assert "fallacy" in source
    assert define(source, "drop", exercise("softmax")[0])(3) == 0
