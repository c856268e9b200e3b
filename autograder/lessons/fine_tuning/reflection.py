"""The written answer that closes the lesson."""

from __future__ import annotations

from autograder.exercise import Essay

REFLECTION = Essay(
    name="reflection-fine-tuning",
    title="Which way of tuning for a colleague's problem",
    points=4,
    rubric=(
        "Compares at least three of zero-shot, probe, LoRA and full fine-tuning by their own "
        "numbers, says whether full fine-tuning beat the probe and, if not, why, and does not call "
        "a difference real that the intervals do not show.",
        "Names what each costs (examples to label, trainable numbers, seconds, memory) and what "
        "follows for the colleague.",
        "Says what tuning did to what the encoder could do before, with the numbers, and when that "
        "matters.",
        "Names one limit of this measurement (one writer, balanced classes, one training run, the "
        "paraphrases) and one thing to measure next.",
    ),
    minutes=15,
)
