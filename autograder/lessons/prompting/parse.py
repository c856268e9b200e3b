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
        [
            "Positive.", "NEGATIVE!", '"positive"', "negative, I think", "It is:pOSITIVE,yes",
            "“Negative”", "It’s {positive}", "ok👩\u200d🍳「Negative」。", "--Positive--",
            "\ufeffNegative",
        ],
        [
            "Film.", "It is (FOOD)", "*music*", "Sport, of course", "Topic:fOOD;ok", "‘Music’",
            "[Film]{}", "「sport」。", "…Food…", "\ufeffMusic", "film/cinema",
        ],
    )  # fmt: skip
    labels = draw.size(MOODS, TOPICS)
    first, *others = labels
    mixed = [first.upper(), *(label.capitalize() for label in others)]
    capitals = [label.capitalize() for label in labels]
    return [*_cases(labels, texts), *_cases(capitals, texts[:2]), *_cases(mixed, texts)]


def _whole_words(draw: Draw) -> list[Case]:
    texts = draw.size(
        [
            "nothing to say, yes", "I know: yes", "piano: yes", "not sure", "yes or no",
            "no or yes", "nothing, no, yes", "canoes, yes; no", "no/yes", "yes,no",
            "yes, no, yes, not sure", "yes, no, no",
        ],
        [
            "nobody knows, yes", "yesterday: no", "casino: yes", "not sure, yes",
            "it is no, never yes", "nobody, never, no", "eyes: no or yes", "yes/no", "no;not sure",
            "no, no, yes, yes, yes",
        ],
    )  # fmt: skip
    surely = draw.size(
        ["not sure", "sure", "unsure, surely: sure", "sure, not sure"],
        ["It is not sure", "sure!", "ensured, sure", "sure or not sure"],
    )
    digits = draw.size(["12 or 2", "21, 1"], ["22 of 1", "112, then 2 or 1"])
    return [
        *_cases(["no", "yes", "not sure"], texts),
        *_cases(["sure", "not sure"], surely),
        *_cases(["not sure", "sure"], surely),
        *_cases(["1", "2"], digits),
    ]


SIGNS = (
    (["3.5", "4.5"], "345", "3x5 or 4_5"),
    (["1+1", "2*2"], "11", "It is 222 or 22"),
    (["a|b", "c?d"], "a, b, d", "cd or b"),
    (["f(x)y", "x[1]y"], "fxy", "x1y or fxy"),
    (["a{2}b", "a**b"], "aab", "ab or aab"),
    (["c++", "(a)"], "ccc", "a or cc"),
)
"""Labels with signs that mean something in a pattern, and for each test a text without them."""


def _no_label(draw: Draw) -> list[Case]:
    texts = draw.size(
        ["neutral", "", "I cannot say.\nnegative", "positively", " \n\t\n", "ok\r\n\r\npositive"],
        ["the weather", "\n", "foods and films", "None\nsport", "…\nfood", "\r\n\r\n"],
    )
    parted = draw.size(["not so sure", "sure, not"], ["sure\nnot", "not at all sure"])
    return [
        *_cases(draw.size(MOODS, TOPICS), texts),
        *_cases(["x", "y"], ["", "xy yx"]),
        *_cases(["not sure"], parted),
        *_cases(draw.size(["10", "2"], ["1", "30"]), draw.size(["102 or 20"], ["13 or 301"])),
        *(case for labels, *texts in SIGNS for case in _cases(labels, [draw.size(*texts)])),
    ]


LONG = "word after word and still no end to it, so that the answer comes late: " * 4
"""More than 64 tokens that hold no label."""
PLAIN = _stage(
    [
        "positive", " negative it is", "It is positive", "\t negative", "\u00a0positive\u00a0",
        f"{LONG}negative", "Sentiment: positive  ",
    ],
    [
        "sport", " food it is", "This is music", "  \tfilm", "\u00a0sport\u00a0here",
        f"{LONG}food", "It is film \t",
    ],
)  # fmt: skip
FIRST_LINE = _stage(
    [
        "positive\n\nReview: The soup was cold.\nSentiment: negative", "\nnegative\npositive",
        "\n\n\n positive\nnegative", "\r\n\r\nnegative\r\npositive\r\n",
        "It is positive\nnegative\n\nnegative", "positive\nnegative\nnegative\n",
    ],
    [
        "music\nText: a match\nTopic: sport", "\n\n food\nfilm", "\n\n\n\nmusic\nfood\n",
        "\r\nfilm\r\nsport", "This is sport\nfilm\nmusic\n", "sport\nfood\nfilm, food",
    ],
)  # fmt: skip

PARSE_ANSWER = exercise(
    __file__, "parse_answer", PLAIN, _as_written, _whole_words, FIRST_LINE, _no_label
)
