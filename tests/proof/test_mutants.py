"""Small changes of right answers: which are made, and that each dies or is listed as equal."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.exercise import Exercise, Lesson
from autograder.lessons import FOLDERS, lessons
from autograder.lessons.sheet import BadSheet
from autograder.proof import mutants as mutants_module
from autograder.proof.mutants import equal, mutants
from autograder.proof.quality import lost_by
from autograder.proof.sweep import MUTANT, RESULTS, known_answers

ROOT = Path(__file__).parents[2]
SHARE = 16
"""One in so many answers is tried here; `autograder quality` has the whole sweeps."""
SEEDS = ("one", "two")


def all_exercises() -> Iterator[tuple[Lesson, Exercise]]:
    return ((home, e) for home in lessons() for e in home.exercises if isinstance(e, Exercise))


def is_sampled(cell: str) -> bool:
    return int(hashlib.sha256(cell.encode()).hexdigest(), 16) % SHARE == 0


def changes(line: str) -> set[str]:
    """What becomes of the one line of a function."""
    return {m.after for m in mutants(f"def f(x, y):\n    return {line}\n")} - {"pass"}


KINDS = {
    "x < y": {"return x <= y", "return x >= y"},
    "x == y": {"return x != y"},
    "x in y": {"return x not in y"},
    "x + y": {"return x - y"},
    "x - y": {"return x + y", "return y - x"},
    "x @ y": {"return x * y", "return y @ x"},
    "x and y": {"return x or y"},
    "not x": {"return x"},
    "-x": {"return x"},
    "7": {"return 8", "return 6"},
    "0.5": {"return 1.0"},
    "True": {"return False"},
    "'a'": {"return ''"},
    "x[1:]": {"return x[:]", "return x[1 + 1:]", "return x[2:]", "return x[0:]"},
    "f(x, y)": {"return f(y)", "return f(x)", "return f(y, x)"},
    "f(x, dim=y)": {"return f(dim=y)", "return f(x)"},
    "x if x else y": {
        "return x if True else y",
        "return x if False else y",
        "return x if not x else y",
    },
    "[a for a in x if a]": {"return [a for a in x]"},
}


@pytest.mark.parametrize("line", KINDS)
def test_each_kind_of_small_change_is_made(line: str) -> None:
    assert changes(line) == KINDS[line]


def test_statements_are_left_out_and_loops_not_entered() -> None:
    cell = "def f(x):\n    y = x\n    while y:\n        y -= x\n    return y\n"
    assert {m.name for m in mutants(cell)} == {
        "y = x → pass",
        "while y: → while False:",
        "y -= x → pass",
        "y -= x → y += x",
        "return y → pass",
    }


def test_the_stub_and_what_an_error_says_are_not_changed() -> None:
    cell = "def f(x: int = 3) -> int:\n    raise ValueError(f'not {x + 1}')\n"
    assert [m.name for m in mutants(cell)] == ["raise ValueError(f'not {x + 1}') → pass"]


def test_two_equal_changes_in_two_places_have_two_names() -> None:
    names = [m.name for m in mutants("def f(x):\n    g(x)\n    h(x)\n    g(x)\n")]
    assert "g(x) → pass" in names
    assert "g(x) → pass  # place 2" in names
    assert len(set(names)) == len(names)


def test_the_list_of_equal_ones_gives_each_its_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mutants_module, "EQUAL", tmp_path)
    (tmp_path / "sums.txt").write_text(
        "f: both are 1: here.\n- x\n+ y\n- x\n+ z\n\ng: no.\n- a\n+ b\n"
    )
    assert equal.__wrapped__("sums") == {
        ("f", "x → y"): "both are 1: here.",
        ("f", "x → z"): "both are 1: here.",
        ("g", "a → b"): "no.",
    }
    assert equal.__wrapped__("none") == {}


MALFORMED = {
    "line 1": "- x\n+ y\n",
    "line 2": "f: a reason.\n+ y\n",
    "line 3": "f: a reason.\n- x\n- y\n+ z\n",
    "line 4": "f: a reason.\n- x\n+ y\n+ z\n",
    "line 5": "f: a reason.\n\n- x\n+ y\nno reason\n",
    "line 6": "f: a reason.\n- x\n+ y\nf: another.\n- x\n+ y\n",
    "breaks off": "f: a reason.\n- x\n",
    "not UTF-8": "f: caf\xe9.\n- x\n+ y\n",
    "line 3: a merge conflict": "f: a reason.\n- x\n=======\n+ y\n",
}


@pytest.mark.parametrize("said", MALFORMED)
def test_a_list_of_equal_ones_that_is_not_in_order_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str
) -> None:
    monkeypatch.setattr(mutants_module, "EQUAL", tmp_path)
    (tmp_path / "sums.txt").write_bytes(MALFORMED[said].encode("latin-1"))
    with pytest.raises(BadSheet) as refused:
        equal.__wrapped__("sums")
    assert str(refused.value).startswith("autograder/proof/equal/sums.txt")
    assert said in str(refused.value)


@pytest.mark.parametrize("home", lessons(), ids=lambda home: home.id)
def test_every_mutant_that_is_listed_as_equal_is_one_and_has_a_reason(home: Lesson) -> None:
    made = {
        (e.name, m.name)
        for each, e in all_exercises()
        if each is home
        for m in mutants(e.reference)
    }
    listed = equal(FOLDERS[home.id])
    assert set(listed) <= made
    assert all(reason.endswith(".") for reason in listed.values())


SAMPLE = [
    pytest.param(home, e, what, cell, id=f"{e.name}/{what}")
    for home, e in all_exercises()
    for what, cell in known_answers(home, e, ROOT).items()
    if is_sampled(cell)
]


@pytest.mark.parametrize(("home", "exercise", "what", "cell"), SAMPLE)
def test_an_answer_loses_the_same_stages_with_every_seed_and_no_mutant_lives(
    home: Lesson, exercise: Exercise, what: str, cell: str
) -> None:
    """Mistakes, variants and mutants; a mutant that loses nothing is listed as equal."""
    one, two = (lost_by(exercise.name, cell, seed) for seed in SEEDS)
    assert one == two
    if what.startswith(MUTANT):
        name = what.removeprefix(MUTANT)
        assert bool(one) != ((exercise.name, name) in equal(FOLDERS[home.id]))


def test_the_committed_result_is_about_today_s_references_and_no_mutant_lives() -> None:
    """Renewed by `autograder quality --mutants`."""
    kept = json.loads((ROOT / RESULTS / "mutants.json").read_text("utf-8"))
    found = {
        name: (row["mutants"], row["survived"], row["not_equal"])
        for lesson in kept.values()
        for name, row in lesson["exercises"].items()
    }
    assert found == {e.name: (len(mutants(e.reference)), [], []) for _, e in all_exercises()}
