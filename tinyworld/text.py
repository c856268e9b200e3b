"""Small helpers for words and sentences."""


def listed(text: str) -> list[str]:
    """`"red blue" → ["red", "blue"]`."""
    return text.split()


def capital(text: str) -> str:
    """`it works → It works`; the rest of the text is left as it is."""
    return text[0].upper() + text[1:]
