"""A circuit that binds, planted into heads of a trained model that do little.

Told where Ken and Ann are and asked for Ken, a model that has learned everything else names either
place. Binding takes heads in three layers, none of which gives a gradient before the others exist,
and training does not find them. They are planted:

- A head of layer 1 averages the names of the last few tokens and writes them into directions that
  hardly vary.
- The heads of a group of layer 2 look for places where those directions hold the current token:
  after an earlier `Ken` they find the words of that sentence, and pass on what these are.
- A head of layer 3 hands on what the last few tokens have found.

How a trained model says `Ken` is read off its activations: the directions in which the names of the
world differ most beside their spread (linear discriminants; R. A. Fisher, 1936), and least squares
from what each layer reads. In each layer the heads are taken whose silence costs least. Training
repairs what they did before, and learns to use what they find.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F
from transformers import LlamaForCausalLM, PreTrainedTokenizerFast

from tinyworld.batches import IGNORED
from tinyworld.initial import FEW_BACK, FOUND, SLOW_FROM, by_distance, heads_of, layers, own
from tinyworld.words import PEOPLE, PLACES, THINGS

AVERAGE, SEARCH, PASS = 1, 2, 3
"""The layers of the three kinds of heads."""
MATCH = 20.0**0.5
"""Scale of query and key of the heads that search."""
WRITTEN = {AVERAGE: 4.0, SEARCH: 1.0, PASS: 2.0}
"""Scale of what a head of each layer writes, in sizes of the residual stream there."""
NAME_WEIGHT = 4.0
"""How much more a name counts in a fit than another token."""
LEAST_SEEN = 4
"""Times that a name must stand in the sample for its mean to be used."""
RIDGE, FIRM = 1e-3, 1e-6
"""Ridge of a fit, as a share of the mean square; the firm one is for the constant."""

Batch = tuple[Tensor, Tensor]
Read = Callable[[Any, tuple[Any, ...], Any], Tensor]


@dataclass(frozen=True)
class Sample:
    """Texts from which the model's directions are read."""

    batches: Sequence[Batch]
    ids: Tensor
    """All their tokens, (N,)."""
    names: Tensor
    """For each token of the vocabulary whether it is a name of the world, (V,)."""


@dataclass(frozen=True)
class Codes:
    """For each token of the vocabulary its name in few numbers; other tokens have zeros."""

    matched: Tensor
    """What is compared, (V, as many as turn slowly)."""
    passed: Tensor
    """What is passed on, (V, head)."""


def sample(batches: Sequence[Batch], tokenizer: PreTrainedTokenizerFast) -> Sample:
    """The batches with their names: people, things and places of one token."""
    names = torch.zeros(len(tokenizer), dtype=torch.bool)
    for word in (*PEOPLE, *THINGS, *PLACES):
        ids = tokenizer(word, add_special_tokens=False)["input_ids"]
        if len(ids) == 1:
            names[ids[0]] = True
    return Sample(batches, torch.cat([inputs for inputs, _ in batches]).flatten(), names)


@torch.no_grad()
def plant(model: LlamaForCausalLM, drawn: Sample, seed: int) -> LlamaForCausalLM:
    """Put the circuit into a trained model; one with fewer than four layers stays as it is."""
    if len(layers(model)) <= PASS:
        return model
    spots = {layer: idlest(model, layer, drawn.batches[0]) for layer in WRITTEN}
    codes = name_codes(model, drawn, seed)
    around = _average(model, drawn, spots[AVERAGE], codes)
    passed = _search(model, drawn, spots, codes, around)
    _hand_on(model, drawn, spots, passed)
    return model


def loss(model: LlamaForCausalLM, batch: Batch) -> float:
    """Mean cross-entropy of a batch."""
    logits = model(batch[0], use_cache=False).logits.flatten(0, 1)
    return float(F.cross_entropy(logits, batch[1].flatten(), ignore_index=IGNORED))


def idlest(model: LlamaForCausalLM, layer: int, batch: Batch) -> int:
    """The key/value group of a layer whose silence costs least."""
    attention = layers(model)[layer].self_attn
    output, costs = attention.o_proj.weight, []
    for group in range(attention.k_proj.out_features // attention.head_dim):
        kept = output.clone()
        for rows in heads_of(attention, group, attention.num_key_value_groups):
            output[:, rows] = 0
        costs.append(loss(model, batch))
        output.copy_(kept)
    return min(range(len(costs)), key=costs.__getitem__)


def _watched(model: LlamaForCausalLM, drawn: Sample, module: Any, read: Read) -> Tensor:
    """What `read` takes from a module's inputs and output, over the whole sample: (N, width)."""
    found: list[Tensor] = []
    hook = module.register_forward_hook(lambda *seen: found.append(read(*seen)))
    for inputs, _ in drawn.batches:
        model(inputs, use_cache=False)
    hook.remove()
    return torch.cat(found).flatten(0, 1)


def attended(model: LlamaForCausalLM, drawn: Sample, layer: int) -> Tensor:
    """What the attention of a layer reads, (N, width)."""
    norm = layers(model)[layer].input_layernorm
    return _watched(model, drawn, norm, lambda module, given, out: out)


def stream(model: LlamaForCausalLM, drawn: Sample, layer: int) -> Tensor:
    """The residual stream before a layer, (N, width)."""
    norm = layers(model)[layer].input_layernorm
    return _watched(model, drawn, norm, lambda module, given, out: given[0])


def gathered(model: LlamaForCausalLM, drawn: Sample, layer: int, rows: slice) -> Tensor:
    """What a head of a layer gives before it is written, (N, head)."""
    output = layers(model)[layer].self_attn.o_proj
    return _watched(model, drawn, output, lambda module, given, out: given[0])[:, rows]


def fit(read: Tensor, wanted: Tensor, weights: Tensor, ridge: float = RIDGE) -> Tensor:
    """Least squares: the matrix (k, width) that turns (N, width) into (N, k), nearly."""
    weighted = (read * weights[:, None]).T / len(read)
    square = weighted @ read
    square += ridge * square.diagonal().mean() * torch.eye(len(square))
    found: Tensor = torch.linalg.solve(square, weighted @ wanted).T
    return found


def _weights(drawn: Sample) -> Tensor:
    return 1 + (NAME_WEIGHT - 1) * drawn.names[drawn.ids].float()


def _constant(read: Tensor) -> Tensor:
    """The direction whose product with whatever is read is nearly one, (width,)."""
    return fit(read, torch.ones(len(read), 1), torch.ones(len(read)), FIRM)[0]


def name_codes(model: LlamaForCausalLM, drawn: Sample, seed: int) -> Codes:
    """Numbers for each name, from the directions in which names differ where they are searched."""
    read = attended(model, drawn, SEARCH)
    times = torch.bincount(drawn.ids, minlength=len(drawn.names))
    means = torch.zeros(len(times), read.shape[1]).index_add_(0, drawn.ids, read)
    means /= times.clamp(min=1)[:, None]
    known = drawn.names & (times >= LEAST_SEEN)
    spread = (read - means[drawn.ids])[known[drawn.ids]]
    within = spread.T @ spread / len(spread)
    within += 1e-2 * within.diagonal().mean() * torch.eye(len(within))
    whiten = torch.linalg.inv(torch.linalg.cholesky(within))
    centred = means - means[known].mean(0)
    head = layers(model)[SEARCH].self_attn.head_dim
    directions = torch.linalg.svd(centred[known] @ whiten.T, full_matrices=False)[2][:head]
    scores = centred @ whiten.T @ directions.T
    scores = scores / scores[known].std(0) * drawn.names[:, None]
    generator = torch.Generator().manual_seed(seed)
    slow = len(_slow(head))
    return Codes(_turned(scores[:, :slow], generator), _turned(scores, generator))


def _turned(scores: Tensor, generator: torch.Generator) -> Tensor:
    """The same in random directions, so that each number carries alike; none longer than usual."""
    width = scores.shape[1]
    turned = scores @ torch.linalg.qr(torch.randn(width, width, generator=generator))[0]
    length = turned.norm(dim=-1, keepdim=True)
    limited: Tensor = turned * width**0.5 / length.clamp(min=width**0.5)
    return limited


def _slow(head: int) -> list[int]:
    """The entries of query and key that turn slowly enough to compare contents over a row."""
    half = head // 2
    return [*range(SLOW_FROM, half), *range(half + SLOW_FROM, head)]


def _quiet(model: LlamaForCausalLM, drawn: Sample, layer: int, taken: Tensor, n: int) -> Tensor:
    """The n directions (n, width) that vary least before a layer, orthogonal to those `taken`."""
    found = stream(model, drawn, layer)
    found = found / found.square().mean(-1, keepdim=True).sqrt()
    found = found - found @ taken.T @ taken
    directions: Tensor = torch.linalg.svd(found - found.mean(0), full_matrices=False)[2].flip(0)
    return directions[len(taken) : len(taken) + n]


def _size(model: LlamaForCausalLM, drawn: Sample, layer: int) -> float:
    return float(stream(model, drawn, layer).square().mean().sqrt())


def _average(model: LlamaForCausalLM, drawn: Sample, group: int, codes: Codes) -> Tensor:
    """Plant the head that averages; returns the directions that it writes, (k, width)."""
    attention, read = layers(model)[AVERAGE].self_attn, attended(model, drawn, AVERAGE)
    after, k = AVERAGE + 1, codes.matched.shape[1]
    around = _quiet(model, drawn, after, torch.zeros(0, read.shape[1]), k)
    by_distance(attention, group, FEW_BACK, _constant(read))
    values = attention.v_proj.weight[own(attention, group)]
    values.zero_()[:k] = fit(read, codes.matched[drawn.ids], _weights(drawn))
    size = WRITTEN[AVERAGE] * _size(model, drawn, after)
    first, *others = heads_of(attention, group, attention.num_key_value_groups)
    for rows in others:
        attention.o_proj.weight[:, rows] = 0
    attention.o_proj.weight[:, first].zero_()[:, :k] = size * around.T
    return around


def _search(
    model: LlamaForCausalLM, drawn: Sample, spots: dict[int, int], codes: Codes, around: Tensor
) -> Tensor:
    """Plant the heads that search; returns the directions that they write, (head, width)."""
    before, attention = layers(model)[AVERAGE].self_attn, layers(model)[SEARCH].self_attn
    averaging = heads_of(before, spots[AVERAGE], 1)[0]
    averages = gathered(model, drawn, AVERAGE, averaging)[:, : len(around)]
    read, weights, group = attended(model, drawn, SEARCH), _weights(drawn), spots[SEARCH]
    slow, after = _slow(attention.head_dim), SEARCH + 1
    passed = _quiet(model, drawn, after, around, attention.head_dim)
    size = WRITTEN[SEARCH] * _size(model, drawn, after)
    keys = attention.k_proj.weight[own(attention, group)]
    keys.zero_()[slow] = MATCH * fit(read, averages, weights)
    asked = MATCH * fit(read, codes.matched[drawn.ids], weights)
    attention.v_proj.weight[own(attention, group)] = fit(read, codes.passed[drawn.ids], weights)
    for rows in heads_of(attention, group, attention.num_key_value_groups):
        attention.q_proj.weight[rows].zero_()[slow] = asked
        attention.o_proj.weight[:, rows] = size * passed.T
    return passed


def _hand_on(model: LlamaForCausalLM, drawn: Sample, spots: dict[int, int], passed: Tensor) -> None:
    """Plant the head that hands on what the last few tokens have found."""
    searching = heads_of(layers(model)[SEARCH].self_attn, spots[SEARCH], 1)[0]
    found = gathered(model, drawn, SEARCH, searching)
    attention, read = layers(model)[PASS].self_attn, attended(model, drawn, PASS)
    group, size = spots[PASS], WRITTEN[PASS] * _size(model, drawn, PASS + 1)
    by_distance(attention, group, FOUND, _constant(read))
    attention.v_proj.weight[own(attention, group)] = fit(read, found, _weights(drawn))
    first, *others = heads_of(attention, group, attention.num_key_value_groups)
    for rows in others:
        attention.o_proj.weight[:, rows] = 0
    attention.o_proj.weight[:, first] = size * passed.T
