"""How a box is closed in: the tiers, and the canaries that prove them.

A tier has two halves. The *view* is put on by the warm parent before it imports anything: which files there are to
see. The *seal* is put on by each box after its fork and before it reads the first byte of a submission: processes,
network, memory, scratch disk and system calls of its own, and no privilege.

- `namespaces`: the parent makes its own view with user, mount, pid, net and ipc namespaces; each box gets new ones.
- `bwrap`: bubblewrap makes the view, where its binary may do what we may not; the seal is the same.
- `landlock`: no view and no namespaces, as in most containers: Landlock rules for files and signals, and a stricter
  system call filter.
- `none-i-trust-this-code`: limits against accidents only.

Everything is done with Linux system calls through ctypes. A call that fails raises `Refused`; whether the tier holds
is found out by `canaries.py`, which tries to break out.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from . import landlock
from .privilege import (
    drop_capabilities,
    drop_to,
    limit_processes,
    map_only,
    maps_everyone,
    recover_identity,
    spare_user,
)
from .syscalls import (
    CAP_READ_SEARCH,
    CLONE_NEWIPC,
    CLONE_NEWNET,
    CLONE_NEWNS,
    CLONE_NEWPID,
    CLONE_NEWUSER,
    CLONE_NEWUTS,
    MS_BIND,
    MS_NODEV,
    MS_NOEXEC,
    MS_NOSUID,
    MS_REC,
    PR_SET_DUMPABLE,
    PR_SET_PDEATHSIG,
    Refused,
    enter_pid_namespace,
    filter_calls,
    libc,
    make_read_only,
    mount,
    prctl,
    unmount,
    unshare,
)
from .view import (
    BOX,
    DEVICES,
    PROCESSORS,
    SETTINGS,
    SHARED,
    SOMEBODY,
    SYSTEM,
    WARM,
    View,
    finish_view,
    make_view,
)

NAMESPACES, BWRAP, LANDLOCK = "namespaces", "bwrap", "landlock"
NONE = "none-i-trust-this-code"
TIERS = (NAMESPACES, BWRAP, LANDLOCK)
INODES = 100_000
# Where a box is counted together with all else that its user runs, so many times its own limit are left free: other
# boxes and programs may start beside it. The watchdog counts each box alone.
BESIDE = 4
FOLDERS = ("work", "home", "tmp", "run", "shm")


def keep_secrets() -> None:
    """Forbids other processes of the same user to read this one's memory, environment and descriptors."""
    if sys.platform == "linux":
        prctl("protecting this process", PR_SET_DUMPABLE, 0)


class Nothing:
    """No isolation: a folder of its own and limits against accidents."""

    tolerated = 0

    def __init__(self, view: View) -> None:
        self._folder = view.folder

    def home(self) -> str:
        """The folder that the parent itself may write to."""
        return self._folder

    def fork(self) -> int:
        """Forks a box."""
        return os.fork()

    def scratch(self) -> str:
        """A new folder for one box, made and removed by the parent; empty where the box makes its own."""
        path = os.path.join(self._folder, f"box-{secrets.token_hex(6)}")  # noqa: PTH118 - `Path` is not at hand in a fork
        os.mkdir(path, 0o700)  # noqa: PTH102
        return path

    def close_in(self, scratch: str, limits: Mapping[str, Any]) -> str:
        """In the box: seals it and returns the folder that it may write to."""
        disk = os.statvfs(scratch)
        if disk.f_bavail * disk.f_frsize < limits["disk_bytes"]:
            # A student's file that finds no room would look like the student's mistake.
            raise Refused(f"the disk has less room left than the {limits['disk_bytes']:,} bytes of a box")
        for name in FOLDERS:
            os.mkdir(f"{scratch}/{name}", 0o700)  # noqa: PTH102
        return scratch

    def close_kernel(self) -> bool:
        """In the kernel, once its sockets stand: what can only be given up now. True if that is connecting."""
        return False

    def shared_files(self, scratch: str) -> list[str]:
        """Files of one box that lie outside its own folder and that the parent has to remove."""
        del scratch
        return []


class Namespaces(Nothing):
    """Every box in namespaces of its own; `view` has been put on by us or by bubblewrap."""

    def __init__(self, view: View) -> None:
        super().__init__(view)
        # A checkout or an interpreter may itself lie where every box gets a folder of its own.
        self._covered = tuple(path for path in view.read if path.startswith("/tmp/"))  # noqa: S108 - as above
        self._root = os.geteuid() == 0 and maps_everyone()
        self._own_pids = os.open("/proc/self/ns/pid", os.O_RDONLY | os.O_CLOEXEC)

    def home(self) -> str:
        return WARM

    def fork(self) -> int:
        """Forks a box as the first process of a new pid namespace; the parent's next child is not in it."""
        unshare("making a pid namespace", CLONE_NEWPID)
        pid = os.fork()
        if pid:
            enter_pid_namespace(self._own_pids)
        return pid

    def scratch(self) -> str:
        return ""

    def close_in(self, scratch: str, limits: Mapping[str, Any]) -> str:  # noqa: ARG002 - it makes its own folder
        unshare("making namespaces for a box", CLONE_NEWNS | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWNET)
        user, group = spare_user() if self._root else os.getuid(), os.getgid()
        mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC)
        size = f"size={limits['disk_bytes']},nr_inodes={limits['disk_files']},mode=0700"
        mount("tmpfs", BOX, "tmpfs", MS_NOSUID | MS_NODEV, size)
        for name in FOLDERS:
            os.mkdir(f"{BOX}/{name}", 0o700)  # noqa: PTH102
        for path in self._covered:
            os.makedirs(BOX + path, 0o755, exist_ok=True)  # noqa: PTH103
            mount(path, BOX + path, "", MS_BIND | MS_REC)
            make_read_only(BOX + path)
        mount(f"{BOX}/tmp", "/tmp", "", MS_BIND | MS_REC)  # noqa: S108 - the box's own
        mount(f"{BOX}/shm", "/dev/shm", "", MS_BIND)  # noqa: S108 - likewise
        mount("devpts", "/dev/pts", "devpts", MS_NOSUID | MS_NOEXEC, "newinstance,ptmxmode=0666,mode=0600")
        unmount(WARM)
        libc().sethostname(b"box", 3)
        if self._root:
            for name in ("", *FOLDERS):
                os.chown(f"{BOX}/{name}", user, user)
            drop_to(user)
        else:
            # Once more, so that the processes of this box are counted apart from those of the others.
            unshare("making a user namespace for a box", CLONE_NEWUSER)
            map_only(user or SOMEBODY, user, group)
        drop_capabilities()
        limit_processes(limits["processes"])
        filter_calls(connect=True)
        recover_identity()
        return BOX


class Landlock(Nothing):
    """Boxes that cannot leave their folder, reach other processes or open other than local sockets."""

    def __init__(self, view: View) -> None:
        super().__init__(view)
        self._view = view
        self._found: dict[str, set[str]] = {}
        self._root = os.geteuid() == 0 and maps_everyone()
        # An interpreter below a private folder (/root) is out of a spare user's reach. What may be read is then told
        # by the Landlock rules alone.
        reachable = all(_open_to_all(path) for path in view.read)
        self.tolerated = 1 << CAP_READ_SEARCH if self._root and not reachable else 0

    def scratch(self) -> str:
        path = super().scratch()
        # The parent remembers by the folder's owner whose files are this box's.
        if self._root:
            user = spare_user()
            os.chown(path, user, user)
        self._found[path] = set() if self._root else set(os.listdir(SHARED))  # noqa: PTH208
        return path

    def shared_files(self, scratch: str) -> list[str]:
        owner = os.stat(scratch).st_uid  # noqa: PTH116
        found = []
        for name in set(os.listdir(SHARED)) - self._found.get(scratch, set()):  # noqa: PTH208
            path = f"{SHARED}/{name}"
            with contextlib.suppress(OSError):
                if os.lstat(path).st_uid == owner and (self._root or not _opened_elsewhere(path)):
                    found.append(path)
        return found

    def close_kernel(self) -> bool:
        # Landlock does not guard connecting to sockets in the file system (docker, ssh-agent, X11).
        filter_calls(connect=False)
        return True

    def close_in(self, scratch: str, limits: Mapping[str, Any]) -> str:
        super().close_in(scratch, limits)
        user = os.stat(scratch).st_uid  # noqa: PTH116
        if self._root:
            for name in FOLDERS:
                os.chown(f"{scratch}/{name}", user, user)
        most = limits["processes"]
        if not self._root:
            most = _processes_of(user) + BESIDE * most
        rules = landlock.Rules()
        for path in self._view.read:
            rules.readable(path, self._view.hide)
        for path in (*SYSTEM, *SETTINGS, PROCESSORS):
            rules.readable(path, self._view.hide)
        for path in ("/proc/meminfo", "/proc/cpuinfo", "/proc/stat", "/proc/filesystems"):
            rules.readable(path, ())
        for name in DEVICES:
            rules.device(name)
        # Semaphores of Python's multiprocessing are files here; names that are not known cannot be found out.
        rules.unlisted(SHARED)
        rules.writable(scratch)
        if self._root:
            drop_to(user)
        drop_capabilities(keep=CAP_READ_SEARCH if self.tolerated else None)
        rules.enforce()
        limit_processes(most)
        filter_calls(connect=True)
        recover_identity()
        return scratch


def entered(tier: str, view: View) -> Nothing:
    """Puts the tier's view on this process, which must be single threaded, and returns its seal.

    For namespaces the process forks and the parent, which only waits for its child, never returns.
    """
    if tier == NONE:
        return Nothing(view)
    if sys.platform != "linux":
        raise Refused("this tier needs Linux")
    if tier == LANDLOCK:
        return Landlock(view)
    if tier == NAMESPACES:
        _enter_namespaces()
        make_view(view)
    else:
        prctl("tying the parent to bubblewrap", PR_SET_PDEATHSIG, 9)
        finish_view()
    return Namespaces(view)


def _open_to_all(path: str) -> bool:
    """Whether every user may enter this folder."""
    return all(folder.stat().st_mode & stat.S_IXOTH for folder in (Path(path), *Path(path).parents))


def _enter_namespaces() -> None:
    rest = CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWNET
    user, group = os.getuid(), os.getgid()
    if os.geteuid() != 0 or not maps_everyone():
        unshare("making a user namespace", CLONE_NEWUSER)
        map_only(user, user, group)
    unshare("making namespaces", rest)
    waiting = os.getppid()
    pid = os.fork()
    if pid:
        _wait_for(pid, waiting)
    prctl("tying the parent to its starter", PR_SET_PDEATHSIG, 9)


def _wait_for(pid: int, starter: int) -> None:
    """In the process outside the new pid namespace: ends with the one inside, or with the grader."""
    for fd in range(3, 256):
        with contextlib.suppress(OSError):
            os.close(fd)
    while os.getppid() == starter:
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            os._exit(os.waitstatus_to_exitcode(status) & 0xFF)
        time.sleep(0.05)
    os._exit(1)


def _opened_elsewhere(path: str) -> bool:
    """Whether some process holds this file open, so that it is not a leftover."""
    for process in os.listdir("/proc"):  # noqa: PTH208
        if process.isdigit():
            with contextlib.suppress(OSError):
                for fd in os.listdir(f"/proc/{process}/fd"):  # noqa: PTH208
                    if os.readlink(f"/proc/{process}/fd/{fd}") == path:  # noqa: PTH115
                        return True
            with contextlib.suppress(OSError):
                if path in Path(f"/proc/{process}/maps").read_text():
                    return True
    return False


def _processes_of(user: int) -> int:
    """How many threads this user runs already, on this machine."""
    count = 0
    for name in os.listdir("/proc"):  # noqa: PTH208
        if name.isdigit():
            with contextlib.suppress(OSError):
                if os.stat(f"/proc/{name}").st_uid == user:  # noqa: PTH116
                    count += len(os.listdir(f"/proc/{name}/task"))  # noqa: PTH208
    return count
