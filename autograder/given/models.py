"""The language models and tokenizers that the lessons open, by name or by folder.

The course's own small models are shipped; where they are not installed a stand-in takes their
place. `smollm2` is a published model that `autograder doctor --fetch` gets; nothing stands in for
that.
"""

from __future__ import annotations

import importlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

SHIPPED = ("base", "instruct", "chat")
"""The course's own models."""
FETCHED = "smollm2"
"""The published model that `autograder doctor --fetch` gets."""
END_OF_TEXT = "<|endoftext|>"
"""The token between two texts: a model has read it before the first word of each."""
STAND_IN_VOCABULARY = 257
"""Tokens of the stand-in: one for each byte, and one for the end of a text."""
STAND_IN_NOTE = (
    "The shipped model is not part of this installation. A small Llama with random weights "
    "stands in: every exercise works, but its attention heads have learned nothing."
)


@cache
def load(name: str | os.PathLike[str]) -> Any:
    """The language model `name` in float32, ready to run, loaded once.

    `name` is "base", "instruct" or "chat", the course's own, else a stand-in; "smollm2"; or a
    folder of yours with a Llama in it. Raises Missing where it is not on this machine, or cannot
    be opened.
    """
    from transformers import AutoModelForCausalLM

    folder = checkpoint(name)
    if folder is None:
        return stand_in()
    with told(folder):
        return opened(AutoModelForCausalLM, folder, local_files_only=True)


def opened(kind: Any, place: str | Path, **options: Any) -> Any:
    """A model of the class `kind` of `transformers`, by folder or name: float32, ready to run.

    Raises Missing where its weights are not those that its configuration asks for.
    """
    import torch

    from autograder.given.downloads import Missing

    try:
        with _quiet():
            model, found = kind.from_pretrained(
                place, dtype=torch.float32, output_loading_info=True, **options
            )
    except RuntimeError as error:
        if "ignore_mismatched_sizes" not in str(error):
            raise
        wrong = ["their shapes are others"]
    else:
        names = {"missing": found["missing_keys"], "too many": found["unexpected_keys"]}
        wrong = [f"{len(some)} {are}, such as {min(some)}" for are, some in names.items() if some]
    if wrong:
        raise Missing(f"The weights in {place} do not fit its config.json: {'; '.join(wrong)}.")
    return model.eval()


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep bars and reports of `transformers` off stderr, which nbgrader takes for errors."""
    from transformers.utils import logging

    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    before = logging.get_verbosity()
    logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    try:
        yield
    finally:
        logging.set_verbosity(before)


@contextmanager
def told(place: str | Path) -> Iterator[None]:
    """Raise Missing, with one sentence, for whatever the libraries raise on the folder `place`."""
    from autograder.given.downloads import Missing
    from autograder.given.lazy import in_a_line

    try:
        yield
    except Missing:
        raise
    except Exception as error:  # several libraries take part
        told = f"The folder {place} cannot be opened as a model: {in_a_line(error)}."
        raise Missing(told) from error


@cache
def tokenizer(name: str | os.PathLike[str]) -> Any:
    """The tokenizer of the model `name` as in `load`: opened by `transformers`, loaded once."""
    from transformers import AutoTokenizer

    folder = checkpoint(name)
    if folder is None:
        return stand_in_tokenizer()
    with told(folder), _quiet():
        return AutoTokenizer.from_pretrained(folder, local_files_only=True)


def checkpoint(name: str | os.PathLike[str]) -> str | None:
    """The folder of the model `name` as in `load`; None where a stand-in takes its place."""
    if name == FETCHED:
        from autograder.given import smollm2  # here, since no graded cell opens it

        return str(smollm2.DOWNLOAD.folder())
    if name not in SHIPPED:
        return str(_folder_of_a_llama(name))
    try:
        return str(importlib.import_module("tinyworld").path(name))
    except (ImportError, AttributeError, FileNotFoundError):
        return None


def _folder_of_a_llama(name: object) -> Path:
    """The folder of that name; raises Missing where it has no Llama."""
    from autograder.given.downloads import Missing, at_home

    place = at_home(name) if name and isinstance(name, str | os.PathLike) else None
    if place is None or not _is_file(place / "config.json"):
        names = ", ".join((*SHIPPED, FETCHED))
        shown = os.fspath(name) if isinstance(name, os.PathLike) else name
        raise Missing(
            f"There is no model {shown!r:.100}: choose one of {names}, or name a folder with "
            "config.json and model.safetensors."
        )
    with told(place):
        kind = dict(json.loads((place / "config.json").read_text(encoding="utf-8")))["model_type"]
        if kind != "llama":
            raise Missing(f"The model in {place} is of the family {kind!r}; it must be a Llama.")
    return place


def _is_file(path: Path) -> bool:
    """Whether there is such a file; no where that cannot be seen."""
    try:
        return path.is_file()
    except (OSError, ValueError):  # not to be read, too long, or a zero in the name
        return False


def stand_in() -> Any:
    """A Llama with random weights: 4 layers, 6 heads over 2 key/value heads, 96 wide."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    config = LlamaConfig(
        vocab_size=STAND_IN_VOCABULARY, hidden_size=96, intermediate_size=256,
        num_hidden_layers=4, num_attention_heads=6, num_key_value_heads=2,
        max_position_embeddings=256, tie_word_embeddings=True,
    )  # fmt: skip
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        return LlamaForCausalLM(config).eval()  # type: ignore[no-untyped-call]


def stand_in_tokenizer() -> Any:
    """A tokenizer of STAND_IN_VOCABULARY tokens: every byte, and the end of a text."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    letters = [*sorted(pre_tokenizers.ByteLevel.alphabet()), END_OF_TEXT]
    whole = Tokenizer(models.BPE({letter: i for i, letter in enumerate(letters)}, []))
    whole.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    whole.decoder = decoders.ByteLevel()
    marks = dict.fromkeys(("bos_token", "eos_token", "pad_token"), END_OF_TEXT)
    return PreTrainedTokenizerFast(tokenizer_object=whole, **marks)  # type: ignore[no-untyped-call]
