"""Opening a model by a shipped name or a folder."""

from pathlib import Path

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer
from transformers.utils import logging

from tinyworld import MODELS, path
from tinyworld.build import model_folder
from tinyworld.generate import Decoder
from tinyworld.recipe import ENDS_WITH


def folder_of(name: str) -> Path:
    """The folder of a shipped model or of one's own."""
    if name in MODELS:
        return path(name)
    folder = Path(name)
    if not (folder / "config.json").exists():
        raise FileNotFoundError(
            f"{name} is neither one of {', '.join(MODELS)} nor a model's folder."
        )
    return folder


def models_of(name: str) -> dict[str, str]:
    """What to call a model in a report → where it is; a training run's folder holds several."""
    inside = {kind: model_folder(Path(name), ENDS_WITH[kind]) for kind in MODELS}
    trained = {kind: str(place) for kind, place in inside.items() if place.exists()}
    return trained if name not in MODELS and trained else {name: name}


def kind_of(folder: Path) -> str:
    """base, instruct or chat, by the name of the folder or of the one around it."""
    for part in (folder.resolve().name, folder.resolve().parent.name):
        if part in MODELS:
            return part
    return "base"


def open_model(name: str) -> tuple[Decoder, str]:
    """The model, in 32 bits and without gradients, and its kind."""
    folder = folder_of(name)
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]  # it opens in a moment
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
    model.train(False)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    torch.nn.Module.to(model, device)
    tokenizer = AutoTokenizer.from_pretrained(folder, padding_side="left")
    tokenizer.pad_token = tokenizer.pad_token or tokenizer.eos_token
    return Decoder(model, tokenizer), kind_of(folder)
