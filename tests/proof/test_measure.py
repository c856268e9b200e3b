"""The bars of grading in a short form that covers each class; `autograder bench` has all."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from autograder.course.course import Course
from autograder.proof.measure import hostile, kills, parity, repeat, state, stops
from autograder.proof.measure.classes import SMALL, SMALL_ANSWERS, mixed, small_course
from autograder.worker.limits import MIB, Limits

ROOT = Path(__file__).resolve().parents[2]
LIMITS = Limits(
    cell_s=2.0, submission_s=30.0, memory_bytes=128 * MIB, processes=12, output_bytes=20_000
)


def four(root: Path) -> Path:
    answers = {f"student-{n}": way for n, way in enumerate(mixed(SMALL_ANSWERS, 4))}
    return small_course(root, answers)


def test_regrading_gives_the_same_bytes_with_any_number_of_jobs() -> None:
    found = repeat.repeat(four, SMALL, times=2)
    assert found["ok"], found
    assert found["compared"] == 4 * 9 + 1  # for each a result, notebook, pages; and all marks


def test_killed_runs_lose_double_and_keep_nothing() -> None:
    found = kills.kills(times=4, students=4)
    assert found["ok"], found


def test_ctrl_c_ends_a_run_and_loses_nothing() -> None:
    found = stops.stops(four, SMALL, times=2, jobs=2)
    assert found["stops"], found
    assert found["lost_or_different"] == found["graded_twice_in_a_run"] == 0, found


def test_hostile_submissions_cost_their_own_time_only() -> None:
    mix = hostile.Mix(loop=1, memory=1, fork=1, output=1, students=7)
    found = hostile.hostile(mix, jobs=2, limits=LIMITS)
    assert found["mislabelled"] == found["honest_hurt"] == 0, found  # time is for `bench hostile`


def test_the_example_course_has_the_scores_that_nbgrader_gives() -> None:
    found = parity.parity(Course(ROOT), (), students=0, example=2, jobs=1)
    assert found["ok"], found
    assert found["cells"] == found["cells_equal"] == 2 * 9


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from autograder.proof.measure import run

    root = four(tmp_path_factory.mktemp("graded") / "course")
    run.grade(root, SMALL, 1)
    return root


def test_a_comparison_sees_a_changed_mark_page_and_result(graded: Path, tmp_path: Path) -> None:
    import sqlite3
    from contextlib import closing

    before = state.left(graded)
    other = Path(shutil.copytree(graded, tmp_path / "other"))
    assert state.left(other) == before
    with closing(sqlite3.connect(other / "gradebook.db")) as database, database:
        database.execute("UPDATE grade SET auto_score = 0.25 WHERE auto_score = 2")
    (other / "feedback/student-0" / SMALL / f"{SMALL}.html").write_text("x")
    changed = {name for name, digest in state.left(other).items() if before[name] != digest}
    assert changed == {"marks", f"feedback/student-0/{SMALL}/{SMALL}.html"}


def test_a_damaged_gradebook_is_seen(graded: Path, tmp_path: Path) -> None:
    import sqlite3
    from contextlib import closing

    other = Path(shutil.copytree(graded, tmp_path / "other"))
    assert state.is_whole(other)
    with closing(sqlite3.connect(other / "gradebook.db")) as database, database:
        database.execute("UPDATE grade SET cell_id = 'nobody' || id")
    assert not state.is_whole(other)


def test_ways_are_spread_over_the_class() -> None:
    ways = mixed(SMALL_ANSWERS, 40)
    assert len({tuple(way.values()) for way in ways}) == 40
    for name, options in SMALL_ANSWERS.items():
        assert {way[name] for way in ways[:10]} == set(options)
