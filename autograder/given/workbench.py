"""Tools of lesson 04: configurations, checkpoints, a look inside a model, a model that counts."""

from __future__ import annotations

import filecmp
import hashlib
import json
import logging
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from itertools import count, takewhile
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from torch import Tensor
from transformers import LlamaConfig

from autograder.given import models


def llama_config(fields: Mapping[str, Any]) -> LlamaConfig:
    """The configuration with these fields, as transformers' Llama takes it.

    Its texts are objects of their own, as those are that come from a file.
    """
    return LlamaConfig(**json.loads(json.dumps(dict(fields))))


def generator(seed: int) -> torch.Generator:
    """A source of random numbers: the same seed, the same numbers."""
    return torch.Generator().manual_seed(seed)


def pick_rank(rank: int) -> Callable[[Tensor], Tensor]:
    """A way to choose: the token that is `rank` places below the likeliest of each row."""
    return lambda logits: logits.argsort(dim=-1, descending=True)[..., rank]


def pick_drawn(seed: int) -> Callable[[Tensor], Tensor]:
    """A way to choose: a token of each row (B, V), drawn by its probability.

    Every call goes on in the same list of random numbers.
    """
    random = generator(seed)
    return lambda logits: torch.multinomial(logits.softmax(dim=-1), 1, generator=random)[:, 0]


def write_checkpoint(
    fields: Mapping[str, Any], state: Mapping[str, Tensor], without: str = ""
) -> str:
    """A new folder with `config.json` and `model.safetensors`; it lasts as long as the program.

    The file `without` is left out.

    From here on transformers does not warn where a Llama's configuration is read from the file of
    another model: the lesson refuses it, and nbgrader gives no points to a cell that warns.
    """
    logging.getLogger("transformers.configuration_utils").setLevel(logging.ERROR)
    folder = tempfile.mkdtemp(prefix="checkpoint-", dir=_workspace(tempfile.gettempdir()).name)
    config = llama_config(fields)
    config.save_pretrained(folder)
    settings = Path(folder) / "config.json"  # into which transformers writes a Llama's model_type
    asked = json.loads(settings.read_text("utf-8")) | {"model_type": config.model_type}
    settings.write_text(json.dumps(asked, indent=2), "utf-8")
    tensors = {name: each.contiguous() for name, each in state.items()}
    save_file(tensors, Path(folder) / "model.safetensors")
    if without:
        (Path(folder) / without).unlink()
    return folder


def digests(folder: str) -> dict[str, str]:
    """The SHA-256 of every file in a folder, by name."""
    files = [each for each in Path(folder).iterdir() if each.is_file()]
    return {each.name: hashlib.sha256(each.read_bytes()).hexdigest() for each in files}


def default_device(name: str) -> None:
    """Where torch makes new tensors from now on; on "meta" they have shapes, and no numbers.

    An empty name stands for the usual place.
    """
    torch.set_default_device(name or None)


@cache
def _workspace(place: str) -> tempfile.TemporaryDirectory[str]:
    """A folder in `place` that is removed when the program ends.

    A graded submission has a temporary folder of its own and cannot use the one before it.
    """
    return tempfile.TemporaryDirectory(prefix="lesson-04-", dir=place, ignore_cleanup_errors=True)


def checkpoint_folder(name: str | os.PathLike[str], model: Any = None) -> str:
    """The folder of the model `name`; of a shipped model, or of its stand-in, a copy.

    `model` is the stand-in where somebody has loaded it already. There is one copy as long as the
    program lasts; what has been written into it since is put right.
    """
    place, found = tempfile.gettempdir(), models.checkpoint(name)
    if found and name not in models.SHIPPED:
        return found
    source = found or _stand_in_folder(model or models.load(str(name)), place)
    folder = Path(_workspace(place).name) / name
    folder.mkdir(exist_ok=True)
    for file in filter(Path.is_file, Path(source).iterdir()):
        kept = folder / file.name
        if not (kept.is_file() and filecmp.cmp(file, kept, shallow=False)):
            new = folder / f"{file.name}.new"  # a model may still read from the old one
            shutil.copyfile(file, new)
            new.replace(kept)
    return str(folder)


@cache
def _stand_in_folder(model: Any, _place: str) -> str:
    """Where the stand-in was written, below the temporary folder `_place`."""
    # the head of a tied model is its embedding and stands in no file
    state = {key: each for key, each in model.state_dict().items() if key != "lm_head.weight"}
    return write_checkpoint(model.config.to_dict(), state)


@torch.no_grad()
def trace(model: Any, ids: Tensor) -> dict[str, Tensor]:
    """What flows through a Llama while it reads `ids` (B, T), step by step, in order.

    Keys: "embedding"; then for each block i "i norm", "i attention", "i residual" (with what the
    attention added), "i second norm", "i feed-forward", "i second residual"; "final norm"; "head".
    A part that the model does not call as a module is missing.
    """
    seen: dict[str, Tensor] = {}
    hooks = [
        module.register_forward_hook(_keeper(seen, entering, leaving), with_kwargs=True)
        for module, entering, leaving in _watched(model)
    ]
    try:
        model(ids)
    finally:
        for hook in hooks:
            hook.remove()
    return {step: seen[step] for step in steps_of(len(seen)) if step in seen}


WHOLE = {"model.embed_tokens": "embedding", "model.norm": "final norm", "lm_head": "head"}
"""Module → the name of what comes out of it."""
PARTS = {
    "input_layernorm": ("", "norm"),
    "self_attn": ("", "attention"),
    "post_attention_layernorm": ("residual", "second norm"),
    "mlp": ("", "feed-forward"),
}
"""Module of a block → the names of what goes into it and of what comes out; "" is not kept."""
ORDER = ("norm", "attention", "residual", "second norm", "feed-forward", "second residual")


def steps_of(blocks: int) -> list[str]:
    """The names of all steps of a model with so many blocks, in the order of computing."""
    inner = [f"{i} {step}" for i in range(blocks) for step in ORDER]
    return ["embedding", *inner, "final norm", "head"]


def _watched(model: Any) -> Iterator[tuple[torch.nn.Module, str, str]]:
    """The modules to look at, each with the names of its input and its output."""
    modules = dict(model.named_modules(remove_duplicate=False))
    for name, step in WHOLE.items():
        if name in modules:
            yield modules[name], "", step
    for i in takewhile(lambda i: f"model.layers.{i}" in modules, count()):
        block = f"model.layers.{i}"
        yield modules[block], "", f"{i} second residual"
        for name, steps in PARTS.items():
            if f"{block}.{name}" in modules:
                entering, leaving = (step and f"{i} {step}" for step in steps)
                yield modules[f"{block}.{name}"], entering, leaving


def _keeper(seen: dict[str, Tensor], entering: str, leaving: str) -> Callable[..., None]:
    """A hook that keeps a module's first input and output, at the first call."""

    def keep(_module: Any, args: Any, kwargs: Any, output: Any) -> None:
        into = next(iter((*args, *kwargs.values())), None)
        out = output[0] if isinstance(output, tuple) else output
        for name, value in ((entering, into), (leaving, out)):
            if name and isinstance(value, Tensor):
                seen.setdefault(name, value.clone())

    return keep


class CountingModel:
    """A model that has learned nothing but counts: it is handed ids and a cache like any other.

    Its next token is the number of positions it was handed so far, so that the text it writes
    shows the work. Its cache is the number of positions read, as a tensor.
    """

    def __init__(self, vocabulary: int) -> None:
        self.vocabulary = vocabulary
        self.calls: list[tuple[int, int]] = []

    def __call__(self, ids: Tensor, cache: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Logits (B, T, V) and the new cache."""
        before = 0 if cache is None else int(cache)
        self.calls.append((ids.shape[1], before))
        handed = sum(count for count, _ in self.calls)
        logits = torch.zeros(*ids.shape, self.vocabulary)
        logits[:, -1, handed % self.vocabulary] = 1
        return logits, torch.tensor(before + ids.shape[1])

    def work(self) -> list[tuple[int, int]]:
        """For each call: how many positions were handed to it, and how many its cache held."""
        return list(self.calls)
