"""The judges of a run: one process loads torch and the lesson, then forks one judge per slot.

Started as `python -m autograder.engine.judges ASSIGNMENT FD`. A judge reads a job (a line of
JSON), grades it over the socket of its slot in the jail, and writes the result. It trusts nothing
that comes from there, and knows neither the gradebook nor the course folder.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
import time
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from autograder.course import intake
from autograder.course.notebook import Notebook, UnreadableNotebook, parse
from autograder.course.rebuild import rebuild
from autograder.engine.reading import as_the_reference, suspicious
from autograder.engine.results import nothing
from autograder.engine.score import first_line
from autograder.engine.session import Gone, JailOpen, JailShut, MachineryGone, Session
from autograder.engine.steps import after_setup, headings, lesson_of, steps_of
from autograder.engine.submission import Grading
from autograder.exercise import Exercise, Lesson
from autograder.judge.run import draws
from autograder.result import Finding, GradeJob, GradeResult, to_json
from autograder.worker.channel import Channel, Closed, receive_with
from autograder.worker.kernel import die_with_parent, reap
from autograder.worker.limits import Limits
from autograder.worker.threads import one_thread

JAIL_OPEN = (
    "The jail has a hole: a submission's process could open {}. Nothing of it was run. Move the "
    "course out of the folders of the system and of Python, and see `autograder doctor`."
)

JAIL_SHUT = (
    "In the jail a submission's own user may not read Python in {}. Nothing of it was run. Install "
    "bubblewrap, or use a Python outside of folders that only root may enter."
)


STRANGE = (
    "None of the assignment's cells is in the notebook, by name, id or text: look at the file."
)


@dataclass(frozen=True)
class Paper:
    """What is graded: the course's notebook with and without solutions, and its other files.

    `others` are the names of the assignment's other notebooks. `setup` holds the sources that the
    warm parent has run already.
    """

    assignment: str
    name: str
    others: list[str]
    master: Notebook
    release: Notebook
    files: dict[str, bytes]
    setup: list[str]
    limits: Limits

    @property
    def lesson(self) -> Lesson | None:
        """The lesson, where the assignment is one of this course."""
        return lesson_of(self.assignment)

    @property
    def references(self) -> dict[str, str]:
        """The course's own answers by exercise; none for other courses."""
        exercises = self.lesson.exercises if self.lesson else ()
        return {e.name: e.reference for e in exercises if isinstance(e, Exercise)}


def paper_from(settings: dict[str, Any]) -> Paper:
    """The paper as the driver sends it."""
    return Paper(
        assignment=settings["assignment"],
        name=settings["name"],
        others=settings["others"],
        master=parse(settings["master"]),
        release=parse(settings["release"]),
        files=settings["files"],
        setup=settings["setup"],
        limits=Limits(**settings["limits"]),
    )


def grade(job: GradeJob, paper: Paper, slot: Channel, kind: type[Session] = Session) -> GradeResult:
    """Grade one submission in sessions of this kind; raises MachineryGone."""
    started = time.monotonic()
    try:
        handed_in = intake.take(Path(job.path), paper.name, paper.others)
    except intake.NotHandedIn as error:
        return _missing(job, paper, str(error))
    except UnreadableNotebook as error:
        return _ungraded(job, "unreadable", str(error))
    rebuilt = rebuild(paper.master, paper.release, handed_in.notebook)
    if not rebuilt.recognised:
        return _ungraded(job, "ungradable", STRANGE)
    steps = steps_of(rebuilt.notebook, paper.lesson)
    rest = after_setup(steps, paper.setup)
    files = {**handed_in.files, **paper.files}
    grading = Grading(
        paper.lesson,
        rebuilt,
        steps if rest is None else rest,
        job.seed,
        paper.limits,
        lambda deadline: _open(
            kind(slot, paper.limits, deadline), paper.limits, files, rest is None
        ),
    )
    cells = grading.run()
    findings = (
        *handed_in.findings,
        *rebuilt.findings,
        *suspicious(grading.learned),
        *as_the_reference(grading.learned, paper.references),
        *grading.walk.findings,
    )
    return GradeResult(
        assignment=job.assignment,
        student=job.student,
        digest=job.digest,
        status="graded",
        cells=cells,
        answers=rebuilt.answers,
        findings=findings,
        seconds=time.monotonic() - started,
        timestamp=job.timestamp,
        more=rebuilt.more,
    )


def _open(session: Session, limits: Limits, files: dict[str, bytes], fresh: bool) -> Session:
    """Prepare a process: without what the setup cells made where it is `fresh`, with its files."""
    try:
        if fresh:
            session.request({"op": "fresh"}, limits.cell_s)
        if files:
            session.request({"op": "files", "files": files}, limits.cell_s)
    except Gone as error:
        raise MachineryGone("a process could not be prepared") from error
    return session


def _missing(job: GradeJob, paper: Paper, sentence: str) -> GradeResult:
    """One of several notebooks was not handed in: it has no point, as in nbgrader."""
    steps = steps_of(paper.master, paper.lesson)
    return replace(
        _ungraded(job, "graded", sentence),
        cells=tuple(nothing(step.cell, sentence) for step in steps if step.kind != "run"),
        findings=(Finding("missing-notebook", paper.name, sentence),),
    )


def _ungraded(job: GradeJob, status: str, sentence: str) -> GradeResult:
    return GradeResult(
        assignment=job.assignment,
        student=job.student,
        digest=job.digest,
        status=status,
        sentence=sentence,
        timestamp=job.timestamp,
    )


def serve(driver: Channel, slot: Channel, paper: Paper) -> None:
    """Grade jobs until the driver closes."""
    driver.send({"pid": os.getpid()})
    while True:
        job = GradeJob(**driver.receive())
        try:
            result = grade(job, paper, slot)
        except JailOpen as error:
            result = _ungraded(job, "infrastructure", JAIL_OPEN.format(error))
        except JailShut:
            result = _ungraded(job, "infrastructure", JAIL_SHUT.format(sys.base_prefix))
        driver.send({"result": to_json(result)})


def main(assignment: str, number: int) -> None:
    """Load everything once, then fork a judge for each pair of sockets that arrives."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    control = Channel(socket.socket(fileno=number))
    with suppress(Closed):
        if lesson_of(assignment):
            one_thread()  # loads torch, while the warm parent does the same beside it
        settings = control.receive()
        paper = paper_from(settings)
        control.send(asdict(headings(paper.assignment)))
        draw(paper.lesson, settings["seed"])
        me = os.getpid()
        while True:
            _, (driver, slot) = receive_with(control, 2)
            reap(os.WNOHANG)
            if os.fork() == 0:
                control.close()
                _judge(Channel(driver), Channel(slot), paper, me)
            driver.close()
            slot.close()
    os.killpg(0, signal.SIGKILL)  # the driver has gone: no judge works for nobody


def draw(lesson: Lesson | None, seed: str) -> None:
    """Draw every case now, for all judges: they are forked from this process and share them."""
    exercises = lesson.coding if lesson else ()
    for exercise in exercises:
        for stage in exercise.stages:
            with suppress(Exception):  # the judge meets it again, and tells it
                for each in draws(exercise, stage, seed, hidden=True):
                    stage.cases(each)


def _judge(driver: Channel, slot: Channel, paper: Paper, parent: int) -> None:
    """One judge's life; a failure of the machinery ends it, and the driver starts another."""
    die_with_parent(parent)
    try:
        serve(driver, slot, paper)
    except (Closed, MachineryGone):
        os._exit(0)
    except BaseException as error:
        with suppress(Closed):
            driver.send({"broken": broken(error)})
        os._exit(1)


def broken(error: BaseException) -> str:
    """What a maintainer needs to find a failure of the machinery, in one line."""
    import traceback

    at = traceback.extract_tb(error.__traceback__)[-1]
    what = first_line(type(error).__name__, str(error))
    return f"{what}, in {Path(at.filename).name}, line {at.lineno}"


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
