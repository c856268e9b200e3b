"""The README's table of what the shipped models can do, drawn from their model cards.

python -m tinyworld.summary
"""

from dataclasses import dataclass
from pathlib import Path

from tinyworld import CHECKPOINTS

README = Path(__file__).parent / "README.md"
BEGIN, END = "<!-- measured -->\n", "<!-- /measured -->\n"
SECOND = 6
"""The column of a card that holds the second training seed."""

Cards = dict[str, dict[str, list[str]]]
"""The cells of each behaviour's row, by model and behaviour."""


@dataclass(frozen=True)
class Line:
    """One line of the summary: cells of one model's card, side by side or as a range."""

    says: str
    model: str
    cells: tuple[str, ...]
    bar: str
    as_range: bool = False
    gain: str = ""
    """A row that is not shown and has a bar too: what the second cell adds to the first."""


def _named(prefix: str, names: str) -> tuple[str, ...]:
    return tuple(f"{prefix}{name}" for name in names.split())


LINES = (
    Line("sentences with nonsense labels, k = 0 / 1 / 4 / 8", "base",
         _named("sentences, nonsense labels, k = ", "0 1 4 8"), "< 10 / 30–65 / ≥ 97 / ≥ 97"),
    Line("words with nonsense labels, query word in no mapping document, k = 8", "base",
         ("words, query in no mapping, k = 8",), "≥ 80"),
    Line("ten forms never trained", "base",
         _named("form never trained: ", ">> ~~ / => :: | Thing/Code Ask/Reply Clue/Mark Item/Tag"),
         "≥ 80 each", as_range=True),
    Line("ambiguous prompt, 0-shot / 1-shot", "base",
         _named("ambiguous prompt, ", "0-shot 1-shot"), "gain ≥ 60",
         gain="ambiguous prompt, gain of one shot"),
    Line("hard reviews, 0-shot / 8-shot", "base",
         _named("hard reviews, ", "0-shot 8-shot"), "60–85, then ≥ 10 more",
         gain="hard reviews, gain of eight shots"),
    Line("sums, direct / in steps", "base", ("sums, direct", "sums, in steps"), "≤ 25 / ≥ 97"),
    Line("word problems, direct / in steps", "base",
         ("word problems, direct", "word problems, in steps"), "gain ≥ 60, ≥ 93",
         gain="word problems, gain of steps"),
    Line("story questions, all", "base", ("story questions, all",), "≥ 95"),
    Line("where is the person", "base", ("story questions, where is the person",), "≥ 90"),
    Line("story questions, unseen cue words", "base",
         ("story questions, unseen cue words",), "≥ 80"),
    Line("summaries", "base", ("summaries",), "≥ 97"),
    Line("continuations consistent with the story", "base",
         ("continuations consistent with the state",), "≥ 92"),
    Line("English to Japanese / *Optimus Prime is a cool robot.*", "base",
         ("English to Japanese", "Optimus Prime is a cool robot."), "≥ 97 / right"),
    Line("answer after a new line / a trailing space", "base",
         ("answer after a new line", "answer after a trailing space"), "≥ 95 / ≥ 95"),
    Line("instruct: held-out phrasing and content / gap over base with a cue", "instruct",
         ("instructions, held-out phrasing and content", "gap of instruct over base with a cue"),
         "≥ 88 / ≥ 30"),
    Line("instruct keeps in-context mapping, k = 4", "instruct",
         ("mapping kept, raw prompt, k = 4",), "≥ 90"),
    Line("chat: an earlier turn, trained / held-out phrasing", "chat",
         ("memory, trained phrasing", "memory, held-out phrasing"), "≥ 97 / ≥ 85"),
    Line("chat keeps in-context mapping, k = 4", "chat",
         ("mapping kept, raw prompt, k = 4",), "≥ 90"),
)  # fmt: skip


def cards(folder: Path = CHECKPOINTS) -> Cards:
    """The tables of the model cards that lie in `folder`."""
    return {
        path.parent.name: _rows(path.read_text(encoding="utf-8"))
        for path in sorted(folder.glob("*/README.md"))
    }


def _rows(text: str) -> dict[str, list[str]]:
    lines = (line[2:].rstrip("|").rstrip() for line in text.splitlines() if line.startswith("| "))
    rows = ([cell.strip() for cell in line.split(" |")] for line in lines)
    return {row[0].replace("\\|", "|"): row for row in rows}


def summary(of: Cards) -> str:
    """The table, in percent; a behaviour below its bar is marked."""
    two = any(len(row) > SECOND for rows in of.values() for row in rows.values())
    names = ["behaviour", "measured", *(["second training seed"] if two else []), "bar"]
    lines = [f"| {' | '.join(names)} |", "|---" * len(names) + "|"]
    for line in LINES:
        rows = [of[line.model][cell] for cell in line.cells]
        columns = [_joined(rows, 2, line.as_range)]
        columns += [_joined(rows, SECOND, line.as_range)] if two else []
        judged = [*rows, of[line.model][line.gain]] if line.gain else rows
        says = f"**below:** {line.says}" if any(row[5] == "no" for row in judged) else line.says
        lines.append(f"| {' | '.join([says, *columns, line.bar])} |")
    return "\n".join(lines) + "\n"


def _joined(rows: list[list[str]], column: int, as_range: bool) -> str:
    found = [f"{float(row[column]):g}" for row in rows]
    if as_range:
        low, high = (pick(found, key=float) for pick in (min, max))
        return f"{low} to {high}"
    return " / ".join(found)


def written(readme: str, table: str) -> str:
    """The README with the table between its two marks."""
    head, rest = readme.split(BEGIN)
    return head + BEGIN + table + END + rest.split(END)[1]


if __name__ == "__main__":
    text = README.read_text(encoding="utf-8")
    README.write_text(written(text, summary(cards())), encoding="utf-8")
