"""How `improve_prompt` usually goes wrong."""

from __future__ import annotations

from autograder.exercise import Mistake

Log = list[dict[str, str]]


def improve_texts() -> list[str]:
    asked = "Review: {text}\nSentiment:"
    return [asked, f"Only the price counts.\n{asked}", f"Please answer.\n{asked}", "{text}"]


def improve_two_rows() -> list[dict[str, str]]:
    asked = "Review: {text}\nSentiment:"
    told = f"Only the price counts.\n{asked}"
    return [
        {"hypothesis": "", "change": "as it was", "template": asked},
        {"hypothesis": "It does not know what counts.", "change": "a line", "template": told},
    ]


def improve_no_reason() -> list[dict[str, str]]:
    asked = "Review: {text}\nSentiment:"
    lines = [
        "",
        "Only the price counts.\n",
        "Labels: negative, positive\n",
        "Think of quality.\n",
    ]
    return [{"hypothesis": "", "change": "", "template": line + asked} for line in lines]


def improve_no_first() -> list[dict[str, str]]:
    asked = "Review: {text}\nSentiment:"
    lines = [
        "Only the price counts.\n",
        "Labels: negative, positive\n",
        "Think of the quality.\n",
        "Look at the quality.\n",
    ]
    return [{"hypothesis": "clearer", "change": line, "template": line + asked} for line in lines]


def improve_same_template() -> list[dict[str, str]]:
    asked = "Review: {text}\nSentiment:"
    lines = ["", "Only the price counts.\n", "Only the price counts.\n", "Think.\n"]
    return [{"hypothesis": "clearer", "change": "a line", "template": s + asked} for s in lines]


def improve_filled_in() -> list[dict[str, str]]:
    text = "The soup was cold, but I paid almost nothing."
    asked = f"Review: {text}\nSentiment:"
    lines = ["", "Only the price counts.\n", "Labels: negative, positive\n", "Think.\n"]
    return [{"hypothesis": "clearer", "change": "a line", "template": s + asked} for s in lines]


def improve_other_keys() -> list[dict[str, str]]:
    asked = "Review: {text}\nSentiment:"
    lines = ["", "Only the price counts.\n", "Labels: negative, positive\n", "Think.\n"]
    return [{"why": "clearer", "change": "a line", "prompt": line + asked} for line in lines]


def improve_looks() -> list[dict[str, str]]:
    asked = ["Review: {text}\nSentiment:", "Review: {text}\nSentiment: ",
             "Review: {text}\nOpinion:", "Text: {text}\nSentiment:"]  # fmt: skip
    return [{"hypothesis": "clearer", "change": "other cues", "template": t} for t in asked]


def improve_too_long() -> list[dict[str, str]]:
    asked = "Review: {text}\nSentiment:"
    example = "Review: The soup was not cold at all.\nSentiment: positive\n\n"
    lines = ["", "Only the price counts.\n", example, example * 40]
    return [{"hypothesis": "shown", "change": "a line", "template": s + asked} for s in lines]


def improve_too_many() -> list[dict[str, str]]:
    asked = "Review: {text}\nSentiment:"
    lines = ["", *(f"Only the price counts. Try {i}.\n" for i in range(15))]
    return [{"hypothesis": "luck", "change": "a line", "template": s + asked} for s in lines]


LOG, TEST = "log", "test set"

MISTAKES = (
    Mistake(
        "texts",
        improve_texts,
        "it returns the prompts alone. A row is a dict with the reason and the change as well.",
        (LOG,),
    ),
    Mistake(
        "two rows",
        improve_two_rows,
        "one change is no search. Try at least three, each for a reason.",
        (LOG,),
    ),
    Mistake(
        "no reason",
        improve_no_reason,
        "the rows do not say why. Write down what you expect before you measure.",
        (LOG,),
    ),
    Mistake(
        "no first",
        improve_no_first,
        "the prompt that is to be improved is missing. Put it first: gains are counted from it.",
        (LOG,),
    ),
    Mistake(
        "same template",
        improve_same_template,
        "two rows hold the same prompt. Change it, or leave the second out.",
        (LOG,),
    ),
    Mistake(
        "filled in",
        improve_filled_in,
        "a review is written into the templates. Leave {text} in its place.",
        (LOG,),
    ),
    Mistake(
        "other keys",
        improve_other_keys,
        "the rows have other keys. Call them hypothesis, change and template.",
        (LOG,),
    ),
    Mistake(
        "no gain",
        improve_looks,
        "no prompt gives the model what it lacks: whether quality or price decides. Say it in a "
        "line, or show it reviews with the labels of this judge.",
        (TEST,),
    ),
    Mistake(
        "too long",
        improve_too_long,
        "one of the prompts takes more tokens than a prompt may have. Use fewer examples.",
        (LOG,),
    ),
    Mistake(
        "too many",
        improve_too_many,
        "so many prompts are tried that one wins by luck. Keep the log short, each row for a "
        "reason.",
        (LOG,),
    ),
)
