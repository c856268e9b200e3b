"""The written answer that closes the lesson."""

from __future__ import annotations

from autograder.exercise import Essay

REFLECTION = Essay(
    name="reflection-transformer",
    title="Follow one token to a colleague",
    points=4,
    rubric=(
        "Follows one token from its id to the next token's probabilities, and names every kind of "
        "part on the way: embedding, norm, attention, feed-forward part, residual, head.",
        "Says what the residual stream does for a deep model, with what the picture of this lesson "
        "showed.",
        "Says what temperature and top-p each do to the probabilities, and gives one use in which "
        "a low setting is right and one in which it is not.",
        "Says what the cache saves, in positions handed to the model, and what it costs instead.",
    ),
    minutes=12,
)
