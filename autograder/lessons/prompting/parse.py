"""`parse_answer(text, labels)`: the label in a free answer, or None.

Oracle: Python's regular expressions, with the labels as alternatives and the longest first.
"""

from __future__ import annotations

import re

from autograder.exercise import Case, Draw
from autograder.lessons.sheet import Cases, exercise

MOODS = ["negative", "positive"]
TOPICS = ["film", "food", "music", "sport"]


def by_regex(text: str, labels: list[str]) -> str | None:
    """The first label in the first line that is not blank."""
    line = (text.lstrip().splitlines() or [""])[0]
    ordered = sorted(labels, key=lambda label: -len(label))
    groups = "|".join(f"({re.escape(label)})" for label in ordered)
    found = re.compile(rf"(?:^|\b)(?:{groups})(?:\b|$)", re.IGNORECASE).search(line)
    return ordered[found.lastindex - 1] if found and found.lastindex else None


def _cases(labels: list[str], texts: list[str]) -> list[Case]:
    return [Case((text, labels), by_regex(text, labels)) for text in texts]


def _stage(moods: list[str], topics: list[str]) -> Cases:
    """Answers on moods for the visible test, on topics for the hidden one."""
    return lambda draw: _cases(*draw.size((MOODS, moods), (TOPICS, topics)))


def _as_written(draw: Draw) -> list[Case]:
    texts = draw.size(
        ["Positive.", "NEGATIVE!", '"positive"', "negative, I think"],
        ["Film.", "It is (FOOD)", "*music*", "Sport, of course"],
    )
    labels = draw.size(MOODS, TOPICS)
    return _cases(labels, texts) + _cases([label.capitalize() for label in labels], texts[:2])


def _whole_words(draw: Draw) -> list[Case]:
    texts = draw.size(
        ["nothing to say, yes", "I know: yes", "piano: yes", "not sure", "yes or no", "no or yes"],
        [
            "nobody knows, yes",
            "yesterday: no",
            "casino: yes",
            "not sure, yes",
            "it is no, never yes",
        ],
    )
    return _cases(["no", "yes", "not sure"], texts)


def _no_label(draw: Draw) -> list[Case]:
    texts = draw.size(
        ["neutral", "", "I cannot say.\nnegative", "positively"],
        ["the weather", "\n", "foods and films", "None\nsport"],
    )
    return _cases(draw.size(MOODS, TOPICS), texts) + _cases(["x", "y"], [""])


PLAIN = _stage(
    ["positive", " negative it is", "It is positive"],
    ["sport", " food it is", "This is music"],
)
FIRST_LINE = _stage(
    ["positive\n\nReview: The soup was cold.\nSentiment: negative", "\nnegative\npositive"],
    ["music\nText: a match\nTopic: sport", "\n\n food\nfilm"],
)

PARSE_ANSWER = exercise(
    __file__, "parse_answer", PLAIN, _as_written, _whole_words, FIRST_LINE, _no_label
)
