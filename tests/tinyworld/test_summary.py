"""The README says of the shipped models what their cards say, and of a run what the recipe says."""

from pathlib import Path

import pytest

from tinyworld.recipe import PRESETS, STAGES
from tinyworld.summary import README, cards, summary, written

CARD = """
| behaviour | n | % | 95 % interval | bar | met | second training seed |
|---|---|---|---|---|---|---|
| form never trained: \\| | 500 | 94.2 | 91.8 to 95.9 | >= 80 | yes | 80.0 |
"""


def test_the_table_in_the_readme_is_the_one_drawn_from_the_cards() -> None:
    text = README.read_text(encoding="utf-8")
    assert written(text, summary(cards())) == text


@pytest.mark.parametrize("name", ["full", "small", "tiny"])
def test_the_readme_tells_steps_and_tokens_of_the_recipe(name: str) -> None:
    preset = PRESETS[name]
    steps = " + ".join(f"{preset.steps[stage]:,}" for stage in STAGES)
    tokens = sum(preset.steps.values()) * preset.tokens_per_step / 1e6
    (row,) = (line for line in README.read_text("utf-8").splitlines() if f"| `{name}` |" in line)
    assert row.endswith(f"| {steps} | {tokens:.1f} M |")


def test_a_behaviour_below_its_bar_is_marked() -> None:
    of = cards()
    of["base"]["summaries"][2], of["base"]["summaries"][5] = "12.5", "no"
    assert "| **below:** summaries | 12.5 |" in summary(of)


def test_a_gain_below_its_bar_is_marked() -> None:
    of = cards()
    of["base"]["hard reviews, gain of eight shots"][5] = "no"
    assert "| **below:** hard reviews, 0-shot / 8-shot |" in summary(of)


def test_a_sign_that_divides_cells_may_stand_in_a_name(tmp_path: Path) -> None:
    folder = tmp_path / "base"
    folder.mkdir()
    (folder / "README.md").write_text(CARD, encoding="utf-8")
    row = cards(folder.parent)["base"]["form never trained: |"]
    assert (row[2], row[6]) == ("94.2", "80.0")
