"""Scenes: who is where and who has what, told in short sentences and then said again.

Each sentence of a scene is about another person, so that only its name tells what to say again.
This is how the model learns to bind a place or a thing to somebody.
"""

from dataclasses import dataclass, field

from tinyworld import questions
from tinyworld.draw import Draw
from tinyworld.formats import Format
from tinyworld.nouns import a
from tinyworld.text import listed
from tinyworld.words import COLOURS, PEOPLE, PLACES, THINGS, place_phrase

STAYS = ("was", "was", "stood", "waited", "sat")
MOVES = ("went to", "ran to", "walked to", "travelled to")
HOLDS = ("had", "held", "carried", "found")
MOST_PEOPLE, MOST_MOVES = 5, 3
RETOLD = listed("statements lines questions questions sentences lines questions")
"""Ways to say a scene again; what stands here twice is taken twice as often."""


@dataclass
class Scene:
    """The sentences of a scene, and what is true when it ends."""

    sentences: list[str] = field(default_factory=list)
    state: dict[str, str] = field(default_factory=dict)
    """Person → `in the park`, or `a red ball`."""
    held: bool = False
    """Whether it is about things that people have."""

    @property
    def moved(self) -> bool:
        """Whether somebody was somewhere else before: some have more than one sentence."""
        return len(self.sentences) > len(self.state)


def whereabouts(d: Draw) -> Scene:
    """Two to five people, each in a place of their own; some go where another one was."""
    scene = Scene()
    people = d.sample(list(PEOPLE), d.between(2, MOST_PEOPLE))
    places = d.sample(list(PLACES), len(people))
    for person, place in zip(people, places, strict=True):
        came, at = d.chance(0.45), place_phrase(place)
        where = f"{d.choice(MOVES)} the {place}" if came else f"{d.choice(STAYS)} {at}"
        _tell(scene, person, where, at)
    for _ in range(d.between(1, MOST_MOVES) if d.chance(0.4) else 0):
        person, place = d.choice(people), d.choice(places)
        if scene.state[person] != (at := place_phrase(place)):
            _tell(scene, person, f"{d.choice(MOVES)} the {place}", at)
    return scene


def belongings(d: Draw) -> Scene:
    """Two to five people, each with a thing of their own."""
    scene = Scene(held=True)
    people = d.sample(list(PEOPLE), d.between(2, MOST_PEOPLE))
    things = d.sample(list(THINGS), len(people))
    for person, thing in zip(people, things, strict=True):
        described = a(f"{d.choice(list(COLOURS))} {thing}")
        _tell(scene, person, f"{d.choice(HOLDS)} {described}", described)
    return scene


def _tell(scene: Scene, person: str, what: str, then: str) -> None:
    scene.sentences.append(f"{person} {what}.")
    scene.state[person] = then


def said_again(d: Draw, scene: Scene, form: Format) -> str:
    """The scene, and after it all that is true, in one of several ways."""
    told, way = " ".join(scene.sentences), d.choice(RETOLD)
    facts = d.shuffle(list(scene.state.items()))
    if way == "sentences" and not scene.moved:
        return f"{told}\n{' '.join(d.shuffle(scene.sentences))}"
    if way == "statements":
        verb = "has" if scene.held else "is"
        return f"{told}\n{' '.join(f'{who} {verb} {what}.' for who, what in facts)}"
    if way == "lines":
        return "\n".join([told, *(f"{who}: {what}" for who, what in facts)])
    return form.between.join([told, *_asked(d, scene, form, facts)])


def _asked(d: Draw, scene: Scene, form: Format, facts: list[tuple[str, str]]) -> list[str]:
    if not scene.held:
        question = d.choice(questions.WHERE_PERSON)
        return [form.pair(question.format(x=who), what) for who, what in facts]
    pairs, colour, has = [], d.choice(questions.COLOUR), d.choice(questions.WHO_HAS)
    for who, what in facts:
        _article, shade, thing = what.split(" ")
        by_person = d.chance(0.7)
        asked, answer = (has, who) if by_person else (colour, shade)
        pairs.append(form.pair(asked.format(x=thing), answer))
    return pairs


def draw(d: Draw) -> Scene:
    """A scene of either sort."""
    return whereabouts(d) if d.chance(0.75) else belongings(d)
