"""How describing intents goes wrong."""

from __future__ import annotations

from autograder.exercise import Mistake
from autograder.given import messages


def described_by_name() -> dict[str, str]:
    return {name: name.replace("_", " ") for name in messages.INTENTS}


def described_by_key() -> dict[str, str]:
    return {name: name for name in messages.INTENTS}


def described_in_general() -> dict[str, str]:
    return {
        name: f"The customer has written to us about a matter of the kind {name.replace('_', ' ')}."
        for name in messages.INTENTS
    }


def described_by_field() -> dict[str, str]:
    return {name: field for field, names in messages.FIELDS.items() for name in names}


def described_as_list() -> list[str]:
    return [name.replace("_", " ") for name in messages.INTENTS]


def described_with_spaces() -> dict[str, str]:
    return {name.replace("_", " "): f"It is about {name}." for name in messages.INTENTS}


def described_partly() -> dict[str, str]:
    return {name: f"It is about {name}." for name in messages.INTENTS[:6]}


MISTAKES = (
    Mistake(
        "names",
        described_by_name,
        "these are the bare names. Write what such a customer would say, in whole sentences.",
        ("accuracy",),
    ),
    Mistake(
        "keys",
        described_by_key,
        "these are the names as code writes them. Write what such a customer would say, in whole "
        "sentences.",
        ("accuracy",),
    ),
    Mistake(
        "a form",
        described_in_general,
        "all descriptions share the same words, so all look alike. Say what is special to each.",
        ("accuracy",),
    ),
    Mistake(
        "fields",
        described_by_field,
        "the description is the field of business, the same for four intents. Describe each "
        "intent by itself.",
        ("form",),
    ),
    Mistake(
        "list",
        described_as_list,
        "this is a list. Return a dict with the intents' names as keys.",
        ("form",),
    ),
    Mistake(
        "other keys",
        described_with_spaces,
        "the keys are not the names of the intents. Write them with underscores.",
        ("form",),
    ),
    Mistake(
        "not all",
        described_partly,
        "some intents have no description. Describe all twelve.",
        ("form",),
    ),
)
