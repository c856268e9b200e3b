"""Grading a class: plan, grade, log, write. The driver; it runs no learner's code."""

from __future__ import annotations

import hashlib
import json
import os
import re
import uuid
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import closing
from dataclasses import asdict, dataclass
from itertools import chain
from pathlib import Path

from autograder.course import notebook
from autograder.course.notebook import Notebook
from autograder.engine.machine import Machine, Settings
from autograder.engine.plan import Plan, jobs_of, plan
from autograder.engine.pool import LocalPool, Pool
from autograder.engine.runlog import RunLog
from autograder.engine.steps import Headings, headings, setup_sources
from autograder.given import encoder
from autograder.given.downloads import Missing
from autograder.lessons import FOLDERS
from autograder.lessons.needs import needs
from autograder.result import GradeJob, GradeResult
from autograder.worker import probe
from autograder.worker.library import KERNEL, LIBRARIES
from autograder.worker.limits import DEFAULTS, Limits

VERSION = 2
"""Raised when the same submission could be graded differently than before."""
MAX_FILE = 64_000_000
"""Bytes of one of the assignment's own data files."""
GUARDED = (
    "nbgrader_config.py", "grading-seed", "gradebook.db", "source", "release", "submitted",
    "autograded", "feedback", "gradebook-backups", ".autograder", ".git",
)  # fmt: skip
"""What of a course folder no submission may open."""
TURN_S = 0.5
"""Seconds after which waiting for a result looks up, so that Ctrl-C is heard."""


Graded = Generator[tuple[GradeResult, Headings]]
Write = Callable[[GradeResult, Headings], None]
"""Puts one result into the gradebook, and tells the student."""


class CannotGrade(RuntimeError):
    """There is nothing to grade here, or not safely; the message says what to do."""


@dataclass(frozen=True)
class Task:
    """One notebook of an assignment, and the submissions for it, as (student, folder).

    `master` is what nbgrader's steps make of `source`; without it `source` is graded as it stands.
    """

    course: Path
    assignment: str
    name: str
    source: Path
    release: Path
    folders: tuple[tuple[str, Path], ...]
    seed: str
    limits: Limits = DEFAULTS
    master: Notebook | None = None
    others: tuple[str, ...] = ()
    """Names of the assignment's other notebooks."""


@dataclass(frozen=True)
class Options:
    """How a run is made."""

    students: str = "*"
    jobs: int = 2
    only: str = "all"
    trust: bool = False


def prepare(task: Task) -> tuple[Settings, str]:
    """Everything that a result depends on but the submission, and its digest."""
    master = task.master or _read(task.source, task)
    release = _read(task.release, task)
    files = _data_files(task.release.parent) or _data_files(task.source.parent)
    settings = Settings(
        assignment=task.assignment,
        name=task.name,
        master=notebook.dumps(master).encode(),
        release=notebook.dumps(release).encode(),
        files=files,
        setup=setup_sources(master),
        limits=task.limits,
        libraries=[*_kernel(task.assignment), *_libraries(master)],
        downloads=_downloads(task.assignment),
        guarded=_guarded(task),
        others=task.others,
        seed=task.seed,
    )
    return settings, _key(settings, task)


def planned(task: Task, options: Options, key: str) -> Plan:
    """What a run would do now."""
    jobs = jobs_of(task.folders, task.assignment, task.seed, options.students)
    return plan(jobs, RunLog(task.course, task.assignment, task.name).past(), key, options.only)


def check_tier(trust: bool) -> probe.Capabilities:
    """Refuse untrusted work where it cannot be kept in; raises CannotGrade."""
    found = probe.probe()
    if probe.TIERS.index(found.tier) < probe.TIERS.index(probe.REQUIRED) and not trust:
        reasons = " ".join(probe.sentences(found))
        raise CannotGrade(
            f"{reasons} Learners' code is not run in a jail that is not {probe.REQUIRED}; "
            "with --trust-submissions it is."
        )
    return found


def run(
    task: Task,
    options: Options,
    write: Write,
    seen: Callable[[GradeResult], None] = lambda _result: None,
    pool: Pool | None = None,
) -> tuple[GradeResult, ...]:
    """Grade what is to be graded; results in order of students, those kept from before too.

    Each result is logged, then given to `write`, the one writer, then to `seen`. Raises
    KeyboardInterrupt after all processes have ended; the next run does the rest.
    """
    check_tier(options.trust)
    settings, key = prepare(task)
    log = RunLog(task.course, task.assignment, task.name)
    with log.alone():
        todo = planned(task, options, key)
        name = _begin(log, todo)
        waiting = ((result, headings(task.assignment)) for result in todo.unwritten)
        graded = _results(settings, todo.jobs, options.jobs, pool)
        with closing(_logged(log, name, key, graded)) as new:
            for result, titles in chain(waiting, new):
                _finish(log, result, write, titles)
                seen(result)
        log.add("end", run=name)
        past = log.past()
    return tuple(past.entries[s].result for s in sorted(past.done))


def _logged(log: RunLog, name: str, key: str, results: Graded) -> Graded:
    """The same results, each on the disk before it is given on."""
    with closing(results):
        for result, titles in results:
            log.add_result(name, key, result)
            yield result, titles


def _begin(log: RunLog, todo: Plan) -> str:
    past = log.past()
    if past.unfinished:
        return past.run
    log.shorten()
    name = uuid.uuid4().hex[:12]
    log.add("start", run=name, students=[job.student for job in todo.jobs])
    return name


def _finish(log: RunLog, result: GradeResult, write: Write, titles: Headings) -> None:
    """Write a result that says something about the submission; one that does not is left."""
    if result.status != "infrastructure":
        write(result, titles)
    log.add("written", student=result.student)


def _results(
    settings: Settings, jobs: tuple[GradeJob, ...], slots: int, pool: Pool | None
) -> Graded:
    if pool is not None:
        yield from ((result, Headings()) for result in _collect(pool, jobs))
        return
    if not jobs:
        return
    slots = min(slots, len(jobs))
    machine = Machine(settings, slots)
    local: LocalPool | None = None
    try:
        machine.start()
        local = LocalPool(machine, slots)
        for result in _collect(local, jobs):
            yield result, machine.headings
        local.close()
        machine.close()
    except BaseException:
        if local is not None:
            local.cancel()
        raise
    finally:
        machine.stop()


def _collect(pool: Pool, jobs: Iterable[GradeJob]) -> Iterator[GradeResult]:
    waiting: set[Future[GradeResult]] = {pool.submit(job) for job in jobs}
    while waiting:
        done, waiting = wait(waiting, timeout=TURN_S, return_when=FIRST_COMPLETED)
        for future in sorted(done, key=lambda future: future.exception() is not None):
            yield future.result()  # what was graded comes before what stops the run


def _read(path: Path, task: Task) -> Notebook:
    if path.exists():
        return notebook.read(path)
    raise CannotGrade(
        f"{path} is missing. Run `make build` or `nbgrader generate_assignment "
        f"{task.assignment}` first."
    )


def _libraries(master: Notebook) -> list[str]:
    """What the warm parent imports: of the slow libraries those that the notebook names."""
    code = "\n".join(cell["source"] for cell in master["cells"] if cell["cell_type"] == "code")
    return [name for name in LIBRARIES if re.search(rf"\b{name.split('.')[0]}\b", code)]


def _kernel(assignment: str) -> list[str]:
    """The module by which libraries know a notebook, for courses other than this one.

    This course's lessons do without what libraries show in a notebook: it takes time to make.
    """
    return [] if assignment in FOLDERS else [KERNEL]


def _downloads(assignment: str) -> tuple[Path, ...]:
    """Fetched folders that the assignment reads; raises CannotGrade where one is not there."""
    if not needs(assignment).encoder:
        return ()
    try:
        return (encoder.folder(),)
    except Missing as missing:
        raise CannotGrade(str(missing)) from missing


def _data_files(folder: Path) -> dict[str, bytes]:
    """The assignment's own files beside its notebooks, by relative name."""
    found: dict[str, bytes] = {}
    for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
        name = path.relative_to(folder).as_posix()
        hidden = any(part.startswith(".") for part in Path(name).parts)
        if path.is_file() and path.suffix != ".ipynb" and not hidden:
            if path.stat().st_size > MAX_FILE:
                raise CannotGrade(f"{path} is larger than {MAX_FILE // 1_000_000} MB.")
            found[name] = path.read_bytes()
    if sum(map(len, found.values())) > DEFAULTS.folder_bytes // 2:
        most = DEFAULTS.folder_bytes // 2_000_000
        raise CannotGrade(f"The data files in {folder} are larger than {most} MB together.")
    return found


def _guarded(task: Task) -> tuple[Path, ...]:
    """What no submission may open: the course's folders and the home folder."""
    here = [task.source, task.release, *(task.course / name for name in GUARDED), Path.home()]
    return tuple(path for path in here if path.exists())


def _key(settings: Settings, task: Task) -> str:
    facts = [VERSION, task.seed, asdict(task.limits), task.others]
    total = hashlib.sha256(json.dumps(facts).encode())
    for part in (settings.master, settings.release, *_flat(settings.files)):
        total.update(hashlib.sha256(part).digest())
    return total.hexdigest()


def _flat(files: object) -> Iterator[bytes]:
    assert isinstance(files, dict)
    for name, data in sorted(files.items()):
        yield from (os.fsencode(name), data)
