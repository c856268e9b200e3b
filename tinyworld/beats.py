"""Beats: what one step of a story says and what it changes.

In the plot files a line without mark begins a beat; `| ` is another wording of it, `:: ` one of
its effects, and `= ` the plot's summary. The effects:

    at x p, go x p           x is in p / moves to p
    lie t p, have x t        thing t is in p / x has it
    there t p                thing t must already lie in p
    take x t, put x t        x takes what lies there / puts it down
    give x y t, lend x y t   t goes from x to y (after `lend`, it may be new to the reader)
    lose x t, find x t       x no longer has t, and nobody knows where it is / x has it now
    pet x n                  n is the pet of x
    feel x sad = reason      how x feels, and the clause that says why
    why question = reason    an answer to another question that begins with `Why`

`{a}`, `{b}`, `{c}` are people, `{n}` a pet, `{t}`, `{u}`, `{l}` things, `{f}` a food, `{w}` a
flower, `{p}`, `{q}` places; `{when}` is a time, `{order}` tells where a free move stands among
others (`Then `).
After the dot stands a form of the word: `{a.he}`, `{t.a}` (a red ball), `{p.at}` (in the park).
"""

from dataclasses import dataclass

from tinyworld.nouns import article
from tinyworld.words import MASS_FOODS, place_phrase, she


@dataclass(frozen=True)
class Effect:
    """One change of the world: a verb, its roles, and wordings where it has any."""

    verb: str
    roles: tuple[str, ...]
    clause: str = ""
    question: str = ""


@dataclass(frozen=True)
class Beat:
    """A step of a story: ways to say it, and its effects."""

    wordings: tuple[str, ...]
    effects: tuple[Effect, ...]


@dataclass(frozen=True)
class Plot:
    """The beats of a plot and the sentence that sums it up."""

    name: str
    beats: tuple[Beat, ...]
    summary: str


def _effect(line: str) -> Effect:
    left, _, clause = line.partition(" = ")
    verb, rest = left.split(" ", 1)
    if verb == "why":
        return Effect(verb, (), clause, rest)
    return Effect(verb, tuple(rest.split()), clause)


def read_beats(text: str) -> tuple[Beat, ...]:
    """Parse the notation of the plot files."""
    groups: list[tuple[list[str], list[Effect]]] = []
    for line in text.strip().splitlines():
        if line.startswith(":: "):
            groups[-1][1].append(_effect(line[3:]))
        elif line.startswith("| "):
            groups[-1][0].append(line[2:])
        elif not line.startswith("= "):
            groups.append(([line], []))
    return tuple(Beat(tuple(wordings), tuple(effects)) for wordings, effects in groups)


def read_plot(name: str, text: str) -> Plot:
    """Parse one plot."""
    return Plot(name, read_beats(text), text.strip().splitlines()[-1].removeprefix("= "))


class Word(str):
    """A role's filler; its forms are attributes that `str.format` can reach."""


class Person(Word):
    """Somebody: `{a}`, `{a.he}`, `{a.his}`, `{a.him}`, `{a.sort}` = a kind girl."""

    def __init__(self, name: str, sort: str = "a person") -> None:
        woman = she(name)
        self.he, self.his, self.him = ("she", "her", "her") if woman else ("he", "his", "him")
        self.He = self.he.capitalize()
        self.sort = sort

    def __new__(cls, name: str, sort: str = "") -> "Person":
        """Keep the name as the text."""
        return super().__new__(cls, name)


class Pet(Word):
    """A pet: its name is the text; `{n.kind}`, `{n.a}` = a cat."""

    def __init__(self, name: str, kind: str) -> None:
        self.kind, self.a, self.him = kind, f"a {kind}", "it"

    def __new__(cls, name: str, kind: str) -> "Pet":
        """Keep the name as the text."""
        return super().__new__(cls, name)


class Thing(Word):
    """A thing: `{t}` = ball, `{t.col}` = red, `{t.a}` = a red ball, `{t.A}` = A red ball."""

    def __init__(self, noun: str, colour: str) -> None:
        described = f"{colour} {noun}".strip()
        self.col, self.a = colour, f"{article(described)} {described}"
        self.A = self.a.capitalize()

    def __new__(cls, noun: str, colour: str) -> "Thing":
        """Keep the noun as the text."""
        return super().__new__(cls, noun)


class Place(Word):
    """A place: `{p}` = the park, `{p.at}` = in the park."""

    def __init__(self, name: str) -> None:
        self.at = place_phrase(name)

    def __new__(cls, name: str) -> "Place":
        """Put the article before the name."""
        return super().__new__(cls, f"the {name}")


class Food(Word):
    """A food: `{f.some}` = some bread, a cake."""

    def __init__(self, name: str) -> None:
        plenty = name in MASS_FOODS or name == "noodles"
        self.some = f"some {name}" if plenty else f"{article(name)} {name}"
