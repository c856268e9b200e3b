"""Which submissions a run grades. Pure, but for looking at the folders."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from autograder.course import intake
from autograder.engine.runlog import Entry, Past
from autograder.result import GradeJob, GradeResult

ONLY = ("all", "failed", "changed")


@dataclass(frozen=True)
class Plan:
    """Jobs to grade, and results of an interrupted run that only wait to be written."""

    jobs: tuple[GradeJob, ...]
    unwritten: tuple[GradeResult, ...] = ()
    kept: int = 0
    """Submissions that the interrupted run had done."""


def jobs_of(
    folders: Iterable[tuple[str, Path]], assignment: str, seed: str, students: str = "*"
) -> tuple[GradeJob, ...]:
    """A job for each submission (student and folder) whose student matches the pattern."""
    return tuple(
        GradeJob(
            assignment=assignment,
            student=student,
            path=str(folder),
            digest=intake.digest(folder),
            seed=seed,
            timestamp=intake.timestamp(folder),
        )
        for student, folder in sorted(folders)
        if fnmatchcase(student, students)
    )


def plan(jobs: Iterable[GradeJob], past: Past, key: str, only: str = "all") -> Plan:
    """What is left to do.

    After an interrupted run only the rest is done. `only` "failed" takes submissions without
    marks, "changed" those that are new or changed, also where the course has changed.
    """
    everyone = tuple(jobs)
    fresh = {j.student for j in everyone if _same(past.entries.get(j.student), j, key)}
    if past.unfinished:
        done = {student for student in fresh & past.done if _graded(past, student)}
        rest = tuple(job for job in everyone if job.student not in done)
        waiting = tuple(past.entries[s] for s in sorted(done) if not past.entries[s].written)
        return Plan(_chosen(rest, past, fresh, only), tuple(e.result for e in waiting), len(done))
    return Plan(_chosen(everyone, past, fresh, only))


def _chosen(
    jobs: tuple[GradeJob, ...], past: Past, fresh: set[str], only: str
) -> tuple[GradeJob, ...]:
    if only == "failed":
        return tuple(job for job in jobs if not _graded(past, job.student))
    if only == "changed":
        return tuple(job for job in jobs if job.student not in fresh)
    return jobs


def _same(entry: Entry | None, job: GradeJob, key: str) -> bool:
    return entry is not None and (entry.result.digest, entry.key) == (job.digest, key)


def _graded(past: Past, student: str) -> bool:
    entry = past.entries.get(student)
    return entry is not None and entry.result.status == "graded"
