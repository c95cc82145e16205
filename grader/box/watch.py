"""What the processes of a box use, measured from outside, and how all of them are ended.

Runs in the warm parent, which no student's code ever shares. Linux tells through `/proc`; elsewhere nothing is
measured and only the in-box limits and the deadlines hold.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

KILL_SECONDS = 5.0
HUGE_PAGE = 2**21
PIECE = 4 * HUGE_PAGE
MADV_COLLAPSE = 25
PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
SOCKET_BYTES = 2**18
PIPE_BYTES = 2**16
LEAST_SHARE = "19"


def adopt_orphans() -> None:
    """Makes this process the parent of descendants whose own parent has ended, so that none gets away."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def end_with(parent: int) -> None:
    """Has this process killed as soon as its parent, which must be single threaded, has ended."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    # In a pid namespace of its own a process sees no parent.
    if os.getppid() not in {parent, 0}:
        os._exit(75)


def join_pages() -> Iterator[None]:
    """Asks the kernel, piece by piece, to keep this process's memory in pages of 2 MiB: forks then take a third.

    A child that writes still copies only 4 KiB. Where the kernel cannot (before Linux 6.1) forks are just slower.
    """
    if sys.platform != "linux":
        return
    advise = ctypes.CDLL(None).madvise
    with open("/proc/self/maps") as maps:  # noqa: PTH123 - read at once, before the list changes it
        regions = [line.split() for line in maps.read().splitlines()]
    for addresses, rights, _, _, _, *name in regions:
        if rights == "rw-p" and (not name or name == ["[heap]"]):
            first, last = (int(address, 16) for address in addresses.split("-"))
            first, last = -(-first // HUGE_PAGE) * HUGE_PAGE, last // HUGE_PAGE * HUGE_PAGE
            for start in range(first, last, PIECE):
                size = min(PIECE, last - start)
                advise(ctypes.c_void_p(start), ctypes.c_size_t(size), MADV_COLLAPSE)
                yield


def children(pid: int) -> list[int]:
    """The direct children of a process; none if it is gone."""
    found: list[int] = []
    with contextlib.suppress(OSError):
        for task in os.listdir(f"/proc/{pid}/task"):  # noqa: PTH208 - called 20 times a second
            with contextlib.suppress(OSError), open(f"/proc/{pid}/task/{task}/children") as listing:  # noqa: PTH123
                found += map(int, listing.read().split())
    return found


def family(pid: int) -> list[int]:
    """A process and all its descendants."""
    members = [pid]
    for member in members:
        members += [child for child in children(member) if child not in members]
    return members


def threads(pids: list[int]) -> int:
    """How many threads these processes have together, as a limit on processes counts them."""
    count = 0
    for pid in pids:
        with contextlib.suppress(OSError):
            count += len(os.listdir(f"/proc/{pid}/task"))  # noqa: PTH208 - called 20 times a second
    return count


def data_bytes() -> int:
    """The private writable memory of this process, as its limit counts it; 0 where that cannot be read."""
    try:
        return _entry("/proc/self/status", "VmData:")
    except OSError:
        return 0


def resident_bytes(pid: int) -> int:
    """Resident memory, shared pages counted in full: cheap to read, never less than the proportional size."""
    try:
        pages = Path(f"/proc/{pid}/statm").read_text().split()[1]
    except OSError:
        return 0
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


def proportional_bytes(pid: int) -> int:
    """Resident memory with each shared page divided by the number of its users (PSS)."""
    try:
        return _entry(f"/proc/{pid}/smaps_rollup", "Pss:")
    except OSError:
        return resident_bytes(pid)


def kernel_bytes(pids: list[int]) -> int:
    """What the kernel may hold for these processes and counts as nobody's: full buffers and the tables of pages.

    Every socket and pipe counts as if its buffer were full; the filter of system calls keeps buffers from growing.
    """
    tables, ends = 0, set()
    for pid in pids:
        with contextlib.suppress(OSError):
            tables += _entry(f"/proc/{pid}/status", "VmPTE:")
        with contextlib.suppress(OSError):
            for fd in os.listdir(f"/proc/{pid}/fd"):  # noqa: PTH208 - called 20 times a second
                with contextlib.suppress(OSError):
                    ends.add(os.readlink(f"/proc/{pid}/fd/{fd}"))  # noqa: PTH115 - likewise
    buffers = sum(
        SOCKET_BYTES if end.startswith("socket:") else PIPE_BYTES * end.startswith("pipe:") for end in ends
    )
    return tables + buffers


def _entry(path: str, name: str) -> int:
    """The bytes that a line of this file tells in kilobytes; 0 without such a line."""
    for line in Path(path).read_text().splitlines():
        if line.startswith(name):
            return int(line.split()[1]) * 1024
    return 0


def memory_bytes(pids: list[int], enough: int) -> int:
    """What these processes use together; the exact reading is made only where the cheap one exceeds `enough`."""
    beside = kernel_bytes(pids)
    used = beside + sum(map(resident_bytes, pids))
    return used if used <= enough else beside + sum(map(proportional_bytes, pids))


def runnable(pids: list[int]) -> int:
    """How many threads of these processes have a processor or wait for one."""
    count = 0
    for pid in pids:
        with contextlib.suppress(OSError, IndexError):
            for task in os.listdir(f"/proc/{pid}/task"):  # noqa: PTH208
                text = Path(f"/proc/{pid}/task/{task}/stat").read_text(errors="replace")
                count += text.rpartition(")")[2].split()[0] == "R"
    return count


def waited(pids: list[int]) -> float:
    """The seconds for which the main thread of one of these processes has wanted a processor and had none: the most.

    0 where Linux does not count it.
    """
    most = 0
    for pid in pids:
        with contextlib.suppress(OSError, IndexError):
            most = max(most, int(Path(f"/proc/{pid}/schedstat").read_text().split()[1]))
    return most / 1e9


def give_way(pids: list[int]) -> None:
    """From now on these processes, and all that they start, run when no other wants the processor.

    They cannot undo it: that takes a right which no box has. Where Linux shares the processors out by session first,
    their sessions, which no other process may be in, get the least share.
    """
    for pid in pids:
        with contextlib.suppress(OSError):
            Path(f"/proc/{pid}/autogroup").write_text(LEAST_SHARE)
        with contextlib.suppress(OSError):
            for task in os.listdir(f"/proc/{pid}/task"):  # noqa: PTH208
                os.sched_setscheduler(int(task), os.SCHED_IDLE, os.sched_param(0))


def end(pid: int) -> int | None:
    """Kills a child of this process and all its descendants; returns its wait status (None if reaped before).

    What is born while the list is read becomes a stray of this process: see `end_strays`.
    """
    # The box's driver goes first, or it would still tell of its kernel's end as if that were the kernel's own.
    for member in family(pid):
        _kill(member)
    try:
        return os.waitpid(pid, 0)[1]
    except ChildProcessError:
        return None


def end_strays(known: set[int]) -> None:
    """Kills and reaps children that nobody here started: what an ended box left behind.

    Repeats until there are none, because a fork bomb makes new ones meanwhile.
    """
    deadline = time.monotonic() + KILL_SECONDS
    while time.monotonic() < deadline:
        strays = [pid for pid in children(os.getpid()) if pid not in known]
        if not strays:
            return
        for stray in strays:
            for member in family(stray):
                _kill(member)
        for stray in strays:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(stray, 0)


def _kill(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(pid, signal.SIGKILL)
