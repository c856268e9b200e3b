"""Lesson 09: adapting a real encoder."""

from __future__ import annotations

from autograder.lessons.gather import gathered

LESSON = gathered(
    __file__,
    id="09-fine-tuning",
    title="Fine-tuning: adapting a real encoder",
    order="""
        mean_pool cosine_similarity describe_intents accuracy confusion_matrix macro_f1
        quiz-tuning-macro fit_probe balanced_sample SentenceClassifier fine_tune
        quiz-tuning-memory LoRALinear quiz-tuning-zero-b merge_lora add_lora
        quiz-tuning-lora-size retrieval_accuracy reflection-fine-tuning
    """,
)
