"""The first difference between what a learner's code gave and what the field's library gives."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from autograder.wire import Opaque, Value, is_tensor, type_name

MAX_SHOWN = 120
"""Characters of one value in a message."""
MAX_FLOAT = sys.float_info.max
MAX_DIGITS = 60
"""Digits of a whole number that a message shows in full."""


@dataclass(frozen=True)
class Difference:
    """Where two values differ first.

    `kind` is one of: type, shape, length, key, value, rule. `where` is the index as a learner
    would write it (`[0, 2]`, `['the']`), empty for the value itself.
    """

    kind: str
    where: str = ""
    got: str = ""
    expected: str = ""
    note: str = ""


def difference(got: Value, expected: Value, tolerance: float, where: str = "") -> Difference | None:
    """Compare two plain values; None when they agree within `tolerance`.

    `tolerance` is a share of the largest expected magnitude, at most; float64 is as good as
    float32, and a list as good as a tuple inside a structure, but not an int for a tensor.
    """
    if is_tensor(expected):
        return _tensors(got, expected, tolerance, where)
    if isinstance(expected, float) and _is_number(got):
        return _numbers(_item(got), expected, tolerance, where)
    if isinstance(expected, int) and not isinstance(expected, bool) and _is_integer(got):
        return _plain(_item(got), expected, where)
    if isinstance(expected, list | tuple) and isinstance(got, list | tuple):
        return _sequences(got, expected, tolerance, where)
    if isinstance(expected, dict) and isinstance(got, dict):
        return _mappings(got, expected, tolerance, where)
    if type(got) is not type(expected):
        return Difference("type", where, kind_of(got), kind_of(expected), brief(got))
    return _plain(got, expected, where)


def _is_number(value: Value) -> bool:
    if is_tensor(value):
        return bool(value.dim() == 0 and not value.is_complex())
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_integer(value: Value) -> bool:
    if is_tensor(value):
        return bool(value.dim() == 0 and not value.is_floating_point() and not value.is_complex())
    return isinstance(value, int) and not isinstance(value, bool)


def _item(value: Value) -> Any:
    return value.item() if is_tensor(value) else value


def _plain(got: Value, expected: Value, where: str) -> Difference | None:
    if got == expected:
        return None
    return Difference("value", where, brief(got), brief(expected))


def _numbers(got: Any, expected: float, tolerance: float, where: str) -> Difference | None:
    if (got != got and math.isnan(expected)) or got == expected:
        return None
    if abs(got) <= MAX_FLOAT and abs(got - expected) <= tolerance * abs(expected):
        return None
    return Difference("value", where, number(got), number(expected))


def _tensors(got: Value, expected: Any, tolerance: float, where: str) -> Difference | None:
    if not is_tensor(got):
        return Difference("type", where, kind_of(got), "torch.Tensor", brief(got))
    if got.shape != expected.shape:
        return Difference("shape", where, shape(got), shape(expected))
    if (note := _kind_note(got, expected)) is not None:
        return Difference("type", where, kind_of(got), kind_of(expected), note)
    index = _first_wrong(got, expected, tolerance)
    if index is None:
        return None
    here = f"{where}[{', '.join(map(str, index))}]" if index else where
    return Difference("value", here, number(got[index].item()), number(expected[index].item()))


def _kind_note(got: Any, expected: Any) -> str | None:
    """Numbers with a fraction and without are different kinds; widths are not."""
    if got.is_complex() != expected.is_complex():
        return "complex numbers where real ones are expected"
    if (got.dtype == _torch().bool) != (expected.dtype == _torch().bool):
        return f"dtype {_dtype(got)}, expected {_dtype(expected)}"
    if got.is_floating_point() != expected.is_floating_point():
        return f"dtype {_dtype(got)}, expected {_dtype(expected)}"
    return None


def _first_wrong(got: Any, expected: Any, tolerance: float) -> tuple[int, ...] | None:
    torch = _torch()
    if got.dtype == expected.dtype and torch.equal(got, expected):
        return None
    if not (expected.is_floating_point() or expected.is_complex()):
        wrong = got != expected
    else:
        width = torch.complex128 if expected.is_complex() else torch.float64
        a, b = got.to(width), expected.to(width)
        finite = torch.isfinite(b)
        scale = float(b[finite].abs().max()) if bool(finite.any()) else 0.0
        close = (a - b).abs() <= tolerance * scale
        same = (a == b) | (torch.isnan(a) & torch.isnan(b))
        wrong = ~(close | same)
    if not bool(wrong.any()):
        return None
    return tuple(int(i) for i in wrong.nonzero()[0])


def _sequences(
    got: Sequence[Value], expected: Sequence[Value], tolerance: float, where: str
) -> Difference | None:
    for i, (a, b) in enumerate(zip(got, expected, strict=False)):
        if (found := difference(a, b, tolerance, f"{where}[{i}]")) is not None:
            return found
    if len(got) != len(expected):
        counts = (f"{len(got)} items", f"{len(expected)} items")
        return Difference("length", where, *counts, f"{brief(got)} instead of {brief(expected)}")
    return None


def _mappings(
    got: dict[Value, Value], expected: dict[Value, Value], tolerance: float, where: str
) -> Difference | None:
    for key, value in expected.items():
        if key not in got:
            entry = f"{brief(key)}: {brief(value)}"
            return Difference("key", where, f"no key {brief(key)}", entry)
        if (found := difference(got[key], value, tolerance, f"{where}[{brief(key)}]")) is not None:
            return found
    extra = next((key for key in got if key not in expected), None)
    if len(got) > len(expected):
        return Difference("key", where, f"{brief(extra)}: {brief(got[extra])}", "no such key")
    return None


def _torch() -> Any:
    return sys.modules["torch"]


def _dtype(tensor: Any) -> str:
    return str(tensor.dtype).removeprefix("torch.")


def shape(tensor: Any) -> str:
    """The shape of a tensor as a tuple: `(2, 5)`."""
    return str(tuple(tensor.shape))


def number(value: Any) -> str:
    """A number as a message shows it, with enough digits to see a difference."""
    if isinstance(value, int) and value.bit_length() > MAX_DIGITS * math.log2(10):
        return f"a number of {value.bit_length()} bits"
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def kind_of(value: Value) -> str:
    """A value's type in a learner's words: `None`, `list of 3 items`, `float32 tensor (2, 5)`."""
    if value is None:
        return "None"
    if isinstance(value, Opaque):
        return value.type_name
    if is_tensor(value):
        return f"{_dtype(value)} tensor {shape(value)}"
    return type_name(value)


def brief(value: Value, limit: int = MAX_SHOWN) -> str:
    """A value on one line: small ones in full, large ones by kind or cut short."""
    if isinstance(value, Opaque):
        return f"a {value.type_name}"
    text = _text(value, limit)
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _text(value: Value, limit: int) -> str:
    """A value as Python writes it; stops soon after `limit` characters."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(float(number(value))) if isinstance(value, float) else number(value)
    if is_tensor(value):
        return f"tensor({_text(value.tolist(), limit)})" if value.numel() <= 6 else kind_of(value)
    if isinstance(value, Opaque):
        return value.type_name
    if isinstance(value, dict):
        pairs = ((_text(k, limit), _text(v, limit)) for k, v in value.items())
        return "{" + _joined((f"{k}: {v}" for k, v in pairs), limit) + "}"
    if isinstance(value, list | tuple | set):
        return _sequence_text(value, limit)
    return repr(value[: limit + 1] if isinstance(value, str | bytes) else value)


def _sequence_text(value: list[Value] | tuple[Value, ...] | set[Value], limit: int) -> str:
    items = (_text(item, limit) for item in value)
    if isinstance(value, list):
        return "[" + _joined(items, limit) + "]"
    if isinstance(value, set):
        return "{" + _joined(iter(sorted(items)), limit) + "}" if value else "set()"
    return "(" + _joined(items, limit) + (",)" if len(value) == 1 else ")")


def _joined(items: Iterator[str], limit: int) -> str:
    shown: list[str] = []
    for item in items:
        shown.append(item)
        if sum(map(len, shown)) > limit:
            break
    return ", ".join(shown)
