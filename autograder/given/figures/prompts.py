"""A prompt as the model gets it: its tokens, and how likely each label is as the next words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from autograder.given.figures.picture import Picture

INK = "var(--jp-content-font-color1,CanvasText)"
FRAME = (
    f"margin:.5em 0;max-width:56em;color:{INK};"
    "font-family:var(--jp-content-font-family,system-ui,sans-serif);line-height:1.5"
)
BOX = (
    "display:inline-block;border:1px solid var(--jp-border-color1,#8a8a8a);border-radius:3px;"
    "padding:0 .3em;margin:.1em .1em .1em 0;background:{back}"
)
BACKS = ("var(--jp-layout-color1,Canvas)", "var(--jp-layout-color2,transparent)")
GRID = (
    "display:grid;grid-template-columns:max-content minmax(8em,24em) max-content;gap:.2em .7em;"
    "align-items:center;margin-top:.5em"
)
FILL = (
    "display:block;height:1em;width:{width:.1f}%;min-width:2px;background:#0072b2;"
    "border:1px solid var(--jp-content-font-color2,GrayText)"
)
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
    alt = _words(pieces, chances, title)
    return Picture(
        f'<figure role="img" aria-label="{escape(alt, quote=True)}" style="{FRAME}">'
        f"<figcaption><strong>{escape(title)}</strong> ({len(pieces)} tokens)</figcaption>"
        f'<div style="margin-top:.4em">{boxes}</div><div style="{GRID}">{bars}</div></figure>',
        alt,
    )


def _box(piece: str, place: int) -> str:
    shown = escape(piece.replace("\n", "⏎").strip(" ")) or "␣"
    box = f'<span style="{BOX.format(back=BACKS[place % 2])}"><bdi>{shown}</bdi></span>'
    return box + "<br/>" * piece.count("\n")


def _bar(label: str, chance: float) -> str:
    return (
        f"<bdi>{escape(label)}</bdi><span>"
        f'<span style="{FILL.format(width=100 * chance)}"></span></span>'
        f"<span>{chance:.1%}</span>"
    )


def _words(pieces: Sequence[str], chances: Mapping[str, float], title: str) -> str:
    said = " | ".join(piece.replace("\n", "line break").strip() for piece in pieces[-MAX_SPOKEN:])
    left = len(pieces) - MAX_SPOKEN
    before = f"{left} tokens, then " if left > 0 else ""
    likely = ", ".join(f"{label} {chance:.1%}" for label, chance in chances.items())
    return f"{title}. {len(pieces)} tokens: {before}{said}. Probabilities: {likely}."
