"""How `task_prompt` usually goes wrong."""

from __future__ import annotations

from typing import Any

from autograder.exercise import Mistake
from autograder.given import prompting as given
from autograder.given import tasks


def task_bare(task: str, text: str) -> str:
    return text


def task_one_prompt(task: str, text: str) -> str:
    return given.build_prompt("", tasks.examples("sentiment", "mine", 6), text)


def task_own_labels(task: str, text: str) -> str:
    if task == "sentiment":
        return f"Review: {text}\nSentiment:"
    if task in ("question", "summary"):
        return f"{text}\n{'Answer' if task == 'question' else 'Summary'}:"
    return given.build_prompt("", tasks.examples(task, "mine", 6), text)


def task_no_text(task: str, text: str) -> str:
    return given.build_prompt("", tasks.examples(task, "mine", 1), task)


def task_messages(task: str, text: str) -> list[dict[str, str]]:
    return [{"role": "system", "content": task}, {"role": "user", "content": text}]


def task_lower(task: str, text: str) -> str:
    return given.build_prompt("", tasks.examples("sentiment", "mine", 2), text.lower())


def task_answers_itself(task: str, text: str) -> str:
    hint = "bad" if "not" in text or "First" in text else "good"
    return f"Review: {text}\nI think it is {hint}.\nVerdict:"


def task_too_long(task: str, text: str) -> str:
    return given.build_prompt("", tasks.examples("sentiment", "mine", 40), text)


def task_query_first(task: str, text: str) -> str:
    shown = given.build_prompt("", tasks.examples("sentiment", "mine", 4), "")
    return f"Input: {text}\nOutput:\n\n" + shown.rsplit("\n\n", 1)[0]


def task_stories_alone(task: str, text: str) -> str:
    if task in ("question", "summary"):
        return f"{text}\n"
    return given.build_prompt("", tasks.examples(task, "mine", 6), text)


def task_some_tasks(task: str, text: str) -> Any:
    if task == "sentiment":
        return given.build_prompt("", tasks.examples(task, "mine", 6), text)


ALL = ("sentiment", "topic", "question", "summary", "japanese")

MISTAKES = (
    Mistake(
        "bare",
        task_bare,
        "it returns the text as it is. Put words around it that name the task or show it.",
        ALL,
    ),
    Mistake(
        "one prompt",
        task_one_prompt,
        "the same prompt is used for every task. Use `task`: each needs its own cue words or "
        "examples.",
        ("topic", "japanese"),
    ),
    Mistake(
        "own labels",
        task_own_labels,
        "nothing in the prompt says that the labels are bad and good, so the model takes those it "
        "knows. Show them in examples.",
        ALL[:1],
    ),
    Mistake(
        "no text",
        task_no_text,
        "the text that is given does not stand in the prompt.",
        ALL,
    ),
    Mistake(
        "messages",
        task_messages,
        "it returns messages, as for a chat. A base model continues a text: return a string.",
        ALL,
    ),
    Mistake(
        "lower",
        task_lower,
        "it changes the text before it puts it in. Leave it as it is.",
        ALL,
    ),
    Mistake(
        "answers itself",
        task_answers_itself,
        "it looks for words in the text and puts its own answer into the prompt. Let the model "
        "answer: the words around the text must not depend on it.",
        ALL,
    ),
    Mistake(
        "too long",
        task_too_long,
        "the examples take more tokens than a prompt may have. A few are enough.",
        ALL,
    ),
    Mistake(
        "query first",
        task_query_first,
        "the text stands before the examples, and the prompt ends with one of their answers. The "
        "text comes last, with the cue for its answer.",
        ALL,
    ),
    Mistake(
        "stories alone",
        task_stories_alone,
        "for the tasks with stories no cue follows the text. End with the word that names what "
        "comes next.",
        ("question", "summary"),
    ),
    Mistake(
        "some tasks",
        task_some_tasks,
        "only one task gets a prompt; for the others it returns nothing.",
        ALL[1:],
    ),
)
