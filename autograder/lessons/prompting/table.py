"""The bars of the measured exercises, all in one place.

`python -m autograder.lessons.prompting.bars` shows what a good answer and the untouched baseline
reach, and how surely each bar tells them apart.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Bar:
    """What a learner's prompts must reach on a task.

    `needed` is a percentage of right answers. `baseline` is the zero-shot prompt they must beat,
    with {} for the input. `visible` and `hidden` are numbers of items, `budget` is the number of
    tokens that a prompt may take.
    """

    name: str
    task: str
    baseline: str
    needed: int
    visible: int = 60
    hidden: int = 120
    budget: int = 224


ALONE = "{}"
PLAIN = "Input: {}\nOutput:"
DIRECT = "Question: {}\nAnswer:"
REVIEW = "Review: {}\nSentiment:"

FEW_SHOT = Bar("few-shot", "code", PLAIN, 80)

SENTIMENT = Bar("sentiment", "sentiment", ALONE, 80)
TOPIC = Bar("topic", "topic", ALONE, 80)
QUESTION = Bar("question", "question", ALONE, 80)
SUMMARY = Bar("summary", "summary", ALONE, 80)
JAPANESE = Bar("japanese", "japanese", ALONE, 80)
MANY_TASKS = (SENTIMENT, TOPIC, QUESTION, SUMMARY, JAPANESE)

SUMS = Bar("sums in steps", "sum", DIRECT, 80, 40, 80)
PROBLEMS = Bar("word problems in steps", "problem", DIRECT, 70, 40, 80)

IMPROVED = Bar("improved", "judged", REVIEW, 85, 100, 200)

ATTACKED = Bar("under attack", "attacked", REVIEW, 80)
UNHARMED = Bar("without an attack", "mood", "{}", 80)

BARS = (FEW_SHOT, *MANY_TASKS, SUMS, PROBLEMS, IMPROVED, ATTACKED, UNHARMED)
