"""Rebuild, don't sanitise: the course's own notebook with a learner's answers put in.

The learner's notebook is never run. Whatever was done to its metadata, tags, test cells or order
stops mattering. Pure functions on notebooks as `notebook.read` returns them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import count

from autograder.course.alignment import align, recognised, text
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
    recognised: bool = True
    """Whether any cell of the assignment's was found."""

    @property
    def more(self) -> bool:
        """Whether a learner has put in more than answers: own or changed cells, pictures."""
        return any(
            cell.id.startswith(ADDED) or (cell.is_answer and raw.get("attachments"))
            for cell, raw in zip(cells(self.notebook), self.notebook["cells"], strict=True)
        )

    def answer(self, name: str) -> str | None:
        """What was handed in for the answer `name`; None where it is missing."""
        return next((a.source for a in self.answers if a.name == name), None)


@dataclass(frozen=True)
class _Known:
    """What the course knows of its own cells, by their index in the master.

    `cells` are the master's facts with the released source; `written` by name the released cells
    that a learner writes in: answers, and free cells.
    """

    cells: tuple[Cell, ...]
    written: dict[str, Cell]


@dataclass(frozen=True)
class _Submitted:
    """What a learner made of the course's cells.

    `written` are the cells written in, by name; `own` are own cells, and versions of the course's
    plain cells, by the index of the course's cell before them (-1: none). The course's cells in
    `replaced` do not run: a version of the learner's does.
    """

    written: dict[str, Cell]
    own: dict[int, tuple[Cell, ...]]
    replaced: frozenset[int]


def rebuild(master: Notebook, release: Notebook, submission: Notebook) -> Rebuilt:
    """`master` (with hidden tests) with the answers of `submission`, else those of `release`.

    As in nbgrader, what runs is the learner's notebook with the locked cells put back. Answers are
    matched by `grade_id`, other cells as `alignment` says. A learner's own cells follow the known
    cell they followed, without metadata; so does their version of a plain cell of the course, in
    its place. No solution of `master` remains, whatever was handed in.
    """
    known, read = _known(master, release), cells(submission)
    match = align(known.cells, read)
    handed_in = tuple(_with_name(cell, known, match) for cell in read)
    written = _choose(handed_in, known.written)
    submitted = _placed(known, match, written, handed_in)
    rebuilt = list(_rebuilt(master, known, submitted, submission))
    return Rebuilt(
        {**master, "cells": rebuilt},
        tuple(
            AnswerResult(name, cell.source, _differs(cell, known.written[name]))
            for name, cell in written.items()
            if known.written[name].is_answer
        ),
        (
            *_missing(cells(master), handed_in),
            *_copied(written, handed_in),
            *_lost(read, handed_in),
        ),
        bool(recognised(known.cells, read)),
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
    facts, released = cells(master), cells(release)
    given = {place: released[index].source for index, place in align(facts, released).items()}
    shown = tuple(replace(cell, source=given.get(cell.index, cell.source)) for cell in facts)
    written = {cell.grade_id: cell for cell in released if cell.is_answer or cell.is_free}
    return _Known(shown, written)


def _with_name(cell: Cell, known: _Known, match: dict[int, int]) -> Cell:
    """A cell that has lost its metadata with the name it had."""
    if cell.grade_id or cell.index not in match:
        return cell
    return replace(cell, grade_id=known.cells[match[cell.index]].grade_id)


def _choose(submission: tuple[Cell, ...], given: dict[str, Cell]) -> dict[str, Cell]:
    """For each answer the last cell that was written in; without one, the last with its name."""
    chosen: dict[str, Cell] = {}
    for cell in submission:
        stub = given.get(cell.grade_id)
        if stub and (cell.grade_id not in chosen or _differs(cell, stub)):
            chosen[cell.grade_id] = cell
    return {name: chosen[name] for name in given if name in chosen}


def _placed(
    known: _Known, match: dict[int, int], written: dict[str, Cell], submission: tuple[Cell, ...]
) -> _Submitted:
    """Where a learner's cells go, and which cells of the course they take the place of."""
    names = {cell.grade_id: cell.index for cell in known.cells if cell.grade_id}
    own: dict[int, tuple[Cell, ...]] = {}
    replaced = _merged(known, match, submission)
    before = -1
    for cell in submission:
        place = names.get(cell.grade_id, match.get(cell.index))
        fact = None if place is None else known.cells[place]
        copy = written.get(cell.grade_id, cell).index != cell.index
        changed = fact is not None and not fact.grade_id and _was_changed(cell, fact)
        if fact is not None and changed:
            replaced.add(fact.index)
        elif fact is not None and not copy:
            before = fact.index
        if fact is None or copy or changed:
            kept = (cell,) if _says_something(cell, known.written.get(cell.grade_id)) else ()
            own[before] = own.get(before, ()) + kept
    return _Submitted(written, own, frozenset(replaced))


def _merged(known: _Known, match: dict[int, int], submission: tuple[Cell, ...]) -> set[int]:
    """Plain cells of the course that are gone, and whose text stands in a cell of the learner's."""
    found = set(match.values())
    gone = [c for c in known.cells if c.index not in found and not c.grade_id and text(c)]
    texts = [text(cell) for cell in submission if cell.kind == "code"] if gone else []
    return {cell.index for cell in gone if any(text(cell) in each for each in texts)}


def _says_something(cell: Cell, stub: Cell | None) -> bool:
    """Whether a learner's own cell is worth keeping: no raw, empty or untouched copy."""
    written = cell.source.strip() and (stub is None or _differs(cell, stub))
    return bool(written) and cell.kind != "raw"


def _was_changed(cell: Cell, fact: Cell) -> bool:
    """Whether a learner changed a plain cell of the course in a way that anyone can see."""
    return cell.kind != fact.kind or text(cell) != text(fact)


def _rebuilt(
    master: Notebook, known: _Known, submitted: _Submitted, submission: Notebook
) -> Iterator[RawCell]:
    number = count(1)
    for cell in submitted.own.get(-1, ()):
        yield _plain(cell, f"{ADDED}{next(number)}", submission)
    for fact, raw in zip(cells(master), master["cells"], strict=True):
        if fact.is_free and fact.grade_id in submitted.written:
            chosen = submitted.written[fact.grade_id]
            changed = _was_changed(chosen, known.cells[fact.index])
            id_ = f"{ADDED}{next(number)}" if changed else fact.id
            yield {**_plain(chosen, id_, submission), "metadata": raw["metadata"]}
        elif fact.index not in submitted.replaced:
            yield _filled(raw, fact, known.written, submitted.written, submission)
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


def _lost(submission: tuple[Cell, ...], handed_in: tuple[Cell, ...]) -> Iterator[Finding]:
    """Cells that have no name in the file and were given theirs back."""
    pairs = zip(submission, handed_in, strict=True)
    for before, cell in pairs:
        if cell.grade_id != before.grade_id:
            yield Finding(
                "lost-metadata",
                cell.grade_id,
                f"The cell `{cell.grade_id}` has lost its metadata; it was known by its id, its "
                f"text or its place (cell {cell.index + 1}).",
            )


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
