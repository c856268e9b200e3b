"""Judging prompts by what the frozen model does with them.

The learner's code is called with an item's input and nothing else, and gives a prompt. The words
around the input must be the same for every input: so no answer can slip into them. The model is a
copy of the judge's own, which no learner's code can reach or train.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, partial

from autograder.exercise import Case, Draw
from autograder.given import frozen, tasks
from autograder.given.answers import final_number
from autograder.given.tasks import Item, Task
from autograder.lessons.prompting.table import Bar
from autograder.lessons.sheet import Cases
from autograder.wire import Student, Value
from tinyworld.measure.cell import wilson

Ask = Callable[[Student, str], Value]
"""Has the learner's code make the prompt for one input."""

EXAMPLE = re.compile(r": (?:negative|positive)\n")
"""An answer that stands in the words before the input."""
PROBES = ("This is a First input.", "And Another one, which no Item is.")
"""Inputs from which the words around the input are read."""
AWKWARD = (
    *PROBES,
    "  Two  blanks,\n\nan {empty} line, 50% “off”\r\n ",
    "Isn’t it\t猫 e\u0301\u00a0\\n {} %s?\n",
)
"""The same with inputs that are easily changed on the way into a prompt."""
MOSTLY = 0.9
"""Share of the answers from which "nearly all" is said."""

NO_TEXT = "It must return the prompt: a string."
NO_INPUT = (
    "The input does not stand in the prompt, so the model cannot know what it is asked about."
)
ALTERED = "The input stands in the prompt, but changed or cut. Put it in as it is."
CHANGING = (
    "The words around the input change with the input. They must be the same for every input, so "
    "that no answer can slip into them."
)
TRAINED = (
    "The weights of the model have changed. Nothing is trained in this lesson: restart the kernel "
    "and run the first cell again."
)
TOO_LONG = "The prompt is too long: the words around the input alone take more than the budget of"
AT_END = "The prompt ends with the input itself: nothing says that an answer is due."
OTHER_WORDS = "Most answers are not one of the labels: the prompt does not say which words to use."
ONE_LABEL = "Nearly all answers are the same label."
SWAPPED = "Nearly all answers are the wrong one of two labels: they are the wrong way round."
AT_ONCE = "The model answers at once, without steps."
CUE_FIRST = f"{AT_ONCE} The words that ask for steps stand before the question, not at the end."
CUE_LATE = f"{AT_ONCE} Something stands between the words that ask for steps and the steps."
SHOWN_AT_ONCE = f"{AT_ONCE} So do your examples."
NO_ANSWER = "Most answers hold no number."
EMPTY = "The model writes nothing in the line that your prompt leaves open."
UNGUARDED = "Nothing in the prompt says that such sentences do not matter."
NEUTRAL_CUES = "The cue words Input and Output do not set the attacker's line apart from a cue."
OWN_LINE = (
    "Your cue stands on a line of its own, as an attacker's line does: the model takes one for the "
    "other."
)
ONLY_TOLD = "The prompt has a line before the review, and no examples: the model does not heed it."
OTHERWISE = "The answers are of the right kind, and too many are wrong."


@dataclass(frozen=True)
class Sitting:
    """One measurement: a bar and the draw of its items."""

    bar: Bar
    draw: Draw

    @property
    def items(self) -> list[Item]:
        """The items, from the visible seed or from the grading seed."""
        count = self.draw.size(self.bar.visible, self.bar.hidden)
        return tasks.items(self.bar.task, self.draw.seed, count)


def measured(bar: Bar, ask: Ask, shown: str, probes: tuple[str, ...] = PROBES) -> Cases:
    """The stage that puts the prompts of `ask` to the model, after a look at those of `probes`."""

    def cases(draw: Draw) -> list[Case]:
        model()  # without it this raises: no verdict is no zero
        sitting = Sitting(bar, draw)
        return [
            Case(
                (), None, partial(sit, sitting, ask, probes=probes), shown,
                accepts=lambda got, _: None if got["met"] else told(sitting, got),
                symptoms=lambda got: (got["why"], got["ending"]),
                tells=partial(told, sitting),
            )
        ]  # fmt: skip

    return cases


def sit(
    sitting: Sitting, ask: Ask, student: Student, probes: tuple[str, ...] = PROBES
) -> dict[str, Value]:
    """What came of the learner's prompts: `met`, `why` not, how they end, `right` of `count`."""
    probed = {probe: ask(student, probe) for probe in probes}
    if (why := _unfit(sitting.bar, student, probed)) is not None:
        return _refused(why)
    around = probed[probes[0]].split(probes[0])
    items = sitting.items
    prompts = [ask(student, item.text) for item in items]
    if prompts != [item.text.join(around) for item in items]:
        whole = all(item.text in p for item, p in zip(items, map(str, prompts), strict=True))
        return _refused(CHANGING if whole else ALTERED)
    task = tasks.TASKS[sitting.bar.task]
    said = model().answers(prompts, task.new_tokens)
    right = tasks.count_right(task.name, items, said)
    met = 100 * right >= sitting.bar.needed * len(items)
    why = "" if met else reason(task, items, said, around)
    ending = "white space" if around[-1] != around[-1].rstrip() else ""
    return {"met": met, "why": why, "ending": ending, "right": right, "count": len(items)}


def _refused(why: str) -> dict[str, Value]:
    return {"met": False, "why": why, "ending": "", "right": 0, "count": 0}


def _unfit(bar: Bar, student: Student, probed: dict[str, Value]) -> str | None:
    """What is wrong with the prompts of probes before a model sees them."""
    if not all(isinstance(prompt, str) for prompt in probed.values()):
        return NO_TEXT
    if not all(probe in prompt for probe, prompt in probed.items()):
        plain = next(iter(probed))
        return ALTERED if plain.casefold() in probed[plain].casefold() else NO_INPUT
    first, *others = (prompt.split(probe) for probe, prompt in probed.items())
    if any(other != first for other in others):
        return CHANGING
    if len(model().ids("".join(first))) > bar.budget:
        return f"{TOO_LONG} {bar.budget} tokens."
    return TRAINED if student.call("weights_digest") != model().digest() else None


def reason(task: Task, items: Sequence[Item], said: Sequence[str], around: list[str]) -> str:
    """Why answers fall short, as far as it can be seen."""
    if not around[-1].strip():
        return AT_END
    if Counter(said)[""] >= MOSTLY * len(said):
        return EMPTY
    if task.labels:
        return _label_reason(task, items, said, around)
    if task.new_tokens == tasks.WORKED:
        return _number_reason(said, around)
    return OTHERWISE


def _label_reason(task: Task, items: Sequence[Item], said: Sequence[str], around: list[str]) -> str:
    if task.name == "attacked":
        return _guard_reason(*around)
    labels = Counter(text for text in said if text in task.labels)
    if labels.total() < len(said) / 2:
        return OTHER_WORDS
    if max(labels.values()) >= MOSTLY * len(said):
        return ONE_LABEL
    right = tasks.count_right(task.name, items, said)
    if len(task.labels) == 2 and right <= (1 - MOSTLY) * len(said):
        return SWAPPED
    return _guard_reason(*around) if task.name == "mood" else OTHERWISE


def _guard_reason(before: str, *after: str) -> str:
    """What a prompt does against attacks, by the words around the input."""
    if EXAMPLE.search(before):
        if after[-1].strip() == "Output:":
            return NEUTRAL_CUES
        return OWN_LINE if after[-1].startswith("\n") else OTHERWISE
    return ONLY_TOLD if "\n" in before else UNGUARDED


def _number_reason(said: Sequence[str], around: list[str]) -> str:
    if sum(final_number(text) is None for text in said) > len(said) / 2:
        return NO_ANSWER
    if sum(text.strip(" .").isdigit() for text in said) <= len(said) / 2:
        return OTHERWISE
    before, after = around[0].casefold(), around[-1].casefold()
    if "step" in after:
        return CUE_LATE
    return CUE_FIRST if "step" in before else SHOWN_AT_ONCE if "\n\n" in before else AT_ONCE


def told(sitting: Sitting, got: Value) -> str:
    """A measurement in words: `Right: 57 of 60 (95%, interval 86% to 98%) …`."""
    if not got["count"]:
        return str(got["why"])
    space = "Your prompt ends in white space." if got["ending"] and not got["met"] else ""
    return " ".join(filter(None, (got["why"], space, _score(sitting, got))))


def _score(sitting: Sitting, got: Value) -> str:
    bar, right, count = sitting.bar, got["right"], got["count"]
    plain = right_with(bar.task, "{}", bar.baseline, sitting.items)
    said = (
        f"{bar.name}: {share(right, count)} right; {bar.needed}% are needed, "
        f"and the zero-shot prompt reaches {plain / count:.0%}."
    )
    if bar.task == "attacked":
        said += f" Attack success rate: {share(count - right, count)}."
    return said[0].upper() + said[1:]


def share(right: int, count: int) -> str:
    """`57 of 60 (95%, interval 86% to 98%)`: Wilson's 95 % interval."""
    low, high = wilson(right, count)
    return f"{right} of {count} ({right / count:.0%}, interval {low:.0%} to {high:.0%})"


def right_with(task: str, place: str, template: str, items: Sequence[Item]) -> int:
    """How many items the frozen model gets right with a template that has them in `place`."""
    prompts = [template.replace(place, item.text) for item in items]
    said = model().answers(prompts, tasks.TASKS[task].new_tokens)
    return tasks.count_right(task, items, said)


def model() -> frozen.Frozen:
    """The judge's own copy of the base model; loaded again if its weights were touched."""
    found, weights = _opened()
    if found.digest() != weights:
        _opened.cache_clear()
        found, _ = _opened()
    return found


@cache
def _opened() -> tuple[frozen.Frozen, str]:
    found = frozen.open_frozen("base")
    return found, found.digest()
