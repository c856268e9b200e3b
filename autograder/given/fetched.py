"""Everything that `autograder doctor --fetch` gets, by the name that leaves it out."""

from autograder.given import encoder, smollm2

DOWNLOADS = {"encoder": encoder.DOWNLOAD, "smollm2": smollm2.DOWNLOAD}
