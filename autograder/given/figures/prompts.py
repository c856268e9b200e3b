"""A prompt as the model gets it: its tokens, and how likely each label is as the next words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from autograder.given.figures.picture import Picture, figure
from autograder.given.figures.svg import BACKS, BLUE, FAINT, FONT, HTML_INK

FRAME = f"margin:.5em 0;max-width:56em;color:{HTML_INK};font-family:{FONT};line-height:1.5"
BOX = (
    f"display:inline-block;border:1px solid {FAINT};border-radius:3px;"
    "padding:0 .3em;margin:.1em .1em .1em 0"
)
GRID = (
    "display:grid;grid-template-columns:max-content minmax(8em,24em) max-content;gap:.2em .7em;"
    "align-items:center;margin-top:.5em"
)
FILL = f"min-width:2px;background:{BLUE};border:1px solid var(--jp-content-font-color2,GrayText)"
MAX_SPOKEN = 60
"""Tokens that the description spells."""


def prompt_picture(
    pieces: Sequence[str], chances: Mapping[str, float], title: str = "The prompt and its labels"
) -> Picture:
    """The tokens of a prompt, each in a box, and a bar for the probability of each label.

    `chances` maps each label to its probability, 0 to 1. Every line break of the prompt is shown,
    and begins a new line.
    """
    if wrong := [name for name, chance in chances.items() if not 0 <= chance <= 1.0001]:
        raise ValueError(f"the probability of {wrong[0]} is {chances[wrong[0]]}")
    boxes = "".join(_box(piece, i) for i, piece in enumerate(pieces))
    bars = "".join(_bar(label, chance) for label, chance in chances.items())
    content = (
        f"<figcaption><strong>{escape(title)}</strong> ({len(pieces)} tokens)</figcaption>"
        f'<div style="margin-top:.4em">{boxes}</div><div style="{GRID}">{bars}</div>'
    )
    return figure(content, FRAME, f"{title}. {_words(pieces, chances)}")


def _box(piece: str, place: int) -> str:
    shown = escape(piece.replace("\n", "⏎").strip(" ")) or "␣"
    box = f'<span style="{BOX};background:{BACKS[place % 2]}"><bdi>{shown}</bdi></span>'
    return box + "<br/>" * piece.count("\n")


def _bar(label: str, chance: float) -> str:
    style = f"display:block;height:1em;width:{100 * chance:.1f}%;{FILL}"
    bar = f'<span><span style="{style}"></span></span>'
    return f"<bdi>{escape(label)}</bdi>{bar}<span>{chance:.1%}</span>"


def _words(pieces: Sequence[str], chances: Mapping[str, float]) -> str:
    said = " | ".join(piece.replace("\n", "line break").strip() for piece in pieces[-MAX_SPOKEN:])
    left = len(pieces) - MAX_SPOKEN
    before = f"{left} tokens, then " if left > 0 else ""
    likely = ", ".join(f"{label} {chance:.1%}" for label, chance in chances.items())
    return f"{len(pieces)} tokens: {before}{said}. Probabilities: {likely}."
