"""Text from strangers, made harmless to look at: nothing in it acts, and nothing in it hides."""

from __future__ import annotations

import re

HIDDEN = re.compile(
    "["
    "\x00-\x08\x0b-\x1f\x7f-\x9f"  # control characters but tab and newline: terminals obey them
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # reorder what a reader sees
    "\u200b\u2028\u2029\u2060-\u2065\ufeff\U000e0000-\U000e007f"  # take no room
    "\ud800-\udfff"  # halves of a character that no file can hold
    "]"
)
"""Characters that a reader cannot see, or that change how others are seen."""
PICTURES = 0x2400
"""Code point of the first of Unicode's pictures of control characters."""
DELETE = 0x7F
LOOK = 4
"""How many times its limit is read of a text that is cut to one line."""


def visible(text: str) -> str:
    """`text` with control, bidirectional and invisible characters shown by name.

    >>> visible("a\\x1b[31m")
    'a␛[31m'
    >>> visible("\\u202eb")
    '[U+202E]b'
    """
    return HIDDEN.sub(lambda found: _name(found[0]), text.replace("\r\n", "\n"))


def one_line(text: str, limit: int) -> str:
    """`text` on one visible line of at most `limit` characters."""
    line = " ".join(visible(text[: LOOK * limit]).split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def _name(character: str) -> str:
    code = ord(character)
    if code < 0x20:
        return chr(PICTURES + code)
    return "␡" if code == DELETE else f"[U+{code:04X}]"
