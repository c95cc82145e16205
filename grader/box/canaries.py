"""Tries to break out of a box, so that a tier is chosen by what it stops and not by what is installed.

Runs inside a freshly sealed box that never sees a submission. Every attempt is one that hostile code makes; each
returns an empty text if it was stopped and a sentence if it was not.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import hashlib
import os
import socket
import struct
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

AF_VSOCK = 40
PR_GET_NO_NEW_PRIVS = 39
FAST_OPEN = 0x20000000
MULTIPATH = 262
MOST_FORKS = 200


def breaches(bait: Mapping[str, Any]) -> list[str]:
    """What this process can do and should not be able to; empty if the box holds.

    `bait` names things of the grader that lie ready to be found: `file` and `socket` (paths), `folder`, `port`
    and `abstract` (listeners), `pid`, `processes` (a limit), `environment` (digests of its entries, with a `salt`),
    `code` (our folder), `tolerated` (capabilities that this tier needs).
    """
    attempts: tuple[Callable[[Mapping[str, Any]], str], ...] = (
        reads_a_file,
        writes_outside,
        reads_an_environment,
        learns_where_the_grader_lies,
        reaches_a_process,
        reaches_the_network,
        reaches_a_socket,
        opens_forbidden_sockets,
        keeps_privileges,
        makes_namespaces,
        forks_without_end,
        cannot_work,
    )
    found = [attempt(bait) for attempt in attempts]
    return [sentence for sentence in found if sentence]


def reads_a_file(bait: Mapping[str, Any]) -> str:
    """The grader's own file."""
    try:
        Path(bait["file"]).read_text()
    except OSError:
        return ""
    return "a file of the grader could be read"


def writes_outside(bait: Mapping[str, Any]) -> str:
    """Folders beyond the box's own."""
    for folder in ("/", "/usr", "/etc", "/dev", "/var", "/run", "/home", bait["folder"], *sys.path):
        path = Path(folder, f"canary-{os.getpid()}")
        with contextlib.suppress(OSError):
            path.write_text("out")
            path.unlink()
            return f"{folder} could be written to"
    return ""


def reads_an_environment(bait: Mapping[str, Any]) -> str:
    """The grader's environment, in that of any process in sight; the bait names its entries by their digests."""
    known = set(bait["environment"])
    with contextlib.suppress(OSError):
        for process in Path("/proc").iterdir():
            with contextlib.suppress(OSError):
                for entry in (process / "environ").read_bytes().split(b"\0"):
                    if hashlib.sha256(bait["salt"].encode() + entry).hexdigest() in known:
                        return f"the grader's environment could be read in {process}"
    return ""


def learns_where_the_grader_lies(bait: Mapping[str, Any]) -> str:
    """The folder of the grader's code, in what any process in sight was started with and holds open."""
    code = os.fsencode(bait["code"])
    with contextlib.suppress(OSError):
        for process in Path("/proc").iterdir():
            for name in ("cmdline", "environ", "maps", "mountinfo"):
                with contextlib.suppress(OSError):
                    if code in (process / name).read_bytes():
                        return f"{process / name} tells where the grader lies"
            with contextlib.suppress(OSError):
                for link in (process / "exe", process / "cwd", *(process / "fd").iterdir()):
                    if os.fsencode(os.readlink(link)).startswith(code):  # noqa: PTH115 - as it is told
                        return f"{link} tells where the grader lies"
    return ""


def reaches_a_process(bait: Mapping[str, Any]) -> str:
    """The grader's process: a signal, and its memory."""
    pid = bait["pid"]
    if os.getpid() != pid:
        with contextlib.suppress(OSError):
            os.kill(pid, 0)
            if not _is_own(pid):
                return "the grader's process could be signalled"
        with contextlib.suppress(OSError), open(f"/proc/{pid}/mem", "rb"):  # noqa: PTH123
            if not _is_own(pid):
                return "the grader's memory could be opened"
    with contextlib.suppress(OSError):
        os.kill(os.getppid() or -(2**30), 0)
        return "the parent of boxes could be signalled"
    return ""


def _is_own(pid: int) -> bool:
    """In a pid namespace the grader's number may belong to a process of the box itself."""
    with contextlib.suppress(OSError):
        return os.stat(f"/proc/{pid}").st_uid == os.getuid() and os.getpid() == 1  # noqa: PTH116
    return False


def reaches_the_network(bait: Mapping[str, Any]) -> str:
    """The grader's listener on this machine, by each of the ways that leak where only some calls are guarded."""
    address = ("127.0.0.1", bait["port"])
    with contextlib.suppress(OSError), socket.socket() as plain:
        plain.settimeout(1)
        plain.connect(address)
        return "a TCP connection to this machine could be made"
    with contextlib.suppress(OSError), socket.socket() as fast:
        fast.settimeout(1)
        fast.sendto(b"x", FAST_OPEN, address)
        return "a TCP connection could be made with fast open"
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_STREAM, MULTIPATH) as many:
        many.settimeout(1)
        many.connect(address)
        return "a multipath TCP connection could be made"
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagram:
        datagram.sendto(b"x", address)
        return "a UDP datagram could be sent"
    return ""


def reaches_a_socket(bait: Mapping[str, Any]) -> str:
    """Local sockets of the grader, named in the file system and without a file."""
    for name, says in ((bait["socket"], "in the file system"), ("\0" + bait["abstract"], "without a file")):
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as local:
            local.connect(name)
            return f"a local socket {says} could be connected to"
    return ""


def opens_forbidden_sockets(bait: Mapping[str, Any]) -> str:
    """Kinds of sockets that a network namespace does not confine, or that nobody needs."""
    del bait
    for name, family, kind in (
        ("vsock", AF_VSOCK, socket.SOCK_STREAM),
        ("netlink", socket.AF_NETLINK, socket.SOCK_RAW),
        ("packet", socket.AF_PACKET, socket.SOCK_RAW),
        ("IPv6", socket.AF_INET6, socket.SOCK_STREAM),
    ):
        with contextlib.suppress(OSError), socket.socket(family, kind):
            return f"a {name} socket could be opened"
    return ""


def keeps_privileges(bait: Mapping[str, Any]) -> str:
    """Root, capabilities, or the way back to them."""
    if os.getuid() == 0 or os.geteuid() == 0:
        return "the box runs as root"
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1:
        return "the box may gain privileges"
    header, data = struct.pack("Ii", 0x20080522, 0), ctypes.create_string_buffer(24)
    libc.capget(header, data)
    effective, permitted, _, effective_high, permitted_high, _ = struct.unpack("6I", data.raw)
    held = effective | permitted | (effective_high | permitted_high) << 32
    if held & ~bait["tolerated"]:
        return f"the box has capabilities ({held:#x})"
    return ""


def makes_namespaces(bait: Mapping[str, Any]) -> str:
    """A user namespace of its own, in which a box would be root again; and mounting."""
    del bait
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(0x10000000) == 0:
        return "a user namespace could be made"
    if libc.mount(b"tmpfs", b"/box", b"tmpfs", 0, None) == 0:
        return "a file system could be mounted"
    return ""


def forks_without_end(bait: Mapping[str, Any]) -> str:
    """More processes than the limit."""
    started, reading = [], os.pipe()
    try:
        for _ in range(MOST_FORKS):
            pid = os.fork()
            if pid == 0:
                os.close(reading[1])
                os.read(reading[0], 1)
                os._exit(0)
            started.append(pid)
    except OSError as error:
        return "" if error.errno == errno.EAGAIN else f"forking failed with {error}"
    finally:
        os.close(reading[1])
        for pid in started:
            os.waitpid(pid, 0)
    return f"{MOST_FORKS} processes could be started where {bait['processes']} are allowed"


def cannot_work(bait: Mapping[str, Any]) -> str:
    """The other side: what every notebook needs must work."""
    del bait
    try:
        Path("canary").write_text("in")
        Path("canary").unlink()
        Path(os.__file__).read_bytes()
        one, other = socket.socketpair()
        one.close()
        other.close()
        Path(os.devnull).write_text("x")
    except OSError as error:
        return f"a box cannot work: {error}"
    return ""
