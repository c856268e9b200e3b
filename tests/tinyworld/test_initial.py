"""First weights: before it is trained, a new model copies a list and finds an earlier name."""

import pytest
import torch
from torch import Tensor
from torch.nn import functional as F
from transformers import LlamaForCausalLM, PreTrainedTokenizerFast

from tinyworld import mapping, train
from tinyworld.draw import Draw
from tinyworld.recipe import PRESETS
from tinyworld.words import PEOPLE, PLACES

WORDS = 12
SCENES = 60


@pytest.fixture(scope="module")
def model(tokenizer: PreTrainedTokenizerFast) -> LlamaForCausalLM:
    new = train.new_model(PRESETS["full"], tokenizer, seed=1)
    new.train(False)
    new.set_attn_implementation("eager")  # the one that returns attention weights
    return new


@pytest.fixture(scope="module")
def ids(tokenizer: PreTrainedTokenizerFast) -> Tensor:
    """Twelve words, twice, each of them one token: (1, 24)."""
    words = Draw("initial").sample(mapping.ALL_TRAIN_WORDS, WORDS)
    listed: Tensor = tokenizer(
        " ".join(words * 2), return_tensors="pt", add_special_tokens=False
    ).input_ids
    assert listed.shape == (1, 2 * WORDS)
    return listed


def test_a_list_is_easier_the_second_time(model: LlamaForCausalLM, ids: Tensor) -> None:
    with torch.inference_mode():
        losses = F.cross_entropy(model(ids).logits[0, :-1], ids[0, 1:], reduction="none")
    assert losses[WORDS:].mean() < losses[:WORDS].mean() - 1


def test_one_head_looks_back_and_two_find_what_came_next(
    model: LlamaForCausalLM, ids: Tensor
) -> None:
    with torch.inference_mode():
        weights = model(ids, output_attentions=True).attentions  # layer → (1, heads, 24, 24)
    assert weights[0][0, 0].diagonal(-1).mean() > 0.6
    found = weights[1][0, :2].diagonal(-(WORDS - 1), dim1=-2, dim2=-1)  # (2, WORDS + 1)
    assert (found[:, 1:].mean(-1) > 0.6).all()
    others = weights[1][0, 2:].diagonal(-(WORDS - 1), dim1=-2, dim2=-1)
    assert others.mean() < 0.2


def test_a_name_finds_the_sentence_that_began_with_it(
    model: LlamaForCausalLM, tokenizer: PreTrainedTokenizerFast
) -> None:
    """Of four sentences, the heads that search look at the right one more than by chance."""
    group, right, d = model.model.layers[0].self_attn.num_key_value_groups, 0, Draw("who")
    for _ in range(SCENES):
        people, places = d.sample(list(PEOPLE), 4), d.sample(list(PLACES), 4)
        asked = d.below(4)
        told = " ".join(
            f"{who} ran to the {place}." for who, place in zip(people, places, strict=True)
        )
        text = f"{told}\n{people[asked]}"
        ids = tokenizer(text, return_tensors="pt", add_special_tokens=False).input_ids
        with torch.inference_mode():
            weights = model(ids, output_attentions=True).attentions[1][0, group, -1]
        length = (len(weights) - 2) // 4  # each sentence has as many tokens
        right += int(weights[: 4 * length].view(4, length).sum(-1).argmax()) == asked
    assert right > SCENES / 2


def test_two_heads_look_a_few_tokens_back(model: LlamaForCausalLM, ids: Tensor) -> None:
    """Those of the second circuit that average, in layers 0 and 2; others are at 7.7 and more."""
    group, at = model.model.layers[0].self_attn.num_key_value_groups, torch.arange(2 * WORDS)
    with torch.inference_mode():
        weights = model(ids, output_attentions=True).attentions
    for layer in (0, 2):
        distance = (weights[layer][0, group] * (at[:, None] - at)).sum(-1)
        assert 2 < distance[10:].mean() < 6


def test_later_layers_and_feed_forwards_start_without_a_voice(model: LlamaForCausalLM) -> None:
    layers = model.model.layers
    written = [layer.self_attn.o_proj.weight.abs().sum() for layer in layers]
    assert written[0] > 0 and written[1] > 0 and written[2] > 0 and sum(written[3:]) == 0
    assert sum(layer.mlp.down_proj.weight.abs().sum() for layer in layers) == 0


def test_first_weights_follow_the_seed(tokenizer: PreTrainedTokenizerFast) -> None:
    one, same, other = (
        train.new_model(PRESETS["tiny"], tokenizer, seed).state_dict() for seed in (1, 1, 2)
    )
    assert all(torch.equal(one[name], same[name]) for name in one)
    assert not torch.equal(one["model.embed_tokens.weight"], other["model.embed_tokens.weight"])
