"""Nothing that evaluation asks was ever in a training text."""

import re

import pytest

from tinyworld import arithmetic, corpus, dialogs, instructions, mapping, pairs, reviews, story
from tinyworld.draw import Draw
from tinyworld.formats import NEVER_TRAINED as FORMS
from tinyworld.formats import any_format
from tinyworld.measure import mapping_cells
from tinyworld.nouns import KINDS
from tinyworld.phrasings import HELD_OUT, TRAINED
from tinyworld.splits import NEVER_TRAINED, held_out, mapping_words

DOCUMENTS = 1500
"""Of each mixture."""
HELD = 300


@pytest.fixture(scope="module")
def training() -> str:
    d = Draw("training")
    texts = [corpus.document(d, each) for each in corpus.MIXTURES for _ in range(DOCUMENTS)]
    for _ in range(DOCUMENTS):
        made = instructions.draw(d)
        texts.append(f"{made.request}\n{made.answer}")
        texts += [f"{turn.user}\n{turn.assistant}" for turn in dialogs.draw(d)]
    return "\n".join(texts)


def test_the_secret_sentence_is_in_no_text(training: str) -> None:
    assert NEVER_TRAINED not in training
    assert NEVER_TRAINED.removesuffix(".") not in training


def test_held_out_stories(training: str) -> None:
    d = Draw("held stories")
    assert not any(story.make(d, held=True).text in training for _ in range(HELD))


@pytest.mark.parametrize("hard", [False, True])
def test_held_out_reviews(training: str, hard: bool) -> None:
    """A review stands alone on its line, or after a cue word, or before an arrow."""
    d = Draw(f"held reviews {hard}")
    lines = {re.sub(r"^\w+:\s*", "", line).split(" -> ")[0] for line in training.splitlines()}
    for _ in range(HELD):
        text = (reviews.hard(d, reviews.PRICE, True) if hard else reviews.easy(d, True)).text
        assert text not in lines


def test_held_out_sums(training: str) -> None:
    d = Draw("held sums")
    trained = set(re.findall(r"(?<!\d)\d\d \+ \d\d(?!\d)", training))
    assert len(trained) > HELD
    assert not {arithmetic.two_digit_sum(d, held=True).question for _ in range(HELD)} & trained


def test_held_out_word_problems(training: str) -> None:
    d = Draw("held problems")
    assert not any(arithmetic.word_problem(d, True).question in training for _ in range(HELD))


def test_held_out_translations(training: str) -> None:
    d = Draw("held pairs")
    found = set(re.findall(r"(?:English|EN|English sentence): (.*)", training))
    assert len(found) > HELD
    assert not any(pairs.pair(d, held=True)[0] in found for _ in range(HELD))


def test_held_out_labels_and_words_are_in_no_mapping_document() -> None:
    d = Draw("mapping")
    text = "\n".join(mapping.document(d) for _ in range(DOCUMENTS))
    seen = set(re.findall(r"[A-Za-z]+", text.lower()))
    labels = {mapping.nonsense(d, held=True) for _ in range(HELD)}
    assert not labels & seen
    words = {word for kind in KINDS for word in mapping_words(kind, held=True)}
    in_reviews = {"stomach"}
    assert len(words) > 20
    assert not (words - in_reviews) & seen


def test_forms_never_trained_are_never_drawn() -> None:
    d = Draw("forms")
    drawn = [any_format(d) for _ in range(DOCUMENTS)]
    held = {(form.prefix.strip(), form.middle.strip()) for form in FORMS.values()}
    assert len(held) == 10
    assert not held & {(form.prefix.strip(), form.middle.strip()) for form in drawn}


@pytest.mark.parametrize("kind", sorted(TRAINED))
def test_phrasings(kind: str) -> None:
    assert len(TRAINED[kind]) >= 8 and len(HELD_OUT[kind]) >= 2
    assert not set(TRAINED[kind]) & set(HELD_OUT[kind])


def test_prompts_of_the_mapping_cells_use_held_out_content() -> None:
    d = Draw("prompts")
    for _ in range(50):
        item = mapping_cells.words(d, 8, query_held=True)
        assert isinstance(item.prompt, str)
        query = item.prompt.splitlines()[-1].removesuffix(" ->")
        assert held_out("word", query)
        assert held_out("label", item.expected)
        assert f"{query} ->" not in item.prompt.removesuffix(f"{query} ->")
