"""One tokenizer for all tests of the folder."""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OMP_WAIT_POLICY", "passive")

import pytest
from transformers import PreTrainedTokenizerFast

from tinyworld import tokens


@pytest.fixture(scope="session")
def tokenizer() -> PreTrainedTokenizerFast:
    return tokens.build()
