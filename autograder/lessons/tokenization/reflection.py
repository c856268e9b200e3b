"""The written answer that closes the lesson."""

from __future__ import annotations

from autograder.exercise import Essay

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
