"""Where our own time goes: one class graded one notebook at a time, in this process, with a clock around each part.

    python -m benchmarks.phases FOLDER

FOLDER holds `class` and `rubric/rubric.toml`. Prints JSON: the seconds of the start, and of every notebook's parts.
The clocks sit on the grader's side of the line to a box; what a box does between two of its messages is one part.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from grader.box import Pool
from grader.box.frames import Frame
from grader.box.line import Process
from grader.data import laid_out
from grader.draw import seed_of
from grader.grade import grade_submission, imports_named
from grader.intake import find_submissions
from grader.model import Item
from grader.references import FellowOutput, Inputs, Variants, Workers
from grader.report import write_student
from grader.rubric import load_rubric
from grader.store import open_store

PARTS = ("fork and seal", "kernel", "cells", "calls", "references", "judge", "teardown", "record")
Spent = dict[str, float]


@contextmanager
def clocked(spent: Spent, part: str) -> Iterator[None]:
    """Adds what passes to a part."""
    start = time.perf_counter()
    try:
        yield
    finally:
        spent[part] = spent.get(part, 0.0) + time.perf_counter() - start


class TimedProcess(Process):
    """A box's line, listened to: its messages say when the box stood, when cells began and when they were done."""

    def __init__(self, process: Process, spent: Spent, asked: float) -> None:
        self._process = process
        self._spent = spent
        self._last = asked
        self._part = "fork and seal"

    def _until_now(self, part: str) -> None:
        now = time.perf_counter()
        self._spent[self._part] = self._spent.get(self._part, 0.0) + now - self._last
        self._last, self._part = now, part

    def send(self, header: dict[str, Any], blob: bytes | bytearray, deadline: float) -> None:
        if self._part == "idle":
            self._last, self._part = time.perf_counter(), "calls"
        self._process.send(header, blob, deadline)

    def receive(self, deadline: float) -> Frame:
        frame = self._process.receive(deadline)
        event = frame.header.get("event")
        if self._part == "fork and seal" and event == "ready":
            self._until_now("kernel")
        elif self._part == "kernel" and event in {"cell", "serving"}:
            self._until_now("cells" if event == "cell" else "idle")
        elif self._part == "calls" or event == "serving":
            self._until_now("idle")
        return frame

    def end(self) -> None:
        with clocked(self._spent, "teardown"):
            self._process.end()


class TimedPool(Pool):
    """A pool whose boxes are listened to; `spent` is that of the notebook in hand."""

    spent: Spent

    def fork(self, request: dict[str, Any], files: Sequence[Path]) -> Process:
        asked = time.perf_counter()
        return TimedProcess(super().fork(request, files), self.spent, asked)


class TimedWorkers(Workers):
    """Reference workers, with the time that the judge waits for what it asks them.

    The truth about an item's inputs is computed beside the cells; where the judge has to wait for it, that is
    counted as the judge's.
    """

    spent: Spent

    def fellows(self, item: Item, cases: Sequence[Inputs]) -> list[FellowOutput]:
        with clocked(self.spent, "references"):
            return super().fellows(item, cases)

    def variants(self, item: Item) -> Variants:
        with clocked(self.spent, "references"):
            return super().variants(item)

    def value(self, name: str, *inputs: Any) -> Any:
        with clocked(self.spent, "references"):
            return super().value(name, *inputs)


def phases(folder: Path, out: Path) -> dict[str, Any]:
    """The seconds of `start`, and for each notebook those of every part; the judge has what no other part has."""
    begun = time.perf_counter()
    rubric = load_rubric(folder / "rubric" / "rubric.toml")
    rubric = replace(rubric, parts=laid_out(rubric))
    found = find_submissions(folder / "class", {name: rubric.names_in(name) for name in rubric.parts})
    notebooks = []
    workers, pool = TimedWorkers(rubric.path), TimedPool(imports=imports_named(rubric, found))
    with open_store(out) as store, workers, pool:
        started = time.perf_counter() - begun
        for submission in found:
            spent: Spent = dict.fromkeys(PARTS, 0.0)
            pool.spent = workers.spent = spent
            start = time.perf_counter()
            seed = seed_of(store.secret(), submission.sha256)
            report = grade_submission(submission, rubric, rubric.items, pool, workers, seed)
            spent["judge"] = time.perf_counter() - start - sum(spent.values())
            with clocked(spent, "record"):
                store.record(report, key="benchmark")
                write_student(out, report, store.exhibits(report.student))
            notebooks.append(spent)
        isolation = pool.isolation
    return {"isolation": isolation, "start": started, "notebooks": notebooks}


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as grades:
        print(json.dumps(phases(Path(sys.argv[1]), Path(grades))))
