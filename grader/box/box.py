"""A notebook that has run, whose functions can be called and whose variables can be read."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from grader import model
from grader.box import frames, isolate
from grader.box.line import Broken, Gone, Late, Process
from grader.box.run import Outcome, Patience, Run, Step, begin, how, steps_of
from grader.model import Answer, Ended, Execution, GraderFault, Problem, StudentFailed

REPLAYS = 2
# Seconds of replays that one notebook may cause after its run, in units of its own limit: functions that hang or die
# each need some, and without a bound a notebook that takes its time and has many of them would take hours.
REPLAYED = 2.0
TRIES = 2
Fork = Callable[[dict[str, Any], Sequence[Path]], Process]


class Box:
    """A notebook that has run, whose functions can be called and whose variables can be read: a `model.Student`."""

    execution: Execution

    def __init__(self, fork: Fork, notebook: model.Notebook, part: model.Part, seed: int) -> None:
        self._fork = fork
        self._notebook = notebook
        self._part = part
        self._seed = seed
        self._steps = steps_of(notebook, part)
        self._process: Process | None = None
        self._failures: dict[str, list[StudentFailed]] = {}
        self._lost: StudentFailed | None = None
        self._replayed = 0.0

    def run(self) -> None:
        """Runs the notebook; afterwards `execution` tells how that went."""
        started = time.monotonic()
        outcome = self._pass(self._steps)
        self.execution = Execution(
            self._part.file, outcome.ended, outcome.cell, time.monotonic() - started, outcome.says
        )
        self._settle(outcome)

    def _settle(self, outcome: Outcome) -> None:
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
        patience = Patience(process, self._part.limits.call_seconds)
        try:
            process.send({"id": identity, "name": name, **request}, blob, deadline)
            return _answer(_received(process, deadline, patience), identity, name, self.execution)
        except (Late, Gone, Broken) as error:
            failure = self._failure(error)
            self.close()
            self._failures.setdefault(name, []).append(failure)
            raise failure from None

    def _ready(self) -> Process:
        if self._process is None and self._lost is None:
            self._replay()
        if self._lost is not None:
            raise self._lost
        if self._process is None:
            raise GraderFault("A box without a process was asked for an answer.")
        return self._process

    def _replay(self) -> None:
        """Runs the cells once more, after a function that hung or ended its process."""
        if self._replayed > REPLAYED * self._part.limits.notebook_seconds:
            says = f"was not asked: the notebook was run again for {self._replayed:.0f} s after functions before it"
            self._lost = StudentFailed(Problem.TIMED_OUT, f"{says} had hung or ended their process")
            return
        started = time.monotonic()
        self._settle(self._pass(self._steps))
        self._replayed += time.monotonic() - started

    def _failure(self, error: Late | Gone | Broken) -> StudentFailed:
        limits = self._part.limits
        if isinstance(error, Late):
            return StudentFailed(Problem.TIMED_OUT, f"gave no answer within {limits.call_seconds:g} s")
        if isinstance(error, Broken):
            return StudentFailed(Problem.BAD_ANSWER, f"sent the grader something that is no answer: {error}")
        if error.why == "lost":
            raise GraderFault("The process that runs notebooks has ended unexpectedly.")
        problem, says = how(error, limits)
        return StudentFailed(problem, says)

    def _pass(self, steps: tuple[Step, ...]) -> Outcome:
        limits = self._part.limits
        request = {
            "seed": self._seed,
            "memory_bytes": limits.memory_bytes,
            "disk_bytes": limits.disk_bytes,
            "disk_files": isolate.INODES,
            "output_bytes": limits.output_bytes,
            "processes": limits.processes,
        }
        process = self._fork(request, self._part.files)
        try:
            begin(process, steps)
            outcome = Run(process, steps, limits).outcome()
        except BaseException:
            process.end()
            raise
        if outcome.process is None:
            process.end()
        return outcome


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


def _received(process: Process, deadline: float, patience: Patience) -> frames.Frame:
    """The next frame, at the deadline or as much later as the box had to wait for a processor."""
    while True:
        try:
            return process.receive(deadline)
        except Late:
            more = patience.more()
            if not more:
                raise
            deadline += more


def _missing(names: Any, name: str, execution: Execution) -> str:
    says = f"`{name}` is not defined at the notebook's top level"
    if execution.ended not in {Ended.FINISHED, Ended.RAISED} or execution.cell is not None:
        says += f"; {execution.says}" if execution.says else ""
    if type(names) is list and names and type(names[0]) is str:
        says += f"; did you mean `{frames.clean(names[0], 80)}`?"
    return says


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
