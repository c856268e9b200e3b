"""Reading a model's answers: the label in a line, the number at the end of the steps."""

from __future__ import annotations

import re
from collections.abc import Sequence


def parse_answer(text: str, labels: Sequence[str]) -> str | None:
    """The label that comes first, as a whole word, in the first line that is not empty."""
    line = next((line for line in text.splitlines() if line.strip()), "")
    either = "|".join(map(re.escape, sorted(labels, key=len, reverse=True)))
    found = re.search(rf"(?<!\w)(?:{either})(?!\w)", line, re.IGNORECASE)
    written = {label.casefold(): label for label in labels}
    return written[found[0].casefold()] if found else None


def final_number(text: str) -> int | None:
    """The last whole number in a text, None without one."""
    numbers = re.findall(r"[0-9]+", text)
    return int(numbers[-1]) if numbers else None
