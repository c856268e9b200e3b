"""Lesson 07: programming a model with words."""

from __future__ import annotations

from autograder.exercise import Lesson
from autograder.lessons.prompting.build import BUILD_PROMPT
from autograder.lessons.prompting.calibrate import CALIBRATE
from autograder.lessons.prompting.keep import KEEP_BEST
from autograder.lessons.prompting.mislabel import MISLABEL
from autograder.lessons.prompting.numbers import FINAL_NUMBER
from autograder.lessons.prompting.parse import PARSE_ANSWER
from autograder.lessons.prompting.score import SCORE_LABELS
from autograder.lessons.prompting.vote import MAJORITY_VOTE

LESSON = Lesson(
    id="07-prompting",
    notebook="prompting",
    title="Prompting: programming a model with words",
    exercises=(
        BUILD_PROMPT,
        PARSE_ANSWER,
        SCORE_LABELS,
        FINAL_NUMBER,
        MAJORITY_VOTE,
        MISLABEL,
        CALIBRATE,
        KEEP_BEST,
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
