"""Lesson 04: a tiny Llama that runs real weights."""

from __future__ import annotations

from autograder.lessons.gather import gathered

LESSON = gathered(
    __file__,
    id="04-transformer",
    title="A tiny Llama that runs real weights",
    order="""
        RMSNorm quiz-transformer-norm SwiGLU Block quiz-transformer-residual TinyLlama
        quiz-transformer-tied load_checkpoint greedy temperature quiz-transformer-temperature
        top_k top_p quiz-transformer-top-p sample_token generate quiz-transformer-work
        reflection-transformer
    """,
)
