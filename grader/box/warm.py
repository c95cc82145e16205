"""The warm parent: imports what notebooks import, once, then forks a box for each request.

Started by `pool.py` as `python -I -S warm.py`, so nothing of the surroundings is on its path. It stays single
threaded and computes nothing: a process that has run an OpenMP region cannot be forked safely. The grader talks to
it over one socket; each request carries the two ends that the new box gets: the *line*, on which the box itself
speaks, and the *status*, on which only this process speaks and which no student's code ever holds.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import importlib.abc
import importlib.machinery
import json
import os
import select
import shutil
import signal
import socket
import struct
import sys
import tempfile
import threading
import time
import types
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NoReturn

TICK_SECONDS = 0.05
REQUEST_FDS = 200


class Hidden(importlib.abc.MetaPathFinder):
    """Refuses the grader's own packages where they are installed beside torch."""

    names = frozenset({"grader", "reference", "rubrics"})

    def find_spec(
        self,
        name: str,
        path: Sequence[str] | None = None,  # noqa: ARG002 - the import system's signature
        target: types.ModuleType | None = None,  # noqa: ARG002 - likewise
    ) -> importlib.machinery.ModuleSpec | None:
        """Nothing for other names, so that the search goes on; an ImportError for ours."""
        if name.partition(".")[0] in self.names:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return None


@dataclass
class Running:
    """A box that this process has forked; `why` is what this process ended it for, if it did."""

    pid: int
    status: socket.socket
    scratch: str
    memory_bytes: int
    why: str = "exit"
    peak: int = 0
    started: float = field(default_factory=time.monotonic)


def main() -> NoReturn:
    """Imports, says that it is ready, and serves requests until the grader is gone."""
    control = socket.socket(fileno=int(sys.argv[1]))
    wanted = json.loads(sys.argv[2])
    sys.argv[1:] = []
    sys.path.extend(wanted["path"])
    sys.meta_path.insert(0, Hidden())
    inside, watch = _siblings(os.path.dirname(os.path.abspath(__file__)))  # noqa: PTH100, PTH120 - before pathlib is needed
    failures = _preload(inside, wanted["imports"]) if wanted["warm"] else {}
    watch.adopt_orphans()
    # What is alive now is never collected again, so that a child's collector does not touch, and so copy, it.
    gc.collect()
    gc.freeze()
    threads = threading.active_count()
    _tell(control, {"ready": not failures, "failures": failures, "threads": threads, "pid": os.getpid()})
    parent = os.getppid()
    boxes: dict[int, Running] = {}
    signal.signal(signal.SIGCHLD, lambda *_: None)
    wake, wakened = os.pipe()
    os.set_blocking(wake, False)
    os.set_blocking(wakened, False)
    signal.set_wakeup_fd(wakened)
    try:
        while os.getppid() == parent:
            readable: list[Any] = [control, wake, *(box.status for box in boxes.values())]
            ready, _, _ = select.select(readable, [], [], TICK_SECONDS if boxes else 1.0)
            if wake in ready:
                with contextlib.suppress(BlockingIOError):
                    os.read(wake, 4096)
            for box in list(boxes.values()):
                if box.status in ready:
                    _finish(box, boxes, "killed", watch)
            _reap(boxes, watch)
            _limit_memory(boxes, watch)
            if control in ready and not _serve(control, wanted, boxes, inside, watch):
                break
    finally:
        for box in list(boxes.values()):
            _finish(box, boxes, "killed", watch)
        watch.end_strays(set())
    os._exit(0)


def _siblings(folder: str) -> tuple[Any, Any]:
    """Our modules that run in a box, as a package of their own."""
    package = types.ModuleType("box")
    package.__path__ = [folder]
    sys.modules["box"] = package
    return importlib.import_module("box.inside"), importlib.import_module("box.watch")


def _preload(inside: Any, wanted: list[str]) -> dict[str, str]:
    """Imports everything, then forgets where our own modules lie: nothing else of ours can be found from them."""
    failures: dict[str, str] = inside.preload(wanted)
    if not failures:
        importlib.import_module("box.kernel")
    for name, module in sys.modules.items():
        if name == "box" or name.startswith("box."):
            module.__dict__.update(__file__=None, __spec__=None, __cached__=None, __path__=[])
    sys.modules["__main__"].__dict__.pop("__file__", None)
    return failures


def _tell(receiver: socket.socket, message: dict[str, Any]) -> None:
    data = json.dumps(message).encode()
    with contextlib.suppress(OSError):
        receiver.sendall(struct.pack("<I", len(data)) + data)


def _serve(
    control: socket.socket, wanted: dict[str, Any], boxes: dict[int, Running], inside: Any, watch: Any
) -> bool:
    """Takes one request and forks its box; false if the grader is gone."""
    data, fds, _, _ = socket.recv_fds(control, 4, REQUEST_FDS)
    if len(data) < 4:
        return False
    (length,) = struct.unpack("<I", data)
    request = json.loads(_received(control, length))
    line, status, *files = fds
    scratch = tempfile.mkdtemp(dir=wanted["scratch"])
    parent = os.getpid()
    pid = os.fork()
    if pid == 0:
        watch.end_with(parent)
        watch.adopt_orphans()
        _become_box(control, boxes, line, status, files, scratch, request, inside, wanted)
    os.close(line)
    for file in files:
        os.close(file)
    box = Running(pid, socket.socket(fileno=status), scratch, request["memory_bytes"])
    boxes[pid] = box
    _tell(box.status, {"forked": pid})
    return True


def _received(control: socket.socket, length: int) -> bytes:
    data = bytearray()
    while len(data) < length:
        more = control.recv(length - len(data))
        if not more:
            raise EOFError("the grader closed its socket inside a request")
        data += more
    return bytes(data)


def _become_box(
    control: socket.socket,
    boxes: dict[int, Running],
    line: int,
    status: int,
    files: list[int],
    scratch: str,
    request: dict[str, Any],
    inside: Any,
    wanted: dict[str, Any],
) -> NoReturn:
    """In the child: lets go of everything that belongs to the parent or to other boxes, and goes inside."""
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        control.close()
        os.close(status)
        for box in boxes.values():
            box.status.close()
        keep = {0, line, *files}
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1)
        os.dup2(null, 2)
        for fd in [int(name) for name in os.listdir("/dev/fd")]:  # noqa: PTH208 - pathlib holds a descriptor open
            if fd > 2 and fd not in keep:
                with contextlib.suppress(OSError):
                    os.close(fd)
        if not wanted["warm"]:
            _preload(inside, wanted["imports"])
        inside.live(line, dict(zip(request["files"], files, strict=True)), scratch, request)
    finally:
        os._exit(70)


def _reap(boxes: dict[int, Running], watch: Any) -> None:
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            return
        if pid in boxes:
            _finish(boxes[pid], boxes, boxes[pid].why, watch, status)


def _limit_memory(boxes: dict[int, Running], watch: Any) -> None:
    for box in list(boxes.values()):
        used = watch.memory_bytes(watch.family(box.pid), box.memory_bytes)
        box.peak = max(box.peak, used)
        if used > box.memory_bytes:
            _finish(box, boxes, "memory", watch)


def _finish(box: Running, boxes: dict[int, Running], why: str, watch: Any, status: int | None = None) -> None:
    """Ends what is left of a box and tells the grader, who alone decides what that means."""
    if status is None:
        status = watch.end(box.pid)
    del boxes[box.pid]
    watch.end_strays(set(boxes))
    _tell(box.status, {"ended": status, "why": why, "peak": box.peak})
    box.status.close()
    _remove(box.scratch)


def _remove(scratch: str) -> None:
    """Removes a box's folder, also where the student took away the right to."""

    def retry(function: Any, path: str, _: object) -> None:
        with contextlib.suppress(OSError):
            os.chmod(os.path.dirname(path), 0o700)  # noqa: PTH101, PTH120 - a callback that gets strings
            os.chmod(path, 0o700)  # noqa: PTH101
            function(path)

    shutil.rmtree(scratch, onerror=retry)


if __name__ == "__main__":
    main()
