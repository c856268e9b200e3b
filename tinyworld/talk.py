"""Writing and talking in a terminal."""

from collections.abc import Sequence

import torch
from transformers import PreTrainedTokenizerBase

from tinyworld import story
from tinyworld.draw import Draw
from tinyworld.generate import Decoder

NEW_TOKENS = 130
READ = 192
"""Tokens of a conversation that the model reads: with an answer about as many as a row of training.
In longer ones it stops before the steps of a sum."""
FORGOTTEN = "(It reads the last {n} tokens of a conversation: the beginning is forgotten now.)"

Turns = list[dict[str, str]]
"""Chat messages, the user's first."""
GREETING = (
    "It knows a small world. Tell it a story and ask who is where; tell it your name and ask for "
    "it later.\nOr try: What is 27 + 48?  What is the opposite of big?  Translate into Japanese: "
    "The cat is small.\nAn empty line ends the conversation."
)


def _generate(decoder: Decoder, text: str, temperature: float, ends: Sequence[str]) -> str:
    encoded = decoder.tokenizer(text, return_tensors="pt", add_special_tokens=False)
    ids = encoded["input_ids"].to(decoder.model.device)
    chosen = (
        {"do_sample": True, "temperature": temperature} if temperature else {"do_sample": False}
    )
    stops = [decoder.tokenizer.get_vocab()[end] for end in ends]
    made = decoder.model.generate(  # type: ignore[operator]
        ids, max_new_tokens=NEW_TOKENS, eos_token_id=stops, pad_token_id=stops[0], **chosen
    )
    return str(decoder.tokenizer.decode(made[0, ids.shape[1] :], skip_special_tokens=True)).strip()


def continue_text(decoder: Decoder, prompts: Sequence[str], temperature: float, seed: int) -> int:
    """Continue each prompt, or the beginning of a story when there is none."""
    torch.manual_seed(seed)
    begun = story.make(Draw(f"sample/{seed}"), held=True).sentences[:2]
    for prompt in prompts or [" ".join(begun)]:
        made = _generate(decoder, prompt, temperature, ["<|endoftext|>"])
        print(f"{prompt} [...] {made}")
    return 0


def _length(tokenizer: PreTrainedTokenizerBase, turns: Turns) -> int:
    ids = tokenizer.apply_chat_template(turns, add_generation_prompt=True, return_dict=False)
    return len(ids)


def recent(tokenizer: PreTrainedTokenizerBase, turns: Turns) -> Turns:
    """The latest turns that fit into `READ` tokens, an answer never without its question."""
    kept = turns
    while len(kept) > 1 and _length(tokenizer, kept) > READ:
        kept = kept[2:]
    return kept


def talk(decoder: Decoder, prompts: Sequence[str], temperature: float, seed: int) -> int:
    """A dialog: the given turns, or what is typed until an empty line."""
    torch.manual_seed(seed)
    turns: Turns = []
    forgetful = False
    if not prompts:
        print(GREETING)
    for said in prompts or iter(_typed, ""):
        turns.append({"role": "user", "content": said})
        whole, turns = len(turns), recent(decoder.tokenizer, turns)
        if len(turns) < whole and not forgetful:
            print(FORGOTTEN.format(n=READ))
            forgetful = True
        text = decoder.tokenizer.apply_chat_template(
            turns, tokenize=False, add_generation_prompt=True
        )
        answer = _generate(decoder, str(text), temperature, ["<|end|>", "<|endoftext|>"])
        turns.append({"role": "assistant", "content": answer})
        print(f"you: {said}\nmodel: {answer}" if prompts else answer)
    return 0


def _typed() -> str:
    try:
        return input("> ").strip()
    except EOFError:
        return ""
