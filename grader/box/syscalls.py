"""Linux system calls that Python does not have, and the filter that keeps a box from making others.

Everything goes through ctypes, so nothing has to be compiled or installed.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import socket
import struct

CLONE_NEWNS, CLONE_NEWCGROUP, CLONE_NEWUTS, CLONE_NEWIPC = 0x00020000, 0x02000000, 0x04000000, 0x08000000
CLONE_NEWUSER, CLONE_NEWPID, CLONE_NEWNET = 0x10000000, 0x20000000, 0x40000000
NEW_ANY = (
    CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET
)
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_REMOUNT, MS_BIND = 1, 2, 4, 8, 32, 4096
MS_REC, MS_PRIVATE = 16384, 1 << 18
MNT_DETACH = 2
AT_FDCWD, AT_RECURSIVE = -100, 0x8000
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS = 1, 4, 24, 38
PR_SET_KEEPCAPS, PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, PR_CAP_AMBIENT_CLEAR_ALL = 8, 47, 2, 4
LAST_CAPABILITY, CAP_READ_SEARCH, CAP_SETPCAP = 63, 2, 8
CAPABILITY_VERSION = 0x20080522
TIOCSTI, TIOCLINUX = 0x5412, 0x541C
SO_SNDBUF, SO_RCVBUF, SO_SNDBUFFORCE, SO_RCVBUFFORCE = 7, 8, 32, 33
F_SETPIPE_SZ = 1031


class Refused(Exception):
    """The machine does not let this be done; the message says which step and why."""


def checked(step: str, result: int) -> int:
    """The result of a C function; raises `Refused` with the step and the reason where it is an error."""
    if result < 0:
        raise Refused(f"{step}: {os.strerror(ctypes.get_errno())}")
    return result


def libc() -> ctypes.CDLL:
    """The C library, which keeps errno."""
    return ctypes.CDLL(None, use_errno=True)


def call(step: str, name: str, *arguments: object) -> int:
    """A system call by its name."""
    return checked(step, int(libc().syscall(number(name), *arguments)))


def prctl(step: str, option: int, *arguments: int) -> None:
    """prctl(2) on this process."""
    padded = [*arguments, 0, 0, 0, 0][:4]
    checked(step, libc().prctl(option, *map(ctypes.c_ulong, padded)))


def unshare(step: str, flags: int) -> None:
    """unshare(2)."""
    checked(step, libc().unshare(flags))


def enter_pid_namespace(descriptor: int) -> None:
    """setns(2): children made from now on belong to that pid namespace."""
    checked("leaving a pid namespace", libc().setns(descriptor, CLONE_NEWPID))


def mount(source: str, target: str, kind: str, flags: int, data: str = "") -> None:
    """mount(2)."""
    result = libc().mount(
        source.encode(), target.encode(), kind.encode(), ctypes.c_ulong(flags), data.encode()
    )
    checked(f"mounting {target}", result)


def unmount(path: str) -> None:
    """Takes a mount away, also while it is in use."""
    checked(f"unmounting {path}", libc().umount2(path.encode(), MNT_DETACH))


def make_read_only(path: str) -> None:
    """A mount and all mounts below it: read-only, without devices and setuid programs."""
    attributes = struct.pack("QQQQ", MS_RDONLY | MS_NOSUID | MS_NODEV, 0, 0, 0)
    step = f"making {path} read-only"
    call(step, "mount_setattr", AT_FDCWD, path.encode(), AT_RECURSIVE, attributes, len(attributes))


def permitted_capabilities() -> int:
    """The capabilities that this process may have."""
    data = ctypes.create_string_buffer(24)
    call("reading capabilities", "capget", struct.pack("Ii", CAPABILITY_VERSION, 0), data)
    _, low, _, _, high, _ = struct.unpack("6I", data.raw)
    return int(low | high << 32)


def set_capabilities(held: int, inheritable: int) -> None:
    """The capabilities that this process has and may have, and those that it hands on."""
    low, high, handed = held & 0xFFFFFFFF, held >> 32, inheritable & 0xFFFFFFFF
    data = struct.pack("6I", low, low, handed, high, high, inheritable >> 32)
    call("setting capabilities", "capset", struct.pack("Ii", CAPABILITY_VERSION, 0), data)


# Numbers


X86_64 = {
    "socket": 41, "socketpair": 53, "connect": 42, "clone": 56, "clone3": 435, "ioctl": 16, "pivot_root": 155,
    "capget": 125, "capset": 126, "mount_setattr": 442, "landlock_create_ruleset": 444, "landlock_add_rule": 445,
    "landlock_restrict_self": 446, "ptrace": 101, "process_vm_readv": 310, "process_vm_writev": 311, "kcmp": 312,
    "unshare": 272, "setns": 308, "mount": 165, "umount2": 166, "chroot": 161, "open_tree": 428, "move_mount": 429,
    "fsopen": 430, "fsconfig": 431, "fsmount": 432, "fspick": 433, "bpf": 321, "userfaultfd": 323,
    "perf_event_open": 298, "io_uring_setup": 425, "io_uring_enter": 426, "io_uring_register": 427, "add_key": 248,
    "request_key": 249, "keyctl": 250, "kexec_load": 246, "kexec_file_load": 320, "init_module": 175,
    "finit_module": 313, "delete_module": 176, "reboot": 169, "swapon": 167, "swapoff": 168, "quotactl": 179,
    "quotactl_fd": 443, "syslog": 103, "acct": 163, "settimeofday": 164, "clock_settime": 227, "adjtimex": 159,
    "clock_adjtime": 305, "iopl": 172, "ioperm": 173, "modify_ldt": 154, "name_to_handle_at": 303,
    "open_by_handle_at": 304, "fanotify_init": 300, "personality": 135, "pidfd_getfd": 438, "memfd_create": 319,
    "memfd_secret": 447, "shmget": 29, "msgget": 68, "semget": 64, "mq_open": 240, "sethostname": 170,
    "setdomainname": 171, "vhangup": 153, "lookup_dcookie": 212, "uselib": 134, "ustat": 136, "sysfs": 139,
    "nfsservctl": 180, "move_pages": 279, "migrate_pages": 256, "process_madvise": 440, "statmount": 457,
    "listmount": 458, "open_tree_attr": 467, "seccomp": 317, "setsockopt": 54, "fcntl": 72,
}  # fmt: skip
AARCH64 = X86_64 | {
    "socket": 198, "socketpair": 199, "connect": 203, "clone": 220, "ioctl": 29, "pivot_root": 41, "capset": 91,
    "capget": 90, "ptrace": 117, "process_vm_readv": 270, "process_vm_writev": 271, "kcmp": 272, "unshare": 97,
    "setns": 268, "mount": 40, "umount2": 39, "chroot": 51, "bpf": 280, "userfaultfd": 282, "perf_event_open": 241,
    "add_key": 217, "request_key": 218, "keyctl": 219, "kexec_load": 104, "kexec_file_load": 294, "init_module": 105,
    "finit_module": 273, "delete_module": 106, "reboot": 142, "swapon": 224, "swapoff": 225, "quotactl": 60,
    "syslog": 116, "acct": 89, "settimeofday": 170, "clock_settime": 112, "adjtimex": 171, "clock_adjtime": 266,
    "name_to_handle_at": 264, "open_by_handle_at": 265, "fanotify_init": 262, "personality": 92,
    "memfd_create": 279, "shmget": 194, "msgget": 186, "semget": 190, "mq_open": 180, "sethostname": 161,
    "setdomainname": 162, "vhangup": 58, "lookup_dcookie": 18, "nfsservctl": 42, "move_pages": 239,
    "migrate_pages": 238, "seccomp": 277, "setsockopt": 208, "fcntl": 25,
}  # fmt: skip
ONLY_X86 = {"iopl", "ioperm", "modify_ldt", "uselib", "ustat", "sysfs"}
CONDITIONAL = {
    "socket",
    "setsockopt",
    "fcntl",
    "socketpair",
    "connect",
    "clone",
    "clone3",
    "ioctl",
    "capget",
    "capset",
    "seccomp",
}
CONDITIONAL |= {"landlock_create_ruleset", "landlock_add_rule", "landlock_restrict_self"}
MACHINES: dict[str, tuple[int, dict[str, int]]] = {
    "x86_64": (0xC000003E, X86_64),
    "aarch64": (0xC00000B7, {name: number for name, number in AARCH64.items() if name not in ONLY_X86}),
}


def machine() -> tuple[int, dict[str, int]]:
    """The number that stands for this architecture, and its system calls."""
    try:
        return MACHINES[platform.machine()]
    except KeyError:
        raise Refused(f"no system call numbers are known for {platform.machine()}") from None


def number(name: str) -> int:
    """The number of a system call on this machine."""
    return machine()[1][name]


# The filter


ALLOW, KILL, ERROR = 0x7FFF0000, 0x80000000, 0x00050000
LOAD, EQUAL, AT_LEAST, ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
# Offsets in struct seccomp_data; the low halves of the arguments on a little-endian machine.
CALL, ARCHITECTURE, FIRST, SECOND, THIRD = 0, 4, 16, 24, 32


def call_filter(*, connect: bool) -> bytes:
    """The program for the kernel: local sockets only, with buffers of the usual size; no new namespaces, none of the
    calls that nobody needs here.

    What is refused returns an error rather than killing, because honest libraries try and then do without.
    """
    architecture, numbers = machine()
    program = [
        (LOAD, 0, 0, ARCHITECTURE),
        (EQUAL, 1, 0, architecture),
        (RETURN, 0, 0, KILL),
        (LOAD, 0, 0, CALL),
    ]
    # Numbers with this bit belong to a second table (x32) that no rule below speaks of.
    program += [(AT_LEAST, 0, 1, 0x40000000), (RETURN, 0, 0, ERROR | errno.ENOSYS)]
    for name, number in numbers.items():
        if name not in CONDITIONAL or (name == "connect" and not connect):
            program += [(EQUAL, 0, 1, number), (RETURN, 0, 0, ERROR | errno.EPERM)]
    program += [(EQUAL, 0, 1, numbers["clone3"]), (RETURN, 0, 0, ERROR | errno.ENOSYS)]
    for name in ("socket", "socketpair"):
        program += _when(
            numbers[name], [(LOAD, 0, 0, FIRST), (EQUAL, 1, 0, socket.AF_UNIX)], errno.EAFNOSUPPORT
        )
    program += _when(numbers["clone"], [(LOAD, 0, 0, FIRST), (ANY_BIT, 0, 1, NEW_ANY)], errno.EPERM)
    for request in (TIOCSTI, TIOCLINUX):
        program += _when(numbers["ioctl"], [(LOAD, 0, 0, SECOND), (EQUAL, 0, 1, request)], errno.EPERM)
    # Larger buffers would hold memory of the kernel's that no limit of a process counts.
    program += _when(numbers["fcntl"], [(LOAD, 0, 0, SECOND), (EQUAL, 0, 1, F_SETPIPE_SZ)], errno.EPERM)
    for option in (SO_SNDBUF, SO_RCVBUF, SO_SNDBUFFORCE, SO_RCVBUFFORCE):
        of_buffers = [
            (LOAD, 0, 0, SECOND),
            (EQUAL, 0, 3, socket.SOL_SOCKET),
            (LOAD, 0, 0, THIRD),
            (EQUAL, 0, 1, option),
        ]
        program += _when(numbers["setsockopt"], of_buffers, errno.EPERM)
    program.append((RETURN, 0, 0, ALLOW))
    return b"".join(struct.pack("HBBI", *instruction) for instruction in program)


def _when(
    number: int, test: list[tuple[int, int, int, int]], refusal: int
) -> list[tuple[int, int, int, int]]:
    """For this call only: an error unless the test jumps over it; afterwards the call's number is loaded again."""
    body = [*test, (RETURN, 0, 0, ERROR | refusal), (LOAD, 0, 0, CALL)]
    return [(EQUAL, 0, len(body), number), *body]


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("code", ctypes.c_char_p)]


def filter_calls(*, connect: bool) -> None:
    """Installs the filter for all threads of this process and all that come from it."""
    code = call_filter(connect=connect)
    program = _Program(len(code) // 8, code)
    # SECCOMP_SET_MODE_FILTER with SECCOMP_FILTER_FLAG_TSYNC: for all threads.
    call("filtering system calls", "seccomp", 1, 1, ctypes.byref(program))
