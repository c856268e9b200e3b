"""Texts as rows of token boxes."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from html import escape

from autograder.given.figures.picture import Picture, figure
from autograder.given.figures.svg import BACKS, FONT, HTML_INK
from autograder.given.tokenization import BYTE_TO_ID, Pair

MAX_BOXES = 200
"""Boxes drawn in one row; what is left out is said."""
MAX_SPOKEN = 40
"""Tokens of one row that the alternative text spells."""
VISIBLE = {" ": "␣", "\n": "↵", "\t": "⇥"}
"""Signs that stand for white space."""
CIRCLE = "\u25cc"
"""What a combining mark is put on when it stands alone."""
FRAME = f"margin:.5em 0;color:{HTML_INK};font-family:{FONT};line-height:1.4"
ROW = "display:flex;flex-wrap:wrap;gap:3px;margin:.2em 0 .7em"
BOX = (
    "display:inline-flex;flex-direction:column;align-items:center;padding:.1em .35em;"
    "border:1.5px {line} var(--jp-content-font-color2,GrayText);border-radius:3px;"
    "background:{back};font-size:1.05em;min-width:1em"
)
SMALL = "font-size:.68em;color:inherit"
HEX = "font-family:var(--jp-code-font-family,monospace);font-size:.85em"


def token_boxes(rows: Mapping[str, Sequence[int]], merges: Sequence[Pair]) -> Picture:
    """One row of boxes per entry of `rows`: what it is called → the ids of its tokens.

    Each box holds a token's text and, below it, its id. A space shows as ␣. A token that is no
    complete UTF-8 shows its bytes in hexadecimal, in a box with a dashed line.
    """
    known = dict(enumerate(spelled(merges)))
    if unknown := [i for ids in rows.values() for i in ids if i not in known]:
        raise ValueError(f"the id {unknown[0]} is no token: ids go from 0 to {len(known) - 1}")
    tokens = {label: [known[i] for i in ids] for label, ids in rows.items()}
    content = "".join(_row(label, tokens[label], ids) for label, ids in rows.items())
    return figure(content, FRAME, " ".join(_said(label, each) for label, each in tokens.items()))


def spelled(merges: Sequence[Pair]) -> list[bytes]:
    """The bytes of every token, by id."""
    known = [bytes([BYTE_TO_ID.index(i)]) for i in range(256)]
    for left, right in merges:
        known.append(known[left] + known[right])
    return known


def shown(token: bytes) -> tuple[str, bool]:
    """How a token is written, and whether it is complete text; else it is hexadecimal.

    >>> shown(b" the"), shown(bytes([0xE6, 0x97]))
    (('␣the', True), ('E6 97', False))
    """
    try:
        text = token.decode("utf-8")
    except UnicodeDecodeError:
        return token.hex(" ").upper(), False
    text = "".join(_visible(character) for character in text)
    return (CIRCLE + text if unicodedata.category(text[0])[0] == "M" else text), True


def _visible(character: str) -> str:
    hidden = unicodedata.category(character) in ("Cc", "Cf")
    return VISIBLE.get(character, f"U+{ord(character):04X}" if hidden else character)


def _row(label: str, tokens: Sequence[bytes], ids: Sequence[int]) -> str:
    boxes = [_box(tokens[i], ids[i], i) for i in range(min(len(ids), MAX_BOXES))]
    left = len(ids) - len(boxes)
    rest = f'<span style="{SMALL}">and {left} more</span>' if left else ""
    return (
        f'<div><bdi>{escape(label)}</bdi> <span style="{SMALL}">{_count(len(ids))}</span></div>'
        f'<div dir="{_direction(tokens)}" style="{ROW}">{"".join(boxes)}{rest}</div>'
    )


def _box(token: bytes, id_: int, place: int) -> str:
    text, complete = shown(token)
    style = BOX.format(line="solid" if complete else "dashed", back=BACKS[place % 2])
    inner = f"<bdi>{escape(text)}</bdi>" if complete else f'<span style="{HEX}">{text}</span>'
    return f'<span style="{style}">{inner}<span dir="ltr" style="{SMALL}">{id_}</span></span>'


def _direction(tokens: Sequence[bytes]) -> str:
    """Right to left when the first letter of the text is written that way."""
    text = b"".join(tokens).decode("utf-8", errors="replace")
    strong = (unicodedata.bidirectional(character) for character in text)
    first = next((kind for kind in strong if kind in ("L", "R", "AL")), "L")
    return "ltr" if first == "L" else "rtl"


def _said(label: str, tokens: Sequence[bytes]) -> str:
    words = [text if whole else f"bytes {text}" for text, whole in map(shown, tokens[:MAX_SPOKEN])]
    more = f" and {len(tokens) - MAX_SPOKEN} more" if len(tokens) > MAX_SPOKEN else ""
    return f"{label}: {_count(len(tokens))}: {' | '.join(words)}{more}."


def _count(number: int) -> str:
    return f"{number} token{'' if number == 1 else 's'}"
