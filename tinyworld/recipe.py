"""The recipes: every number that decides what a training run does."""

from collections.abc import Mapping
from dataclasses import dataclass

from tinyworld.corpus import (
    BINDING,
    COPYING,
    CURRICULUM,
    FINISHING,
    LATE_MIXTURE,
    MIXTURE,
    REFINING,
)

STAGES = ("base", "bind", "refine", "instruct", "chat")
"""In the order in which they are trained; each starts from the one before."""
ENDS_WITH = {"base": "refine", "instruct": "instruct", "chat": "chat"}
"""Model → the stage that ends its training."""
RAW_STAGES = ("base", "bind", "refine")
"""Stages that read plain texts; the others read conversations."""
BIND_FACTOR = 0.3
"""Learning rates of `bind`, as a share of those of `base`: at full rates the planted heads are
overwritten before they are used."""
REFINE_FACTOR, REFINE_PLATEAU = 0.5, 0.34
"""Learning rates of `refine` at its start, as a share of those of `base`, and how much of the stage
they are kept."""

LATE_FROM = 0.5
"""Part of `base` after which the late mixture begins."""
FINISH_FROM = 0.7
"""Part of `refine` after which its last mixture begins."""


@dataclass(frozen=True)
class Shape:
    """The dimensions of the Llama."""

    hidden: int = 192
    layers: int = 5
    heads: int = 6
    key_value_heads: int = 3
    feed_forward: int = 512
    positions: int = 512


@dataclass(frozen=True)
class Rates:
    """Learning rates: Muon's for matrices, AdamW's for embeddings and norms."""

    matrices: float
    vectors: float


@dataclass(frozen=True)
class Preset:
    """One complete recipe."""

    name: str
    steps: Mapping[str, int]
    """Stage → optimizer steps."""
    copying_steps: int
    """First steps of `base`, on documents that repeat themselves."""
    curriculum_steps: int
    """Steps after those, on dense mapping documents; the mixture of all kinds follows."""
    shape: Shape = Shape()
    row_tokens: int = 256
    rows: int = 16
    """Rows a step; a row is filled with whole documents."""
    micro_rows: int = 4
    """Rows that pass through the model at once."""
    base_rates: Rates = Rates(0.02, 4e-3)
    tuning_rates: Rates = Rates(0.006, 1e-3)
    first_deviation: float = 0.05
    """Standard deviation of the first weights."""
    warmup_steps: int = 100
    decay_share: float = 0.6
    """Last part of a stage in which the rates fall to zero, linearly."""
    weight_decay: float = 0.02

    @property
    def tokens_per_step(self) -> int:
        """Tokens in one optimizer step, padding included."""
        return self.row_tokens * self.rows

    def mixture(self, stage: str, step: int) -> Mapping[str, float]:
        """The mixture of documents of a step of a stage that reads plain texts."""
        if stage == "bind":
            return BINDING
        if stage == "refine":
            return REFINING if step < self.steps["refine"] * FINISH_FROM else FINISHING
        if step < self.copying_steps:
            return COPYING
        if step < self.copying_steps + self.curriculum_steps:
            return CURRICULUM
        return MIXTURE if step < self.steps["base"] * LATE_FROM else LATE_MIXTURE

    def rate(self, stage: str, step: int) -> float:
        """Factor on the learning rates: warm-up, plateau, linear decay."""
        total = self.steps[stage]
        risen = (step + 1) / min(self.warmup_steps, total // 10 + 1)
        if stage == "bind":
            return BIND_FACTOR * min(1.0, risen)
        decay = {"base": self.decay_share, "refine": 1 - REFINE_PLATEAU}.get(stage, 1.0)
        scale = REFINE_FACTOR if stage == "refine" else 1.0
        return scale * min(1.0, risen, (total - step) / (total * decay))

    def rates(self, stage: str) -> Rates:
        """The full learning rates of a stage."""
        return self.base_rates if stage in RAW_STAGES else self.tuning_rates


PRESETS = {
    preset.name: preset
    for preset in (
        Preset(
            "full",
            {"base": 6_000, "bind": 700, "refine": 4_700, "instruct": 850, "chat": 1_050},
            200,
            600,
        ),
        Preset(
            "small",
            {"base": 6_500, "bind": 600, "refine": 1_500, "instruct": 900, "chat": 600},
            200,
            600,
            Shape(hidden=128, layers=4, heads=4, key_value_heads=2, feed_forward=384),
            rows=8,
            micro_rows=4,
        ),
        Preset(
            "tiny",
            {"base": 700, "bind": 50, "refine": 150, "instruct": 100, "chat": 80},
            100,
            150,
            Shape(hidden=128, layers=3, heads=4, key_value_heads=2, feed_forward=320),
            rows=8,
            micro_rows=4,
        ),
        Preset(
            "test",
            {"base": 12, "bind": 3, "refine": 4, "instruct": 3, "chat": 3},
            2,
            2,
            Shape(hidden=32, layers=1, heads=2, key_value_heads=1, feed_forward=64),
            row_tokens=128,
            rows=2,
            micro_rows=1,
        ),
    )
}
"""`full` is `make model`; `small` reads two fifths as much; `tiny` is a learner's own model."""
