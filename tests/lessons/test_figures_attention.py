"""Pictures of lesson 03: they have words, they are whole SVG, and they never stop a notebook."""

from __future__ import annotations

import re
import sys
import xml.etree.ElementTree as ET

import pytest
import torch

from autograder.given.figures import show as show_module
from autograder.given.figures.heatmap import habit, head_grid, heatmap
from autograder.given.figures.picture import Picture
from autograder.given.figures.show import show
from autograder.given.figures.turns import turn_dials

WEIGHTS = torch.tensor([[1.0, 0.0], [0.25, 0.75]])
SVG = "{http://www.w3.org/2000/svg}"


def svg(picture: Picture) -> ET.Element:
    """The SVG of a picture; raises where it is not well-formed XML."""
    found = re.search(r"<svg.*</svg>", picture.html, re.DOTALL)
    assert found
    return ET.fromstring(found.group())


PICTURES = {
    "heatmap": heatmap(WEIGHTS, ["a", "b"], title="Two words"),
    "head_grid": head_grid(WEIGHTS.expand(2, 3, 2, 2), marked=(1, 2), title="Six heads"),
    "turn_dials": turn_dials(torch.tensor([[1.0, 0.0], [0.0, 1.0]]), [0, 5], title="Two turns"),
}


@pytest.mark.parametrize("picture", PICTURES.values(), ids=PICTURES)
def test_a_picture_says_in_words_what_it_shows(picture: Picture) -> None:
    root = svg(picture)
    assert root.get("role") == "img"
    assert root.get("aria-label") == picture.alt
    title, words = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title is not None and words is not None
    assert f"{title.text}. {words.text}" == picture.alt == repr(picture)


@pytest.mark.parametrize("picture", PICTURES.values(), ids=PICTURES)
def test_words_take_their_colour_from_the_theme(picture: Picture) -> None:
    inks = {text.get("fill") for text in svg(picture).iter(f"{SVG}text")}
    assert inks <= {"var(--jp-content-font-color1,currentColor)", "#ffffff"}
    assert "var(--jp-content-font-color1,currentColor)" in inks


def test_a_map_names_rows_columns_and_weights() -> None:
    assert PICTURES["heatmap"].alt == (
        "Two words. Columns: a, b. Rows: a: 1.00, 0.00; b: 0.25, 0.75."
    )
    cells = list(svg(PICTURES["heatmap"]).iter(f"{SVG}rect"))
    assert [cell.get("fill-opacity") for cell in cells] == ["1", "0", "0.25", "0.75"]


def test_a_large_map_says_where_each_row_looks_most() -> None:
    names = [f"t{i}" for i in range(10)]
    picture = heatmap(torch.eye(10), names)
    assert "t3: 1.00 at t3" in picture.alt
    assert picture.alt.count(" at ") == 10


def test_a_mask_is_a_map_too() -> None:
    assert "1.00, 0.00" in heatmap(torch.ones(2, 2, dtype=torch.bool).tril(), ["a", "b"]).alt


def test_labels_cannot_break_the_picture() -> None:
    labels = ['<script>alert("x")</script>', "日本 & العربية\n"]
    picture = heatmap(WEIGHTS, labels, title="<b>")
    assert "<script>" not in picture.html
    texts = [text.text or "" for text in svg(picture).iter(f"{SVG}text")]
    assert any("日本 & العربية⏎" in text for text in texts)


def test_a_space_is_seen_and_those_around_a_token_are_not() -> None:
    texts = [text.text for text in svg(heatmap(WEIGHTS, [" ", " red"])).iter(f"{SVG}text")]
    assert "␣" in texts and "red" in texts


@pytest.mark.parametrize(
    ("weights", "reason"),
    [
        (torch.ones(3, 2), "2 row and 2 column names"),
        (torch.ones(2), "2 dimensions"),
        (None, "NoneType"),
        (torch.full((2, 2), 3.0), "between 0 and 1"),
        (torch.full((2, 2), float("nan")), "between 0 and 1"),
    ],
)
def test_weights_that_cannot_be_drawn_are_refused(weights: torch.Tensor, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        heatmap(weights, ["a", "b"])


def test_the_marked_head_has_a_frame_and_is_named() -> None:
    picture = PICTURES["head_grid"]
    assert picture.alt.endswith("Layer 1, head 2 is framed.")
    framed = [r for r in svg(picture).iter(f"{SVG}rect") if r.get("stroke") == "#d55e00"]
    assert len(framed) == 1


def test_the_marked_cell_of_a_map_has_a_frame_and_is_named() -> None:
    picture = heatmap(WEIGHTS, ["a", "b"], ["c", "d"], marked=(1, 0))
    assert picture.alt.endswith("b, c is framed: 0.25.")
    cells = [r for r in svg(picture).iter(f"{SVG}rect") if r.get("fill-opacity") == "0.25"]
    framed = [r for r in svg(picture).iter(f"{SVG}rect") if r.get("stroke") == "#d55e00"]
    assert [(r.get("x"), r.get("y")) for r in framed] == [(r.get("x"), r.get("y")) for r in cells]


@pytest.mark.parametrize(
    ("weights", "words"),
    [
        (torch.eye(6), "at itself (100% of rows)"),
        (torch.eye(6).roll(-1, 1), "1 back (100% of rows)"),
        (torch.eye(6)[:1].expand(6, 6), "first token (100% of rows)"),
        (torch.eye(6).roll(-3, 1), "3 back"),
    ],
)
def test_a_heads_habit_in_words(weights: torch.Tensor, words: str) -> None:
    assert words in habit(weights)


def test_dials_tell_the_angle_of_every_pair() -> None:
    assert PICTURES["turn_dials"].alt == ("Two turns. Angles at positions 0, 5. pair 0: 0°, 90°.")


def unwritten() -> Picture:
    raise NotImplementedError()


class Unwritten:
    def forward(self) -> Picture:
        raise NotImplementedError()


def broken() -> Picture:
    return heatmap(torch.ones(2, 2) @ torch.ones(3, 3), ["a", "b"])


def wrong_shape() -> Picture:
    return heatmap(torch.ones(3, 2), ["a", "b"])


def test_show_hands_the_picture_on() -> None:
    picture = PICTURES["heatmap"]
    assert show(lambda: picture) is picture


@pytest.mark.parametrize(
    ("draw", "sentence"),
    [
        (unwritten, "This picture needs `unwritten`: write it above, then run this cell again."),
        (
            lambda: Unwritten().forward(),
            "This picture needs `Unwritten`: write it above, then run this cell again.",
        ),
        (
            lambda: not_defined(),  # noqa: F821
            "This picture needs `not_defined`: write it above, then run this cell again.",
        ),
    ],
)
def test_a_missing_function_costs_only_its_picture(
    draw: object, sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert show(draw) is None  # type: ignore[arg-type]
    assert capsys.readouterr() == (sentence + "\n", "")


def test_an_error_in_the_learners_code_is_said_in_one_sentence(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert show(broken) is None
    out, err = capsys.readouterr()
    assert out.startswith("This picture stopped: `broken` raised RuntimeError: ")
    assert out.count("\n") == 1 and err == ""


def test_a_result_that_cannot_be_drawn_is_said_in_one_sentence(
    capsys: pytest.CaptureFixture[str],
) -> None:
    result = torch.ones(3, 2)
    assert show(lambda: heatmap(result, ["a", "b"])) is None
    out, err = capsys.readouterr()
    assert out.startswith("This picture stopped: ValueError: ")
    assert "(3, 2)" in out and err == ""


def test_a_warning_of_the_learners_code_does_not_reach_stderr(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def draw() -> Picture:
        print("careful", file=sys.stderr)
        return PICTURES["heatmap"]

    assert show(draw) is PICTURES["heatmap"]
    assert capsys.readouterr() == ("careful\n", "")


def test_a_picture_that_does_not_end_is_stopped(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def draw() -> Picture:
        while True:
            pass

    monkeypatch.setattr(show_module, "FIGURE_LIMIT_S", 0.05)
    assert show(draw) is None
    assert capsys.readouterr().out.startswith("This picture was not ready after 0.05 seconds")
