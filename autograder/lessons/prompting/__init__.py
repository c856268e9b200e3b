"""Lesson 07: programming a model with words."""

from __future__ import annotations

from autograder.lessons.gather import gathered

LESSON = gathered(
    __file__,
    id="07-prompting",
    title="Prompting: programming a model with words",
    order="""
        build_prompt quiz-prompting-interval parse_answer score_labels quiz-prompting-length
        task_prompt final_number scratchpad_prompt majority_vote quiz-prompting-vote mislabel
        calibrate quiz-prompting-calibrate keep_best quiz-prompting-luck improve_prompt
        guarded_prompt reflection-prompting
    """,
)
