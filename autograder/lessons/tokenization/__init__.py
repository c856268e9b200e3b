"""Lesson 02: from text to ids."""

from __future__ import annotations

from autograder.exercise import Essay, Lesson
from autograder.lessons.tokenization.decode import DECODE
from autograder.lessons.tokenization.encode import ENCODE
from autograder.lessons.tokenization.encode_with_special import ENCODE_WITH_SPECIAL
from autograder.lessons.tokenization.fertility import FERTILITY
from autograder.lessons.tokenization.merge import MERGE
from autograder.lessons.tokenization.pair_counts import PAIR_COUNTS
from autograder.lessons.tokenization.pre_tokenize import PRE_TOKENIZE
from autograder.lessons.tokenization.quizzes import (
    QUIZ_BYTES,
    QUIZ_FIRST_MERGE,
    QUIZ_INJECTION,
    QUIZ_RANK,
    QUIZ_SPLIT,
)
from autograder.lessons.tokenization.to_bytes import TO_BYTES
from autograder.lessons.tokenization.token_premium import TOKEN_PREMIUM
from autograder.lessons.tokenization.tokenizer_json import TOKENIZER_JSON
from autograder.lessons.tokenization.train_bpe import TRAIN_BPE
from autograder.lessons.tokenization.train_bpe_fast import TRAIN_BPE_FAST

REFLECTION = Essay(
    name="reflection-tokenization",
    title="Who pays for the tokenizer?",
    points=5,
    minutes=12,
    rubric=(
        "1 point: states numbers measured in this notebook, with their unit (tokens per word, "
        "tokens per character or premium), for at least two languages.",
        "1 point: explains why tokens per word misleads for at least one of the languages, and "
        "why the premium over parallel sentences does not.",
        "1 point: traces the cause to the training text of the tokenizer and to the bytes that "
        "a script needs, not to the language being harder.",
        "1 point: names two consequences for users, such as price, speed or context length.",
        "1 point: proposes one change and says how its success, and its cost for others, would "
        "be measured.",
    ),
)

LESSON = Lesson(
    id="02-tokenization",
    notebook="tokenization",
    title="Tokenization: from text to ids",
    exercises=(
        TO_BYTES,
        QUIZ_BYTES,
        PAIR_COUNTS,
        MERGE,
        PRE_TOKENIZE,
        QUIZ_SPLIT,
        TRAIN_BPE,
        QUIZ_FIRST_MERGE,
        ENCODE,
        QUIZ_RANK,
        DECODE,
        FERTILITY,
        TOKEN_PREMIUM,
        ENCODE_WITH_SPECIAL,
        QUIZ_INJECTION,
        TOKENIZER_JSON,
        TRAIN_BPE_FAST,
        REFLECTION,
    ),
    imports=(
        "import heapq",
        "import itertools",
        "from itertools import pairwise",
        "import re",
        "import statistics",
        "import unicodedata",
        "from collections import Counter, defaultdict",
        "import regex",
        "Pair = tuple[int, int]",
        "from autograder.given.tokenization import BYTE_LEVEL, BYTE_TO_CHAR, BYTE_TO_ID",
        "from autograder.given.tokenization import MATCH_EXACTLY, PARALLEL, STORY, PairCounts",
        "from autograder.given.tokenization import encode_text, word_counts",
    ),
    given="autograder.given.tokenization",
)
