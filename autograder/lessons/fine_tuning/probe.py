"""`fit_probe(features, labels, classes, decay)`: a linear classifier on frozen features.

Oracle: scikit-learn's `LogisticRegression`, which minimises the same sum. With a penalty the
minimum is unique, so what comes out can be compared: as log-probabilities, because adding one
number to every bias changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import torch
from sklearn.linear_model import LogisticRegression
from torch import Tensor

from autograder.exercise import Case, Draw
from autograder.lessons.sheet import exercise
from autograder.wire import Student, Value

CLOSE = 0.02
"""Share of the largest log-probability by which a fit may miss the minimum."""
IMPROBABLE = 0.05
"""Probability that a class without an example may have."""
CLOSE_ABSENT = 0.1
"""The same where a class has no example: its bias falls slowly, and the others wait for it."""
Sizes = tuple[int, int, int, float]
"""Number of examples, features, classes; decay."""


def _examples(draw: Draw, count: int, size: int, classes: int) -> tuple[Tensor, Tensor]:
    """Features around one centre for each class; the first class has half of the examples."""
    generator = draw.torch()
    labels = torch.cat([torch.arange(classes), torch.zeros(count // 2, dtype=torch.long)])
    rest = torch.randint(classes, (count - len(labels),), generator=generator)
    labels = torch.cat([labels, rest])
    centres = 1.5 * torch.randn(classes, size, generator=generator)  # 1 is the spread in a class
    return centres[labels] + torch.randn(count, size, generator=generator), labels


def log_probabilities(
    student: Student, features: Tensor, labels: Tensor, classes: int, decay: float
) -> Value:
    """What the fitted probe says of its training examples; or what came instead.

    returns: log-probabilities among the classes that have an example. The bias of others falls for
        ever, and how far it came is not judged: a sentence where they are not even improbable
    """
    got = student.call("fit_probe", features, labels, classes, decay)
    if not (isinstance(got, tuple | list) and len(got) == 2):
        return [got]
    if not all(isinstance(part, Tensor) for part in got):
        return [got]
    weight, bias = got
    shapes = [tuple(part.shape) for part in got]
    if shapes != [(classes, features.shape[1]), (classes,)]:
        return shapes
    scores = torch.log_softmax(features @ weight.T.float() + bias.float(), dim=-1)
    present = scores[:, labels.unique()]
    if bool((present.exp().sum(dim=-1) < 1 - IMPROBABLE).any()):
        return "A class without an example is not improbable. At the lowest point its chance is 0."
    return present.log_softmax(dim=-1)


def _told(got: Value, expected: Value, shapes: list[tuple[int, ...]], close: float) -> str | None:
    """How the probe's log-probabilities, or the shapes of its parts, differ from the expected."""
    if isinstance(got, str):
        return got
    if isinstance(got, list | tuple) and len(got) == 2 and all(isinstance(s, tuple) for s in got):
        (weight, bias), (wide, long) = got, shapes
        return f"The shapes of weight and bias are {weight} and {bias}; expected {wide} and {long}."
    if not isinstance(got, Tensor):
        return "It must return two tensors: the weight and the bias."
    wrong = ~((got - expected).abs() <= close * expected.abs().max())  # so that NaN is wrong
    if not bool(wrong.any()):
        return None
    at = tuple(wrong.nonzero()[0].tolist())
    return (
        "Compared are the log-probabilities that weight and bias give the examples, "
        f"log_softmax(features @ weight.T + bias): at {list(at)} they are {float(got[at]):.6g}, "
        f"and {float(expected[at]):.6g} at the lowest point."
    )


def _case(draw: Draw, sizes: Sizes, shift: float = 0.0, absent: int = 0) -> Case:
    """One fit; `absent` classes after the first have no example."""
    count, size, classes, decay = sizes
    features, labels = _examples(draw, count, size, classes)
    features = features + shift
    rows = 2 if classes == 2 else 1  # one row of scikit-learn's stands for two of ours
    model = LogisticRegression(C=rows / (decay * count), max_iter=10_000, tol=1e-8)
    model.fit(features.double().numpy(), labels.numpy())
    expected = torch.from_numpy(model.predict_log_proba(features.double().numpy())).float()
    labels, classes = labels + absent * (labels > 0), classes + absent
    which = f"labels from {labels.unique().tolist()}" if absent else "labels"
    shown = f"fit_probe(features {tuple(features.shape)}, {which}, {classes}, {decay:g})"
    args = (features, labels, classes, decay)
    close = CLOSE_ABSENT if absent else CLOSE
    told = partial(_told, shapes=[(classes, size), (classes,)], close=close)
    return Case(args, expected, log_probabilities, shown, tolerance=close, accepts=told)


def _cases(draw: Draw, visible: Sequence[Sizes], hidden: Sequence[Sizes]) -> list[Case]:
    """The last of several has features that do not lie around 0."""
    sizes = draw.size(visible, hidden)
    shifts = (*(0.0 for _ in sizes[1:]), 0.5 if len(sizes) > 1 else 0.0)
    return [_case(draw, each, shift) for each, shift in zip(sizes, shifts, strict=True)]


def _fit(draw: Draw) -> list[Case]:
    """Also where a class has no example: its place stays, and it is improbable."""
    cases = _cases(
        draw,
        visible=((40, 4, 3, 0.1), (30, 3, 2, 0.1), (24, 1, 3, 0.2), (36, 3, 3, 0.1)),
        hidden=((60, 6, 4, 0.15), (40, 4, 2, 0.2), (30, 1, 2, 0.1), (44, 4, 4, 0.2)),
    )
    return [*cases, _case(draw, draw.size((40, 3, 2, 0.1), (50, 4, 3, 0.15)), absent=1)]


_strong = partial(_cases, visible=((36, 5, 4, 1.0),), hidden=((50, 3, 5, 2.0),))
_weak = partial(_cases, visible=((48, 4, 3, 0.02),), hidden=((64, 5, 3, 0.03),))
FIT_PROBE = exercise(__file__, "fit_probe", _fit, _strong, _weak)
