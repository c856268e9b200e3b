"""`tokenizer_json(merges, special)`: the tokenizer as the file that other programs open.

Oracle: `transformers.PreTrainedTokenizerFast` opens it and must answer as `tokenizers` does.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from autograder.exercise import Case, Draw, Exercise, Mistake, Stage
from autograder.given.tokenization import BYTE_LEVEL, BYTE_TO_CHAR, MATCH_EXACTLY
from autograder.lessons.tokenization import oracle, texts
from autograder.wire import Student, Value, type_name

Pair = tuple[int, int]
SPECIAL = ("<|end|>", "<|user|>")
MAX_ID = 2**20
"""Ids from here on are not read."""
QUESTIONS: dict[str, tuple[str, Callable[[Any, Value], Value]]] = {
    "token": ("the token of id {!r}", lambda tok, i: tok.convert_ids_to_tokens(i)),
    "ids": ("the ids of {!r}", lambda tok, text: list(tok.encode(text))),
    "text": ("the text of {!r}", lambda tok, ids: tok.decode(ids)),
    "bare": (
        "the text of {!r} with skip_special_tokens=True",
        lambda tok, ids: tok.decode(ids, skip_special_tokens=True),
    ),
}
"""What a stage asks the opened tokenizer: in words and as a call."""


def opened(content: Value) -> Any:
    """The PreTrainedTokenizerFast that reads `content`; ValueError says why it cannot."""
    from tokenizers import Tokenizer

    problem = _problem(content)
    if problem:
        raise ValueError(problem)
    try:
        return _fast(Tokenizer.from_str(json.dumps(content)))
    except Exception as error:
        raise ValueError(f"the library cannot open it: {error}") from None


def _fast(tokenizer: Any) -> Any:
    from transformers import PreTrainedTokenizerFast

    return PreTrainedTokenizerFast(tokenizer_object=tokenizer)


def _problem(content: Value) -> str:
    """What keeps `content` from being a tokenizer.json, or an empty string."""
    if not isinstance(content, dict):
        return f"it is a {type_name(content)}, not a dict"
    if content.get("version") != "1.0":
        return 'the entry "version": "1.0" is missing'
    model = content.get("model")
    if not isinstance(model, dict) or model.get("type") != "BPE":
        return 'the entry "model" with "type": "BPE" is missing'
    vocab, merges = model.get("vocab"), model.get("merges")
    if not isinstance(vocab, dict) or not all(_is_entry(*each) for each in vocab.items()):
        return '"vocab" must be a dict from token (a string) to id (a whole number)'
    if not isinstance(merges, list) or not all(_is_merge(each) for each in merges):
        return '"merges" must be a list of pairs of strings, such as ["t", "h"]'
    return ""


def _is_entry(token: Value, id_: Value) -> bool:
    return isinstance(token, str) and type(id_) is int and 0 <= id_ < MAX_ID


def _is_merge(merge: Value) -> bool:
    if isinstance(merge, str):
        return merge.count(" ") == 1
    pair = isinstance(merge, list | tuple) and len(merge) == 2
    return pair and all(isinstance(part, str) for part in merge)


def _ask(student: Student, count: int, what: str, given: list[Value]) -> Value:
    """What the opened tokenizer answers; one sentence where it cannot be opened."""
    content = student.call("tokenizer_json", list(oracle.story_merges(count)), _special(count))
    try:
        tokenizer = opened(content)
        return [QUESTIONS[what][1](tokenizer, each) for each in given]
    except (ValueError, TypeError) as error:
        return f"As a tokenizer.json: {str(error).rstrip('.')}."


def _special(count: int) -> dict[str, int]:
    return {token: oracle.BASE_IDS + count + i for i, token in enumerate(SPECIAL)}


def _case(draw: Draw, what: str, given: list[Value]) -> Case:
    """Ask `what` of each of `given`; a text is first encoded where ids are needed."""
    count = draw.size(40, 90)
    library = oracle.tokenizer(oracle.story_merges(count), SPECIAL)
    if what in ("text", "bare"):
        given = [list(library.encode(text).ids) for text in given]
    return Case(
        (count, what, given),
        [QUESTIONS[what][1](_fast(library), each) for each in given],
        program=_ask,
        shown=f"tokenizer_json(merges, special) with {count} merges of the story",
        accepts=_accept(what, given, draw.hidden),
    )


def _accept(what: str, given: list[Value], hidden: bool) -> Callable[[Value, Value], str | None]:
    def accept(got: Value, expected: Value) -> str | None:
        if isinstance(got, str):
            return got
        wrong = next((i for i, each in enumerate(expected) if got[i] != each), None)
        if wrong is None:
            return None
        asked = QUESTIONS[what][0].format(given[wrong])
        if hidden:
            return "Opened with PreTrainedTokenizerFast, it answers one question wrongly."
        return (
            f"Opened with PreTrainedTokenizerFast, {asked} is {got[wrong]!r}; "
            f"expected {expected[wrong]!r}."
        )

    return accept


def _vocabulary(draw: Draw) -> list[Case]:
    return [_case(draw, "token", list(range(oracle.BASE_IDS + draw.size(40, 90))))]


def _ids(draw: Draw) -> list[Case]:
    found = texts.sentences(draw.random(), draw.size(2, 5))
    return [_case(draw, "ids", ["the lamp", "a  lamp\n in the sea", "we'reading", *found])]


def _text(draw: Draw) -> list[Case]:
    return [_case(draw, "text", ["the lamp", texts.COMBINING, *texts.SCRIPTS[: draw.size(3, 9)]])]


def _special_tokens(draw: Draw) -> list[Case]:
    word = texts.invented_words(draw.random(), 1)[0]
    given = ["the lamp<|end|>", f"<|user|>{word} <|end|> {word}"]
    return [_case(draw, "ids", given), _case(draw, "bare", given)]


def tokenizer_json_ids_as_merges(merges: list[Pair], special: dict[str, int]) -> dict[str, object]:
    known = sorted(BYTE_TO_CHAR.values())
    for left, right in merges:
        known.append(known[left] + known[right])
    pairs = [list(pair) for pair in merges]
    return {
        "version": "1.0",
        "added_tokens": [
            {"id": i, "content": token, "special": True} | MATCH_EXACTLY
            for token, i in special.items()
        ],
        "pre_tokenizer": BYTE_LEVEL,
        "decoder": BYTE_LEVEL,
        "model": {
            "type": "BPE",
            "vocab": {token: i for i, token in enumerate(known)},
            "merges": pairs,
        },
    }


def tokenizer_json_byte_order(merges: list[Pair], special: dict[str, int]) -> dict[str, object]:
    known = [BYTE_TO_CHAR[byte] for byte in range(256)]
    for left, right in merges:
        known.append(known[left] + known[right])
    pairs = [[known[left], known[right]] for left, right in merges]
    return {
        "version": "1.0",
        "added_tokens": [
            {"id": i, "content": token, "special": True} | MATCH_EXACTLY
            for token, i in special.items()
        ],
        "pre_tokenizer": BYTE_LEVEL,
        "decoder": BYTE_LEVEL,
        "model": {
            "type": "BPE",
            "vocab": {token: i for i, token in enumerate(known)},
            "merges": pairs,
        },
    }


def tokenizer_json_latin(merges: list[Pair], special: dict[str, int]) -> dict[str, object]:
    known = [chr(byte) for byte in range(256)]
    for left, right in merges:
        known.append(known[left] + known[right])
    pairs = [[known[left], known[right]] for left, right in merges]
    return {
        "version": "1.0",
        "added_tokens": [
            {"id": i, "content": token, "special": True} | MATCH_EXACTLY
            for token, i in special.items()
        ],
        "pre_tokenizer": BYTE_LEVEL,
        "decoder": BYTE_LEVEL,
        "model": {
            "type": "BPE",
            "vocab": {token: i for i, token in enumerate(known)},
            "merges": pairs,
        },
    }


def tokenizer_json_bytes_only(merges: list[Pair], special: dict[str, int]) -> dict[str, object]:
    known = sorted(BYTE_TO_CHAR.values())
    base = list(known)
    for left, right in merges:
        known.append(known[left] + known[right])
    pairs = [[known[left], known[right]] for left, right in merges]
    return {
        "version": "1.0",
        "added_tokens": [
            {"id": i, "content": token, "special": True} | MATCH_EXACTLY
            for token, i in special.items()
        ],
        "pre_tokenizer": BYTE_LEVEL,
        "decoder": BYTE_LEVEL,
        "model": {
            "type": "BPE",
            "vocab": {token: i for i, token in enumerate(base)},
            "merges": pairs,
        },
    }


def tokenizer_json_sorted(merges: list[Pair], special: dict[str, int]) -> dict[str, object]:
    known = sorted(BYTE_TO_CHAR.values())
    for left, right in merges:
        known.append(known[left] + known[right])
    pairs = sorted([known[left], known[right]] for left, right in merges)
    return {
        "version": "1.0",
        "added_tokens": [
            {"id": i, "content": token, "special": True} | MATCH_EXACTLY
            for token, i in special.items()
        ],
        "pre_tokenizer": BYTE_LEVEL,
        "decoder": BYTE_LEVEL,
        "model": {
            "type": "BPE",
            "vocab": {token: i for i, token in enumerate(known)},
            "merges": pairs,
        },
    }


def tokenizer_json_whole(merges: list[Pair], special: dict[str, int]) -> dict[str, object]:
    known = sorted(BYTE_TO_CHAR.values())
    for left, right in merges:
        known.append(known[left] + known[right])
    pairs = [[known[left], known[right]] for left, right in merges]
    return {
        "version": "1.0",
        "added_tokens": [
            {"id": i, "content": token, "special": True} | MATCH_EXACTLY
            for token, i in special.items()
        ],
        "pre_tokenizer": BYTE_LEVEL | {"use_regex": False},
        "decoder": BYTE_LEVEL,
        "model": {
            "type": "BPE",
            "vocab": {token: i for i, token in enumerate(known)},
            "merges": pairs,
        },
    }


def tokenizer_json_prefix(merges: list[Pair], special: dict[str, int]) -> dict[str, object]:
    known = sorted(BYTE_TO_CHAR.values())
    for left, right in merges:
        known.append(known[left] + known[right])
    pairs = [[known[left], known[right]] for left, right in merges]
    return {
        "version": "1.0",
        "added_tokens": [
            {"id": i, "content": token, "special": True} | MATCH_EXACTLY
            for token, i in special.items()
        ],
        "pre_tokenizer": BYTE_LEVEL | {"add_prefix_space": True},
        "decoder": BYTE_LEVEL,
        "model": {
            "type": "BPE",
            "vocab": {token: i for i, token in enumerate(known)},
            "merges": pairs,
        },
    }


def tokenizer_json_no_cutting(merges: list[Pair], special: dict[str, int]) -> dict[str, object]:
    known = sorted(BYTE_TO_CHAR.values())
    for left, right in merges:
        known.append(known[left] + known[right])
    pairs = [[known[left], known[right]] for left, right in merges]
    return {
        "version": "1.0",
        "added_tokens": [
            {"id": i, "content": token, "special": True} | MATCH_EXACTLY
            for token, i in special.items()
        ],
        "pre_tokenizer": None,
        "decoder": BYTE_LEVEL,
        "model": {
            "type": "BPE",
            "vocab": {token: i for i, token in enumerate(known)},
            "merges": pairs,
        },
    }


def tokenizer_json_no_decoder(merges: list[Pair], special: dict[str, int]) -> dict[str, object]:
    known = sorted(BYTE_TO_CHAR.values())
    for left, right in merges:
        known.append(known[left] + known[right])
    pairs = [[known[left], known[right]] for left, right in merges]
    return {
        "version": "1.0",
        "added_tokens": [
            {"id": i, "content": token, "special": True} | MATCH_EXACTLY
            for token, i in special.items()
        ],
        "pre_tokenizer": BYTE_LEVEL,
        "decoder": None,
        "model": {
            "type": "BPE",
            "vocab": {token: i for i, token in enumerate(known)},
            "merges": pairs,
        },
    }


def tokenizer_json_no_special(merges: list[Pair], special: dict[str, int]) -> dict[str, object]:
    known = sorted(BYTE_TO_CHAR.values())
    for left, right in merges:
        known.append(known[left] + known[right])
    pairs = [[known[left], known[right]] for left, right in merges]
    return {
        "version": "1.0",
        "added_tokens": [],
        "pre_tokenizer": BYTE_LEVEL,
        "decoder": BYTE_LEVEL,
        "model": {
            "type": "BPE",
            "vocab": {token: i for i, token in enumerate(known)},
            "merges": pairs,
        },
    }


def tokenizer_json_not_special(merges: list[Pair], special: dict[str, int]) -> dict[str, object]:
    known = sorted(BYTE_TO_CHAR.values())
    for left, right in merges:
        known.append(known[left] + known[right])
    pairs = [[known[left], known[right]] for left, right in merges]
    return {
        "version": "1.0",
        "added_tokens": [
            {"id": i, "content": token, "special": False} | MATCH_EXACTLY
            for token, i in special.items()
        ],
        "pre_tokenizer": BYTE_LEVEL,
        "decoder": BYTE_LEVEL,
        "model": {
            "type": "BPE",
            "vocab": {token: i for i, token in enumerate(known)},
            "merges": pairs,
        },
    }


TOKENIZER_JSON = Exercise(
    name="tokenizer_json",
    title="A file that other programs open",
    difficulty=3,
    minutes=15,
    forbids=oracle.LIBRARIES,
    stages=(
        Stage("vocabulary", 1, "the file opens, and every id stands for its token.", _vocabulary),
        Stage(
            "same ids",
            1,
            "the opened tokenizer gives the ids that the merges give.",
            _ids,
            needs=("vocabulary",),
        ),
        Stage(
            "text back",
            1,
            "the opened tokenizer turns ids back into text.",
            _text,
            needs=("vocabulary",),
        ),
        Stage(
            "special tokens",
            1,
            "special tokens have one id each and can be left out when decoding.",
            _special_tokens,
            needs=("same ids", "text back"),
        ),
    ),
    mistakes=(
        Mistake(
            "ids as merges",
            tokenizer_json_ids_as_merges,
            "the merges hold ids. The file spells each merge with the two tokens as strings.",
            ("vocabulary",),
        ),
        Mistake(
            "byte order",
            tokenizer_json_byte_order,
            "the base tokens are numbered by byte value. Number them by their character: the "
            "id of a byte is in BYTE_TO_ID.",
            ("vocabulary",),
        ),
        Mistake(
            "Latin-1",
            tokenizer_json_latin,
            "the base tokens are chr(byte), with spaces and control characters among them. Use "
            "the visible characters of BYTE_TO_CHAR.",
            ("vocabulary",),
        ),
        Mistake(
            "bytes only",
            tokenizer_json_bytes_only,
            "the vocabulary holds the single bytes only. Every merge makes a token too, with the "
            "id 256 + its rank.",
            ("vocabulary",),
        ),
        Mistake(
            "sorted merges",
            tokenizer_json_sorted,
            "the merges are sorted by their text. Their order is their rank: keep it.",
            ("same ids",),
        ),
        Mistake(
            "one word",
            tokenizer_json_whole,
            '"use_regex" is false, so the text is not cut into words and merges cross their '
            "borders.",
            ("same ids",),
        ),
        Mistake(
            "space in front",
            tokenizer_json_prefix,
            '"add_prefix_space" is true, so every text gets a space in front that nobody wrote.',
            ("same ids",),
        ),
        Mistake(
            "no pre-tokenizer",
            tokenizer_json_no_cutting,
            'without "pre_tokenizer" the text is neither cut into words nor turned into the '
            "characters of the byte table, and unknown characters vanish.",
            ("same ids",),
        ),
        Mistake(
            "no decoder",
            tokenizer_json_no_decoder,
            'without "decoder" the tokens stay in the characters of the byte table, with spaces '
            "between them.",
            ("text back",),
        ),
        Mistake(
            "no special tokens",
            tokenizer_json_no_special,
            'the special tokens are missing: list each in "added_tokens" with its id.',
            ("special tokens",),
        ),
        Mistake(
            "not marked special",
            tokenizer_json_not_special,
            'the added tokens have "special": false, so decoding cannot leave them out.',
            ("special tokens",),
        ),
    ),
)
