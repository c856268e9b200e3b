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
    return _case("", [], draw.size("The soup was cold.", _query(draw)))


def _few_shot(draw: Draw) -> list[Case]:
    one = [("The soup was cold.", "food")]
    query = draw.size("The band was loud.", _query(draw))
    several = _case("", _pairs(draw, draw.size(2, 5)), _query(draw))
    return _case("", draw.size(one, _pairs(draw, 1)), query) + several


def _instruction(draw: Draw) -> list[Case]:
    line = draw.size("Labels: food, music", "Name the topic of each text.")
    return _case(line, [], _query(draw)) + _case(line, _pairs(draw, draw.size(2, 3)), _query(draw))


def _cues(draw: Draw) -> list[Case]:
    cues = draw.size(("Review", "Topic"), ("Text", "About"))
    return _case("", _pairs(draw, draw.size(1, 2)), _query(draw), cues)


def shown_examples() -> Pairs:
    """The examples in the prompts that are measured: the same for every draw of items."""
    return tasks.examples(FEW_SHOT.task, "few-shot", SHOTS)


def _ask(student: Student, text: str) -> Value:
    return student.call("build_prompt", "", shown_examples(), text, NEUTRAL)


WORKS = measured(FEW_SHOT, _ask, f"your prompts with {SHOTS} examples, answered by the model")

BUILD_PROMPT = exercise(__file__, "build_prompt", _zero_shot, _few_shot, _instruction, _cues, WORKS)
