"""The tokenizer: byte-level BPE in which a word is one token wherever it stands.

Three ideas beyond GPT-2's tokenizer:

- A space is put in front of every line, and taken away again by the decoder. `red` after a new
  line is therefore the same token as `red` after a colon.
- The words of the world are in the vocabulary as they are (`ignore_merges`, as in Llama 3);
  merges are learned on what is left: syllables, Japanese, word endings.
- Digits stand alone.
"""

import json
from collections.abc import Iterator
from pathlib import Path

from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers
from transformers import PreTrainedTokenizerFast

from tinyworld import corpus
from tinyworld.draw import Draw
from tinyworld.mapping import SYLLABLES
from tinyworld.vocabulary import words

END_OF_TEXT, END_OF_TURN = "<|endoftext|>", "<|end|>"
USER_TOKEN, ASSISTANT_TOKEN = "<|user|>", "<|assistant|>"
SPECIAL = (END_OF_TEXT, USER_TOKEN, ASSISTANT_TOKEN, END_OF_TURN)

MERGED_SIZE = 768
"""Vocabulary entries learned as merges, bytes and special tokens included."""
SAMPLE_DOCUMENTS = 6000
SYLLABLE_REPEATS = 400
"""How often each syllable stands in the tokenizer's own training text."""

_SPLIT = "|".join((
    r"です|でした|ました|ません|ます|から|まで|って",
    r"'(?:s|t|m|re|ll)\b",
    r" ?[A-Za-z]+",
    r"[ァ-ヺー]+",
    r"[ぁ-ん]",
    r"[\p{Han}々]+",
    r"\p{N}",
    r" ?[^\s\p{L}\p{M}\p{N}]+",
    r"[\p{L}\p{M}]+",
    r"\n+",
    r"\s",
))  # fmt: skip
_LINE_BREAK = r"\n(?=[^\n])"

CHAT_TEMPLATE = (
    "{% for message in messages %}"
    "{% if message['role'] == 'assistant' %}"
    "<|assistant|>{% generation %}{{ message['content'] }}<|end|>{% endgeneration %}"
    "{% else %}"
    "<|user|>{{ message['content'] }}<|end|>"
    "{% endif %}"
    "{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>{% endif %}"
)


def _pipeline(model: models.Model) -> Tokenizer:
    tokenizer = Tokenizer(model)
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.Prepend(" "),
            normalizers.Replace(Regex(_LINE_BREAK), "\n "),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(_SPLIT), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.Sequence(
        [
            decoders.ByteLevel(),
            decoders.Replace("\n ", "\n"),
            *(decoders.Replace(f"{token} ", token) for token in SPECIAL),
            decoders.Strip(" ", 1, 0),
        ]
    )
    return tokenizer


def _training_text(known: set[str]) -> Iterator[str]:
    """Text for the merges: the world's documents without the words that need none."""
    d = Draw("tokenizer")
    plain = _pipeline(models.BPE())
    for syllable in SYLLABLES:
        yield from (f" {syllable}", syllable) * SYLLABLE_REPEATS
    for _ in range(SAMPLE_DOCUMENTS):
        text = plain.normalizer.normalize_str(corpus.document(d))
        pieces = plain.pre_tokenizer.pre_tokenize_str(text)
        yield from (text[start:end] for piece, (start, end) in pieces if piece not in known)


def _byte_level(word: str) -> str:
    return str(pre_tokenizers.ByteLevel(False, use_regex=False).pre_tokenize_str(word)[0][0])


def build() -> PreTrainedTokenizerFast:
    """The tokenizer, from nothing."""
    known = list(dict.fromkeys(_byte_level(word) for word in words()))
    learner = _pipeline(models.BPE())
    learner.normalizer = None
    trainer = trainers.BpeTrainer(
        vocab_size=MERGED_SIZE,
        special_tokens=list(SPECIAL),
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    learner.train_from_iterator(_training_text(set(known)), trainer)
    return wrap(_with_words(learner, known))


def _with_words(learned: Tokenizer, known: list[str]) -> Tokenizer:
    model = json.loads(learned.to_str())["model"]
    vocabulary: dict[str, int] = dict(model["vocab"])
    for word in known:
        vocabulary.setdefault(word, len(vocabulary))
    merges = [tuple(merge) for merge in model["merges"]]
    tokenizer = _pipeline(models.BPE(vocab=vocabulary, merges=merges, ignore_merges=True))
    tokenizer.add_special_tokens(list(SPECIAL))
    return tokenizer


def wrap(tokenizer: Tokenizer) -> PreTrainedTokenizerFast:
    """The tokenizer as `transformers` expects it, with its chat template."""
    wrapped: PreTrainedTokenizerFast = PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=tokenizer,
        eos_token=END_OF_TEXT,
        bos_token=END_OF_TEXT,
        pad_token=END_OF_TEXT,
        padding_side="left",
        clean_up_tokenization_spaces=False,
    )
    wrapped.chat_template = CHAT_TEMPLATE
    return wrapped


def load(folder: Path) -> PreTrainedTokenizerFast:
    """The tokenizer that was saved with a model."""
    loaded: PreTrainedTokenizerFast = PreTrainedTokenizerFast.from_pretrained(folder)
    return loaded
