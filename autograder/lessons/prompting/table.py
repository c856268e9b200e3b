"""The bars of the measured exercises, all in one place.

`python -m autograder.proof.bars` shows how surely each tells a good answer from the baseline.
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
    visible: int
    hidden: int
    budget: int = 224


ALONE = "{}"
DIRECT = "Question: {}\nAnswer:"
REVIEW = "Review: {}\nSentiment:"

FEW_SHOT = Bar("few-shot", "code", "Input: {}\nOutput:", 80, 30, 40)

SENTIMENT = Bar("sentiment", "sentiment", ALONE, 80, 30, 40)
TOPIC = Bar("topic", "topic", ALONE, 80, 30, 40)
QUESTION = Bar("question", "question", ALONE, 50, 40, 60)
SUMMARY = Bar("summary", "summary", ALONE, 70, 30, 40)
JAPANESE = Bar("japanese", "japanese", ALONE, 80, 30, 40)
MANY_TASKS = (SENTIMENT, TOPIC, QUESTION, SUMMARY, JAPANESE)

SUMS = Bar("sums in steps", "sum", DIRECT, 80, 30, 40)
PROBLEMS = Bar("word problems in steps", "problem", DIRECT, 70, 40, 60)

IMPROVED = Bar("improved", "judged", REVIEW, 93, 200, 200)

ATTACKED = Bar("under attack", "attacked", REVIEW, 90, 100, 100)
UNHARMED = Bar("without an attack", "mood", ALONE, 80, 30, 40)

BARS = (FEW_SHOT, *MANY_TASKS, SUMS, PROBLEMS, IMPROVED, ATTACKED, UNHARMED)
