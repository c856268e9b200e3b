"""What reviews are about: topics, what one praises or blames in each, and how it turned out."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Topic:
    """One subject of reviews."""

    name: str
    thing: str
    aspects: tuple[str, ...]
    good: tuple[str, ...]
    bad: tuple[str, ...]
    delights: tuple[str, ...]
    """Clauses that tell of a good experience."""
    troubles: tuple[str, ...]
    """Clauses that tell of a bad experience."""


def _topic(name: str, thing: str, words: str, delights: str, troubles: str) -> Topic:
    aspects, good, bad = (tuple(part.split()) for part in words.strip().split("/"))
    clauses = [tuple(c.strip() for c in text.strip().split(";")) for text in (delights, troubles)]
    return Topic(name, thing, aspects, good, bad, clauses[0], clauses[1])


TOPICS = (
    _topic(
        "film", "film",
        "story ending actor scene plot hero / exciting funny moving clever thrilling fresh /"
        " boring slow silly confusing dull predictable",
        "I laughed until the end; I want to see it again; my whole family clapped;"
        " I told all my friends to watch it; nobody in the cinema wanted to leave",
        "I fell asleep; we left before the end; I want my money back; half of the cinema "
        "walked out;"
        " I looked at my watch every five minutes",
    ),
    _topic(
        "food", "meal",
        "soup pizza salad dessert pie sauce curry / delicious fresh tasty rich mild perfect /"
        " cold salty burnt bitter stale awful",
        "I asked for a second plate; we ate every bite; I want the recipe; my children licked "
        "the plates;"
        " we are coming back on Sunday",
        "I found a hair in it; I left most of it on the plate; we went home hungry;"
        " my stomach hurt all night; even the dog did not want it",
    ),
    _topic(
        "hotel", "hotel",
        "room suite balcony lobby terrace lounge / clean quiet comfortable sunny lovely spacious /"
        " dirty noisy tiny smelly damp gloomy",
        "I slept like a baby; we stayed two more nights; they carried our bags to the door;"
        " I did not want to go home; they gave us a bigger room for free",
        "I could not sleep at all; the roof leaked; we left after one night; there were ants "
        "in the bed;"
        " they lost our bags",
    ),
    _topic(
        "music", "concert",
        "band singer song orchestra sound stage / brilliant lively powerful beautiful charming "
        "bright /"
        " loud weak tired flat harsh messy",
        "we danced all evening; I still sing the songs; the crowd asked for more;"
        " I bought all their records; I had tears of joy in my eyes",
        "my ears hurt for days; they played for ten minutes; the singer forgot the words;"
        " we could hear nothing; people began to shout at the band",
    ),
    _topic(
        "sport", "match",
        "team captain goalkeeper defence coach attack / strong brave sharp skilful fair inspired /"
        " lazy clumsy weak unfair careless slow",
        "we cheered until midnight; our team scored five goals; the crowd sang for an hour;"
        " I jumped for joy; my son wants to join the club",
        "we lost again; our team did not score; the players fought with each other;"
        " I went home at half time; the captain kicked the ball into his own goal",
    ),
    _topic(
        "shopping", "phone",
        "screen battery button case keyboard speaker / sturdy handy practical reliable clever "
        "solid /"
        " fragile useless ugly faulty clumsy flimsy",
        "I use it every day; it works perfectly; I bought another one for my mother;"
        " everyone asks where I got it; it survived a fall down the stairs",
        "it broke after a week; I sent it back; it never worked; the shop did not answer my "
        "letters;"
        " it fell apart in my hands",
    ),
)  # fmt: skip
TOPIC_NAMES = tuple(topic.name for topic in TOPICS)

PRICES_GOOD = (
    "the price was low",
    "it cost very little",
    "I paid almost nothing",
    "it was a bargain",
)
PRICES_BAD = (
    "the price was high",
    "it cost too much",
    "I paid a fortune",
    "it was a waste of money",
)

PRAISE = ("wonderful", "great", "fantastic", "excellent", "amazing")
BLAME = ("terrible", "horrible", "disappointing", "poor", "dreadful")
DEGREES = ("very", "really", "so", "quite", "truly")

LABEL_WORDS = (
    ("negative", "positive"), ("bad", "good"), ("no", "yes"), ("sad", "happy"), ("hate", "love"),
    ("down", "up"), ("minus", "plus"), ("poor", "great"), ("unhappy", "pleased"),
)  # fmt: skip
"""Label pairs that say what they mean, negative first; the first pair is the default."""
