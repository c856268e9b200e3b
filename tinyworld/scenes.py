"""Scenes: who and what is where, and who has what, in short sentences that are then said again.

Each sentence of a scene is about another person or thing, so that only a name or a noun tells
what to say again. This is how the model learns to bind a place, a thing or a colour to somebody
or something.
"""

from dataclasses import dataclass, field

from tinyworld import questions
from tinyworld.draw import Draw
from tinyworld.formats import Format
from tinyworld.nouns import a
from tinyworld.text import capital, listed
from tinyworld.words import COLOURS, PEOPLE, PLACES, THINGS, place_phrase

STAYS = ("was", "was", "stood", "waited", "sat")
MOVES = ("went to", "ran to", "walked to", "travelled to")
HOLDS = ("had", "held", "carried", "found")
MOST_SUBJECTS, MOST_MOVES = 5, 3
COLOUR_SHARE = 0.35
"""Part of the questions about things that ask for their colour."""
RETOLD = listed("statements lines questions questions sentences lines questions")
"""Ways to say a scene again; what stands here twice is taken twice as often."""


@dataclass
class Scene:
    """The sentences of a scene, and what is true when it ends."""

    sentences: list[str] = field(default_factory=list)
    state: dict[str, str] = field(default_factory=dict)
    """Person or thing → `in the park`, or person → `a red ball`."""
    colours: dict[str, str] = field(default_factory=dict)
    """Thing → its colour."""
    things: dict[str, str] = field(default_factory=dict)
    """Person → the thing that they have."""

    @property
    def moved(self) -> bool:
        """Whether somebody was somewhere else before: some have more than one sentence."""
        return len(self.sentences) > len(self.state)


def whereabouts(d: Draw) -> Scene:
    """Two to five people, each in a place of their own; some go where another one was."""
    scene = Scene()
    people = d.sample(list(PEOPLE), d.between(2, MOST_SUBJECTS))
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
    scene = Scene()
    people = d.sample(list(PEOPLE), d.between(2, MOST_SUBJECTS))
    scene.colours = _things(d, len(people))
    scene.things = dict(zip(people, scene.colours, strict=True))
    for person, thing in scene.things.items():
        described = _described(scene, thing)
        _tell(scene, person, f"{d.choice(HOLDS)} {described}", described)
    return scene


def deposits(d: Draw) -> Scene:
    """Two to five things, each in a place of its own."""
    scene = Scene()
    places = d.sample(list(PLACES), d.between(2, MOST_SUBJECTS))
    scene.colours = _things(d, len(places))
    for place, thing in zip(places, scene.colours, strict=True):
        at, described = place_phrase(place), _described(scene, thing)
        scene.state[thing] = at
        is_there = f"{capital(described)} was {at}."
        scene.sentences.append(is_there if d.chance(0.5) else f"There was {described} {at}.")
    return scene


def _things(d: Draw, n: int) -> dict[str, str]:
    """n different things with their colours."""
    return {thing: d.choice(list(COLOURS)) for thing in d.sample(list(THINGS), n)}


def _described(scene: Scene, thing: str) -> str:
    """`a red ball`"""
    return a(f"{scene.colours[thing]} {thing}")


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
        return f"{told}\n{' '.join(_statement(scene, *fact) for fact in facts)}"
    if way == "lines":
        return "\n".join([told, *(f"{who}: {what}" for who, what in facts)])
    return form.between.join([told, *_asked(d, scene, form, facts)])


def _statement(scene: Scene, subject: str, what: str) -> str:
    if subject in scene.colours:
        return f"The {subject} is {what}."
    return f"{subject} {'has' if scene.things else 'is'} {what}."


def _asked(d: Draw, scene: Scene, form: Format, facts: list[tuple[str, str]]) -> list[str]:
    where = questions.WHERE_THING if scene.colours else questions.WHERE_PERSON
    at, colour, has = d.choice(where), d.choice(questions.COLOUR), d.choice(questions.WHO_HAS)
    pairs = []
    for subject, what in facts:
        thing = scene.things.get(subject, subject)
        if scene.colours and d.chance(COLOUR_SHARE):
            pairs.append(form.pair(colour.format(x=thing), scene.colours[thing]))
        elif scene.things:
            pairs.append(form.pair(has.format(x=thing), subject))
        else:
            pairs.append(form.pair(at.format(x=subject), what))
    return pairs


WHEREABOUTS_SHARE, BELONGINGS_SHARE = 0.6, 0.2
"""Parts of the scenes: where people are, and what they have; the rest is about where things are."""


def draw(d: Draw) -> Scene:
    """A scene of any sort."""
    point = d.random()
    if point < WHEREABOUTS_SHARE:
        return whereabouts(d)
    return belongings(d) if point < WHEREABOUTS_SHARE + BELONGINGS_SHARE else deposits(d)
