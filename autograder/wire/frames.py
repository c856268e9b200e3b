"""A plain value as bytes: a length, a JSON header, raw buffers. Whatever is read is not trusted."""

from __future__ import annotations

import json
import struct
import sys
from collections.abc import Sequence
from typing import Any

from autograder.wire.values import dtype_of, type_name
from autograder.wire.words import MAX_DEPTH, TENSOR_TYPES, Handle, Opaque, Resource, Value

MAX_ITEMS = 2_000_000
"""Items of all containers in one value, and numbers in one tensor of integers of any size."""
MAX_BYTES = 256 * 1024 * 1024
"""Bytes of header and buffers in one frame."""
MAX_ALIKE = 100
"""Keys of one dict or set that may share a hash: many more would take hours to put in."""
MAX_TYPE_NAME = 200
"""Characters of the name of a type."""
LONG_BITS = 64
"""Bits of a number beyond which it crosses in hexadecimal: decimal digits have a limit."""


class WireError(ValueError):
    """A value or a frame that may not cross the wall; the message says why."""


def encode(value: Value) -> bytes:
    """Write a plain value as one frame: header length, JSON header, buffers.

    >>> decode(encode({(1, 2): [3.5, "x", None]}))
    {(1, 2): [3.5, 'x', None]}
    """
    buffers: list[bytes] = []
    tree = _to_tree(value, buffers)
    header = json.dumps({"tree": tree, "sizes": [len(b) for b in buffers]}).encode()
    frame = b"".join([struct.pack("<I", len(header)), header, *buffers])
    if len(frame) > MAX_BYTES:
        raise WireError(f"the value takes {len(frame)} bytes; at most {MAX_BYTES} may cross")
    return frame


def decode(frame: bytes, max_header: int = MAX_BYTES) -> Value:
    """Read a frame that `encode` wrote, its header at most `max_header` bytes; raises WireError."""
    if len(frame) < 4 or len(frame) > MAX_BYTES:
        raise WireError(f"a frame of {len(frame)} bytes cannot be read")
    end = 4 + struct.unpack("<I", frame[:4])[0]
    if end > max_header:
        raise WireError(f"a header of {end} bytes; at most {max_header} are read")
    try:
        header = json.loads(frame[4:end])
        buffers = _cut(frame[end:], header["sizes"])
        return _from_tree(header["tree"], buffers, 0, [0])
    except WireError:
        raise
    except (
        ValueError, KeyError, TypeError, IndexError, RecursionError, AttributeError, RuntimeError,
        MemoryError,
    ) as error:  # fmt: skip
        raise WireError(f"a frame that cannot be read: {type(error).__name__}") from None


def _to_tree(value: Value, buffers: list[bytes]) -> Any:
    if type(value) is int and value.bit_length() > LONG_BITS:
        return {"t": "int", "v": hex(value)}
    if value is None or type(value) in (bool, int, float, str):
        return value
    if type(value) in (list, tuple, set):
        return {"t": type(value).__name__, "v": [_to_tree(item, buffers) for item in value]}
    if type(value) is dict:
        pairs = [[_to_tree(k, buffers), _to_tree(v, buffers)] for k, v in value.items()]
        return {"t": "dict", "v": pairs}
    if type(value) is bytes:
        buffers.append(value)
        return {"t": "bytes", "v": len(buffers) - 1}
    if isinstance(value, Handle):
        return {"t": "handle", "v": value.id}
    if isinstance(value, Resource):
        return {"t": "resource", "v": value.name}
    if isinstance(value, Opaque):
        return {"t": "opaque", "v": value.type_name}
    return _tensor_tree(value, buffers)


def _tensor_tree(value: Value, buffers: list[bytes]) -> Any:
    torch = sys.modules.get("torch")
    if torch is None or type(value) is not torch.Tensor:
        raise WireError(f"a {type_name(value)} is not a plain value")
    dtype = dtype_of(value)
    if dtype not in TENSOR_TYPES or value.layout != torch.strided:
        raise WireError(f"a tensor of {dtype}, {value.layout}, may not cross")
    flat = value.detach().contiguous().reshape(-1).view(torch.uint8)
    buffers.append(flat.numpy().tobytes())
    return {"t": "tensor", "dtype": dtype, "shape": list(value.shape), "v": len(buffers) - 1}


def _cut(data: bytes, sizes: Sequence[int]) -> list[bytes]:
    buffers, start = [], 0
    for size in sizes:
        if type(size) is not int or size < 0 or start + size > len(data):
            raise WireError("a frame whose buffers do not add up")
        buffers.append(data[start : start + size])
        start += size
    if start != len(data):
        raise WireError("a frame with bytes left over")
    return buffers


def _from_tree(tree: Any, buffers: list[bytes], depth: int, count: list[int]) -> Value:
    count[0] += 1
    if depth > 2 * MAX_DEPTH or count[0] > MAX_ITEMS:
        raise WireError("a value that is too deep or has too many items")
    if tree is None or type(tree) in (bool, int, float, str):
        return tree
    kind, inner = tree["t"], tree["v"]
    if kind in ("list", "tuple", "set"):
        items = [_from_tree(item, buffers, depth + 1, count) for item in inner]
        if kind == "set":
            return set(_told_apart(items))
        return items if kind == "list" else tuple(items)
    if kind == "dict":
        keys = [_from_tree(k, buffers, depth + 1, count) for k, _ in inner]
        values = [_from_tree(v, buffers, depth + 1, count) for _, v in inner]
        return dict(zip(_told_apart(keys), values, strict=True))
    if kind == "int" and type(inner) is str:
        return int(inner, 16)
    if kind in ("bytes", "tensor") and type(inner) is int and 0 <= inner < len(buffers):
        return buffers[inner] if kind == "bytes" else _tensor(tree, buffers[inner])
    if kind == "handle" and type(inner) is int:
        return Handle(inner)
    if kind in ("resource", "opaque") and type(inner) is str:
        return Resource(inner) if kind == "resource" else Opaque(_readable(inner))
    raise WireError(f"a value of kind {kind!r}")


def _told_apart(keys: list[Value]) -> list[Value]:
    """`keys` themselves; raises WireError where too many share a hash, as hostile ones may."""
    hashes = sorted(map(hash, keys))
    if any(a == b for a, b in zip(hashes, hashes[MAX_ALIKE:], strict=False)):
        raise WireError("a dict or set with too many keys of the same hash")
    return keys


def _readable(name: str) -> str:
    """The name of a type, short and fit for any file."""
    return name[:MAX_TYPE_NAME].encode("utf-8", "replace").decode()


def _tensor(tree: Any, data: bytes) -> Value:
    import torch

    if tree["dtype"] not in TENSOR_TYPES:
        raise WireError(f"a tensor of {tree['dtype']!r}")
    dtype = getattr(torch, tree["dtype"])
    if not all(type(size) is int and size >= 0 for size in tree["shape"]):
        raise WireError(f"a tensor of shape {str(tree['shape'])[:80]}")
    if not data:
        return torch.zeros(0, dtype=dtype).reshape(tree["shape"])
    return torch.frombuffer(bytearray(data), dtype=dtype).reshape(tree["shape"])
