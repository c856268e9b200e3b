"""Pictures of lesson 02: every script as text, boundaries without colour, words for all of it."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from autograder.given.figures.bars import bar_chart
from autograder.given.figures.picture import Picture
from autograder.given.figures.tokens import MAX_BOXES, shown, token_boxes
from autograder.given.tokenization import BYTE_TO_CHAR, PARALLEL
from autograder.lessons.tokenization import oracle

MERGES = oracle.story_merges(60)
LEARNED = oracle.trained("\n".join(text for texts in PARALLEL.values() for text in texts), 700)


class Elements(HTMLParser):
    """Every element with its attributes, and all text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.open: list[str] = []
        self.feed(html)
        assert not self.open, "every element is closed"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


PICTURES = {
    "boxes": token_boxes({"greeting": oracle.ids("the lamp é", MERGES)}, MERGES),
    "bars": bar_chart({"English": 1.0, "ไทย": 4.68}, "Premium", "times English"),
}


def boxes(picture: Picture) -> list[str]:
    """The style of every token box."""
    styles = (attributes.get("style") or "" for _, attributes in Elements(picture.html).found)
    return [style for style in styles if "border-radius:3px" in style]


@pytest.mark.parametrize("picture", PICTURES.values(), ids=PICTURES)
def test_a_picture_says_in_words_what_it_shows(picture: Picture) -> None:
    tag, attributes = Elements(picture.html).found[0]
    assert (tag, attributes["role"]) == ("figure", "img")
    assert attributes["aria-label"] == picture.alt == repr(picture)


@pytest.mark.parametrize("picture", PICTURES.values(), ids=PICTURES)
def test_colours_come_from_the_theme_with_a_fallback(picture: Picture) -> None:
    plain = re.sub(r"var\(--jp-[a-z0-9-]+,[^()]+\)", "", picture.html)
    assert "var(" not in plain
    assert not re.search(r"(?<![a-z-])(color|background):(?!;|\"|inherit)[^;\"]+", plain)


def test_boxes_say_their_tokens_and_count() -> None:
    assert PICTURES["boxes"].alt == (
        "greeting: 9 tokens: t | he | ␣l | a | m | p | ␣ | bytes C3 | bytes A9."
    )


def test_half_a_character_is_hexadecimal_with_a_dashed_line() -> None:
    styles = boxes(PICTURES["boxes"])
    assert ["dashed" in style for style in styles][-3:] == [False, True, True]
    assert all("border:1.5px" in style for style in styles)


@pytest.mark.parametrize(
    ("token", "written"),
    [
        (b" the", "␣the"),
        (b"\n\t", "↵⇥"),
        ("日本".encode(), "日本"),
        ("\u0301".encode(), "\u25cc\u0301"),
        ("\u093f".encode(), "\u25cc\u093f"),
        ("\u200d".encode(), "U+200D"),
        (b"\x00", "U+0000"),
        ("🙂".encode()[:3], "F0 9F 99"),
    ],
)
def test_every_token_can_be_seen(token: bytes, written: str) -> None:
    assert shown(token)[0] == written


@pytest.mark.parametrize("language", PARALLEL)
def test_no_text_of_any_script_is_missing(language: str) -> None:
    text = PARALLEL[language][1]
    picture = token_boxes({language: oracle.ids(text, LEARNED)}, LEARNED)
    drawn = "".join(Elements(picture.html).texts)
    assert "\ufffd" not in drawn
    assert all(shown(piece)[0] in drawn for piece in pieces(text))


def pieces(text: str) -> list[bytes]:
    """The tokens of a text as the library's characters, turned back into bytes."""
    byte_of = {character: byte for byte, character in BYTE_TO_CHAR.items()}
    found = oracle.tokenizer(LEARNED).encode(text).tokens
    return [bytes(byte_of[character] for character in token) for token in found]


@pytest.mark.parametrize(
    ("text", "direction"), [("abc", "ltr"), ("שלום", "rtl"), ("3 سلام", "rtl"), ("...", "ltr")]
)
def test_a_row_runs_in_the_direction_of_its_script(text: str, direction: str) -> None:
    picture = token_boxes({"row": oracle.ids(text, [])}, [])
    rows = [
        attributes["dir"]
        for tag, attributes in Elements(picture.html).found
        if "dir" in attributes and tag == "div"
    ]
    assert rows == [direction]


def test_a_long_row_says_what_is_left_out() -> None:
    picture = token_boxes({"long": [64] * (MAX_BOXES + 7)}, [])
    assert len(boxes(picture)) == MAX_BOXES
    assert "and 7 more" in "".join(Elements(picture.html).texts)


def test_markup_in_a_text_cannot_break_the_picture() -> None:
    label = '<script>alert("x")</script>'
    for picture in (
        token_boxes({label: oracle.ids(label, [(27, 27)])}, [(27, 27)]),
        bar_chart({label: 1.0}, label, label),
    ):
        assert "<script" not in picture.html
        assert label in Elements(picture.html).found[0][1]["aria-label"]


@pytest.mark.parametrize("wrong", [256, -1, None])
def test_an_id_that_is_no_token_is_refused(wrong: int) -> None:
    with pytest.raises(ValueError, match="ids go from 0 to 255"):
        token_boxes({"row": [wrong]}, [])


@pytest.mark.parametrize("wrong", [-1.0, float("nan"), float("inf")])
def test_a_number_that_has_no_bar_is_refused(wrong: float) -> None:
    with pytest.raises(ValueError, match="no bar has that length"):
        bar_chart({"x": wrong}, "title", "unit")


def test_bars_are_as_long_as_their_numbers() -> None:
    widths = [float(w) for w in re.findall(r"width:([\d.]+)%", PICTURES["bars"].html)]
    assert widths[0] / widths[1] == pytest.approx(1 / 4.68, rel=1e-2)
    assert PICTURES["bars"].alt == "Premium, in times English: English 1.00, ไทย 4.68."
    assert bar_chart({}, "Nothing", "units").alt == "Nothing, in units: ."
