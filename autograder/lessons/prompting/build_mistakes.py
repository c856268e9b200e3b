"""How `build_prompt` usually goes wrong."""

from __future__ import annotations

from autograder.exercise import Mistake

Example = tuple[str, str]


def build_trailing_space(
    instruction: str, examples: list[Example], query: str, cues: Example
) -> str:
    blocks = [f"{cues[0]}: {text}\n{cues[1]}: {answer}" for text, answer in examples]
    heading = f"{instruction}\n" if instruction else ""
    return heading + "\n\n".join([*blocks, f"{cues[0]}: {query}\n{cues[1]}: "])


def build_trailing_line(
    instruction: str, examples: list[Example], query: str, cues: Example
) -> str:
    blocks = [f"{cues[0]}: {text}\n{cues[1]}: {answer}" for text, answer in examples]
    heading = f"{instruction}\n" if instruction else ""
    return heading + "\n\n".join([*blocks, f"{cues[0]}: {query}\n{cues[1]}:"]) + "\n"


def build_no_answer_cue(
    instruction: str, examples: list[Example], query: str, cues: Example
) -> str:
    blocks = [f"{cues[0]}: {text}\n{cues[1]}: {answer}" for text, answer in examples]
    heading = f"{instruction}\n" if instruction else ""
    return heading + "\n\n".join([*blocks, f"{cues[0]}: {query}"])


def build_no_blank_line(
    instruction: str, examples: list[Example], query: str, cues: Example
) -> str:
    blocks = [f"{cues[0]}: {text}\n{cues[1]}: {answer}" for text, answer in examples]
    heading = f"{instruction}\n" if instruction else ""
    return heading + "\n".join([*blocks, f"{cues[0]}: {query}\n{cues[1]}:"])


def build_query_first(instruction: str, examples: list[Example], query: str, cues: Example) -> str:
    blocks = [f"{cues[0]}: {text}\n{cues[1]}: {answer}" for text, answer in examples]
    heading = f"{instruction}\n" if instruction else ""
    return heading + "\n\n".join([f"{cues[0]}: {query}\n{cues[1]}:", *blocks])


def build_reversed(instruction: str, examples: list[Example], query: str, cues: Example) -> str:
    blocks = [f"{cues[0]}: {text}\n{cues[1]}: {answer}" for text, answer in examples[::-1]]
    heading = f"{instruction}\n" if instruction else ""
    return heading + "\n\n".join([*blocks, f"{cues[0]}: {query}\n{cues[1]}:"])


def build_no_answers(instruction: str, examples: list[Example], query: str, cues: Example) -> str:
    blocks = [f"{cues[0]}: {text}\n{cues[1]}:" for text, answer in examples]
    heading = f"{instruction}\n" if instruction else ""
    return heading + "\n\n".join([*blocks, f"{cues[0]}: {query}\n{cues[1]}:"])


def build_last_only(instruction: str, examples: list[Example], query: str, cues: Example) -> str:
    prompt = ""
    for text, answer in examples:
        prompt = f"{cues[0]}: {text}\n{cues[1]}: {answer}\n\n"
    heading = f"{instruction}\n" if instruction else ""
    return heading + prompt + f"{cues[0]}: {query}\n{cues[1]}:"


def build_empty_heading(
    instruction: str, examples: list[Example], query: str, cues: Example
) -> str:
    blocks = [f"{cues[0]}: {text}\n{cues[1]}: {answer}" for text, answer in examples]
    return f"{instruction}\n" + "\n\n".join([*blocks, f"{cues[0]}: {query}\n{cues[1]}:"])


def build_no_instruction(
    instruction: str, examples: list[Example], query: str, cues: Example
) -> str:
    blocks = [f"{cues[0]}: {text}\n{cues[1]}: {answer}" for text, answer in examples]
    return "\n\n".join([*blocks, f"{cues[0]}: {query}\n{cues[1]}:"])


def build_heading_apart(
    instruction: str, examples: list[Example], query: str, cues: Example
) -> str:
    blocks = [f"{cues[0]}: {text}\n{cues[1]}: {answer}" for text, answer in examples]
    heading = [instruction] if instruction else []
    return "\n\n".join([*heading, *blocks, f"{cues[0]}: {query}\n{cues[1]}:"])


def build_own_cues(instruction: str, examples: list[Example], query: str, cues: Example) -> str:
    blocks = [f"Input: {text}\nOutput: {answer}" for text, answer in examples]
    heading = f"{instruction}\n" if instruction else ""
    return heading + "\n\n".join([*blocks, f"Input: {query}\nOutput:"])


ZERO, FEW, LINE, CUES = "zero-shot", "few-shot", "instruction", "cue words"

MISTAKES = (
    Mistake(
        "trailing space",
        build_trailing_space,
        "the prompt ends in a space. The answer brings its own: end with the colon.",
        (ZERO,),
    ),
    Mistake(
        "trailing line",
        build_trailing_line,
        "the prompt ends in a line break, and the answer would stand on the next line. End with "
        "the colon.",
        (ZERO,),
    ),
    Mistake(
        "no answer cue",
        build_no_answer_cue,
        "after the query the second cue word is missing: nothing asks for the answer.",
        (ZERO,),
    ),
    Mistake(
        "no blank line",
        build_no_blank_line,
        "examples stand directly below each other. Put an empty line between them.",
        (FEW, LINE),
    ),
    Mistake(
        "query first",
        build_query_first,
        "the query stands before the examples, and the model would continue the last example. The "
        "query comes last.",
        (FEW, LINE),
    ),
    Mistake(
        "reversed",
        build_reversed,
        "the examples come in reverse order. Keep the order you are given.",
        (FEW, LINE),
    ),
    Mistake(
        "no answers",
        build_no_answers,
        "the examples lack their answers. An example is a text and its answer.",
        (FEW, LINE),
    ),
    Mistake(
        "last only",
        build_last_only,
        "only the last example is there: each one overwrites the one before. Collect them.",
        (FEW, LINE),
    ),
    Mistake(
        "empty heading",
        build_empty_heading,
        "without an instruction the prompt begins with an empty line. Leave the line out then.",
        (ZERO,),
    ),
    Mistake(
        "no instruction",
        build_no_instruction,
        "the instruction is left out. It is the first line, where there is one.",
        (LINE,),
    ),
    Mistake(
        "heading apart",
        build_heading_apart,
        "an empty line follows the instruction. It stands directly above the first example or the "
        "query.",
        (LINE,),
    ),
    Mistake(
        "own cues",
        build_own_cues,
        "it always writes Input and Output. Use the two cue words that it is given.",
        (CUES,),
    ),
)
