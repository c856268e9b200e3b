"""`build_prompt(instruction, examples, query, cues)`: the text that a model continues.

Oracle: `Format.prompt`, which laid out the texts that the model was trained on. What the prompts
are good for is measured: the frozen model answers them.
"""

from __future__ import annotations

from autograder.exercise import Case, Draw
from autograder.given import tasks
from autograder.lessons.prompting.measured import measured
from autograder.lessons.prompting.table import FEW_SHOT
from autograder.lessons.sheet import exercise
from autograder.wire import Student, Value
from tinyworld.formats import cued

Pairs = list[tuple[str, str]]
NEUTRAL = ("Input", "Output")
SHOTS = 4
AWKWARD = (
    "Maya is at home.\nQuestion: Where is Maya?",
    "  two  blanks \tand {text} and {0}: 100%s, \\n, $x ",
    "Not “bad”.\r\n\r\nIt’s 猫 ก็ e\u0301 👩\u200d🍳\u00a0½",
)
"""Texts that must stand in a prompt as they are."""
ODD_QUERY = "Output: {query} of Input\n\n\n {}% \r\n"
FINE, COLD = "It was fine.", "The soup was cold."


def by_world(instruction: str, examples: Pairs, query: str, cues: tuple[str, str]) -> str:
    """The prompt as the world's own texts are laid out."""
    heading = f"{instruction}\n" if instruction else ""
    return heading + cued(*cues).prompt(list(examples), query)


def _case(
    instruction: str, examples: Pairs, query: str, cues: tuple[str, str] = NEUTRAL
) -> list[Case]:
    asked = (instruction, examples, query, cues)
    return [Case(asked, by_world(*asked))]


def _pairs(draw: Draw, count: int) -> Pairs:
    return tasks.examples("topic", draw.seed, count)


def _query(draw: Draw) -> str:
    return tasks.items("topic", draw.seed, 1)[0].text


def _zero_shot(draw: Draw) -> list[Case]:
    plain = draw.size(COLD, _query(draw))
    texts = [plain, *draw.size(AWKWARD, tuple(text[::-1] for text in AWKWARD)), ODD_QUERY, ""]
    return [case for text in texts for case in _case("", [], text)]


def _few_shot(draw: Draw) -> list[Case]:
    """Also examples that come twice, that are the query, or that hold lines and brackets."""
    one = [(COLD, "food")]
    query = draw.size("The band was loud.", _query(draw))
    answers = draw.size(("good", "bad"), ("feru", "zamiko"))
    twice = [(FINE, answers[0]), (COLD, answers[1]), (FINE, answers[1]), (COLD, answers[1])]
    awkward = [(text, f"{{{answers[i % 2]}}}\n {i}%") for i, text in enumerate(AWKWARD)]
    return [
        *_case("", draw.size(one, _pairs(draw, 1)), query),
        *_case("", _pairs(draw, draw.size(2, 5)), _query(draw)),
        *_case("", twice, query),
        *_case("", twice[:3], FINE),
        *_case("", awkward, ODD_QUERY),
        *_case("", one, ""),
        *_case("", [("", answers[0]), *_pairs(draw, draw.size(11, 9))], query),
    ]


def _instruction(draw: Draw) -> list[Case]:
    line = draw.size("Labels: food, music", "Name the topic of each text.")
    odd = draw.size("  {Name} one of {}: 50% 猫,  “no” ", "{text} $1: \\n 0%d,  half ½ ")
    return [
        *_case(line, [], _query(draw)),
        *_case(line, _pairs(draw, draw.size(2, 3)), _query(draw)),
        *_case(odd, [], AWKWARD[0]),
        *_case(odd, _pairs(draw, draw.size(1, 2)), AWKWARD[1]),
        *_case("0", _pairs(draw, 1), ""),
        *_case("Input: x", [(FINE, "Input: x")], "Input: x"),
    ]


def _cues(draw: Draw) -> list[Case]:
    """Cue words that are each other's, stand in the texts, or hold blanks and brackets."""
    cues = draw.size(("Review", "Topic"), ("Text", "About"))
    line = draw.size("Labels: food, music", "Name the topic of each text.")
    odd = draw.size(("review {text}", "the label?"), ("{0} text%s", "what's said"))
    shown = [("Input and Output", "Output: Input"), (f"{cues[1]}: {FINE}", cues[0])]
    return [
        *_case("", _pairs(draw, draw.size(1, 2)), _query(draw), cues),
        *_case("", [], _query(draw), cues),
        *_case("", shown, "An Input: Output:", cues),
        *_case("", shown, _query(draw), ("Output", "Input")),
        *_case("", _pairs(draw, 2), _query(draw), odd),
        *_case("", _pairs(draw, 2), _query(draw), ("Q", "Q")),
        *_case(line, [], _query(draw), cues),
        *_case(line, shown, _query(draw), odd),
    ]


def shown_examples() -> Pairs:
    """The examples in the prompts that are measured: the same for every draw of items."""
    return tasks.examples(FEW_SHOT.task, "few-shot", SHOTS)


def _ask(student: Student, text: str) -> Value:
    return student.call("build_prompt", "", shown_examples(), text, NEUTRAL)


WORKS = measured(FEW_SHOT, _ask, f"your prompts with {SHOTS} examples, answered by the model")

BUILD_PROMPT = exercise(__file__, "build_prompt", _zero_shot, _few_shot, _instruction, _cues, WORKS)
