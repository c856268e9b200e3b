"""Other correct ways to write prompts of lesson 07, each standing alone."""

from __future__ import annotations

from collections.abc import Callable

from autograder.given import prompting as given
from autograder.given import tasks


def task_by_cues(task: str, text: str) -> str:
    return {
        "sentiment": f"Labels: bad, good\nReview: {text}\nSentiment:",
        "topic": f"Text: {text}\nTopic:",
        "question": f"{text}\nAnswer:",
        "summary": f"{text}\nSummary:",
        "japanese": f"English: {text}\nJapanese:",
    }[task]


def task_by_few_examples(task: str, text: str) -> str:
    cues = {"question": "Answer", "summary": "Summary"}
    if task in cues:
        return text + "\n" + cues[task] + ":"
    shown = tasks.examples(task, "another seed", 8)
    return given.build_prompt("", shown, text, ("Text", "Answer"))


def task_by_hand(task: str, text: str) -> str:
    shown = {
        "sentiment": [("The soup was cold.", "bad"), ("The band was lively.", "good"),
                      ("I hated the room.", "bad"), ("I loved the story.", "good")],
        "topic": [("The soup was cold.", "food"), ("The band was lively.", "music"),
                  ("I hated the room.", "hotel"), ("I loved the plot.", "film"),
                  ("The team was lazy.", "sport"), ("The screen was ugly.", "shopping")],
        "japanese": [("Paul likes tea.", "ポールはお茶が好きです。")],
    }  # fmt: skip
    if task in shown:
        return given.build_prompt("", shown[task], text)
    return f"{text}\n{'Answer' if task == 'question' else 'Summary'}:"


def scratchpad_as_problem(question: str) -> str:
    return f"Problem: {question}\nLet's think step by step."


def scratchpad_as_solution(question: str) -> str:
    return f"Question: {question}\nSolution: Let's think step by step."


def scratchpad_short(question: str) -> str:
    return "Q: " + question + "\n" + "Let's think step by step."


def improve_by_cues() -> list[dict[str, str]]:
    log = [
        {"hypothesis": "", "change": "as it was", "template": "Review: {text}\nSentiment:"},
        {"hypothesis": "a habit", "change": "colder", "template": "Text: {text}\nSentiment:"},
        {"hypothesis": "a habit", "change": "a wish", "template": "Be fair: {text}\nSentiment:"},
    ]
    shown = tasks.examples("judged", "variant", 6)
    template = given.build_prompt("", shown, "{text}", ("Review", "Sentiment"))
    return [*log, {"hypothesis": "it must see it", "change": "examples", "template": template}]


def improve_by_pairs() -> list[dict[str, str]]:
    asked = "Review: {text}\nSentiment:"
    shown = [
        ("The price was low and the pie was salty.", "positive"),
        ("The room was clean. The price was high.", "negative"),
        ("It cost too much and the band was lively.", "negative"),
        ("The button was clumsy. It was a bargain.", "positive"),
    ]
    blocks = "".join(f"Review: {text}\nSentiment: {label}\n\n" for text, label in shown)
    rows = [
        ("", "as it was", asked),
        ("labels unknown", "labels", f"Labels: negative, positive\n{asked}"),
        ("rule unknown", "a line", f"Only the price counts.\n{asked}"),
        ("rule unknown", "four mixed reviews", blocks + asked),
    ]
    return [{"hypothesis": h, "change": c, "template": t} for h, c, t in rows]


def improve_by_examples() -> list[dict[str, str]]:
    asked = "Review: {text}\nSentiment:"
    rows = [{"hypothesis": "", "change": "as it was", "template": asked, "note": "baseline"}]
    for count in (2, 4, 8):
        shown = tasks.examples("judged", "variant", count)
        template = "Only the price counts.\n" + given.build_prompt(
            "", shown, "{text}", ("Review", "Sentiment")
        )
        rows.append({"hypothesis": "shown", "change": f"{count} shots", "template": template})
    return rows


def guarded_by_others(review: str) -> str:
    shown = tasks.examples("attacked", "another", 8)
    return "\n\n".join(
        [*(f"Review: {text} Sentiment: {label}" for text, label in shown),
         f"Review: {review} Sentiment:"]
    )  # fmt: skip


def guarded_by_four(review: str) -> str:
    prompt = ""
    for text, label in tasks.examples("attacked", "another", 4):
        prompt += f"Review: {text} Sentiment: {label}\n\n"
    return prompt + f"Review: {review} Sentiment:"


def guarded_by_text(review: str) -> str:
    shown = tasks.examples("attacked", "another", 6)
    rows = [f"Text: {text} Sentiment: {label}" for text, label in shown]
    return "\n\n".join([*rows, f"Text: {review} Sentiment:"])


VARIANTS: dict[str, tuple[Callable[..., object], ...]] = {
    "task_prompt": (task_by_cues, task_by_few_examples, task_by_hand),
    "scratchpad_prompt": (scratchpad_as_problem, scratchpad_as_solution, scratchpad_short),
    "improve_prompt": (improve_by_cues, improve_by_pairs, improve_by_examples),
    "guarded_prompt": (guarded_by_others, guarded_by_four, guarded_by_text),
}
