"""How much one submission may take. Every limit is a setting with its unit and its default."""

from __future__ import annotations

from dataclasses import dataclass

MIB = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """The limits of one submission."""

    cell_s: float = 30.0
    """Seconds of wall time for one cell, as nbgrader's default."""
    submission_s: float = 120.0
    """Seconds of wall time for the whole submission."""
    cpu_s: int = 100
    """Seconds of CPU time for one process."""
    memory_bytes: int = 1024 * MIB
    """Bytes of memory beyond what the warm parent has loaded, for all processes together."""
    processes: int = 48
    """Processes and threads at one time."""
    file_bytes: int = 64 * MIB
    """Bytes of one file."""
    folder_bytes: int = 256 * MIB
    """Bytes of all files together."""
    files: int = 5_000
    """Files and folders at one time."""
    open_files: int = 256
    """Files and sockets open at one time in one process."""
    output_bytes: int = 1 * MIB
    """Bytes that the cells of a submission may put out; more is dropped and noted."""
    reply_bytes: int = 64 * MIB
    """Bytes of one value that comes back from a submission."""
    header_bytes: int = 16 * MIB
    """Bytes of such a value that are not the numbers of tensors."""


DEFAULTS = Limits()
