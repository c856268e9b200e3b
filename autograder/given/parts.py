"""Given parts that are the course's own answers, so that each answer is written once.

The references lie with the lessons. A submission sees no lesson: where it runs, their compiled code
lies beside this file, without a line of their text.
"""

from __future__ import annotations

import marshal
import sys
from pathlib import Path
from types import CodeType

PARTS: dict[str, tuple[str, ...]] = {
    "tokenization": (
        "to_bytes", "pair_counts", "merge", "pre_tokenize", "train_bpe", "decode", "fertility",
        "token_premium", "encode_with_special", "tokenizer_json", "train_bpe_fast",
    ),
    "attention": (
        "attention_scores", "causal_mask", "split_heads", "merge_heads", "MultiHeadAttention",
        "rotary_embedding", "GroupedQueryAttention", "induction_score", "find_copying_head",
    ),
    "transformer": (
        "SwiGLU", "Block", "TinyLlama", "load_checkpoint", "greedy", "temperature", "top_k",
        "top_p", "sample_token", "generate",
    ),
    "prompting": (
        "build_prompt", "score_labels", "task_prompt", "scratchpad_prompt", "majority_vote",
        "mislabel", "calibrate", "keep_best", "improve_prompt", "guarded_prompt",
    ),
    "fine_tuning": (
        "describe_intents", "balanced_sample", "SentenceClassifier", "fine_tune", "LoRALinear",
        "merge_lora", "add_lora",
    ),
}  # fmt: skip
"""Folder of a lesson → the exercises whose given part is the reference, in their order.

The given parts of the others are the library's own function, which is faster.
"""
FIRST_CELL = "first_cell"
"""What of a notebook's first cell the answers use, as a file among the references."""
DOC = "What the exercise `{}` asks for."
OWN_FILE = "<autograder "
"""How the file of such code is called; no line of it is ever shown to a learner."""
REFERENCES = Path(__file__).resolve().parents[1] / "lessons"


def own_answers(module: str) -> None:
    """Define in the given module `module` the answers that PARTS lists for it."""
    folder = module.rpartition(".")[2]
    namespace, codes = vars(sys.modules[module]), _codes(folder)
    for name in (FIRST_CELL, *PARTS[folder]):
        exec(codes[name], namespace)
    for name in PARTS[folder]:
        namespace[name].__doc__ = DOC.format(name)


def compiled_files() -> dict[str, bytes]:
    """The code of all lessons' own answers, by the path in this package where `_codes` looks."""
    return {f"given/{folder}.code": marshal.dumps(_compiled(folder)) for folder in PARTS}


def _codes(folder: str) -> dict[str, CodeType]:
    beside = Path(__file__).with_name(f"{folder}.code")
    if not beside.exists():
        return _compiled(folder)
    codes: dict[str, CodeType] = marshal.loads(beside.read_bytes())
    return codes


def _compiled(folder: str) -> dict[str, CodeType]:
    return {name: _code(folder, name) for name in (FIRST_CELL, *PARTS[folder])}


def _code(folder: str, name: str) -> CodeType:
    text = (REFERENCES / folder / "reference" / f"{name}.py").read_text(encoding="utf-8")
    return compile(text, f"{OWN_FILE}{name}>", "exec", dont_inherit=True)
