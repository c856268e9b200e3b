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
from autograder.lessons.transformer.others import ACCEPTED, Other, others, refusal
from autograder.wire import Handle, Resource, Student, Value, is_tensor

NAME = "load_checkpoint"
BASE = "base"
CONFIG, WEIGHTS = "config.json", "model.safetensors"
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


def refused_program(student: Student, some: Fields, state: State, without: str = "") -> Value:
    """What loading a checkpoint raised that does not fit, or lacks the file `without`."""
    folder = student.call("write_checkpoint", some, state, without)
    return refusal(lambda: student.new(NAME, folder))


def refused(got: Value, expected: Value) -> str | None:
    """None where the checkpoint was refused; else `expected`, which says what is wrong with it."""
    return str(expected) if got == ACCEPTED else None


def refused_config(got: Value, expected: Value) -> str | None:
    """The same for a config that asks for what the model cannot do: the error is a ValueError."""
    if got == ACCEPTED:
        return f"A checkpoint whose config has {expected} was loaded. A TinyLlama cannot do that."
    if got["error"] == "ValueError":
        return None
    return (
        f"A checkpoint whose config has {expected}: it raised {got['error']}. Raise a ValueError."
    )


def without_config_program(student: Student, some: Fields, state: State) -> Value:
    """What loading a folder without config.json raised.

    A model that is built there all the same takes 27 GB: here it gets shapes and no numbers.
    """
    folder = student.call("write_checkpoint", some, state, CONFIG)
    student.call("default_device", "meta")
    try:
        return refusal(lambda: student.new(NAME, folder))
    finally:
        student.call("default_device", "")


def names_config(got: Value, expected: Value) -> str | None:
    """None where the error names the file that is missing."""
    if got == ACCEPTED:
        done = f"A folder without {expected} was loaded"
    elif expected in got["message"]:
        return None
    else:
        done = (
            f"A folder without {expected}: it raised {got['error']}, which does not name the file"
        )
    return f"{done}. LlamaConfig.from_pretrained makes up a model of 27 GB there, and says nothing."


def loaded_program(student: Student, some: Fields, state: State) -> Value:
    """How many tensors of the loaded model training would change, and which files it changed."""
    folder = student.call("write_checkpoint", some, state)
    before = student.call("digests", folder)
    model = student.new(NAME, folder)
    after = student.call("digests", folder)
    changed = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    return {"tensors": len(student.grads(model)), "changed": changed}


def well_loaded(got: Value, expected: Value) -> str | None:
    """None where the model has as many tensors as expected, and the files are what they were."""
    if changed := got["changed"]:
        return f"It has written into the folder that it was to read: {', '.join(changed)}."
    if got["tensors"] == expected:
        return None
    return (
        f"The model has {got['tensors']} tensors to train, and transformers' Llama has {expected}. "
        "A tied head is the embedding itself, one tensor under two names."
    )


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
    deep = llama.fields(theta=300.0, rms_norm_eps=0.05, num_hidden_layers=3)
    some = draw.size(llama.fields(theta=500.0, rms_norm_eps=0.05), deep)
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
        kept = llama.in_file(some, state)
        cases.append(_case(draw, some, state, kept))
        cases.append(_own_head(draw, some))
    untied = {**some, "tie_word_embeddings": False}
    return [*cases, _loaded(some, kept), _loaded(untied, llama.random_state(draw, untied))]


def _loaded(some: Fields, state: State) -> Case:
    """For a tied configuration, whether the file holds a head or not."""
    wanted = len(list(llama.empty_model(some).parameters()))
    what = f"the tensors of {NAME}(folder); {llama.shown(some)}"
    args = ({**some, "tie_word_embeddings": True}, state)
    return Case(args, wanted, loaded_program, what, accepts=well_loaded)


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
    ("model.layers.1.self_attn.rotary_emb.inv_freq", (2,)),
    ("model.layers.1.post_attention_layernorm.bias", (16,)), ("score.weight", (2, 16)),
    ("model.rotary_emb.inv_freq", (2,)),
)  # fmt: skip
"""Tensors for which the lesson's model has no place; most belong to models that compute more."""
SHAPES = (
    ("model.norm.weight", (1,)), ("model.embed_tokens.weight", (21, 16)),
    ("model.layers.0.mlp.up_proj.weight", (16, 24)), ("model.norm.weight", (4, 4)),
    ("model.layers.0.input_layernorm.weight", (1,)), ("lm_head.weight", (23, 16)),
    ("model.layers.1.mlp.down_proj.weight", (24, 16)),
    ("model.layers.0.self_attn.q_proj.weight", (8, 32)),
)  # fmt: skip
"""Tensors of a shape that the lesson's model does not have, also turned or of as many numbers."""


def _refused(draw: Draw) -> list[Case]:
    """A tensor is missing, also of a tied model, stands under another name, or is one too many.

    Or it has another shape, or there is no config.json. Last: whole files of models that compute
    something else with tensors of the same names.
    """
    some, tied = llama.fields(), llama.fields(tie_word_embeddings=True)
    state = llama.random_state(draw, some)
    other = llama.in_file(tied, llama.random_state(draw, tied))
    cases = [_without(some, state, name) for name in draw.size(MISSING[:3], MISSING[3:])]
    renamed = MISSING[draw.size(1, 4)]
    strange = {renamed.replace("norm", "rms"): state[renamed]}
    more = ((tied, other, MISSING[draw.size(0, 3)]), (some, state | strange, renamed))
    deep = llama.random_state(draw, llama.fields(num_hidden_layers=3))
    third = {name: w for name, w in deep.items() if ".layers.2." in name}
    extra = [{name: torch.ones(shape)} for name, shape in draw.size(EXTRA[:3], EXTRA[3:])]
    shapes = draw.size(SHAPES[:4], SHAPES[4:])
    return [
        *cases, *(_without(*each) for each in more),
        *(_with(some, state, each) for each in (*extra, third)), _with(tied, other, extra[0]),
        *(_shaped(some, state, *each) for each in shapes), _without_config(some, state),
        _without_weights(some, state),
        *(_other(draw, each) for each in others(draw)),
    ]  # fmt: skip


def _without(some: Fields, state: State, missing: str) -> Case:
    kept = {name: weight for name, weight in state.items() if name != missing}
    note = (
        f"A checkpoint without {missing} was loaded. Nothing in it says what that part should be."
    )
    what = f"{NAME}(folder) without {missing}"
    return Case((some, kept), note, refused_program, what, accepts=refused)


def _shaped(some: Fields, state: State, name: str, shape: tuple[int, ...]) -> Case:
    note = (
        f"A checkpoint was loaded whose {name} has the shape {shape}; the model's has "
        f"{tuple(state[name].shape)}."
    )
    what = f"{NAME}(folder) with {name} of shape {shape}"
    args = (some, {**state, name: torch.ones(shape)})
    return Case(args, note, refused_program, what, accepts=refused)


def _without_config(some: Fields, state: State) -> Case:
    what = f"{NAME}(folder without {CONFIG})"
    return Case((some, state), CONFIG, without_config_program, what, accepts=names_config)


def _without_weights(some: Fields, state: State) -> Case:
    note = f"A folder without {WEIGHTS} was loaded: there is no tensor in it."
    what = f"{NAME}(folder without {WEIGHTS})"
    return Case((some, state, WEIGHTS), note, refused_program, what, accepts=refused)


def _other(draw: Draw, other: Other) -> Case:
    what = f"{NAME}(folder), whose config has {other}"
    args = (other.fields, llama.in_file(other.fields, llama.random_state(draw, other.fields)))
    return Case(args, other, refused_program, what, accepts=refused_config)


def _with(some: Fields, state: State, extra: State) -> Case:
    name, *others = extra
    called = f"{name} and {len(others)} more" if others else name
    note = (
        f"A checkpoint that also holds {called} was loaded, and what the model has no place for "
        "was passed over."
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
