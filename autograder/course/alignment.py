"""Which cell of a notebook is which cell of another: of a release, or of what was handed in.

By name first (nbgrader's `grade_id`), then by id, then by source, then by order between cells that
were found. Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator

from autograder.course.notebook import Cell

Key = Callable[[Cell], Hashable]


def align(known: tuple[Cell, ...], other: tuple[Cell, ...]) -> dict[int, int]:
    """Index in `known` by index in `other`, each cell at most once; what is new has no entry.

    By order only cells are matched that a learner may change, and only with cells of their kind.
    """
    found = recognised(known, other)
    for mine, theirs in _stretches(known, other, found):
        for kind in ("code", "markdown"):
            pairs = zip(_of_kind(theirs, kind), _of_kind(mine, kind), strict=False)
            found |= {each.index: place.index for each, place in pairs}
    return found


def recognised(known: tuple[Cell, ...], other: tuple[Cell, ...]) -> dict[int, int]:
    """The same by name, id and source alone."""
    found: dict[int, int] = {}
    names = {cell.grade_id for cell in known if cell.grade_id}

    def left() -> tuple[list[Cell], list[Cell]]:
        taken = set(found.values())
        strange = [c for c in other if c.index not in found and c.grade_id not in names]
        return [c for c in known if c.index not in taken], strange

    found |= _matched([c for c in known if c.grade_id], other, lambda cell: cell.grade_id)
    found |= _matched(*left(), lambda cell: cell.id)
    found |= _matched(*left(), lambda cell: text(cell) and (cell.kind, text(cell)))
    return found


def text(cell: Cell) -> str:
    """The source without what no reader sees: kinds of line ends, space at the ends of lines."""
    return "\n".join(line.rstrip() for line in cell.source.splitlines()).rstrip()


def _matched(known: Iterable[Cell], other: Iterable[Cell], key: Key) -> dict[int, int]:
    """Cells with the same key, the first with the first; without a key there is no match."""
    places: dict[Hashable, list[int]] = {}
    for cell in known:
        places.setdefault(key(cell), []).append(cell.index)
    found: dict[int, int] = {}
    for cell in other:
        rest = places.get(key(cell)) if key(cell) else None
        if rest:
            found[cell.index] = rest.pop(0)
    return found


def _stretches(
    known: tuple[Cell, ...], other: tuple[Cell, ...], found: dict[int, int]
) -> Iterator[tuple[list[Cell], list[Cell]]]:
    """What is left of both between two cells that were found, where their order is the same."""
    ends = {place: index for index, place in found.items()}
    mine: list[Cell] = []
    start = -1
    for cell in known:
        if cell.index not in ends:
            mine.append(cell)
            continue
        yield mine, _between(other, found, start, ends[cell.index])
        mine, start = [], ends[cell.index]
    yield mine, _between(other, found, start, len(other))


def _between(other: tuple[Cell, ...], found: dict[int, int], start: int, end: int) -> list[Cell]:
    """Cells of no known name, id or source after `start` and before `end`."""
    return [c for c in other[start + 1 : end] if c.index not in found and not c.grade_id]


def _of_kind(cells: list[Cell], kind: str) -> list[Cell]:
    return [c for c in cells if c.kind == kind and not c.is_test and not c.is_locked]
