"""Texts one under the other, each with a name: what a model wrote, and how."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from autograder.given.figures.picture import Picture
from autograder.given.figures.svg import FAINT, FONT, INK

FRAME = f"margin:.5em 0;max-width:52em;color:{INK};font-family:{FONT};line-height:1.45"
OPEN = "float:none;width:auto"
"""JupyterLab puts a name beside its text, in a narrow column; here it stands above."""
ENTRY = f"margin:.2em 0 .7em;padding-left:.8em;border-left:3px solid {FAINT};white-space:pre-wrap"


def passages(texts: Mapping[str, str], *, title: str) -> Picture:
    """Each text under its name, in the order given."""
    if wrong := [name for name, words in texts.items() if not isinstance(words, str)]:
        raise ValueError(f'"{wrong[0]}" is no text but a {type(texts[wrong[0]]).__name__}')
    body = "".join(
        f'<dt style="{OPEN}"><strong>{escape(name)}</strong></dt>'
        f'<dd dir="auto" style="{OPEN};{ENTRY}">{escape(words)}</dd>'
        for name, words in texts.items()
    )
    html = (
        f'<figure style="{FRAME}"><figcaption><strong>{escape(title)}</strong></figcaption>'
        f"<dl>{body}</dl></figure>"
    )
    said = "\n".join(f"{name}: {words}" for name, words in texts.items())
    return Picture(html, f"{title}.\n{said}")
