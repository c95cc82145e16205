"""The warm parent's process, seen from the grader: how it is started, and what is laid out to try its seal."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import secrets
import site
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from grader.box import isolate
from grader.box.line import Messages, Process, readable
from grader.box.view import OURS, View, bubblewrap
from grader.model import GraderFault

START_SECONDS = 300.0
HERE = Path(__file__).parent
# Of our own modules, all that a box can see; `warm.py` is what is started.
INSIDE = (
    "calls",
    "canaries",
    "counting",
    "counting_numpy",
    "counting_python",
    "counting_torch",
    "folders",
    "forking",
    "frames",
    "inside",
    "isolate",
    "kernel",
    "landlock",
    "messages",
    "privilege",
    "sentences",
    "syscalls",
    "tally",
    "values",
    "view",
    "watch",
)
LISTENERS = (socket.AF_INET, socket.AF_UNIX, socket.AF_UNIX)
THREADS = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
# The allocator asks for pages of 2 MiB: imports are faster and a fork copies fewer entries. Other libcs ignore it.
LARGE_PAGES = {"GLIBC_TUNABLES": "glibc.malloc.hugetlb=1"}


class TierRefused(Exception):
    """The machine does not allow this tier, or it does not hold; the message says why."""


class Parent:
    """The warm parent's process, seen from the grader."""

    def __init__(self, tier: str, imports: Sequence[str], folder: Path, warm: bool) -> None:
        self.tier = tier
        view = View(read=folders_to_read(), hide=_folders_to_hide(), folder=str(folder))
        self._said = folder / "said.txt"
        self._control, theirs = socket.socketpair()
        with theirs, self._said.open("wb") as said, (HERE / "warm.py").open("rb") as code:
            try:
                self._process = subprocess.Popen(
                    [*_command(tier, view), str(theirs.fileno())],
                    env=_environment(folder),
                    cwd=folder,
                    pass_fds=[theirs.fileno()],
                    stdin=code,
                    stdout=subprocess.DEVNULL,
                    stderr=said,
                    start_new_session=True,
                )
            except OSError as error:
                self._control.close()
                raise TierRefused(f"{error.filename or 'the interpreter'}: {error.strerror}") from None
        with contextlib.ExitStack() as stack:
            bait = None if tier == isolate.NONE else stack.enter_context(_bait(folder))
            self._tell(
                {
                    "tier": tier,
                    "view": vars(view),
                    "imports": list(imports),
                    "modules": {name: (HERE / f"{name}.py").read_text("utf-8") for name in INSIDE},
                    "path": _library_folders(),
                    "warm": warm,
                    "bait": bait,
                }
            )
            message = Messages(self._control).next(time.monotonic() + START_SECONDS)
        if message is None or not message.get("ready"):
            refused, why = self._why_not(message)
            self.stop()
            if refused:
                raise TierRefused(why)
            raise GraderFault(f"The process that runs notebooks could not start: {why}")

    @property
    def pid(self) -> int:
        """The process id of the warm parent, or of the process that waits for it outside its namespace."""
        return self._process.pid

    def _tell(self, message: dict[str, Any], fds: Sequence[int] = ()) -> None:
        data = json.dumps(message).encode()
        with contextlib.suppress(BrokenPipeError):
            socket.send_fds(self._control, [struct.pack("<I", len(data))], list(fds))
            self._control.sendall(data)

    def _why_not(self, message: dict[str, Any] | None) -> tuple[bool, str]:
        """Whether it is the tier that is refused, and the reason."""
        if message is not None and "refused" in message:
            return True, message["refused"]
        if message is not None:
            failures = message["failures"].items()
            return False, "; ".join(f"`{name}` cannot be imported here ({why})" for name, why in failures)
        said = self._said.read_text(errors="replace").strip().splitlines()
        return self.tier == isolate.BWRAP, said[
            -1
        ] if said else f"it said nothing within {START_SECONDS:.0f} s"

    def alive(self) -> bool:
        """Whether the process still runs."""
        return self._process.poll() is None

    def fork(self, request: dict[str, Any], files: Sequence[Path]) -> Process:
        """Asks for one box."""
        line, their_line = socket.socketpair()
        status, their_status = socket.socketpair()
        with contextlib.ExitStack() as stack:
            stack.enter_context(their_line)
            stack.enter_context(their_status)
            descriptors = [stack.enter_context(file.open("rb")).fileno() for file in files]
            passed = [their_line.fileno(), their_status.fileno(), *descriptors]
            try:
                self._tell(request | {"files": [file.name for file in files]}, passed)
            except OSError as error:
                line.close()
                status.close()
                raise GraderFault("The process that runs notebooks has ended unexpectedly.") from error
        return Process(line, status)

    def stop(self) -> None:
        """Ends the process and with it every box: it ends by itself when its socket is closed."""
        self._control.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def _command(tier: str, view: View) -> list[str]:
    """The interpreter by its bare name, which `_environment` leads to: every box can read the command it comes from."""
    python = [Path(sys.executable).name, "-I", "-S", "-X", "utf8", "-"]
    return [*bubblewrap(view), *python] if tier == isolate.BWRAP else python


def _library_folders() -> list[str]:
    """Where packages are installed, and nothing else: not the project, not what an editable install points at."""
    known = {*site.getsitepackages(), site.getusersitepackages()}
    return [
        folder
        for folder in sys.path
        if folder in known or Path(folder).name in {"site-packages", "dist-packages"}
    ]


def folders_to_read() -> tuple[str, ...]:
    """The interpreter and its packages; a virtual environment's own interpreter lies elsewhere."""
    executable = str(Path(sys.executable).resolve().parent.parent)
    folders = {sys.prefix, sys.base_prefix, sys.exec_prefix, executable, *_library_folders()}
    return tuple(sorted(folder for folder in folders if Path(folder).is_dir()))


def _folders_to_hide() -> tuple[str, ...]:
    """Our own packages where they are installed beside torch, and what tells where they lie."""
    hidden = [
        str(path)
        for folder in _library_folders()
        for pattern in (*OURS, "grader-*", "__editable__*grader*", "*_finder.py")
        for path in Path(folder).glob(pattern)
    ]
    return tuple(sorted({*hidden, *(str(Path(__file__).parents[2] / name) for name in OURS)}))


@contextlib.contextmanager
def _bait(folder: Path) -> Iterator[dict[str, Any]]:
    """Things of the grader's that a box must not reach, laid out for the trial box, which must not find them."""
    secret, salt = secrets.token_hex(16), secrets.token_hex(8)
    file, path = folder / "canary.txt", folder / "canary.socket"
    file.write_text(secret)
    # Nothing but the seal shall stand between the box and the bait.
    folder.chmod(0o755)
    own = set(_environment(folder).items())
    entries = [f"{name}={value}" for name, value in os.environ.items() if (name, value) not in own]
    with contextlib.ExitStack() as stack:
        network, named, unnamed = (stack.enter_context(socket.socket(family)) for family in LISTENERS)
        network.bind(("127.0.0.1", 0))
        named.bind(str(path))
        path.chmod(0o777)
        abstract = f"grader-{secret}"
        unnamed.bind("\0" + abstract)
        for listener in (network, named, unnamed):
            listener.listen()
        yield {
            "file": str(file),
            "folder": str(folder),
            "socket": str(path),
            "abstract": abstract,
            "port": network.getsockname()[1],
            "pid": os.getpid(),
            "processes": 24,
            "disk_bytes": 2**24,
            "disk_files": isolate.INODES,
            "secret": secret,
            "salt": salt,
            "code": str(HERE),
            "environment": [hashlib.sha256((salt + entry).encode()).hexdigest() for entry in entries],
        }
        if readable([network, named, unnamed], time.monotonic()):
            raise TierRefused("a listener of the grader was reached")


def _environment(folder: Path) -> dict[str, str]:
    """Nothing of the grader's own environment: a token in it is not for students."""
    return {
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), "/usr/local/bin", "/usr/bin", "/bin"]),
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "LANG": "C.UTF-8",
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        **THREADS,
        **LARGE_PAGES,
    }
