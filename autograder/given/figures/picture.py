"""A picture in a notebook that also has words."""

from __future__ import annotations

from dataclasses import dataclass


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
