"""The corpus itself: every class is there, and every claim about an attack is checked."""

from __future__ import annotations

import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from autograder.proof.attacks import run as runs
from autograder.proof.attacks.attack import KINDS, Attack
from autograder.proof.attacks.corpus import CORPUS, SHORT
from autograder.proof.attacks.stage import NEIGHBOURS, Stage, handed_by, left_behind, make, snapshot
from autograder.proof.attacks.stage import changed as changed_by
from autograder.records.gradebook import write_result
from autograder.result import CELL_STATUSES, SUBMISSION_STATUSES, CellResult, GradeResult


def test_there_are_enough_and_every_class_is_there() -> None:
    counts = Counter(attack.kind for attack in CORPUS)
    assert len(CORPUS) - counts["honest"] >= 60
    assert set(counts) == set(KINDS) == {attack.kind for attack in SHORT}
    assert {attack.course for attack in CORPUS} == {"lesson", "bare"}


def test_names_are_unique_and_labels_are_known() -> None:
    names = Counter(attack.name for attack in CORPUS)
    assert names.most_common(1)[0][1] == 1
    for attack in CORPUS:
        assert set(attack.expects) <= {*CELL_STATUSES, *SUBMISSION_STATUSES}
        assert attack.stock in ("", "gains", "leaks", "alters", "acts", "ends")
        assert attack.tries.endswith(".")


@pytest.fixture(scope="module", params=["lesson", "bare"])
def stage(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Stage:
    return make(tmp_path_factory.mktemp("stage"), (), request.param)


def test_every_attack_changes_the_model_submission(stage: Stage) -> None:
    model = handed_by(stage)
    course = "lesson" if stage.target.assignment == "03-attention" else "bare"
    for attack in CORPUS:
        if (
            attack.course == course
            and not attack.student
            and attack.name not in ("model", "bare-model")
        ):
            assert changed_by(stage, attack) != model, attack.name


def graded(stage: Stage, student: str, **points: float) -> GradeResult:
    cells = tuple(
        CellResult(name, "passed", points.get(name.removesuffix("-test"), most), most)
        for name, most in stage.target.points.items()
    )
    return GradeResult(stage.target.assignment, student, "sha", "graded", cells)


ATTACK = Attack("cheat", "verdict", "Cheat.", (), ("passed",))


def problems(stage: Stage, result: GradeResult, attack: Attack = ATTACK) -> tuple[str, ...]:
    return runs._verdict(stage, attack, {attack.name: result}, ()).problems


@pytest.fixture
def lesson(tmp_path: Path) -> Stage:
    return make(tmp_path, (), "lesson")


def test_a_gained_point_is_seen(lesson: Stage) -> None:
    assert problems(lesson, graded(lesson, "cheat", softmax=1.0)) == (
        "gained 1 points where 0 are deserved",
    )


def test_a_lost_point_of_an_honest_submission_is_seen(lesson: Stage) -> None:
    honest = replace(ATTACK, kind="honest", deserves=1.0)
    assert problems(lesson, graded(lesson, "cheat", softmax=3.5), honest) == (
        "got 3.5 of 4 deserved points",
    )


def test_a_wrong_label_is_seen(lesson: Stage) -> None:
    result = graded(lesson, "cheat", softmax=0.0)
    assert problems(lesson, result, replace(ATTACK, expects=("timeout",))) == (
        "labelled passed, expected timeout",
    )


@pytest.mark.parametrize("name", ["solution", "hidden", "gradebook", "neighbour", "home", "seed"])
def test_a_secret_that_is_shown_is_seen(lesson: Stage, name: str) -> None:
    result = graded(lesson, "cheat", softmax=0.0)
    cell = replace(result.cells[0], lines=(lesson.words[name],))
    told = problems(lesson, replace(result, cells=(cell, *result.cells[1:])))
    assert told == (f"{name} is shown",)


def test_what_acts_on_a_page_is_seen(lesson: Stage) -> None:
    folder = lesson.folder("cheat", "feedback")
    folder.mkdir(parents=True)
    page = folder / f"{lesson.target.name}.html"
    page.write_text("<p>&lt;script&gt;</p>")
    result = graded(lesson, "cheat", softmax=0.0)
    assert problems(lesson, result) == ()
    page.write_text("<p><script>alert(1)</script></p>")
    assert problems(lesson, result) == ("a page holds '<script'",)


def test_a_change_to_the_course_or_a_file_left_behind_is_seen(lesson: Stage) -> None:
    before = snapshot(lesson)
    assert left_behind(lesson) == ()
    left = lesson.root / f"{lesson.mark}-cheat"
    left.write_text("x")
    assert set(before) ^ set(snapshot(lesson)) == {f"course/{left.name}"}
    assert left_behind(lesson) == (str(left),)


def test_a_neighbour_who_loses_a_point_is_seen(lesson: Stage) -> None:
    results = {name: graded(lesson, name) for name in NEIGHBOURS}
    assert runs._neighbours(lesson, results) == []
    results["neighbour"] = graded(lesson, "neighbour", softmax=3.0)
    assert runs._neighbours(lesson, results) == ["neighbour lost ['softmax-test']"]
    del results["a-neighbour"]
    assert "a-neighbour lost the submission" in runs._neighbours(lesson, results)


def test_a_changed_gradebook_is_seen(lesson: Stage) -> None:
    result = graded(lesson, "neighbour")
    write_result(lesson.root, result, lesson.target.master)
    assert runs._gradebook(lesson, {"neighbour": result}) == []
    with closing(sqlite3.connect(lesson.root / "gradebook.db")) as database, database:
        database.execute("UPDATE grade SET manual_score = 100")
        database.execute("UPDATE source_cell SET source = 'pass'")
    found = runs._gradebook(lesson, {"neighbour": result})
    assert len(found) == len(result.cells) + 1
    assert found[-1] == "the stored tests were changed"


def test_the_shortened_corpus_holds() -> None:
    outcome = runs.run_corpus(SHORT)
    assert [(v.name, v.problems) for v in outcome.verdicts if not v.ok] == []
    assert outcome.problems == ()
    assert len(outcome.verdicts) == len(SHORT)
