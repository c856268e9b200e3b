"""How `scratchpad_prompt` usually goes wrong."""

from __future__ import annotations

import re

from autograder.exercise import Mistake


def scratchpad_direct(question: str) -> str:
    return f"Question: {question}\nAnswer:"


def scratchpad_bare(question: str) -> str:
    return question


def scratchpad_cue_first(question: str) -> str:
    return f"Let's think step by step.\nQuestion: {question}\nAnswer:"


def scratchpad_answer_cue(question: str) -> str:
    return f"Question: {question}\nLet's think step by step.\nAnswer:"


def scratchpad_direct_examples(question: str) -> str:
    shown = "Question: What is 21 + 34?\nAnswer: 55\n\nQuestion: What is 40 + 17?\nAnswer: 57\n\n"
    return f"{shown}Question: {question}\nAnswer:"


def scratchpad_no_question(question: str) -> str:
    return "Question: What is 47 + 38?\nLet's think step by step."


def scratchpad_messages(question: str) -> list[dict[str, str]]:
    return [{"role": "user", "content": f"{question}\nLet's think step by step."}]


def scratchpad_solved(question: str) -> str:
    total = sum(int(number) for number in re.findall(r"[0-9]+", question))
    return f"Question: {question}\nLet's think step by step. The answer is {total}"


def scratchpad_lower(question: str) -> str:
    return f"Question: {question.lower()}\nLet's think step by step."


def scratchpad_many(question: str) -> str:
    shown = (
        "Question: What is 47 + 38?\nLet's think step by step. 7 + 8 = 15, write 5, carry 1. "
        "4 + 3 + 1 = 8. The answer is 85.\n\n"
    )
    return shown * 8 + f"Question: {question}\nLet's think step by step."


SUMS, PROBLEMS = "sums", "word problems"

MISTAKES = (
    Mistake(
        "direct",
        scratchpad_direct,
        "the prompt asks for the answer at once. End it with words that ask for steps.",
        (SUMS, PROBLEMS),
    ),
    Mistake(
        "bare",
        scratchpad_bare,
        "the question stands alone. Add the words that ask for steps, on a new line.",
        (SUMS, PROBLEMS),
    ),
    Mistake(
        "cue first",
        scratchpad_cue_first,
        "the words that ask for steps stand before the question, and the last cue asks for the "
        "answer. Put them last: the model goes on from there.",
        (SUMS, PROBLEMS),
    ),
    Mistake(
        "answer cue",
        scratchpad_answer_cue,
        "after the words that ask for steps there is a cue for the answer. Nothing may stand "
        "between them and the steps.",
        (SUMS, PROBLEMS),
    ),
    Mistake(
        "direct examples",
        scratchpad_direct_examples,
        "the examples give their answers at once, and the model does as they do. Show the steps "
        "in them, or leave them out.",
        (SUMS, PROBLEMS),
    ),
    Mistake(
        "no question",
        scratchpad_no_question,
        "the question that is given does not stand in the prompt.",
        (SUMS, PROBLEMS),
    ),
    Mistake(
        "messages",
        scratchpad_messages,
        "it returns a list of messages, as for a chat. A base model continues a text: return a "
        "string.",
        (SUMS, PROBLEMS),
    ),
    Mistake(
        "solved",
        scratchpad_solved,
        "it computes an answer itself. The prompt may hold only what is the same for every "
        "question.",
        (SUMS, PROBLEMS),
    ),
    Mistake(
        "lower",
        scratchpad_lower,
        "it changes the question. Put it into the prompt as it is.",
        (SUMS, PROBLEMS),
    ),
    Mistake(
        "too many",
        scratchpad_many,
        "the examples take more tokens than a prompt may have. A few are enough, or none.",
        (SUMS, PROBLEMS),
    ),
)
