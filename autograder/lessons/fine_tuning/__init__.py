"""Lesson 09: adapting a real encoder."""

from __future__ import annotations

from autograder.exercise import Lesson
from autograder.lessons.fine_tuning.classifier import SENTENCE_CLASSIFIER
from autograder.lessons.fine_tuning.descriptions import DESCRIBE_INTENTS
from autograder.lessons.fine_tuning.lora import LORA_LINEAR
from autograder.lessons.fine_tuning.merge import MERGE_LORA
from autograder.lessons.fine_tuning.pooling import MEAN_POOL
from autograder.lessons.fine_tuning.probe import FIT_PROBE
from autograder.lessons.fine_tuning.quizzes import QUIZZES
from autograder.lessons.fine_tuning.reflection import REFLECTION
from autograder.lessons.fine_tuning.retrieval import RETRIEVAL_ACCURACY
from autograder.lessons.fine_tuning.sampling import BALANCED_SAMPLE
from autograder.lessons.fine_tuning.scores import ACCURACY, CONFUSION_MATRIX, MACRO_F1
from autograder.lessons.fine_tuning.similarity import COSINE_SIMILARITY
from autograder.lessons.fine_tuning.tuning import FINE_TUNE
from autograder.lessons.fine_tuning.wrapping import ADD_LORA

MACRO, LORA_SIZE, ZERO_B, MEMORY = QUIZZES

LESSON = Lesson(
    id="09-fine-tuning",
    notebook="fine_tuning",
    title="Fine-tuning: adapting a real encoder",
    exercises=(
        MEAN_POOL,
        COSINE_SIMILARITY,
        DESCRIBE_INTENTS,
        ACCURACY,
        CONFUSION_MATRIX,
        MACRO_F1,
        MACRO,
        FIT_PROBE,
        BALANCED_SAMPLE,
        SENTENCE_CLASSIFIER,
        FINE_TUNE,
        MEMORY,
        LORA_LINEAR,
        ZERO_B,
        MERGE_LORA,
        ADD_LORA,
        LORA_SIZE,
        RETRIEVAL_ACCURACY,
        REFLECTION,
    ),
    imports=(
        "import math",
        "import tempfile",
        "import torch",
        "import torch.nn.functional as F",
        "from typing import Any",
        "from torch import Tensor, nn",
        "from transformers import Trainer, TrainingArguments",
        "from autograder.given import fine_tuning as given",
        "from autograder.given import messages",
    ),
    given="autograder.given.fine_tuning",
)
