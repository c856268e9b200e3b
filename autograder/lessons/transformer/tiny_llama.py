"""`TinyLlama(config)`: token ids to the logits of the next token.

Oracle: transformers' `LlamaForCausalLM`. Where logits differ, the message names the first part of
the first block that differs.
"""

from __future__ import annotations

from dataclasses import replace

import torch
from torch import Tensor

from autograder.exercise import LOGITS_TOLERANCE, Case, Draw
from autograder.lessons.sheet import exercise
from autograder.lessons.transformer import oracle as llama
from autograder.lessons.transformer.oracle import Fields, State
from autograder.lessons.transformer.others import ACCEPTED, Other, others, refusal
from autograder.wire import Student, Value

NAME = "TinyLlama"


def parameters_program(student: Student, some: Fields) -> Value:
    """The shapes of the tensors of a new model, by name."""
    return llama.tensor_shapes(student.state(llama.new(student, NAME, some)))


def trained_program(student: Student, some: Fields) -> Value:
    """How many tensors training would change; one that serves twice counts once."""
    return len(student.grads(llama.new(student, NAME, some)))


def logits_program(student: Student, some: Fields, state: State, ids: Tensor) -> Value:
    """The logits for `ids`, and the steps that lead to them."""
    return llama.observed(student, llama.new(student, NAME, some, state), ids)


def steps_program(
    student: Student, some: Fields, state: State, ids: Tensor, cuts: list[int]
) -> Value:
    """The logits for `ids` in calls of `cuts` tokens, and what each block keeps in the end."""
    outputs, last = llama.in_parts(student, llama.new(student, NAME, some, state), ids, cuts)
    return last if outputs is None else {"logits": outputs, "cache": last}


def written_program(student: Student, some: Fields, state: State, ids: Tensor, count: int) -> Value:
    """What the model writes: here its cache is handed on as it is, not as a copy."""
    model = llama.new(student, NAME, some, state)
    return student.call("generate", model, ids, count, student.new("pick_rank", 0))


def refused_program(student: Student, some: Fields) -> Value:
    """What a new model raises."""
    return refusal(lambda: llama.new(student, NAME, some))


def messages_program(student: Student, one: Fields, other: Fields) -> Value:
    """What new models of two configurations raise."""
    return [refused_program(student, some) for some in (one, other)]


def told_apart(got: Value, expected: Value) -> str | None:
    """None where two refusals, for other settings, say something else."""
    if got[0] != got[1]:
        return None
    return (
        f"The message is the same for a config with {expected[0]} and for one with {expected[1]}: "
        "it does not tell which setting is not supported."
    )


def twice_program(student: Student, some: Fields, state: State, ids: Tensor) -> Value:
    """The logits of the second of two models that are made from one config.

    Where the config is another one after the first: the names of what has changed.
    """
    config = student.new("llama_config", some)
    before = student.method(config, "to_dict")
    student.new(NAME, config)
    after = student.method(config, "to_dict")
    if changed := [key for key in before if after.get(key) != before[key]]:
        return {"changed": changed}
    model = student.new(NAME, config)
    student.load_state(model, state)
    return llama.observed(student, model, ids)


def logits_or_changed(got: Value) -> Value:
    """What `twice_program` tells, without the steps."""
    return got.get("logits", got)


def as_it_was(got: Value, expected: Value) -> str | None:
    """None where the config was left alone and the second model gives the right logits."""
    if changed := got.get("changed"):
        return (
            f"It changed the config that it was given: {', '.join(changed)}. Whoever made it goes "
            "on with another one, and the next model made from it is another. Leave it as it is."
        )
    return llama.whole_model(got, expected)


def refused(got: Value, expected: Other) -> str | None:
    """None where a ValueError names what the config asks for and the model cannot do."""
    if got == ACCEPTED:
        return f"A config with {expected} was accepted. This model cannot do what it asks for."
    if got["error"] != "ValueError":
        return f"A config with {expected}: it raised {got['error']}. Raise a ValueError."
    if not any(word in got["message"] for word in expected.words):
        return f"The message does not name the setting that is not supported: {expected.setting}."
    return None


def _parameters(draw: Draw) -> list[Case]:
    wide = llama.fields(hidden_size=24, num_attention_heads=6, num_hidden_layers=3)
    some = draw.size(llama.fields(), wide)
    one = llama.fields(num_hidden_layers=1, num_key_value_heads=1, vocab_size=draw.size(300, 16))
    cases = []
    for each in (some, {**some, "tie_word_embeddings": True}, one):
        shapes = llama.tensor_shapes(llama.empty_model(each).state_dict())
        cases.append(Case((each,), shapes, parameters_program, f"the tensors of {NAME}(config)"))
    return cases


def _shared_head(draw: Draw) -> list[Case]:
    size = draw.size({"hidden_size": 8}, {"hidden_size": 24, "num_attention_heads": 6})
    cases = []
    for tied in (True, False):
        some = llama.fields(tie_word_embeddings=tied, num_hidden_layers=1, **size)
        wanted = len(list(llama.empty_model(some).parameters()))
        what = f"the number of tensors to train; {llama.shown(some)}"
        cases.append(Case((some,), wanted, trained_program, what))
    return cases


def _case(draw: Draw, some: Fields, batch: int, tokens: int) -> Case:
    state, ids = llama.random_state(draw, some), llama.random_ids(draw, some, batch, tokens)
    what = f"{NAME}(config)(ids of shape {tuple(ids.shape)}); {llama.shown(some)}"
    args = (some, state, ids)
    return llama.model_case(logits_program, args, llama.oracle(some, state), what)


def _one_block(draw: Draw) -> list[Case]:
    """Also: one token, as many texts as tokens, ids over 255, a long text."""
    some = llama.fields(num_hidden_layers=1)
    large = {**some, "vocab_size": draw.size(300, 400)}
    first = _case(draw, some, *draw.size((1, 4), (2, 3)))
    return [
        first, _case(draw, some, *draw.size((2, 1), (1, 1))), _case(draw, some, 4, 4),
        _case(draw, large, *draw.size((3, 8), (2, 9))), _case(draw, some, 1, draw.size(70, 90)),
    ]  # fmt: skip


def _all_blocks(draw: Draw) -> list[Case]:
    size = draw.size({"num_hidden_layers": 3}, {"num_hidden_layers": 4, "vocab_size": 23})
    some, tied = llama.fields(**size), llama.fields(**size, tie_word_embeddings=True)
    return [_case(draw, some, 2, draw.size(5, 6)), _case(draw, tied, 1, 4), _case(draw, tied, 3, 1)]


PLAIN: Fields = {
    "model_type": "llama", "hidden_act": "silu", "attention_bias": False, "mlp_bias": False,
    "head_dim": 4, "sliding_window": None, "is_causal": True,
}  # fmt: skip
"""Settings that say no more than what holds without them."""
UNUSED: tuple[Fields, Fields] = (
    {
        "pretraining_tp": 2, "attention_dropout": 0.1, "initializer_range": 0.5, "use_cache": False,
        "pad_token_id": 0,
    },
    {
        "pretraining_tp": 4, "attention_dropout": 0.2, "initializer_range": 1.0, "use_cache": False,
        "bos_token_id": 3, "max_position_embeddings": 512, "architectures": ["LlamaForCausalLM"],
    },
)  # fmt: skip
"""Settings that change nothing in what a trained model computes."""


def _any_config(draw: Draw) -> list[Case]:
    wide = llama.fields(hidden_size=24, intermediate_size=20, num_attention_heads=6, vocab_size=31)
    one_head = llama.fields(num_attention_heads=1, num_key_value_heads=1, intermediate_size=16)
    shared = llama.fields(num_key_value_heads=1, theta=300.0, vocab_size=16, rms_norm_eps=1e-3)
    visible = (
        llama.fields(theta=50.0, num_key_value_heads=4), llama.fields(rms_norm_eps=0.1),
        one_head, {**shared, "tie_word_embeddings": True},
    )  # fmt: skip
    hidden = (
        {**wide, "rms_norm_eps": 0.03, "num_key_value_heads": 3},
        llama.fields(theta=1e6, num_key_value_heads=1, tie_word_embeddings=True, rms_norm_eps=1e-5),
        llama.fields(theta=200.0, num_key_value_heads=4, num_hidden_layers=3, intermediate_size=40),
        {**one_head, "rms_norm_eps": 0.5},
    )
    size, chosen = draw.size((2, 6), (3, 5)), [*draw.size(visible, hidden), llama.fields(**PLAIN)]
    cases = [_case(draw, some, *size) for some in chosen]
    unused = draw.size(*UNUSED)
    more = _case(draw, llama.fields(**unused), *size)
    also = ", ".join(f"{name} {value!r}" for name, value in unused.items())
    twice = _case(draw, llama.fields(tie_word_embeddings=True), *size)
    return [
        *cases, replace(more, shown=f"{more.shown}; also {also}"),
        replace(
            twice, program=twice_program, accepts=as_it_was, symptoms=logits_or_changed,
            shown=f"{twice.shown}; the second model made from this config",
        ),
    ]  # fmt: skip


def _step_by_step(draw: Draw) -> list[Case]:
    """Tied and untied, one text and several, one key/value head, more than 64 positions."""
    some = llama.fields(tie_word_embeddings=draw.size(False, True))
    other = llama.fields(tie_word_embeddings=draw.size(True, False), num_key_value_heads=1)
    deep = llama.fields(theta=draw.size(100.0, 900.0), num_hidden_layers=3)
    one, two = draw.size(([1, 1, 1], [3, 1, 2]), ([2, 1, 3, 1], [1, 4]))
    sizes = ((some, one, 2), (some, two, 2), (other, [2, 2, 1], 1), (deep, [66, 1, 2], 1))
    return [*(_in_parts(draw, *size) for size in sizes), _written(draw, deep)]


def _written(draw: Draw, some: Fields) -> Case:
    state, ids = llama.random_state(draw, some), llama.random_ids(draw, some, 2, 3)
    expected = llama.written(llama.oracle(some, state), ids, 4)
    what = f"given.generate({NAME}(config), ids of shape (2, 3), 4, greedy)"
    return Case((some, state, ids, 4), expected, written_program, what)


def _in_parts(draw: Draw, some: Fields, cuts: list[int], batch: int) -> Case:
    state = llama.random_state(draw, some)
    ids = llama.random_ids(draw, some, batch, sum(cuts))
    with torch.no_grad():
        out = llama.oracle(some, state)(ids, use_cache=True)
    kept = [[layer.keys, layer.values] for layer in out.past_key_values.layers]
    expected = {"logits": list(torch.split(out.logits, cuts, dim=1)), "cache": kept}
    what = f"{NAME}(config)(ids, cache) in calls of {cuts} tokens; ['logits'][i] is from call i"
    return Case((some, state, ids, cuts), expected, steps_program, what, LOGITS_TOLERANCE)


def _other_models(draw: Draw) -> list[Case]:
    found = others(draw)
    pair = (found[0], found[2])
    what = f"{NAME}(config) with {pair[0]}, and one with {pair[1]}"
    args, settings = tuple(each.fields for each in pair), tuple(map(str, pair))
    name = f"{NAME}(config) with"
    return [
        *(Case((e.fields,), e, refused_program, f"{name} {e}", accepts=refused) for e in found),
        Case(args, settings, messages_program, what, accepts=told_apart),
    ]


TINY_LLAMA = exercise(
    __file__, NAME, _parameters, _shared_head, _one_block, _all_blocks, _any_config, _step_by_step,
    _other_models,
)  # fmt: skip
