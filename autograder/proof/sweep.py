"""Sweeps over whole lessons: does every mutant die, does a verdict change with the seed?

What comes of a sweep is written, dated, into `results/` beside this file and committed: one file a
sweep, in which a sweep over one lesson renews that lesson only.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from autograder.course.standalone import source_of
from autograder.course.variants import variants
from autograder.exercise import Exercise, Lesson
from autograder.lessons import FOLDERS
from autograder.lessons.sheet import BadSheet, text_of
from autograder.proof.mutants import Mutant, equal, mutants
from autograder.proof.quality import own_stages
from autograder.proof.trials import Answer, Lost, Tried, tried

RESULTS = Path("autograder", "proof", "results")
"""Where results are kept, in the project's folder."""
LOG = Path(".autograder", "proof", "trials.jsonl")
"""Where trials are kept as they are done, in the project's folder."""
MEND = "Take it from git again, or remove it and repeat the sweep."
FEW, SLOW_S = 3, 1.0
"""Seeds with which every answer is tried, and the seconds above which one has no more of them."""
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
    """The answers to one exercise, and those whose verdict changed with the seed.

    Of the answers, so many `slow` ones were tried with the first few seeds only.
    """

    exercise: str
    answers: int
    slow: int
    differing: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Whether no verdict changed."""
        return not self.differing


def ready(root: Path, sweep: str, chosen: Iterable[Lesson]) -> None:
    """Refuse a sweep whose results could not be kept, or whose lists are not in order.

    raises: BadSheet
    """
    kept(root, sweep)
    for lesson in chosen:
        folder = FOLDERS[lesson.id]
        listed = {exercise for exercise, _ in equal(folder)}
        for name in sorted(listed - {e.name for e in lesson.coding}):
            raise BadSheet(f"autograder/proof/equal/{folder}.txt: no exercise is called {name}.")


def broken(
    lesson: Lesson, root: Path, seeds: Sequence[str], jobs: int, tell: Tell
) -> Iterator[str]:
    """A sentence for each reference of a lesson that does not pass with all seeds."""
    answers = [Answer(e.name, e.reference, seed) for e in lesson.coding for seed in seeds]
    stages = {e.name: {stage.name for stage in e.stages} for e in lesson.coding}
    for answer, each in _outcomes(answers, root, jobs, tell).items():
        if lost := each.lost:
            own = set(lost) <= stages[answer.exercise]
            said = own_stages(lost) if own else f"cannot be judged: {lost[0]}"
            yield f'{answer.exercise}: the reference {said}, with the seed "{answer.seed}".'


def drawn(seeds: int) -> list[str]:
    """So many grading seeds."""
    return [f"seed {number}" for number in range(seeds)]


def sweep_mutants(lesson: Lesson, root: Path, jobs: int, tell: Tell) -> Iterator[MutantsOf]:
    """Every mutant of every reference of a lesson."""
    made = {e.name: mutants(e.reference) for e in lesson.coding}
    answers = [Answer(name, m.cell, SEED) for name, found in made.items() for m in found]
    lost = _outcomes(answers, root, jobs, tell)
    known = equal(FOLDERS[lesson.id])
    for name, found in made.items():
        alive = [m.name for m in found if not lost[Answer(name, m.cell, SEED)].lost]
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
    """Every mistake, variant and mutant of a lesson with `seeds` grading seeds.

    What is slow, such as a mutant that never ends, with the first FEW of them only.
    """
    cells = {e.name: known_answers(lesson, e, root) for e in lesson.coding}
    known = [(name, cell) for name, named in cells.items() for cell in named.values()]
    first, further = drawn(seeds)[:FEW], drawn(seeds)[FEW:]
    found = _outcomes([Answer(*each, s) for each in known for s in first], root, jobs, tell)
    slow = {(a.exercise, a.cell) for a, each in found.items() if each.seconds > SLOW_S}
    quick = [each for each in known if each not in slow]
    found |= _outcomes([Answer(*each, s) for each in quick for s in further], root, jobs, tell)
    for name, named in cells.items():
        asked = {what: [Answer(name, c, s) for s in drawn(seeds)] for what, c in named.items()}
        lost = {what: [found[a].lost for a in each if a in found] for what, each in asked.items()}
        left = sum((name, cell) in slow for cell in named.values())
        yield SeedsOf(name, len(named), left, tuple(differing(lost)))


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


def _outcomes(answers: Sequence[Answer], root: Path, jobs: int, tell: Tell) -> dict[Answer, Tried]:
    found: dict[Answer, Tried] = {}
    for each in tried(answers, root / LOG, jobs):
        found[each.answer] = each
        tell(f"{len(found)} of {len(answers)} answers tried, {each.answer.exercise}")
    return found


def keep(root: Path, sweep: str, items: Mapping[str, Sequence[MutantsOf | SeedsOf]]) -> Path:
    """Write the results of a sweep, by lesson, beside those of other lessons; the file's path."""
    path, whole = root / RESULTS / f"{sweep}.json", kept(root, sweep)
    for lesson, found in items.items():
        rows = {each.exercise: _row(each) for each in found}
        whole[lesson] = {"date": datetime.now(UTC).date().isoformat(), "exercises": rows}
    text = json.dumps(dict(sorted(whole.items())), ensure_ascii=False, indent=1)
    new = path.with_name(f".{path.name}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        new.write_text(text + "\n", encoding="utf-8")
        new.replace(path)
    except OSError as error:
        with suppress(OSError):
            new.unlink()
        raise BadSheet(f"{path} cannot be written: {error.strerror}.") from None
    return path


def kept(root: Path, sweep: str) -> dict[str, Any]:
    """The results of a sweep so far, by lesson; raises BadSheet."""
    path, shown = root / RESULTS / f"{sweep}.json", (RESULTS / f"{sweep}.json").as_posix()
    if not path.exists():
        return {}
    try:
        whole = json.loads(text_of(path, shown))
    except json.JSONDecodeError as error:
        raise BadSheet(f"{shown}, line {error.lineno}: {error.msg}. {MEND}") from None
    if not isinstance(whole, dict):
        raise BadSheet(f"{shown} holds no table of lessons. {MEND}")
    return whole


def _row(found: MutantsOf | SeedsOf) -> dict[str, Any]:
    return {key: value for key, value in asdict(found).items() if key != "exercise"}
