"""Putting a finished run into the package: 16-bit checkpoints with their model cards."""

import json
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from transformers import GenerationConfig, LlamaForCausalLM

from tinyworld import CHECKPOINTS, MODELS, tokens
from tinyworld.build import model_folder
from tinyworld.card import card
from tinyworld.recipe import ENDS_WITH, RAW_STAGES
from tinyworld.train import STATE_FILE

ENDS = {"base": tokens.END_OF_TEXT, "instruct": tokens.END_OF_TURN, "chat": tokens.END_OF_TURN}


@dataclass(frozen=True)
class Origin:
    """What a card must say that the run's files do not know."""

    commit: str
    note: str = ""
    """A sentence about hardware and circumstances."""


@dataclass(frozen=True)
class Reports:
    """What `tinyworld eval --json` printed of the run, and of a run with another seed."""

    measured: Mapping[str, Any]
    second: Mapping[str, Any] | None = None


def reports(first: Path, second: Path | None = None) -> Reports:
    """The reports from their files."""
    read = [json.loads(p.read_text(encoding="utf-8")) for p in (first, second) if p]
    return Reports(*read)


def ship(folder: Path, found: Reports, origin: Origin) -> list[Path]:
    """Write every model of a run to `tinyworld/checkpoints`.

    What lies there is replaced when all three are complete; if one fails, it stays.
    """
    fresh = Path(tempfile.mkdtemp(prefix="new-", dir=CHECKPOINTS))
    try:
        for name in MODELS:
            _write(folder, name, found, origin, fresh / name)
        for name in MODELS:
            shutil.rmtree(CHECKPOINTS / name, ignore_errors=True)
            (fresh / name).rename(CHECKPOINTS / name)
    finally:
        shutil.rmtree(fresh)
    return [CHECKPOINTS / name for name in MODELS]


def _states(folder: Path, name: str) -> list[Mapping[str, Any]]:
    """How the stages ended that made a model from the one before it, the last one last."""
    stages = RAW_STAGES if name == "base" else (name,)
    paths = [folder / stage / STATE_FILE for stage in stages]
    return [torch.load(path, map_location="cpu", weights_only=True) for path in paths]


def _write(folder: Path, name: str, found: Reports, origin: Origin, place: Path) -> None:
    source = model_folder(folder, ENDS_WITH[name])
    if not (source / "model.safetensors").exists():
        raise FileNotFoundError(f"{source} holds no model: train it to its end first.")
    text = card(name, _states(folder, name), found.measured, vars(origin), found.second)
    tokenizer = tokens.load(source)
    model = LlamaForCausalLM.from_pretrained(source, dtype=torch.bfloat16)
    end = tokenizer.convert_tokens_to_ids(ENDS[name])
    model.generation_config = GenerationConfig(  # type: ignore[no-untyped-call]
        bos_token_id=tokenizer.bos_token_id, eos_token_id=end,
        pad_token_id=tokenizer.pad_token_id, do_sample=False,
    )  # fmt: skip
    model.save_pretrained(place)
    tokenizer.save_pretrained(place)
    (place / "README.md").write_text(text, encoding="utf-8")
    for file in place.iterdir():
        file.chmod(0o644)  # safetensors writes for its owner alone
