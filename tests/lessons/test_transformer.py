"""Lesson 04: its oracles against other oracles, where a difference is found, the notebook."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable
from pathlib import Path
from types import MethodType
from typing import Any

import pytest
import torch
from safetensors.torch import save_file
from torch import Tensor, nn
from transformers import (
    GemmaConfig,
    GraniteConfig,
    LlamaConfig,
    LlamaForCausalLM,
    MistralConfig,
    PreTrainedConfig,
    Qwen2Config,
    TopKLogitsWarper,
    TopPLogitsWarper,
)

from autograder.checking import verdict_on
from autograder.course.standalone import given_names
from autograder.exercise import Draw
from autograder.given import models
from autograder.given import transformer as given
from autograder.given.workbench import ORDER
from autograder.lessons.transformer import LESSON, load_checkpoint, sample_token, tiny_llama
from autograder.lessons.transformer.choices import LOW, by_processor
from autograder.lessons.transformer.oracle import (
    WORDS,
    answer,
    drawn,
    fields,
    in_file,
    oracle,
    random_ids,
    random_state,
    where,
    whole_model,
    written,
)
from autograder.lessons.transformer.others import Other, others
from autograder.lessons.transformer.top_p import between
from autograder.worker.direct import DirectStudent
from tests.lessons import notebook
from tests.lessons.notebook import mistaken

DRAW = Draw("tests/transformer")
EXERCISES = {e.name: e for e in LESSON.coding}


@pytest.fixture(scope="module")
def solved() -> tuple[dict[str, Any], dict[str, str]]:
    return notebook.solved(LESSON.id)


@pytest.fixture(scope="module")
def untouched() -> tuple[dict[str, Any], dict[str, str]]:
    return notebook.untouched(LESSON.id)


def test_a_picture_whose_function_is_missing_says_which(untouched: Any, solved: Any) -> None:
    assert untouched[1]["stream-figure"] == (
        "This picture needs `load_checkpoint`: write it above, then run this cell again.\n"
    )
    needing = [name for name, printed in untouched[1].items() if "This picture needs" in printed]
    assert len(needing) >= 6
    assert not [name for name in needing if "This picture" in solved[1][name]]


def test_the_notebook_says_which_model_is_loaded(solved: Any) -> None:
    first = solved[1]["setup"].splitlines()[0]
    missing = models.checkpoint("base") is None
    assert first == (models.STAND_IN_NOTE if missing else "The course's own model is loaded.")


def warped_top_p(logits: Tensor, p: float) -> Tensor:
    return by_processor(TopPLogitsWarper(p), logits)


class LibraryNorm(nn.RMSNorm):
    def __init__(self, width: int, eps: float) -> None:
        super().__init__(width, eps)


class LibraryLlama(LlamaForCausalLM):
    pass


@pytest.mark.parametrize(
    ("name", "way"),
    [("top_p", warped_top_p), ("RMSNorm", LibraryNorm), ("TinyLlama", LibraryLlama)],
)
def test_the_librarys_own_part_is_no_answer(name: str, way: Any) -> None:
    verdict = verdict_on(LESSON, EXERCISES[name], way, hidden=True)
    assert verdict.status == "forbidden"
    assert verdict.points <= 1, "a module may have its parameters, no more"


def louder(_module: nn.Module, _args: Any, output: Any) -> Any:
    """A hook that makes what a part gives a little too large."""
    return (output[0] * 1.1, output[1]) if isinstance(output, tuple) else output * 1.1


def no_residual(block: Any, x: Tensor, cache: Any = None) -> Any:
    attended, cache = block.self_attn(block.input_layernorm(x), cache)
    return attended + block.mlp(block.post_attention_layernorm(attended)), cache


def no_second_residual(block: Any, x: Tensor, cache: Any = None) -> Any:
    attended, cache = block.self_attn(block.input_layernorm(x), cache)
    return block.mlp(block.post_attention_layernorm(x + attended)), cache


MODULES = {
    "norm": "input_layernorm",
    "attention": "self_attn",
    "second norm": "post_attention_layernorm",
    "feed-forward": "mlp",
}


def planted(part: str, at: int) -> Callable[[LlamaConfig], nn.Module]:
    """A model with a mistake in one part of block `at`."""

    def make(config: LlamaConfig) -> nn.Module:
        model = given.TinyLlama(config)
        block: Any = model.model["layers"][at]  # type: ignore[index]
        if part in MODULES:
            getattr(block, MODULES[part]).register_forward_hook(louder)
        else:
            wrong = no_residual if part == "residual" else no_second_residual
            block.forward = MethodType(wrong, block)
        return model

    return make


def message_on(make: Callable[[LlamaConfig], nn.Module]) -> str:
    """What the judge says of a model's logits."""
    case = tiny_llama._all_blocks(Draw("tests", hidden=True))[0]
    names = {**given_names(LESSON), "TinyLlama": make}
    assert case.program is not None and case.accepts is not None
    return str(case.accepts(case.program(DirectStudent(names), *case.args), case.expected))


@pytest.mark.parametrize("at", [0, 1, 3])
@pytest.mark.parametrize("part", ORDER)
def test_the_first_block_and_the_first_part_that_differ_are_named(part: str, at: int) -> None:
    said = message_on(planted(part, at))
    assert f"The first difference is in block {at} (counted from 0), {WORDS[part]}." in said


@pytest.mark.parametrize(
    ("name", "part"),
    [("model.embed_tokens", "embedding"), ("model.norm", "final norm"), ("lm_head", "head")],
)
def test_a_difference_outside_the_blocks_is_named(name: str, part: str) -> None:
    def make(config: LlamaConfig) -> nn.Module:
        model = given.TinyLlama(config)
        model.get_submodule(name).register_forward_hook(louder)
        return model

    assert f"The first difference is {WORDS[part]}." in message_on(make)


def test_a_right_model_is_told_nothing() -> None:
    assert message_on(given.TinyLlama) == "None"


def test_a_norm_that_is_never_called_is_said() -> None:
    said = message_on(mistaken("TinyLlama", "no final norm"))
    assert said.endswith(
        "difference is in the head (lm_head). Before it, model.norm was not called."
    )


def test_parts_that_cannot_be_seen_are_not_guessed_at() -> None:
    some = fields()
    expected = answer(oracle(some, random_state(DRAW, some)), random_ids(DRAW, some, 1, 3))
    assert "No part can be seen by itself" in where({}, expected)
    assert "Each part that can be seen agrees" in where(expected["steps"], expected)
    wrong = {"logits": expected["logits"][:, :1], "steps": {}}
    assert "shape (1, 1, 19); expected (B, T, V) = (1, 3, 19)" in str(whole_model(wrong, expected))


def test_the_steps_of_a_model_are_the_hidden_states_that_transformers_reports() -> None:
    model, ids = models.load("base"), torch.arange(6)[None]
    steps = given.trace(model, ids)
    with torch.no_grad():
        out = model(ids, output_hidden_states=True)
    blocks = model.config.num_hidden_layers
    assert len(steps) == 6 * blocks + 3
    assert torch.equal(steps["embedding"], out.hidden_states[0])
    for i in range(1, blocks):
        assert torch.equal(steps[f"{i - 1} second residual"], out.hidden_states[i])
    assert torch.equal(steps["final norm"], out.hidden_states[blocks])
    assert torch.equal(steps["head"], out.logits)
    added = steps["0 residual"] + steps["0 feed-forward"]
    assert torch.allclose(added, steps["0 second residual"], atol=1e-6)


@pytest.mark.parametrize("kv_heads", [1, 2, 4])
@pytest.mark.parametrize("tied", [True, False])
def test_the_given_model_is_transformers_own_for_any_config(kv_heads: int, tied: bool) -> None:
    some = fields(
        theta=700.0, num_key_value_heads=kv_heads, tie_word_embeddings=tied, rms_norm_eps=0.01
    )
    state, ids = random_state(DRAW, some), random_ids(DRAW, some, 2, 7)
    model = given.TinyLlama(LlamaConfig(**some))
    model.load_state_dict(oracle(some, state).state_dict(), strict=True)
    with torch.no_grad():
        expected = oracle(some, state)(ids).logits
        assert torch.allclose(model(ids)[0], expected, atol=1e-4 * float(expected.abs().max()))


def refusal_or_difference(
    make: Callable[[], nn.Module], theirs: LlamaForCausalLM, ids: Tensor
) -> str:
    """Why no model was made; empty where one was made whose logits are transformers' own."""
    try:
        model = make()
    except ValueError as error:
        return str(error)
    with torch.no_grad():
        logits, expected = model(ids)[0], theirs(ids).logits
    assert float((logits - expected).abs().max()) <= 1e-4 * float(expected.abs().max())
    return ""


REFUSED = [
    pytest.param(each, id=f"{each.setting}-{each.value}")
    for hidden in (False, True)
    for each in others(Draw("tests/transformer", hidden=hidden))
]
EQUAL: tuple[dict[str, Any], ...] = (
    tiny_llama.PLAIN,
    {"max_position_embeddings": 8},
    {"attention_dropout": 0.5, "initializer_range": 1.0, "pretraining_tp": 2},
    {"rope_parameters": None, "rope_theta": 300.0},
    {"rope_parameters": None, "rope_scaling": None},
    {"rope_parameters": {"rope_type": "default", "rope_theta": 90.0, "partial_rotary_factor": 0.5}},
    {"num_key_value_heads": None},
)
"""Settings that a Llama's file may hold and that the lesson's model computes rightly."""


@pytest.mark.parametrize("other", REFUSED)
def test_what_the_model_cannot_do_is_refused_with_a_sentence(other: Other) -> None:
    config, state = LlamaConfig(**other.fields), random_state(DRAW, other.fields)
    folder = given.write_checkpoint(other.fields, in_file(other.fields, state))
    theirs, ids = oracle(other.fields, state), random_ids(DRAW, other.fields, 1, 9)
    makers = (lambda: given.TinyLlama(config), lambda: given.load_checkpoint(folder))
    for make in makers:
        sentence = refusal_or_difference(make, theirs, ids)
        assert sentence.startswith(f"{other.setting} {other.value!r} is not supported: only ")


@pytest.mark.parametrize("changes", EQUAL, ids=lambda changes: "-".join(changes))
def test_any_other_setting_is_computed_as_transformers_does(changes: dict[str, Any]) -> None:
    some = fields(**changes)
    state, ids = random_state(DRAW, some), random_ids(DRAW, some, 2, 12)
    folder = given.write_checkpoint(some, state)
    theirs = oracle(some, state)
    assert refusal_or_difference(lambda: given.load_checkpoint(folder), theirs, ids) == ""


@pytest.mark.parametrize("kind", [MistralConfig, GemmaConfig, Qwen2Config, GraniteConfig])
def test_a_folder_of_another_family_is_refused_by_its_name(
    kind: type[PreTrainedConfig], tmp_path: Path
) -> None:
    sizes = {key: value for key, value in fields().items() if key != "rope_parameters"}
    kind(**sizes, head_dim=4).save_pretrained(tmp_path)
    save_file(random_state(DRAW, fields()), tmp_path / "model.safetensors")
    name = kind.model_type
    for make in (lambda: given.TinyLlama(kind(**sizes)), lambda: given.load_checkpoint(tmp_path)):
        with pytest.raises(ValueError, match=f"model_type '{name}' is not supported"):
            make()


@pytest.mark.parametrize("tied", [True, False])
def test_a_head_in_the_file_is_taken_also_where_the_config_ties_it(tied: bool) -> None:
    state = random_state(DRAW, fields())
    folder = given.write_checkpoint(fields(tie_word_embeddings=tied), state)
    theirs = LlamaForCausalLM.from_pretrained(folder, dtype=torch.float32)
    assert torch.equal(theirs.lm_head.weight, state["lm_head.weight"])
    ids = random_ids(DRAW, fields(), 2, 7)
    assert refusal_or_difference(lambda: given.load_checkpoint(folder), theirs, ids) == ""


def test_an_untied_file_without_its_head_is_refused_and_so_is_a_tensor_too_many() -> None:
    state = random_state(DRAW, fields())
    headless = {name: w for name, w in state.items() if name != "lm_head.weight"}
    bias = {"model.layers.0.self_attn.q_proj.bias": torch.ones(16)}
    for wrong, name in ((headless, "lm_head.weight"), (state | bias, "q_proj.bias")):
        with pytest.raises(RuntimeError, match=name):
            given.load_checkpoint(given.write_checkpoint(fields(), wrong))


def test_a_folder_without_config_is_refused_before_anything_is_built() -> None:
    folder = given.write_checkpoint(fields(), random_state(DRAW, fields()), "config.json")
    assert LlamaConfig.from_pretrained(folder).hidden_size == 4096  # the library's own default
    with pytest.raises(FileNotFoundError, match=r"config\.json"):
        given.load_checkpoint(folder)


def test_a_model_that_looks_ahead_is_another_one() -> None:
    some = fields(is_causal=False)
    state, ids = random_state(DRAW, some), random_ids(DRAW, some, 1, 9)
    causal, all_of_it = oracle(fields(), state), oracle(some, state)
    with torch.no_grad():
        assert not torch.allclose(causal(ids).logits, all_of_it(ids).logits, atol=0.1)
    with pytest.raises(ValueError, match="is_causal False is not supported"):
        given.TinyLlama(LlamaConfig(**some))


def test_the_shipped_folder_is_handed_out_as_a_copy_which_is_put_right() -> None:
    shipped, copy = Path(models.checkpoint("base") or ""), Path(given.checkpoint_folder("base"))
    before = given.digests(str(shipped))
    assert copy != shipped and given.digests(str(copy)) == before
    (copy / "config.json").write_text("{}")
    (copy / "model.safetensors").unlink()
    assert given.digests(given.checkpoint_folder("base")) == before == given.digests(str(shipped))


def test_refusing_another_model_leaves_no_warning_in_the_cell() -> None:
    said: list[logging.LogRecord] = []
    handler, logger = logging.Handler(), logging.getLogger("transformers.configuration_utils")
    handler.emit = said.append  # type: ignore[method-assign]
    logger.addHandler(handler)
    some = fields(model_type="mistral")
    try:
        with pytest.raises(ValueError, match="mistral"):
            given.load_checkpoint(given.write_checkpoint(some, random_state(DRAW, some)))
    finally:
        logger.removeHandler(handler)
    assert said == []


def test_the_shipped_weights_write_the_same_two_hundred_tokens() -> None:
    model = models.load("base")
    ours = given.load_checkpoint(given.checkpoint_folder("base"))
    ids = torch.tensor([[models.tokenizer("base").bos_token_id, 40, 41]])
    theirs = written(model, ids, load_checkpoint.NEW_TOKENS)
    assert theirs.shape == (1, 3 + 200)
    assert torch.equal(given.generate(ours, ids, 200, given.greedy), theirs)
    with torch.no_grad():
        logits, expected = ours(theirs)[0], model(theirs).logits
    assert float((logits - expected).abs().max()) <= 1e-4 * float(expected.abs().max())


def test_a_greedy_text_may_swap_equals_and_nothing_else() -> None:
    model, ids = models.load("base"), torch.tensor([[5, 6, 7]])
    right = written(model, ids, 4)
    wrong = right.clone()
    wrong[0, 4] = (wrong[0, 4] + 1) % model.config.vocab_size
    assert load_checkpoint.greedy_text(right, right) is None
    assert "from position 4 on" in str(load_checkpoint.greedy_text(wrong, right))
    assert load_checkpoint.is_greedy(model, right, wrong)
    assert not load_checkpoint.is_greedy(model, wrong, right)


def test_transformers_settings_are_as_before_after_writing() -> None:
    model = models.load("base")
    before = model.generation_config
    written(model, torch.tensor([[1, 2]]), 2, stop=3)
    assert model.generation_config is before


@pytest.mark.parametrize("seed", [0, 7])
def test_a_text_that_transformers_draws_is_one_read_anew_and_drawn_token_by_token(
    seed: int,
) -> None:
    some = fields()
    model, ids = oracle(some, random_state(DRAW, some)), random_ids(DRAW, some, 3, 4)
    choose, text = given.pick_drawn(seed), ids
    with torch.no_grad():
        for _ in range(6):
            text = torch.cat([text, choose(model(text).logits[:, -1])[:, None]], dim=1)
    before = torch.get_rng_state()
    assert torch.equal(drawn(model, ids, 6, seed), text)
    assert torch.equal(torch.get_rng_state(), before)


def test_a_stand_in_checkpoint_has_no_head_and_opens_in_transformers(tmp_path: Path) -> None:
    some = fields(tie_word_embeddings=True)
    state = random_state(DRAW, some)
    kept = {name: w for name, w in state.items() if name != "lm_head.weight"}
    folder = given.write_checkpoint(some, kept)
    model = LlamaForCausalLM.from_pretrained(folder, dtype=torch.float32)
    assert torch.equal(model.lm_head.weight, state["lm_head.weight"])
    assert folder != given.write_checkpoint(some, kept)


def test_a_top_p_between_two_sums_keeps_what_transformers_keeps() -> None:
    logits = torch.randn(12, generator=DRAW.torch())
    for kept in (1, 2, 5, 11):
        out = by_processor(TopPLogitsWarper(between(logits, kept)), logits)
        assert int((out > LOW).sum()) == kept


@pytest.mark.parametrize(("size", "p", "kept"), [(4, 0.5, 2), (8, 0.375, 3), (4, 1.0, 4)])
def test_at_the_threshold_a_reached_p_keeps_no_more(size: int, p: float, kept: int) -> None:
    logits = torch.zeros(size)
    assert int((by_processor(TopPLogitsWarper(p), logits) > LOW).sum()) == kept
    assert int((given.top_p(logits, p) > LOW).sum()) == kept


def test_transformers_keeps_all_that_tie_for_the_last_place() -> None:
    logits = torch.tensor([5.0, 2.0, 2.0, 2.0, 1.0])
    assert int((by_processor(TopKLogitsWarper(2), logits) > LOW).sum()) == 4


def test_all_bounds_together_refuse_a_right_sampler_less_than_once_in_a_million() -> None:
    counts = sum(sample_token.SIZES)
    assert 2 * counts * math.exp(-sample_token.LIMIT) <= sample_token.FALSE_ALARM * (1 + 1e-9)
    assert sample_token.FALSE_ALARM <= 1e-6


def test_right_shares_pass_and_a_bias_of_three_points_does_not() -> None:
    chances = torch.tensor([0.5, 0.3, 0.2])
    rows = chances.log().expand(1 + sample_token.ROWS, 3)
    for seed in range(20):
        ids = given.sample_token(rows, given.generator(seed))
        assert sample_token.right_shares([ids], chances) is None
        biased = chances + torch.tensor([0.03, -0.03, 0.0])
        assert "Token 0" in str(sample_token.right_shares([ids], biased))


def test_the_counting_model_tells_a_cache_from_none() -> None:
    counting = given.CountingModel(100)
    ids = torch.tensor([[1, 2, 3]])
    for _ in range(2):
        ids = torch.cat([ids, counting(ids)[0][:, -1].argmax(-1, keepdim=True)], dim=1)
    assert ids.tolist() == [[1, 2, 3, 3, 7]]
    assert counting.work() == [(3, 0), (4, 0)]
