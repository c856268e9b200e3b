"""Questions about a story, answered from the state in which it ends."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tinyworld.beats import Pet, Place, Thing
from tinyworld.draw import Draw
from tinyworld.story import Story
from tinyworld.text import mentions


@dataclass(frozen=True)
class Question:
    """A question, its answer, and what it asks for."""

    kind: str
    text: str
    answer: str


WHERE_PERSON = (
    "Where is {x}?",
    "Where is {x} now?",
    "In which place is {x}?",
    "Where did {x} end up?",
)
WHERE_THING = ("Where is the {x}?", "Where is the {x} now?", "In which place is the {x}?")
WHO_HAS = ("Who has the {x}?", "Who has the {x} now?", "Who is holding the {x}?")
COLOUR = (
    "What colour is the {x}?",
    "Which colour does the {x} have?",
    "What is the colour of the {x}?",
)
FEELING = ("How does {x} feel?", "How does {x} feel now?", "What does {x} feel at the end?")
GAVE = ("Who gave {y} the {x}?", "Who gave the {x} to {y}?")
GIFT = ("What did {x} give {y}?", "What did {y} get from {x}?")
ANIMAL = ("What kind of animal is {x}?", "Which animal is {x}?")


def _where_person(story: Story) -> list[Question]:
    facts = story.state.place.items()
    return [
        Question("where person", form.format(x=who), place.at)
        for who, place in facts if isinstance(place, Place)
        for form in WHERE_PERSON
    ]  # fmt: skip


def _where_thing(story: Story) -> list[Question]:
    places = {thing: story.state.where(thing) for thing in story.state.things}
    return [
        Question("where thing", form.format(x=thing), place.at)
        for thing, place in places.items() if isinstance(place, Place)
        for form in WHERE_THING
    ]  # fmt: skip


def _who_has(story: Story) -> list[Question]:
    facts = story.state.holder.items()
    return [Question("who has", f.format(x=thing), who) for thing, who in facts for f in WHO_HAS]


def _colour(story: Story) -> list[Question]:
    things = [thing for thing in story.state.things.values() if isinstance(thing, Thing)]
    return [Question("colour", form.format(x=t), t.col) for t in things for form in COLOUR]


def _feeling(story: Story) -> list[Question]:
    facts = story.state.feeling.items()
    return [Question("feeling", form.format(x=who), how) for who, how in facts for form in FEELING]


def _why(story: Story) -> list[Question]:
    facts = story.state.reasons.items()
    return [Question("why", question, f"because {why}") for question, why in facts]


def _gifts(story: Story) -> list[Question]:
    found = []
    for thing, (giver, receiver) in story.state.gifts.items():
        found += [Question("who gave", f.format(x=thing, y=receiver), giver) for f in GAVE]
        described = story.state.things[thing]
        if isinstance(described, Thing) and len(story.state.gifts) == 1:
            answer = described.a
            found += [Question("what gave", f.format(x=giver, y=receiver), answer) for f in GIFT]
    return found


def _animal(story: Story) -> list[Question]:
    pets = [pet for pet in story.state.pets.values() if isinstance(pet, Pet)]
    return [Question("animal", form.format(x=pet), pet.a) for pet in pets for form in ANIMAL]


KINDS: dict[str, Callable[[Story], list[Question]]] = {
    "where person": _where_person, "where thing": _where_thing, "who has": _who_has,
    "colour": _colour, "feeling": _feeling, "why": _why, "gift": _gifts, "animal": _animal,
}  # fmt: skip
_KINDS = (*KINDS, "where person", "where person", "where thing", "who has", "why")
"""What is hard to track is asked more often."""


def about(story: Story, kind: str) -> list[Question]:
    """All questions of one kind that the story answers."""
    return KINDS[kind](story)


WHEREABOUTS = ("where person", "where person", "where thing", "who has", "colour")
"""Kinds that a story of moves is asked for: whom or what does a place or a colour belong to?"""


def draw(d: Draw, story: Story, n: int, kinds: Sequence[str] = _KINDS) -> list[Question]:
    """Up to n different questions about a story, of the given kinds."""
    found: dict[str, Question] = {}
    for _ in range(3 * n):
        options = about(story, d.choice(kinds))
        if options and len(found) < n:
            question = d.choice(options)
            found.setdefault(question.kind + question.answer, question)
    return list(found.values())


def roll_call(d: Draw, story: Story) -> list[Question]:
    """Where everybody and everything is, and one thing more about each thing, in random order."""
    where = about(story, "where person") + about(story, "where thing")
    more = about(story, "who has") + about(story, "colour")
    once = [_once(story, d.shuffle(asked)) for asked in (where, more)]
    return d.shuffle([question for asked in once for question in asked])


def _once(story: Story, questions: Sequence[Question]) -> list[Question]:
    """The first question about each subject."""
    first: dict[str, Question] = {}
    for question in questions:
        first.setdefault(_subject(story, question), question)
    return list(first.values())


def _subject(story: Story, question: Question) -> str:
    known = (*story.state.place, *story.state.things)
    return next(str(name) for name in known if mentions(question.text, name))
