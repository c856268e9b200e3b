"""TinyWorld: a small invented world, its texts, and three small models trained on them."""

from pathlib import Path

MODELS = ("base", "instruct", "chat")
"""The models that are shipped: generic, instruction-tuned, dialog-tuned."""
CHECKPOINTS = Path(__file__).parent / "checkpoints"


def path(name: str) -> Path:
    """The folder of a shipped model, for `AutoModelForCausalLM.from_pretrained`."""
    if name not in MODELS:
        raise ValueError(f"There is no model {name!r}: choose one of {', '.join(MODELS)}.")
    folder = CHECKPOINTS / name
    if not (folder / "model.safetensors").exists():
        raise FileNotFoundError(
            f"The model {name!r} is not installed: {folder} has no model.safetensors. "
            "Train it with `make model` (or `tinyworld train`), or install a release that ships it."
        )
    return folder
