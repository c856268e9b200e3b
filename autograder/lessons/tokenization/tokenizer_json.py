"""`tokenizer_json(merges, special)`: the tokenizer as the file that other programs open.

Oracle: `transformers.PreTrainedTokenizerFast` opens it and must answer as `tokenizers` does.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from tokenizers import Tokenizer

from autograder.exercise import Case, Draw
from autograder.lessons.sheet import exercise
from autograder.lessons.tokenization import oracle, texts
from autograder.wire import Student, Value, type_name

SPECIAL = ("<|end|>", "<|user|>")
APART = ((64, 0), (64, 16), (77, 6), (198, 198), (220, 220), (16, 16), (75, 78))
"""Merges across what the pattern cuts: a!, a1, n', two line ends; two spaces, 11 and lo."""
NEVER = ((64, 65), (65, 66), (64, 257))
"""ab, bc and a with bc: no text leads to the last, since ab comes first."""
OTHERS = ("[SEP]", "<pad>", "</s>")
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
    try:
        written = json.dumps(content)
    except Exception as error:
        raise ValueError(f"json.dumps cannot write it: {error}") from None
    content = json.loads(written)
    if problem := _problem(content):
        raise ValueError(problem)
    try:
        return _read(written)
    except Exception as error:
        raise ValueError(f"the library cannot open it: {error}") from None


@lru_cache(maxsize=16)
def _read(content: str) -> Any:
    return _fast(Tokenizer.from_str(content))


@lru_cache(maxsize=16)
def _library(merges: tuple[oracle.Pair, ...], special: tuple[str, ...]) -> Any:
    return _fast(oracle.tokenizer(merges, special))


def _fast(tokenizer: Any) -> Any:
    import transformers

    fast: Any = transformers.PreTrainedTokenizerFast
    return fast(tokenizer_object=tokenizer)


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
    if not isinstance(merges, list):
        return f'"merges" must be a list of pairs of strings, not of type {type_name(merges)}'
    if wrong := [each for each in merges if not _is_merge(each)]:
        return f'"merges" must hold pairs of strings, such as ["t", "h"], not {_form(wrong[0])}'
    if not all(_is_part(content.get(name)) for name in ("pre_tokenizer", "decoder")):
        return '"pre_tokenizer" and "decoder" must be dicts such as BYTE_LEVEL'
    return ""


def _is_part(value: Value) -> bool:
    return value is None or (isinstance(value, dict) and "type" in value)


def _is_entry(token: Value, id_: Value) -> bool:
    return isinstance(token, str) and type(id_) is int and 0 <= id_ < MAX_ID


def _is_merge(merge: Value) -> bool:
    pair = isinstance(merge, list) and len(merge) == 2
    return pair and all(isinstance(part, str) for part in merge)


def _form(merge: Value) -> str:
    """What a wrong merge is made of.

    >>> _form("l o"), _form([75, 78])
    ('str', '[int, int]')
    """
    if isinstance(merge, list):
        return f"[{', '.join(map(type_name, merge))}]"
    return type_name(merge)


def _ask(
    student: Student, merges: list[Value], tokens: list[str], what: str, given: list[Value]
) -> Value:
    """What the opened tokenizer answers; one sentence where it cannot be opened."""
    special = {token: oracle.BASE_IDS + len(merges) + i for i, token in enumerate(tokens)}
    content = student.call("tokenizer_json", merges, special)
    try:
        tokenizer = opened(content)
        return [QUESTIONS[what][1](tokenizer, each) for each in given]
    except (ValueError, TypeError) as error:
        return f"As a tokenizer.json: {str(error).rstrip('.')}."


def _case(
    draw: Draw,
    what: str,
    given: list[Value],
    merges: Sequence[oracle.Pair] | None = None,
    special: Sequence[str] = SPECIAL,
) -> Case:
    """Ask `what` of each of `given`; a text is first encoded where ids are needed."""
    shown = "tokenizer_json(merges, special)"
    if merges is None:
        merges = oracle.story_merges(draw.size(40, 90))
        shown = f"{shown} with {len(merges)} merges of the story"
    else:
        shown = f"{shown} with merges = {list(merges)}"
    library = oracle.tokenizer(merges, special)
    fast = _library(tuple(merges), tuple(special))
    if what in ("text", "bare"):
        given = [list(library.encode(text).ids) for text in given]
    return Case(
        (list(merges), list(special), what, given),
        [QUESTIONS[what][1](fast, each) for each in given],
        program=_ask,
        shown=shown,
        accepts=_accept(what, given, draw.hidden),
    )


def _declared(student: Student, merges: list[Value], special: dict[str, Value]) -> Value:
    """The special tokens and their ids, as the file itself names them."""
    content = student.call("tokenizer_json", merges, special)
    return {added["content"]: added["id"] for added in content["added_tokens"]}


def _declared_case(merges: Sequence[oracle.Pair], tokens: Sequence[str], step: int = 1) -> Case:
    """`tokens` have the ids after those of the merges, in their order or, by step -1, from behind.

    The library numbers special tokens in the file's order, whatever ids they have there. So only
    the file is asked where a dict has another order.
    """
    numbers = range(oracle.BASE_IDS + len(merges), oracle.BASE_IDS + len(merges) + len(tokens))
    ids = dict(zip(tokens, numbers[::step], strict=True))
    shown = f"tokenizer_json(merges, {ids}), the ids in its added_tokens"
    return Case((list(merges), ids), ids, program=_declared, shown=shown)


def _pairs(student: Student, merges: list[Value]) -> Value:
    """The merges as they stand in the file."""
    content = student.call("tokenizer_json", merges, {})
    return json.loads(json.dumps(content["model"]["merges"]))


def _pairs_case(merges: Sequence[oracle.Pair]) -> Case:
    known = oracle.tokens(merges)
    spelled: list[Value] = [[known[left], known[right]] for left, right in merges]
    shown = f'tokenizer_json({list(merges)}, {{}})["model"]["merges"]'
    return Case((list(merges),), spelled, program=_pairs, shown=shown)


def _accept(what: str, given: list[Value], hidden: bool) -> Callable[[Value, Value], str | None]:
    def accept(got: Value, expected: Value) -> str | None:
        if isinstance(got, str):
            return got
        wrong = next((i for i, each in enumerate(expected) if got[i] != each), None)
        if wrong is None:
            return None
        if hidden:
            return "Opened with PreTrainedTokenizerFast, it answers one question wrongly."
        asked = QUESTIONS[what][0].format(given[wrong])
        told = f"{asked} is {got[wrong]!r}; expected {expected[wrong]!r}."
        return f"Opened with PreTrainedTokenizerFast, {told}"

    return accept


def _vocabulary(draw: Draw) -> list[Case]:
    merges = draw.size(APART, APART[::-1])
    return [
        _case(draw, "token", list(range(oracle.BASE_IDS + draw.size(40, 90)))),
        _case(draw, "token", list(range(oracle.BASE_IDS + len(merges))), merges, ()),
        _case(draw, "token", list(range(oracle.BASE_IDS)), (), SPECIAL[:1]),
        _pairs_case(draw.size(((75, 78),), ((83, 71), (256, 68)))),
    ]


def _ids(draw: Draw) -> list[Case]:
    found = texts.sentences(draw.random(), draw.size(2, 5))
    merges = oracle.story_merges(draw.size(40, 90))
    every = [oracle.text_of([oracle.BASE_IDS + i], merges) for i in range(len(merges))]
    known = ["the lamp", "a  lamp\n in the sea", "we'reading", *every]
    signs = ["a!a !a", "don't", "a1a", "111 a11 1234", "\n\na   a", *texts.awkward(draw)]
    return [
        _case(draw, "ids", [*known, *found, *texts.plain(draw), *texts.awkward(draw)]),
        _case(draw, "ids", signs, draw.size(APART, APART[::-1]), ()),
        _case(draw, "ids", signs, (), SPECIAL[:1]),
        _case(draw, "ids", ["abc", "a abcabc bc"], NEVER, ()),
    ]


def _text(draw: Draw) -> list[Case]:
    known = ["the lamp", texts.COMBINING, *texts.SCRIPTS[: draw.size(3, 9)]]
    rows = [*texts.plain(draw), *texts.awkward(draw)]
    return [
        _case(draw, "text", [*known, *rows]),
        _case(draw, "text", ["a!a don't  a1 .", "it 's , n't !", *rows], APART, ()),
    ]


def _special_tokens(draw: Draw) -> list[Case]:
    word = texts.word(draw)
    merges = oracle.story_merges(draw.size(5, 12))
    given = ["the lamp<|end|>", f"<|user|>{word} <|end|> {word}"]
    around = [
        " <|end|> x",
        "x<|end|>y\n<|user|>\t<|user|>",
        "<|END|> <|end <|end|>|>",
        "\ufeff<|end|>e\u0301",
    ]
    one = [text.replace("<|user|>", "<|end|>") for text in (*given, *around)]
    return [
        _case(draw, "ids", [*given, *around]),
        _case(draw, "bare", [*given, *around]),
        _case(draw, "ids", one, (), SPECIAL[:1]),
        _case(draw, "token", [256, 257], (), SPECIAL),
        _case(draw, "ids", ["a[SEP] [sep]</s>", "<pad><pad> E"], None, OTHERS),
        _declared_case(merges, SPECIAL),
        _declared_case(merges, OTHERS),
        _declared_case((), draw.size(("<|a|>", "<|b|>"), OTHERS), -1),
        _declared_case(merges, draw.size(SPECIAL, ("<|a|>", "<|b|>", "<|c|>")), -1),
    ]


TOKENIZER_JSON = exercise(__file__, "tokenizer_json", _vocabulary, _ids, _text, _special_tokens)
