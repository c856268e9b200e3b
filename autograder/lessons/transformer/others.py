"""What other models ask for and the lesson's Llama cannot do: one setting each.

Most have the names and shapes of a Llama's tensors, so nothing else would tell.
"""

from __future__ import annotations

from dataclasses import dataclass

from autograder.exercise import Draw
from autograder.lessons.transformer import oracle as llama
from autograder.lessons.transformer.oracle import Fields
from autograder.wire import Value

SETTINGS: dict[str, tuple[Value, Value]] = {
    "hidden_act": ("gelu", "relu"),
    "model_type": ("mistral", "gemma"),
    "attention_bias": (True, True),
    "mlp_bias": (True, True),
    "head_dim": (8, 2),
    "sliding_window": (3, 5),
}
"""Setting → a value in the visible and in the hidden test, for a Llama 16 wide with 4 heads."""
POSITIONS: dict[str, dict[str, Value]] = {
    "linear": {"factor": 2.0},
    "dynamic": {"factor": 4.0},
    "yarn": {"factor": 4.0, "original_max_position_embeddings": 64},
    "llama3": {
        "factor": 4.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
        "original_max_position_embeddings": 64,
    },
    "longrope": {
        "factor": 4.0, "short_factor": [1.0, 1.0], "long_factor": [2.0, 3.0],
        "original_max_position_embeddings": 64,
    },
    "proportional": {"partial_rotary_factor": 0.5},
}  # fmt: skip
"""The kinds of positions that transformers knows besides the usual, and what they need to know."""


@dataclass(frozen=True)
class Other:
    """A configuration that must be refused, because of `setting`, which is `value`."""

    setting: str
    value: Value
    fields: Fields

    @property
    def words(self) -> tuple[str, ...]:
        """What an error may call it: the setting, or a value that is a name."""
        return (self.setting, *((self.value,) if isinstance(self.value, str) else ()))

    def __str__(self) -> str:
        return f"{self.setting} {self.value!r}"


def others(draw: Draw) -> list[Other]:
    """One for each setting, then one for each kind of positions."""
    found = []
    for setting, values in SETTINGS.items():
        value = draw.size(*values)
        found.append(Other(setting, value, llama.fields(**{setting: value})))
    for kind in draw.size(tuple(POSITIONS), tuple(reversed(POSITIONS))):
        rope = {"rope_type": kind, "rope_theta": draw.size(10000.0, 500.0), **POSITIONS[kind]}
        some = llama.fields(rope_parameters=rope, max_position_embeddings=256)
        found.append(Other("rope_type", kind, some))
    return found
