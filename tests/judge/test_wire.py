"""Plain values cross the wall unchanged; nothing else does, and no frame can do harm."""

from __future__ import annotations

import math
import random
from collections import Counter, OrderedDict
from typing import Any

import numpy as np
import pytest
import torch

from autograder.wire import (
    Handle,
    Opaque,
    Resource,
    WireError,
    decode,
    encode,
    plain,
)

LEAVES = (
    None, True, False, 0, -1, 2**63, -(2**64), 10**5000, 0.0, -0.0, 1.5, math.inf, -math.inf,
    "", "é\x00\ud800", "🦉", b"", b"\x00\xff", Handle(3), Resource("base"), Opaque("generator"),
)  # fmt: skip
TYPES = (
    torch.bool, torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64, torch.float16,
    torch.bfloat16, torch.float32, torch.float64, torch.complex64, torch.complex128,
)  # fmt: skip
UNUSUAL = "tensor of an unusual kind (sparse, nested or quantized)"
SHAPES = ((), (0,), (1,), (3, 2), (2, 0, 3), (2, 1, 2))


def any_value(rng: random.Random, depth: int = 4) -> Any:
    kind = rng.randrange(7 if depth else 2)
    if kind == 0:
        return rng.choice(LEAVES)
    if kind == 1:
        dtype = rng.choice(TYPES)
        return torch.randint(0, 2, rng.choice(SHAPES)).to(dtype)
    items = [any_value(rng, depth - 1) for _ in range(rng.randrange(4))]
    keys = [rng.choice(LEAVES) for _ in items]
    made: dict[int, Any] = {
        2: list(items),
        3: tuple(items),
        4: dict(zip(keys, items, strict=True)),
        5: set(keys),
        6: {(key, 1): item for key, item in zip(keys, items, strict=True)},
    }
    return made[kind]


def same(a: Any, b: Any) -> bool:
    if type(a) is not type(b):
        return False
    if isinstance(a, torch.Tensor):
        return a.dtype == b.dtype and a.shape == b.shape and torch.equal(a, b)
    if isinstance(a, list | tuple):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict):
        return list(a) == list(b) and all(same(a[key], b[key]) for key in a)
    return bool(a == b)


@pytest.mark.parametrize("seed", range(200))
def test_a_plain_value_comes_back_as_it_was(seed: int) -> None:
    value = any_value(random.Random(seed))
    assert same(decode(encode(value)), value)
    assert same(plain(value), value)


def test_nan_and_minus_zero_come_back() -> None:
    nan, zero = decode(encode([math.nan, -0.0]))
    assert math.isnan(nan)
    assert math.copysign(1, zero) == -1


class Liar(list[int]):
    """Says it is empty, and is not."""

    def __iter__(self) -> Any:
        return iter(())

    def __len__(self) -> int:
        return 0


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Counter("aab"), {"a": 2, "b": 1}),
        (OrderedDict(x=1), {"x": 1}),
        (Liar([1, 2]), [1, 2]),
        (frozenset({1}), {1}),
        (np.float32(0.5), 0.5),
        (np.int64(3), 3),
        (np.ones(2), Opaque("numpy.ndarray")),
        (range(3), Opaque("range")),
        (torch.eye(2).to_sparse(), Opaque(UNUSUAL)),
        (torch.ones(2, device="meta"), Opaque("tensor without numbers")),
        ({torch.ones(1): 1}, {Opaque("torch.Tensor"): 1}),
    ],
    ids=str,
)  # fmt: skip
def test_clever_types_become_plain_or_opaque(value: object, expected: object) -> None:
    assert plain(value) == expected


def test_a_copy_shares_nothing() -> None:
    tensor = torch.zeros(2)
    value = {"list": [tensor]}
    plain(value)["list"][0].fill_(1)
    assert tensor.tolist() == [0, 0]


def test_structures_without_end_are_cut() -> None:
    endless: list[object] = []
    endless += [endless, endless]
    deep: list[object] = []
    for _ in range(100_000):
        deep = [deep]
    assert "nested too deeply" in plain(endless)[0].type_name
    assert encode(plain(deep))


@pytest.mark.parametrize("value", [object(), range(3), 1j, np.ones(1), torch.nn.Parameter()])
def test_what_is_not_plain_is_not_encoded(value: object) -> None:
    with pytest.raises(WireError, match="not a plain value"):
        encode([value])


def changed(value: Any, old: bytes, new: bytes) -> bytes:
    frame = encode(value)
    assert old in frame and len(old) == len(new)
    return frame.replace(old, new)


FRAMES = {
    "empty": b"",
    "no header": b"\0\0\0\0",
    "length that lies": b"\xff\xff\xff\xff{}",
    "cut": encode([1.5, "x"])[:-1],
    "too long": encode([1]) + b"x",
    "no tree": b"\x02\0\0\0{}",
    "sizes": b'\x14\0\0\0{"tree":1,"sizes":1}',
    "shape": changed(torch.ones(2), b"[2]", b"[3]"),
    "huge shape": changed(torch.ones(0), b"[0]", b"[9]"),
    "negative shape": changed(torch.ones(12), b"[12]", b"[-1]"),
    "dtype": changed(torch.ones(2), b'"float32"', b'"Storage"'),
    "buffer": changed(b"ab", b'"v": 0', b'"v": 7'),
    "negative buffer": changed(b"ab", b'"v": 0', b'"v":-1'),
    "handle": changed(Handle(11), b"11", b'""'),
    "opaque": changed(Opaque("11"), b'"11"', b"1111"),
    "kind": changed(Handle(1), b'"handle"', b'"pickle"'),
    "key": changed({11: 2}, b"[11, 2]", b"[{}, 2]"),
    "deep": changed("x" * 4000, b'"' + b"x" * 4000 + b'"', b"[" * 2001 + b"]" * 2001),
}


@pytest.mark.parametrize("frame", FRAMES.values(), ids=FRAMES)
def test_a_malformed_frame_is_refused(frame: bytes) -> None:
    with pytest.raises(WireError):
        decode(frame)


@pytest.mark.parametrize("kind", ["dict", "set"])
def test_keys_that_would_take_hours_to_tell_apart_are_refused(kind: str) -> None:
    """Whole numbers that differ by a multiple of 2 ** 61 - 1 have the same hash."""
    keys = [number * (2**61 - 1) for number in range(1, 400)]
    assert len({hash(key) for key in keys}) == 1
    with pytest.raises(WireError, match="same hash"):
        decode(encode(set(keys) if kind == "set" else dict.fromkeys(keys)))
    assert decode(encode(set(range(-400, 400)))) == set(range(-400, 400))


def test_a_header_has_a_limit_of_its_own() -> None:
    frame = encode([[]] * 1000)
    assert decode(frame, len(frame)) == [[]] * 1000
    with pytest.raises(WireError, match="header"):
        decode(frame, 1000)
    assert decode(encode(torch.ones(1000)), 1000).sum() == 1000


def test_the_name_of_a_type_is_short_and_fits_any_file() -> None:
    name = decode(encode(Opaque("\ud800" + "x" * 10**6))).type_name
    assert len(name) == 200
    assert name.encode()


def test_frames_of_noise_are_refused_or_plain() -> None:
    """Whatever single byte is changed: a plain value or a WireError, nothing else."""
    frame = encode({"a": [1, torch.ones(2, 2), b"xy"], (1, 2): None})
    rng = random.Random(0)
    refused = 0
    for _ in range(2000):
        spoilt = bytearray(frame)
        spoilt[rng.randrange(len(frame))] = rng.randrange(256)
        try:
            encode(decode(bytes(spoilt)))
        except WireError:
            refused += 1
    assert refused > 500
