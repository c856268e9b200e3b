"""Lesson 03: how tokens look at each other."""

from __future__ import annotations

from autograder.exercise import Lesson
from autograder.lessons.attention.dot_product import SCALED_DOT_PRODUCT_ATTENTION
from autograder.lessons.attention.grouped_query import GROUPED_QUERY_ATTENTION
from autograder.lessons.attention.heads import MERGE_HEADS, SPLIT_HEADS
from autograder.lessons.attention.induction import FIND_COPYING_HEAD, INDUCTION_SCORE
from autograder.lessons.attention.mask import CAUSAL_MASK
from autograder.lessons.attention.multi_head import MULTI_HEAD_ATTENTION
from autograder.lessons.attention.quizzes import QUIZZES
from autograder.lessons.attention.reflection import REFLECTION
from autograder.lessons.attention.rotary import ROTARY_EMBEDDING
from autograder.lessons.attention.scores import ATTENTION_SCORES
from autograder.lessons.attention.softmax import SOFTMAX

SCALE, ORDER, DISTANCE, CACHE, ONE_QUERY = QUIZZES

LESSON = Lesson(
    id="03-attention",
    notebook="attention",
    title="Attention: how tokens look at each other",
    exercises=(
        SOFTMAX,
        ATTENTION_SCORES,
        SCALE,
        CAUSAL_MASK,
        SCALED_DOT_PRODUCT_ATTENTION,
        ORDER,
        SPLIT_HEADS,
        MERGE_HEADS,
        MULTI_HEAD_ATTENTION,
        ROTARY_EMBEDDING,
        DISTANCE,
        GROUPED_QUERY_ATTENTION,
        ONE_QUERY,
        CACHE,
        INDUCTION_SCORE,
        FIND_COPYING_HEAD,
        REFLECTION,
    ),
    imports=(
        "import math",
        "import torch",
        "import torch.nn.functional as F",
        "from torch import Tensor, nn",
        "from autograder.given import attention as given",
    ),
    given="autograder.given.attention",
)
