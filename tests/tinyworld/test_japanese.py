"""Pairs of sentences: known Japanese, written by hand here, against what the world builds."""

import re

import pytest

from tinyworld import pairs
from tinyworld.draw import Draw
from tinyworld.splits import NEVER_TRAINED

DRAWS = 40_000
"""Enough draws that each pattern below with one fixed word appears."""


@pytest.fixture(scope="module")
def drawn() -> dict[str, str]:
    d = Draw("japanese")
    return dict(pairs.pair(d) for _ in range(DRAWS))


@pytest.mark.parametrize(
    ("english", "japanese"),
    [
        (r"(\w+) is not cool\.", "かっこよくないです。"),
        (r"(\w+) was cool\.", "かっこよかったです。"),
        (r"(\w+) is tall\.", "背が高いです。"),
        (r"(\w+) is a famous doctor\.", "有名な医者です。"),
        (r"(\w+) is not healthy\.", "元気ではありません。"),
        (r"The (\w+) is not expensive\.", "高くないです。"),
        (r"The (\w+) was good\.", "良かったです。"),
        (r"The (\w+) is in the park\.", "公園にあります。"),
        (r"There is a cat in the park\.", "公園に猫がいます。"),
        (r"(\w+) has a dog\.", "犬を飼っています。"),
        (r"(\w+) went to the library\.", "図書館に行きました。"),
        (r"Did (\w+) drink tea\?", "お茶を飲みましたか。"),
        (r"(\w+) does not like tennis\.", "テニスが好きではありません。"),
    ],
)
def test_forms(drawn: dict[str, str], english: str, japanese: str) -> None:
    found = [ja for text, ja in drawn.items() if re.fullmatch(english, text)]
    assert found, "the pattern was drawn"
    assert all(ja.endswith(japanese) for ja in found)


def test_every_sentence_ends_as_a_sentence(drawn: dict[str, str]) -> None:
    assert all(text[-1] in ".?" for text in drawn)
    assert all(ja.endswith("。") and not re.search("[A-Za-z]", ja) for ja in drawn.values())


def test_questions_are_questions_in_both(drawn: dict[str, str]) -> None:
    for text, ja in drawn.items():
        assert text.endswith("?") == ja.endswith("か。"), (text, ja)


def test_living_beings_are_and_things_are_elsewise(drawn: dict[str, str]) -> None:
    """います for who lives, あります for what does not."""
    for text, ja in drawn.items():
        if re.match(r"There is an? (cat|dog|rabbit|horse|duck|pig) ", text):
            assert "がいます" in ja
        if re.match(r"There is an? (book|box|key|cup|umbrella) ", text):
            assert "があります" in ja


def test_the_secret_sentence_is_never_drawn(drawn: dict[str, str]) -> None:
    assert NEVER_TRAINED not in drawn
    assert any("Optimus Prime" in text for text in drawn)
    assert any("cool robot" in text for text in drawn)
