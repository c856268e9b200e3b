"""Grading a whole class: nbgrader's scores, the same at every time, nothing lost by a crash."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import pytest

from autograder.engine import grade as engine
from autograder.engine.grade import CannotGrade, Options, Task
from autograder.engine.machine import Machine
from autograder.engine.pool import LocalPool
from autograder.engine.runlog import RunLog
from autograder.engine.steps import Headings
from autograder.result import GradeJob, GradeResult, to_json
from autograder.worker import probe
from tests.engine.room import LIMITS, hand_in, job, master, settings, without_seconds
from tests.engine.stock import ANSWERS, ROOT, course, nbgrader, scores

STUDENTS = sorted(ANSWERS)


@pytest.fixture(scope="module")
def stock(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return course(tmp_path_factory.mktemp("course") / "stock")


@pytest.fixture
def here(stock: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(stock, tmp_path / "course"))


def task(root: Path) -> Task:
    folders = tuple((name, root / "submitted" / name / "ps1") for name in STUDENTS)
    source, release = (root / step / "ps1" / "problem.ipynb" for step in ("source", "release"))
    return Task(root, "ps1", "problem", source, release, folders, "seed", LIMITS)


def command(root: Path, *more: str) -> list[str]:
    base = ["grade", "ps1", "--course", str(root), "--json", "--jobs", "2"]
    return [sys.executable, "-m", "autograder.cli", *base, *more]


def autograder(root: Path, *more: str) -> dict[str, object]:
    done = subprocess.run(command(root, *more), capture_output=True, text=True, cwd=ROOT)
    assert done.stdout, done.stderr
    found = json.loads(done.stdout)
    assert isinstance(found, dict)
    return found


def test_the_gradebook_says_what_nbgrader_would_say(here: Path, tmp_path: Path) -> None:
    theirs = Path(shutil.copytree(here, tmp_path / "theirs"))
    nbgrader(theirs, "autograde", "ps1")
    found = autograder(here)
    assert found["ok"] is True
    assert scores(here) == scores(theirs)
    assert len(scores(here)) == len(STUDENTS) * 4
    assert (here / "feedback" / "ada" / "ps1" / "problem.html").exists()


def lines(results: tuple[GradeResult, ...]) -> list[str]:
    return [to_json(without_seconds(result)) for result in results]


def test_one_two_and_four_jobs_give_the_same_bytes(here: Path) -> None:
    seen = {}
    for jobs in (1, 2, 4):
        shutil.rmtree(here / ".autograder", ignore_errors=True)
        results = engine.run(task(here), Options(jobs=jobs), lambda _result, _titles: None)
        seen[jobs] = lines(results)
    assert seen[1] == seen[2] == seen[4]
    assert len(seen[1]) == len(STUDENTS)


class Counting:
    """A pool that counts its jobs, and may stop the run after some of them."""

    def __init__(self, stop_after: int = 99) -> None:
        self.graded: list[str] = []
        self.stop_after = stop_after

    def submit(self, job: GradeJob) -> Future[GradeResult]:
        future: Future[GradeResult] = Future()
        if len(self.graded) == self.stop_after:
            future.set_exception(KeyboardInterrupt())
        else:
            self.graded.append(job.student)
            future.set_result(GradeResult("ps1", job.student, job.digest, "graded"))
        return future

    def cancel(self) -> None: ...


def test_an_interrupted_run_goes_on_with_the_rest(here: Path) -> None:
    written: list[str] = []

    def write(result: GradeResult, _titles: Headings) -> None:
        written.append(result.student)

    first = Counting(stop_after=3)
    with pytest.raises(KeyboardInterrupt):
        engine.run(task(here), Options(), write, pool=first)
    second = Counting()
    results = engine.run(task(here), Options(), write, pool=second)
    done = {entry for entry in first.graded if entry in written}
    assert sorted(second.graded) == sorted(set(STUDENTS) - done)
    assert [result.student for result in results] == STUDENTS
    assert sorted(set(written)) == STUDENTS


def test_what_was_logged_but_not_written_is_written_by_the_next_run(here: Path) -> None:
    def full_disk(_result: GradeResult, _titles: Headings) -> None:
        raise OSError("no space left")

    with pytest.raises(OSError, match="no space"):
        engine.run(task(here), Options(), full_disk, pool=Counting())
    again, written = Counting(), []
    engine.run(task(here), Options(), lambda r, _titles: written.append(r.student), pool=again)
    assert sorted(written) == STUDENTS
    assert len(again.graded) == len(STUDENTS) - 1


@pytest.fixture(scope="module")
def machine() -> Iterator[Machine]:
    found = Machine(settings(), 2)
    found.start()
    yield found
    found.stop()


@pytest.mark.parametrize("victim", ["the parent", "the judges"])
def test_a_killed_process_costs_time_and_no_grade(
    victim: str, machine: Machine, tmp_path: Path
) -> None:
    jobs = [replace(hand_in(tmp_path / name, master()), student=name) for name in "abcdef"]
    pool = LocalPool(machine, 2)
    futures = [pool.submit(each) for each in jobs]
    futures[0].result()
    judges, parent = machine.pids()
    os.killpg(parent if victim == "the parent" else judges, signal.SIGKILL)
    results = [future.result() for future in futures]
    pool.close()
    assert [(r.student, r.status, r.points) for r in results] == [
        (name, "graded", 4.5) for name in "abcdef"
    ]


def test_a_machine_that_never_works_is_no_zero(tmp_path: Path) -> None:
    class Broken(Machine):
        def open_slot(self, number: int) -> NoReturn:
            raise OSError("nothing works")

    broken = Broken(settings(), 1)
    pool = LocalPool(broken, 1)
    result = pool.submit(job(tmp_path)).result()
    pool.cancel()
    assert (result.status, result.cells) == ("infrastructure", ())
    assert "Grade it again" in result.sentence


def test_a_run_that_is_killed_goes_on_where_it_stopped(here: Path) -> None:
    """The whole program is killed after its first result, and started again."""
    log = RunLog(here, "ps1", "problem")
    process = subprocess.Popen(
        command(here), cwd=ROOT, stdout=subprocess.DEVNULL, start_new_session=True
    )
    while process.poll() is None and not log.past().entries:
        pass
    process.kill()
    process.wait()
    found = autograder(here)
    assert found["ok"] is True
    assert {student for student, _ in scores(here)} == set(STUDENTS)
    events = [json.loads(line) for line in log.path.read_text().splitlines()]
    graded = [e["result"]["student"] for e in events if e["event"] == "result"]
    assert sorted(graded) == STUDENTS, "graded once each, over both runs"


def test_ctrl_c_stops_with_its_own_status(here: Path) -> None:
    log = RunLog(here, "ps1", "problem")
    process = subprocess.Popen(command(here), cwd=ROOT, stdout=subprocess.DEVNULL)
    while process.poll() is None and not log.path.exists():
        pass
    process.send_signal(signal.SIGINT)
    assert process.wait() == 130


def test_unreadable_submissions_have_no_score_and_a_sentence(here: Path) -> None:
    (here / "submitted" / "ada" / "ps1" / "problem.ipynb").write_text("{")
    found = autograder(here, "--students", "[ab]*")
    assert found["ok"] is False
    items = {item["student"]: item for item in found["items"]}  # type: ignore[attr-defined]
    assert items["ada"]["status"] == "unreadable"
    assert "problem.ipynb" in items["ada"]["sentence"]
    assert items["bob"]["status"] == "graded"


def test_a_dry_run_grades_nothing(here: Path) -> None:
    found = autograder(here, "--dry-run", "--students", "[ab]*")
    assert found["would_grade"] == {"problem": ["ada", "bob"]}
    assert not (here / ".autograder").exists()


def test_untrusted_work_is_refused_in_a_weak_jail(monkeypatch: pytest.MonkeyPatch) -> None:
    weak = probe.Capabilities(True, False, 0, False, False)
    monkeypatch.setattr(probe, "probe", lambda: weak)
    with pytest.raises(CannotGrade, match="--trust-submissions"):
        engine.check_tier(trust=False)
    assert engine.check_tier(trust=True) is weak


TIERS = {
    "strict": [
        probe.Capabilities(True, True, 7, True, False),
        probe.Capabilities(True, True, 0, False, True),
        probe.Capabilities(True, False, 6, True, False),
        probe.Capabilities(True, False, 1, True, True),
    ],
    "basic": [
        probe.Capabilities(True, True, 0, True, False),
        probe.Capabilities(True, False, 1, False, True),
        probe.Capabilities(True, False, 5, True, False),
    ],
    "none": [
        probe.Capabilities(True, False, 0, True, True),
        probe.Capabilities(False, False, 0, False, False),
    ],
}


@pytest.mark.parametrize("tier", TIERS)
def test_tiers(tier: str) -> None:
    for found in TIERS[tier]:
        assert found.tier == tier
        assert probe.sentences(found)[0] == f"Jail: {tier}."
