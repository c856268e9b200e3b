"""The values that may pass between a judge and a learner's code, and how they are written down.

A value is plain: None, bool, int, float, str, bytes, list, tuple, set, dict, a torch tensor, a
`Handle` to an object that stays with the learner's code, or a `Resource` that the lesson loaded.
Everything else becomes `Opaque`, which carries only the name of its type. On the wire a value is a
JSON header and raw buffers; pickle is never used. This file imports nothing of the project.
"""

from __future__ import annotations

import json
import struct
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

Value = Any
"""A plain value, see the module's docstring."""

MAX_DEPTH = 24
"""Levels of nesting in one value."""
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
TENSOR_TYPES = (
    "bool",
    "uint8",
    "int8",
    "int16",
    "int32",
    "int64",
    "float16",
    "bfloat16",
    "float32",
    "float64",
    "complex64",
    "complex128",
)


class WireError(ValueError):
    """A value or a frame that may not cross the wall; the message says why."""


@dataclass(frozen=True)
class Handle:
    """An object that lives with the learner's code, by its number."""

    id: int


@dataclass(frozen=True)
class Resource:
    """Something the lesson's own cells loaded, such as a model, by its name."""

    name: str


@dataclass(frozen=True)
class Opaque:
    """A value of a type that may not cross: only the name of its type does."""

    type_name: str


@dataclass(frozen=True)
class Failure:
    """How a call into the learner's code went wrong.

    `kind` is one of: exception, arguments, timeout, exit, forbidden, missing, memory, files,
    crashed.
    `line` counts from 1 within the learner's cell; 0 where it is unknown.
    """

    kind: str
    type_name: str = ""
    message: str = ""
    line: int = 0
    code: str = ""


class StudentError(Exception):
    """Raised by a `Student` when the learner's code did not return; carries the `Failure`."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(f"{failure.kind}: {failure.type_name} {failure.message}".strip())
        self.failure = failure


class Student(Protocol):
    """The one way to the learner's code: a direct call, or the same call through a process wall.

    Arguments are plain values, handles or resources and are copied, so that changing one in place
    changes nothing outside. Results are plain values. Every method but `output` raises
    `StudentError` when the learner's code fails.
    """

    def call(self, name: str, *args: Value) -> Value:
        """Call the function or class `name`; the result as a plain value."""

    def new(self, name: str, *args: Value) -> Handle:
        """Call `name` and keep the result with the learner's code."""

    def method(self, handle: Handle, name: str, *args: Value) -> Value:
        """Call a method of the object behind `handle`; "__call__" calls the object itself."""

    def load_state(self, handle: Handle, state: Mapping[str, Value]) -> None:
        """Load tensors by name into a torch module, strictly."""

    def state(self, handle: Handle) -> dict[str, Value]:
        """The tensors of a torch module by name."""

    def grads(self, handle: Handle) -> dict[str, Value]:
        """Gradients of the sum of the module's last result, by parameter name; None where none."""

    def output(self) -> str:
        """What the learner's code printed since the last time this was asked."""


def plain(value: object) -> Value:
    """Copy `value` into plain types, whatever clever subclass it is; `Opaque` where there is none.

    Counter and defaultdict become dict, a torch Parameter a tensor, a numpy scalar a number.
    """
    return _plain(value, ())


def _plain(value: object, outer: tuple[int, ...]) -> Value:
    """The same for a value inside containers, whose ids are `outer`."""
    kind: type = type(value)  # not isinstance: an object can lie about its __class__
    if value is None or kind in (bool, Handle, Resource, Opaque):
        return value
    for base, exact in EXACT.items():
        if issubclass(kind, base):
            return value if kind is base else exact(value)
    if len(outer) >= MAX_DEPTH or id(value) in outer:
        return Opaque("structure that is nested too deeply")
    return _plain_container(value, kind, (*outer, id(value)))


EXACT: dict[type, Callable[[Any], Value]] = {
    int: lambda value: int.__add__(value, 0),
    float: lambda value: float.__add__(value, 0.0),
    str: lambda value: str.__str__(value),
    bytes: lambda value: bytes.__getitem__(value, slice(None)),
}
"""How a subclass becomes the exact built-in type, past any method that it overrides."""


def _plain_container(value: Any, kind: type, outer: tuple[int, ...]) -> Value:
    if issubclass(kind, dict):
        items = dict.items(value)
        return {_key(k, outer): _plain(v, outer) for k, v in items}
    if issubclass(kind, list):
        return [_plain(item, outer) for item in list.__iter__(value)]
    if issubclass(kind, tuple):
        return tuple(_plain(item, outer) for item in tuple.__iter__(value))
    if issubclass(kind, set | frozenset):
        return {_key(item, outer) for item in _set_items(value, kind)}
    return _plain_array(value)


def _set_items(value: Any, kind: type) -> Iterator[object]:
    return set.__iter__(value) if issubclass(kind, set) else frozenset.__iter__(value)


def _key(value: object, outer: tuple[int, ...]) -> Value:
    """A plain value that can be a key: lists and tensors cannot, and no key equals another."""
    key = _plain(value, outer)
    try:
        hash(key)
    except TypeError:
        return Opaque(type_name(value))
    return Opaque("torch.Tensor") if is_tensor(key) else key


def _plain_array(value: object) -> Value:
    numpy = sys.modules.get("numpy")
    if is_tensor(value):
        return _plain_tensor(value)
    if numpy is not None and isinstance(value, numpy.generic):
        return plain(value.item())
    return Opaque(type_name(value))


def is_tensor(value: object) -> bool:
    """Whether `value` is a torch tensor, whatever it says of itself."""
    torch = sys.modules.get("torch")
    return torch is not None and issubclass(type(value), torch.Tensor)


def _plain_tensor(value: Any) -> Value:
    """A copy as an ordinary tensor, or `Opaque` where there is no such copy."""
    import torch

    with torch._C.DisableTorchFunctionSubclass():
        try:
            tensor = value.detach().resolve_conj().resolve_neg().cpu()
            if not _is_ordinary(tensor):
                return Opaque("tensor of an unusual kind (sparse, nested or quantized)")
            return tensor.contiguous().as_subclass(torch.Tensor).clone()
        except (RuntimeError, NotImplementedError, AttributeError):
            return Opaque("tensor without numbers")


def _is_ordinary(tensor: Any) -> bool:
    import torch

    dense = tensor.layout == torch.strided and not tensor.is_nested
    return dense and _dtype(tensor) in TENSOR_TYPES


def _dtype(tensor: Any) -> str:
    return str(tensor.dtype).removeprefix("torch.")


def type_name(value: object) -> str:
    """The name of a value's type as a learner knows it: `numpy.ndarray`, `generator`."""
    kind = type(value)
    return (
        kind.__qualname__
        if kind.__module__ == "builtins"
        else (f"{kind.__module__.split('.')[0]}.{kind.__qualname__}")
    )


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
    dtype = _dtype(value)
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
