"""`parse_answer(text, labels)`: the label in a free answer, or None.

Oracle: Python's regular expressions, with the labels as alternatives and the longest first.
"""

from __future__ import annotations

import re

from autograder.exercise import Case, Draw, Exercise, Mistake, Stage

MOODS = ["negative", "positive"]
TOPICS = ["film", "food", "music", "sport"]
SHORT = ["no", "yes", "not sure"]


def by_regex(text: str, labels: list[str]) -> str | None:
    """The first label in the first line that is not blank."""
    line = (text.lstrip().splitlines() or [""])[0]
    ordered = sorted(labels, key=lambda label: -len(label))
    groups = "|".join(f"({re.escape(label)})" for label in ordered)
    found = re.compile(rf"(?:^|\b)(?:{groups})(?:\b|$)", re.IGNORECASE).search(line)
    return ordered[found.lastindex - 1] if found and found.lastindex else None


def _cases(labels: list[str], texts: list[str]) -> list[Case]:
    return [Case((text, labels), by_regex(text, labels)) for text in texts]


def _plain(draw: Draw) -> list[Case]:
    return _cases(
        draw.size(MOODS, TOPICS),
        draw.size(
            ["positive", " negative it is", "It is positive"],
            ["sport", " food it is", "This is music"],
        ),
    )


def _as_written(draw: Draw) -> list[Case]:
    texts = draw.size(
        ["Positive.", "NEGATIVE!", '"positive"', "negative, I think"],
        ["Film.", "It is (FOOD)", "*music*", "Sport, of course"],
    )
    labels = draw.size(MOODS, TOPICS)
    upper = draw.size(["Negative", "Positive"], ["Film", "Food", "Music", "Sport"])
    return _cases(labels, texts) + _cases(upper, texts[:2])


def _whole_words(draw: Draw) -> list[Case]:
    texts = draw.size(
        ["nothing to say, yes", "I know: yes", "not sure", "yes or no", "no or yes"],
        ["nobody knows, yes", "yesterday: no", "not sure, yes", "it is no, never yes"],
    )
    return _cases(SHORT, texts)


def _first_line(draw: Draw) -> list[Case]:
    texts = draw.size(
        ["positive\n\nReview: The soup was cold.\nSentiment: negative", "\nnegative\npositive"],
        ["music\nText: a match\nTopic: sport", "\n\n food\nfilm"],
    )
    return _cases(draw.size(MOODS, TOPICS), texts)


def _no_label(draw: Draw) -> list[Case]:
    texts = draw.size(
        ["neutral", "", "I cannot say.\nnegative", "positively"],
        ["the weather", "\n", "foods and films", "None\nsport"],
    )
    return _cases(draw.size(MOODS, TOPICS), texts)


def parse_equal(text: str, labels: list[str]) -> str | None:
    answer = text.strip()
    return answer if answer in labels else None


def parse_first_word(text: str, labels: list[str]) -> str | None:
    line = text.strip().split("\n")[0]
    word = re.split(r"\W+", line.strip().lower() + " ")[0]
    return next((label for label in labels if label.lower() == word), None)


def parse_case(text: str, labels: list[str]) -> str | None:
    line = text.strip().split("\n")[0]
    longest = sorted(labels, key=len, reverse=True)
    found = re.search(r"\b(" + "|".join(map(re.escape, longest)) + r")\b", line)
    return found.group(1) if found else None


def parse_inside(text: str, labels: list[str]) -> str | None:
    line = text.strip().split("\n")[0].lower()
    places = [(line.find(label.lower()), -len(label), label) for label in labels]
    return min((place for place in places if place[0] >= 0), default=(0, 0, None))[2]


def parse_label_order(text: str, labels: list[str]) -> str | None:
    line = text.strip().split("\n")[0]
    for label in sorted(labels, key=len, reverse=True):
        if re.search(rf"\b{re.escape(label)}\b", line, re.IGNORECASE):
            return label
    return None


def parse_everywhere(text: str, labels: list[str]) -> str | None:
    longest = sorted(labels, key=len, reverse=True)
    found = re.search(r"\b(" + "|".join(map(re.escape, longest)) + r")\b", text, re.IGNORECASE)
    names = {label.lower(): label for label in labels}
    return names[found.group(1).lower()] if found else None


def parse_line_zero(text: str, labels: list[str]) -> str | None:
    line = text.split("\n")[0]
    longest = sorted(labels, key=len, reverse=True)
    found = re.search(r"\b(" + "|".join(map(re.escape, longest)) + r")\b", line, re.IGNORECASE)
    names = {label.lower(): label for label in labels}
    return names[found.group(1).lower()] if found else None


def parse_as_found(text: str, labels: list[str]) -> str | None:
    line = text.strip().split("\n")[0]
    longest = sorted(labels, key=len, reverse=True)
    found = re.search(r"\b(" + "|".join(map(re.escape, longest)) + r")\b", line, re.IGNORECASE)
    return found.group(1) if found else None


def parse_lower(text: str, labels: list[str]) -> str | None:
    line = text.strip().split("\n")[0].lower()
    longest = sorted((label.lower() for label in labels), key=len, reverse=True)
    found = re.search(r"\b(" + "|".join(map(re.escape, longest)) + r")\b", line)
    return found.group(1) if found else None


def parse_default(text: str, labels: list[str]) -> str | None:
    line = text.strip().split("\n")[0]
    longest = sorted(labels, key=len, reverse=True)
    found = re.search(r"\b(" + "|".join(map(re.escape, longest)) + r")\b", line, re.IGNORECASE)
    names = {label.lower(): label for label in labels}
    return names[found.group(1).lower()] if found else labels[0]


def parse_last(text: str, labels: list[str]) -> str | None:
    line = text.strip().split("\n")[0]
    longest = sorted(labels, key=len, reverse=True)
    found = re.findall(r"\b(" + "|".join(map(re.escape, longest)) + r")\b", line, re.IGNORECASE)
    names = {label.lower(): label for label in labels}
    return names[found[-1].lower()] if found else None


def parse_empty_text(text: str, labels: list[str]) -> str | None:
    line = text.strip().split("\n")[0]
    longest = sorted(labels, key=len, reverse=True)
    found = re.search(r"\b(" + "|".join(map(re.escape, longest)) + r")\b", line, re.IGNORECASE)
    names = {label.lower(): label for label in labels}
    return names[found.group(1).lower()] if found else ""


PLAIN, WRITTEN, WHOLE, LINE, NONE = (
    "plain",
    "as written",
    "whole words",
    "first line",
    "no label",
)

MISTAKES = (
    Mistake(
        "equal",
        parse_equal,
        "it takes only an answer that is a label and nothing else. Look for a label inside the "
        "line.",
        (PLAIN,),
    ),
    Mistake(
        "first word",
        parse_first_word,
        "it looks at the first word alone. The label may stand later in the line.",
        (PLAIN,),
    ),
    Mistake(
        "case",
        parse_case,
        "capitals make a difference. Compare without regard to upper and lower case.",
        (WRITTEN,),
    ),
    Mistake(
        "inside",
        parse_inside,
        "it finds labels inside longer words: no in nothing. Take whole words only.",
        (WHOLE, NONE),
    ),
    Mistake(
        "label order",
        parse_label_order,
        "it goes through the labels and takes the first one that is there at all. Take the one "
        "that stands first in the line.",
        (WHOLE,),
    ),
    Mistake(
        "everywhere",
        parse_everywhere,
        "it searches beyond the first line, where the model may have invented another example.",
        (NONE,),
    ),
    Mistake(
        "line zero",
        parse_line_zero,
        "it gives up where the answer begins with an empty line. Go to the first line that is not "
        "empty.",
        (LINE,),
    ),
    Mistake(
        "as found",
        parse_as_found,
        "it returns the word as the model wrote it. Return the label as it is written in `labels`.",
        (WRITTEN,),
    ),
    Mistake(
        "lower",
        parse_lower,
        "it returns the label in lower case. Return it as it is written in `labels`.",
        (WRITTEN,),
    ),
    Mistake(
        "default",
        parse_default,
        "where there is no label it returns the first one, and a wrong answer may count as right. "
        "Return None.",
        (NONE,),
    ),
    Mistake(
        "last",
        parse_last,
        "it takes the last label of the line. Take the first.",
        (WHOLE,),
    ),
    Mistake(
        "empty text",
        parse_empty_text,
        "where there is no label it returns an empty string. Return None.",
        (NONE,),
    ),
)

PARSE_ANSWER = Exercise(
    name="parse_answer",
    title="The label in a free answer",
    difficulty=2,
    minutes=12,
    forbids=("autograder.given.prompting.parse_answer",),
    stages=(
        Stage("plain", 1, "the label stands in the line, alone or after other words.", _plain),
        Stage(
            "as written",
            1,
            "upper and lower case and signs around the label make no difference.",
            _as_written,
            needs=("plain",),
        ),
        Stage(
            "whole words",
            1,
            "labels count as whole words, and the one that stands first wins.",
            _whole_words,
            needs=("plain",),
        ),
        Stage(
            "first line",
            0.5,
            "only the first line that is not empty counts.",
            _first_line,
            needs=("plain",),
        ),
        Stage("no label", 0.5, "None where no label is found.", _no_label, needs=("plain",)),
    ),
    mistakes=MISTAKES,
)
