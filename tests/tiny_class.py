"""A class of four tiny notebooks, graded by the real command: each run takes a second or two."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.store import NAME, open_store
from tests.conftest import ROOT

RUBRIC = """
schema = 1
assignment = "tiny"
title = "Tiny"

[limits]
cell_seconds = 20
disk_bytes = 67108864

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
            self.hand_in_as(student, sources)

    def hand_in_as(self, student: str, sources: list[str]) -> None:
        (self.folder / "class" / student).mkdir(parents=True)
        cells = [
            {"cell_type": "code", "id": f"c{k}", "metadata": {}, "source": source, "outputs": []}
            | {"execution_count": None}
            for k, source in enumerate(sources)
        ]
        text = json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
        (self.folder / "class" / student / "tiny.ipynb").write_text(text)

    def start(self, *before: str, after: tuple[str, ...] = ()) -> subprocess.Popen[bytes]:
        """The command that grades this class, or a script that does with the command's own arguments at its end."""
        asked = ["grade", str(self.folder / "class"), "--rubric", str(self.folder / "rubric" / "rubric.toml")]
        asked += ["--out", str(self.out), "--jobs", "2", "--quiet", *after]
        # Not through a pipe, which whoever survives the grader would hold open.
        with self.said.open("w") as said:
            return subprocess.Popen(
                [sys.executable, *(before or ("-m", "grader")), *asked],
                cwd=ROOT,
                env=os.environ | {"TMPDIR": str(self.temporary), "XDG_CACHE_HOME": str(self.cache.parent)},
                stdout=said,
                stderr=subprocess.STDOUT,
            )

    def grade(self, *before: str, after: tuple[str, ...] = ()) -> str:
        """Grades to the end; what was said."""
        with self.start(*before, after=after) as process:
            code = process.wait()
        assert code == 0, self.said.read_text()
        return self.said.read_text()

    def running(self) -> list[str]:
        """Every process that comes from a command of this class, also from one that was killed."""
        mark = f"TMPDIR={self.temporary}".encode()
        return [path.parent.name for path in Path("/proc").glob("[0-9]*/environ") if mark in read(path)]

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


def read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def _without_times(report: dict[str, Any]) -> dict[str, Any]:
    run = {key: value for key, value in report["run"].items() if key not in {"started", "seconds"}}
    return {**report, "run": run, "execution": [{**one, "seconds": 0} for one in report["execution"]]}


def course_in(folder: Path) -> Course:
    """A new class in a new folder, ready to be graded."""
    folder.mkdir()
    course = Course(folder)
    course.hand_in()
    return course
