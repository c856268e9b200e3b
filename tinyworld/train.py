"""Training: plain PyTorch, resumable after a kill at any point without a trace.

Everything a step needs is the step's number and the state of model and optimizers. The state is
written to a new file and renamed, so that a kill leaves the old or the new one, never half of one.
Matrices are trained by Muon, embeddings and norms by AdamW.
"""

import os
from collections.abc import Mapping
from contextlib import closing
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F
from torch.utils.data import DataLoader, Subset
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

from tinyworld import attention, initial
from tinyworld.batches import IGNORED, Documents
from tinyworld.lanes import LANES, Lanes, Piece
from tinyworld.muon import Muon
from tinyworld.progress import Progress
from tinyworld.recipe import Preset

SAVE_EVERY_STEPS = 100
STATE_FILE = "state.pt"
GPU_WORKERS = 8
"""Processes that prepare batches for a GPU; on a CPU they are prepared in between."""


@dataclass
class Run:
    """One stage of training: what it is, and how far it is."""

    preset: Preset
    stage: str
    seed: int
    folder: Path
    precision: str = "float32"
    """Of the products of matrices; weights are kept in 32 bits."""
    threads: int = 1
    """How many lanes work at once; it changes nothing but the time."""
    step: int = 0
    losses: list[float] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def identity(self) -> dict[str, Any]:
        """What must not change between a run and its continuation."""
        facts = {"preset": asdict(self.preset), "stage": self.stage, "seed": self.seed}
        return facts | {"precision": self.precision, "device": device().type}


def device() -> torch.device:
    """The GPU if there is one."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def new_model(preset: Preset, tokenizer: PreTrainedTokenizerFast, seed: int) -> LlamaForCausalLM:
    """A Llama with random weights."""
    torch.manual_seed(seed)
    shape = preset.shape
    config = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=shape.hidden,
        num_hidden_layers=shape.layers,
        num_attention_heads=shape.heads,
        num_key_value_heads=shape.key_value_heads,
        intermediate_size=shape.feed_forward,
        max_position_embeddings=shape.positions,
        initializer_range=preset.first_deviation,
        tie_word_embeddings=True,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    return initial.prepare(LlamaForCausalLM(config), seed)


def optimizers(model: LlamaForCausalLM, run: Run) -> list[torch.optim.Optimizer]:
    """Muon for the matrices inside the layers, a part a lane; AdamW for everything else."""
    rates, precision = run.preset.rates(run.stage), getattr(torch, run.precision)
    named = dict(model.named_parameters())
    matrices = [p for name, p in named.items() if p.ndim == 2 and "layers" in name]
    others = [p for name, p in named.items() if p.ndim != 2 or "layers" not in name]
    decay = run.preset.weight_decay
    made: list[torch.optim.Optimizer] = [
        *(Muon(matrices[i::LANES], rates.matrices, decay, precision) for i in range(LANES)),
        torch.optim.AdamW(others, rates.vectors, betas=(0.9, 0.95), weight_decay=0.0),
    ]
    for optimizer in made:
        for group in optimizer.param_groups:
            group["full_rate"] = group["lr"]
    return made


def loss_sum(model: LlamaForCausalLM, inputs: Tensor, labels: Tensor, precision: str) -> Tensor:
    """Summed cross-entropy of the labels that count; no other logits are computed."""
    short, counted = precision == "bfloat16", labels != IGNORED
    with torch.autocast(inputs.device.type, torch.bfloat16, enabled=short):
        read = model.model(inputs, use_cache=False).last_hidden_state  # (rows, tokens, width)
        logits = model.lm_head(read[counted])  # (counted, vocabulary)
    return F.cross_entropy(logits.float(), labels[counted], reduction="sum")


def train_step(
    run: Run, lanes: Lanes, optims: list[torch.optim.Optimizer], batch: tuple[Tensor, Tensor]
) -> float:
    """One optimizer step over the batch, a few rows at a time; the mean loss."""
    factor = run.preset.rate(run.stage, run.step)
    counted = int((batch[1] != IGNORED).sum())

    def loss(model: LlamaForCausalLM, piece: Piece) -> Tensor:
        inputs, labels = (part.to(device()) for part in piece)
        return loss_sum(model, inputs, labels, run.precision) / counted

    rows = (torch.split(part, run.preset.micro_rows) for part in batch)
    total = sum(lanes.losses(loss, list(zip(*rows, strict=True))))
    for optimizer in optims:
        for group in optimizer.param_groups:
            group["lr"] = group["full_rate"] * factor
    lanes.run([optimizer.step for optimizer in optims])
    for optimizer in optims:
        optimizer.zero_grad(set_to_none=True)
    return total


def save(run: Run, model: LlamaForCausalLM, optims: list[torch.optim.Optimizer]) -> None:
    """Write the state beside the old one, then put it in its place."""
    state = {
        "identity": run.identity, "step": run.step, "losses": run.losses, "seconds": run.seconds,
        "model": model.state_dict(), "optimizers": [o.state_dict() for o in optims],
    }  # fmt: skip
    fresh = run.folder / f"{STATE_FILE}.new"
    with fresh.open("wb") as file:
        torch.save(state, file)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(run.folder / STATE_FILE)


def saved(run: Run) -> Mapping[str, Any] | None:
    """The state that a stage was left in, if there is one; another run's is refused."""
    path = run.folder / STATE_FILE
    if not path.exists():
        return None
    state: Mapping[str, Any] = torch.load(path, map_location=device(), weights_only=True)
    if state["identity"] != run.identity:
        raise ValueError(
            f"{run.folder} holds another run (other preset, seed, precision or device): "
            "choose another folder or delete this one."
        )
    return state


def resume(run: Run, model: LlamaForCausalLM, optims: list[torch.optim.Optimizer]) -> None:
    """Continue from the saved state, if there is one."""
    state = saved(run)
    if state is None:
        return
    run.step, run.losses, run.seconds = state["step"], state["losses"], state["seconds"]
    model.load_state_dict(state["model"])
    for optimizer, kept in zip(optims, state["optimizers"], strict=True):
        optimizer.load_state_dict(kept)


def train(
    run: Run, model: LlamaForCausalLM, tokenizer: PreTrainedTokenizerFast, progress: Progress
) -> LlamaForCausalLM:
    """Run a stage to its end, from the start or from where it was killed."""
    run.folder.mkdir(parents=True, exist_ok=True)
    torch.nn.Module.to(model, device())
    model.train()
    model.set_attn_implementation(attention.NAME if device().type == "cpu" else "sdpa")
    optims = optimizers(model, run)
    resume(run, model, optims)
    documents = Documents(run.preset, run.stage, run.seed, tokenizer)
    rest = Subset(documents, range(run.step, len(documents)))
    workers = GPU_WORKERS if device().type == "cuda" else 0
    with progress, closing(Lanes(model, run.threads)) as lanes:
        for batch in DataLoader(rest, batch_size=None, num_workers=workers):
            run.losses.append(train_step(run, lanes, optims, batch))
            run.step += 1
            run.seconds += progress.advance(run.step, run.losses[-1])
            if run.step % SAVE_EVERY_STEPS == 0 or run.step == len(documents):
                save(run, model, optims)
    model.train(False)
    model.set_attn_implementation("sdpa")
    return model
