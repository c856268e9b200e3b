"""Sums and word problems, answered at once or in steps."""

from dataclasses import dataclass

from tinyworld.draw import Draw
from tinyworld.nouns import KINDS, PLURAL_ONLY, UNCOUNTABLE, plural
from tinyworld.splits import held_out
from tinyworld.words import PEOPLE, TOYS, she

STEP_BY_STEP = "Let's think step by step."
"""The cue that asks for steps."""
CONCLUSION = "The answer is"


@dataclass(frozen=True)
class Problem:
    """A question about numbers, the way to its answer, and the answer."""

    question: str
    steps: str
    answer: int

    @property
    def worked(self) -> str:
        """The answer in steps, with the cue that asks for them."""
        return f"{STEP_BY_STEP} {self.steps} {CONCLUSION} {self.answer}."


def sum_steps(x: int, y: int) -> str:
    """Column addition of two-digit numbers in words."""
    ones = x % 10 + y % 10
    carry = ones // 10
    tens = x // 10 + y // 10 + carry
    first = f"{x % 10} + {y % 10} = {ones}, write {ones % 10}"
    if carry:
        return f"{first}, carry 1. {x // 10} + {y // 10} + 1 = {tens}."
    return f"{first}. {x // 10} + {y // 10} = {tens}."


def two_digit_sum(d: Draw, held: bool = False) -> Problem:
    """`47 + 38` with its columns."""
    while True:
        x, y = d.between(10, 99), d.between(10, 99)
        if held_out("sum", f"{x}+{y}") == held:
            return Problem(f"{x} + {y}", sum_steps(x, y), x + y)


_COUNTED = [
    noun
    for noun in (*KINDS["fruit"], *KINDS["vegetable"], *KINDS["flower"], *TOYS)
    if noun not in UNCOUNTABLE and noun not in PLURAL_ONLY
]
_GAINS = ("buys {n} more", "finds {n} more", "gets {n} more from {other}")
_LOSSES = ("gives {n} to {other}", "loses {n}", "sells {n}")
MAX_START, MAX_CHANGE = 20, 9
"""Largest number at the start and largest change of a word problem."""


@dataclass(frozen=True)
class _Step:
    """One change of a number: `16 + 8 = 24.`"""

    total: int
    change: int
    gain: bool

    @property
    def result(self) -> int:
        return self.total + self.change if self.gain else self.total - self.change

    @property
    def text(self) -> str:
        return f"{self.total} {'+' if self.gain else '-'} {self.change} = {self.result}."


def _step(d: Draw, total: int) -> _Step:
    """A gain or a loss that leaves more than nothing."""
    change = d.between(2, MAX_CHANGE)
    return _Step(total, change, total <= change or d.chance(0.5))


def word_problem(d: Draw, held: bool = False) -> Problem:
    """Somebody has some things, and two to four times the number changes."""
    while True:
        problem = _word_problem(d)
        if held_out("problem", problem.question) == held:
            return problem


def _word_problem(d: Draw) -> Problem:
    name, other = d.sample(list(PEOPLE), 2)
    things = plural(d.choice(_COUNTED))
    pronoun = "She" if she(name) else "He"
    total = d.between(5, MAX_START)
    story, steps = [f"{name} has {total} {things}."], []
    for _ in range(d.between(2, 4)):
        step = _step(d, total)
        deed = d.choice(_GAINS if step.gain else _LOSSES).format(n=step.change, other=other)
        story.append(f"{pronoun} {deed}.")
        steps.append(step.text)
        total = step.result
    when = d.choice(("now", "in the end"))
    story.append(f"How many {things} does {name} have {when}?")
    return Problem(" ".join(story), " ".join(steps), total)


BARE = "{q}"
SUM_QUESTIONS = ("What is {q}?", "{q} = ?", "How much is {q}?", BARE)
_QUESTION_CUES = ("Question", "Question", "Q", "Problem")
_DIRECT_CUES = ("Answer: ", "Answer: ", "A: ", "Result: ")
_WORKED_CUES = ("", "", "Solution: ")
"""What stands before the answer decides its form: nothing or `Solution:` before steps."""
WORKED_SHARE = 0.9
"""Part of the documents that answer in steps; the others answer at once."""
MOST_TOGETHER = {False: 5, True: 2}
"""Most problems of a document, by whether they are word problems in steps. Of sums in steps, five
seldom find room in a row of training: such a document is drawn again."""


def _written(
    problems: list[Problem], question: str, form: str, cue: str, worked: bool = True
) -> str:
    """Problems with their answers, all asked and answered in one form."""
    rows = []
    for problem in problems:
        said = problem.worked if worked else str(problem.answer)
        rows.append(f"{question}: {form.format(q=problem.question)}\n{cue}{said}")
    return "\n\n".join(rows)


def worked_problems(d: Draw) -> str:
    """One or two word problems, in steps."""
    cue, question = d.choice(_WORKED_CUES), d.choice(_QUESTION_CUES)
    made = [word_problem(d) for _ in range(d.between(1, MOST_TOGETHER[True]))]
    return _written(made, question, BARE, cue)


def worked_sums(d: Draw) -> str:
    """One to five sums, in steps."""
    cue, question = d.choice(_WORKED_CUES), d.choice(_QUESTION_CUES)
    form = d.choice(SUM_QUESTIONS)
    made = [two_digit_sum(d) for _ in range(d.between(1, MOST_TOGETHER[False]))]
    return _written(made, question, form, cue)


def document(d: Draw) -> str:
    """One to five problems of one sort, all direct or all in steps."""
    sums, worked = d.chance(0.5), d.chance(WORKED_SHARE)
    question, form = d.choice(_QUESTION_CUES), d.choice(SUM_QUESTIONS)
    cue = d.choice(_WORKED_CUES if worked else _DIRECT_CUES)
    make = two_digit_sum if sums else word_problem
    made = [make(d) for _ in range(d.between(1, MOST_TOGETHER[worked and not sums]))]
    return _written(made, question, form if sums else BARE, cue, worked)
