"""Accuracy by task and number of examples: as a table that fills, as curves, as named rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from autograder.given.figures.picture import Picture
from autograder.given.figures.svg import BLUE, FAINT, GREEN, INK, ORANGE, line, picture, text

Interval = tuple[float, float, float]
"""An accuracy and the ends of its interval, each 0 to 1."""
Cells = Mapping[tuple[str, int], Interval]

COLOURS = (BLUE, ORANGE, GREEN, "#cc79a7", "#56b4e9", "#e69f00", "#8a8a8a")
DASHES = ("", "7 3", "2 3", "9 3 2 3", "1 4", "12 4", "5 2 1 2")
WIDTH, HEIGHT, LEFT, TOP, KEYS = 430.0, 260.0, 46.0, 16.0, 150.0
APART = 5.0
"""Pixels between the points of neighbouring lines, so that intervals do not cover each other."""
ROW, NAMES, TRACK = 26.0, 260.0, 300.0
CAP = 4.0
FRAME = (
    f"margin:.5em 0;color:{INK};"
    "font-family:var(--jp-content-font-family,system-ui,sans-serif);line-height:1.35"
)
CELL = "border:1px solid var(--jp-border-color1,#8a8a8a);padding:.25em .6em;text-align:center"
SMALL = "font-size:.78em"


def shot_table(rows: Mapping[str, str], shots: Sequence[int], cells: Cells) -> Picture:
    """A row for each task (name → what it asks), a column for each number of examples."""
    head = "".join(f'<th scope="col" style="{CELL}">{k}</th>' for k in shots)
    body = "".join(_table_row(name, asks, shots, cells) for name, asks in rows.items())
    title = "Accuracy by task and number of examples"
    alt = f"{title}. " + " ".join(_said(name, shots, cells) for name in rows)
    html = (
        f'<figure aria-label="{escape(alt, quote=True)}" style="{FRAME}">'
        f"<figcaption><strong>{title}</strong></figcaption>"
        f'<table style="border-collapse:collapse;color:inherit;margin:.4em 0"><thead><tr>'
        f'<th scope="col" style="{CELL};text-align:left">examples in the prompt</th>{head}'
        f"</tr></thead><tbody>{body}</tbody></table></figure>"
    )
    return Picture(html, alt)


def _table_row(name: str, asks: str, shots: Sequence[int], cells: Cells) -> str:
    values = "".join(_table_cell(cells.get((name, k))) for k in shots)
    return (
        f'<tr><th scope="row" style="{CELL};text-align:left">{escape(name)}'
        f'<div style="{SMALL};font-weight:normal">{escape(asks)}</div></th>{values}</tr>'
    )


def _table_cell(found: Interval | None) -> str:
    if found is None:
        return f'<td style="{CELL}">·</td>'
    share, low, high = found
    back = f"background:rgba(0,114,178,{0.45 * share:.2f})"
    return (
        f'<td style="{CELL};{back}"><strong>{share:.0%}</strong>'
        f'<div style="{SMALL}">{low:.0%} to {high:.0%}</div></td>'
    )


def _said(name: str, shots: Sequence[int], cells: Cells) -> str:
    known = [f"{k}: {cells[name, k][0]:.0%}" for k in shots if (name, k) in cells]
    return f"{name} {', '.join(known) or 'not run yet'}."


def shot_curve(names: Sequence[str], shots: Sequence[int], cells: Cells) -> Picture:
    """One line for each task; numbers of examples stand at equal distances."""
    body = _grid(shots)
    for i, name in enumerate(names):
        known = [(j, cells[name, k]) for j, k in enumerate(shots) if (name, k) in cells]
        body += _curve(known, i, len(names), len(shots)) + _key(i, name)
    alt = " ".join(_said(name, shots, cells) for name in names)
    size = (LEFT + WIDTH + KEYS, TOP + HEIGHT + 40)
    return picture(*size, body, "Accuracy against the number of examples", alt)


def _x(place: int, places: int) -> float:
    return LEFT + WIDTH * (0.06 + 0.88 * place / max(1, places - 1))


def _y(share: float) -> float:
    return TOP + HEIGHT * (1 - share)


def _grid(shots: Sequence[int]) -> str:
    parts = []
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        parts.append(line(LEFT, _y(share), LEFT + WIDTH, _y(share), FAINT, 0.5))
        parts.append(text(LEFT - 6, _y(share), f"{share:.0%}", anchor="end", size=11))
    for j, k in enumerate(shots):
        parts.append(text(_x(j, len(shots)), TOP + HEIGHT + 14, str(k), anchor="middle", size=11))
    middle = LEFT + WIDTH / 2
    return "".join([*parts, text(middle, TOP + HEIGHT + 31, "examples in the prompt",
                                 anchor="middle")])  # fmt: skip


def _curve(known: Sequence[tuple[int, Interval]], i: int, lines: int, places: int) -> str:
    colour, dash = COLOURS[i % len(COLOURS)], DASHES[i % len(DASHES)]
    shift = APART * (i - (lines - 1) / 2)
    points = " ".join(f"{_x(j, places) + shift:.1f},{_y(found[0]):.1f}" for j, found in known)
    joined = (
        f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2" '
        f'stroke-dasharray="{dash}"/>'
    )
    return joined + "".join(_whisker(_x(j, places) + shift, found, colour) for j, found in known)


def _whisker(x: float, found: Interval, colour: str) -> str:
    at, low, high = (_y(share) for share in found)
    ends = "".join(line(x - CAP, end, x + CAP, end, colour, 1.5) for end in (low, high))
    dot = f'<circle cx="{x:.1f}" cy="{at:.1f}" r="4" fill="{colour}"/>'
    return line(x, low, x, high, colour, 1.5) + ends + dot


def _key(i: int, name: str) -> str:
    y, x = TOP + 10 + 20 * i, LEFT + WIDTH + 12
    colour, dash = COLOURS[i % len(COLOURS)], DASHES[i % len(DASHES)]
    sample = (
        f'<line x1="{x:g}" y1="{y:g}" x2="{x + 28:g}" y2="{y:g}" stroke="{colour}" '
        f'stroke-width="2" stroke-dasharray="{dash}"/>'
    )
    return sample + text(x + 34, y, name)


def score_rows(rows: Mapping[str, Interval], title: str) -> Picture:
    """One named row for each accuracy: a point with its interval."""
    body = _scale(len(rows))
    for i, (name, found) in enumerate(rows.items()):
        y = 34 + ROW * i
        body += text(NAMES - 10, y, name, anchor="end") + _bar(y, found)
        body += text(NAMES + TRACK + 14, y, f"{found[0]:.0%}")
    said = [f"{name} {v:.0%} ({low:.0%} to {high:.0%})" for name, (v, low, high) in rows.items()]
    size = (NAMES + TRACK + 60, 44 + ROW * len(rows))
    return picture(*size, body, title, "; ".join(said) + ".")


def _at(share: float) -> float:
    return NAMES + TRACK * share


def _scale(rows: int) -> str:
    parts = []
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        parts.append(line(_at(share), 20, _at(share), 30 + ROW * rows, FAINT, 0.5))
        parts.append(text(_at(share), 9, f"{share:.0%}", anchor="middle", size=11))
    return "".join(parts)


def _bar(y: float, found: Interval) -> str:
    value, low, high = (_at(share) for share in found)
    ends = "".join(line(x, y - CAP, x, y + CAP, BLUE, 2) for x in (low, high))
    dot = f'<circle cx="{value:.1f}" cy="{y:.1f}" r="4.5" fill="{BLUE}"/>'
    return line(low, y, high, y, BLUE, 2) + ends + dot
