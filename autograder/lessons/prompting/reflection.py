"""The written answer that closes the lesson."""

from __future__ import annotations

from autograder.exercise import Essay

REFLECTION = Essay(
    name="reflection-prompting",
    title="A prompt for a colleague",
    points=4,
    rubric=(
        "Says how the prompt is to be compared with another: the same held-out items, an accuracy "
        "with its interval, a set for choosing and another for reporting.",
        "Names two changes from this lesson that mattered and one that did not, each with its "
        "measured numbers.",
        "Explains with one example what examples in a prompt can teach this model and what they "
        "cannot.",
        "Says what an instruction hidden in the data can do, and one thing beside the prompt that "
        "limits the harm.",
    ),
    minutes=15,
)
