"""Running the corpus through the engine, and the verdict on every attack."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import asdict, dataclass
from typing import Any

from autograder.proof.attacks.attack import Attack
from autograder.proof.attacks.stage import (
    NEIGHBOURS,
    Stage,
    left_behind,
    make,
    settle,
    snapshot,
    temporary,
)
from autograder.result import GradeResult, to_json
from autograder.worker.limits import Limits

LIMITS = Limits(cell_s=6.0, submission_s=40.0, cpu_s=30)
"""Shorter than in a class, so that hostile submissions cost seconds rather than minutes."""
UNSAFE = (
    "<script",
    "=http://192.0.2.1",
    "onerror=",
    "onload=",
    "javascript:alert",
    "<iframe",
    "\x1b",
    "\u202e",
)
"""What may stand in no page that a person opens."""
ROUND = 1e-9


@dataclass(frozen=True)
class Verdict:
    """What came of one attack. `limit` marks one of the two honest limits, stated in the docs."""

    name: str
    kind: str
    course: str
    tries: str
    label: str
    expects: tuple[str, ...]
    points: float | None
    deserved: float
    problems: tuple[str, ...]
    limit: bool
    seconds: float

    @property
    def ok(self) -> bool:
        """Whether nothing was gained, changed, shown or stopped, and the label is right."""
        return not self.problems


@dataclass(frozen=True)
class Outcome:
    """The whole corpus: the jail's tier, a verdict on each, what went wrong for everyone."""

    tier: str
    verdicts: tuple[Verdict, ...]
    problems: tuple[str, ...]
    seconds: float

    @property
    def ok(self) -> bool:
        """Whether every claim holds."""
        return not self.problems and all(verdict.ok for verdict in self.verdicts)


Seen = Callable[[GradeResult], None]


def run_corpus(
    attacks: Iterable[Attack], jobs: int = 2, seen: Seen = lambda _result: None
) -> Outcome:
    """Run attacks on both courses; raises CannotGrade where the jail is too weak."""
    from autograder.worker import probe

    chosen = tuple(attacks)
    started = time.monotonic()
    verdicts: list[Verdict] = []
    problems: list[str] = []
    for course in ("lesson", "bare"):
        if any(attack.course == course for attack in chosen):
            with temporary() as folder:
                done = _run_course(make(folder, chosen, course), jobs, seen)
            verdicts += done[0]
            problems += done[1]
    seconds = time.monotonic() - started
    return Outcome(probe.probe().tier, tuple(verdicts), tuple(problems), seconds)


def _run_course(stage: Stage, jobs: int, seen: Seen) -> tuple[list[Verdict], list[str]]:
    settle(stage)
    before = snapshot(stage)
    results = {result.student: result for result in grade(stage, jobs, seen)}
    changed = _differences(before, snapshot(stage))
    left = left_behind(stage)
    verdicts = [_verdict(stage, attack, results, left) for attack in stage.attacks]
    problems = [f"{name} was changed" for name in changed]
    problems += [f"{each} was left behind" for each in left]
    problems += _neighbours(stage, results)
    problems += _gradebook(stage, results)
    return verdicts, problems


def grade(stage: Stage, jobs: int, seen: Seen) -> tuple[GradeResult, ...]:
    """Grade everyone as `autograder grade` does, gradebook and feedback included."""
    from autograder.engine import grade as engine
    from autograder.records.feedback import write_feedback
    from autograder.records.gradebook import write_result

    name = stage.target.name
    folders = {
        step: stage.root / step / stage.target.assignment / f"{name}.ipynb"
        for step in ("source", "release")
    }
    task = engine.Task(
        course=stage.root,
        assignment=stage.target.assignment,
        name=name,
        source=folders["source"],
        release=folders["release"],
        folders=stage.students(),
        seed=stage.words["seed"],
        limits=LIMITS,
    )

    def write(result: GradeResult, *_headings: Any) -> None:
        write_result(stage.root, result, stage.target.master, notebook=name)
        write_feedback(stage.root, result, notebook=name)

    return engine.run(task, engine.Options(jobs=jobs), write, seen)


def _verdict(
    stage: Stage, attack: Attack, results: dict[str, GradeResult], left: tuple[str, ...]
) -> Verdict:
    student = stage.student(attack)
    result = results.get(student)
    cell = next((c for c in result.cells if c.name == attack.cell), None) if result else None
    deserved = attack.deserves * stage.target.points[attack.cell]
    label = cell.status if cell else (result.status if result else "no result")
    limit = attack.course == "bare" and attack.kind == "verdict" and "passed" in attack.expects
    points = cell.points if cell else None
    problems = []
    if label not in attack.expects:
        problems.append(f"labelled {label}, expected {' or '.join(attack.expects)}")
    if result and not limit:
        problems += _gains(stage, attack, result, points, deserved)
    if result:
        problems += _shown(stage, student, result)
    problems += [f"left {each}" for each in left if each.endswith(attack.name)]
    seconds = result.seconds if result else 0.0
    return Verdict(
        attack.name,
        attack.kind,
        attack.course,
        attack.tries,
        label,
        attack.expects,
        points,
        deserved,
        tuple(problems),
        limit,
        seconds,
    )


def _gains(
    stage: Stage, attack: Attack, result: GradeResult, points: float | None, deserved: float
) -> list[str]:
    """More points than deserved, here or in all; for an honest submission, fewer."""
    problems = []
    if points is not None and points > deserved + ROUND:
        problems.append(f"gained {points:g} points where {deserved:g} are deserved")
    most = sum(cell.max_points for cell in result.cells)
    if result.status == "graded" and abs(most - sum(stage.target.points.values())) > ROUND:
        problems.append(f"the points of all cells are {most:g}")
    if attack.kind == "honest" and (points is None or points < deserved - ROUND):
        problems.append(f"got {points} of {deserved:g} deserved points")
    return problems


def _shown(stage: Stage, student: str, result: GradeResult) -> list[str]:
    """Secrets in anything a student reads, and what acts in anything a person opens."""
    answers = {"answers": ()}
    told = json.dumps({**json.loads(to_json(result)), **answers}, ensure_ascii=False)
    folder = stage.folder(student, "feedback")
    pages = [path.read_text(encoding="utf-8") for path in folder.glob(f"{stage.target.name}.*")]
    problems = [
        f"{name} is shown"
        for name, word in stage.words.items()
        if any(word in text for text in (told, *pages))
    ]
    html = folder / f"{stage.target.name}.html"
    acts = html.read_text(encoding="utf-8") if html.exists() else ""
    acts += formgrader(stage, student)
    problems += [f"a page holds {what!r}" for what in UNSAFE if what in without_text(acts)]
    return problems


def formgrader(stage: Stage, student: str) -> str:
    """The written answer as nbgrader's pages render it."""
    from nbconvert import HTMLExporter

    from autograder.course.notebook import read

    path = stage.folder(student, "autograded") / f"{stage.target.name}.ipynb"
    if not path.exists():
        return ""
    exporter = HTMLExporter()  # type: ignore[no-untyped-call]
    return "".join(
        exporter.markdown2html({"cell": cell}, cell["source"])
        for cell in read(path)["cells"]
        if cell["cell_type"] == "markdown"
    )


def without_text(page: str) -> str:
    """A page's tags and attributes; text between them cannot act, but escapes in it still can."""
    from html.parser import HTMLParser

    kept: list[str] = [character for character in ("\x1b", "\u202e") if character in page]

    class Tags(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            kept.append(f"<{tag} " + " ".join(f"{name}={value}" for name, value in attrs))

    parser = Tags()
    parser.feed(page)
    return "\n".join(kept)


def _differences(before: dict[str, str], after: dict[str, str]) -> list[str]:
    return sorted(name for name in before | after if before.get(name) != after.get(name))


def _neighbours(stage: Stage, results: dict[str, GradeResult]) -> list[str]:
    """Honest students get all points, whoever was graded before and beside them."""
    problems = []
    for student in NEIGHBOURS:
        result = results.get(student)
        lost = (
            [c.name for c in result.cells if c.points not in (None, c.max_points)] if result else []
        )
        if result is None or result.status != "graded" or lost:
            problems.append(f"{student} lost {lost or 'the submission'}")
    return problems


def _gradebook(stage: Stage, results: dict[str, GradeResult]) -> list[str]:
    """The gradebook is whole, holds the scores of the results, and the tests of the source."""
    with closing(sqlite3.connect(stage.root / "gradebook.db")) as database:
        whole = database.execute("PRAGMA integrity_check").fetchone()[0]
        rows = database.execute(
            "SELECT s.student_id, b.name, g.auto_score, g.manual_score FROM grade g "
            "JOIN base_cell b ON b.id = g.cell_id "
            "JOIN submitted_notebook m ON m.id = g.notebook_id "
            "JOIN submitted_assignment s ON s.id = m.assignment_id"
        ).fetchall()
        tests = [row[0] for row in database.execute("SELECT source FROM source_cell")]
    problems = [] if whole == "ok" else [f"the gradebook is damaged: {whole}"]
    given = {(r.student, c.name): c.points for r in results.values() for c in r.cells}
    wrong = [row for row in rows if row[2] != given.get(row[:2]) or row[3] is not None]
    problems += [f"the gradebook has {row}" for row in wrong]
    if "pass" in tests or not any(stage.words["hidden"] in text for text in tests):
        problems.append("the stored tests were changed")
    return problems


def as_dict(outcome: Outcome) -> dict[str, Any]:
    """The outcome as one JSON object."""
    items = [{**asdict(verdict), "ok": verdict.ok} for verdict in outcome.verdicts]
    total = {
        "tier": outcome.tier,
        "attacks": len(items),
        "held": sum(item["ok"] for item in items),
        "limits": sum(item["limit"] for item in items),
        "seconds": round(outcome.seconds, 1),
        "problems": list(outcome.problems),
    }
    return {"total": total, "items": items, "ok": outcome.ok}
