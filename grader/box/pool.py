"""Boxes for notebooks: a warm parent that forks them, and the grader's side of each.

    with Pool(imports=("torch",)) as pool, pool.open(notebook, part) as box:
        box.execution                                  # how the run went
        box.call("softmax_attention", q, k, v).value   # the student's function, on fresh arrays

The grader believes only what it sees itself: its own clock, its own kill, the end of the processes, and bytes that
decode. What a box says about cells and errors is shown to the student and decides nothing.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import select
import site
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader import model
from grader.box import frames
from grader.model import Answer, Ended, Execution, GraderFault, Problem, StudentFailed

START_SECONDS = 300.0
BOX_SECONDS = 60.0
GRACE_SECONDS = 1.5
REPLAYS = 2
TRIES = 2
EVENTS_BESIDE_CELLS = 16
THREADS = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


class Late(Exception):
    """The deadline passed before a whole frame arrived."""


class Broken(Exception):
    """What arrived is no frame that this side expects."""


@dataclass(frozen=True)
class Gone(Exception):
    """The box's processes have ended: by themselves (`why` is "exit"), or by our hand."""

    why: str
    code: int | None


class Pool:
    """A warm parent that has imported `imports` and forks a box for each notebook. Safe to use from many threads.

    Raises `GraderFault` where the parent cannot be started, so that no student pays for it.
    """

    def __init__(self, imports: Sequence[str] = (), isolation: str = "none", *, warm: bool = True) -> None:
        self.isolation = isolation
        self._imports = tuple(imports)
        self._warm = warm
        self._lock = threading.Lock()
        self._parent: _Parent | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    def __enter__(self) -> Pool:
        self._folder = tempfile.TemporaryDirectory(prefix="grader-", ignore_cleanup_errors=True)
        try:
            self._parent = self._start()
        except BaseException:
            self._folder.cleanup()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        with self._lock:
            if self._parent is not None:
                self._parent.stop()
                self._parent = None
        if self._folder is not None:
            self._folder.cleanup()

    @property
    def pid(self) -> int | None:
        """The process id of the warm parent, while the pool is open."""
        return None if self._parent is None else self._parent.pid

    @contextlib.contextmanager
    def open(self, notebook: model.Notebook, part: model.Part, seed: int | None = None) -> Iterator[Box]:
        """Runs a notebook to its end, or to its limits, and gives the box in which its names live on.

        `seed` is what the box's random generators start from; by default it follows from the notebook, so that a
        second run of the same notebook is the same run.
        """
        box = Box(self, notebook, part, int(notebook.sha256[:12], 16) if seed is None else seed)
        try:
            box.run()
            yield box
        finally:
            box.close()

    def fork(self, request: dict[str, Any], files: Sequence[Path]) -> _Process:
        """One new box, ready for its cells. A parent that has died is started again first."""
        with self._lock:
            if self._parent is None:
                raise GraderFault("The pool of boxes is not open: use it in a with statement.")
            if not self._parent.alive():
                self._parent.stop()
                self._parent = self._start()
            return self._parent.fork(request, files)

    def _start(self) -> _Parent:
        if self._folder is None:
            raise GraderFault("The pool of boxes is not open: use it in a with statement.")
        return _Parent(self._imports, Path(self._folder.name), self._warm)


class _Parent:
    """The warm parent's process, seen from the grader."""

    def __init__(self, imports: Sequence[str], folder: Path, warm: bool) -> None:
        ours, theirs = socket.socketpair()
        wanted = {"imports": list(imports), "path": _library_folders(), "scratch": str(folder), "warm": warm}
        self._said = folder / "warm.txt"
        script = Path(__file__).with_name("warm.py")
        with theirs, self._said.open("wb") as said:
            self._process = subprocess.Popen(
                [
                    sys.executable,
                    "-I",
                    "-S",
                    "-X",
                    "utf8",
                    str(script),
                    str(theirs.fileno()),
                    json.dumps(wanted),
                ],
                env=_environment(folder),
                cwd=folder,
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=said,
                start_new_session=True,
            )
        self._control = ours
        message = _Messages(ours).next(time.monotonic() + START_SECONDS)
        if message is None or not message["ready"]:
            why = self._why_not(message)
            self.stop()
            raise GraderFault(f"The process that runs notebooks could not start: {why}")

    @property
    def pid(self) -> int:
        """The process id of the warm parent."""
        return self._process.pid

    def _why_not(self, message: dict[str, Any] | None) -> str:
        if message is not None:
            return "; ".join(
                f"`{name}` cannot be imported here ({why})" for name, why in message["failures"].items()
            )
        said = self._said.read_text(errors="replace").strip().splitlines()
        return said[-1] if said else f"it said nothing within {START_SECONDS:.0f} s"

    def alive(self) -> bool:
        """Whether the process still runs."""
        return self._process.poll() is None

    def fork(self, request: dict[str, Any], files: Sequence[Path]) -> _Process:
        """Asks for one box."""
        line, their_line = socket.socketpair()
        status, their_status = socket.socketpair()
        data = json.dumps(request | {"files": [file.name for file in files]}).encode()
        with contextlib.ExitStack() as stack:
            stack.enter_context(their_line)
            stack.enter_context(their_status)
            descriptors = [stack.enter_context(file.open("rb")).fileno() for file in files]
            passed = [their_line.fileno(), their_status.fileno(), *descriptors]
            try:
                socket.send_fds(self._control, [struct.pack("<I", len(data))], passed)
                self._control.sendall(data)
            except OSError as error:
                line.close()
                status.close()
                raise GraderFault("The process that runs notebooks has ended unexpectedly.") from error
        return _Process(line, status)

    def stop(self) -> None:
        """Ends the process and with it every box: it ends by itself when its socket is closed."""
        self._control.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def _library_folders() -> list[str]:
    """Where packages are installed, and nothing else: not the project, not what an editable install points at."""
    known = {*site.getsitepackages(), site.getusersitepackages()}
    return [
        folder
        for folder in sys.path
        if folder in known or Path(folder).name in {"site-packages", "dist-packages"}
    ]


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
        "MPLCONFIGDIR": str(folder / "matplotlib"),
        **THREADS,
    }


class _Messages:
    """Reads the warm parent's own messages, which no student's code can write."""

    def __init__(self, source: socket.socket) -> None:
        self.source = source
        self._data = bytearray()

    def next(self, deadline: float) -> dict[str, Any] | None:
        """The next message; None if the other end is closed or the deadline has passed."""
        while True:
            if len(self._data) >= 4:
                (length,) = struct.unpack_from("<I", self._data)
                if len(self._data) >= 4 + length:
                    message: dict[str, Any] = json.loads(bytes(self._data[4 : 4 + length]))
                    del self._data[: 4 + length]
                    return message
            if not _readable([self.source], deadline):
                return None
            data = self.source.recv(65536)
            if not data:
                return None
            self._data += data


def _readable(sources: list[socket.socket], deadline: float) -> list[socket.socket]:
    left = max(0.0, deadline - time.monotonic())
    poll = select.poll()
    by_number = {source.fileno(): source for source in sources}
    for source in sources:
        poll.register(source, select.POLLIN)
    return [by_number[number] for number, _ in poll.poll(left * 1000)]


class _Process:
    """The two sockets of one box: the line, on which it speaks, and the status, on which only the parent does."""

    def __init__(self, line: socket.socket, status: socket.socket) -> None:
        self._line = line
        self._line.setblocking(False)
        self._status = _Messages(status)
        self._data = bytearray()
        self._gone: Gone | None = None

    def send(self, header: dict[str, Any], blob: bytes | bytearray, deadline: float) -> None:
        """One frame to the box; raises `Late` where it does not read, `Gone` where it has ended."""
        data = memoryview(frames.packed(frames.Frame(header, blob)))
        while data:
            try:
                data = data[self._line.send(data) :]
            except BlockingIOError:
                self._wait(select.POLLOUT, deadline)
            except OSError:
                raise self._ended(deadline) from None

    def receive(self, deadline: float) -> frames.Frame:
        """One frame from the box; raises `Late`, `Gone` or `Broken`. Never allocates what was only announced."""
        try:
            header, blob = frames.lengths(self._take(frames.LENGTHS.size, deadline))
            return frames.unpacked(self._take(header, deadline), self._take(blob, deadline))
        except frames.BadFrame as error:
            raise Broken(str(error)) from None

    def _take(self, size: int, deadline: float) -> bytearray:
        while len(self._data) < size:
            self._wait(select.POLLIN, deadline)
            try:
                data = self._line.recv(min(2**20, max(65536, size - len(self._data))))
            except BlockingIOError:
                continue
            except OSError:
                data = b""
            if not data:
                raise self._ended(deadline)
            self._data += data
        taken = self._data[:size]
        del self._data[:size]
        return taken

    def _wait(self, event: int, deadline: float) -> None:
        """Until the line can be read or written; the end of the box is seen although a stray holds the line open."""
        left = deadline - time.monotonic()
        if left <= 0:
            raise Late
        poll = select.poll()
        poll.register(self._line, event)
        if self._gone is None:
            poll.register(self._status.source, select.POLLIN)
        ready = dict(poll.poll(left * 1000))
        if not ready:
            raise Late
        if self._line.fileno() in ready:
            return
        message = self._status.next(deadline)
        if message is None or "ended" in message:
            self._gone = _gone(message)
            if event == select.POLLOUT or not self._line_holds_bytes():
                raise self._gone

    def _line_holds_bytes(self) -> bool:
        poll = select.poll()
        poll.register(self._line, select.POLLIN)
        return bool(poll.poll(0))

    def _ended(self, deadline: float) -> Gone | Late:
        """How the box ended, once its line is closed."""
        while self._gone is None:
            message = self._status.next(min(deadline, time.monotonic() + 5.0))
            if message is None or "ended" in message:
                self._gone = _gone(message)
        return self._gone

    def end(self) -> None:
        """Kills the box and waits until nothing of it is left."""
        with contextlib.suppress(OSError):
            if self._gone is None:
                self._status.source.shutdown(socket.SHUT_WR)
                deadline = time.monotonic() + 10.0
                while self._gone is None:
                    message = self._status.next(deadline)
                    if message is None or "ended" in message:
                        self._gone = _gone(message)
        self._line.close()
        self._status.source.close()


def _gone(message: dict[str, Any] | None) -> Gone:
    if message is None:
        return Gone("lost", None)
    return Gone(
        message["why"], None if message["ended"] is None else os.waitstatus_to_exitcode(message["ended"])
    )


@dataclass(frozen=True)
class _Step:
    """One piece of code to run: a cell, or the rubric's parameters, which count as the cell before them."""

    index: int
    source: str


@dataclass(frozen=True)
class _Outcome:
    """How one pass through a notebook went; `process` is None where nothing is left to be asked."""

    ended: Ended
    cell: int | None
    says: str
    process: _Process | None
    reached: int


class Box:
    """A notebook that has run, whose functions can be called and whose variables can be read: a `model.Student`."""

    execution: Execution

    def __init__(self, pool: Pool, notebook: model.Notebook, part: model.Part, seed: int) -> None:
        self._pool = pool
        self._notebook = notebook
        self._part = part
        self._seed = seed
        self._steps = _steps(notebook, part)
        self._process: _Process | None = None
        self._failures: dict[str, list[StudentFailed]] = {}
        self._lost: StudentFailed | None = None

    def run(self) -> None:
        """Runs the notebook; afterwards `execution` tells how that went."""
        started = time.monotonic()
        outcome = self._pass(self._steps)
        self.execution = Execution(
            self._part.file, outcome.ended, outcome.cell, time.monotonic() - started, outcome.says
        )
        self._settle(outcome)

    def _settle(self, outcome: _Outcome) -> None:
        """Where a pass ended without a box left, a fresh one runs the cells before the one that ended it."""
        stopped = {Ended.TIMED_OUT, Ended.OUT_OF_MEMORY, Ended.OUTPUT_LIMIT, Ended.DIED}
        for _ in range(REPLAYS):
            if outcome.ended in stopped:
                self._steps = tuple(step for step in self._steps if step.index < outcome.reached)
            if outcome.process is not None:
                break
            outcome = self._pass(self._steps)
        self._process = outcome.process
        if self._process is None:
            says = outcome.says or "its process ended"
            self._lost = StudentFailed(
                Problem.DIED, f"the notebook could not be run up to its functions: {says}"
            )

    def call(
        self,
        function: str,
        *arguments: Any,
        count_work: bool = False,
        evaluating: bool = False,
        **keywords: Any,
    ) -> Answer:
        """Calls a function by name with numpy arrays and plain values; see `model.Student`.

        With `count_work` the answer tells the work (see `counting.py`); a call that had to be stopped because it
        runs too many lines of Python has the work so far and no value. With `evaluating` a network is called in
        eval mode and without gradients.
        """
        blob = bytearray()
        tree = frames.encode((tuple(arguments), dict(keywords)), blob)
        request = {"arguments": tree, "count_work": count_work, "evaluating": evaluating}
        return self._asked(function, request, blob)

    def variable(self, name: str, rows: tuple[int, ...] | None = None, part: int | None = None) -> Answer:
        """Reads a top-level variable, or one element of it, or only these rows of each of its arrays."""
        request = {"rows": None if rows is None else list(rows), "part": part}
        return self._asked(name, request, bytearray())

    def written(self, tag: str) -> str | None:
        """The source of the markdown cell with this tag, or headed by this word."""
        return written(self._notebook, tag)

    def close(self) -> None:
        """Ends the box and everything in it."""
        if self._process is not None:
            self._process.end()
            self._process = None

    def _asked(self, name: str, request: dict[str, Any], blob: bytearray) -> Answer:
        before = self._failures.get(name, [])
        if len(before) >= TRIES:
            raise StudentFailed(
                before[-1].problem, f"{before[-1].says} (it failed so before and is not asked again)"
            )
        process = self._ready()
        identity = secrets.token_hex(16)
        deadline = time.monotonic() + self._part.limits.call_seconds
        try:
            process.send({"id": identity, "name": name, **request}, blob, deadline)
            return _answer(process.receive(deadline), identity, name, self.execution)
        except (Late, Gone, Broken) as error:
            failure = self._failure(error)
            self.close()
            self._failures.setdefault(name, []).append(failure)
            raise failure from None

    def _ready(self) -> _Process:
        if self._process is None and self._lost is None:
            self._settle(self._pass(self._steps))
        if self._lost is not None:
            raise self._lost
        if self._process is None:
            raise GraderFault("A box without a process was asked for an answer.")
        return self._process

    def _failure(self, error: Late | Gone | Broken) -> StudentFailed:
        limits = self._part.limits
        if isinstance(error, Late):
            return StudentFailed(Problem.TIMED_OUT, f"gave no answer within {limits.call_seconds:g} s")
        if isinstance(error, Broken):
            return StudentFailed(Problem.BAD_ANSWER, f"sent the grader something that is no answer: {error}")
        if error.why == "lost":
            raise GraderFault("The process that runs notebooks has ended unexpectedly.")
        problem, says = _how(error, limits)
        return StudentFailed(problem, says)

    def _pass(self, steps: tuple[_Step, ...]) -> _Outcome:
        limits = self._part.limits
        request = {
            "seed": self._seed,
            "memory_bytes": limits.memory_bytes,
            "disk_bytes": limits.disk_bytes,
            "output_bytes": limits.output_bytes,
            "processes": limits.processes,
        }
        process = self._pool.fork(request, self._part.files)
        try:
            _begin(process, steps)
            outcome = _Watch(process, steps, limits).outcome()
        except BaseException:
            process.end()
            raise
        if outcome.process is None:
            process.end()
        return outcome


def _begin(process: _Process, steps: tuple[_Step, ...]) -> None:
    """Hands the cells over, but only to a box that says that it stands: before that, any end is our own fault."""
    deadline = time.monotonic() + BOX_SECONDS
    try:
        ready = process.receive(deadline)
        if ready.header != {"event": "ready"}:
            raise GraderFault(
                f"A box could not be started: {frames.clean(str(ready.header.get('says')), 600)}."
            )
        process.send(
            {"event": "steps"}, json.dumps([[step.index, step.source] for step in steps]).encode(), deadline
        )
    except (Late, Broken, Gone) as error:
        raise GraderFault(f"A box could not be started ({type(error).__name__}: {error}).") from error


class _Watch:
    """Follows one pass through a notebook with the grader's own clock."""

    def __init__(self, process: _Process, steps: tuple[_Step, ...], limits: model.Limits) -> None:
        self.process = process
        self.steps = steps
        self.limits = limits
        self.position = -1
        self.raised: tuple[int, str] | None = None
        self.stop: tuple[Ended, str] | None = None
        self.end = time.monotonic() + limits.notebook_seconds
        self.cell_end = time.monotonic() + BOX_SECONDS
        self.events = 0

    @property
    def cell(self) -> int:
        """The cell that runs, as an index into the notebook; -1 before the first."""
        return self.steps[self.position].index if self.position >= 0 else -1

    def outcome(self) -> _Outcome:
        """Waits for the end of the run, whatever that is."""
        while True:
            try:
                event = self.event(self.process.receive(min(self.end, self.cell_end)))
            except Late:
                if self.stop is not None:
                    return self.stopped(None)
                if self.position < 0:
                    raise GraderFault(f"A kernel did not start within {BOX_SECONDS:.0f} s.") from None
                self.ask_to_stop(Ended.TIMED_OUT, self.too_late())
                continue
            except Gone as gone:
                return self.gone(gone)
            except Broken as broken:
                self.stop = (
                    Ended.DIED,
                    f"its process sent the grader something that is no message ({broken})",
                )
                return self.stopped(None)
            if event == "serving":
                return self.stopped(self.process) if self.stop is not None else self.finished()
            if event == "died":
                return self.stopped(None)

    def event(self, frame: frames.Frame) -> str:
        """Takes note of what the box tells; every field is checked, none decides about points."""
        header, self.events = frame.header, self.events + 1
        event = header.get("event")
        if frame.blob or self.events > 3 * len(self.steps) + EVENTS_BESIDE_CELLS:
            raise Broken("more messages than a notebook has cells")
        if event == "cell" and self.position + 1 < len(self.steps):
            self.position += 1
            self.cell_end = time.monotonic() + self.limits.cell_seconds
        elif event == "raised" and type(header.get("says")) is str:
            if self.raised is None and self.stop is None:
                self.raised = (self.cell, frames.clean(header["says"], 600))
        elif event == "output":
            self.ask_to_stop(Ended.OUTPUT_LIMIT, f"printed more than {self.limits.output_bytes:,} bytes")
        elif event == "died":
            code = header.get("code")
            if self.stop is None:
                self.stop = (Ended.DIED, _ending(code if type(code) is int else None))
        elif event == "fault" and self.position < 0:
            raise GraderFault(f"A box could not be started: {frames.clean(str(header.get('says')), 600)}.")
        elif event != "serving":
            raise Broken("an unknown message")
        return str(event)

    def ask_to_stop(self, ended: Ended, says: str) -> None:
        """Interrupts the cell; the box is killed if it does not come back in time."""
        if self.stop is not None:
            return
        self.stop = (ended, says)
        self.end = self.cell_end = time.monotonic() + GRACE_SECONDS
        with contextlib.suppress(Late, Gone):
            self.process.send({"event": "stop"}, b"", self.end)

    def too_late(self) -> str:
        if time.monotonic() >= self.end:
            return f"was running when the notebook's {self.limits.notebook_seconds:g} s were over"
        return f"did not end within {self.limits.cell_seconds:g} s"

    def gone(self, gone: Gone) -> _Outcome:
        if gone.why == "lost":
            raise GraderFault("The process that runs notebooks has ended unexpectedly.")
        if self.position < 0:
            raise GraderFault(f"A box ended before its first cell ({gone.why}, {gone.code}).")
        if self.stop is None:
            problem, says = _how(gone, self.limits)
            self.stop = (Ended(problem.value), says)
        return self.stopped(None)

    def stopped(self, process: _Process | None) -> _Outcome:
        ended, says = self.stop or (Ended.DIED, "ended")
        return _Outcome(ended, max(self.cell, 0), f"cell {max(self.cell, 0) + 1} {says}", process, self.cell)

    def finished(self) -> _Outcome:
        if self.raised is not None:
            cell, says = self.raised
            says = says.replace(f"(cell {cell + 1}, line", "(line")
            return _Outcome(Ended.RAISED, cell, f"cell {cell + 1} raised {says}", self.process, self.cell)
        return _Outcome(Ended.FINISHED, None, "", self.process, self.cell)


def _how(gone: Gone, limits: model.Limits) -> tuple[Problem, str]:
    """What the end of a box's processes means, from what the warm parent saw."""
    if gone.why == "memory":
        return Problem.OUT_OF_MEMORY, f"used more than {limits.memory_bytes / 2**30:.3g} GiB of memory"
    if gone.why == "processes":
        return Problem.DIED, f"started more than {limits.processes} processes"
    return Problem.DIED, _ending(gone.code)


def _ending(code: int | None) -> str:
    """How a process ended, from its exit code (negative: the signal that ended it)."""
    if code is not None and code > 128:
        code = 128 - code
    if code == 0:
        return "ended its own process with exit code 0 (os._exit?)"
    if code is None or code >= 0:
        return f"ended its own process with exit code {code}"
    names = {
        11: "a segmentation fault",
        6: "abort()",
        9: "a kill",
        7: "a bus error",
        8: "a floating-point trap",
    }
    return f"ended its process by {names.get(-code, f'signal {-code}')}"


def _answer(frame: frames.Frame, identity: str, name: str, execution: Execution) -> Answer:
    """The answer in a frame, or the `StudentFailed` that it tells of; raises `Broken` where it is neither."""
    header = frame.header
    if header.get("answer") != identity:
        raise Broken("an answer to another question")
    if "problem" in header:
        raise _told(header, name, execution)
    work = header.get("work")
    if type(header.get("form")) is not str or not (work is None or (type(work) is int and 0 <= work < 2**63)):
        raise Broken("an answer without its form")
    try:
        return Answer(frames.decode(header.get("value"), frame.blob), frames.clean(header["form"], 300), work)
    except frames.BadFrame as error:
        raise Broken(str(error)) from None


def _told(header: Any, name: str, execution: Execution) -> StudentFailed:
    says, problem = header.get("says"), header.get("problem")
    if type(says) is not str:
        raise Broken("a problem without words")
    says = frames.clean(says, 600)
    if problem == "missing":
        return StudentFailed(Problem.MISSING, _missing(header.get("names"), name, execution))
    if problem == "raised":
        return StudentFailed(Problem.RAISED, f"raised {says}")
    if problem == "out_of_memory":
        return StudentFailed(Problem.OUT_OF_MEMORY, f"ran out of memory: {says}")
    if problem == "output_limit":
        return StudentFailed(Problem.OUTPUT_LIMIT, "printed without end")
    if problem == "bad_value":
        return StudentFailed(Problem.BAD_VALUE, says)
    raise Broken("an unknown problem")


def _missing(names: Any, name: str, execution: Execution) -> str:
    says = f"`{name}` is not defined at the notebook's top level"
    if execution.ended not in {Ended.FINISHED, Ended.RAISED} or execution.cell is not None:
        says += f"; {execution.says}" if execution.says else ""
    if type(names) is list and names and type(names[0]) is str:
        says += f"; did you mean `{frames.clean(names[0], 80)}`?"
    return says


def _steps(notebook: model.Notebook, part: model.Part) -> tuple[_Step, ...]:
    """The code cells in order, with the rubric's parameters after the cell tagged `parameters`."""
    steps = [
        _Step(index, cell.source)
        for index, cell in enumerate(notebook.cells)
        if cell.kind == "code" and cell.source.strip()
    ]
    if part.parameters:
        source = "\n".join(f"{name} = {value!r}" for name, value in part.parameters.items())
        tagged = [i for i, step in enumerate(steps) if "parameters" in notebook.cells[step.index].tags]
        position = tagged[0] + 1 if tagged else 0
        index = steps[position - 1].index if position else 0
        steps.insert(position, _Step(index, source))
    return tuple(steps)


def written(notebook: model.Notebook, tag: str) -> str | None:
    """The source of the markdown cell with this tag, or whose heading has this word; None if there is none.

    >>> cells = (model.Cell("markdown", "# The Derivation\\nexp"), model.Cell("code", "x = 1", ("derivation",)))
    >>> written(model.Notebook("a.ipynb", "a.ipynb", cells, ""), "derivation")
    '# The Derivation\\nexp'
    """
    texts = [cell for cell in notebook.cells if cell.kind == "markdown"]
    for cell in texts:
        if tag in cell.tags:
            return cell.source
    for cell in texts:
        if any(
            line.lstrip().startswith("#") and tag.lower() in line.lower() for line in cell.source.splitlines()
        ):
            return cell.source
    return None
