"""Reading stories back: is a continuation something that can happen next in this world?

Every wording of every beat becomes a pattern. A continuation is read beat by beat against the
state of the story so far; it is consistent when each sentence can be read, names only what the
story knows, and its effects contradict nothing.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from tinyworld.beats import Beat, Effect, Food, Person, Pet, Place, Thing, Word
from tinyworld.casting import TRAITS
from tinyworld.nouns import KINDS, article
from tinyworld.plots.common import LATER, ORDER, WHEN
from tinyworld.state import State
from tinyworld.story import (
    ENDING,
    FRIENDS,
    GIVE,
    GO,
    GO_TOGETHER,
    OPENING,
    PLOTS,
    PUT,
    SCENE_BOTH,
    SCENE_HAVE,
    SCENE_PERSON,
    SCENE_THING,
    SEEK,
    TAKE,
    VISIT,
)
from tinyworld.text import mentions
from tinyworld.words import (
    COLOURS,
    FOODS,
    PEOPLE,
    PET_NAMES,
    PETS,
    PLACES,
    THINGS,
    place_phrase,
    she,
)

MOVES = (GO, VISIT, SEEK, TAKE, PUT, GIVE, GO_TOGETHER)
BEATS = (
    *((beat, plot.name) for plot in PLOTS for beat in plot.beats),
    *((beat, "") for beat in (OPENING, FRIENDS, *MOVES)),
    *((beat, "") for beat in (SCENE_PERSON, SCENE_THING, SCENE_HAVE, SCENE_BOTH, ENDING)),
)
"""Every beat, and the plot that it belongs to."""
_SLOT = re.compile(r"\{(\w+)(?:\.(\w+))?\}")
_NAME, _LOWER = r"[A-Z][a-z]+", r"[a-z]+"
_PATTERNS = {
    "person": _NAME, "pet": _NAME, "thing": _LOWER, "place": r"the [a-z]+", "flower": _LOWER,
    "food": _LOWER, "He": "He|She", "he": "he|she", "his": "his|her", "him": "him|her|it",
    "a": r"an? [a-z]+(?: [a-z]+)?", "A": r"An? [a-z]+ [a-z]+", "col": _LOWER, "kind": _LOWER,
    "at": r"(?:in|at) the [a-z]+", "some": r"(?:some|an?) [a-z]+", "sort": r"an? [a-z]+ [a-z]+",
}  # fmt: skip
_SORTS = {"a": "person", "b": "person", "c": "person", "n": "pet", "t": "thing", "u": "thing",
          "l": "thing", "p": "place", "q": "place", "f": "food", "w": "flower"}  # fmt: skip
_CHOICES = {"when": (*WHEN, *LATER), "order": ORDER}


@dataclass(frozen=True)
class Reading:
    """A beat found at the start of a text: what fills its slots, and where it ends."""

    slots: dict[str, str]
    beat: Beat
    plot: str
    end: int


@cache
def _compiled() -> tuple[tuple[re.Pattern[str], Beat, str], ...]:
    return tuple(
        (re.compile(_pattern(wording) + r"(?= |$)"), beat, plot)
        for beat, plot in BEATS for wording in beat.wordings
    )  # fmt: skip


def _pattern(wording: str) -> str:
    seen: set[str] = set()

    def slot(match: re.Match[str]) -> str:
        role, form = match.group(1), match.group(2)
        if role in _CHOICES:
            return "(?:" + "|".join(_CHOICES[role]) + ")"
        group = f"{role}_{form}" if form else role
        if group in seen:
            return f"(?P={group})"
        seen.add(group)
        return f"(?P<{group}>{_PATTERNS[form or _SORTS[role]]})"

    parts = re.split(r"(\{[^}]*\})", wording)
    return "".join(_SLOT.sub(slot, p) if p.startswith("{") else re.escape(p) for p in parts)


def readings(text: str) -> Iterator[Reading]:
    """All beats that the start of the text can be, longest first."""
    matches = [(pattern.match(text), beat, plot) for pattern, beat, plot in _compiled()]
    found = [(match, beat, plot) for match, beat, plot in matches if match]
    for match, beat, plot in sorted(found, key=lambda one: -one[0].end()):
        yield Reading(match.groupdict(), beat, plot, match.end())


class Checker:
    """The state of a story and what its text has named, updated by what is read."""

    def __init__(self, told: str = "", state: State | None = None) -> None:
        self.state = (state or State()).copy()
        self.told = told
        self.cast: dict[str, dict[str, Word]] = {}
        """Plot → who and what has filled its roles so far; a later beat need not name them."""

    def copy(self) -> "Checker":
        """The same, to read one of several continuations."""
        other = Checker(self.told, self.state)
        other.cast = {plot: dict(roles) for plot, roles in self.cast.items()}
        return other

    def problems(self, text: str) -> list[str]:
        """What is wrong with a continuation; an empty list when it is consistent."""
        text = text.strip()
        while text:
            reason = f"cannot read: {text[:60]}"
            for reading in readings(text):
                reason = self._try(reading) or ""
                if not reason:
                    break
            if reason:
                return [reason]
            self.told += f" {text[: reading.end]}"
            text = text[reading.end :].strip()
        return []

    def _try(self, reading: Reading) -> str | None:
        """Apply a reading if nothing speaks against it; otherwise say what does."""
        after = self.state.copy()
        try:
            roles = _roles(reading.slots, self)
        except (KeyError, LookupError) as unknown:
            return f"unknown: {unknown}"
        wrong = self._descriptions(reading.slots, roles)
        if reading.beat in MOVES:
            wrong += self._unknown_people(roles)
        filled = {**self.cast.get(reading.plot, {}), **roles}
        for effect in reading.beat.effects:
            if effect.verb not in ("why", "feel") and all(r in filled for r in effect.roles):
                wrong += _strangers(effect, filled) + after.apply(effect, filled)
        if wrong:
            return wrong[0]
        if reading.plot:
            self.cast[reading.plot] = filled
        for word in roles.values():
            if isinstance(word, Thing) and word.col:
                after.things.setdefault(word, word)
        self.state = after
        return None

    def _descriptions(self, slots: dict[str, str], roles: dict[str, Word]) -> list[str]:
        wrong = []
        for role, word in roles.items():
            forms = {form for form in ("he", "He", "his", "him") if f"{role}_{form}" in slots}
            wrong += [
                f"{slots[f'{role}_{form}']} for {word}"
                for form in forms
                if isinstance(word, Person) and slots[f"{role}_{form}"] != getattr(word, form)
            ]
            known = self.state.things.get(word)
            if (
                isinstance(word, Thing)
                and isinstance(known, Thing)
                and word.col not in ("", known.col)
            ):
                wrong.append(f"the {word} was {known.col}")
            sort = slots.get(f"{role}_sort")
            if sort and sort not in _sorts(word):
                wrong.append(f"{word} is no {sort.split(' ', 1)[1]}")
        return wrong

    def _unknown_people(self, roles: dict[str, Word]) -> list[str]:
        people = [word for word in roles.values() if isinstance(word, Person)]
        return [f"who is {word}?" for word in people if not mentions(self.told, word)]


def _sorts(name: str) -> list[str]:
    """What a story may call somebody: `a kind girl`."""
    grown, child = ("woman", "girl") if she(name) else ("man", "boy")
    return [f"{article(trait)} {trait} {who}" for trait in TRAITS for who in (grown, child)]


def _strangers(effect: Effect, roles: dict[str, Word]) -> list[str]:
    """Things that something happens to although nobody has spoken of them."""
    words = [roles[role] for role in effect.roles]
    return [f"which {word}?" for word in words if isinstance(word, Thing) and not word.col]


def _roles(slots: dict[str, str], checker: Checker) -> dict[str, Word]:
    roles: dict[str, Word] = {}
    for role in sorted({slot.split("_")[0] for slot in slots}):
        sort = _SORTS[role]
        if sort == "person":
            roles[role] = _person(role, slots, checker)
        elif sort == "pet":
            roles[role] = _pet(role, slots, checker)
        elif sort == "thing":
            roles[role] = _thing(role, slots, checker)
        elif sort == "place":
            roles[role] = _place(role, slots)
        else:
            _food_or_flower(role, slots)
    if len(set(roles.values())) < len(roles):
        raise LookupError("the same twice")
    return roles


def _person(role: str, slots: dict[str, str], checker: Checker) -> Person:
    name = slots.get(role) or _last_named(role, slots, checker)
    return Person(name, PEOPLE[name])


def _last_named(role: str, slots: dict[str, str], checker: Checker) -> str:
    names: list[str] = [name for name in re.findall(_NAME, checker.told) if name in PEOPLE]
    others = {value for slot, value in slots.items() if slot != role}
    pronouns = {slots[f"{role}_{form}"].lower() for form in ("he", "He", "his", "him")
                if f"{role}_{form}" in slots}  # fmt: skip
    for name in reversed(names):
        person = Person(name)
        if name not in others and pronouns & {person.he, person.his, person.him}:
            return name
    raise LookupError(f"nobody for {sorted(pronouns)}")


def _pet(role: str, slots: dict[str, str], checker: Checker) -> Pet:
    name = slots.get(role, "Momo")
    known = checker.state.pets.get(name)
    usual = known.kind if isinstance(known, Pet) else "cat"
    kind = slots.get(f"{role}_kind") or slots.get(f"{role}_a", f"a {usual}").split()[-1]
    if name not in PET_NAMES or kind not in PETS or (known and kind != usual):
        raise LookupError(f"{name} the {kind}")
    return Pet(name, kind)


def _thing(role: str, slots: dict[str, str], checker: Checker) -> Thing:
    described = slots.get(f"{role}_a") or slots.get(f"{role}_A") or ""
    noun = slots.get(role) or described.split(" ")[-1]
    colour = slots.get(f"{role}_col") or (described.split(" ")[-2] if described else "")
    if noun not in THINGS or (colour and colour not in COLOURS):
        raise LookupError(f"{colour} {noun}")
    if not colour:
        known = checker.state.things.get(noun)
        return known if isinstance(known, Thing) else Thing(noun, "")
    return Thing(noun, colour)


def _place(role: str, slots: dict[str, str]) -> Place:
    name = (slots.get(role) or slots[f"{role}_at"]).split()[-1]
    if name not in PLACES or slots.get(f"{role}_at", place_phrase(name)) != place_phrase(name):
        raise LookupError(f"place {name}")
    return Place(name)


def _food_or_flower(role: str, slots: dict[str, str]) -> None:
    if role == "f":
        Food(FOODS[slots["f_some"].split()[-1]])
    elif slots["w"] not in KINDS["flower"]:
        raise LookupError(f"flower {slots['w']}")
