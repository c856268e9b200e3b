"""Lesson 07: programming a model with words."""

from __future__ import annotations

from autograder.exercise import Lesson
from autograder.lessons.prompting.build import BUILD_PROMPT
from autograder.lessons.prompting.calibrate import CALIBRATE
from autograder.lessons.prompting.guard import GUARDED_PROMPT
from autograder.lessons.prompting.improve import IMPROVE_PROMPT
from autograder.lessons.prompting.keep import KEEP_BEST
from autograder.lessons.prompting.mislabel import MISLABEL
from autograder.lessons.prompting.numbers import FINAL_NUMBER
from autograder.lessons.prompting.parse import PARSE_ANSWER
from autograder.lessons.prompting.quizzes import QUIZZES
from autograder.lessons.prompting.reflection import REFLECTION
from autograder.lessons.prompting.score import SCORE_LABELS
from autograder.lessons.prompting.scratchpad import SCRATCHPAD_PROMPT
from autograder.lessons.prompting.tasks_prompt import TASK_PROMPT
from autograder.lessons.prompting.vote import MAJORITY_VOTE

LENGTH, INTERVAL, VOTE, LUCK, PRIOR = QUIZZES

LESSON = Lesson(
    id="07-prompting",
    notebook="prompting",
    title="Prompting: programming a model with words",
    exercises=(
        BUILD_PROMPT,
        INTERVAL,
        PARSE_ANSWER,
        SCORE_LABELS,
        LENGTH,
        TASK_PROMPT,
        FINAL_NUMBER,
        SCRATCHPAD_PROMPT,
        MAJORITY_VOTE,
        VOTE,
        MISLABEL,
        CALIBRATE,
        PRIOR,
        KEEP_BEST,
        LUCK,
        IMPROVE_PROMPT,
        GUARDED_PROMPT,
        REFLECTION,
    ),
    imports=(
        "import re",
        "import statistics",
        "from collections import Counter",
        "from typing import Any",
        "import torch",
        "import torch.nn.functional as F",
        "from torch import Tensor",
        "from autograder.given import prompting as given",
        "from autograder.given import tasks",
        "Example = tuple[str, str]",
    ),
    given="autograder.given.prompting",
)
