"""Pictures of lesson 04: they have words, are whole SVG, and refuse what makes no sense."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from types import SimpleNamespace

import pytest
import torch

from autograder.given import models
from autograder.given.figures import writing
from autograder.given.figures.next_token import next_token_bars
from autograder.given.figures.passages import passages
from autograder.given.figures.picture import Picture
from autograder.given.figures.stream import Station, stations, stream_figure
from autograder.given.figures.writing import Page

SVG = "{http://www.w3.org/2000/svg}"
LOGITS = torch.tensor([0.5, 0.3, 0.15, 0.05]).log()
NAMES = [" the", "\n", "<b>", "日本"]
LINE = [
    Station("embedding", 1.0, 0.0, " a", 0.25),
    Station("block 0: attention", 1.5, 0.75, " the", 0.5),
]
PICTURES = {
    "next_token": next_token_bars(
        {"as it is": LOGITS, "cut": LOGITS.masked_fill(LOGITS < -1.5, float("-inf"))},
        NAMES.__getitem__,
        count=3,
        title="What comes next",
    ),
    "stream": stream_figure(LINE, title="One token"),
}


def svg(picture: Picture) -> ET.Element:
    """The SVG of a picture; raises where it is not well-formed XML."""
    found = re.search(r"<svg.*</svg>", picture.html, re.DOTALL)
    assert found
    return ET.fromstring(found.group())


@pytest.mark.parametrize("picture", PICTURES.values(), ids=PICTURES)
def test_a_picture_says_in_words_what_it_shows(picture: Picture) -> None:
    root = svg(picture)
    assert root.get("role") == "img"
    assert root.get("aria-label") == picture.alt == repr(picture)


@pytest.mark.parametrize("picture", PICTURES.values(), ids=PICTURES)
def test_words_take_their_colour_from_the_theme(picture: Picture) -> None:
    inks = {text.get("fill") for text in svg(picture).iter(f"{SVG}text")}
    assert inks == {"var(--jp-content-font-color1,currentColor)"}


def test_each_way_is_told_with_the_tokens_that_are_out_and_the_rest() -> None:
    assert PICTURES["next_token"].alt == (
        "What comes next. as it is: the 50.0%, ⏎ 30.0%, <b> 15.0%, all others 5.0%. "
        "cut: the 62.5%, ⏎ 37.5%, <b> out, all others out."
    )


def test_bars_are_as_long_as_their_probabilities() -> None:
    bars = [float(r.get("width", 0)) for r in svg(PICTURES["next_token"]).iter(f"{SVG}rect")]
    assert len(bars) == 6
    assert max(bars) == pytest.approx(100)
    assert bars[0] / bars[1] == pytest.approx(0.5 / 0.625, rel=1e-3)


def test_a_token_cannot_break_the_picture() -> None:
    assert "<b>" not in PICTURES["next_token"].html


@pytest.mark.parametrize(
    ("logits", "reason"),
    [
        (torch.zeros(1, 4), r"\(V,\); it has \(1, 4\)"),
        (None, "NoneType"),
        (torch.full((4,), float("-inf")), "no token to choose from"),
    ],
)
def test_logits_that_cannot_be_drawn_are_refused(logits: torch.Tensor, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        next_token_bars({"a way": logits}, NAMES.__getitem__, title="t")


def test_the_stream_is_told_station_by_station() -> None:
    assert PICTURES["stream"].alt == (
        "One token. embedding: size 1.00, would say a; "
        "block 0: attention: size 1.50, 0.75 added, would say the."
    )


def test_the_last_station_says_what_the_model_says() -> None:
    model, ids = models.load("base"), torch.tensor([[3, 1, 4, 1, 5]])
    line = stations(model, ids, str)
    with torch.no_grad():
        logits = model(ids).logits[0, -1].softmax(-1)
    assert len(line) == 1 + 2 * model.config.num_hidden_layers
    assert line[-1].says == str(int(logits.argmax()))
    assert line[-1].chance == pytest.approx(float(logits.max()), rel=1e-4)
    assert line[0].size == pytest.approx(
        float(model.model.embed_tokens.weight[5].detach().pow(2).mean().sqrt())
    )


def test_texts_stand_under_their_names_and_stay_text() -> None:
    shown = passages({"greedy": "a <b>ball</b>\nred", "drawn": "日本"}, title="Two ways")
    assert "<b>ball" not in shown.html and "&lt;b&gt;ball" in shown.html
    assert shown.alt == "Two ways.\ngreedy: a <b>ball</b>\nred\ndrawn: 日本"
    with pytest.raises(ValueError, match='"a" is no text but a NoneType'):
        passages({"a": None}, title="t")  # type: ignore[dict-item]


WRITTEN = ("The", "The sky", "The sky \ufffd", "The sky 🔵")
"""What is there of a text after each token; the third token ends within a character."""


def test_outside_a_notebook_a_page_prints_only_what_is_new(
    capsys: pytest.CaptureFixture[str],
) -> None:
    page, printed = Page("Answers"), []
    for name, text in [("a", each) for each in WRITTEN] + [("b", "<b>")]:
        page.write(name, text)
        printed.append(capsys.readouterr().out)
    assert printed == ["\na: The", " sky", " ", "🔵", "\nb: <b>"]


def test_in_a_notebook_a_page_is_one_picture_that_grows(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[Picture] = []
    handle = SimpleNamespace(update=shown.append)
    monkeypatch.setattr(writing, "_in_a_notebook", lambda: True)
    monkeypatch.setattr(writing, "_display", lambda first: shown.append(first) or handle)
    page = Page("Answers")
    for text in WRITTEN:
        page.write("a", text)
    page.write("b", "<b>")
    assert [each.alt for each in shown] == [
        "Answers.\na: The",
        "Answers.\na: The sky",
        "Answers.\na: The sky ",
        "Answers.\na: The sky 🔵",
        "Answers.\na: The sky 🔵\nb: <b>",
    ]
    assert "&lt;b&gt;" in shown[-1].html
