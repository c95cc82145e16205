"""H64: the grader is killed at any moment; the next run gives what one run without interruption would have given."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grader.store import NAME, open_store
from tests.conftest import ROOT

pytestmark = [pytest.mark.box, pytest.mark.skipif(sys.platform != "linux", reason="looks into Linux's /proc")]

ROUNDS = 4
MANY_ROUNDS = 100
CHANGES = 5
END_SECONDS = 20.0

RUBRIC = """
schema = 1
assignment = "tiny"
title = "Tiny"

[limits]
cell_seconds = 20

[[notebook]]
file = "tiny.ipynb"
makes = "table"

[[item]]
id = "tiny.doubled"
notebook = "tiny.ipynb"
points = 2
says = "doubled(x) is 2x"
function = "doubled"
check = "doubled"

[[item]]
id = "tiny.total"
notebook = "tiny.ipynb"
points = 1
says = "total is the sum of table.npy"
variable = "total"
check = "total"
"""
CHECKS = """
import numpy as np

from grader.compare import near


def table(folder):
    np.save(folder / "table.npy", np.arange(5.0))


def doubled(student, draw, ask):
    x = draw.rng.normal(size=3)
    yield near(student.call("doubled", x).value, 2 * x, 1e-9, says="doubled(x) is 2x")


def total(student, draw, ask):
    yield near(student.variable("total").value, 10.0, 1e-9, says="total is 10")
"""
CLASS = {
    "ada": ["import numpy as np", "def doubled(x): return 2 * x", "total = np.load('table.npy').sum()"],
    "bob": ["def doubled(x): return 3 * x", "total = 10"],
    "dan": ["def doubled(x): return 2 * x", "import os; os._exit(1)"],
    "eve": ["1 / 0", "def doubled(x): return x + x", "total = 11.0"],
}
# Kills the grader as it is about to change something in a folder for the nth time.
SUICIDAL = """
import os, signal, sys
folder, left = sys.argv[1], int(sys.argv[2])

def heed(event, arguments):
    global left
    changes = event in {"os.mkdir", "os.rename", "os.remove", "os.rmdir"}
    changes |= event == "open" and isinstance(arguments[2], int) and bool(arguments[2] & os.O_CREAT)
    if changes and str(arguments[0]).startswith(folder):
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(heed)
from grader.cli import main
code = main(sys.argv[3:])
print(left)
sys.exit(code)
"""


@dataclass(frozen=True)
class Course:
    """A rubric and a class of its own, graded by commands that can be killed."""

    folder: Path

    @property
    def out(self) -> Path:
        return self.folder / "out"

    @property
    def said(self) -> Path:
        return self.folder / "said.txt"

    @property
    def temporary(self) -> Path:
        return self.folder / "tmp"

    @property
    def cache(self) -> Path:
        return self.folder / "cache" / "grader"

    def hand_in(self) -> None:
        for path in (self.folder / "rubric", self.temporary):
            path.mkdir()
        (self.folder / "rubric" / "rubric.toml").write_text(RUBRIC)
        (self.folder / "rubric" / "checks.py").write_text(CHECKS)
        for student, sources in CLASS.items():
            (self.folder / "class" / student).mkdir(parents=True)
            cells = [
                {"cell_type": "code", "id": f"c{k}", "metadata": {}, "source": source, "outputs": []}
                | {"execution_count": None}
                for k, source in enumerate(sources)
            ]
            text = json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
            (self.folder / "class" / student / "tiny.ipynb").write_text(text)

    def start(self, *before: str) -> subprocess.Popen[bytes]:
        """The command that grades this class, or a script that does with the command's own arguments at its end."""
        asked = ["grade", str(self.folder / "class"), "--rubric", str(self.folder / "rubric" / "rubric.toml")]
        asked += ["--out", str(self.out), "--jobs", "2", "--quiet"]
        # Not through a pipe, which whoever survives the grader would hold open.
        with self.said.open("w") as said:
            return subprocess.Popen(
                [sys.executable, *(before or ("-m", "grader")), *asked],
                cwd=ROOT,
                env=os.environ | {"TMPDIR": str(self.temporary), "XDG_CACHE_HOME": str(self.cache.parent)},
                stdout=said,
                stderr=subprocess.STDOUT,
            )

    def grade(self, *before: str) -> str:
        """Grades to the end; what was said."""
        with self.start(*before) as process:
            code = process.wait()
        assert code == 0, self.said.read_text()
        return self.said.read_text()

    def running(self) -> list[str]:
        """Every process that comes from a command of this class, also from one that was killed."""
        mark = f"TMPDIR={self.temporary}".encode()
        return [path.parent.name for path in Path("/proc").glob("[0-9]*/environ") if mark in _read(path)]

    def files(self) -> list[str]:
        places = (self.out, self.temporary, self.cache)
        return sorted(str(path.relative_to(self.folder)) for one in places for path in one.rglob("*"))

    def results(self) -> dict[str, Any]:
        """All that the run leaves, but for times."""
        reports = {
            path.parent.name: _without_times(json.loads(path.read_text()))
            for path in sorted(self.out.glob("students/*/report.json"))
        }
        return {"scores": (self.out / "scores.csv").read_text(), "reports": reports}

    def attempts(self) -> list[tuple[str, int, int]]:
        """For each student how often it was graded and how many items are on record."""
        with closing(sqlite3.connect(self.out / NAME)) as record:
            return record.execute(
                "SELECT student, (SELECT count(*) FROM attempt WHERE attempt.student = item.student), count(*) "
                "FROM item GROUP BY student ORDER BY student"
            ).fetchall()

    def secret(self) -> str:
        with open_store(self.out, create=False) as store:
            return store.secret()

    def takes(self, secret: str) -> None:
        """The secret of another run, so that the inputs are the same."""
        with open_store(self.out), closing(sqlite3.connect(self.out / NAME)) as record, record:
            record.execute("INSERT INTO secret VALUES (1, ?)", (secret,))


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def _without_times(report: dict[str, Any]) -> dict[str, Any]:
    run = {key: value for key, value in report["run"].items() if key not in {"started", "seconds"}}
    return {**report, "run": run, "execution": [{**one, "seconds": 0} for one in report["execution"]]}


@pytest.fixture
def short_folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="h64", dir="/tmp") as folder:
        yield Path(folder)


def _course(folder: Path) -> Course:
    folder.mkdir()
    course = Course(folder)
    course.hand_in()
    return course


def _nothing_runs(course: Course) -> None:
    """All processes of the command end by themselves, soon after the grader."""
    deadline = time.monotonic() + END_SECONDS
    while course.running() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert [(pid, _read(Path(f"/proc/{pid}/cmdline"))) for pid in course.running()] == []


def _goes_on(course: Course, whole: Course) -> None:
    """The next run leaves what the one that nothing interrupted left."""
    _nothing_runs(course)
    course.grade()
    _nothing_runs(course)
    assert course.attempts() == whole.attempts() == [(student, 1, 2) for student in sorted(CLASS)]
    assert course.files() == whole.files()
    assert course.results() == whole.results()


def _killed(course: Course, seconds: float) -> None:
    with course.start() as process:
        time.sleep(seconds)
        process.send_signal(signal.SIGKILL)


@pytest.fixture(scope="module")
def whole() -> Iterator[tuple[Course, float]]:
    """A run that nothing interrupts, and its seconds."""
    with tempfile.TemporaryDirectory(prefix="h64", dir="/tmp") as folder:
        course = _course(Path(folder, "whole"))
        before = time.monotonic()
        with course.start() as process:
            seen: set[str] = set()
            while process.poll() is None:
                seen |= set(course.running())
                time.sleep(0.02)
        # The grader, its worker, the parent of boxes, a box's driver and its kernel: `running` sees them.
        assert len(seen) >= 5
        yield course, time.monotonic() - before


def _rounds(folder: Path, rounds: int, whole: Course, seconds: float, seed: int) -> None:
    moments = np.random.default_rng(seed)
    for number in range(rounds):
        course = _course(folder / str(number))
        course.takes(whole.secret())
        for _ in range(moments.integers(1, 3)):
            _killed(course, moments.uniform(0.0, seconds))
        _goes_on(course, whole)


def test_a_grader_that_is_killed_at_any_moment_goes_on_as_if_it_had_not_been(
    short_folder: Path, whole: tuple[Course, float]
) -> None:
    _rounds(short_folder, ROUNDS, *whole, seed=64)


def test_a_grader_that_is_killed_in_the_midst_of_writing_goes_on_as_if_it_had_not_been(
    short_folder: Path, whole: tuple[Course, float]
) -> None:
    """The moments that a clock hardly ever meets: between two steps of making, replacing and removing a file."""
    course, most = _course(short_folder / "counted"), 10**6
    changes = most - int(course.grade("-c", SUICIDAL, str(short_folder), str(most)))
    offset = np.random.default_rng(64).random()
    for number in (1 + int(changes * (step + offset) / CHANGES) for step in range(CHANGES)):
        course = _course(short_folder / str(number))
        course.takes(whole[0].secret())
        with course.start("-c", SUICIDAL, str(short_folder), str(number)) as process:
            assert process.wait() == -signal.SIGKILL
        _goes_on(course, whole[0])


@pytest.mark.slow
@pytest.mark.timeout(3000)
def test_a_grader_that_is_killed_a_hundred_times_goes_on_as_if_it_had_not_been(
    short_folder: Path, whole: tuple[Course, float]
) -> None:
    _rounds(short_folder, MANY_ROUNDS, *whole, seed=65)
