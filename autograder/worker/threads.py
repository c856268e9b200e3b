"""One thread for torch, in this process and in every process that is forked from it."""

from __future__ import annotations

import os


def one_thread() -> None:
    """Have torch work in one thread from now on, so that forking is safe.

    A fork gives up torch's pool of threads; the next one who asks makes a new pool, and two
    threads that ask at once can find none (`Invalid thread pool!`: `transformers` opens a model's
    weights in several threads). So a forked process asks once, before it has a second thread.
    """
    import torch

    torch.set_num_threads(1)
    os.register_at_fork(after_in_child=lambda: torch.set_num_threads(1))
