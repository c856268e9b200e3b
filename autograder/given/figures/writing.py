"""A page that shows texts while a model writes them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from IPython.core.getipython import get_ipython
from IPython.display import display

from autograder.given.figures.passages import passages
from autograder.given.figures.picture import Picture

HALF = "\ufffd"
"""What a decoder puts for a character whose last bytes are in a token still to come."""


@dataclass
class Page:
    """Texts that grow, each under its name.

    In a notebook they are one picture, drawn anew with every change; elsewhere what is new is
    printed.
    """

    title: str
    texts: dict[str, str] = field(default_factory=dict)
    """Name → what is shown of its text."""
    _shown: Any = field(default=None, repr=False)
    """The picture in the notebook, once there is one."""

    def write(self, name: str, text: str) -> None:
        """Show `text`, all that there is so far, under `name`."""
        before, whole = self.texts.get(name), text.rstrip(HALF)
        self.texts[name] = whole
        if not _in_a_notebook():
            begin = f"\n{name}: " if before is None else ""
            print(begin + whole.removeprefix(before or ""), end="", flush=True)
        elif self._shown is None:
            self._shown = _display(self._picture())
        else:
            self._shown.update(self._picture())

    def _picture(self) -> Picture:
        return passages(self.texts, title=self.title)


def _in_a_notebook() -> bool:
    return hasattr(get_ipython(), "kernel")


def _display(picture: Picture) -> Any:
    """Show a picture that can be changed later, through what this returns."""
    return display(picture, display_id=True)  # type: ignore[no-untyped-call]
