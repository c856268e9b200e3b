"""What must hold for the source of a lesson: each check yields sentences that say what to mend."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from itertools import zip_longest

from autograder.course.clear import BEGIN
from autograder.course.notebook import Cell, Notebook, cells
from autograder.course.regions import around_a_choice, around_a_solution, badly_marked
from autograder.course.worked import bare
from autograder.exercise import Essay, Exercise, Lesson, Quiz
from autograder.lessons.gather import FIRST_CELL
from autograder.lessons.sheet import conflict, short

TESTED = "{call}\n### BEGIN HIDDEN TESTS\n{hidden}\n### END HIDDEN TESTS"
"""The one form of a grade cell: its last expression is the mark."""
MINOR = 5
"""Minor version of the notebook format: from 4.5 on, cells have ids."""
CELL_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
IMAGE = re.compile(r"!\[(?P<alt>[^\]]*)\]\(|<img\b(?P<attributes>[^>]*)>", re.IGNORECASE)
ALT = re.compile(r"""\balt\s*=\s*(["'])(?P<alt>.*?)\1""", re.IGNORECASE | re.DOTALL)
SVG = re.compile(r"<svg\b(?P<attributes>[^>]*)>(?P<body>.*?)</svg>", re.IGNORECASE | re.DOTALL)
NAMED = re.compile(r"aria-label\s*=|aria-hidden\s*=|<title>", re.IGNORECASE)


def problems(lesson: Lesson, notebook: Notebook) -> tuple[str, ...]:
    """Everything that is wrong with the source notebook of a lesson, in its order of reading."""
    found = cells(notebook)
    where = f"source/{lesson.id}/{lesson.notebook}.ipynb"
    sentences = (
        *_format(notebook),
        *_ids(found),
        *_outputs(notebook),
        *_conflicts(found),
        *_languages(found),
        *_images(found),
        *_unknown(lesson, found),
        *_first_cell(lesson, found),
        *_order(lesson, found),
        *(each for exercise in lesson.exercises for each in _exercise(lesson, exercise, found)),
    )
    return tuple(f"{where}: {sentence}" for sentence in sentences)


def _format(notebook: Notebook) -> Iterator[str]:
    if notebook.get("nbformat_minor", 0) < MINOR:
        yield f"it is in notebook format 4.{notebook.get('nbformat_minor')}; save it as 4.{MINOR}."
    match notebook.get("metadata"):
        case {"kernelspec": {"name": "python3"}}:
            return
        case _:
            yield "its kernel is not python3. Choose Kernel, Change Kernel, Python 3."


def _ids(found: tuple[Cell, ...]) -> Iterator[str]:
    for kind, names in (
        ("id", [cell.id for cell in found]),
        ("grade_id", [cell.grade_id for cell in found if cell.grade_id]),
    ):
        for name, count in Counter(names).items():
            if count > 1:
                yield f'{count} cells have the {kind} "{name}". Give each its own.'
    for cell in found:
        if not CELL_ID.fullmatch(cell.id):
            yield f'cell {cell.index + 1} has the id "{cell.id}". Use letters, digits and hyphens.'


def _outputs(notebook: Notebook) -> Iterator[str]:
    for index, cell in enumerate(notebook["cells"]):
        if cell.get("outputs") or cell.get("execution_count") is not None:
            yield f"cell {index + 1} has outputs. Clear all outputs and save it again."


def _conflicts(found: tuple[Cell, ...]) -> Iterator[str]:
    for cell in found:
        if line := conflict(cell.source):
            yield f"cell `{cell.id}` has a merge conflict in line {line}. Choose one side of it."


def _languages(found: tuple[Cell, ...]) -> Iterator[str]:
    for cell in found:
        if cell.kind == "code" and (error := _syntax_error(cell.source)):
            yield f"cell `{cell.id}` is not Python: {error}."


def _syntax_error(source: str) -> str:
    try:
        ast.parse(source)
    except SyntaxError as error:
        return f"{error.msg} in line {error.lineno}"
    return ""


def _images(found: tuple[Cell, ...]) -> Iterator[str]:
    for cell in found:
        if cell.kind == "markdown" and any(not alt.strip() for alt in _texts(cell.source)):
            yield f"cell `{cell.id}` has an image without alternative text. Say what it shows."


def _texts(markdown: str) -> Iterator[str]:
    """The alternative text of each image in the markdown, empty where it has none."""
    for image in IMAGE.finditer(markdown):
        alt = image["alt"] if image["alt"] is not None else ALT.search(image["attributes"])
        yield alt if isinstance(alt, str) else alt["alt"] if alt else ""
    for svg in SVG.finditer(markdown):
        yield "named" if NAMED.search(svg["attributes"] + svg["body"]) else ""


def _unknown(lesson: Lesson, found: tuple[Cell, ...]) -> Iterator[str]:
    known = {name for exercise in lesson.exercises for name in _cell_names(exercise)}
    for cell in found:
        if cell.grade_id and (cell.grade or cell.solution) and cell.grade_id not in known:
            yield (
                f"cell `{cell.grade_id}` belongs to no exercise of the lesson. "
                f"Add the exercise to autograder/lessons, or take its nbgrader metadata away."
            )
        if not cell.grade_id and (BEGIN in cell.source or "HIDDEN TESTS" in cell.source):
            yield f"cell `{cell.id}` has a solution or a hidden test, but no nbgrader metadata."


def _first_cell(lesson: Lesson, found: tuple[Cell, ...]) -> Iterator[str]:
    """The setup is the first code cell, and has all that the answers use of it."""
    first = next((cell for cell in found if cell.kind == "code"), None)
    if first is None or first.grade or first.solution:
        yield "its first code cell must be the setup, which imports what the answers use."
    elif not _syntax_error(first.source):
        there = set(_statements(first.source))
        for statement in _statements("\n".join(lesson.imports)):
            if statement not in there:
                yield (
                    f"its first code cell has no `{short(statement)}`, which stands in "
                    f"{_folder(lesson)}/{FIRST_CELL}. Carry the change over."
                )


def _statements(source: str) -> Iterator[str]:
    """The statements at the top of a cell as text, one for each name that is imported."""
    for node in ast.parse(source).body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            for name in node.names:
                yield ast.unparse(type(node)(**{**vars(node), "names": [name]}))
        else:
            yield ast.unparse(node)


def _folder(lesson: Lesson) -> str:
    return f"autograder/lessons/{lesson.notebook}"


def _order(lesson: Lesson, found: tuple[Cell, ...]) -> Iterator[str]:
    """Answer and test of each exercise follow each other in the order of the lesson."""
    wanted = [name for exercise in lesson.exercises for name in _cell_names(exercise)]
    there = [cell.grade_id for cell in found if cell.grade_id in wanted]
    wanted = [name for name in wanted if name in there]
    for here, name in zip(there, wanted, strict=False):
        if here != name:
            yield f"cell `{here}` stands where the lesson's order has `{name}`. Move one of them."
            return


def _cell_names(exercise: Exercise | Quiz | Essay) -> tuple[str, ...]:
    if isinstance(exercise, Essay):
        return (exercise.name,)
    return (exercise.name, f"{exercise.name}-test")


def _exercise(
    lesson: Lesson, exercise: Exercise | Quiz | Essay, found: tuple[Cell, ...]
) -> Iterator[str]:
    named = {cell.grade_id: cell for cell in found if cell.grade_id}
    missing = [name for name in _cell_names(exercise) if name not in named]
    if missing:
        yield f"the exercise `{exercise.name}` has no cell `{'` and no cell `'.join(missing)}`."
        return
    answer, *tests = (named[name] for name in _cell_names(exercise))
    if isinstance(exercise, Essay):
        yield from _essay(exercise, answer)
        return
    yield from _answer(lesson, exercise, answer)
    yield from _test(exercise, answer, tests[0])
    if isinstance(exercise, Quiz):
        yield from _question(exercise, answer, found)


def _essay(essay: Essay, cell: Cell) -> Iterator[str]:
    if not cell.is_essay or cell.kind != "markdown":
        yield f'cell `{essay.name}` must be a "Manually graded answer" and markdown.'
    if cell.points != essay.points:
        yield _other_points(essay.name, cell.points, essay.points)


def _answer(lesson: Lesson, exercise: Exercise | Quiz, cell: Cell) -> Iterator[str]:
    if not cell.is_answer or cell.grade or cell.kind != "code":
        yield f'cell `{cell.grade_id}` must be an "Autograded answer" and code.'
    if marks := badly_marked(cell.source):
        yield f"cell `{cell.grade_id}` {marks}"
    if _syntax_error(cell.source):
        return
    name, defined = object_name(exercise), _defined(cell.source)
    if defined != {name}:
        others = short(", ".join(sorted(defined - {name})))
        but = f"not {others}" if others else "and defines nothing"
        yield f"cell `{cell.grade_id}` must define just `{name}`, {but}."
    elif not marks:
        around = around_a_choice(cell.source, name)
        if isinstance(exercise, Exercise):
            around = around_a_solution(cell.source, exercise.gives)
        yield from (f"cell `{cell.grade_id}` {sentence}" for sentence in around)
    if isinstance(exercise, Exercise) and (line := _apart(bare(cell.source), exercise.reference)):
        yield (
            f"the solution in cell `{cell.grade_id}` and its reference, "
            f"{_folder(lesson)}/reference/{exercise.name}.py, are not the same text: {line}. "
            "Carry the change over."
        )


def _apart(solution: str, reference: str) -> str:
    """The first line in which two texts differ, in words; empty where they are the same."""
    pairs = zip_longest(solution.split("\n"), reference.split("\n"), fillvalue="")
    for number, (here, there) in enumerate(pairs, 1):
        if here.strip() != there.strip():
            return f"line {number} is `{short(here.strip())}` here, `{short(there.strip())}` there"
        if here != there:
            return f"line {number} differs in blanks, {here!r} here, {there!r} there"
    return ""


def object_name(exercise: Exercise | Quiz) -> str:
    """The Python name that an answer cell defines: `quiz_bpe_1` for the quiz "quiz-bpe-1"."""
    return exercise.name.replace("-", "_")


def _defined(source: str) -> set[str]:
    """The names that the top level of the source binds, imports left aside."""
    names: set[str] = set()
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
        targets = node.targets if isinstance(node, ast.Assign) else []
        names.update(target.id for target in targets if isinstance(target, ast.Name))
    return names


def _test(exercise: Exercise | Quiz, answer: Cell, cell: Cell) -> Iterator[str]:
    if not cell.is_test or not cell.locked or cell.kind != "code":
        yield f'cell `{cell.grade_id}` must be "Autograder tests", locked, and code.'
    if cell.points != exercise.points:
        yield _other_points(cell.grade_id, cell.points, exercise.points)
    if cell.index < answer.index:
        yield f"cell `{cell.grade_id}` stands before `{answer.grade_id}`. Move it below."
    if cell.source.strip() != (wanted := test_source(exercise)):
        yield f"cell `{cell.grade_id}` must be exactly:\n{wanted}"


def test_source(exercise: Exercise | Quiz) -> str:
    """What the grade cell of an exercise says."""
    name = object_name(exercise)
    args = f'"{exercise.name}", {name}' if isinstance(exercise, Quiz) else name
    return TESTED.format(call=f"check({args})", hidden=f"check({args}, hidden=True)")


def _other_points(name: str, found: float, wanted: float) -> str:
    return f"cell `{name}` gives {found:g} points, and its exercise {wanted:g}. Set {wanted:g}."


def _question(quiz: Quiz, answer: Cell, found: tuple[Cell, ...]) -> Iterator[str]:
    before = [cell for cell in found[: answer.index] if cell.kind == "markdown"]
    shown = _plain(before[-1].source) if before else ""
    options = zip(quiz.letters, quiz.options, strict=True)
    wanted = [quiz.question, *(f"{letter}. {option.text}" for letter, option in options)]
    for text in wanted:
        at = shown.find(_plain(text))
        if at < 0:
            yield f"the cell above `{quiz.name}` must say, in this order: {text}"
            return
        shown = shown[at:]


def _plain(markdown: str) -> str:
    """The words of a markdown text, without emphasis, list marks and line ends."""
    lines = (re.sub(r"^\s*[-*+]\s+", "", line) for line in markdown.splitlines())
    return " ".join(" ".join(lines).replace("**", "").split())
