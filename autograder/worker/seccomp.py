"""A filter of system calls: what no notebook needs is refused with "not permitted"."""

from __future__ import annotations

import ctypes
import platform
import struct

from autograder.worker.kernel import PR_SET_SECCOMP, prctl

FILTER_MODE = 2
ALLOW, REFUSE = 0x7FFF0000, 0x00050000 | 1
"""Let the call through; answer EPERM."""
LOAD, JUMP_EQUAL, JUMP_AT_LEAST, RETURN = 0x20, 0x15, 0x35, 0x06
X32 = 0x40000000
"""Bit of the second way to name calls on x86_64, which nothing here needs."""
AUDIT = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
AF_UNIX = 1
REFUSED = {
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "unshare": (272, 97),
    "setns": (308, 268),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "kexec_load": (246, 104),
    "io_uring_setup": (425, 425),
    "pidfd_getfd": (438, 438),
    "shmget": (29, 194),
    "msgget": (68, 186),
    "semget": (64, 190),
}
"""Name → number on x86_64 and on aarch64."""
SOCKET = {"x86_64": 41, "aarch64": 198}
MACHINE = platform.machine()


def available() -> bool:
    """Whether the numbers of this processor are known."""
    return MACHINE in AUDIT


def restrict() -> bool:
    """Install the filter for this process and all it starts; False where that is impossible.

    Sockets other than those between processes of one machine are refused too.
    """
    if not available():
        return False
    code = _program()
    buffer = ctypes.create_string_buffer(code, len(code))
    program = struct.pack("<HxxxxxxQ", len(code) // 8, ctypes.addressof(buffer))
    return prctl(PR_SET_SECCOMP, FILTER_MODE, ctypes.c_char_p(program))


def _program() -> bytes:
    """The filter in the kernel's classic BPF."""
    column = 0 if MACHINE == "x86_64" else 1
    numbers = sorted(pair[column] for pair in REFUSED.values())
    lines = [
        _line(LOAD, 4),  # the architecture
        _line(JUMP_EQUAL, AUDIT[MACHINE], 1, 0),
        _line(RETURN, REFUSE),
        _line(LOAD, 0),  # the number of the call
        _line(JUMP_AT_LEAST, X32, 0, 1),
        _line(RETURN, REFUSE),
    ]
    for number in numbers:
        lines += [_line(JUMP_EQUAL, number, 0, 1), _line(RETURN, REFUSE)]
    lines += [
        _line(JUMP_EQUAL, SOCKET[MACHINE], 0, 3),
        _line(LOAD, 16),  # the first argument: the family of the socket
        _line(JUMP_EQUAL, AF_UNIX, 1, 0),
        _line(RETURN, REFUSE),
        _line(RETURN, ALLOW),
    ]
    return b"".join(lines)


def _line(code: int, value: int, yes: int = 0, no: int = 0) -> bytes:
    return struct.pack("<HBBI", code, yes, no, value)
