"""Surface forms: how a question and its answer are written down in a list of examples."""

from dataclasses import dataclass

from tinyworld.draw import Draw
from tinyworld.splits import held_out
from tinyworld.text import listed
from tinyworld.words import CONTENT_NOUNS, PLACES, TOYS


@dataclass(frozen=True)
class Format:
    """`prefix` + question + `middle` + answer, joined by `between`."""

    prefix: str
    middle: str
    between: str = "\n"

    def pair(self, question: str, answer: str) -> str:
        """One example with its answer."""
        return f"{self.prefix}{question}{self.middle}{answer}"

    def query(self, question: str) -> str:
        """One example up to its answer, without trailing space."""
        return f"{self.prefix}{question}{self.middle}".rstrip(" ")

    def document(self, pairs: list[tuple[str, str]]) -> str:
        """Several examples."""
        return self.between.join(self.pair(*pair) for pair in pairs)

    def prompt(self, pairs: list[tuple[str, str]], question: str) -> str:
        """Examples, then a question that waits for its answer."""
        return self.between.join([*(self.pair(*pair) for pair in pairs), self.query(question)])


def cued(question: str, answer: str) -> Format:
    """`Question: x⏎Answer: y`, a blank line between examples."""
    return Format(f"{question}: ", f"\n{answer}: ", "\n\n")


ARROW = Format("", " -> ")
COLON = Format("", ": ")

NEVER_TRAINED = {
    ">>": Format("", " >> "),
    "~~": Format("", " ~~ "),
    "/": Format("", " / "),
    "=>": Format("", " => "),
    "::": Format("", " :: "),
    "|": Format("", " | "),
    "Thing/Code": cued("Thing", "Code"),
    "Ask/Reply": cued("Ask", "Reply"),
    "Clue/Mark": cued("Clue", "Mark"),
    "Item/Tag": cued("Item", "Tag"),
}
"""Ten forms that no training document has; evaluation measures each."""

HELD_WORDS = frozenset(listed("thing code ask reply clue mark item tag"))
HELD_SEPARATORS = frozenset({">>", "~~", "/", "=>", "::", "|"})

_USUAL = (
    ("Input", "Output"), ("Q", "A"), ("Question", "Answer"), ("Word", "Label"), ("Text", "Label"),
    ("Example", "Class"), ("X", "Y"), ("Left", "Right"), ("In", "Out"), ("Text", "Answer"),
    ("Line", "Note"), ("Given", "Result"), ("Sentence", "Group"), ("Case", "Type"),
)  # fmt: skip
_SIGNS = "=-:#+*<>^_~/.;!&%@|$"
_LINKS = (" is ", " means ", " goes with ", " gives ", " becomes ", " belongs to ")
_NOUNS = [
    w
    for w in (*CONTENT_NOUNS, *TOYS, *PLACES)
    if w.lower() not in HELD_WORDS and not held_out("word", w)
]
LONG_GAP = "  "
"""Two spaces after a cue: what makes a prompt with a trailing space an ordinary one."""


def separator(d: Draw) -> str:
    """A random separator of one to three signs, never a held-out one."""
    while True:
        kinds = d.sample(_SIGNS, 2)
        signs = "".join(d.choice(kinds) for _ in range(d.between(1, 3)))
        if signs not in HELD_SEPARATORS:
            return signs


def gap(d: Draw) -> str:
    """What stands between a cue and the answer: a space, two, or a new line."""
    point = d.random()
    return " " if point < 0.76 else LONG_GAP if point < 0.88 else "\n"


def random_cues(d: Draw) -> tuple[str, str]:
    """Two cue words: usual ones, or any two nouns of the world."""
    if d.chance(0.4):
        return d.choice(_USUAL)
    first, second = d.sample(_NOUNS, 2)
    return (first.capitalize(), second.capitalize()) if d.chance(0.7) else (first, second)


def cue_format(d: Draw, cues: tuple[str, str]) -> Format:
    """Cue words laid out in one of the usual ways."""
    question, answer = cues
    between = d.choice(("\n", "\n\n", "\n\n"))
    if d.chance(0.2):
        return Format(f"{question}:\n", f"\n{answer}:{gap(d)}", "\n\n")
    return Format(f"{question}: ", f"\n{answer}:{gap(d)}", between)


def any_format(d: Draw) -> Format:
    """A surface form of any kind that training may use."""
    point = d.random()
    if point < 0.25:
        return Format("", " ->" + gap(d))
    if point < 0.35:
        return Format("", ":" + gap(d))
    if point < 0.60:
        return Format("", f" {separator(d)}" + gap(d))
    if point < 0.66:
        return Format("", d.choice(_LINKS), d.choice(("\n", ". ")))
    return cue_format(d, random_cues(d))


def plain_format(d: Draw) -> Format:
    """One of the two forms of the first lessons of training."""
    return ARROW if d.chance(0.5) else COLON
