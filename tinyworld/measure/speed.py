"""How fast a model answers: many prompts at once against `model.generate` one by one."""

import time
from dataclasses import dataclass

import torch

from tinyworld.draw import Draw
from tinyworld.generate import Decoder
from tinyworld.measure.text_cells import translation

BATCHED, ONE_BY_ONE = 128, 8
"""Prompts timed each way."""
NEW_TOKENS = 32


@dataclass(frozen=True)
class Speed:
    """New tokens a second, both ways."""

    batched: float
    one_by_one: float

    @property
    def multiple(self) -> float:
        """How many times faster the batch is."""
        return self.batched / self.one_by_one


def _length(decoder: Decoder, texts: list[str]) -> int:
    return sum(len(decoder.tokenizer(text)["input_ids"]) + 1 for text in texts)


def _one(decoder: Decoder, prompt: str) -> int:
    encoded = decoder.tokenizer(prompt, return_tensors="pt")
    ids = encoded["input_ids"].to(decoder.model.device)
    with torch.inference_mode():
        made = decoder.model.generate(  # type: ignore[operator]
            ids, max_new_tokens=NEW_TOKENS, do_sample=False, pad_token_id=0
        )
    text = str(decoder.tokenizer.decode(made[0, ids.shape[1] :])).split("\n")[0]
    return _length(decoder, [text])


def speed(decoder: Decoder, seed: int) -> Speed:
    """Tokens a second up to the end of the answer; both ways answer the same sort of prompt."""
    d = Draw(f"speed/{seed}")
    prompts = [str(translation(d).prompt) for _ in range(BATCHED)]
    start = time.perf_counter()
    made = _length(decoder, decoder.complete(prompts, NEW_TOKENS))
    middle = time.perf_counter()
    single = sum(_one(decoder, prompt) for prompt in prompts[:ONE_BY_ONE])
    end = time.perf_counter()
    return Speed(made / (middle - start), single / (end - middle))
