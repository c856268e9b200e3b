"""What other models ask for and the lesson's Llama cannot do: one setting each.

Most have the names and shapes of a Llama's tensors, so nothing else would tell.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import zip_longest

from autograder.exercise import Draw
from autograder.lessons.transformer import oracle as llama
from autograder.lessons.transformer.oracle import Fields
from autograder.wire import StudentError, Value

SETTINGS: dict[str, tuple[tuple[Value, ...], tuple[Value, ...]]] = {
    "hidden_act": (
        ("gelu", "gelu_new", "tanh", "relu"), ("relu", "gelu_pytorch_tanh", "quick_gelu", "gelu"),
    ),
    "model_type": (("mistral", "llama4_text", "qwen2", ""), ("gemma", "llama4_text", "phi3", None)),
    "attention_bias": ((True, True), (True, True)),
    "mlp_bias": ((True, True), (True, True)),
    "head_dim": ((8, 2), (2, 8)),
    "sliding_window": ((3, 0, 4096), (5, 0, 2048)),
    "is_causal": ((False, False), (False, None)),
}  # fmt: skip
"""Setting → values in the visible and in the hidden test, for a Llama 16 wide with 4 heads.

Its `max_position_embeddings` is 2048: no window of at least that many tokens matters before.
"""
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
        named = self.value and isinstance(self.value, str)
        return (self.setting, self.value) if named else (self.setting,)

    def __str__(self) -> str:
        return f"{self.setting} {self.value!r}"


ACCEPTED = "accepted"


def refusal(make: Callable[[], object]) -> Value:
    """What `make` raises: the name of the error and its message; ACCEPTED if nothing.

    A kind of ValueError counts as one.
    """
    try:
        make()
    except StudentError as error:
        failure = error.failure
        if failure.kind != "exception":
            raise
        name = "ValueError" if failure.is_a("ValueError") else failure.type_name
        return {"error": name, "message": failure.message}
    return ACCEPTED


def others(draw: Draw) -> list[Other]:
    """One value of every setting, then the next of each; every second model ties its head."""
    first, *rest = (_settings(draw, setting, *values) for setting, values in SETTINGS.items())
    columns = [first, _positions(draw), *rest]
    return [other for row in zip_longest(*columns) for other in row if other is not None]


def _settings(
    draw: Draw, setting: str, visible: tuple[Value, ...], hidden: tuple[Value, ...]
) -> Iterator[Other]:
    for i, value in enumerate(draw.size(visible, hidden)):
        changes = {setting: value, "tie_word_embeddings": i % 2 == 1}
        yield Other(setting, value, llama.fields(**changes))


def _positions(draw: Draw) -> Iterator[Other]:
    for i, kind in enumerate(draw.size(tuple(POSITIONS), tuple(reversed(POSITIONS)))):
        rope = {"rope_type": kind, "rope_theta": draw.size(10000.0, 500.0), **POSITIONS[kind]}
        tied = i % 2 == 1
        some = llama.fields(
            rope_parameters=rope, max_position_embeddings=256, tie_word_embeddings=tied
        )
        yield Other("rope_type", kind, some)
