"""Lesson 03: oracles against other oracles, the worked solutions, the given parts, the notebook."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from transformers.masking_utils import sdpa_mask

from autograder.checking import verdict_on
from autograder.exercise import Draw
from autograder.given import attention as given
from autograder.given import models
from autograder.given.heads import attention_maps, layer_state, repeated_ids, sentence_ids
from autograder.lessons.attention import LESSON
from autograder.lessons.attention.grouped_query import by_llama, random_state, sizes_of
from autograder.lessons.attention.induction import BY_HAND, score_by_diagonal
from autograder.lessons.attention.mask import mask_by_torch
from autograder.lessons.attention.multi_head import by_name, oracle
from autograder.lessons.attention.rotary import rotated_by_llama
from autograder.lessons.attention.scores import scores_by_torch
from tests.lessons import notebook

DRAW = Draw("tests/attention")
EXERCISES = {e.name: e for e in LESSON.coding}


@pytest.fixture(scope="module")
def solved() -> tuple[dict[str, Any], dict[str, str]]:
    return notebook.solved(LESSON.id)


@pytest.fixture(scope="module")
def untouched() -> tuple[dict[str, Any], dict[str, str]]:
    return notebook.untouched(LESSON.id)


def test_a_picture_whose_function_is_missing_says_which(untouched: Any, solved: Any) -> None:
    assert untouched[1]["causal_mask-figure"] == (
        "This picture needs `causal_mask`: write it above, then run this cell again.\n"
    )
    needing = [name for name, printed in untouched[1].items() if "This picture needs" in printed]
    assert len(needing) >= 7
    assert not [name for name in needing if "This picture" in solved[1][name]]


def test_the_notebook_says_which_model_is_loaded(solved: Any) -> None:
    first = solved[1]["setup"].splitlines()[0]
    missing = models.checkpoint("base") is None
    assert first == (models.STAND_IN_NOTE if missing else "The course's own model is loaded.")


def torchs_own(q: Any, k: Any, v: Any, mask: Any = None) -> Any:
    return torch.ops.aten.scaled_dot_product_attention(q, k, v, mask)


def torchs_softmax(x: Any, dim: int) -> Any:
    return torch.nn.Softmax(dim)(x)


@pytest.mark.parametrize(
    ("name", "way"),
    [("scaled_dot_product_attention", torchs_own), ("softmax", torchs_softmax)],
)
def test_torchs_own_function_by_another_name_is_no_answer(name: str, way: Any) -> None:
    verdict = verdict_on(LESSON, EXERCISES[name], way)
    assert verdict.points == 0
    assert verdict.status == "forbidden"


def test_scores_read_out_of_torch_are_scaled_dot_products() -> None:
    q = torch.randn(2, 3, 5, generator=DRAW.torch())
    k = torch.randn(2, 4, 5, generator=DRAW.torch())
    by_hand = torch.tensor(
        [[[sum(q[b, t] * k[b, s]) / 5**0.5 for s in range(4)] for t in range(3)] for b in range(2)]
    )
    assert torch.allclose(scores_by_torch(q, k), by_hand, atol=1e-6)


@pytest.mark.parametrize(("queries", "keys"), [(1, 1), (4, 4), (1, 6), (3, 7)])
def test_the_mask_of_torch_is_that_of_transformers(queries: int, keys: int) -> None:
    theirs = sdpa_mask(
        batch_size=1,
        q_length=queries,
        kv_length=keys,
        q_offset=keys - queries,
        allow_is_causal_skip=False,
    )
    assert theirs is not None
    assert torch.equal(mask_by_torch(queries, keys), theirs[0, 0])


def test_turning_keeps_lengths_and_only_distance_counts() -> None:
    q, k = torch.randn(2, 1, 1, 1, 8, generator=DRAW.torch())
    for distance in (0, 3):
        scores = [
            float(
                (
                    rotated_by_llama(q, torch.tensor([p + distance]), 100.0)
                    * rotated_by_llama(k, torch.tensor([p]), 100.0)
                ).sum()
            )
            for p in (0, 2, 9)
        ]
        assert scores == pytest.approx([scores[0]] * 3, abs=1e-5)
    assert float(rotated_by_llama(q, torch.tensor([5]), 100.0).norm()) == pytest.approx(
        float(q.norm())
    )


def test_the_cut_of_in_proj_gives_what_torch_computes_for_one_head() -> None:
    module = oracle(DRAW, 4, 1)
    state = by_name(module.in_proj_weight, module.out_proj.weight)
    x = torch.randn(1, 3, 4, generator=DRAW.torch())
    q, k, v = (x @ state[f"{name}_proj.weight"].T for name in "qkv")
    ours = F.scaled_dot_product_attention(q, k, v) @ state["o_proj.weight"].T
    assert torch.allclose(ours, module(x, x, x, need_weights=False)[0], atol=1e-6)


@pytest.mark.parametrize("layer", [0, -1])
def test_the_oracle_layer_is_the_layer_inside_the_loaded_model(layer: int) -> None:
    model, seen = models.load("base"), {}
    attention = model.model.layers[layer].self_attn

    def keep(_module: Any, _args: Any, kwargs: Any, output: Any) -> None:
        seen.update(x=kwargs["hidden_states"], out=output[0])

    hook = attention.register_forward_hook(keep, with_kwargs=True)
    with torch.no_grad():
        model(torch.arange(7)[None])
    hook.remove()
    out, _ = by_llama(sizes_of(model.config), layer_state(model, layer), seen["x"])
    assert torch.allclose(out, seen["out"], atol=1e-5 * float(out.abs().max()))


def test_the_loaded_model_has_the_shape_that_the_exercise_assumes() -> None:
    config = models.load("base").config
    assert config.head_dim * config.num_attention_heads == config.hidden_size
    assert not config.attention_bias
    assert config.rope_parameters["rope_type"] == "default"


def test_random_weights_do_not_depend_on_torchs_own_generator() -> None:
    torch.manual_seed(1)
    first = random_state(DRAW, (16, 4, 2, 1e4))
    torch.manual_seed(2)
    second = random_state(DRAW, (16, 4, 2, 1e4))
    assert all(torch.equal(first[name], second[name]) for name in first)


def test_the_diagonal_is_the_mean_that_the_lesson_computes_by_hand() -> None:
    weights = torch.tensor(BY_HAND)
    assert torch.allclose(weights.sum(-1), torch.ones(6))
    assert float(score_by_diagonal(weights, 3)) == pytest.approx((0.6 + 0.5 + 0.7) / 3)


def test_a_head_that_copies_perfectly_scores_one() -> None:
    ids = repeated_ids(vocabulary=50, length=4)
    weights = torch.eye(8).roll(-3, dims=1)  # row t looks at t - 3
    assert given.induction_score(weights, ids) == 1
    assert float(score_by_diagonal(weights, 4)) == 1


def test_every_head_of_the_model_is_drawn_from_weights_that_sum_to_one() -> None:
    model = models.load("base")
    before = model.config._attn_implementation
    ids, labels = sentence_ids("Maya gave Leo the red ball")
    maps = attention_maps(model, ids)
    config = model.config
    assert maps.shape[:2] == (config.num_hidden_layers, config.num_attention_heads)
    assert maps.shape[2:] == (len(ids), len(ids)) == (len(labels), len(labels))
    assert torch.allclose(maps.sum(-1), torch.ones(maps.shape[:-1]), atol=1e-5)
    assert float(maps.triu(1).abs().max()) == 0
    assert model.config._attn_implementation == before


def test_a_shipped_checkpoint_opens_in_float32_without_a_word_on_stderr(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    models.stand_in().bfloat16().save_pretrained(tmp_path)
    monkeypatch.setattr(models, "checkpoint", lambda name: str(tmp_path))
    capsys.readouterr()
    model = models.load.__wrapped__("base")
    assert {p.dtype for p in model.parameters()} == {torch.float32}
    assert capsys.readouterr().err == ""


def test_repeated_tokens_are_different_within_one_round() -> None:
    ids = repeated_ids(vocabulary=30, length=10, repeats=3, seed=4)
    assert len(set(ids.tolist())) == 10
    assert torch.equal(ids[:10], ids[10:20]) and torch.equal(ids[:10], ids[20:])
