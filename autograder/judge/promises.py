"""What every exercise promises, tested by the judge itself, whatever a stage asks.

Arguments come back as they went in; the same question gets the same answer, also after others, and
an answer stays what it is; and where an exercise is there to be trained, its gradients are those of
the right answer. Only what passed is looked at: a wrong answer is told what is wrong with it first.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Sequence

from autograder.exercise import AGAIN, Case, Exercise
from autograder.judge.compare import difference
from autograder.judge.watched import Watched
from autograder.wire import (
    OVERWRITTEN,
    OWNER,
    PROGRAM,
    SHARED,
    Failure,
    Handle,
    StudentError,
    Value,
    is_tensor,
)

AskedAgain = tuple[str, Handle | None, list[Value], list[Value]]
"""What `Student.again` is asked."""


def changed_argument(exercise: Exercise, watched: Watched) -> str | None:
    """One sentence about the first argument that was changed in place; None where none was.

    Or about torch's settings, which hold for the whole program.
    """
    for (name, handle, _), place in watched.changed_by:
        if place == PROGRAM:
            return SETTINGS
        names = parameters(exercise, name if handle else "")
        if place == OWNER:
            what = "parameters of its module"
        else:
            what = f"`{names[place]}`" if place < len(names) else f"argument {place + 1}"
        if what.strip("`") not in exercise.spares:
            return (
                f"It returned what was asked for, but it changed {what} on the way: whoever called "
                "it goes on with something else than before. Work on a copy, or make a new object."
            )
    return None


SETTINGS = (
    "It returned what was asked for, but it changed settings of torch for the whole program: "
    "whether gradients are kept, or the default dtype. What runs later runs otherwise than before. "
    "Use `with torch.no_grad():` for a block, and give `dtype=` where a tensor is made."
)


def questions_again(exercise: Exercise, watched: Watched) -> list[AskedAgain]:
    """What is asked of each call that was made: the same again, with another call in between."""
    if AGAIN in exercise.spares:
        return []
    found: list[AskedAgain] = []
    for (name, handle, args), _ in watched.asked:
        others = reordered(args)
        found.append((name, handle, list(args), others if exercise.allows(others) else list(args)))
    return found


def asked_again(case: Case, watched: Watched, questions: Sequence[AskedAgain]) -> str | None:
    """One sentence where the same calls, made again now, get other answers; None where not."""
    asked = tuple(watched.asked)
    for (_, before), question in zip(asked, questions, strict=bool(questions)):
        try:
            now, note = watched.again(*question)
        except StudentError as error:
            return _not_again(f"it ended in {_named(error.failure)}")
        finally:
            watched.student.changed()
        if case.program is None and case.accepts is not None:
            kept = case.accepts(now, case.expected) is None
        else:
            kept = difference(now, before, case.tolerance) is None
        if not kept:
            return _not_again("it gave another answer")
        if note:
            return NOT_KEPT.get(note, NOT_KEPT[SHARED])
    return None


NOT_KEPT = {
    OVERWRITTEN: (
        "What one call returned is changed by the next call: both write into the same object, "
        "which is kept from call to call. Make a new one in each call."
    ),
    SHARED: (
        "Asked the same twice, it hands out the same object twice: whoever changes the first "
        "answer has changed the second too. Keep it if you like, but return a copy of it."
    ),
}


def reordered(args: Sequence[Value]) -> list[Value]:
    """Arguments of the same sizes for another call: what is in a row is turned by one place."""
    return [_turned(arg) for arg in args]


def _is_fraction(arg: Value) -> bool:
    """Whether it is a row, or rows, of floating-point numbers."""
    return is_tensor(arg) and bool(arg.dim()) and bool(arg.is_floating_point())


def _turned(arg: Value) -> Value:
    if is_tensor(arg):
        return arg.roll(1, -1) if _is_fraction(arg) else arg
    if isinstance(arg, str):
        return arg[1:] + arg[:1]
    return [*arg[1:], *arg[:1]] if isinstance(arg, list) else arg


def _not_again(what: str) -> str:
    return (
        f"Asked the same once more, after other questions, {what}. Something is kept from call to "
        "call (a global, a default argument that is changed, an attribute of `self`), or it is "
        "left to chance. Let an answer depend on its arguments only."
    )


def of_python(failure: Failure) -> bool:
    """Whether the exception is of a type of Python's own, not one that the learner's code made."""
    return isinstance(getattr(builtins, failure.type_name, None), type)


def _named(failure: Failure) -> str:
    return failure.type_name if of_python(failure) else "an error"


def remembered(case: Case, learner: Watched, right: Watched) -> str | None:
    """One sentence where the module that was asked last answers other numbers wrongly; or None.

    `right` was asked the same of the reference, has the learner's numbers (see `is_twin`), and is
    asked the other numbers too.
    """
    (name, handle, args), _ = learner.asked[-1]
    (_, teacher, _), _ = right.asked[-1]
    assert handle is not None and teacher is not None
    others = [arg * -3 if _is_fraction(arg) else arg for arg in reordered(args)]
    try:
        wanted = right.student.method(teacher, name, *others)
    except StudentError:
        return None  # they are no valid question
    try:
        got = learner.student.method(handle, name, *others)
    except StudentError as error:
        return _remembers(f"ends in {_named(error.failure)}")
    finally:
        learner.student.changed()
    return None if difference(got, wanted, case.tolerance) is None else _remembers("is wrong")


def is_twin(learner: Watched, right: Watched) -> bool:
    """Whether the module of the reference that was asked last now has the learner's numbers.

    Both may have begun with numbers of their own: drawn by chance, and free.
    """
    if not learner.asked or not right.asked:
        return False
    handle, teacher = learner.asked[-1][0][1], right.asked[-1][0][1]
    if handle is None or teacher is None:
        return False
    try:
        own, wanted = learner.student.state(handle), right.student.state(teacher)
        right.student.load_state(teacher, {name: own[name] for name in wanted})
    except (StudentError, KeyError):
        return False
    return True


def _remembers(what: str) -> str:
    return (
        "Asked once more, now with other numbers of the same sizes, the answer of the same module "
        f"{what}. If it is right when asked first, an attribute of `self` keeps what belongs to "
        "the numbers of one call."
    )


def cut_off(exercise: Exercise, learner: Watched, right: Watched, twins: bool) -> str | None:
    """One sentence about a gradient that is not that of the right answer; None where all are.

    The last call that both were asked is differentiated. `right` runs the reference; with `twins`,
    see `is_twin`, on the learner's numbers, and then gradients are compared too.
    """
    if not learner.asked or not right.asked:
        return None
    wanted = _gradients(right)
    most = max((size for size, _ in wanted.values()), default=0.0)
    wanted = {name: pair for name, pair in wanted.items() if pair[0] > NO_GRADIENT * most}
    if not wanted:
        return None
    try:
        found = _gradients(learner)
    except StudentError as error:
        return (
            f"Differentiated, as training does it, its result ends in {_named(error.failure)}. "
            "Look for an operation in place (`+=`, `add_`) on what a gradient still needs."
        )
    lost = [name for name in wanted if not found.get(name, (0.0, 0.0))[0]]
    if lost:
        return (
            f"No gradient comes back to {_places(exercise, learner, lost)}, so what lies before "
            "cannot learn. Look for `detach`, `no_grad`, `.data`, `.item()`, numpy, a new tensor "
            "made from numbers, or a parameter that is none."
        )
    wrong = [
        name
        for name, (size, shadow) in wanted.items()
        if not abs(found[name][1] - shadow) <= GRADIENT_TOLERANCE * size
    ]
    if wrong and twins:
        return (
            "Its results are right. Differentiated, as training does it, they are not: the "
            f"gradient that comes back to {_places(exercise, learner, wrong)} is another one. "
            "A part of its way is cut off. Look for `detach`, `no_grad`, `.data` and `.item()`."
        )
    return None


NO_GRADIENT = 1e-5
"""Share of the largest gradient up to which one may be none: it comes from rounding."""
GRADIENT_TOLERANCE = 1e-2
"""Share of a gradient's length by which its shadow may differ."""


def _gradients(watched: Watched) -> dict[str, tuple[float, float]]:
    (name, handle, args), _ = watched.asked[-1]
    return watched.student.gradients(name, handle, *args)


def _places(exercise: Exercise, learner: Watched, keys: Sequence[str]) -> str:
    """The first few of the arguments and parameters that gradients are named by."""
    (name, handle, _), _ = learner.asked[-1]
    names = parameters(exercise, name if handle else "")
    told = [names[int(n)] if n.isdigit() and int(n) < len(names) else n for n in keys]
    return " and ".join(f"`{each}`" for each in told[:3])


def parameters(exercise: Exercise, method: str = "") -> Sequence[str]:
    """The parameters of the exercise's function, or of a method of its class, without `self`."""
    wanted = {"__call__": "forward"}.get(method, method)
    for node in ast.walk(ast.parse(exercise.reference)):
        if isinstance(node, ast.FunctionDef) and node.name == (wanted or exercise.name):
            names = [arg.arg for arg in (*node.args.posonlyargs, *node.args.args)]
            return names[1:] if method else names
    return ()
