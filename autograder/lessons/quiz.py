"""What the questions of all lessons share."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from autograder.exercise import Option, Quiz


def question(
    name: str, text: str, options: Mapping[str, str], answer: str, verify: Callable[[], str]
) -> Quiz:
    """A question whose `options` are text → why; `verify` computes the letter of the right one."""
    return Quiz(name, text, tuple(Option(*each) for each in options.items()), answer, verify)


def closest(value: float, offers: Sequence[float]) -> str:
    """The letter of the offer that comes closest to a value.

    >>> closest(7.9, (1, 8, 64))
    'B'
    """
    return "ABCDEFGH"[min(range(len(offers)), key=lambda i: abs(offers[i] - value))]
