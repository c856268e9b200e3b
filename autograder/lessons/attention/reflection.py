"""The written answer that closes the lesson."""

from __future__ import annotations

from autograder.exercise import Essay

REFLECTION = Essay(
    name="reflection-attention",
    title="Explain a cached step to a colleague",
    points=4,
    rubric=(
        "Says why keys and values of earlier tokens can be kept: under a causal mask they do not "
        "depend on what comes later.",
        "Says why the new query alone needs computing, and which position it is turned to.",
        "Gives the size of the cache in numbers for one model, and what grouped key/value heads "
        "save of it.",
        "Names one thing an attention map shows and one thing it cannot show, with an example "
        "from the pictures above.",
    ),
    minutes=10,
)
