"""The cast of a story: who is in it, and which things, places and animals it is about."""

from tinyworld.beats import Food, Person, Pet, Place, Thing, Word
from tinyworld.draw import Draw
from tinyworld.nouns import KINDS, a, article
from tinyworld.text import listed
from tinyworld.words import COLOURS, FOODS, PEOPLE, PET_NAMES, PETS, PLACES, THINGS, she

SIMULATION = "simulation"
TRAITS = listed("kind clever brave quiet cheerful shy curious honest friendly careful busy young")
LIGHTS = ("lantern", "lamp", "candle")

SETTINGS = {
    "gift": ("q", listed("market shop station harbour village square museum hotel")),
    "garden": ("p", listed("garden park farm village playground square")),
    "dinner": ("q", listed("market shop station harbour hotel village bakery")),
    "hungry pet": ("q", listed("market shop bakery farm village hotel")),
    "sick": ("p", listed("hospital bedroom hotel castle village tower")),
    "lesson": ("q", listed("beach river lake harbour")),
    "test": ("q", listed("school classroom library office")),
    "dark": ("q", listed("attic cave barn castle tower garage theatre museum")),
    "race": ("pq", listed("park beach lake village farm square forest")),
    "letter": ("q", listed("village harbour lake farm castle temple beach bridge")),
}
"""Plot → the roles whose place matters, and where they, and no others, may be."""

BREAKABLE = listed("cup camera plate robot umbrella watch phone kite doll bottle bicycle flute")
CARRIED = listed("""bag book brush camera coat coin flute glove hat key letter map notebook pen
    pencil phone purse ribbon ring scarf spoon sweater umbrella watch whistle""")
"""What people have with them when a simulation begins; something else lies about."""
LYING = [thing for thing in THINGS if thing not in (*CARRIED, *LIGHTS)]
PROPS = {
    SIMULATION: LYING,
    "broken": BREAKABLE,
    "gift": BREAKABLE,
    "heavy": listed("box bag basket jar present"),
}
"""Plot → what its thing may be."""
_THINGS = [thing for thing in THINGS if thing not in LIGHTS]
_FLOWERS = [flower for flower in KINDS["flower"] if a(flower).startswith("a ")]
"""What one can plant `a` of."""


def _person(d: Draw, name: str) -> Person:
    child = d.choice(("girl", "woman") if she(name) else ("boy", "man"))
    trait = d.choice(TRAITS)
    return Person(name, f"{article(trait)} {trait} {child}")


def _thing(d: Draw, noun: str) -> Thing:
    return Thing(noun, d.choice(list(COLOURS)))


def _places(d: Draw, plot: str) -> dict[str, Word]:
    special, choices = SETTINGS.get(plot, ("pqr", list(PLACES)))
    others = [role for role in "pqr" if role not in special]
    chosen = d.sample(choices, len(special))
    chosen += d.sample([place for place in PLACES if place not in choices], len(others))
    return {key: Place(name) for key, name in zip((*special, *others), chosen, strict=True)}


def cast(d: Draw, plot: str = "") -> dict[str, Word]:
    """Fill every role of a plot, no filler twice."""
    people = d.sample(list(PEOPLE), 3)
    more = CARRIED if plot == SIMULATION else _THINGS
    things = [d.choice(PROPS.get(plot, _THINGS)), d.choice(more)]
    while things[1] == things[0]:
        things[1] = d.choice(more)
    roles: dict[str, Word] = {role: _person(d, n) for role, n in zip("abc", people, strict=True)}
    roles |= _places(d, plot)
    roles |= {"t": _thing(d, things[0]), "u": _thing(d, things[1])}
    pet = d.choice([name for name in PET_NAMES if name not in people])
    roles |= {"n": Pet(pet, d.choice(list(PETS))), "l": _thing(d, d.choice(LIGHTS))}
    return roles | {"f": Food(d.choice(list(FOODS))), "w": Word(d.choice(_FLOWERS))}
