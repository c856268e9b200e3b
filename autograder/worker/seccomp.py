"""A filter of system calls: what no notebook needs is refused with "not permitted"."""

from __future__ import annotations

import ctypes
import platform
import struct

from autograder.worker.kernel import PR_SET_SECCOMP, prctl

FILTER_MODE = 2
ALLOW, REFUSE = 0x7FFF0000, 0x00050000 | 1
"""Let the call through; answer EPERM."""
LOAD, AND, JUMP_EQUAL, JUMP_AT_LEAST, RETURN = 0x20, 0x54, 0x15, 0x35, 0x06
NUMBER, ARCHITECTURE, FIRST, SECOND = 0, 4, 16, 24
"""Where the filter finds the call's number, the processor, the low halves of two arguments."""
X32 = 0x40000000
"""Bit of the second way to name calls on x86_64, which nothing here needs."""
AUDIT = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
AF_UNIX, SOCK_DGRAM, SOCK_TYPE = 1, 2, 0xF
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
    "memfd_create": (319, 279),  # memory that no limit counts
    "memfd_secret": (447, 447),
    "shmget": (29, 194),
    "msgget": (68, 186),
    "semget": (64, 190),
}
"""Name → number on x86_64 and on aarch64."""
SOCKET, CONNECT, SOCKETPAIR = (41, 198), (42, 203), (53, 199)
MACHINE = platform.machine()


def available() -> bool:
    """Whether the numbers of this processor are known."""
    return MACHINE in AUDIT


def restrict(walled: bool) -> bool:
    """Install the filter for this process and all it starts; False where that is impossible.

    Of sockets only those between processes of one machine are left, and those only `walled`, in a
    file system of their own: else they would lead to the machine's other programs.
    """
    if not available():
        return False
    code = _program(walled)
    buffer = ctypes.create_string_buffer(code, len(code))
    program = struct.pack("<HxxxxxxQ", len(code) // 8, ctypes.addressof(buffer))
    return prctl(PR_SET_SECCOMP, FILTER_MODE, ctypes.c_char_p(program))


def _program(walled: bool) -> bytes:
    """The filter in the kernel's classic BPF."""
    lines = [
        _line(LOAD, ARCHITECTURE),
        _line(JUMP_EQUAL, AUDIT[MACHINE], 1, 0),
        _line(RETURN, REFUSE),
        _line(LOAD, NUMBER),
        _line(JUMP_AT_LEAST, X32, 0, 1),
        _line(RETURN, REFUSE),
    ]
    for pair in REFUSED.values():
        lines += _refuse(pair)
    lines += _local_sockets() if walled else _no_sockets()
    return b"".join([*lines, _line(RETURN, ALLOW)])


def _refuse(pair: tuple[int, int]) -> list[bytes]:
    return [_line(JUMP_EQUAL, _number(pair), 0, 1), _line(RETURN, REFUSE)]


def _local_sockets() -> list[bytes]:
    return [
        _line(JUMP_EQUAL, _number(SOCKET), 0, 3),
        _line(LOAD, FIRST),  # the family
        _line(JUMP_EQUAL, AF_UNIX, 1, 0),
        _line(RETURN, REFUSE),
    ]


def _no_sockets() -> list[bytes]:
    """None but pairs of connected ones; a pair for datagrams could still be sent elsewhere."""
    return [
        *_refuse(SOCKET),
        *_refuse(CONNECT),
        _line(JUMP_EQUAL, _number(SOCKETPAIR), 0, 4),
        _line(LOAD, SECOND),
        _line(AND, SOCK_TYPE),
        _line(JUMP_EQUAL, SOCK_DGRAM, 0, 1),
        _line(RETURN, REFUSE),
    ]


def _number(pair: tuple[int, int]) -> int:
    return pair[0 if MACHINE == "x86_64" else 1]


def _line(code: int, value: int, yes: int = 0, no: int = 0) -> bytes:
    return struct.pack("<HBBI", code, yes, no, value)
