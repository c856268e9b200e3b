"""`TinyLlama(config)`: token ids to the logits of the next token.

Oracle: transformers' `LlamaForCausalLM`. Where logits differ, the message names the first part of
the first block that differs.
"""

from __future__ import annotations

from functools import cache

import torch
from torch import Tensor
from transformers import LlamaConfig, LlamaForCausalLM

from autograder.exercise import LOGITS_TOLERANCE, Case, Draw
from autograder.lessons.sheet import exercise
from autograder.lessons.transformer.oracle import (
    Fields,
    State,
    answer,
    fields,
    logits_of,
    observed,
    oracle,
    random_ids,
    random_state,
    shapes,
    shown,
    tensor_shapes,
    whole_model,
)
from autograder.wire import Handle, Student, StudentError, Value

NAME = "TinyLlama"


def new(student: Student, some: Fields) -> Handle:
    """The learner's model of this configuration."""
    return student.new(NAME, student.new("llama_config", some))


def parameters_program(student: Student, some: Fields) -> Value:
    """The shapes of the tensors of a new model, by name."""
    return tensor_shapes(student.state(new(student, some)))


def trained_program(student: Student, some: Fields) -> Value:
    """How many tensors training would change; one that serves twice counts once."""
    return len(student.grads(new(student, some)))


def logits_program(student: Student, some: Fields, state: State, ids: Tensor) -> Value:
    """The logits for `ids`, and the steps that lead to them."""
    model = new(student, some)
    student.load_state(model, state)
    return observed(student, model, ids)


def steps_program(
    student: Student, some: Fields, state: State, ids: Tensor, cuts: list[int]
) -> Value:
    """The logits for `ids` cut into parts of `cuts` tokens, the cache handed on from each."""
    model = new(student, some)
    student.load_state(model, state)
    outputs, past = [], None
    for part in torch.split(ids, cuts, dim=1):
        result = student.method(model, "__call__", part, past)
        if type(result) not in (tuple, list) or len(result) != 2:
            return result
        outputs.append(result[0])
        past = result[1]
    return outputs


def refused_program(student: Student, some: Fields) -> Value:
    """What a new model raises: the name of the error and its message; None if it raises nothing."""
    try:
        new(student, some)
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
    wide = fields(hidden_size=24, num_attention_heads=6, num_hidden_layers=3)
    some = draw.size(fields(), wide)
    tied = {**some, "tie_word_embeddings": True}
    return [
        Case((each,), shapes(each), parameters_program, f"the tensors of {NAME}(config)")
        for each in (some, tied)
    ]


SMALL, WIDE = {"hidden_size": 8}, {"hidden_size": 24, "num_attention_heads": 6}


def _shared_head(draw: Draw) -> list[Case]:
    cases = []
    for tied in (True, False):
        some = fields(tie_word_embeddings=tied, num_hidden_layers=1, **draw.size(SMALL, WIDE))
        with torch.device("meta"):
            wanted = len(list(LlamaForCausalLM(LlamaConfig(**some)).parameters()))
        what = f"the number of tensors to train; {shown(some)}"
        cases.append(Case((some,), wanted, trained_program, what))
    return cases


def _case(draw: Draw, some: Fields, batch: int, tokens: int) -> Case:
    state, ids = random_state(draw, some), random_ids(draw, some, batch, tokens)
    return Case(
        args=(some, state, ids),
        expected=answer(oracle(some, state), ids),
        program=logits_program,
        shown=f"{NAME}(config)(ids of shape {tuple(ids.shape)}); {shown(some)}",
        accepts=whole_model,
        symptoms=logits_of,
    )


@cache
def _one_block(draw: Draw) -> list[Case]:
    return [_case(draw, fields(num_hidden_layers=1), *draw.size((1, 4), (2, 3)))]


@cache
def _all_blocks(draw: Draw) -> list[Case]:
    some = draw.size(fields(num_hidden_layers=3), fields(num_hidden_layers=4, vocab_size=23))
    tied = {**some, "tie_word_embeddings": True}
    return [_case(draw, some, 2, draw.size(5, 6)), _case(draw, tied, 1, 4)]


@cache
def _any_config(draw: Draw) -> list[Case]:
    wide = fields(hidden_size=24, intermediate_size=20, num_attention_heads=6, vocab_size=31)
    visible = (fields(theta=50.0, num_key_value_heads=4), fields(rms_norm_eps=0.1))
    hidden = (
        {**wide, "rms_norm_eps": 0.03, "num_key_value_heads": 3},
        fields(theta=1e6, num_key_value_heads=1, tie_word_embeddings=True, rms_norm_eps=1e-5),
        fields(theta=200.0, num_key_value_heads=4, num_hidden_layers=3, intermediate_size=40),
    )
    return [_case(draw, some, *draw.size((2, 6), (3, 5))) for some in draw.size(visible, hidden)]


@cache
def _step_by_step(draw: Draw) -> list[Case]:
    some = fields(tie_word_embeddings=draw.size(False, True))
    state, cases = random_state(draw, some), []
    for cuts in draw.size(([1, 1, 1], [3, 1, 2]), ([2, 1, 3, 1], [1, 4])):
        ids = random_ids(draw, some, 2, sum(cuts))
        logits = answer(oracle(some, state), ids)["logits"]
        expected = list(torch.split(logits, cuts, dim=1))
        what = f"{NAME}(config)(ids, cache) in calls of {cuts} tokens; [i] is from call i"
        args = (some, state, ids, cuts)
        cases.append(Case(args, expected, steps_program, what, LOGITS_TOLERANCE))
    return cases


ROPES = (
    {"rope_type": "linear", "rope_theta": 10000.0, "factor": 4.0},
    {"rope_type": "dynamic", "rope_theta": 10000.0, "factor": 2.0},
)


def _other_positions(draw: Draw) -> list[Case]:
    rope = draw.size(*ROPES)
    what = f'{NAME}(config) with rope_type "{rope["rope_type"]}"'
    args = (fields(rope_parameters=rope),)
    return [Case(args, rope["rope_type"], refused_program, what, accepts=refused)]


TINY_LLAMA = exercise(
    __file__,
    NAME,
    _parameters,
    _shared_head,
    _one_block,
    _all_blocks,
    _any_config,
    _step_by_step,
    _other_positions,
)
