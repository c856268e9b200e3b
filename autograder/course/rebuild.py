"""Rebuild, don't sanitise: the course's own notebook with a learner's answers put in.

The learner's notebook is never run. Whatever was done to its metadata, tags, test cells or order
stops mattering. Pure functions on notebooks as `notebook.read` returns them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

from autograder.course.notebook import Cell, Notebook, RawCell, cells
from autograder.result import AnswerResult, Finding

PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp")
"""What may be attached to a written answer."""
LAST_CHECK = re.compile(r"^(check\(.*)\)\s*\Z", re.MULTILINE)
ADDED = "added-"
"""How the ids of a learner's own cells begin."""


@dataclass(frozen=True)
class Rebuilt:
    """The notebook to run, what was handed in for each answer, and what a person should see."""

    notebook: Notebook
    answers: tuple[AnswerResult, ...]
    findings: tuple[Finding, ...]

    def answer(self, name: str) -> str | None:
        """What was handed in for the answer `name`; None where it is missing."""
        return next((a.source for a in self.answers if a.name == name), None)


@dataclass(frozen=True)
class _Known:
    """What the course knows of its own cells.

    A place is an index in the master: `named` by grade_id; of an ungraded cell `ids` by its id
    and `sources` by its released source, where ids were lost. `given` is the released source at
    a place, `stubs` the released answer cells by grade_id.
    """

    named: dict[str, int]
    ids: dict[str, int]
    sources: dict[str, int]
    given: dict[int, str]
    stubs: dict[str, Cell]

    def place(self, cell: Cell) -> int | None:
        """Where in the master a cell belongs; None for a learner's own."""
        if cell.grade_id:
            return self.named.get(cell.grade_id)
        return self.ids.get(cell.id, self.sources.get(cell.source))


@dataclass(frozen=True)
class _Submitted:
    """A learner's answers, and own cells by the place of the known cell before them (-1: none)."""

    answers: dict[str, Cell]
    own: dict[int, tuple[Cell, ...]]


def rebuild(master: Notebook, release: Notebook, submission: Notebook) -> Rebuilt:
    """`master` (with hidden tests) with the answers of `submission`, else those of `release`.

    Answers are matched by `grade_id`. A learner's own cells follow the known cell they followed,
    without metadata; so does a learner's version of an ungraded cell that was changed. No
    solution of `master` remains, whatever was handed in.
    """
    known, handed_in = _known(master, release), cells(submission)
    answers = _choose(handed_in, known.stubs)
    submitted = _Submitted(answers, _own_cells(known, answers, handed_in))
    rebuilt = list(_rebuilt(master, known.stubs, submitted, submission))
    return Rebuilt(
        {**master, "cells": rebuilt},
        tuple(
            AnswerResult(name, cell.source, _differs(cell, known.stubs[name]))
            for name, cell in answers.items()
        ),
        (*_missing(cells(master), handed_in), *_copied(answers, handed_in)),
    )


def with_hidden_tests(notebook: Notebook) -> Notebook:
    """A released notebook with the hidden call after each `check(...)`, as its master has it."""
    tests = {cell.index for cell in cells(notebook) if cell.is_test}
    return {
        **notebook,
        "cells": [
            {**raw, "source": _with_hidden(raw["source"])} if index in tests else raw
            for index, raw in enumerate(notebook["cells"])
        ],
    }


def replace_answer(notebook: Notebook, name: str, source: str) -> Notebook:
    """The notebook with another source in the answer cell `name`."""
    place = next((c.index for c in cells(notebook) if c.is_answer and c.grade_id == name), None)
    if place is None:
        raise KeyError(f'The notebook has no answer cell "{name}".')
    changed = {**notebook["cells"][place], "source": source}
    rest = notebook["cells"]
    return {**notebook, "cells": [*rest[:place], changed, *rest[place + 1 :]]}


def _with_hidden(source: str) -> str:
    found = LAST_CHECK.search(source)
    if found is None or "hidden=True" in source:
        return source
    return f"{source}\n{found[1]}, hidden=True)"


def _known(master: Notebook, release: Notebook) -> _Known:
    facts = cells(master)
    named = {cell.grade_id: cell.index for cell in facts if cell.grade_id}
    ids = {cell.id: cell.index for cell in facts if cell.id and not cell.grade_id}
    plain = {ids[cell.id]: cell.source for cell in cells(release) if cell.id in ids}
    sources = {source: index for index, source in plain.items()}
    stubs = {cell.grade_id: cell for cell in cells(release) if cell.is_answer}
    return _Known(named, ids, sources, plain, stubs)


def _choose(submission: tuple[Cell, ...], given: dict[str, Cell]) -> dict[str, Cell]:
    """For each answer the last cell that was written in; without one, the last with its name."""
    chosen: dict[str, Cell] = {}
    for cell in submission:
        stub = given.get(cell.grade_id)
        if stub and (cell.grade_id not in chosen or _differs(cell, stub)):
            chosen[cell.grade_id] = cell
    return {name: chosen[name] for name in given if name in chosen}


def _own_cells(
    known: _Known, answers: dict[str, Cell], submission: tuple[Cell, ...]
) -> dict[int, tuple[Cell, ...]]:
    own: dict[int, tuple[Cell, ...]] = {}
    before = -1
    for cell in submission:
        place = known.place(cell)
        copy = answers.get(cell.grade_id, cell).index != cell.index
        if place is not None and not copy:
            before = place
        if copy or place is None or _was_changed(cell, known.given.get(place)):
            kept = (cell,) if _says_something(cell, known.stubs.get(cell.grade_id)) else ()
            own[before] = own.get(before, ()) + kept
    return own


def _says_something(cell: Cell, stub: Cell | None) -> bool:
    """Whether a learner's own cell is worth keeping: no raw, empty or untouched copy."""
    written = cell.source.strip() and (stub is None or _differs(cell, stub))
    return bool(written) and cell.kind != "raw"


def _was_changed(cell: Cell, given: str | None) -> bool:
    """Whether a learner changed an ungraded code cell of the course."""
    return cell.kind == "code" and given is not None and cell.source != given


def _rebuilt(
    master: Notebook, stubs: dict[str, Cell], submitted: _Submitted, submission: Notebook
) -> Iterator[RawCell]:
    number = count(1)
    for cell in submitted.own.get(-1, ()):
        yield _plain(cell, f"{ADDED}{next(number)}", submission)
    for fact, raw in zip(cells(master), master["cells"], strict=True):
        yield _filled(raw, fact, stubs, submitted.answers, submission)
        for cell in submitted.own.get(fact.index, ()):
            yield _plain(cell, f"{ADDED}{next(number)}", submission)


def _filled(
    raw: RawCell, fact: Cell, stubs: dict[str, Cell], answers: dict[str, Cell], submission: Notebook
) -> RawCell:
    """A cell of the master, with the learner's answer in place of the solution."""
    cell = {**raw, **_cleared(raw)}
    if not fact.is_answer:
        return cell
    answer = answers.get(fact.grade_id)
    if answer is None:
        stub = stubs.get(fact.grade_id)
        return {**cell, "source": stub.source if stub else ""}
    return {**cell, "source": answer.source, **_attachments(answer, fact.kind, submission)}


def _plain(cell: Cell, id_: str, submission: Notebook) -> RawCell:
    plain: RawCell = {"cell_type": cell.kind, "id": id_, "metadata": {}, "source": cell.source}
    return {**plain, **_cleared(plain), **_attachments(cell, cell.kind, submission)}


def _cleared(raw: RawCell) -> RawCell:
    return {"outputs": [], "execution_count": None} if raw["cell_type"] == "code" else {}


def _attachments(cell: Cell, kind: str, submission: Notebook) -> RawCell:
    """Pictures attached to a written answer; anything else stays behind."""
    found = submission["cells"][cell.index].get("attachments")
    if kind != "markdown" or not isinstance(found, dict):
        return {}
    kept = {
        str(name): {t: data for t, data in types.items() if t in PICTURES and isinstance(data, str)}
        for name, types in found.items()
        if isinstance(types, dict)
    }
    return {"attachments": kept}


def _differs(cell: Cell, stub: Cell) -> bool:
    return cell.source.split() != stub.source.split()


def _missing(master: tuple[Cell, ...], submission: tuple[Cell, ...]) -> Iterator[Finding]:
    handed_in = {cell.grade_id for cell in submission}
    for cell in master:
        if cell.grade_id and cell.grade_id not in handed_in:
            yield _missing_answer(cell.grade_id) if cell.solution else _missing_test(cell.grade_id)


def _missing_answer(name: str) -> Finding:
    sentence = f"The answer cell `{name}` is not in the notebook: it counts as empty."
    return Finding("missing-answer", name, sentence)


def _missing_test(name: str) -> Finding:
    sentence = f"The cell `{name}` is not in the notebook: the course's own was used."
    return Finding("missing-test", name, sentence)


def _copied(answers: dict[str, Cell], submission: tuple[Cell, ...]) -> Iterator[Finding]:
    times = Counter(cell.grade_id for cell in submission)
    for name, chosen in answers.items():
        if times[name] > 1:
            yield Finding(
                "copied-answer",
                name,
                f"There are several cells `{name}`; the last one that was written in is graded "
                f"(cell {chosen.index + 1}).",
            )
