"""The values that may pass between a judge and a learner's code, and how they are written down.

A value is plain: None, bool, int, float, str, bytes, list, tuple, set, dict, a torch tensor, a
`Handle` to an object that stays with the learner's code, or a `Resource` that the lesson loaded.
Everything else becomes `Opaque`, which carries only the name of its type. On the wire a value is a
JSON header and raw buffers; pickle is never used. This package imports nothing of the project.
"""

from autograder.wire.frames import MAX_BYTES, MAX_ITEMS, WireError, decode, encode
from autograder.wire.values import is_tensor, plain, type_name
from autograder.wire.words import (
    MAX_DEPTH,
    OVERWRITTEN,
    OWNER,
    PROGRAM,
    SHARED,
    TENSOR_TYPES,
    Failure,
    Handle,
    Opaque,
    Resource,
    Student,
    StudentError,
    Value,
)

__all__ = [
    "MAX_BYTES",
    "MAX_DEPTH",
    "MAX_ITEMS",
    "OVERWRITTEN",
    "OWNER",
    "PROGRAM",
    "SHARED",
    "TENSOR_TYPES",
    "Failure",
    "Handle",
    "Opaque",
    "Resource",
    "Student",
    "StudentError",
    "Value",
    "WireError",
    "decode",
    "encode",
    "is_tensor",
    "plain",
    "type_name",
]
