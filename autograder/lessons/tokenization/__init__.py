"""Lesson 02: from text to ids."""

from __future__ import annotations

from autograder.lessons.gather import gathered

LESSON = gathered(
    __file__,
    id="02-tokenization",
    title="Tokenization: from text to ids",
    order="""
        to_bytes quiz-bytes pair_counts merge pre_tokenize quiz-split train_bpe quiz-first-merge
        encode quiz-rank decode fertility token_premium encode_with_special quiz-injection
        tokenizer_json train_bpe_fast reflection-tokenization
    """,
)
