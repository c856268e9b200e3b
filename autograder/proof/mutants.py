"""First-order mutants: a right answer with one small thing changed.

Each is a wrong answer that nobody had to think of, unless it happens to be right as well: then it
stands, with the reason, in the lesson's file in `equal/`.
"""

from __future__ import annotations

import ast
import copy
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypeVar

from autograder.lessons.sheet import BadSheet, short, text_of

N = TypeVar("N", bound=ast.AST)
EQUAL = Path(__file__).parent / "equal"
"""One file a lesson: the mutants that are right answers too."""
COMPARE: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
"""A comparison → itself with the other edge, and its opposite."""
OPERATOR: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Div,
    ast.Mod: ast.FloorDiv,
    ast.Pow: ast.Mult,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
    ast.MatMult: ast.Mult,
}
ORDERED = (ast.Sub, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow, ast.MatMult)
"""Operators whose two sides cannot change places."""
FOLLOWS = (":", ":-", "-+", "+-", "+:")
"""Which kinds of lines follow each other in a list of equal mutants; `:` has the reason."""
FORM = 'a line "exercise: reason", then lines with - and + by turns, each mutant once.'
AROUND = 10
"""Characters shown of what stands before and after a change."""
NOT_CHANGED = ("annotation", "returns", "decorator_list")
"""Fields of a function that the stub gives."""
SIMPLE = (ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Expr, ast.Return, ast.Raise, ast.Break,
          ast.Continue, ast.If, ast.For)  # fmt: skip
"""Statements that are left out."""


@dataclass(frozen=True)
class Mutant:
    """A cell, and the lines in which it departs from the reference: `before` became `after`."""

    cell: str
    before: str
    after: str

    @property
    def name(self) -> str:
        """The change in one line, with a little of what stands around it."""
        before, after = (" ⏎ ".join(text.split("\n")) for text in (self.before, self.after))
        return " → ".join(_near(before, after))


def _near(one: str, other: str) -> tuple[str, str]:
    """Two texts, cut down to where they differ and AROUND characters on both sides.

    >>> _near("first = second(third, fourth)", "first = second(third, 4)")
    ('…nd(third, fourth)', '…nd(third, 4)')
    """
    start = max(_shared(one, other) - AROUND, 0)
    end = max(_shared(one[start:][::-1], other[start:][::-1]) - AROUND, 0)

    def cut(text: str) -> str:
        return f"{'…' * (start > 0)}{text[start : len(text) - end]}{'…' * (end > 0)}"

    return cut(one), cut(other)


def _shared(one: str, other: str) -> int:
    """How many characters two texts have in common from their beginning on."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((i for i, (a, b) in pairs if a != b), min(len(one), len(other)))


def mutants(reference: str) -> tuple[Mutant, ...]:
    """All first-order mutants of a cell, each text once."""
    tree = ast.parse(reference)
    original = ast.unparse(tree)
    found: dict[str, Mutant] = {}
    for change in _places(tree):
        for other in _others(change.node):
            change.put(other)
            cell = ast.unparse(ast.fix_missing_locations(tree))
            if cell != original and cell not in found and _compiles(cell):
                found[cell] = Mutant(f"{cell}\n", *_differing(original, cell))
        change.put(change.node)
    return _told_apart(found.values())


def _told_apart(mutants: Iterable[Mutant]) -> tuple[Mutant, ...]:
    """The mutants, where two have one name with the number of the place in it."""
    named: dict[str, int] = {}
    kept = []
    for mutant in mutants:
        count = named[mutant.name] = named.get(mutant.name, 0) + 1
        place = f"  # place {count}" if count > 1 else ""
        kept.append(Mutant(mutant.cell, mutant.before, mutant.after + place))
    return tuple(kept)


def _compiles(cell: str) -> bool:
    try:
        compile(cell, "<mutant>", "exec")
    except SyntaxError:
        return False
    return True


def _differing(one: str, other: str) -> tuple[str, str]:
    """The lines in which two texts differ, without what they share before and after."""
    a, b = one.splitlines(), other.splitlines()
    while a and b and a[0] == b[0]:
        del a[0], b[0]
    while a and b and a[-1] == b[-1]:
        del a[-1], b[-1]
    return "\n".join(line.strip() for line in a), "\n".join(line.strip() for line in b)


@dataclass(frozen=True)
class _Place:
    """Where a node hangs in its tree."""

    parent: ast.AST
    field: str
    index: int | None
    node: ast.AST

    def put(self, node: ast.AST) -> None:
        """Hang another node there."""
        if self.index is None:
            setattr(self.parent, self.field, node)
        else:
            getattr(self.parent, self.field)[self.index] = node


def _places(node: ast.AST) -> Iterator[_Place]:
    """Every node below `node`, but those of the stub and of what an error says."""
    for field, value in list(ast.iter_fields(node)):
        if field in NOT_CHANGED or isinstance(value, ast.arguments):
            continue
        for index, child in enumerate(value if isinstance(value, list) else [value]):
            if isinstance(child, ast.AST):
                yield _Place(node, field, index if isinstance(value, list) else None, child)
                if not isinstance(child, ast.Raise):
                    yield from _places(child)


def _others(node: ast.AST) -> Iterator[ast.AST]:
    """What may stand in place of a node: one small change each."""
    if isinstance(node, SIMPLE):
        yield ast.Pass()
    if isinstance(node, ast.expr):
        yield from _expressions(node)
    if isinstance(node, ast.If | ast.IfExp):
        yield from (_with(node, test=test) for test in _forced(node.test))
    if isinstance(node, ast.While):
        yield _with(node, test=ast.Constant(False))
    if isinstance(node, ast.comprehension):
        for i in range(len(node.ifs)):
            yield _with(node, ifs=[*node.ifs[:i], *node.ifs[i + 1 :]])
    if isinstance(node, ast.AugAssign) and type(node.op) in OPERATOR:
        yield _with(node, op=OPERATOR[type(node.op)]())


def _forced(test: ast.expr) -> tuple[ast.expr, ...]:
    return ast.Constant(True), ast.Constant(False), ast.UnaryOp(ast.Not(), test)


def _expressions(node: ast.expr) -> Iterator[ast.expr]:
    if isinstance(node, ast.Compare):
        yield from (_with(node, ops=[op(), *node.ops[1:]]) for op in COMPARE[type(node.ops[0])])
    elif isinstance(node, ast.BinOp):
        if type(node.op) in OPERATOR:
            yield _with(node, op=OPERATOR[type(node.op)]())
        if isinstance(node.op, ORDERED):
            yield _with(node, left=node.right, right=node.left)
    elif isinstance(node, ast.BoolOp):
        yield _with(node, op=ast.Or() if isinstance(node.op, ast.And) else ast.And())
    elif isinstance(node, ast.UnaryOp):
        yield node.operand
    elif isinstance(node, ast.Constant):
        yield from map(ast.Constant, _constants(node.value))
    elif isinstance(node, ast.Call):
        yield from _calls(node)
    elif isinstance(node, ast.Slice):
        yield from _slices(node)


def _constants(value: object) -> tuple[bool | int | float | str, ...]:
    """Other constants: the neighbours of a whole number, twice a fraction, no text."""
    if isinstance(value, bool):
        return (not value,)
    if isinstance(value, int):
        return value + 1, value - 1
    if isinstance(value, float):
        return (2 * value if value else 1.0,)
    if isinstance(value, str):
        return ("" if value else "x",)
    return ()


def _calls(node: ast.Call) -> Iterator[ast.Call]:
    """Without one of its arguments, with two neighbours in each other's place."""
    for i in range(len(node.keywords)):
        yield _with(node, keywords=[*node.keywords[:i], *node.keywords[i + 1 :]])
    for i in range(len(node.args)):
        yield _with(node, args=[*node.args[:i], *node.args[i + 1 :]])
    for i in range(len(node.args) - 1):
        one, other = node.args[i : i + 2]
        yield _with(node, args=[*node.args[:i], other, one, *node.args[i + 2 :]])


def _slices(node: ast.Slice) -> Iterator[ast.Slice]:
    """One bound left out, or one further."""
    for bound in ("lower", "upper"):
        if (value := getattr(node, bound)) is not None:
            yield _with(node, **{bound: None})
            yield _with(node, **{bound: ast.BinOp(value, ast.Add(), ast.Constant(1))})


def _with(node: N, **changes: object) -> N:
    """A shallow copy of a node with other fields."""
    twin = copy.copy(node)
    for field, value in changes.items():
        setattr(twin, field, value)
    return twin


@cache
def equal(folder: str) -> dict[tuple[str, str], str]:
    """Why each listed mutant of a lesson is right too, by its exercise and name.

    The file has a line with the exercise and the reason, then the lines before (`-`) and after
    (`+`) of each mutant that the reason holds for; it is like a sheet of `autograder/lessons`.
    Raises BadSheet where it is not so.
    """
    path = EQUAL / f"{folder}.txt"
    shown = f"autograder/proof/equal/{path.name}"
    lines = text_of(path, shown).split("\n") if path.exists() else []
    found: dict[tuple[str, str], str] = {}
    exercise = reason = before = ""
    last = ""
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        mark = line[0] if line[0] in "-+" and line[1:2] in ("", " ") else ":"
        name = f"{before} → {line[2:]}"
        head = re.fullmatch(r"(\w+): (.+)", line)
        if last + mark not in FOLLOWS or (mark == ":" and not head) or (exercise, name) in found:
            raise BadSheet(f'{shown}, line {number}: "{short(line)}" is out of place: {FORM}')
        if head and mark == ":":
            exercise, reason = head.groups()
        elif mark == "-":
            before = line[2:]
        else:
            found[exercise, name] = reason
        last = mark
    if last not in ("", "+"):
        raise BadSheet(f"{shown} breaks off: {FORM}")
    return found
