"""Lesson 04: a tiny Llama that runs real weights."""

from __future__ import annotations

from autograder.exercise import Lesson
from autograder.lessons.transformer.block import BLOCK
from autograder.lessons.transformer.generate import GENERATE
from autograder.lessons.transformer.greedy import GREEDY
from autograder.lessons.transformer.load_checkpoint import LOAD_CHECKPOINT
from autograder.lessons.transformer.quizzes import QUIZZES
from autograder.lessons.transformer.reflection import REFLECTION
from autograder.lessons.transformer.rms_norm import RMS_NORM
from autograder.lessons.transformer.sample_token import SAMPLE_TOKEN
from autograder.lessons.transformer.swiglu import SWIGLU
from autograder.lessons.transformer.temperature import TEMPERATURE
from autograder.lessons.transformer.tiny_llama import TINY_LLAMA
from autograder.lessons.transformer.top_k import TOP_K
from autograder.lessons.transformer.top_p import TOP_P

NORM, RESIDUAL, TIED, BOLDER, KEPT, WORK = QUIZZES

LESSON = Lesson(
    id="04-transformer",
    notebook="transformer",
    title="A tiny Llama that runs real weights",
    exercises=(
        RMS_NORM,
        NORM,
        SWIGLU,
        BLOCK,
        RESIDUAL,
        TINY_LLAMA,
        TIED,
        LOAD_CHECKPOINT,
        GREEDY,
        TEMPERATURE,
        BOLDER,
        TOP_K,
        TOP_P,
        KEPT,
        SAMPLE_TOKEN,
        GENERATE,
        WORK,
        REFLECTION,
    ),
    imports=(
        "import math",
        "from collections.abc import Callable",
        "from pathlib import Path",
        "from typing import Any",
        "import torch",
        "import torch.nn.functional as F",
        "from safetensors.torch import load_file",
        "from torch import Tensor, nn",
        "from transformers import LlamaConfig",
        "from autograder.given import transformer as given",
    ),
    given="autograder.given.transformer",
)
