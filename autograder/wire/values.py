"""Any object as a plain value, whatever it says of itself."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from typing import Any

from autograder.wire.words import MAX_DEPTH, TENSOR_TYPES, Handle, Opaque, Resource, Value


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
    return dense and dtype_of(tensor) in TENSOR_TYPES


def dtype_of(tensor: Any) -> str:
    """The type of a tensor's numbers, as `float32`."""
    return str(tensor.dtype).removeprefix("torch.")


def type_name(value: object) -> str:
    """The name of a value's type as a learner knows it: `numpy.ndarray`, `generator`."""
    kind = type(value)
    return (
        kind.__qualname__
        if kind.__module__ == "builtins"
        else (f"{kind.__module__.split('.')[0]}.{kind.__qualname__}")
    )
