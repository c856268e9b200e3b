"""`load_checkpoint(folder)`: two files become a model that runs.

Oracle: transformers' Llama with the same tensors, for the last parts the course's own model.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from autograder.exercise import LOGITS_TOLERANCE, Case, Draw
from autograder.given import models
from autograder.lessons.sheet import exercise
from autograder.lessons.transformer import oracle as llama
from autograder.lessons.transformer.oracle import Fields, State
from autograder.lessons.transformer.others import Other, others
from autograder.wire import Handle, Resource, Student, StudentError, Value, is_tensor

NAME = "load_checkpoint"
BASE = "base"
NEW_TOKENS = 200


def load(student: Student, some: Fields, state: State) -> Handle:
    """The learner's model of a checkpoint that is written on the learner's side."""
    return student.new(NAME, student.call("write_checkpoint", some, state))


def logits_program(student: Student, some: Fields, state: State, ids: Tensor) -> Value:
    """The logits for `ids`, and the steps that lead to them."""
    return llama.observed(student, load(student, some, state), ids)


def both_program(
    student: Student, one: tuple[Fields, State], other: tuple[Fields, State], ids: Tensor
) -> Value:
    """The logits of two models for `ids`, both loaded before either of them runs."""
    models = [load(student, *one), load(student, *other)]
    return [llama.observed(student, model, ids)["logits"] for model in models]


def base_model(student: Student) -> Handle:
    """The learner's model of the course's own checkpoint."""
    return student.new(NAME, student.call("checkpoint_folder", BASE, Resource(BASE)))


def base_program(student: Student, ids: Tensor) -> Value:
    """The same for the course's own model."""
    return llama.observed(student, base_model(student), ids)


def dtypes_program(student: Student, some: Fields, state: State) -> Value:
    """The types of number that the loaded model computes with."""
    loaded = student.state(load(student, some, state))
    return sorted({str(w.dtype) for w in loaded.values() if is_tensor(w)})


def refused_program(student: Student, some: Fields, state: State) -> Value:
    """Whether loading a checkpoint that does not fit raised an error."""
    folder = student.call("write_checkpoint", some, state)
    try:
        student.new(NAME, folder)
    except StudentError as error:
        if error.failure.kind != "exception":
            raise
        return True
    return False


def refused(got: Value, expected: Value) -> str | None:
    """None where the checkpoint was refused; else `expected`, which says what is wrong with it."""
    return None if got is True else str(expected)


def greedy_program(student: Student, ids: Tensor, count: int) -> Value:
    """What the loaded model writes after `ids`, always the likeliest token."""
    return student.call("generate", base_model(student), ids, count, student.new("pick_rank", 0))


def greedy_text(got: Value, expected: Value) -> str | None:
    """None where each new token is the likeliest one; two that are equally likely may swap."""
    if not is_tensor(got) or got.shape != expected.shape:
        return f"The text must have the shape {tuple(expected.shape)}."
    if torch.equal(got, expected) or is_greedy(models.load(BASE), got, expected):
        return None
    place = int((got != expected)[0].nonzero()[0])
    return f"The text is another one from position {place} on."


@torch.no_grad()
def is_greedy(model: Any, got: Tensor, expected: Tensor) -> bool:
    """Whether `got` follows the oracle's likeliest token, up to ties within the tolerance."""
    start = int((got != expected)[0].nonzero()[0])
    logits = model(got).logits[0, start - 1 : -1]
    chosen = logits.gather(-1, got[0, start:, None])[:, 0]
    best = logits.max(dim=-1).values
    return bool((best - chosen <= LOGITS_TOLERANCE * logits.abs().max()).all())


def _case(draw: Draw, some: Fields, state: State, kept: State) -> Case:
    ids = llama.random_ids(draw, some, *draw.size((1, 5), (2, 4)))
    what = f"{NAME}(folder)(ids of shape {tuple(ids.shape)}); {llama.shown(some)}"
    return llama.model_case(logits_program, (some, kept, ids), llama.oracle(some, state), what)


def _untied(draw: Draw) -> list[Case]:
    """Also: other sizes, ids over 255, and two models at once."""
    deep = llama.fields(rms_norm_eps=0.05, num_hidden_layers=3)
    some = draw.size(llama.fields(theta=500.0), deep)
    large = llama.fields(
        vocab_size=300, num_hidden_layers=1, num_key_value_heads=draw.size(1, 4), rms_norm_eps=0.2
    )
    one, other = ((each, llama.random_state(draw, each)) for each in (some, large))
    cases = [_case(draw, each, state, state) for each, state in (one, other)]
    return [*cases, _both(draw, one, other)]


def _both(draw: Draw, one: tuple[Fields, State], other: tuple[Fields, State]) -> Case:
    ids = llama.random_ids(draw, one[0], 2, 3)
    wanted = [llama.answer(llama.oracle(*each), ids)["logits"] for each in (one, other)]
    what = f"two models from {NAME}, loaded one after the other"
    return Case((one, other, ids), wanted, both_program, what, LOGITS_TOLERANCE)


def _tied(draw: Draw) -> list[Case]:
    cases = []
    for size, blocks in draw.size(((13, 2), (280, 1)), ((21, 1), (16, 3))):
        some = llama.fields(tie_word_embeddings=True, vocab_size=size, num_hidden_layers=blocks)
        state = llama.random_state(draw, some)
        kept = {n: w for n, w in state.items() if n != "lm_head.weight"}
        cases.append(_case(draw, some, state, kept))
        cases.append(_own_head(draw, some))
    return cases


def _own_head(draw: Draw, some: Fields) -> Case:
    """A tied configuration whose file holds another head: that head is taken."""
    untied = {**some, "tie_word_embeddings": False}
    state = llama.random_state(draw, untied)
    ids = llama.random_ids(draw, some, *draw.size((1, 5), (2, 4)))
    what = f"{NAME}(folder)(ids), whose file holds a head of its own; {llama.shown(some)}"
    args = (some, state, ids)
    return llama.model_case(logits_program, args, llama.oracle(untied, state), what)


def _sixteen_bits(draw: Draw) -> list[Case]:
    """In both formats of 16 bits, and with some tensors in 32 bits."""
    some = llama.fields(vocab_size=draw.size(13, 21))
    exact = llama.random_state(draw, some)
    mixed = {n: w if w.dim() == 1 else w.bfloat16() for n, w in exact.items()}
    cases = []
    for short, called in (
        ({n: w.bfloat16() for n, w in exact.items()}, "in bfloat16"),
        ({n: w.half() for n, w in exact.items()}, "in float16"),
        (mixed, "partly in bfloat16"),
    ):
        state = {name: w.float() for name, w in short.items()}
        what = f"the dtypes in {NAME}(folder), whose file is {called}"
        dtypes = Case((some, short), ["torch.float32"], dtypes_program, what)
        cases += [dtypes, _case(draw, some, state, short)]
    return cases


MISSING = (
    "model.layers.1.mlp.up_proj.weight", "model.norm.weight", "lm_head.weight",
    "model.embed_tokens.weight", "model.layers.0.input_layernorm.weight",
    "model.layers.1.self_attn.k_proj.weight",
)  # fmt: skip
"""Tensors that a file may lack."""


EXTRA = (
    ("model.layers.0.self_attn.q_proj.bias", (16,)), ("model.layers.1.mlp.up_proj.bias", (24,)),
    ("model.layers.1.post_attention_layernorm.bias", (16,)), ("score.weight", (2, 16)),
)  # fmt: skip
"""Tensors of models that compute with more than the lesson's."""


def _refused(draw: Draw) -> list[Case]:
    """A tensor is missing, also of a tied model, stands under another name, or is one too many.

    Last: whole files of models that compute something else with tensors of the same names.
    """
    some, tied = llama.fields(), llama.fields(tie_word_embeddings=True)
    state, other = llama.random_state(draw, some), llama.random_state(draw, tied)
    del other["lm_head.weight"]
    cases = [_without(some, state, name) for name in draw.size(MISSING[:3], MISSING[3:])]
    renamed = MISSING[draw.size(1, 4)]
    strange = {renamed.replace("norm", "rms"): state[renamed]}
    more = ((tied, other, MISSING[draw.size(0, 3)]), (some, state | strange, renamed))
    deep = llama.random_state(draw, llama.fields(num_hidden_layers=3))
    third = {name: w for name, w in deep.items() if ".layers.2." in name}
    extra = [{name: torch.ones(shape)} for name, shape in draw.size(EXTRA[:2], EXTRA[2:])]
    return [
        *cases, *(_without(*each) for each in more),
        *(_with(some, state, each) for each in (*extra, third)), _with(tied, other, extra[0]),
        *(_other(draw, each) for each in others(draw)),
    ]  # fmt: skip


def _without(some: Fields, state: State, missing: str) -> Case:
    kept = {name: weight for name, weight in state.items() if name != missing}
    note = f"A checkpoint without {missing} was loaded: that part then works with random numbers."
    what = f"{NAME}(folder) without {missing}"
    return Case((some, kept), note, refused_program, what, accepts=refused)


def _other(draw: Draw, other: Other) -> Case:
    note = f"A checkpoint whose config has {other} was loaded: its logits are wrong."
    what = f"{NAME}(folder), whose config has {other}"
    args = (other.fields, llama.random_state(draw, other.fields))
    return Case(args, note, refused_program, what, accepts=refused)


def _with(some: Fields, state: State, extra: State) -> Case:
    name, *others = extra
    called = f"{name} and {len(others)} more" if others else name
    note = (
        f"A checkpoint that also holds {called} was loaded, and what the model has no place for "
        "was passed over: it computes something else than the model of that file."
    )
    what = f"{NAME}(folder) with {called} beside all that the model has"
    return Case((some, state | extra), note, refused_program, what, accepts=refused)


def _base(draw: Draw) -> list[Case]:
    model, shape = models.load(BASE), (1, draw.size(12, 20))
    ids = torch.randint(model.config.vocab_size, shape, generator=draw.torch())
    what = f"{NAME}(folder of the course's model)(ids of shape {shape})"
    return [llama.model_case(base_program, (ids,), model, what)]


def _greedy_text(draw: Draw) -> list[Case]:
    model, count = models.load(BASE), draw.size(40, NEW_TOKENS)
    ids = torch.randint(model.config.vocab_size, (1, draw.size(4, 6)), generator=draw.torch())
    what = f"{count} tokens after ids of shape {tuple(ids.shape)}, always the likeliest"
    expected = llama.written(model, ids, count)
    return [Case((ids, count), expected, greedy_program, what, accepts=greedy_text)]


LOAD_CHECKPOINT = exercise(
    __file__, NAME, _untied, _tied, _sixteen_bits, _refused, _base, _greedy_text
)
