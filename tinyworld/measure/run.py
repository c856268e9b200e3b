"""Measuring: draw the prompts of every cell, answer them in batches, count."""

from collections.abc import Callable, Sequence

from tinyworld.draw import Draw
from tinyworld.generate import Decoder
from tinyworld.measure import chat_cells, mapping_cells, text_cells
from tinyworld.measure.cell import Cell, Item, Result, Suite, average, counted, difference

SUITES = {
    "base": Suite(
        (*mapping_cells.CELLS, *text_cells.CELLS, *chat_cells.CUED_CELLS),
        (*mapping_cells.GAINS, *text_cells.GAINS),
        (chat_cells.CUED_MEAN,),
    ),
    "instruct": Suite(
        (*chat_cells.INSTRUCT_CELLS, *chat_cells.KEPT_CELLS), (), (chat_cells.INSTRUCT_MEAN,)
    ),
    "chat": Suite((*chat_cells.CHAT_CELLS, *chat_cells.KEPT_CELLS)),
}
"""Type of model → what is measured of it."""

Announce = Callable[[Result], None]


def draw_items(cell: Cell, seed: int, n: int) -> list[Item]:
    """The prompts of a cell; they depend on the seed and the cell's name alone."""
    d = Draw(f"eval/{seed}/{cell.name}")
    first = cell.draw(d)
    if cell.draw(d) is first:
        return [first]
    return [cell.draw(d) for _ in range(n)]


def answers(decoder: Decoder, cell: Cell, items: Sequence[Item]) -> list[str]:
    """The model's greedy answers."""
    texts = [item.prompt for item in items if isinstance(item.prompt, str)]
    if texts:
        return decoder.complete(texts, cell.max_new_tokens, cell.stop)
    dialogs = [item.prompt for item in items if not isinstance(item.prompt, str)]
    return decoder.reply(dialogs, cell.max_new_tokens)


def measure_cell(decoder: Decoder, cell: Cell, seed: int, n: int) -> Result:
    """One cell of the table."""
    items = draw_items(cell, seed, n)
    said = answers(decoder, cell, items)
    right = sum(item.right(text) for item, text in zip(items, said, strict=True))
    return counted(cell, right, len(items))


def measure(
    decoder: Decoder, suite: Suite, seed: int, n: int, announce: Announce = lambda result: None
) -> list[Result]:
    """Every cell of a suite, then what follows from them."""
    results: dict[str, Result] = {}
    for cell in suite.cells:
        results[cell.name] = measure_cell(decoder, cell, seed, n)
        announce(results[cell.name])
    for gain in suite.gains:
        results[gain.name] = difference(gain, results[gain.of], results[gain.over])
        announce(results[gain.name])
    for mean in suite.means:
        results[mean.name] = average(mean, [results[name] for name in mean.of])
        announce(results[mean.name])
    return list(results.values())
