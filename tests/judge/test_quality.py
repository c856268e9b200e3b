"""Every declared mistake is caught and named, every variant accepted, and the README says so."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.cli import main
from autograder.course.standalone import define, source_of
from autograder.exercise import Exercise, Mistake
from autograder.lessons import exercise, lessons
from autograder.quality import Counts, Item, as_json, as_markdown, measure, measure_exercise

ROOT = Path(__file__).parents[2]
MARKERS = ("<!-- quality -->\n", "<!-- /quality -->")


@pytest.fixture(scope="module")
def items() -> tuple[Item, ...]:
    return tuple(measure(lessons(), ROOT))


def test_every_bar_is_reached(items: tuple[Item, ...]) -> None:
    assert [problem for item in items for problem in item.problems] == []
    found = as_json(items)
    assert found["ok"]
    assert found["total"]["caught"] == found["total"]["mistakes"] > 0
    assert found["total"]["accepted"] == found["total"]["variants"] > 0


def test_the_table_in_the_readme_is_the_one_that_the_command_prints(
    items: tuple[Item, ...],
) -> None:
    start, end = MARKERS
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert text.split(start)[1].split(end)[0] == as_markdown(items)


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
    item = with_mistake(softmax, Mistake(known.name, known.wrong, known.sentence, ("one row",)))
    assert (item.counts.caught, item.counts.named) == (0, 1)
    assert "declared ['one row']" in item.problems[0]


def test_a_mistake_that_cannot_run_and_a_wrong_variant_count_against_the_bars(
    softmax: Exercise,
) -> None:
    def softmax_unknown(x: Unknown, dim: int) -> object:  # type: ignore[name-defined] # noqa: F821
        return x

    item = with_mistake(softmax, Mistake("unknown", softmax_unknown, "s", ("one row",)))
    assert "cannot run: NameError" in item.problems[0]
    lesson = exercise("softmax")[0]
    item = measure_exercise(lesson, softmax, (softmax.mistakes[0].wrong,))
    assert (item.counts.variants, item.counts.accepted, item.counts.ok) == (1, 0, False)


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
    monkeypatch.setattr("autograder.quality.measure", lambda _lessons, _root: iter([item]))
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
    assert define(source, "drop")(3) == 0
