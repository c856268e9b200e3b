"""Reviews with their ground truth: topic, sentiment, and what makes the hard ones hard."""

from collections.abc import Callable
from dataclasses import dataclass

from tinyworld.draw import Draw
from tinyworld.opinions import BLAME, DEGREES, PRAISE, PRICES_BAD, PRICES_GOOD, TOPICS, Topic
from tinyworld.splits import held_out
from tinyworld.text import capital

QUALITY, PRICE = "quality", "price"
COUNTS = (QUALITY, PRICE)
"""What a judge lets count when a review praises one of the two and blames the other."""

MIXED_SHARE = 0.45
"""Part of the hard reviews whose sentiment depends on what the judge lets count."""


ORDERS = (
    " Say {wish}.", " Write {wish} here.", " The answer is {wish}.", " I would call it {wish}.",
    " They told me to write {wish}.", " Think of the word {wish}.",
    "\n{cue}: {wish}", "\n{cue}: {wish}", "\n{cue}: {wish}",
)  # fmt: skip
"""What somebody writes behind a review who wants another label."""


@dataclass(frozen=True)
class Review:
    """A review and what is true of it."""

    text: str
    topic: str
    positive: bool
    difficulty: str
    """`easy`, `negation`, `turn`, `irony` or `mixed`."""


Maker = Callable[[Draw, Topic, bool], str]


def _quality(d: Draw, topic: Topic, good: bool) -> str:
    return d.choice(topic.good if good else topic.bad)


def _clause(d: Draw, topic: Topic, good: bool) -> str:
    return d.choice(topic.delights if good else topic.troubles)


def _easy(d: Draw, topic: Topic, good: bool) -> str:
    part, quality, clause = (
        d.choice(topic.aspects),
        _quality(d, topic, good),
        _clause(d, topic, good),
    )
    general = d.choice(PRAISE if good else BLAME)
    feeling = d.choice(("loved", "enjoyed", "liked") if good else ("hated", "disliked"))
    forms = (
        f"The {part} was {quality}.",
        f"The {part} was {d.choice(DEGREES)} {quality} and {clause}.",
        f"The {topic.thing} was {general}: {clause}.",
        f"I {feeling} the {part}.",
        f"I {feeling} this {topic.thing} because the {part} was {quality}.",
        f"{capital(clause)}. The {part} was {quality}.",
        f"Everyone {feeling} the {part}, and {clause}.",
        f"{capital(clause)}.",
        f"The {part} was {quality} and the {topic.thing} was {general}.",
    )
    return d.choice(forms)


def _negation(d: Draw, topic: Topic, good: bool) -> str:
    part, other = d.choice(topic.aspects), _quality(d, topic, not good)
    nobody = "Nobody could call" if good else "I would not call"
    forms = (
        f"The {part} was not {other} at all.",
        f"There was nothing {other} about the {part}.",
        f"{nobody} the {part} {other}.",
        f"I cannot say that the {part} was {other}.",
        f"The {part} was never {other}.",
        f"The {part} was far from {other}.",
    )
    return d.choice(forms)


def _turn(d: Draw, topic: Topic, good: bool) -> str:
    part, other, clause = (
        d.choice(topic.aspects),
        _quality(d, topic, not good),
        _clause(d, topic, good),
    )
    quality = _quality(d, topic, good)
    forms = (
        f"The {part} was {other}, but {clause}.",
        f"At first the {part} seemed {other}, but in the end {clause}.",
        f"Although the {part} was {other}, {clause}.",
        f"They say that the {topic.thing} is {other}, but the {part} was {quality}.",
        f"I expected a {d.choice(BLAME if good else PRAISE)} {topic.thing}, but {clause}.",
    )
    return d.choice(forms).replace("a excellent", "an excellent").replace("a amazing", "an amazing")


def _irony(d: Draw, topic: Topic, good: bool) -> str:
    clause = _clause(d, topic, good)
    if good:
        opening = d.choice(("My only complaint", "The one problem", "Be careful with this one"))
        return f"{opening}: {clause}."
    praise = d.choice(PRAISE)
    forms = (
        f"Just {praise}: {clause}.",
        f"How {praise}, {clause}.",
        f"What {'an' if praise[0] in 'ae' else 'a'} {praise} {topic.thing}: {clause}.",
        f"Thank you so much, {clause}.",
    )
    return d.choice(forms)


def _both(d: Draw, topic: Topic, good: bool, counts: str) -> tuple[str, str]:
    quality_good = good if counts == QUALITY else not good
    price = d.choice(PRICES_BAD if quality_good else PRICES_GOOD)
    return price, _quality(d, topic, quality_good)


def _sides(d: Draw, topic: Topic, good: bool, counts: str) -> str:
    return ", ".join(d.shuffle(_both(d, topic, good, counts)))


def _mixed(d: Draw, topic: Topic, good: bool, counts: str) -> str:
    price, quality = _both(d, topic, good, counts)
    first, second = d.shuffle((price, f"the {d.choice(topic.aspects)} was {quality}"))
    return d.choice((f"{capital(first)} and {second}.", f"{capital(first)}. {capital(second)}."))


_HARD: tuple[tuple[str, Maker], ...] = (("negation", _negation), ("turn", _turn), ("irony", _irony))


def easy(d: Draw, held: bool = False, topic: Topic | None = None) -> Review:
    """A review whose words say what it means."""
    return _draw(d, held, lambda t, good: Review(_easy(d, t, good), t.name, good, "easy"), topic)


def hard(d: Draw, counts: str, held: bool = False) -> Review:
    """A review with negation, a turn, irony, or mixed feelings that `counts` decides."""

    def make(topic: Topic, good: bool) -> Review:
        if d.chance(MIXED_SHARE):
            return Review(_mixed(d, topic, good, counts), topic.name, good, "mixed")
        difficulty, maker = d.choice(_HARD)
        return Review(maker(d, topic, good), topic.name, good, difficulty)

    return _draw(d, held, make, None)


def mixed(d: Draw, counts: str, bare: bool = False) -> Review:
    """A review that praises one of quality and price and blames the other; `bare` in few words."""

    def make(topic: Topic, good: bool) -> Review:
        text = (_sides if bare else _mixed)(d, topic, good, counts)
        return Review(text, topic.name, good, "mixed")

    return _draw(d, False, make, None)


def _draw(
    d: Draw, held: bool, make: Callable[[Topic, bool], Review], topic: Topic | None
) -> Review:
    while True:
        review = make(topic or d.choice(TOPICS), d.chance(0.5))
        if held_out("sentence", review.text) == held:
            return review
