"""The tokenizer: any text survives, a word is one token wherever it stands."""

from pathlib import Path

import pytest
from transformers import AutoTokenizer, PreTrainedTokenizerFast

from tinyworld import corpus, dialogs, facts
from tinyworld.draw import Draw
from tinyworld.encode import Encoder
from tinyworld.tokens import CHAT_TEMPLATE, SPECIAL
from tinyworld.words import PEOPLE, PLACES

TEXTS = [
    "", "\n", " ", "  ", "a", " a", "a ", "a\n", "a\n b", "a\n\n\nb", "\n\na", "\ta\r\n b",
    "Answer: ", "  two  spaces ", "naïve Ünïcode", "日本語の文。\nこんにちは", "שלום עולם",
    "مرحبا بالعالم",
    "हिन्दी में", "e\u0301 combining", "👩‍👩‍👧 family 🏳️‍🌈", "snake_case __x__", "don't won't It's",
    "1,234.56 + 7 = ?", "Ελληνικά и русский", "\u200b\ufeff\x00", "<not special>",
]  # fmt: skip


@pytest.mark.parametrize("text", TEXTS)
def test_round_trip(tokenizer: PreTrainedTokenizerFast, text: str) -> None:
    assert tokenizer.decode(tokenizer.encode(text)) == text


def test_round_trip_of_every_kind_of_document(tokenizer: PreTrainedTokenizerFast) -> None:
    d = Draw("round trip")
    for maker in corpus.MAKERS.values():
        for _ in range(10):
            text = maker(d)
            assert tokenizer.decode(tokenizer.encode(text)) == text


@pytest.mark.parametrize("word", [*list(PEOPLE)[:5], *list(PLACES)[:5], "red", "lion", "went"])
def test_a_word_is_the_same_token_everywhere(tokenizer: PreTrainedTokenizerFast, word: str) -> None:
    (token,) = tokenizer.encode(word)
    for before in ("x: ", "x:\n", "x\n\n", "x -> ", "x:  "):
        assert tokenizer.encode(before + word)[-1] == token


def test_words_of_the_word_tasks_are_single_tokens(tokenizer: PreTrainedTokenizerFast) -> None:
    words = {w for task in ("opposite", "past", "plural", "kind") for w in facts.TASKS[task]}
    assert [word for word in sorted(words) if len(tokenizer.encode(word)) > 1] == []


def test_the_fast_encoder_gives_the_tokenizers_ids(tokenizer: PreTrainedTokenizerFast) -> None:
    encode, d = Encoder(tokenizer), Draw("encoder")
    texts = TEXTS + [corpus.document(d) for _ in range(300)]
    texts += [turn.user for _ in range(100) for turn in dialogs.draw(d)]
    for text in texts:
        assert list(encode(text)) == tokenizer.encode(text)


MESSAGES = [
    {"role": "user", "content": "What is my name?"},
    {"role": "assistant", "content": "Your name is Tom."},
    {"role": "user", "content": "Thank you."},
    {"role": "assistant", "content": "You are welcome."},
]


def test_the_assistant_mask_covers_what_the_assistant_says(
    tokenizer: PreTrainedTokenizerFast,
) -> None:
    made = tokenizer.apply_chat_template(
        MESSAGES, tokenize=True, return_dict=True, return_assistant_tokens_mask=True
    )
    ids, mask = made["input_ids"], made["assistant_masks"]
    said = tokenizer.decode([i for i, on in zip(ids, mask, strict=True) if on])
    assert said == "Your name is Tom.<|end|> You are welcome.<|end|>".replace("> ", ">")


def test_a_chat_survives_the_round_trip(tokenizer: PreTrainedTokenizerFast) -> None:
    text = tokenizer.apply_chat_template(MESSAGES, tokenize=False)
    assert text == (
        "<|user|>What is my name?<|end|><|assistant|>Your name is Tom.<|end|>"
        "<|user|>Thank you.<|end|><|assistant|>You are welcome.<|end|>"
    )
    assert tokenizer.decode(tokenizer.encode(text)) == text


def test_saved_and_opened_again(tokenizer: PreTrainedTokenizerFast, tmp_path: Path) -> None:
    tokenizer.save_pretrained(tmp_path)
    opened = AutoTokenizer.from_pretrained(tmp_path)
    text = "Tom:\nhello 世界"
    assert opened.encode(text) == tokenizer.encode(text)
    assert opened.chat_template == CHAT_TEMPLATE
    assert [opened.encode(token) for token in SPECIAL] == [[i] for i in range(len(SPECIAL))]
