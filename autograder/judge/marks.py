"""The few marks of Markdown that our sentences use: `code` and **emphasis**."""

from __future__ import annotations

import re
from html import escape

CODE = re.compile(r"`([^`\n]+)`")
EMPHASIS = re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*")


def as_html(sentence: str) -> str:
    """The sentence as HTML: escaped first, then its marks as elements.

    >>> as_html("`a < b` is **not** `**c**`")
    '<code>a &lt; b</code> is <strong>not</strong> <code>**c**</code>'
    """
    parts = CODE.split(escape(sentence, quote=False))  # code stands at the odd places
    return "".join(
        f"<code>{part}</code>" if i % 2 else EMPHASIS.sub(r"<strong>\1</strong>", part)
        for i, part in enumerate(parts)
    )


def as_text(sentence: str) -> str:
    """The sentence for a terminal: without emphasis; code keeps its marks, which limit it there.

    >>> as_text("`a b` is **not** `**c**`")
    '`a b` is not `**c**`'
    """
    parts = CODE.split(sentence)
    return "".join(
        f"`{part}`" if i % 2 else EMPHASIS.sub(r"\1", part) for i, part in enumerate(parts)
    )
