"""Lesson 03: how tokens look at each other."""

from __future__ import annotations

from autograder.lessons.gather import gathered

LESSON = gathered(
    __file__,
    id="03-attention",
    title="Attention: how tokens look at each other",
    order="""
        softmax attention_scores quiz-attention-scale causal_mask scaled_dot_product_attention
        quiz-attention-order split_heads merge_heads MultiHeadAttention rotary_embedding
        quiz-attention-distance GroupedQueryAttention quiz-attention-one-query
        quiz-attention-cache induction_score find_copying_head reflection-attention
    """,
)
