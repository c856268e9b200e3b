"""What the libraries `tokenizers` and `transformers` answer: the oracle of this lesson."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from typing import Any

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

from autograder.given.tokenization import STORY

Pair = tuple[int, int]

BASE_IDS = 256
"""Ids of single bytes; merge number i makes the id BASE_IDS + i."""
ALPHABET = sorted(pre_tokenizers.ByteLevel.alphabet())
"""The characters that stand for bytes, by base id."""


def _byte_level(whole: bool = False) -> Any:
    return pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=not whole)


def chunks(text: str) -> list[str]:
    """The words that the GPT-2 pattern cuts `text` into."""
    return [text[a:b] for _, (a, b) in _byte_level().pre_tokenize_str(text)]


def characters(text: str) -> list[str]:
    """One visible character per UTF-8 byte of `text`."""
    return [c for word, _ in _byte_level(whole=True).pre_tokenize_str(text) for c in word]


def base_ids(text: str) -> list[int]:
    """The base id of each UTF-8 byte of `text`."""
    return [ALPHABET.index(character) for character in characters(text)]


def trained(text: str, num_merges: int) -> list[Pair]:
    """The merges that BpeTrainer learns from `text`, as pairs of ids."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = _byte_level()
    trainer = trainers.BpeTrainer(
        vocab_size=BASE_IDS + num_merges, initial_alphabet=ALPHABET, show_progress=False
    )
    tokenizer.train_from_iterator([text], trainer)
    model = json.loads(tokenizer.to_str())["model"]
    return [(model["vocab"][left], model["vocab"][right]) for left, right in model["merges"]]


@cache
def story_merges(num_merges: int) -> tuple[Pair, ...]:
    """The first merges of the lesson's story."""
    return tuple(trained(STORY, num_merges))


def tokens(merges: Sequence[Pair]) -> list[str]:
    """Every token's characters, by id."""
    known = list(ALPHABET)
    for left, right in merges:
        known.append(known[left] + known[right])
    return known


def tokenizer(merges: Sequence[Pair], special: Sequence[str] = ()) -> Any:
    """The library's tokenizer with these merges; `special` get the ids that follow."""
    return _built(tuple(merges), tuple(special))


@lru_cache(maxsize=64)
def _built(merges: tuple[Pair, ...], special: tuple[str, ...]) -> Any:
    known = tokens(merges)
    pairs = [(known[left], known[right]) for left, right in merges]
    built = Tokenizer(models.BPE({token: i for i, token in enumerate(known)}, pairs))
    built.pre_tokenizer = _byte_level()
    built.decoder = decoders.ByteLevel()
    built.add_special_tokens(list(special))
    return built


def ids(text: str, merges: Sequence[Pair]) -> list[int]:
    """The ids of `text`."""
    return list(tokenizer(merges).encode(text).ids)


def ids_with(
    text: str, merges: Sequence[Pair], special: Mapping[str, int], allowed: Sequence[str]
) -> list[int]:
    """The ids of `text` where the `allowed` special tokens are read as such, and no others."""
    built = tokenizer(merges, allowed)
    wanted = {built.token_to_id(token): special[token] for token in allowed}
    return [wanted.get(i, i) for i in built.encode(text).ids]


def text_of(ids: Sequence[int], merges: Sequence[Pair]) -> str:
    """The text of `ids`."""
    return str(tokenizer(merges).decode(list(ids), skip_special_tokens=False))
