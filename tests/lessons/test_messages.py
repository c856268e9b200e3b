"""The customer messages: enough of them, all different, and no test message seen in training."""

from __future__ import annotations

import itertools
from collections import Counter

import pytest

from autograder.given import messages

LEARNED = ("train", "dev", "test")
ATLEAST = {"train": 600, "dev": 180, "test": 400, "paraphrases": 150}
PER_INTENT = {"train": 50, "dev": 16, "test": 36, "paraphrases": 11}


def test_there_are_at_least_1200_messages_beside_the_paraphrases() -> None:
    assert sum(len(messages.load(split)) for split in LEARNED) >= 1200


@pytest.mark.parametrize("split", messages.SPLITS)
def test_every_split_is_large_enough_and_holds_every_intent(split: str) -> None:
    counts = Counter(message.intent for message in messages.load(split))
    assert sum(counts.values()) >= ATLEAST[split]
    assert set(counts) == set(messages.INTENTS)
    assert min(counts.values()) >= PER_INTENT[split]


def test_twelve_intents_in_three_fields() -> None:
    assert len(messages.INTENTS) == 12
    assert set(messages.FIELDS) == {"retail", "finance", "entertainment"}
    for split in messages.SPLITS:
        for message in messages.load(split):
            assert message.intent in messages.FIELDS[message.field], message


def test_texts_are_clean_and_different() -> None:
    everything = [m for split in messages.SPLITS for m in messages.load(split)]
    assert len({m.id for m in everything}) == len(everything)
    assert len({m.text.casefold() for m in everything}) == len(everything)
    assert all(m.text == " ".join(m.text.split()) for m in everything)


@pytest.mark.parametrize(("one", "other"), list(itertools.combinations(messages.SPLITS, 2)))
def test_no_near_duplicates_across_splits(one: str, other: str) -> None:
    worst = max(
        (messages.overlap(a.text, b.text), a.text, b.text)
        for a in messages.load(one)
        for b in messages.load(other)
    )
    assert worst[0] < messages.NEAR_DUPLICATE, worst


def test_the_measure_sees_a_near_duplicate() -> None:
    near = messages.overlap("Where's my parcel, please?", "where is my parcel please")
    far = messages.overlap("Where's my parcel, please?", "I lost my card on the train")
    assert near >= messages.NEAR_DUPLICATE > far


def test_a_paraphrase_says_a_test_message_again_in_other_words() -> None:
    tests = {message.id: message for message in messages.load("test")}
    said = [paraphrase.of for paraphrase in messages.load("paraphrases")]
    assert len(set(said)) == len(said)
    for paraphrase in messages.load("paraphrases"):
        assert paraphrase.intent == tests[paraphrase.of].intent
        assert messages.overlap(paraphrase.text, tests[paraphrase.of].text) < 0.2, paraphrase


def test_lengths_vary() -> None:
    words = sorted(len(text.split()) for split in LEARNED for text in messages.texts(split))
    assert words[len(words) // 10] <= 7
    assert words[len(words) // 2] <= 16
    assert words[-len(words) // 20] >= 25
    assert 40 <= max(words) <= 80


def test_an_unknown_split_is_refused_with_a_sentence() -> None:
    with pytest.raises(ValueError, match="only train, dev, test, paraphrases"):
        messages.load("validation")


def test_everyday_pairs_are_no_copies_and_no_messages() -> None:
    pairs = messages.everyday()
    assert len(pairs) >= 40
    assert max(messages.overlap(one, again) for one, again in pairs) < 0.3
    known = [text for split in messages.SPLITS for text in messages.texts(split)]
    near = max(messages.overlap(text, other) for pair in pairs for text in pair for other in known)
    assert near < messages.NEAR_DUPLICATE
