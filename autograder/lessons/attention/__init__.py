"""Lesson 03: how tokens look at each other."""

from __future__ import annotations

from autograder.exercise import Lesson
from autograder.lessons.attention.softmax import SOFTMAX

LESSON = Lesson(
    id="03-attention",
    notebook="attention",
    title="Attention: how tokens look at each other",
    exercises=(SOFTMAX,),
    imports=(
        "import math",
        "import torch",
        "import torch.nn.functional as F",
        "from torch import nn",
    ),
)
