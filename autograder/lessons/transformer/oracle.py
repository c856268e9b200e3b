"""transformers' Llama as the oracle: configurations, random weights, logits and what leads to them.

All of it is computed in float32.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping
from itertools import takewhile
from operator import itemgetter
from typing import Any

import torch
from torch import Tensor
from transformers import LlamaConfig, LlamaForCausalLM

from autograder.exercise import LOGITS_TOLERANCE, Case, Draw, Program
from autograder.given.workbench import trace
from autograder.wire import Handle, Student, StudentError, Value, is_tensor

Fields = dict[str, Any]
"""The fields of a LlamaConfig."""
State = dict[str, Tensor]
WORDS = {
    "embedding": "in the token embedding (embed_tokens)",
    "norm": "in its first norm (input_layernorm)",
    "attention": "in its attention (self_attn)",
    "residual": "in its first residual: what the attention gives is added to what went in",
    "second norm": "in its second norm (post_attention_layernorm)",
    "feed-forward": "in its feed-forward part (mlp)",
    "second residual": "in its second residual: what the feed-forward part gives is added",
    "final norm": "in the norm after the last block (model.norm)",
    "head": "in the head (lm_head)",
}
"""Step → where in a model it stands, as a message says it."""


def fields(*, theta: float = 10000.0, **changes: Any) -> Fields:
    """A small Llama's configuration: 16 wide, 2 blocks, 4 heads over 2 key/value heads."""
    return {
        "vocab_size": 19,
        "hidden_size": 16,
        "intermediate_size": 24,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "rms_norm_eps": 1e-6,
        "tie_word_embeddings": False,
        "rope_parameters": {"rope_type": "default", "rope_theta": theta},
        "eos_token_id": None,
        **changes,
    }


def shown(some: Fields) -> str:
    """The fields of a configuration that differ from one to the next, as a message writes them."""
    heads = f"{some['num_attention_heads']} heads over {some['num_key_value_heads']}"
    tied = "tied" if some["tie_word_embeddings"] else "untied"
    return (
        f"config: {some['hidden_size']} wide, {some['num_hidden_layers']} blocks, {heads}, {tied}, "
        f"theta {some['rope_parameters']['rope_theta']:g}, eps {some['rms_norm_eps']:g}"
    )


def empty_model(some: Fields) -> LlamaForCausalLM:
    """transformers' Llama whose tensors have names and shapes, but no numbers."""
    with torch.device("meta"):
        return LlamaForCausalLM(LlamaConfig(**some))


def tensor_shapes(state: Mapping[str, Value]) -> dict[str, tuple[int, ...]]:
    """The shape of each tensor, by name."""
    return {name: tuple(getattr(tensor, "shape", ())) for name, tensor in state.items()}


def random_state(draw: Draw, some: Fields) -> State:
    """Weights for the whole model: vectors near 1, matrices that keep numbers near 1."""
    random, state = draw.torch(), {}
    for name, shape in tensor_shapes(empty_model(some).state_dict()).items():
        noise = torch.randn(shape, generator=random)
        state[name] = 1 + 0.3 * noise if len(shape) == 1 else noise * shape[-1] ** -0.5
    state["model.embed_tokens.weight"] *= some["hidden_size"] ** 0.5 / 2
    if some["tie_word_embeddings"]:
        state["lm_head.weight"] = state["model.embed_tokens.weight"]
    return state


def in_file(some: Fields, state: State) -> State:
    """What of the weights stands in a file: of a tied model no head."""
    tied = some["tie_word_embeddings"]
    return {name: w for name, w in state.items() if not (tied and name == "lm_head.weight")}


def random_ids(draw: Draw, some: Fields, batch: int, tokens: int) -> Tensor:
    """Token ids (batch, tokens); the first is 0, an ordinary token too."""
    ids = torch.randint(some["vocab_size"], (batch, tokens), generator=draw.torch())
    ids[0, 0] = 0
    return ids


def oracle(some: Fields, state: State) -> Any:
    """transformers' Llama with these weights, ready to run."""
    model = LlamaForCausalLM(LlamaConfig(**some))
    model.load_state_dict(state)
    return model.eval()  # type: ignore[no-untyped-call]


def new(student: Student, name: str, some: Fields, state: State | None = None) -> Handle:
    """The learner's module `name` of this configuration, with the weights `state` if given."""
    module = student.new(name, student.new("llama_config", some))
    if state is not None:
        student.load_state(module, state)
    return module


def sizes_program(student: Student, *args: Value) -> Value:
    """Names and shapes of the tensors that a new module has."""
    return tensor_shapes(student.state(student.new(*args)))


def in_parts(student: Student, module: Handle, x: Tensor, cuts: list[int]) -> tuple[Value, Value]:
    """The outputs for `x` in calls of `cuts` tokens, the cache handed on, and the last cache.

    Where a result is no pair of the two: None, and that result.
    """
    outputs, past = [], None
    for part in torch.split(x, cuts, dim=1):
        result = student.method(module, "__call__", part, past)
        if type(result) not in (tuple, list) or len(result) != 2:
            return None, result
        output, past = result
        outputs.append(output)
    return outputs, past


def answer(model: Any, ids: Tensor) -> dict[str, Value]:
    """What the oracle gives for `ids`: the logits, and every step that leads to them."""
    steps = trace(model, ids)
    return {"logits": steps["head"], "steps": steps}


def observed(student: Student, model: Handle, ids: Tensor) -> dict[str, Value]:
    """The same of the learner's model. Its steps only help to say where it goes wrong."""
    result = student.method(model, "__call__", ids)
    logits = result[0] if type(result) in (tuple, list) and result else result
    try:
        steps = student.call("trace", model, ids)
    except StudentError:
        steps = {}
    return {"logits": logits, "steps": steps if type(steps) is dict else {}}


def model_case(program: Program, args: tuple[Value, ...], model: Any, what: str) -> Case:
    """A case for a `program` that gives what is `observed`; `args` ends with ids for `model`.

    Two models with the same mistake share their logits.
    """
    expected, symptoms = answer(model, args[-1]), itemgetter("logits")
    return Case(args, expected, program, what, accepts=whole_model, symptoms=symptoms)


def whole_model(got: Value, expected: Value) -> str | None:
    """None where the logits agree; else a sentence that names the first part that differs."""
    logits, wanted = got["logits"], expected["logits"]
    if not is_tensor(logits):
        return "It must return two things: the logits, a tensor (B, T, V), and the cache."
    if logits.shape != wanted.shape:
        have, want = tuple(logits.shape), tuple(wanted.shape)
        return f"The logits have the shape {have}; expected (B, T, V) = {want}."
    if close(logits, wanted):
        return None
    return f"The logits differ from those of transformers' Llama. {where(got['steps'], expected)}"


def close(got: Tensor, expected: Tensor) -> bool:
    """Whether two tensors agree within the tolerance for a whole model."""
    if got.shape != expected.shape or not got.is_floating_point():
        return False
    off = (got - expected).abs().max()
    return bool(off <= LOGITS_TOLERANCE * expected.abs().max())


def where(steps: dict[str, Value], expected: Value) -> str:
    """The first step that differs, in words."""
    wanted = expected["steps"]
    seen = [step for step in wanted if is_tensor(steps.get(step))]
    first = next((step for step in seen if not close(steps[step], wanted[step])), None)
    unseen = _unseen_before(first, list(wanted), seen)
    if first is None:
        agree = "Each part that can be seen agrees" if seen else "No part can be seen by itself"
        return f"{agree}: look at what happens between and after the parts."
    block, _, part = first.partition(" ")
    if block.isdigit():
        return f"The first difference is in block {block} (counted from 0), {WORDS[part]}.{unseen}"
    before = "" if first == "embedding" else "All blocks agree. "
    return f"{before}The first difference is {WORDS[first]}.{unseen}"


def _unseen_before(first: str | None, steps: list[str], seen: list[str]) -> str:
    """A sentence where the module right before the step `first` was never called."""
    called = [step for step in takewhile(lambda step: step != first, steps) if _module(step)]
    if first is None or not called or called[-1] in seen:
        return ""
    return f" Before it, {_module(called[-1])} was not called."


def _module(step: str) -> str:
    """The name of the module behind a step; empty for a sum."""
    found = re.search(r"\((.*)\)", WORDS[step.lstrip("0123456789 ")])
    return found.group(1) if found else ""


def written(model: Any, ids: Tensor, count: int, stop: int | None = None) -> Tensor:
    """`ids` (B, T) and the `count` tokens that transformers' own `generate` writes after them.

    It ends earlier where every text has come to `stop`; a text that has ended is filled with it.
    """
    changes = {"do_sample": False, "eos_token_id": stop, "pad_token_id": stop or 0}
    return _generated(model, ids, max_new_tokens=count, **changes)


def drawn(model: Any, ids: Tensor, count: int, seed: int, temperature: float = 1.0) -> Tensor:
    """The same where transformers draws each token by its probability: its numbers begin at `seed`.

    It draws from torch's own generator, which is afterwards as it was before.
    """
    changes = {"do_sample": True, "top_k": 0, "temperature": temperature}
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return _generated(
            model, ids, max_new_tokens=count, eos_token_id=None, pad_token_id=0, **changes
        )


def _generated(model: Any, ids: Tensor, **changes: Any) -> Tensor:
    """What transformers' `generate` writes with these settings; the model keeps its own."""
    config = copy.deepcopy(model.generation_config)
    config.update(**changes)
    before, model.generation_config = model.generation_config, config
    try:
        return model.generate(ids, attention_mask=torch.ones_like(ids))
    finally:
        model.generation_config = before
