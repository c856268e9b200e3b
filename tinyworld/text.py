"""Small helpers for words and sentences."""

import re


def listed(text: str) -> list[str]:
    """`"red blue" → ["red", "blue"]`."""
    return text.split()


def capital(text: str) -> str:
    """`it works → It works`; the rest of the text is left as it is."""
    return text[0].upper() + text[1:]


def mentions(text: str, words: str) -> bool:
    """Whether whole words of a text are these: `a pen` is not in `a pencil`."""
    return re.search(rf"\b{re.escape(words)}\b", text) is not None
