"""The warm parent's work: a box for each request, forked, watched over and ended.

The grader talks to it over one socket; each request carries the two ends that the new box gets: the *line*, on which
the box itself speaks, and the *status*, on which only this process speaks and which no student's code ever holds.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import select
import signal
import socket
import struct
import time
from dataclasses import dataclass, field
from typing import Any, NoReturn

from . import canaries, folders, inside, watch
from .messages import received, tell

TICK_SECONDS = 0.05
DISK_SECONDS = 0.5
SHARE_SECONDS = 0.25
BUSY_THREADS = 10
PROBE_SECONDS = 20.0
REQUEST_FDS = 200


@dataclass
class Running:
    """A box that this process has forked; `scratch` is empty where the box's folder vanishes with it."""

    pid: int
    status: socket.socket
    scratch: str
    limits: dict[str, Any]
    peak: int = 0
    looked: float = field(default_factory=time.monotonic)
    weighed: float = field(default_factory=time.monotonic)


@dataclass(frozen=True)
class Trial:
    """The box that tries to break out before any submission is let in, and where it says what it could do."""

    pid: int
    reading: int
    scratch: str
    deadline: float


class Parent:
    """This process, once its tier's view is on."""

    def __init__(self, control: socket.socket, wanted: dict[str, Any], seal: Any) -> None:
        self.control = control
        self.wanted = wanted
        self.seal = seal
        self.boxes: dict[int, Running] = {}
        self.wake, self.wakened = os.pipe()

    def settle(self) -> None:
        """Its own folder, and the signals by which it learns that a child has ended."""
        home = self.seal.home()
        os.environ.update(HOME=home, TMPDIR=home, MPLCONFIGDIR=f"{home}/matplotlib")
        watch.adopt_orphans()
        signal.signal(signal.SIGCHLD, lambda *_: None)
        os.set_blocking(self.wake, False)
        os.set_blocking(self.wakened, False)
        signal.set_wakeup_fd(self.wakened)

    def tried(self) -> Trial:
        """Closes in a box without a submission, which tries to break out while this process goes on."""
        reading, writing = os.pipe()
        pid, scratch = self.fork_box()
        if pid == 0:
            self.be_canary(reading, writing, scratch)
        os.close(writing)
        return Trial(pid, reading, scratch, time.monotonic() + PROBE_SECONDS)

    def breaches(self, trial: Trial) -> list[str]:
        """What the trial box could do, waited for until its deadline; nothing of the box is left."""
        data = b""
        while select.select([trial.reading], [], [], max(0.0, trial.deadline - time.monotonic()))[0]:
            more = os.read(trial.reading, 65536)
            if not more:
                break
            data += more
        os.close(trial.reading)
        watch.end(trial.pid)
        watch.end_strays(set())
        if trial.scratch:
            folders.remove_folder(trial.scratch)
        found: list[str] = json.loads(data) if data else ["the trial box ended without a word"]
        return found

    def fork_box(self) -> tuple[int, str]:
        """Forks; in the child, which must call `close_in` next, the pid is 0."""
        scratch = self.seal.scratch()
        parent = os.getpid()
        pid = self.seal.fork()
        if pid == 0:
            # Where Linux shares the processors out by session, a box with many threads gets no more than another.
            os.setsid()
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            watch.end_with(parent)
            watch.adopt_orphans()
        return pid, scratch

    def be_canary(self, reading: int, writing: int, scratch: str) -> NoReturn:
        """In the trial box."""
        found = ["the trial failed"]
        try:
            os.close(reading)
            self.control.close()
            bait = self.wanted["bait"] | {"tolerated": self.seal.tolerated}
            here = self.seal.close_in(scratch, bait)
            self.seal.close_kernel()
            os.chdir(f"{here}/work")
            found = canaries.breaches(bait)
        except Exception as error:  # noqa: BLE001 - whatever keeps the box from being closed in is told
            found = [f"a box could not be closed in: {type(error).__name__}: {error}"]
        finally:
            os.write(writing, json.dumps(found).encode())
            os._exit(0)

    def serve(self) -> None:
        """Until the grader is gone: requests, ends, limits. What makes later forks faster is done when all is quiet."""
        starter = os.getppid()
        pieces = watch.join_pages() if self.wanted["warm"] else iter(())
        quiet = True
        looked = 0.0
        while os.getppid() == starter:
            readable: list[Any] = [self.control, self.wake, *(box.status for box in self.boxes.values())]
            patience = 0.0 if quiet else TICK_SECONDS if self.boxes else 1.0
            ready, _, _ = select.select(readable, [], [], patience)
            if not ready and quiet:
                quiet = next(pieces, False) is None
                if not self.boxes or time.monotonic() - looked < TICK_SECONDS:
                    continue
            looked = time.monotonic()
            if self.wake in ready:
                with contextlib.suppress(BlockingIOError):
                    os.read(self.wake, 4096)
            for box in list(self.boxes.values()):
                if box.status in ready:
                    self.attend(box)
            self.reap()
            for box in list(self.boxes.values()):
                why = self.beyond(box)
                if why:
                    self.finish(box, why)
            if self.control in ready and not self.take_request():
                return

    def attend(self, box: Running) -> None:
        """The grader asks how long a box has waited for a processor, or is done with it and has closed its end."""
        if box.status.recv(64):
            # The driver's first child is the kernel, which runs the cells; processes that those start may wait in vain.
            kernel = watch.children(box.pid)[:1]
            tell(box.status, {"waited": watch.waited(kernel)})
        else:
            self.finish(box, "killed")

    def take_request(self) -> bool:
        """One request and its box; false if the grader is gone."""
        data, fds, _, _ = socket.recv_fds(self.control, 4, REQUEST_FDS)
        if len(data) < 4:
            return False
        (length,) = struct.unpack("<I", data)
        request = json.loads(received(self.control, length))
        line, status, *files = fds
        pid, scratch = self.fork_box()
        if pid == 0:
            self.become_box(line, status, files, scratch, request)
        for fd in (line, *files):
            os.close(fd)
        box = Running(pid, socket.socket(fileno=status), scratch, request)
        self.boxes[pid] = box
        tell(box.status, {"forked": pid})
        return True

    def become_box(
        self, line: int, status: int, files: list[int], scratch: str, request: dict[str, Any]
    ) -> NoReturn:
        """In the child: lets go of everything that belongs to the parent or to other boxes, and goes inside."""
        try:
            self.control.close()
            os.close(status)
            for box in self.boxes.values():
                box.status.close()
            null = os.open(os.devnull, os.O_WRONLY)
            os.dup2(null, 1)
            os.dup2(null, 2)
            keep = {line, *files}
            for fd in [int(name) for name in os.listdir("/dev/fd")]:  # noqa: PTH208 - pathlib would hold one open
                if fd > 2 and fd not in keep:
                    with contextlib.suppress(OSError):
                        os.close(fd)
            if not self.wanted["warm"]:
                preload(self.wanted["imports"])
            given = dict(zip(request["files"], files, strict=True))
            inside.live(line, given, self.seal, scratch, request)
        finally:
            os._exit(70)

    def reap(self) -> None:
        """Boxes that ended by themselves, and orphans that were handed to this process."""
        with contextlib.suppress(ChildProcessError):
            while True:
                pid, status = os.waitpid(-1, os.WNOHANG)
                if pid == 0:
                    return
                if pid in self.boxes:
                    self.finish(self.boxes[pid], "exit", status)

    def beyond(self, box: Running) -> str:
        """Which limit a box has passed; empty if none."""
        members = watch.family(box.pid)
        used = watch.memory_bytes(members, box.limits["memory_bytes"])
        box.peak = max(box.peak, used)
        if used > box.limits["memory_bytes"]:
            return "memory"
        if watch.threads(members) > box.limits["processes"] + 2:
            return "processes"
        if len(self.boxes) > 1 and time.monotonic() - box.weighed > SHARE_SECONDS:
            box.weighed = time.monotonic()
            if watch.runnable(members) > BUSY_THREADS:
                # Or the notebook beside it would miss its deadlines.
                watch.give_way(members)
        if box.scratch and time.monotonic() - box.looked > DISK_SECONDS:
            shared = sum(folders.file_bytes(path) for path in self.seal.shared_files(box.scratch))
            left = box.limits["disk_bytes"] - shared
            full = not folders.folder_within(box.scratch, left, box.limits["disk_files"])
            box.looked = time.monotonic()
            return "disk" if full else ""
        return ""

    def finish(self, box: Running, why: str, status: int | None = None) -> None:
        """Ends what is left of a box and tells the grader, who alone decides what that means."""
        if status is None:
            status = watch.end(box.pid)
        del self.boxes[box.pid]
        watch.end_strays(set(self.boxes))
        if box.scratch:
            for path in self.seal.shared_files(box.scratch):
                with contextlib.suppress(OSError):
                    os.unlink(path)  # noqa: PTH108
            folders.remove_folder(box.scratch)
        tell(box.status, {"ended": status, "why": why, "peak": box.peak})
        box.status.close()

    def end(self) -> None:
        """Ends every box."""
        for box in list(self.boxes.values()):
            self.finish(box, "killed")
        watch.end_strays(set())


def preload(wanted: list[str]) -> dict[str, str]:
    """Imports everything that notebooks and the kernel need; returns what could not be imported, and why."""
    failures: dict[str, str] = inside.preload(wanted)
    if not failures:
        importlib.import_module("box.kernel")
    return failures
