"""Sweeps go on where they were stopped, outlive what they try, and keep their results."""

from __future__ import annotations

import json
from pathlib import Path

from autograder.proof.mutants import Mutant
from autograder.proof.sweep import RESULTS, MutantsOf, SeedsOf, differing, keep, mutants_of
from autograder.proof.trials import ENDED, Answer, _read, key, tried

RIGHT = "def to_bytes(text):\n    return list(text.encode())\n"
NOTHING = "def to_bytes(text):\n    return []\n"
DEADLY = "import os\ndef to_bytes(text):\n    os._exit(1)\n"
NO_PYTHON = "def to_bytes(text:\n"


def answer(cell: str, seed: str = "one") -> Answer:
    return Answer("to_bytes", cell, seed)


def test_answers_are_judged_and_one_that_ends_its_process_costs_only_itself(tmp_path: Path) -> None:
    wanted = [answer(cell) for cell in (DEADLY, RIGHT, NOTHING, NO_PYTHON)]
    found = dict(tried(wanted, tmp_path / "log", jobs=1))
    assert found[answer(DEADLY)] == (ENDED,)
    assert found[answer(RIGHT)] == ()
    assert "plain English" in found[answer(NOTHING)]
    assert found[answer(NO_PYTHON)] == ("cannot run: SyntaxError",)


def test_what_is_in_the_log_is_not_tried_again(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text(f'{json.dumps([key(answer(RIGHT)), ["from the log"]])}\n["cut')
    assert dict(tried([answer(RIGHT)], log)) == {answer(RIGHT): ("from the log",)}


def test_a_line_of_the_log_that_is_no_result_is_tried_again(tmp_path: Path) -> None:
    log = tmp_path / "trials.jsonl"
    broken = (b"17", b"null", b'["k", null]', b'["k", 5]', b'[["k"], []]', b"\xff", b"[" * 100_000)
    log.write_bytes(b"\n".join((*broken, b'["whole", ["one row"]]', b'["cut')))
    assert _read(log) == {"whole": ("one row",)}


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
    keep(tmp_path, "seeds", {"02-a": [SeedsOf("f", 3, ())], "03-b": [SeedsOf("g", 2, ())]})
    path = keep(tmp_path, "seeds", {"03-b": [SeedsOf("g", 4, ("x",))]})
    assert path == tmp_path / RESULTS / "seeds.json"
    kept = json.loads(path.read_text("utf-8"))
    assert kept["02-a"]["exercises"] == {"f": {"answers": 3, "differing": []}}
    assert kept["03-b"]["exercises"] == {"g": {"answers": 4, "differing": ["x"]}}
    assert len(kept["03-b"]["date"]) == len("2026-11-28")
