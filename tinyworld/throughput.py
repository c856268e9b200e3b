"""How fast the world writes: documents and their token ids, a second, on several processes."""

import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from tinyworld import corpus, tokens
from tinyworld.draw import Draw
from tinyworld.encode import Encoder

DOCUMENTS = 20_000
"""Documents a process writes for the measurement."""
WARM_UP = 500
"""Documents written before the clock starts; they fill the encoder's table."""


def _write(seed: int, documents: int = DOCUMENTS) -> tuple[int, float]:
    """Tokens written and the seconds it took."""
    encode, d = Encoder(tokens.build()), Draw(f"throughput/{seed}")
    for _ in range(WARM_UP):
        encode(corpus.document(d))
    start = time.perf_counter()
    written = sum(len(encode(corpus.document(d))) for _ in range(documents))
    return written, time.perf_counter() - start


def tokens_per_second(processes: int, documents: int = DOCUMENTS) -> float:
    """Sum of the processes' own rates while all of them write."""
    spawn = get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=spawn) as pool:
        made = list(pool.map(_write, range(processes), [documents] * processes))
    return sum(written / seconds for written, seconds in made)
