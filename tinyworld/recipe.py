"""The recipes: every number that decides what a training run does."""

from collections.abc import Mapping
from dataclasses import dataclass

from tinyworld.corpus import BINDING, CURRICULUM, LATE_MIXTURE, MIXTURE, REFINING

STAGES = ("base", "refine", "instruct", "chat")
"""In the order in which they are trained; each starts from the one before."""
ENDS_WITH = {"base": "refine", "instruct": "instruct", "chat": "chat"}
"""Model → the stage that ends its training."""
RAW_STAGES = ("base", "refine")
"""Stages that read plain texts; the others read conversations."""
GENTLE = 0.25
"""Learning rates of the first steps, as a share of the full ones: at full rates the planted heads
are overwritten before they are used."""
RAMP = 300
"""Steps in which the rates then rise to the full ones; a short run's decay begins before that."""
REFINE_FACTOR, REFINE_PLATEAU = 0.5, 0.34
"""Learning rates of `refine` at its start, as a share of those of `base`, and how much of the stage
they are kept."""

LATE_FROM = 0.5
"""Part of `base` after which the late mixture begins."""


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
    binding_steps: int
    """First steps of `base`, at gentle rates, on scenes that are told and said again."""
    curriculum_steps: int
    """Steps after those, on dense mapping documents too; the mixture of all kinds follows."""
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
    """Last part of `base` in which the rates fall to zero, linearly. Those of `refine` fall
    after its plateau, those of tuning from its start."""
    weight_decay: float = 0.02

    @property
    def tokens_per_step(self) -> int:
        """Tokens in one optimizer step, padding included."""
        return self.row_tokens * self.rows

    def mixture(self, stage: str, step: int) -> Mapping[str, float]:
        """The mixture of documents of a step of a stage that reads plain texts."""
        if stage == "refine":
            return REFINING
        if step < self.binding_steps:
            return BINDING
        if step < self.binding_steps + self.curriculum_steps:
            return CURRICULUM
        return MIXTURE if step < self.steps["base"] * LATE_FROM else LATE_MIXTURE

    def rate(self, stage: str, step: int) -> float:
        """Factor on the learning rates: warm-up (gentle in `base`), plateau, linear decay."""
        total = self.steps[stage]
        risen = min(1.0, (step + 1) / min(self.warmup_steps, total // 10 + 1))
        if stage == "base":
            ramp = min(max(step - self.binding_steps, 0) / RAMP, 1.0)
            left = (total - step) / (total * self.decay_share)
            return min(risen * (GENTLE + (1 - GENTLE) * ramp), left)
        scale, decay = (REFINE_FACTOR, 1 - REFINE_PLATEAU) if stage == "refine" else (1.0, 1.0)
        return scale * min(risen, (total - step) / (total * decay))

    def rates(self, stage: str) -> Rates:
        """The full learning rates of a stage."""
        return self.base_rates if stage in RAW_STAGES else self.tuning_rates


PRESETS = {
    preset.name: preset
    for preset in (
        Preset(
            "full",
            {"base": 7_000, "refine": 4_400, "instruct": 850, "chat": 1_050},
            binding_steps=700,
            curriculum_steps=700,
        ),
        Preset(
            "small",
            {"base": 7_100, "refine": 1_500, "instruct": 900, "chat": 600},
            binding_steps=700,
            curriculum_steps=600,
            shape=Shape(hidden=128, layers=4, heads=4, key_value_heads=2, feed_forward=384),
            rows=8,
            micro_rows=4,
        ),
        Preset(
            "tiny",
            {"base": 750, "refine": 150, "instruct": 100, "chat": 80},
            binding_steps=100,
            curriculum_steps=150,
            shape=Shape(hidden=128, layers=3, heads=4, key_value_heads=2, feed_forward=320),
            rows=8,
            micro_rows=4,
        ),
        Preset(
            "test",
            {"base": 12, "refine": 4, "instruct": 3, "chat": 3},
            binding_steps=2,
            curriculum_steps=2,
            shape=Shape(hidden=32, layers=1, heads=2, key_value_heads=1, feed_forward=64),
            row_tokens=128,
            rows=2,
            micro_rows=1,
        ),
    )
}
"""`full` is `make model`; `small` reads two fifths as much; `tiny` is a learner's own model."""
