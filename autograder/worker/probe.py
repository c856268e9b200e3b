"""What this machine offers to keep a submission in, and what that makes of the jail."""

from __future__ import annotations

import os
from dataclasses import dataclass

from autograder.worker import bubble, landlock, seccomp
from autograder.worker.kernel import LINUX

TIERS = ("none", "basic", "strict")
"""From the weakest to the strongest."""
REQUIRED = "strict"
"""The tier below which untrusted work is refused."""


@dataclass(frozen=True)
class Capabilities:
    """What was found: bubblewrap's namespaces, Landlock's version, a filter, users per slot."""

    linux: bool
    bubblewrap: bool
    landlock: int
    seccomp: bool
    root: bool

    @property
    def tier(self) -> str:
        """strict: files, network, processes and signals are all walled off; basic: files are."""
        if not self.linux:
            return "none"
        files = self.bubblewrap or self.landlock > 0
        signals = self.root or self.landlock >= landlock.SIGNALS_SINCE
        network = self.bubblewrap or self.seccomp
        if files and signals and network and (self.landlock > 0 or self.root):
            return "strict"
        return "basic" if files else "none"


def probe() -> Capabilities:
    """Look at this machine; nothing is changed."""
    return Capabilities(
        linux=LINUX,
        bubblewrap=LINUX and bubble.works(),
        landlock=landlock.version(),
        seccomp=LINUX and seccomp.available(),
        root=LINUX and os.geteuid() == 0,
    )


def sentences(found: Capabilities) -> tuple[str, ...]:
    """The tier in plain sentences, and how to reach the next."""
    lines = [f"Jail: {found.tier}."]
    if not found.linux:
        return (*lines, "Learners' code can be kept in only on Linux: grade there.")
    if not found.bubblewrap:
        lines.append(
            "bubblewrap is missing or may make no namespaces here. Install it "
            "(`apt install bubblewrap`), and in a container allow user namespaces."
        )
    if not found.landlock:
        lines.append("The kernel has no Landlock: use Linux 5.13 or newer (6.12 for signals).")
    elif found.landlock < landlock.SIGNALS_SINCE and not found.root:
        lines.append(
            "The kernel's Landlock cannot keep signals in: use Linux 6.12 or newer, or grade as "
            "root, so that each submission has a user of its own."
        )
    if not found.seccomp:
        lines.append("System calls are not filtered on this processor.")
    return tuple(lines)
