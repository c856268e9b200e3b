"""What words mean: kinds, opposites, forms and Japanese words, as tasks and as plain facts."""

from collections.abc import Callable

from tinyworld.draw import Draw
from tinyworld.formats import Format, any_format
from tinyworld.nouns import JAPANESE, KIND_JA, KIND_OF, KINDS, PLURAL_ONLY, UNCOUNTABLE, a, plural
from tinyworld.words import COLOURS, FOODS, OPPOSITES, PAST, PLACES, THINGS, TOYS

KIND_PHRASE = {
    "clothing": "a piece of clothing", "furniture": "a piece of furniture",
    "body": "a part of the body", "job": "a person with a job",
    "instrument": "a musical instrument", "fruit": "a kind of fruit",
}  # fmt: skip
KIND_PHRASE = {kind: KIND_PHRASE.get(kind, a(kind)) for kind in KINDS}
"""Kind → `an animal`, `a piece of furniture`."""

_COUNTED = [w for w in (*KIND_OF, *TOYS) if w not in UNCOUNTABLE | PLURAL_ONLY and w.islower()]
_COUNTED = [word for word in _COUNTED if word not in ("lavender", "lotus")]
COUNTED = [word for word in _COUNTED if KIND_OF.get(word) not in ("sport", "country")]

Pairs = dict[str, str]
TASKS: dict[str, Pairs] = {
    "opposite": OPPOSITES,
    "past": PAST,
    "plural": {word: plural(word) for word in COUNTED},
    "kind": dict(KIND_OF),
    "japanese": JAPANESE | THINGS | FOODS | PLACES,
}
"""Task → {question word: answer}."""

NAMES = {
    "opposite": ("Opposite", "The opposite", "Antonym"),
    "past": ("Past", "Past tense", "Yesterday"),
    "plural": ("Plural", "Many", "More than one"),
    "kind": ("Kind", "Category", "What it is"),
    "japanese": ("Japanese", "In Japanese", "日本語"),
}
"""Task → cue words that name it."""


def _task_rows(d: Draw, task: str, n: int) -> list[tuple[str, str]]:
    return d.sample(list(TASKS[task].items()), n)


def task_document(d: Draw) -> str:
    """A list of one task, named by its cue or only shown by its examples."""
    task = d.choice(list(TASKS))
    name = d.choice(NAMES[task])
    form = any_format(d)
    if d.chance(0.5):
        form = (
            Format("Word: ", f"\n{name}: ", "\n\n") if d.chance(0.6) else Format("", f" - {name}: ")
        )
    rows = _task_rows(d, task, d.between(2, 12))
    heading = f"{name}:\n" if d.chance(0.2) else ""
    return heading + form.document(rows)


def noun(word: str) -> str:
    """`a cat`, but `tennis` and `Japan`."""
    return word if KIND_OF[word] in ("sport", "country") else a(word)


def _is(d: Draw) -> str:
    word = d.choice(list(KIND_OF))
    named, phrase = noun(word), KIND_PHRASE[KIND_OF[word]]
    subject = named[0].upper() + named[1:]
    if word in PLURAL_ONLY:
        return f"{subject} are tools."
    return d.choice((f"{subject} is {phrase}.", f"What is {named}? It is {phrase}."))


def _examples(d: Draw) -> str:
    kind = d.choice(list(KINDS))
    listed = ", ".join(d.sample(list(KINDS[kind]), d.between(2, 5)))
    heading = kind if kind in ("clothing", "furniture", "fruit") else plural(kind)
    if kind == "body":
        heading = "parts of the body"
    return f"{heading.capitalize()}: {listed}."


def _same(d: Draw) -> str:
    kind = d.choice(list(KINDS))
    first, second = d.sample(list(KINDS[kind]), 2)
    third = d.choice(list(KINDS[d.choice([other for other in KINDS if other != kind])]))
    return d.choice(
        (
            f"{first} and {second}: the same kind. {first} and {third}: different kinds.",
            f"Which word does not belong? {', '.join(d.shuffle((first, second, third)))}: {third}",
        )
    )


def _opposite(d: Draw) -> str:
    word, other = d.choice(list(OPPOSITES.items()))
    return f"The opposite of {word} is {other}."


def _tense(d: Draw) -> str:
    now, past = d.choice(list(PAST.items()))
    return f"Today they {now}. Yesterday they {past}."


def _number(d: Draw) -> str:
    word = d.choice(COUNTED)
    return f"One {word}, two {plural(word)}."


def _translated(d: Draw) -> str:
    word, japanese = d.choice(list(JAPANESE.items()))
    kind = KIND_OF[word]
    return d.choice((f"In Japanese, {word} is {japanese}.", f"{japanese}は{KIND_JA[kind]}です。"))


def _coloured(d: Draw) -> str:
    colour, thing = d.choice(list(COLOURS)), d.choice(list(TOYS))
    return f"{a(thing).capitalize()} can be {colour}."


_SENTENCES: tuple[Callable[[Draw], str], ...] = (
    _is, _is, _is, _examples, _examples, _same, _opposite, _tense, _number, _translated, _coloured,
)  # fmt: skip


def fact_document(d: Draw) -> str:
    """A few facts, one a line."""
    return "\n".join(d.choice(_SENTENCES)(d) for _ in range(d.between(2, 6)))
