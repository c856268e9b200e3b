"""Cells of instructions and dialogs."""

from functools import partial

from tinyworld import dialogs, instructions
from tinyworld.draw import Draw
from tinyworld.instructions import CONTENTS, Instruction
from tinyworld.measure.cell import Bar, Cell, Gain, Item, Judge, Mean
from tinyworld.measure.mapping_cells import KEPT
from tinyworld.nouns import KINDS
from tinyworld.text import mentions

CUE = "\nAnswer:"
"""What gives a base model a fair chance with an instruction."""
NEW_TOKENS = {"story": 130, "sum": 60, "word problem": 70, "translate": 56, "summary": 40,
              "question": 20, "list": 20, "kind": 12}  # fmt: skip


def _lists(kind: str) -> Judge:
    def three(text: str) -> bool:
        named = text.rstrip(".").split(", ")
        return len(set(named)) == 3 == len(named) and set(named) <= set(KINDS[kind])

    return three


def judge(made: Instruction) -> Judge | None:
    """How an answer is judged where more than one is right."""
    if made.kind == "list":
        return _lists(made.subject)
    if made.kind == "story":
        hero, thing = made.subject.split("|")
        return lambda text: (
            mentions(text, hero) and mentions(text, thing) and text.endswith((".", "!"))
        )
    if made.kind in ("sum", "word problem"):
        return lambda text: text.endswith(f"The answer is {made.subject}.")
    return None


def instruction(d: Draw, kind: str, chat: bool) -> Item:
    """A request in a held-out phrasing with held-out content."""
    made = instructions.make(d, kind, held=True)
    if chat:
        return Item([{"role": dialogs.USER, "content": made.request}], made.answer, judge(made))
    return Item(made.request + CUE, made.answer, judge(made))


def memory(d: Draw, held: bool) -> Item:
    """A dialog up to a question about an earlier turn."""
    turns = dialogs.memory_dialog(d, held)
    asked = [i for i, turn in enumerate(turns) if turn.memory]
    last = d.choice(asked)
    return Item(dialogs.messages(turns[: last + 1])[:-1], turns[last].assistant)


def story_turn(d: Draw) -> Item:
    """A dialog about a held-out story, up to a question about it."""
    while True:
        turns = dialogs.story_dialog(d, held=True)
        asked = [i for i, turn in enumerate(turns) if turn.memory]
        if asked:
            last = d.choice(asked)
            return Item(dialogs.messages(turns[: last + 1])[:-1], turns[last].assistant)


def _instructions(chat: bool, prefix: str) -> tuple[Cell, ...]:
    return tuple(
        Cell(f"{prefix}: {kind}", partial(instruction, kind=kind, chat=chat), None,
             NEW_TOKENS.get(kind, 8), "" if chat else "\n")
        for kind in CONTENTS
    )  # fmt: skip


INSTRUCT = "instructions, held-out phrasing and content"
CUED = "instructions to a base model, with a cue"
INSTRUCT_CELLS = _instructions(True, "instruct")
CUED_CELLS = _instructions(False, "cue")
INSTRUCT_MEAN = Mean(INSTRUCT, tuple(cell.name for cell in INSTRUCT_CELLS), Bar(88))
CUED_MEAN = Mean(CUED, tuple(cell.name for cell in CUED_CELLS))
GAP = Gain("gap of instruct over base with a cue", INSTRUCT, CUED, Bar(30))

CHAT_CELLS = (
    Cell("memory, trained phrasing", partial(memory, held=False), Bar(97), 20, ""),
    Cell("memory, held-out phrasing", partial(memory, held=True), Bar(85), 20, ""),
    Cell("questions in a dialog about a story", story_turn, None, 20, ""),
)
KEPT_CELLS = (KEPT,)
