"""From nothing to three models: tokenizer, base, instruct, chat; what is done is kept."""

import shutil
from pathlib import Path

import torch
from transformers import LlamaForCausalLM, PreTrainedTokenizerFast

from tinyworld import tokens
from tinyworld.curve import draw_curve
from tinyworld.lanes import precision
from tinyworld.progress import Progress
from tinyworld.recipe import ENDS_WITH, STAGES, Preset
from tinyworld.train import Run, device, new_model, saved, train

MODEL_FOLDER, TOKENIZER_FOLDER = "model", "tokenizer"
CURVE_FILE, PRECISION_FILE = "curve.png", "precision.txt"


def tokenizer_of(folder: Path) -> PreTrainedTokenizerFast:
    """The run's tokenizer, built once."""
    place = folder / TOKENIZER_FOLDER
    if not place.exists():
        fresh = place.with_suffix(".new")
        shutil.rmtree(fresh, ignore_errors=True)  # of a run that was killed while writing
        tokens.build().save_pretrained(fresh)
        fresh.rename(place)
    return tokens.load(place)


def precision_of(folder: Path) -> str:
    """The run's precision, chosen once."""
    place = folder / PRECISION_FILE
    if not place.exists():
        fresh = place.with_suffix(".new")
        fresh.write_text(precision(device()), encoding="utf-8")
        fresh.replace(place)
    return place.read_text(encoding="utf-8")


def model_folder(folder: Path, stage: str) -> Path:
    """Where a stage's finished model lies."""
    return folder / stage / MODEL_FOLDER


def build(preset: Preset, folder: Path, seed: int, model: str = "chat", threads: int = 1) -> Path:
    """Train the stages of a model that are not done yet; returns the model's folder."""
    last = ENDS_WITH[model]
    tokenizer = tokenizer_of(folder)
    short = precision_of(folder)
    for stage in STAGES[: STAGES.index(last) + 1]:
        run = Run(preset, stage, seed, folder / stage, short, threads)
        if (model_folder(folder, stage) / "model.safetensors").exists():
            saved(run)  # another run's is refused, as it is where training goes on
        else:
            _train_stage(run, tokenizer)
    return model_folder(folder, last)


def _start(run: Run, tokenizer: PreTrainedTokenizerFast) -> LlamaForCausalLM:
    """The model as a stage finds it."""
    before = STAGES.index(run.stage) - 1
    if before < 0:
        return new_model(run.preset, tokenizer, run.seed)
    return _open(model_folder(run.folder.parent, STAGES[before]))


def _train_stage(run: Run, tokenizer: PreTrainedTokenizerFast) -> None:
    model = _start(run, tokenizer)
    total = run.preset.steps[run.stage]
    train(run, model, tokenizer, Progress(run.stage, total, run.preset.tokens_per_step))
    draw_curve(run.losses, run.stage, run.folder / CURVE_FILE)
    place = model_folder(run.folder.parent, run.stage)
    tokenizer.save_pretrained(place)
    model.save_pretrained(place)


def _open(folder: Path) -> LlamaForCausalLM:
    model: LlamaForCausalLM = LlamaForCausalLM.from_pretrained(folder, dtype=torch.float32)
    return model
