"""One pass through a notebook in a fresh box, followed with the grader's own clock."""

from __future__ import annotations

import contextlib
import json
import time
from dataclasses import dataclass

from grader import model
from grader.box import frames
from grader.box.line import Broken, Gone, Late, Process
from grader.model import Ended, GraderFault, Problem

BOX_SECONDS = 60.0
GRACE_SECONDS = 1.5
LENIENCE = 3.0
LEAST_WAIT = 0.02
EVENTS_BESIDE_CELLS = 16
SIGNALS = {
    6: "abort()",
    7: "a bus error",
    8: "a floating-point trap",
    9: "a kill",
    11: "a segmentation fault",
}


@dataclass(frozen=True)
class Step:
    """One piece of code to run: a cell, or the rubric's parameters, which count as the cell before them."""

    index: int
    source: str


@dataclass(frozen=True)
class Outcome:
    """How one pass through a notebook went; `process` is None where nothing is left to be asked."""

    ended: Ended
    cell: int | None
    says: str
    process: Process | None
    reached: int


def steps_of(notebook: model.Notebook, part: model.Part) -> tuple[Step, ...]:
    """The code cells in order, with the rubric's parameters after the cell tagged `parameters`."""
    steps = [
        Step(index, cell.source)
        for index, cell in enumerate(notebook.cells)
        if cell.kind == "code" and cell.source.strip()
    ]
    if part.parameters:
        source = "\n".join(f"{name} = {value!r}" for name, value in part.parameters.items())
        tagged = [i for i, step in enumerate(steps) if "parameters" in notebook.cells[step.index].tags]
        position = tagged[0] + 1 if tagged else 0
        index = steps[position - 1].index if position else 0
        steps.insert(position, Step(index, source))
    return tuple(steps)


def begin(process: Process, steps: tuple[Step, ...]) -> None:
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


class Patience:
    """How much longer one cell or call may take because its box had to wait for a processor: not the student's time.

    A box that makes itself wait, with threads of its own, gets no more than `LENIENCE` times the limit in addition.
    """

    def __init__(self, process: Process, seconds: float) -> None:
        self._process = process
        self._least = LEAST_WAIT * seconds
        self._left = LENIENCE * seconds

    def more(self) -> float:
        """The seconds to add to a limit that has passed; 0 if the box had a processor nearly all the time."""
        more = min(self._process.waited(), self._left)
        self._left -= more
        return more if more > self._least else 0.0


class Run:
    """Follows one pass through a notebook with the grader's own clock."""

    def __init__(self, process: Process, steps: tuple[Step, ...], limits: model.Limits) -> None:
        self.process = process
        self.steps = steps
        self.limits = limits
        self.position = -1
        self.raised: tuple[int, str] | None = None
        self.stop: tuple[Ended, str] | None = None
        self.end = time.monotonic() + limits.notebook_seconds
        self.cell_end = time.monotonic() + BOX_SECONDS
        self.patience = Patience(process, limits.cell_seconds)
        self.events = 0

    @property
    def cell(self) -> int:
        """The cell that runs, as an index into the notebook; -1 before the first."""
        return self.steps[self.position].index if self.position >= 0 else -1

    def outcome(self) -> Outcome:
        """Waits for the end of the run, whatever that is."""
        while True:
            try:
                event = self.event(self.process.receive(min(self.end, self.cell_end)))
            except Late:
                if self.stop is not None:
                    return self.stopped(None)
                if self.position < 0:
                    raise GraderFault(f"A kernel did not start within {BOX_SECONDS:.0f} s.") from None
                more = self.patience.more()
                if more:
                    self.cell_end, self.end = self.cell_end + more, self.end + more
                    continue
                self.ask_to_stop(Ended.TIMED_OUT, self.too_late())
                continue
            except Gone as gone:
                return self.gone(gone)
            except Broken as broken:
                self.stop = (
                    Ended.DIED,
                    f"sent the grader something that is no message ({broken})",
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
            self.patience = Patience(self.process, self.limits.cell_seconds)
            self.cell_end = time.monotonic() + self.limits.cell_seconds
        elif event == "raised" and type(header.get("says")) is str:
            if self.raised is None and self.stop is None:
                self.raised = (self.cell, frames.clean(header["says"], 600))
        elif event == "output":
            self.ask_to_stop(Ended.OUTPUT_LIMIT, f"printed more than {self.limits.output_bytes:,} bytes")
        elif event == "died":
            code = header.get("code")
            if self.stop is None:
                self.stop = (Ended.DIED, ending(code if type(code) is int else None))
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

    def gone(self, gone: Gone) -> Outcome:
        if gone.why == "lost":
            raise GraderFault("The process that runs notebooks has ended unexpectedly.")
        if self.position < 0:
            raise GraderFault(f"A box ended before its first cell ({gone.why}, {gone.code}).")
        if self.stop is None:
            problem, says = how(gone, self.limits)
            self.stop = (Ended(problem.value), says)
        return self.stopped(None)

    def stopped(self, process: Process | None) -> Outcome:
        ended, says = self.stop or (Ended.DIED, "ended")
        return Outcome(ended, max(self.cell, 0), f"cell {max(self.cell, 0) + 1} {says}", process, self.cell)

    def finished(self) -> Outcome:
        if self.raised is not None:
            cell, says = self.raised
            says = says.replace(f"(cell {cell + 1}, line", "(line")
            return Outcome(Ended.RAISED, cell, f"cell {cell + 1} raised {says}", self.process, self.cell)
        return Outcome(Ended.FINISHED, None, "", self.process, self.cell)


def how(gone: Gone, limits: model.Limits) -> tuple[Problem, str]:
    """What the end of a box's processes means, from what the warm parent saw."""
    if gone.why == "memory":
        return Problem.OUT_OF_MEMORY, f"used more than {limits.memory_bytes / 2**30:.3g} GiB of memory"
    if gone.why == "processes":
        return Problem.DIED, f"started more than {limits.processes} processes"
    if gone.why == "disk":
        return (
            Problem.DIED,
            f"wrote more than {limits.disk_bytes / 2**30:.3g} GiB of files, or too many of them",
        )
    return Problem.DIED, ending(gone.code)


def ending(code: int | None) -> str:
    """How a process ended, from its exit code (negative: the signal that ended it)."""
    if code is not None and code > 128:
        code = 128 - code
    if code == 0:
        return "ended its own process with exit code 0 (os._exit?)"
    if code is None or code >= 0:
        return f"ended its own process with exit code {code}"
    return f"ended its process by {SIGNALS.get(-code, f'signal {-code}')}"
