"""One sentence more on an exception whose own text says little: what such a text always means.

A hint goes by the text that Python or the library wrote and by the line of code, so it is true
whenever it is shown; where that is not sure it says "if". What the learner's own `raise` says gets
none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from autograder.wire import Failure


@dataclass(frozen=True)
class Hint:
    """A sentence for exceptions of these types whose message and line of code match."""

    types: tuple[str, ...]
    message: str
    sentence: str
    code: str = ""


HINTS = (
    Hint(
        ("RuntimeError", "TypeError", "ValueError", "IndexError"),
        r"(?is)(?=.*double)(?=.*(same dtype|scalar type))",
        "A float64 (Double) meets a float32 (Float): torch multiplies equal types only. Find the "
        "part that returns float64, and end it with `.to(x.dtype)`.",
    ),
    Hint(
        ("TypeError", "AttributeError"),
        r"torch\.return_types\.(max|min)\b",
        "With a dimension, `max` and `min` give a pair: the values and where they stand. Take its "
        "first part, `.values`, or use `amax` or `amin`.",
    ),
    Hint(
        ("TypeError", "AttributeError"),
        r"torch\.return_types\.(sort|topk|median|nanmedian|mode|kthvalue|cummax|cummin)\b",
        "`sort`, `topk` and their like give a pair: the values and where they stood. Take one "
        "part, `.values` or `.indices`.",
    ),
    Hint(
        ("RuntimeError", "ValueError"),
        r"(Boolean value of Tensor with more than one value"
        r"|truth value of an array with more than one element) is ambiguous",
        "Python asks here whether a tensor is true (`if`, `while`, `and`, `or`, `not`, `in`, `max` "
        "do), but it holds several values. `.any()` or `.all()` makes one of them; whether there "
        "is a tensor at all is asked by `is not None`.",
    ),
    Hint(
        ("TypeError", "ValueError"),
        r"(cannot unpack non-iterable|(too many|not enough) values to unpack)",
        "A loop over a dict gives its keys alone. If this is a dict, write `.items()` behind it.",
        code=r"\bfor\s+\(?\s*\w+\s*,[^()]*?\)?\s+in\s+[\w.\[\]'\"]+\s*(:|\]|\)|\}|\bif\b|$)",
    ),
    Hint(
        ("error", "PatternError"),
        r"bad escape \\[pP]\b",
        "Python's `re` does not know `\\p{...}`. The module `regex` does: it is called in the "
        "same way.",
    ),
)


def hint(failure: Failure) -> str:
    r"""What the text of an exception means; empty where nothing sure is known.

    >>> hint(Failure("exception", "error", "bad escape \\p at position 0"))
    "Python's `re` does not know `\\p{...}`. The module `regex` does: it is called in the same way."
    """
    if failure.code.startswith("raise "):
        return ""
    return next((each.sentence for each in HINTS if _fits(each, failure)), "")


def _fits(known: Hint, failure: Failure) -> bool:
    return (
        failure.type_name in known.types
        and re.search(known.message, failure.message) is not None
        and re.search(known.code, failure.code) is not None
    )
