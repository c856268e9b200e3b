"""The state of the world while a story is told: who is where, who has what, who feels how."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tinyworld.beats import Effect, Word

Roles = Mapping[str, Word | str]


@dataclass
class State:
    """What is true now. Names, nouns and places are keys and values as the story writes them."""

    place: dict[str, Word | str] = field(default_factory=dict)
    """Person or pet → place."""
    holder: dict[str, str] = field(default_factory=dict)
    """Thing → person."""
    lying: dict[str, Word | str] = field(default_factory=dict)
    """Thing that nobody has → place."""
    things: dict[str, Word | str] = field(default_factory=dict)
    """Noun → the thing with its colour."""
    feeling: dict[str, str] = field(default_factory=dict)
    pets: dict[str, Word | str] = field(default_factory=dict)
    gifts: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Thing → (giver, receiver) of the last gift."""
    reasons: dict[str, str] = field(default_factory=dict)
    """Question that begins with `Why` → the clause that answers it."""

    def copy(self) -> "State":
        """The same state, to be changed on its own."""
        return State(**{name: dict(facts) for name, facts in vars(self).items()})

    def where(self, thing: str) -> Word | str | None:
        """The place of a thing, held or lying; None when the story does not tell."""
        if thing in self.holder:
            return self.place.get(self.holder[thing])
        return self.lying.get(thing)

    def apply(self, effect: Effect, roles: Roles) -> list[str]:
        """Change the state; the list says what contradicts what was true before."""
        if effect.verb == "why":
            question = effect.question.format(**roles)
            self.reasons[question] = effect.clause.format(**roles)
            return []
        fillers = [roles.get(role, role) for role in effect.roles]
        problems: list[str] = getattr(self, f"_{effect.verb}")(*fillers) or []
        if effect.verb == "feel" and effect.clause:
            question = f"Why was {fillers[0]} {fillers[1]}?"
            self.reasons[question] = effect.clause.format(**roles)
        return problems

    def _at(self, who: str, place: Word) -> list[str]:
        known = self.place.get(who, place)
        self.place[who] = place
        return [] if known == place else [f"{who} was already in {known}"]

    def _go(self, who: str, place: Word) -> list[str]:
        stays = self.place.get(who) == place
        self.place[who] = place
        return [f"{who} was already there"] if stays else []

    def _lie(self, thing: Word, place: Word) -> list[str]:
        self.things[thing] = thing
        self.lying[thing] = place
        return []

    def _there(self, thing: str, place: Word) -> list[str]:
        return [] if self.lying.get(thing) == place else [f"the {thing} was not there"]

    def _have(self, who: str, thing: Word) -> list[str]:
        problems = self._held_by(who, thing) if thing in self.holder else []
        self.things.setdefault(thing, thing)
        self.lying.pop(thing, None)
        self.holder[thing] = who
        return problems

    def _find(self, who: str, thing: Word) -> list[str]:
        return self._have(who, thing)

    def _take(self, who: str, thing: Word) -> list[str]:
        absent = self.lying.get(thing) != self.place.get(who)
        problems = [f"the {thing} was not there"] if absent else []
        self.lying.pop(thing, None)
        self.holder[thing] = who
        return problems

    def _put(self, who: str, thing: Word) -> list[str]:
        problems = self._held_by(who, thing)
        self.holder.pop(thing, None)
        if who in self.place:
            self.lying[thing] = self.place[who]
        return problems

    def _lose(self, who: str, thing: Word) -> list[str]:
        problems = self._held_by(who, thing)
        self.holder.pop(thing, None)
        return problems

    def _lend(self, giver: str, receiver: str, thing: Word) -> list[str]:
        self._have(giver, thing)
        return self._give(giver, receiver, thing)

    def _give(self, giver: str, receiver: str, thing: Word) -> list[str]:
        problems = self._held_by(giver, thing)
        if self.place.get(giver) != self.place.get(receiver, self.place.get(giver)):
            problems.append(f"{giver} and {receiver} were not in the same place")
        self.holder[thing] = receiver
        self.gifts[thing] = (giver, receiver)
        return problems

    def _pet(self, owner: str, pet: Word) -> list[str]:
        self.pets[pet] = pet
        return []

    def _feel(self, who: str, feeling: str) -> list[str]:
        self.feeling[who] = feeling
        return []

    def _held_by(self, who: str, thing: str) -> list[str]:
        return [] if self.holder.get(thing) == who else [f"{who} did not have the {thing}"]
