"""Sweeps over whole lessons: does every mutant die, does a verdict change with the seed?

What comes of a sweep is written, dated, into `results/` beside this file and committed: one file a
sweep, in which a sweep over one lesson renews that lesson only.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from autograder.course.standalone import source_of
from autograder.course.variants import variants
from autograder.exercise import Exercise, Lesson
from autograder.lessons import FOLDERS
from autograder.proof.mutants import Mutant, equal, mutants
from autograder.proof.trials import Answer, Lost, tried

RESULTS = Path("autograder", "proof", "results")
"""Where results are kept, in the project's folder."""
LOG = Path(".autograder", "proof", "trials.jsonl")
"""Where trials are kept as they are done, in the project's folder."""
SEED, MUTANT = "mutants", "mutant "

Tell = Callable[[str], None]


@dataclass(frozen=True)
class MutantsOf:
    """The mutants of one reference: how many there are, how many died, what is left."""

    exercise: str
    mutants: int
    died: int
    equal: int
    survived: tuple[str, ...]
    not_equal: tuple[str, ...]
    """Mutants that are listed as equal, and died or are none."""

    @property
    def ok(self) -> bool:
        """Whether each mutant died or is listed as equal, and the list is true."""
        return not self.survived and not self.not_equal


@dataclass(frozen=True)
class SeedsOf:
    """The answers to one exercise, and those whose verdict changed with the seed."""

    exercise: str
    answers: int
    differing: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Whether no verdict changed."""
        return not self.differing


def sweep_mutants(lesson: Lesson, root: Path, jobs: int, tell: Tell) -> Iterator[MutantsOf]:
    """Every mutant of every reference of a lesson."""
    made = {e.name: mutants(e.reference) for e in lesson.coding}
    answers = [Answer(name, m.cell, SEED) for name, found in made.items() for m in found]
    lost = _outcomes(answers, root, jobs, tell)
    known = equal(FOLDERS[lesson.id])
    for name, found in made.items():
        alive = [m.name for m in found if not lost[Answer(name, m.cell, SEED)]]
        yield mutants_of(name, found, alive, {m for e, m in known if e == name})


def mutants_of(
    exercise: str, found: Sequence[Mutant], alive: Sequence[str], known: set[str]
) -> MutantsOf:
    """What became of the mutants `found`, of which `known` are listed as equal."""
    return MutantsOf(
        exercise=exercise,
        mutants=len(found),
        died=len(found) - len(alive),
        equal=len(known & set(alive)),
        survived=tuple(name for name in alive if name not in known),
        not_equal=tuple(sorted(known - set(alive))),
    )


def sweep_seeds(lesson: Lesson, root: Path, seeds: int, jobs: int, tell: Tell) -> Iterator[SeedsOf]:
    """Every mistake, variant and mutant of a lesson with `seeds` grading seeds."""
    cells = {e.name: known_answers(lesson, e, root) for e in lesson.coding}
    drawn = [f"seed {number}" for number in range(seeds)]
    answers = [
        Answer(name, cell, seed)
        for name, named in cells.items()
        for cell in named.values()
        for seed in drawn
    ]
    lost = _outcomes(answers, root, jobs, tell)
    for name, named in cells.items():
        verdicts = {what: [lost[Answer(name, c, s)] for s in drawn] for what, c in named.items()}
        yield SeedsOf(name, len(named), tuple(differing(verdicts)))


def differing(verdicts: dict[str, list[Lost]]) -> Iterator[str]:
    """A line for each answer that does not lose the same stages with every seed."""
    for what, found in verdicts.items():
        if len(set(found)) > 1:
            counts = {each: found.count(each) for each in sorted(set(found))}
            said = "; ".join(f"{n}x {', '.join(each) or 'passed'}" for each, n in counts.items())
            yield f"{what}: {said}"


def known_answers(lesson: Lesson, exercise: Exercise, root: Path) -> dict[str, str]:
    """All answers that are known to an exercise, by what they are."""
    ways = variants(lesson, root).get(exercise.name, ())
    return {
        "the reference": exercise.reference,
        **{f"mistake {m.name}": m.cell for m in exercise.mistakes},
        **{f"variant {way.__name__}": source_of(way, exercise.name) for way in ways},
        **{f"{MUTANT}{m.name}": m.cell for m in mutants(exercise.reference)},
    }


def _outcomes(answers: Sequence[Answer], root: Path, jobs: int, tell: Tell) -> dict[Answer, Lost]:
    found: dict[Answer, Lost] = {}
    for answer, lost in tried(answers, root / LOG, jobs):
        found[answer] = lost
        tell(f"{len(found)} of {len(answers)} answers tried, {answer.exercise}")
    return found


def keep(root: Path, sweep: str, items: Mapping[str, Sequence[MutantsOf | SeedsOf]]) -> Path:
    """Write the results of a sweep, by lesson, beside those of other lessons; the file's path."""
    path = root / RESULTS / f"{sweep}.json"
    whole: dict[str, Any] = json.loads(path.read_text("utf-8")) if path.exists() else {}
    for lesson, found in items.items():
        rows = {each.exercise: _row(each) for each in found}
        whole[lesson] = {"date": datetime.now(UTC).date().isoformat(), "exercises": rows}
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(dict(sorted(whole.items())), ensure_ascii=False, indent=1)
    path.write_text(text + "\n", encoding="utf-8")
    return path


def _row(found: MutantsOf | SeedsOf) -> dict[str, Any]:
    return {key: value for key, value in asdict(found).items() if key != "exercise"}
