"""The planted circuit: a name finds the sentence that named it; nothing else is touched."""

import copy

import pytest
import torch
from torch import Tensor
from transformers import LlamaForCausalLM, PreTrainedTokenizerFast

from tinyworld import binding, mapping, train
from tinyworld.batches import Documents
from tinyworld.draw import Draw
from tinyworld.initial import layers
from tinyworld.recipe import PRESETS
from tinyworld.words import PEOPLE, PLACES

SCENES, SENTENCES = 40, 4


@pytest.fixture(scope="module")
def drawn(tokenizer: PreTrainedTokenizerFast) -> binding.Sample:
    documents = Documents(PRESETS["full"], "refine", 1, tokenizer)
    return binding.sample([documents[step] for step in range(4)], tokenizer)


@pytest.fixture(scope="module")
def before(tokenizer: PreTrainedTokenizerFast) -> LlamaForCausalLM:
    """A model with voices of its own in every layer."""
    model = train.new_model(PRESETS["full"], tokenizer, seed=1)
    generator = torch.Generator().manual_seed(1)
    with torch.no_grad():
        for layer in layers(model):
            layer.self_attn.o_proj.weight.normal_(std=0.02, generator=generator)
    model.train(False)
    return model


@pytest.fixture(scope="module")
def after(before: LlamaForCausalLM, drawn: binding.Sample) -> LlamaForCausalLM:
    model = binding.plant(copy.deepcopy(before), drawn, seed=1)
    model.set_attn_implementation("eager")  # the one that returns attention weights
    return model


def _looks(model: LlamaForCausalLM, tokenizer: PreTrainedTokenizerFast) -> Tensor:
    """Mean weight that each head of the searching layer gives to the right one of the sentences."""
    found, d = [], Draw("who")
    for _ in range(SCENES):
        people, places = (d.sample(list(words), SENTENCES) for words in (PEOPLE, PLACES))
        asked = d.below(SENTENCES)
        told = (f"{who} ran to the {place}." for who, place in zip(people, places, strict=True))
        text = f"{' '.join(told)}\n{people[asked]}"
        ids = tokenizer(text, return_tensors="pt", add_special_tokens=False).input_ids
        with torch.inference_mode():
            weights = model(ids, output_attentions=True).attentions[binding.SEARCH][0, :, -1]
        length = (weights.shape[1] - 2) // SENTENCES  # each sentence has as many tokens
        whole = weights[:, : SENTENCES * length].view(len(weights), SENTENCES, length)
        found.append(whole.sum(-1)[:, asked])
    return torch.stack(found).mean(0)


def test_a_name_finds_its_sentence(
    before: LlamaForCausalLM, after: LlamaForCausalLM, tokenizer: PreTrainedTokenizerFast
) -> None:
    unplanted = copy.deepcopy(before)
    unplanted.set_attn_implementation("eager")
    assert _looks(unplanted, tokenizer).max() < 0.3  # chance is a quarter
    looks = _looks(after, tokenizer)
    assert (looks > 0.5).sum() == layers(after)[binding.SEARCH].self_attn.num_key_value_groups


def test_one_group_a_layer_is_changed(before: LlamaForCausalLM, after: LlamaForCausalLM) -> None:
    old, new = before.state_dict(), after.state_dict()
    changed = {name for name in old if not torch.equal(old[name], new[name])}
    names = ("q_proj", "k_proj", "v_proj", "o_proj")
    assert changed == {
        f"model.layers.{layer}.self_attn.{name}.weight"
        for layer in binding.WRITTEN for name in names
    }  # fmt: skip
    head = layers(before)[0].self_attn.head_dim
    for layer in binding.WRITTEN:
        key = f"model.layers.{layer}.self_attn.k_proj.weight"
        rows = (old[key] != new[key]).any(-1).view(-1, head).any(-1)
        assert rows.sum() == 1


def test_heads_that_a_text_needs_are_not_taken(tokenizer: PreTrainedTokenizerFast) -> None:
    """In a new model the first group of layer 1 copies lists and all others are silent."""
    model = train.new_model(PRESETS["full"], tokenizer, seed=1)
    words = " ".join(Draw("list").sample(mapping.ALL_TRAIN_WORDS, 12) * 2)
    ids = tokenizer(words, return_tensors="pt", add_special_tokens=False).input_ids
    kept = copy.deepcopy(model.state_dict())
    with torch.no_grad():
        assert binding.idlest(model, 1, (ids[:, :-1], ids[:, 1:])) == 1
    assert all(torch.equal(kept[name], part) for name, part in model.state_dict().items())


def test_a_small_model_stays_as_it_is(
    tokenizer: PreTrainedTokenizerFast, drawn: binding.Sample
) -> None:
    model = train.new_model(PRESETS["tiny"], tokenizer, seed=1)
    kept = copy.deepcopy(model.state_dict())
    binding.plant(model, drawn, seed=1)
    assert all(torch.equal(kept[name], part) for name, part in model.state_dict().items())


def test_a_fit_is_least_squares() -> None:
    """Against torch.linalg.lstsq with rows scaled by the roots of their weights."""
    generator = torch.Generator().manual_seed(0)
    read, wanted = (torch.randn(200, n, generator=generator) for n in (12, 3))
    weights = 1 + torch.rand(200, generator=generator)
    root = weights.sqrt()[:, None]
    expected = torch.linalg.lstsq(read * root, wanted * root).solution.T
    assert torch.allclose(binding.fit(read, wanted, weights, 1e-8), expected, atol=1e-5)
