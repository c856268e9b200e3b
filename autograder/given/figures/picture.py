"""A picture in a notebook that also has words."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape


@dataclass(frozen=True)
class Picture:
    """HTML or SVG for a notebook, and `alt`: the same in words, for a terminal or a reader.

    Text in it is drawn by the browser, which finds a font for every script; colours come from
    JupyterLab's variables with a fallback, so that light and dark mode both read well.
    """

    html: str
    alt: str

    def _repr_html_(self) -> str:
        return self.html

    def __repr__(self) -> str:
        return self.alt


def figure(content: str, style: str, alt: str) -> Picture:
    """A figure of HTML that says `alt` to whoever does not see it."""
    html = f'<figure role="img" aria-label="{escape(alt)}" style="{style}">{content}</figure>'
    return Picture(html, alt)
