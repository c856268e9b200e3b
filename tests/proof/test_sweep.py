"""Sweeps go on where they were stopped, outlive what they try, and keep their results."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from autograder.cli import USAGE_STATUS, main
from autograder.exercise import Lesson
from autograder.lessons import exercise
from autograder.lessons.sheet import BadSheet
from autograder.proof.mutants import Mutant
from autograder.proof.sweep import (
    LOG,
    RESULTS,
    MutantsOf,
    SeedsOf,
    broken,
    differing,
    keep,
    kept,
    mutants_of,
    ready,
    sweep_seeds,
)
from autograder.proof.trials import ENDED, Answer, Tried, _read, key, tried

RIGHT = "def to_bytes(text):\n    return list(text.encode())\n"
NOTHING = "def to_bytes(text):\n    return []\n"
DEADLY = "import os\ndef to_bytes(text):\n    os._exit(1)\n"
NO_PYTHON = "def to_bytes(text:\n"


def answer(cell: str, seed: str = "one") -> Answer:
    return Answer("to_bytes", cell, seed)


def test_answers_are_judged_and_one_that_ends_its_process_costs_only_itself(tmp_path: Path) -> None:
    wanted = [answer(cell) for cell in (DEADLY, RIGHT, NOTHING, NO_PYTHON)]
    found = {each.answer: each.lost for each in tried(wanted, tmp_path / "log", jobs=1)}
    assert found[answer(DEADLY)] == (ENDED,)
    assert found[answer(RIGHT)] == ()
    assert "plain English" in found[answer(NOTHING)]
    assert found[answer(NO_PYTHON)] == ("cannot run: SyntaxError",)


def test_what_is_in_the_log_is_not_tried_again(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text(f'{json.dumps([key(answer(RIGHT)), ["from the log"], 0.5])}\n["cut')
    assert list(tried([answer(RIGHT)], log)) == [Tried(answer(RIGHT), ("from the log",), 0.5)]


def test_a_line_of_the_log_that_is_no_result_is_tried_again(tmp_path: Path) -> None:
    log = tmp_path / "trials.jsonl"
    broken = (b"17", b"null", b'["k", null]', b'["k", 5]', b'[["k"], []]', b"\xff", b"[" * 100_000)
    log.write_bytes(b"\n".join((*broken, b'["whole", ["one row"], 0.5]', b'["cut')))
    assert _read(log) == {"whole": (("one row",), 0.5)}


def test_a_key_belongs_to_one_answer_and_seed() -> None:
    every = [answer(RIGHT), answer(NOTHING), answer(RIGHT, "two")]
    assert len({key(each) for each in every}) == len(every)
    assert key(answer(RIGHT)) == key(answer(RIGHT))


def test_a_verdict_that_changes_with_the_seed_is_told() -> None:
    verdicts = {"steady": [("a",), ("a",)], "mutant x → y": [("a", "b"), (), ()]}
    assert list(differing(verdicts)) == ["mutant x → y: 2x passed; 1x a, b"]


def test_a_mutant_lives_unless_it_is_listed_and_the_list_must_be_true() -> None:
    found = [Mutant("", "x", after) for after in ("1", "2", "3")]
    counted = mutants_of("f", found, ["x → 1", "x → 2"], {"x → 1", "x → 3"})
    assert counted == MutantsOf("f", 3, 1, 1, ("x → 2",), ("x → 3",))
    assert not counted.ok
    assert mutants_of("f", found, ["x → 1"], {"x → 1"}).ok


def test_a_sweep_over_one_lesson_leaves_the_results_of_others(tmp_path: Path) -> None:
    keep(tmp_path, "seeds", {"02-a": [SeedsOf("f", 3, 1, ())], "03-b": [SeedsOf("g", 2, 0, ())]})
    path = keep(tmp_path, "seeds", {"03-b": [SeedsOf("g", 4, 0, ("x",))]})
    assert path == tmp_path / RESULTS / "seeds.json"
    kept = json.loads(path.read_text("utf-8"))
    assert kept["02-a"]["exercises"] == {"f": {"answers": 3, "slow": 1, "differing": []}}
    assert kept["03-b"]["exercises"] == {"g": {"answers": 4, "slow": 0, "differing": ["x"]}}
    assert len(kept["03-b"]["date"]) == len("2026-11-28")
    assert [p.name for p in path.parent.iterdir()] == ["seeds.json"]


def test_results_that_cannot_be_written_leave_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = keep(tmp_path, "seeds", {"02-a": [SeedsOf("f", 3, 1, ())]})
    before = path.read_bytes()

    def full(_path: Path, _other: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(BadSheet, match=r"seeds\.json cannot be written: No space left"):
        keep(tmp_path, "seeds", {"02-a": [SeedsOf("f", 4, 1, ())]})
    assert path.read_bytes() == before
    assert [p.name for p in path.parent.iterdir()] == ["seeds.json"]


BAD: dict[str, Callable[[Path], object]] = {
    "mutants.json, line 1: Expecting": lambda path: path.write_text("{"),
    "mutants.json holds no table of lessons": lambda path: path.write_text("[]"),
    "mutants.json, line 1: a merge conflict": lambda path: path.write_text("<<<<<<< HEAD\n{}"),
    "mutants.json is not UTF-8": lambda path: path.write_bytes(b'{"\xe9": 1}'),
    "mutants.json cannot be read: Is a directory": Path.mkdir,
}


@pytest.mark.parametrize("said", BAD)
def test_results_that_cannot_be_read_are_told_before_the_sweep(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    said: str,
) -> None:
    path = tmp_path / RESULTS / "mutants.json"
    path.parent.mkdir(parents=True)
    BAD[said](path)
    monkeypatch.setattr("autograder.verbs.quality.root", lambda: tmp_path)
    monkeypatch.setattr("autograder.proof.sweep.tried", None)  # nothing is tried
    assert main(["quality", "02", "--mutants"]) == USAGE_STATUS
    told = capsys.readouterr().err
    assert told.startswith(f"autograder/proof/results/{said}")
    assert told.count("\n") == 1


def test_no_results_yet_are_an_empty_table(tmp_path: Path) -> None:
    assert kept(tmp_path, "mutants") == {}


def test_a_list_of_equal_mutants_names_exercises_of_its_lesson(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("autograder.proof.sweep.equal", lambda _: {("to_bites", "x → y"): "so."})
    with pytest.raises(BadSheet, match=r"tokenization\.txt: no exercise is called to_bites\."):
        ready(tmp_path, "mutants", [exercise("to_bytes")[0]])


@pytest.mark.parametrize("place", [LOG, LOG.parent])
def test_a_log_that_is_none_is_a_sentence(tmp_path: Path, place: Path) -> None:
    path = tmp_path / place
    path.parent.mkdir(parents=True)
    if place == LOG:
        path.mkdir()
    else:
        path.touch()
    with pytest.raises(BadSheet, match=r"trials\.jsonl cannot be"):
        list(tried([answer(RIGHT)], tmp_path / LOG))


@pytest.mark.parametrize(("seconds", "slow"), [(0.1, 0), (2.0, 3)])
def test_what_is_slow_is_tried_with_a_few_seeds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seconds: float, slow: int
) -> None:
    asked: list[Answer] = []

    def some(answers: list[Answer], *_: object) -> list[Tried]:
        asked.extend(answers)
        return [Tried(each, ("a",) if each.seed == "seed 4" else (), seconds) for each in answers]

    monkeypatch.setattr("autograder.proof.sweep.tried", some)
    known = {"x": "1", "y": "2", "z": "3"}
    monkeypatch.setattr("autograder.proof.sweep.known_answers", lambda *_: known)
    (found,) = sweep_seeds(with_reference(RIGHT), tmp_path, 5, 1, lambda _: None)
    assert (found.answers, found.slow) == (3, slow)
    assert len(asked) == 3 * (3 if slow else 5)
    assert len(found.differing) == (0 if slow else 3)


def with_reference(cell: str) -> Lesson:
    home, right = exercise("to_bytes")
    return replace(home, exercises=(replace(right, reference=cell),))


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        (NOTHING, "to_bytes: the reference fails its own stage plain English"),
        (NO_PYTHON, "to_bytes: the reference cannot be judged: cannot run: SyntaxError"),
        (DEADLY, "to_bytes: the reference cannot be judged: it ended the process"),
    ],
)
def test_a_sweep_begins_with_the_references(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    cell: str,
    said: str,
) -> None:
    lesson = with_reference(cell)
    monkeypatch.setattr("autograder.lessons.lesson", lambda _: lesson)
    monkeypatch.setattr("autograder.verbs.quality.root", lambda: tmp_path)
    monkeypatch.setattr("autograder.proof.sweep.equal", lambda _: {})
    assert main(["quality", "02", "--mutants", "--jobs=1"]) == 1
    told = capsys.readouterr().err
    assert said in told
    assert "Nothing was swept." in told
    assert not (tmp_path / RESULTS).exists()


def test_references_that_pass_are_not_told(tmp_path: Path) -> None:
    seeds = ["one", "two"]
    assert list(broken(with_reference(RIGHT), tmp_path, seeds, 1, lambda _: None)) == []
