"""What a judgement says: a status and points for every stage, and the sentences to show."""

from __future__ import annotations

from dataclasses import dataclass, field

from autograder.wire import Value

PASSED, FAILED, ERROR, TIMEOUT, FORBIDDEN, SKIPPED, CRASHED, MEMORY, OUTPUT = (
    "passed",
    "failed",
    "error",
    "timeout",
    "forbidden",
    "skipped",
    "crashed",
    "memory",
    "output-limit",
)
ANSWER = "answer"
"""The only stage of a question."""
MAX_LINES = 12
"""Lines of one message."""


@dataclass(frozen=True)
class StageResult:
    """How one stage ended: `points` of `max_points`, and the stage's sentence."""

    name: str
    sentence: str
    status: str
    points: float
    max_points: float


@dataclass(frozen=True)
class Verdict:
    """The result of one exercise.

    `cause` is the sentence of a named mistake, empty where none is sure. `mistake` is its name.
    `lines` are the whole message, at most MAX_LINES plain sentences. `visible` says whether only
    the visible tests were run. `attempted` is False where nothing was written yet. `args` are the
    arguments of the visible call that failed first, where it was one call of the exercise's own.
    """

    exercise: str
    points: float
    max_points: float
    stages: tuple[StageResult, ...]
    lines: tuple[str, ...]
    cause: str = ""
    mistake: str = ""
    visible: bool = True
    attempted: bool = True
    args: tuple[Value, ...] = field(default=(), compare=False, repr=False)

    @property
    def passed(self) -> bool:
        """Whether every stage passed."""
        return self.points >= self.max_points

    @property
    def is_quiz(self) -> bool:
        """Whether this is the verdict on a question, all of whose sentences are ours."""
        return tuple(stage.name for stage in self.stages) == (ANSWER,)

    @property
    def status(self) -> str:
        """The status of the first stage that did not pass."""
        return next((s.status for s in self.stages if s.status != PASSED), PASSED)
