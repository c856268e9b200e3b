"""What is looked at beside a result: whether values were changed, and what a gradient reaches."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from autograder import wire
from autograder.wire import Handle, Resource, Value


def versions(value: object) -> tuple[int, ...]:
    """How often the tensors of a torch module were changed in place; of anything else nothing."""
    torch = sys.modules.get("torch")
    if torch is None or not isinstance(value, torch.nn.Module):
        return ()
    every = (*value.parameters(), *value.buffers())
    return tuple(0 if tensor.is_inference() else tensor._version for tensor in every)


@contextmanager
def settings_kept() -> Iterator[list[str]]:
    """Put torch's settings back after a block; the list names those that it had changed."""
    torch, changed = sys.modules.get("torch"), list[str]()
    if torch is None:
        yield changed
        return
    gradients, fraction = torch.is_grad_enabled(), torch.get_default_dtype()
    try:
        yield changed
    finally:
        if torch.is_grad_enabled() != gradients:
            changed.append("gradients")
            torch.set_grad_enabled(gradients)
        if torch.get_default_dtype() != fraction:
            changed.append("dtype")
            torch.set_default_dtype(fraction)


def same(before: Value, now: object) -> bool:
    """Whether what the learner's code got is still what it was; handles and resources are."""
    if isinstance(before, Handle | Resource):
        return True
    if type(before) is not type(now):
        return False
    if wire.is_tensor(before):
        return _same_tensor(before, now)
    if isinstance(before, list | tuple) and isinstance(now, list | tuple):
        return len(before) == len(now) and all(same(a, b) for a, b in zip(before, now, strict=True))
    if isinstance(before, dict) and isinstance(now, dict):
        return list(before) == list(now) and all(same(before[key], now[key]) for key in before)
    return bool(before == now) or bool(before != before)


def _same_tensor(before: Any, now: Any) -> bool:
    if before.shape != now.shape or before.dtype != now.dtype:
        return False
    if sys.modules["torch"].equal(before, now):
        return True
    return bool(((before == now) | ((before != before) & (now != now))).all())


def as_leaf(value: Any) -> Any:
    """A tensor with fractions as one that a gradient can come back to."""
    if wire.is_tensor(value) and value.is_floating_point():
        return value.detach().requires_grad_()
    return value


def is_leaf(value: Any) -> bool:
    """Whether a gradient can come back to `value`."""
    return wire.is_tensor(value) and bool(value.requires_grad)


def differentiated(
    call: Callable[[], Any], leaves: Mapping[str, Any]
) -> dict[str, tuple[float, float]]:
    """The length of the gradient that comes back to each leaf, and of its shadow on some direction.

    What is differentiated is the sum of all results of the call, each number with a weight. Weights
    and directions are random, and the same every time.
    """
    torch = sys.modules["torch"]
    some = torch.Generator()

    def weights(like: Any) -> Any:
        return torch.rand(like.shape, generator=some.manual_seed(like.numel())).to(like)

    with torch.enable_grad():
        parts = [part for part in tensors(call()) if part.requires_grad]
        asked = {name: leaf for name, leaf in leaves.items() if leaf.requires_grad}
        total = sum((part * weights(part)).sum() for part in parts)
        found = torch.autograd.grad(total, [*asked.values()], allow_unused=True) if parts else ()
    grads = {name: grad for name, grad in zip(asked, found, strict=False) if grad is not None}
    return {
        name: (float(grads[name].norm()), float((grads[name] * (weights(leaf) - 0.5)).sum()))
        if name in grads
        else (0.0, 0.0)
        for name, leaf in leaves.items()
    }


@contextmanager
def emptied(result: object) -> Iterator[bool]:
    """Empty a list, dict or set for a while; whether it is just one, and had something in it."""
    if type(result) not in (list, dict, set) or not result:
        yield False
        return
    held: Any = result
    kept = held.copy()
    held.clear()
    try:
        yield True
    finally:
        held.extend(kept) if type(held) is list else held.update(kept)


def tensors(value: Any) -> Iterator[Any]:
    """All tensors in lists, tuples and dicts."""
    if wire.is_tensor(value):
        yield value
    elif isinstance(value, list | tuple):
        for item in value:
            yield from tensors(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from tensors(item)
