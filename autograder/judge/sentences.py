"""The message of a judgement: at most twelve plain lines, and never a guess stated as fact."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import replace

from autograder.exercise import PROMISES, Exercise, Mistake
from autograder.judge.compare import Difference, brief
from autograder.judge.hints import hint
from autograder.judge.marks import as_text
from autograder.judge.promises import of_python
from autograder.judge.run import Run, Trial, draws
from autograder.judge.verdict import MAX_LINES, Verdict
from autograder.wire import Failure, Handle, Resource, plain

WIDTH = 96
"""Characters of one line of a message."""
ONE_LINE = 76
"""Characters of got and expected together that stand on one line; longer ones stand below."""
MAX_PASTED = 10_000
MAX_CAUSES = 2
"""Mistakes named when several behave the same on everything tried."""
TODO_TYPES = ("NotImplementedError",)
NOT_WRITTEN = "is not written yet"
KINDS_OF_WRONG = {
    "type": "The type of what it returned is wrong.",
    "shape": "The shape of what it returned is wrong.",
    "length": "The length of what it returned is wrong.",
    "key": "The entries of what it returned are wrong.",
    "value": "A value of what it returned is wrong.",
}
OWN = "autograder."
"""How the names of the course's own parts begin."""
LOOKS_AT, CAUSE, OFTEN, LISTED = "What this part looks at: ", "Cause: ", "Often the reason: ", "- "
NEXT = "Next: "
OURS = (LOOKS_AT, CAUSE, OFTEN, LISTED, NEXT)
"""How sentences begin in which nothing of a learner's stands: their marks are rendered."""
UNANSWERED = "Set the answer to one of the letters"


def verdict_of(run: Run, mistakes: tuple[Mistake, ...], hidden: bool) -> Verdict:
    """Put a run and the mistakes that match it into words."""
    exercise, trial = run.exercise, run.first_failed
    if trial is None:
        lines: tuple[str, ...] = wrapped(_passed_line(run, hidden), *_told(run, hidden))
        mistakes = ()
    else:
        lines = _lines(run, trial, mistakes)
    return Verdict(
        exercise=exercise.name,
        points=sum(stage.points for stage in run.stages),
        max_points=sum(stage.max_points for stage in run.stages),
        stages=run.stages,
        lines=lines[: MAX_LINES - 1],
        cause=mistakes[0].sentence if mistakes else "",
        mistake=mistakes[0].name if mistakes else "",
        visible=not hidden,
        attempted=trial is None or not is_todo(trial.failure),
        args=tuple(map(plain, trial.case.args)) if trial and can_be_pasted(trial) else (),
    )


def can_be_pasted(trial: Trial) -> bool:
    """Whether the arguments are the learner's to see, and those of one call of the exercise."""
    kept = any(isinstance(arg, Handle | Resource) for arg in trial.case.args)
    return not (trial.hidden or trial.case.program or kept)


def _passed_line(run: Run, hidden: bool) -> str:
    count = len(run.stages)
    tests = f"All {count} parts pass" if count > 1 else "The test passes"
    return f"{tests}, hidden tests included." if hidden else f"{tests}."


def _told(run: Run, hidden: bool) -> list[str]:
    """What was measured, of the hidden tests where they ran."""
    return [
        trial.case.tells(trial.got)
        for trial in run.trials
        if trial.case.tells is not None and trial.hidden == hidden
    ]


def _lines(run: Run, trial: Trial, mistakes: tuple[Mistake, ...]) -> tuple[str, ...]:
    sentence = next(s.sentence for s in run.stages if s.name == trial.stage)
    what = _about(run.exercise, trial)
    if is_todo(trial.failure):
        return tuple(what)
    head = f"{LOOKS_AT}{sentence}"
    return wrapped(head, *what, *_causes(trial, mistakes), *_states(run))


def wrapped(*sentences: str) -> tuple[str, ...]:
    """Sentences as lines of at most WIDTH characters."""
    return tuple(
        line
        for sentence in sentences
        for line in textwrap.wrap(sentence, WIDTH, subsequent_indent="  ")
    )


def unwrapped(lines: Sequence[str]) -> list[str]:
    """The sentences again, for a page that breaks lines by itself."""
    sentences: list[str] = []
    for line in lines:
        if line.startswith("  ") and sentences and not sentences[-1].endswith(":"):
            sentences[-1] += f" {line.strip()}"
        else:
            sentences.append(line)
    return sentences


def is_todo(failure: Failure | None) -> bool:
    """Whether the stub's own `raise NotImplementedError` was reached, not one of a library."""
    if failure is None or failure.type_name not in TODO_TYPES:
        return False
    return failure.code.startswith("raise ") or not (failure.code or failure.message)


def _causes(trial: Trial, mistakes: tuple[Mistake, ...]) -> list[str]:
    if not mistakes:
        return []
    said = list(dict.fromkeys(mistake.sentence for mistake in mistakes))[:MAX_CAUSES]
    if trial.failure is not None and trial.failure.kind == "timeout":
        return [f"{OFTEN}{said[0]}"]
    if len(said) == 1:
        return [f"{CAUSE}{said[0]}"]
    return ["Your results fit each of these:", *(f"{LISTED}{sentence}" for sentence in said)]


def _states(run: Run) -> list[str]:
    """How each part ended, when there are several."""
    if len(run.stages) < 2:
        return []
    return ["Parts: " + ", ".join(f"{s.name} {s.status}" for s in run.stages) + "."]


def _about(exercise: Exercise, trial: Trial) -> list[str]:
    if is_todo(trial.failure):
        return [f"`{exercise.name}` {NOT_WRITTEN}: its code raises NotImplementedError."]
    if trial.stage == PROMISES and trial.difference is not None:
        return [trial.difference.note]
    if trial.hidden:
        return _about_hidden(exercise, trial)
    return (_about_failure if trial.failure else _about_value)(exercise, trial)


def _about_hidden(exercise: Exercise, trial: Trial) -> list[str]:
    """What went wrong with a hidden input, and nothing of what the learner's code had of it.

    No text of an exception, of a type or of a name comes through: the next hand-in could use it.
    """
    call = f"Called: {exercise.name} on a hidden example, other in size than the one you see"
    failure, found = trial.failure, trial.difference
    if found is not None:
        measured = trial.case.symptoms is not None and found.kind == "rule"
        wrong = KINDS_OF_WRONG.get(found.kind, "What it returned is not what this part asks for.")
        return [call, found.note if measured else wrong]
    assert failure is not None
    if failure.kind == "exception":
        own = "an exception of its own"
        return [call, f"It raised {failure.type_name if of_python(failure) else own}."]
    if failure.kind in ("missing", "arguments"):
        return [call, "It cannot be called as the stub says, or something it must have is missing."]
    if failure.kind == "forbidden":
        known = failure.message in exercise.forbids
        return [_about_forbidden(failure.message if known else "a library function")]
    if failure.kind == "timeout":
        failure = replace(failure, message=f"{exercise.limit_s:g}")
    if failure.kind == "exit":
        failure = replace(failure, type_name="SystemExit")
    return [call, *_about_failure(exercise, replace(trial, failure=failure))[1:]]


def _about_value(exercise: Exercise, trial: Trial) -> list[str]:
    found = trial.difference
    assert found is not None
    call = f"Called: {_call(exercise, trial)}"
    if trial.got is None and found.kind == "type" and gives_none(exercise):
        return [call, f"It returned None; expected {brief(trial.case.expected)}."]
    if printed_only(trial):
        return [call, "It printed its result and returned None. End with `return` and the value."]
    if trial.got is None and found.kind == "type":
        return [call, f"It returned None; expected {found.expected}. Is a `return` missing?"]
    return [call, *_paste(exercise, trial), *_difference_lines(found)]


def _paste(exercise: Exercise, trial: Trial) -> list[str]:
    """Where the arguments are, if they are too long to be read off."""
    if not can_be_pasted(trial) or not trial.case.args:
        return []
    shown = f"{exercise.name}({', '.join(brief(arg, MAX_PASTED) for arg in trial.case.args)})"
    whole = not trial.case.shown and _call(exercise, trial) == shown and "tensor (" not in shown
    return [] if whole else [f"To try it: {exercise.name}(*check.last.args)"]


def _call(exercise: Exercise, trial: Trial) -> str:
    """The call as a learner would write it."""
    given = ", ".join(brief(arg) for arg in trial.case.args)
    return trial.case.shown or f"{exercise.name}({given})"


def gives_none(exercise: Exercise) -> bool:
    """Whether None is the right answer to one of the exercise's visible cases."""
    return any(
        case.expected is None and case.accepts is None
        for stage in exercise.stages
        if not stage.hidden_only
        for draw in draws(exercise, stage, "", hidden=False)
        for case in stage.cases(draw)
    )


def printed_only(trial: Trial) -> bool:
    """Whether the code printed something where a value should have come back."""
    return trial.got is None and trial.case.expected is not None and bool(trial.printed.strip())


def _difference_lines(found: Difference) -> list[str]:
    if found.kind == "rule":
        return [found.note]
    at = f" at {found.where}" if found.where else ""
    if found.kind == "type":
        note = f" ({found.note})" if found.note not in ("", found.got) else ""
        return [f"Wrong type{at}: got {found.got}{note}, expected {found.expected}."]
    if found.kind == "shape":
        return [f"Wrong shape{at}: got {found.got}, expected {found.expected}."]
    if found.kind == "length":
        return [f"Wrong length{at}: got {found.got}, expected {found.expected}: {found.note}."]
    if found.kind == "key":
        return [f"Wrong entries{at}: got {found.got}, expected {found.expected}."]
    first = f"First difference{at}: got" if found.where else "Got"
    if len(found.got) + len(found.expected) > ONE_LINE:
        return [f"{first}:", f"  {found.got}", "expected:", f"  {found.expected}"]
    return [f"{first} {found.got}, expected {found.expected}."]


def _about_failure(exercise: Exercise, trial: Trial) -> list[str]:
    failure = trial.failure
    assert failure is not None
    call = f"Called: {_call(exercise, trial)}"
    if failure.kind == "arguments":
        return _about_arguments(exercise, failure)
    if failure.kind == "timeout":
        return [
            call,
            f"It was still running after {failure.message} s and was stopped: "
            "a loop does not end, or does far too much work.",
        ]
    if failure.kind == "forbidden":
        return [_about_forbidden(failure.message)]
    if failure.kind == "missing":
        return [_about_missing(failure)]
    if failure.kind == "exit":
        return [
            call,
            f"It raised {failure.type_name} and would have ended the program. "
            "Return a value instead.",
        ]
    if failure.kind == "memory":
        return [call, "It asked for more memory than there is."]
    if failure.kind == "files":
        return [call, "It wrote more files than there is room for, and was stopped."]
    if failure.kind == "crashed":
        return [call, "It ended the whole process."]
    return [call, *_about_exception(failure)]


def _about_forbidden(name: str) -> str:
    if name.startswith(OWN):
        part = name.rpartition(".")[2]
        what = "a helper of the course's own parts" if part.startswith("_") else f"`given.{part}`"
        return (
            f"It uses {what}, which does this exercise for you. That is there to go on with, for "
            "later cells: write this one yourself."
        )
    return f"It uses `{name}`, which does this exercise for you. Write it from smaller operations."


def _about_arguments(exercise: Exercise, failure: Failure) -> list[str]:
    return [
        f"`{exercise.name}` cannot be called with the arguments of the exercise: "
        f"{failure.message}.",
        f"Your signature is {failure.type_name}. Take the parameters of the stub, in its order.",
    ]


def _about_missing(failure: Failure) -> str:
    if failure.type_name == "resource":
        return f"The lesson's first cells load `{failure.message}`: run them first."
    if failure.message in ("state_dict", "load_state_dict", "named_parameters"):
        return (
            f"`{failure.type_name}` is no nn.Module: write `class {failure.type_name}(nn.Module)`."
        )
    if failure.type_name:
        return f"`{failure.type_name}` has no `{failure.message}`."
    return f"`{failure.message}` is not defined: run the cell that defines it."


def _about_exception(failure: Failure) -> list[str]:
    raised = (
        f"It raised {failure.type_name}: {failure.message}"
        if failure.message
        else (f"It raised {failure.type_name}")
    )
    lines = [raised.rstrip(".") + "."]
    if failure.code:
        lines.append(f"In your line {failure.line}: {failure.code}")
    if more := hint(failure):
        lines.append(more)
    return lines


def summary(verdict: Verdict) -> str:
    """One line: `softmax: 3 of 5 points`."""
    return f"{verdict.exercise}: {verdict.points:g} of {verdict.max_points:g} points"


def text(verdict: Verdict) -> str:
    """The whole message as plain text, for a terminal or a screen reader."""
    lines = [as_text(line) for line in verdict.lines] if verdict.is_quiz else verdict.lines
    if len(lines) == 1:
        return f"{summary(verdict)}. {lines[0]}"
    return "\n".join([summary(verdict), *lines])
