"""Pictures of lesson 07: they have words, they are whole, and they bear any label."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pytest

from autograder.given.figures.picture import Picture
from autograder.given.figures.prompts import prompt_picture
from autograder.given.figures.shots import score_rows, shot_curve, shot_table

CELLS = {
    ("topic", 0): (0.25, 0.16, 0.37),
    ("topic", 4): (0.95, 0.86, 0.98),
    ("sum", 0): (0.1, 0.05, 0.2),
}
PICTURES = {
    "table": shot_table({"topic": "what is it about", "sum": "add"}, (0, 4), CELLS),
    "curve": shot_curve(("topic", "sum"), (0, 4), CELLS),
    "rows": score_rows({"plain": (0.5, 0.4, 0.6), "all flipped": (0.0, 0.0, 0.06)}, "Changed"),
    "prompt": prompt_picture(["Input", ":", " a", "\n", "Output", ":"], {"bad": 0.7, "good": 0.1}),
}
SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("picture", PICTURES.values(), ids=PICTURES)
def test_a_picture_says_in_words_what_it_shows(picture: Picture) -> None:
    label = re.search(r'aria-label="([^"]*)"', picture.html)
    assert label and label[1] == picture.alt == repr(picture)
    assert len(picture.alt) > 40


@pytest.mark.parametrize("picture", PICTURES.values(), ids=PICTURES)
def test_a_picture_is_whole(picture: Picture) -> None:
    ET.fromstring(picture.html)


@pytest.mark.parametrize("name", ["curve", "rows"])
def test_words_take_their_colour_from_the_theme(name: str) -> None:
    inks = {text.get("fill") for text in ET.fromstring(PICTURES[name].html).iter(f"{SVG}text")}
    assert inks == {"var(--jp-content-font-color1,currentColor)"}


def test_the_table_shows_what_is_filled_and_says_what_is_not() -> None:
    cells = [td.find("strong") for td in ET.fromstring(PICTURES["table"].html).iter("td")]
    assert [cell.text if cell is not None else "" for cell in cells] == ["25%", "95%", "10%", ""]
    assert "topic 0: 25%, 4: 95%. sum 0: 10%." in PICTURES["table"].alt
    assert "not run yet" in shot_table({"sum": ""}, (0,), {}).alt


def test_each_line_of_the_curve_has_a_dash_of_its_own() -> None:
    lines = ET.fromstring(PICTURES["curve"].html).iter(f"{SVG}polyline")
    dashes = [line.get("stroke-dasharray") for line in lines]
    assert len(set(dashes)) == len(dashes) == 2


def test_a_row_has_its_interval_in_words() -> None:
    assert "plain 50% (40% to 60%); all flipped 0% (0% to 6%)." in PICTURES["rows"].alt


def test_a_prompt_shows_its_line_breaks_and_each_label() -> None:
    assert PICTURES["prompt"].alt.endswith("Probabilities: bad 70.0%, good 10.0%.")
    assert "6 tokens: Input | : | a | line break | Output | :" in PICTURES["prompt"].alt
    assert PICTURES["prompt"].html.count("<br") == 1


def test_labels_cannot_break_a_picture() -> None:
    bad = '<script>alert("x")</script> & 日本'
    for picture in (
        prompt_picture([bad], {bad: 0.5}, bad),
        score_rows({bad: (0.5, 0.4, 0.6)}, bad),
        shot_table({bad: bad}, (0,), {}),
        shot_curve((bad,), (0,), {(bad, 0): (0.5, 0.4, 0.6)}),
    ):
        assert "<script>" not in picture.html
        ET.fromstring(picture.html)


def test_a_probability_beyond_one_is_refused() -> None:
    with pytest.raises(ValueError, match="probability of bad"):
        prompt_picture(["a"], {"bad": 1.5})
