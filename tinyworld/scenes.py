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
RETOLD = listed("statements lines questions questions sentences lines questions")
"""Ways to say a scene again; what stands here twice is taken twice as often."""


@dataclass
class Scene:
    """The sentences of a scene, and what is true when it ends."""

    sentences: list[str] = field(default_factory=list)
    state: dict[str, str] = field(default_factory=dict)
    """Person or thing → `in the park`, or person → `a red ball`."""
    described: dict[str, str] = field(default_factory=dict)
    """Thing → `a red ball`."""

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
    for person, (thing, described) in zip(people, _things(d, len(people)), strict=True):
        scene.described[thing] = described
        _tell(scene, person, f"{d.choice(HOLDS)} {described}", described)
    return scene


def deposits(d: Draw) -> Scene:
    """Two to five things, each in a place of its own."""
    scene = Scene()
    places = d.sample(list(PLACES), d.between(2, MOST_SUBJECTS))
    for place, (thing, described) in zip(places, _things(d, len(places)), strict=True):
        at = place_phrase(place)
        scene.described[thing], scene.state[thing] = described, at
        is_there = f"{capital(described)} was {at}."
        scene.sentences.append(is_there if d.chance(0.5) else f"There was {described} {at}.")
    return scene


def _things(d: Draw, n: int) -> list[tuple[str, str]]:
    """n different things: `ball`, `a red ball`."""
    things = d.sample(list(THINGS), n)
    return [(thing, a(f"{d.choice(list(COLOURS))} {thing}")) for thing in things]


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
    if subject in scene.described:
        return f"The {subject} is {what}."
    return f"{subject} {'has' if scene.described else 'is'} {what}."


def _asked(d: Draw, scene: Scene, form: Format, facts: list[tuple[str, str]]) -> list[str]:
    where = questions.WHERE_PERSON if not scene.described else questions.WHERE_THING
    at, colour, has = d.choice(where), d.choice(questions.COLOUR), d.choice(questions.WHO_HAS)
    pairs = []
    for subject, what in facts:
        if scene.described and d.chance(0.35):
            thing = subject if subject in scene.described else what.split(" ")[-1]
            shade = scene.described[thing].split(" ")[1]
            pairs.append(form.pair(colour.format(x=thing), shade))
        elif scene.described and subject not in scene.described:
            pairs.append(form.pair(has.format(x=what.split(" ")[-1]), subject))
        else:
            pairs.append(form.pair(at.format(x=subject), what))
    return pairs


WHEREABOUTS_SHARE, BELONGINGS_SHARE = 0.6, 0.2
"""Parts of the scenes that are about people's places and things; the rest is about things."""


def draw(d: Draw) -> Scene:
    """A scene of any sort."""
    point = d.random()
    if point < WHEREABOUTS_SHARE:
        return whereabouts(d)
    return belongings(d) if point < WHEREABOUTS_SHARE + BELONGINGS_SHARE else deposits(d)
