"""What a run does, and what is left of it after a crash."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from autograder.engine import runlog
from autograder.engine.plan import jobs_of, plan
from autograder.engine.runlog import AlreadyRunning, RunLog
from autograder.result import GradeJob, GradeResult

JOBS = tuple(GradeJob("ps1", name, f"/{name}", f"digest-{name}", "seed") for name in "abcd")
KEY = "key"


def result(student: str, status: str = "graded", digest: str = "") -> GradeResult:
    return GradeResult("ps1", student, digest or f"digest-{student}", status)


def log(tmp_path: Path) -> RunLog:
    found = RunLog(tmp_path, "ps1", "problem")
    found.add("start", run="1")
    return found


def students(jobs: tuple[GradeJob, ...]) -> str:
    return "".join(job.student for job in jobs)


def test_without_a_past_everything_is_graded(tmp_path: Path) -> None:
    todo = plan(JOBS, RunLog(tmp_path, "ps1", "problem").past(), KEY)
    assert students(todo.jobs) == "abcd"


def test_a_run_that_ended_is_graded_again(tmp_path: Path) -> None:
    past = log(tmp_path)
    past.add_result("1", KEY, result("a"))
    past.add("end", run="1")
    assert students(plan(JOBS, past.past(), KEY).jobs) == "abcd"


def test_after_an_interruption_only_the_rest_is_done(tmp_path: Path) -> None:
    past = log(tmp_path)
    for name in "ab":
        past.add_result("1", KEY, result(name))
    past.add("written", student="a")
    todo = plan(JOBS, past.past(), KEY)
    assert students(todo.jobs) == "cd"
    assert [r.student for r in todo.unwritten] == ["b"]
    assert todo.kept == 2


def test_a_result_of_another_version_counts_as_none(tmp_path: Path) -> None:
    past = log(tmp_path)
    past.add("result", run="1", key=KEY, result={"student": "a", "marks": 7})
    past.add_result("1", KEY, result("b"))
    assert students(plan(JOBS, past.past(), KEY).jobs) == "acd"


def test_any_text_can_be_logged(tmp_path: Path) -> None:
    past = log(tmp_path)
    odd = replace(result("a"), sentence="half a character: \ud800")
    past.add_result("1", KEY, odd)
    assert past.past().entries["a"].result == odd


def test_a_log_that_has_grown_large_keeps_the_last_results(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    past = log(tmp_path)
    for number in range(20):
        for name in "ab":
            past.add_result("1", KEY, result(name, digest=str(number)))
    past.add("written", student="a")
    past.add("end", run="1")
    before, size = past.past(), past.path.stat().st_size
    past.shorten()
    assert past.path.stat().st_size == size
    monkeypatch.setattr(runlog, "MAX_BYTES", 1000)
    past.shorten()
    after = past.past()
    assert past.path.stat().st_size < size / 8
    assert (after.entries, after.unfinished) == (before.entries, False)


def test_two_runs_do_not_grade_the_same_notebook(tmp_path: Path) -> None:
    one, other = (RunLog(tmp_path, "ps1", "problem") for _ in range(2))
    with one.alone(), pytest.raises(AlreadyRunning, match="Wait for its end"), other.alone():
        pass
    with other.alone():
        pass


def test_what_changed_since_the_interruption_is_graded_again(tmp_path: Path) -> None:
    past = log(tmp_path)
    past.add_result("1", KEY, result("a", digest="older"))
    past.add_result("1", "older course", result("b"))
    past.add_result("1", KEY, result("c", status="infrastructure"))
    past.add_result("1", KEY, result("d"))
    assert students(plan(JOBS, past.past(), KEY).jobs) == "abc"


def test_only_failed_and_only_changed(tmp_path: Path) -> None:
    past = log(tmp_path)
    past.add_result("1", KEY, result("a"))
    past.add_result("1", KEY, result("b", status="unreadable"))
    past.add_result("1", KEY, result("c", digest="older"))
    past.add("end", run="1")
    assert students(plan(JOBS, past.past(), KEY, "failed").jobs) == "bd"
    assert students(plan(JOBS, past.past(), KEY, "changed").jobs) == "cd"
    assert students(plan(JOBS, past.past(), "another course", "changed").jobs) == "abcd"


def test_a_line_cut_short_loses_only_itself(tmp_path: Path) -> None:
    past = log(tmp_path)
    past.add_result("1", KEY, result("a"))
    past.add_result("1", KEY, result("b"))
    whole = past.path.read_bytes()
    for cut in range(1, 60):
        past.path.write_bytes(whole[:-cut])
        assert "a" in past.past().entries
        past.add_result("1", KEY, result("c"))
        assert set(past.past().entries) >= {"a", "c"}


def test_jobs_follow_the_pattern_and_the_content(tmp_path: Path) -> None:
    for name in ("ada", "bob"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "problem.ipynb").write_text(name)
    folders = [(name, tmp_path / name) for name in ("bob", "ada")]
    everyone = jobs_of(folders, "ps1", "seed")
    assert [job.student for job in everyone] == ["ada", "bob"]
    assert [job.student for job in jobs_of(folders, "ps1", "seed", "b*")] == ["bob"]
    (tmp_path / "ada" / "timestamp.txt").write_text("2026-01-01 00:00:00 UTC\nmore")
    again = jobs_of(folders, "ps1", "seed")
    assert again[0].digest == everyone[0].digest
    assert again[0].timestamp == "2026-01-01 00:00:00 UTC"
    (tmp_path / "ada" / "problem.ipynb").write_text("other")
    assert jobs_of(folders, "ps1", "seed")[0].digest != everyone[0].digest
