"""Lesson 02: from text to ids."""

from __future__ import annotations

from autograder.exercise import Lesson

LESSON = Lesson(
    id="02-tokenization",
    notebook="tokenization",
    title="Tokenization: from text to ids",
    exercises=(),
    imports=("import re", "from collections import Counter"),
)
