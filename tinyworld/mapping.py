"""In-context mapping: documents whose labels mean nothing outside the document.

These teach a model to read a rule from examples. Which label goes with what is drawn afresh in
every document, so the weights cannot remember it: only the context can tell.
"""

from collections.abc import Sequence

from tinyworld import reviews
from tinyworld.draw import Draw
from tinyworld.formats import Format, any_format
from tinyworld.nouns import KINDS
from tinyworld.opinions import BLAME, PRAISE, TOPICS
from tinyworld.splits import held_out, mapping_words
from tinyworld.text import listed
from tinyworld.words import I_ADJECTIVES, NOUN_JA, PEOPLE

_ONSETS = listed("b d f g k l m n p r s t v z")
_NUCLEI = listed("a e i o u")
SYLLABLES = [onset + nucleus for onset in _ONSETS for nucleus in _NUCLEI]
_REAL_LABELS = [word for word in (*I_ADJECTIVES, *NOUN_JA, *PEOPLE) if not held_out("word", word)]
_LETTERS = "ABCDEFGHKLMNPRSTXYZ"

TRAIN_WORDS = {kind: mapping_words(kind) for kind in KINDS}
SENSES = (
    tuple(dict.fromkeys((*BLAME, *(word for topic in TOPICS for word in topic.bad)))),
    tuple(dict.fromkeys((*PRAISE, *(word for topic in TOPICS for word in topic.good)))),
)
"""Words that blame, and words that praise."""
ALL_TRAIN_WORDS = [word for words in TRAIN_WORDS.values() for word in words]


def nonsense(d: Draw, held: bool = False) -> str:
    """A label that means nothing: two or three syllables."""
    while True:
        word = "".join(d.choice(SYLLABLES) for _ in range(2 + d.chance(0.25)))
        if held_out("label", word) == held and word not in NOUN_JA:
            return word


def labels(d: Draw, n: int, short: float = 0.0) -> list[str]:
    """n different labels of one sort: nonsense, letters, words or digits.

    `short` is the chance of one-token labels whatever the sort, which are easier to copy.
    """
    if d.chance(short):
        return d.sample(_REAL_LABELS if d.chance(0.6) else _LETTERS, n)
    point = d.random()
    if point < 0.15:
        return d.sample(_LETTERS, n)
    if point < 0.35:
        return d.sample(_REAL_LABELS, n)
    if point < 0.40:
        return d.sample("0123456789", n)
    return distinct_nonsense(d, n)


def distinct_nonsense(d: Draw, n: int, held: bool = False) -> list[str]:
    """n different nonsense labels."""
    found: dict[str, None] = {}
    while len(found) < n:
        found[nonsense(d, held)] = None
    return list(found)


def deal(d: Draw, groups: int, n: int) -> list[int]:
    """n group numbers, in random order, each group about equally often."""
    whole = [i for _ in range(n // groups) for i in range(groups)]
    return d.shuffle(whole + [d.below(groups) for _ in range(n % groups)])


MAX_ECHO = 100
"""Words of an echo document, nearly."""


def echo_document(d: Draw) -> str:
    """A list of random words, said again and again: the densest lesson in copying."""
    n = d.between(2, 12)
    words = [nonsense(d) if d.chance(0.15) else d.choice(ALL_TRAIN_WORDS) for _ in range(n)]
    times = d.between(3, max(3, min(12, MAX_ECHO // n)))
    layouts = ((" ", "\n"), ("\n", "\n"), (", ", "\n"))
    within, between = (" ", " ") if d.chance(0.6) else d.choice(layouts)
    return between.join([within.join(words)] * times)


def key_document(d: Draw, form: Format, short: float = 0.0) -> str:
    """The same two to six words again and again, each with its own label."""
    n = d.between(2, 6)
    keys, values = d.sample(ALL_TRAIN_WORDS, n), labels(d, n, short)
    order = deal(d, n, n * d.between(2, 5))
    return form.document([(keys[i], values[i]) for i in order])


def kind_document(d: Draw, form: Format, short: float = 0.0) -> str:
    """Words of two to five kinds; the label goes with the kind."""
    n = d.between(2, 5)
    kinds, values = d.sample(list(KINDS), n), labels(d, n, short)
    order = deal(d, n, d.between(2 * n + 2, 24))
    return form.document([(d.choice(TRAIN_WORDS[kinds[i]]), values[i]) for i in order])


def opinion_document(d: Draw, form: Format, short: float = 0.0) -> str:
    """Easy reviews; the label goes with the sentiment, either way round."""
    values = labels(d, 2, short)
    rows = []
    for _ in range(d.between(3, 14)):
        review = reviews.easy(d)
        rows.append((review.text, values[review.positive]))
    return form.document(rows)


def sense_document(d: Draw, form: Format, short: float = 0.0) -> str:
    """Opinions of one word or of a sentence; the label goes with their sense.

    A single word shows the sense bare, so that it is found in sentences too.
    """
    values, bare = labels(d, 2, short), d.choice((1.0, 0.7, 0.4))
    rows = []
    for _ in range(d.between(5, 16)):
        review = reviews.easy(d)
        text = d.choice(SENSES[review.positive]) if d.chance(bare) else review.text
        rows.append((text, values[review.positive]))
    return form.document(rows)


def side_document(d: Draw, form: Format, values: Sequence[str]) -> str:
    """Reviews that praise one thing and blame another; the label tells which of them counts."""
    bare, counts = d.choice((1.0, 0.7, 0.3)), d.choice(reviews.COUNTS)
    made = [reviews.mixed(d, counts, d.chance(bare)) for _ in range(d.between(5, 12))]
    return form.document([(review.text, values[review.positive]) for review in made])


def topic_document(d: Draw, form: Format) -> str:
    """Easy reviews of two to four topics; the label goes with the topic."""
    n = d.between(2, 4)
    topics, values = d.sample(TOPICS, n), labels(d, n)
    order = deal(d, n, d.between(2 * n, 14))
    return form.document([(reviews.easy(d, topic=topics[i]).text, values[i]) for i in order])


def document(d: Draw) -> str:
    """A mapping document of any sort in any form."""
    point, form = d.random(), any_format(d)
    if point < 0.15:
        return key_document(d, form)
    if point < 0.58:
        return kind_document(d, form)
    if point < 0.84:
        return opinion_document(d, form)
    return topic_document(d, form)
