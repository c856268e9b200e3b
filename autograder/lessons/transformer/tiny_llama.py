"""`TinyLlama(config)`: token ids to the logits of the next token.

Oracle: transformers' `LlamaForCausalLM`. Where logits differ, the message names the first part of
the first block that differs.
"""

from __future__ import annotations

from functools import cache

import torch
from torch import Tensor

from autograder.exercise import LOGITS_TOLERANCE, Case, Draw
from autograder.lessons.sheet import exercise
from autograder.lessons.transformer import oracle as llama
from autograder.lessons.transformer.oracle import Fields, State
from autograder.wire import Student, StudentError, Value

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
    """The logits for `ids` in calls of `cuts` tokens."""
    outputs, last = llama.in_parts(student, llama.new(student, NAME, some, state), ids, cuts)
    return last if outputs is None else outputs


def refused_program(student: Student, some: Fields) -> Value:
    """What a new model raises: the name of the error and its message; None if it raises nothing."""
    try:
        llama.new(student, NAME, some)
    except StudentError as error:
        if error.failure.kind != "exception":
            raise
        return {"error": error.failure.type_name, "message": error.failure.message}
    return None


def refused(got: Value, expected: Value) -> str | None:
    """None where a ValueError names the kind of positions that is not supported."""
    if got is None:
        return f'A config with rope_type "{expected}" was accepted: its logits would be wrong.'
    if got["error"] != "ValueError":
        return f"It raised {got['error']}; raise a ValueError with a sentence."
    if expected not in got["message"]:
        return f'The message does not say which rope_type is not supported: "{expected}".'
    return None


def _parameters(draw: Draw) -> list[Case]:
    wide = llama.fields(hidden_size=24, num_attention_heads=6, num_hidden_layers=3)
    some = draw.size(llama.fields(), wide)
    cases = []
    for each in (some, {**some, "tie_word_embeddings": True}):
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


@cache
def _one_block(draw: Draw) -> list[Case]:
    return [_case(draw, llama.fields(num_hidden_layers=1), *draw.size((1, 4), (2, 3)))]


@cache
def _all_blocks(draw: Draw) -> list[Case]:
    size = draw.size({"num_hidden_layers": 3}, {"num_hidden_layers": 4, "vocab_size": 23})
    some, tied = llama.fields(**size), llama.fields(**size, tie_word_embeddings=True)
    return [_case(draw, some, 2, draw.size(5, 6)), _case(draw, tied, 1, 4)]


@cache
def _any_config(draw: Draw) -> list[Case]:
    wide = llama.fields(hidden_size=24, intermediate_size=20, num_attention_heads=6, vocab_size=31)
    visible = (llama.fields(theta=50.0, num_key_value_heads=4), llama.fields(rms_norm_eps=0.1))
    hidden = (
        {**wide, "rms_norm_eps": 0.03, "num_key_value_heads": 3},
        llama.fields(theta=1e6, num_key_value_heads=1, tie_word_embeddings=True, rms_norm_eps=1e-5),
        llama.fields(theta=200.0, num_key_value_heads=4, num_hidden_layers=3, intermediate_size=40),
    )
    return [_case(draw, some, *draw.size((2, 6), (3, 5))) for some in draw.size(visible, hidden)]


@cache
def _step_by_step(draw: Draw) -> list[Case]:
    some = llama.fields(tie_word_embeddings=draw.size(False, True))
    state, cases = llama.random_state(draw, some), []
    for cuts in draw.size(([1, 1, 1], [3, 1, 2]), ([2, 1, 3, 1], [1, 4])):
        ids = llama.random_ids(draw, some, 2, sum(cuts))
        logits = llama.answer(llama.oracle(some, state), ids)["logits"]
        expected = list(torch.split(logits, cuts, dim=1))
        what = f"{NAME}(config)(ids, cache) in calls of {cuts} tokens; [i] is from call i"
        args = (some, state, ids, cuts)
        cases.append(Case(args, expected, steps_program, what, LOGITS_TOLERANCE))
    return cases


def _other_positions(draw: Draw) -> list[Case]:
    kind, factor = draw.size(("linear", 4.0), ("dynamic", 2.0))
    rope = {"rope_type": kind, "rope_theta": 10000.0, "factor": factor}
    what = f'{NAME}(config) with rope_type "{kind}"'
    args = (llama.fields(rope_parameters=rope),)
    return [Case(args, kind, refused_program, what, accepts=refused)]


TINY_LLAMA = exercise(
    __file__, NAME, _parameters, _shared_head, _one_block, _all_blocks, _any_config, _step_by_step,
    _other_positions,
)  # fmt: skip
