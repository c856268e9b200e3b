"""The sheet of an exercise: its facts, its stages and its mistakes, as one page of text.

Beside the module that draws an exercise's cases lie its sheet, `softmax.txt`, and its right answer,
`reference/softmax.py`: the solution cell of the notebook without the stub's docstrings. A sheet:

    A stable softmax
    difficulty 2, 10 minutes
    forbids torch.softmax aten._softmax

    stages
    one row (1): the weights of one row of scores.
    any dim (1, after one row): the dimension you are asked for is the one that sums to one.

    mistakes
    last dim (any dim): it always works along the last dimension. Use `dim`.
    - dim=dim
    + dim=-1

A stage has its points, the stages it needs, and its sentence. A mistake has the stages it loses and
its sentence, then what it changes in the reference: each text after `-` must occur there exactly
once, and the text after `+` takes its place. Several lines of one sort belong together, and several
pairs make one mistake. What is no small change is written out whole, after `=`. Lines that begin
with four spaces go on with the line above. The exercise's own given part is forbidden always.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from pathlib import Path

from autograder.exercise import CALL_LIMIT_S, Case, Change, Draw, Exercise, Mistake, Stage

Cases = Callable[[Draw], Sequence[Case]]
FACTS = re.compile(r"difficulty (\d), (\d+) minutes(?:, (\d+) s a call)?")
ENTRY = re.compile(r"(?P<name>[^(]+) \((?P<facts>[^)]*)\): (?P<sentence>.+)")
AFTER, FORBIDS, GOES_ON, MARKS = "after ", "forbids ", "    ", "-+="


class BadSheet(ValueError):
    """A sheet that cannot be read; the message says where and why."""


def exercise(module: str, name: str, *cases: Cases) -> Exercise:
    """The exercise on the sheet `name`.txt; `cases` draw the cases of its stages, in their order.

    module: the `__file__` of the module beside which the sheet lies
    raises: BadSheet
    """
    folder = Path(module).parent
    reference = (folder / "reference" / f"{name}.py").read_text(encoding="utf-8")
    sheet = (folder / f"{name}.txt").read_text(encoding="utf-8")
    try:
        return parsed(sheet, name, reference, cases, given=f"autograder.given.{folder.name}.{name}")
    except BadSheet as error:
        raise BadSheet(f"autograder/lessons/{folder.name}/{name}.txt: {error}") from None


def parsed(
    sheet: str, name: str, reference: str, cases: Sequence[Cases], given: str = ""
) -> Exercise:
    """The exercise that the text of a sheet describes; raises BadSheet."""
    head, stages, mistakes = _parts(sheet)
    title, facts, *more = head
    if (found := FACTS.fullmatch(facts)) is None:
        raise BadSheet(f'the second line must be like "difficulty 2, 10 minutes", not "{facts}".')
    forbids = [each for line in more for each in line.removeprefix(FORBIDS).split()]
    if len(stages) != len(cases):
        raise BadSheet(f"it has {len(stages)} stages, and the module draws cases for {len(cases)}.")
    return Exercise(
        name=name,
        title=title,
        difficulty=int(found[1]),
        minutes=int(found[2]),
        stages=tuple(_stage(line, draw) for line, draw in zip(stages, cases, strict=True)),
        mistakes=_mistakes(mistakes, reference),
        forbids=(*forbids, given) if given else tuple(forbids),
        limit_s=float(found[3] or CALL_LIMIT_S),
        reference=reference,
    )


def _parts(sheet: str) -> tuple[list[str], list[str], list[str]]:
    """The lines of the head, of the stages and of the mistakes, continued lines joined."""
    lines: list[str] = []
    for line in filter(str.strip, sheet.splitlines()):
        if line.startswith(GOES_ON) and lines:
            lines[-1] += f" {line.strip()}"
        else:
            lines.append(line)
    if "stages" not in lines[2:] or "mistakes" not in lines:
        raise BadSheet('it needs a title, a line of facts, then "stages" and "mistakes".')
    first, second = lines.index("stages"), lines.index("mistakes")
    return lines[:first], lines[first + 1 : second], lines[second + 1 :]


def _entry(line: str) -> tuple[str, list[str], str]:
    if (found := ENTRY.fullmatch(line)) is None:
        raise BadSheet(f'"{line}" must be like "name (stage): sentence".')
    return found["name"], found["facts"].split(", "), found["sentence"]


def _stage(line: str, cases: Cases) -> Stage:
    name, (points, *needs), sentence = _entry(line)
    if not all(need.startswith(AFTER) for need in needs):
        raise BadSheet(f'the stage "{name}" must be like "name (2, after another): sentence".')
    after = tuple(need.removeprefix(AFTER) for need in needs)
    return Stage(name, float(points), sentence, cases, after)


def _mistakes(lines: Sequence[str], reference: str) -> tuple[Mistake, ...]:
    found: list[Mistake] = []
    wrong: list[str] = []
    for entry, *marked in _blocks(lines):
        name, loses, sentence = _entry(entry)
        try:
            changes = _changes(marked)
            cell = changed(reference, changes) if changes else _whole(marked)
        except BadSheet as error:
            wrong.append(f'the mistake "{name}": {error}')
        else:
            found.append(Mistake(name, cell, sentence, tuple(loses), changes))
    if wrong:
        raise BadSheet("\n".join(wrong))
    return tuple(found)


def _blocks(lines: Sequence[str]) -> Iterator[list[str]]:
    """Each entry with the marked lines below it."""
    starts = [i for i, line in enumerate(lines) if line[0] not in MARKS]
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        yield list(lines[start:end])


def _whole(marked: Sequence[str]) -> str:
    if not marked or any(line[0] != "=" for line in marked):
        raise BadSheet("it needs lines with - and +, or a whole cell in lines with =.")
    return "".join(f"{line[2:]}\n" for line in marked)


def _changes(marked: Sequence[str]) -> tuple[Change, ...]:
    """The pairs of texts: each run of lines with -, and the run of lines with + that follows."""
    runs = [(mark, list(group)) for mark, group in groupby(marked, key=lambda line: line[0])]
    texts = ["\n".join(line[2:] for line in group) for _, group in runs]
    return tuple(
        (text, texts[i + 1] if i + 1 < len(runs) else "")
        for i, ((mark, _), text) in enumerate(zip(runs, texts, strict=True))
        if mark == "-"
    )


def changed(reference: str, changes: Sequence[Change]) -> str:
    """The reference with each change made; raises BadSheet where a text is not there just once.

    >>> changed("x + y", [("+", "-")])
    'x - y'
    """
    places = []
    for old, new in changes:
        if (count := reference.count(old)) != 1:
            raise BadSheet(f"the reference holds this text {count} times, not once:\n{old}")
        places.append((reference.index(old), old, new))
    cell, end = "", 0
    for start, old, new in sorted(places):
        if start < end:
            raise BadSheet(f"two of its changes overlap, at this text:\n{old}")
        cell += reference[end:start] + new
        end = start + len(old)
    return cell + reference[end:]
