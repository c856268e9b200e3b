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

A line `domain` in the head says of the arguments of a function whether they are valid, in Python
and the words of `domains.py`. `trains` says that gradients must be those of the reference; `spares
again model` that it need not give the same answer twice and may change its parameter `model`;
`gives able` that the stub sets the name `able` for the learner, above the solution's region. The
last stage, `promises`, is added by itself: it takes a point from the stage with the most points (of
equals the last), or half of one where that has only one.

A stage has its points, the stages it needs, and its sentence. A mistake has the stages it loses and
its sentence, then what it changes in the reference: each text after `-` must occur there exactly
once, and the text after `+` takes its place (without one, it goes). Several lines of one sort
belong together, and several pairs make one mistake. What is no small change is written out whole,
after `=`. Lines that begin with four spaces go on with the line above; those that begin with `# `
are left out. The exercise's own given part is forbidden always.
"""

from __future__ import annotations

import ast
import difflib
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import groupby, pairwise
from pathlib import Path

import autograder.lessons.domains as domains
from autograder.exercise import (
    AGAIN,
    CALL_LIMIT_S,
    PROMISES,
    Case,
    Change,
    Draw,
    Exercise,
    Mistake,
    Stage,
    changed,
)

Cases = Callable[[Draw], Sequence[Case]]
DRAWS_KEPT = 8
"""Draws of a stage whose cases are remembered: a class is asked the same. Learners get copies."""
WORDS = {word: getattr(domains, word) for word in domains.__all__}
FACTS = re.compile(r"difficulty ([1-5]), ([1-9]\d*) minutes?(?:, ([1-9]\d*) s a call)?")
ENTRY = re.compile(r"(?P<name>.+?) \((?P<facts>[^()]*)\): (?P<sentence>.+)")
STAGE_FORM, MISTAKE_FORM = "name (points): sentence", "name (stage): sentence"
CONFLICT = re.compile(r"^(<{7}|={7}|>{7}|\|{7})( .*)?$", re.MULTILINE)
"""A line that git leaves where two changes meet."""
AFTER, TRAINS = "after ", "trains"
FORBIDS, SPARES, DOMAIN, GIVES = "forbids ", "spares ", "domain ", "gives "
GOES_ON, MARKS, REMARK = "    ", "-+=", "# "
QUOTED = 80
"""Characters of a line that a message quotes."""
Definition = (ast.FunctionDef, ast.ClassDef)
PROMISED = "arguments stay as they were, and the same question gets the same answer."


class BadSheet(ValueError):
    """A sheet or another file about exercises is not in order; the message says where and why."""


def exercise(module: str, name: str, *cases: Cases) -> Exercise:
    """The exercise on the sheet `name`.txt; `cases` draw the cases of its stages, in their order.

    module: the `__file__` of the module beside which the sheet lies
    raises: BadSheet
    """
    folder = Path(module).parent
    where = f"autograder/lessons/{folder.name}"
    sheet = text_of(folder / f"{name}.txt", f"{where}/{name}.txt")
    reference = text_of(folder / "reference" / f"{name}.py", f"{where}/reference/{name}.py")
    try:
        return parsed(sheet, name, reference, cases, given=f"autograder.given.{folder.name}.{name}")
    except BadSheet as error:
        raise BadSheet(f"{where}/{name}.txt: {error}") from None


def text_of(path: Path, shown: str) -> str:
    """The text of a file, which messages call `shown`; raises BadSheet."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        others = [other.name for other in path.parent.glob(f"*{path.suffix}")]
        close = difflib.get_close_matches(path.name, others, n=1)
        hint = f' There is "{close[0]}".' if close else ""
        raise BadSheet(f"{shown} is missing.{hint}") from None
    except UnicodeDecodeError as error:
        raise BadSheet(f"{shown} is not UTF-8, at byte {error.start}. Save it as UTF-8.") from None
    except OSError as error:
        raise BadSheet(f"{shown} cannot be read: {error.strerror or error}.") from None
    if line := conflict(text):
        raise BadSheet(f"{shown}, line {line}: a merge conflict. Choose one side of it.")
    return text


def conflict(text: str) -> int:
    """The number of the first line of a merge conflict, 0 where there is none."""
    found = CONFLICT.search(text)
    return text.count("\n", 0, found.start()) + 1 if found else 0


def short(text: str) -> str:
    """A text as a message quotes it."""
    return text if len(text) <= QUOTED else f"{text[: QUOTED - 1]}…"


def parsed(
    sheet: str, name: str, reference: str, cases: Sequence[Cases], given: str = ""
) -> Exercise:
    """The exercise that the text of a sheet describes; raises BadSheet."""
    head, stages, mistakes = _parts(sheet)
    title, facts, *more = head
    if (found := FACTS.fullmatch(facts)) is None:
        raise BadSheet(
            'the second line must be like "difficulty 2, 10 minutes", with 1 to 5 for the '
            f'difficulty, not "{short(facts)}".'
        )
    for each in _words(more, FORBIDS):
        if not re.fullmatch(r"[\w.]+(\.\*)?", each):
            raise BadSheet(f'"{each}" is no name to forbid: dotted names with blanks between them.')
    known = (FORBIDS, SPARES, DOMAIN, GIVES)
    if unknown := [line for line in more if line != TRAINS and not line.startswith(known)]:
        raise BadSheet(
            f'"{short(unknown[0])}" is no line of the head: '
            "domain, forbids, gives, spares or trains."
        )
    _twice(
        [line for line in more if line == TRAINS],
        *(_words(more, w) for w in (FORBIDS, SPARES, GIVES)),
    )
    compiles(f"reference/{name}.py", reference)
    _defines(f"reference/{name}.py", reference, name)
    allowed = {AGAIN, *_parameters(reference, name)}
    if strange := [word for word in _words(more, SPARES) if word not in allowed]:
        raise BadSheet(f'it spares "{strange[0]}", which is neither "{AGAIN}" nor a parameter.')
    if len(stages) != len(cases):
        raise BadSheet(f"it has {len(stages)} stages, and the module draws cases for {len(cases)}.")
    drawn = tuple(_stage(line, draw) for line, draw in zip(stages, cases, strict=True))
    names = [*(stage.name for stage in drawn), PROMISES]
    return Exercise(
        name=name,
        title=title,
        difficulty=int(found[1]),
        minutes=int(found[2]),
        stages=with_promises(_checked(drawn)),
        mistakes=_mistakes(mistakes, name, reference, names),
        forbids=(*_words(more, FORBIDS), given) if given else _words(more, FORBIDS),
        limit_s=float(found[3] or CALL_LIMIT_S),
        reference=reference,
        spares=_words(more, SPARES),
        gives=_words(more, GIVES),
        trains=TRAINS in more,
        domain=_domain(name, reference, " and ".join(_lines(more, DOMAIN))),
    )


def _words(head: Sequence[str], begin: str) -> tuple[str, ...]:
    """The words of the lines that begin so."""
    return tuple(word for line in _lines(head, begin) for word in line.split())


def _lines(head: Sequence[str], begin: str) -> list[str]:
    return [line.removeprefix(begin) for line in head if line.startswith(begin)]


def _twice(*lists: Sequence[str]) -> None:
    for words in lists:
        for word, count in Counter(words).items():
            if count > 1:
                raise BadSheet(f'its head says "{word}" {count} times. Once is enough.')


def _parameters(reference: str, name: str) -> set[str]:
    """The parameters of a function, or of all methods of a class."""
    (own,) = [n for n in ast.parse(reference).body if isinstance(n, Definition) and n.name == name]
    functions = [own] if isinstance(own, ast.FunctionDef) else own.body
    found = [n.args for n in functions if isinstance(n, ast.FunctionDef)]
    return {arg.arg for args in found for arg in ast.walk(args) if isinstance(arg, ast.arg)}


def _domain(name: str, reference: str, rule: str) -> Callable[..., bool] | None:
    """A function with the parameters of the reference that says whether arguments are valid."""
    if not rule:
        return None
    compiles("its domain", rule)
    tree = ast.parse(reference)
    found = [n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == name]
    if not found:
        raise BadSheet("it has a domain, and the reference is no function.")
    for arg in ast.walk(found[0].args):
        if isinstance(arg, ast.arg):
            arg.annotation = None
    valid: Callable[..., bool] = eval(f"lambda {ast.unparse(found[0].args)}: bool({rule})", WORDS)
    return valid


def with_promises(stages: Sequence[Stage]) -> tuple[Stage, ...]:
    """The stages, and the one of the judge's own, which takes its points from the largest."""
    most = max(stages, key=lambda stage: stage.points)
    largest = max(i for i, stage in enumerate(stages) if stage.points == most.points)
    share = 1.0 if most.points > 1 else 0.5
    kept = [
        replace(stage, points=stage.points - share) if i == largest else stage
        for i, stage in enumerate(stages)
    ]
    return (*kept, Stage(PROMISES, share, PROMISED, no_cases))


def no_cases(_draw: Draw) -> Sequence[Case]:
    """The judge looks at what the other stages asked."""
    return ()


def _parts(sheet: str) -> tuple[list[str], list[str], list[str]]:
    """The lines of the head, of the stages and of the mistakes, continued lines joined."""
    lines: list[str] = []
    numbers: list[int] = []
    for number, line in enumerate(map(str.rstrip, sheet.split("\n")), 1):
        if line.startswith(GOES_ON) and lines:
            lines[-1] += f" {line.strip()}"
        elif line and not line.startswith(REMARK):
            lines.append(line)
            numbers.append(number)
    if "stages" not in lines[2:] or "mistakes" not in lines:
        raise BadSheet('it needs a title, a line of facts, then "stages" and "mistakes".')
    first, second = lines.index("stages"), lines.index("mistakes")
    for i, line in enumerate(lines):
        entry = i > first and i != second and (i < second or line[0] not in MARKS)
        if entry and not ENTRY.fullmatch(line):
            form = STAGE_FORM if i < second else MISTAKE_FORM
            raise BadSheet(f'line {numbers[i]}, "{short(line)}", must be like "{form}".')
    return lines[:first], lines[first + 1 : second], lines[second + 1 :]


def _entry(line: str) -> tuple[str, list[str], str]:
    """The name, the facts in brackets and the sentence of a line that has the form of ENTRY."""
    found = ENTRY.fullmatch(line)
    assert found is not None
    return found["name"], re.split(r", *", found["facts"]), found["sentence"]


def _stage(line: str, cases: Cases) -> Stage:
    name, (points, *needs), sentence = _entry(line)
    number = re.fullmatch(r"-?\d+(\.\d+)?", points)
    if number is None or not all(need.startswith(AFTER) for need in needs):
        raise BadSheet(f'the stage "{name}" must be like "name (2, after another): sentence".')
    after = tuple(need.removeprefix(AFTER) for need in needs)
    return Stage(name, float(points), sentence, lru_cache(DRAWS_KEPT)(cases), after)


def _checked(stages: tuple[Stage, ...]) -> tuple[Stage, ...]:
    """The stages, each with a name of its own, points, and only earlier ones that it needs."""
    for i, stage in enumerate(stages):
        before = [each.name for each in stages[:i]]
        if stage.name in (*before, PROMISES):
            raise BadSheet(f'two stages are called "{stage.name}".')
        if not 0 < stage.points < float("inf"):
            raise BadSheet(f'the stage "{stage.name}" must have points above 0.')
        if unknown := [need for need in stage.needs if need not in before]:
            raise BadSheet(f'"{stage.name}" is after "{unknown[0]}", which is no earlier stage.')
    return stages


def compiles(what: str, cell: str) -> None:
    """Refuse what is no Python; raises BadSheet."""
    try:
        compile(cell, "<cell>", "exec", dont_inherit=True)
    except SyntaxError as error:
        line = short((error.text or "").strip())
        where = f"in line {error.lineno}, `{line}`"
        raise BadSheet(f"{what} is no Python: {error.msg}, {where}.") from None


def _defines(what: str, cell: str, name: str) -> None:
    """Refuse a cell without a function or class called `name`; raises BadSheet."""
    if not any(isinstance(n, Definition) and n.name == name for n in ast.parse(cell).body):
        raise BadSheet(f"{what} defines no function or class `{name}`.")


def _mistakes(
    lines: Sequence[str], exercise: str, reference: str, stages: Sequence[str]
) -> tuple[Mistake, ...]:
    found: list[Mistake] = []
    wrong: list[str] = []
    for entry, *marked in _blocks(lines):
        name, loses, sentence = _entry(entry)
        try:
            changes = _changes(marked)
            cell = changed(reference, changes) if changes else _whole(marked)
            compiles("its cell", cell)
            _defines("its cell", cell, exercise)
            _is_new(name, loses, cell, found, reference, stages)
        except ValueError as error:
            wrong.append(f'the mistake "{name}": {error}')
        else:
            found.append(Mistake(name, cell, sentence, tuple(loses), changes))
    if wrong:
        raise BadSheet("\n".join(wrong))
    return tuple(found)


def _is_new(
    name: str,
    loses: Sequence[str],
    cell: str,
    others: Sequence[Mistake],
    reference: str,
    stages: Sequence[str],
) -> None:
    """A mistake has a name, a cell and stages that exist; raises BadSheet."""
    if unknown := [stage for stage in loses if stage not in stages]:
        raise BadSheet(f'it loses "{short(unknown[0])}"; the stages are {", ".join(stages)}.')
    if cell == reference:
        raise BadSheet("it changes nothing.")
    for other in others:
        if name == other.name or cell == other.cell:
            raise BadSheet(f'there is one of this name or with this cell already, "{other.name}".')


def _blocks(lines: Sequence[str]) -> Iterator[list[str]]:
    """Each entry with the marked lines below it."""
    starts = [i for i, line in enumerate(lines) if line[0] not in MARKS]
    if lines and starts[:1] != [0]:
        raise BadSheet(f'"{short(lines[0])}" belongs to no mistake.')
    if wrong := [line for line in lines if line[0] in MARKS and line[1:2] not in ("", " ")]:
        raise BadSheet(f'"{short(wrong[0])}" needs one blank behind its mark.')
    for start, end in pairwise([*starts, len(lines)]):
        yield list(lines[start:end])


def _whole(marked: Sequence[str]) -> str:
    if not marked or any(line[0] != "=" for line in marked):
        raise BadSheet("it needs lines with - and +, or a whole cell in lines with =.")
    return "".join(f"{line[2:]}\n" for line in marked)


def _changes(marked: Sequence[str]) -> tuple[Change, ...]:
    """The pairs of texts: each run of lines with -, and the run of lines with + that follows."""
    runs = [(mark, list(group)) for mark, group in groupby(marked, key=lambda line: line[0])]
    marks = "".join(mark for mark, _ in runs)
    if not re.fullmatch(r"=|(-\+)*-?", marks):
        raise BadSheet("its lines must be pairs, - and then +, or a whole cell in lines with =.")
    texts = ["\n".join(line[2:] for line in group) for _, group in runs]
    if not all(text for (mark, _), text in zip(runs, texts, strict=True) if mark == "-"):
        raise BadSheet("a text of its lines with - is empty.")
    return tuple(
        (text, texts[i + 1] if i + 1 < len(runs) else "")
        for i, ((mark, _), text) in enumerate(zip(runs, texts, strict=True))
        if mark == "-"
    )
