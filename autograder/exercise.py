"""What an exercise is: a small table of facts. Lessons fill it in; judges and builders read it."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeVar

from autograder.wire import Student, Value

if TYPE_CHECKING:
    import torch

VALUE_TOLERANCE = 1e-5
"""Largest allowed difference, as a share of the largest expected magnitude."""
LOGITS_TOLERANCE = 1e-4
"""The same for the logits of a whole model; both sides compute in float32."""
PROMISES = "promises"
"""The last stage of every exercise: what holds whatever is asked. The judge itself tests it."""
AGAIN = "again"
"""Spared of an exercise that need not give the same answer twice, because it learns or draws."""
CALL_LIMIT_S = 5.0
"""Seconds that one call into the learner's code may take before it is stopped."""

T = TypeVar("T")


@dataclass(frozen=True)
class Draw:
    """Where a stage takes its inputs from: the same seed gives the same inputs.

    `hidden` says whether the hidden test is drawing; it uses other sizes and the grading seed.
    """

    seed: str
    hidden: bool = False

    def random(self) -> random.Random:
        """A generator for Python numbers and choices, afresh at every call."""
        return random.Random(self.seed)

    def torch(self) -> torch.Generator:
        """A generator for tensors, afresh at every call."""
        import torch

        digest = hashlib.sha256(self.seed.encode()).digest()
        return torch.Generator().manual_seed(int.from_bytes(digest[:6], "big"))

    def size(self, visible: T, hidden: T) -> T:
        """`visible` in the test a learner sees, `hidden` in the hidden one."""
        return hidden if self.hidden else visible


class Program(Protocol):
    """Several calls into the learner's code that end in one plain value to judge."""

    def __call__(self, student: Student, /, *args: Value) -> Value:
        """Ask the student; the value to judge."""
        ...


@dataclass(frozen=True)
class Case:
    """One question put to the learner's code, and what the field's library answers.

    Without a `program` the exercise's own function is called with `args`. `shown` is how the
    message writes the call; without it, it is made from `args`. `accepts`, where given, replaces
    the comparison: it takes what the learner's code gave and `expected`, and returns None or one
    sentence that says what is wrong.

    Where results are measured, two prompts never give quite the same one: `symptoms` picks out what
    a known mistake must share with the learner's result to be named, and `tells` puts a result that
    passed into a sentence.
    """

    args: tuple[Value, ...]
    expected: Value
    program: Program | None = None
    shown: str = ""
    tolerance: float = VALUE_TOLERANCE
    accepts: Callable[[Value, Value], str | None] | None = None
    symptoms: Callable[[Value], Value] | None = None
    tells: Callable[[Value], str] | None = None


@dataclass(frozen=True)
class Stage:
    """A part of a test that isolates one cause, with its points.

    `sentence` is what a learner reads when it fails: what this stage looks at, in plain words.
    A stage is skipped when one of the stages in `needs` has failed. A stage with `hidden_only`
    is judged at grading and by `autograder check`, not by a learner's `check(...)`.
    """

    name: str
    points: float
    sentence: str
    cases: Callable[[Draw], Sequence[Case]]
    needs: tuple[str, ...] = ()
    hidden_only: bool = False


Change = tuple[str, str]
"""A text of the reference, and the text that takes its place."""


def changed(reference: str, changes: Sequence[Change]) -> str:
    """The reference with each change made; raises ValueError where a text is not there just once.

    >>> changed("x + y", [("+", "-")])
    'x - y'
    """
    places = []
    for old, new in changes:
        if (count := reference.count(old)) != 1:
            raise ValueError(f"the reference holds this text {count} times, not once:\n{old}")
        places.append((reference.index(old), old, new))
    cell, end = "", 0
    for start, old, new in sorted(places):
        if start < end:
            raise ValueError(f"two of its changes overlap, at this text:\n{old}")
        cell += reference[end:start] + new
        end = start + len(old)
    return cell + reference[end:]


@dataclass(frozen=True)
class Mistake:
    """A wrong answer that learners write, and the sentence it must trigger.

    `cell` is what stands in the notebook's cell: the reference with `changes`, or a text of its own
    where no small change leads to it. It uses what a learner has: the lesson's first cell, its
    tools, and earlier exercises. `sentence` says what was done and what to do instead. `loses`
    names the stages it must fail (stages skipped because of them are not named).
    """

    name: str
    cell: str
    sentence: str
    loses: tuple[str, ...]
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True)
class Exercise:
    """An exercise: what must be written, how it is judged and how it usually goes wrong.

    `forbids` names library functions that would do the exercise, as dotted names
    (`torch.softmax`, `torch.Tensor.softmax`), operations of torch (`aten._softmax`) or whole
    modules (`tokenizers.*`). `minutes` is the time a learner needs; `difficulty` is 1 to 5.
    `reference` is the right answer, as its cell has it without the stub's docstrings. `spares`
    names parameters that it changes on purpose, or AGAIN. With `trains`, gradients must be those of
    the reference. `domain` says of the arguments of a function whether they are valid. `gives`
    names what the stub sets for the learner.
    """

    name: str
    title: str
    difficulty: int
    minutes: int
    stages: tuple[Stage, ...]
    mistakes: tuple[Mistake, ...] = ()
    forbids: tuple[str, ...] = ()
    limit_s: float = CALL_LIMIT_S
    reference: str = ""
    spares: tuple[str, ...] = ()
    trains: bool = False
    domain: Callable[..., bool] | None = None
    gives: tuple[str, ...] = ()

    @property
    def points(self) -> float:
        """Points of all stages."""
        return sum(stage.points for stage in self.stages)

    @property
    def is_slow(self) -> bool:
        """Whether a call may take longer than usual: it is not asked for more than is needed."""
        return self.limit_s > CALL_LIMIT_S

    def allows(self, args: Sequence[Value]) -> bool:
        """Whether arguments are valid, as far as a domain is declared."""
        try:
            return self.domain is None or self.domain(*args)
        except Exception:  # of arguments that do not belong together
            return False


@dataclass(frozen=True)
class Option:
    """One answer a quiz offers, and why it is right or wrong."""

    text: str
    why: str


@dataclass(frozen=True)
class Quiz:
    """A question with one right option. The order of options is fixed here; letters count from A.

    `answer` is the letter of the right option. `verify` computes the right letter from the
    field's libraries, so that the key itself is tested.
    """

    name: str
    question: str
    options: tuple[Option, ...]
    answer: str
    verify: Callable[[], str]
    points: float = 1
    difficulty: int = 1
    minutes: int = 2

    @property
    def letters(self) -> tuple[str, ...]:
        """The letters of the options."""
        return tuple("ABCDEFGH"[: len(self.options)])

    @property
    def title(self) -> str:
        """The question, as the title of the exercise."""
        return self.question


@dataclass(frozen=True)
class Essay:
    """A written answer that a person grades by a rubric."""

    name: str
    title: str
    points: float
    rubric: tuple[str, ...]
    minutes: int = 10
    difficulty: int = 2


@dataclass(frozen=True)
class Lesson:
    """A lesson: one assignment `id`, one notebook `notebook`.ipynb, its exercises in order."""

    id: str
    notebook: str
    title: str
    exercises: tuple[Exercise | Quiz | Essay, ...]
    imports: tuple[str, ...] = ()
    """Statements of the lesson's first cell that mistakes and variants rely on."""
    given: str = ""
    """Module of `autograder.given` whose public names a stage may ask a `Student` for."""

    @property
    def coding(self) -> tuple[Exercise, ...]:
        """The exercises that are answered with code, in order."""
        return tuple(e for e in self.exercises if isinstance(e, Exercise))

    @property
    def points(self) -> float:
        """Points of the whole lesson, those graded by hand included."""
        return sum(exercise.points for exercise in self.exercises)
