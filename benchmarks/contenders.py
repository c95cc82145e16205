"""The graders side by side: how each is installed, started on a whole class, and what points it gave."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import sysconfig
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.translate import ASSIGNMENT, Assignment, Points, write_nbgrader, write_otter, write_ours

LOCK = Path(__file__).with_name("peers.lock")
START_SECONDS = 120
NOTEBOOK_SECONDS = 180

Scores = Mapping[str, Points]
"""Student → item → points. A student without a result is not in it."""

_READ_GRADEBOOK = """
import json, sys
from nbgrader.api import Gradebook
with Gradebook("sqlite:///gradebook.db") as book:
    found = {}
    for submission in book.assignment_submissions(sys.argv[1]):
        grades = [grade for notebook in submission.notebooks for grade in notebook.grades]
        found[submission.student.id] = {grade.name: grade.auto_score or 0.0 for grade in grades}
print(json.dumps(found))
"""


@dataclass(frozen=True)
class Contender:
    """A way of grading a class.

    `prepare` writes the class into an empty folder, in the grader's own format; that is not timed. `grade` runs the
    command or commands and is timed as a whole. `scores` reads the points afterwards.
    """

    name: str
    prepare: Callable[[Assignment, Path], None]
    grade: Callable[[Assignment, Path], None]
    scores: Callable[[Assignment, Path], Scores]


def peers_environment(folder: Path) -> Path:
    """The other graders' programs, installed from the lock into an environment that also sees ours; its `bin` folder.

    Torch and the kernel are those of the environment that runs this: nothing is installed twice, and all graders
    start the same versions.
    """
    programs, done = folder / "bin", folder / "installed.lock"
    if done.is_file() and done.read_text(encoding="utf-8") == LOCK.read_text(encoding="utf-8"):
        return programs
    shutil.rmtree(folder, ignore_errors=True)
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    python = str(programs / "python")
    install = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
    subprocess.run([*install, "-r", str(LOCK)], check=True)
    theirs = subprocess.run(
        [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()
    Path(theirs, "project.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    shutil.copy(LOCK, done)
    return programs


def run(
    command: Sequence[str], folder: Path, seconds: float, environment: Mapping[str, str] | None = None
) -> int:
    """Runs a command in a folder; what it says is kept in `said.txt`. After so many seconds its group is killed.

    Returns the exit code; a command that was killed has a negative one.
    """
    with (folder / "said.txt").open("ab") as said:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env={**os.environ, **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            start_new_session=True,
        )
        try:
            return process.wait(seconds)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            return process.wait()


def run_well(
    command: Sequence[str], folder: Path, seconds: float, environment: Mapping[str, str] | None = None
) -> None:
    """As `run`, for a command whose failure makes the measurement worthless; raises `RuntimeError`."""
    code = run(command, folder, seconds, environment)
    if code:
        said = (folder / "said.txt").read_text(encoding="utf-8", errors="replace").strip().splitlines()
        last = "\n".join(said[-5:])
        raise RuntimeError(f"{' '.join(command)} ended with {code}:\n{last}")


def warm_up(programs: Path) -> None:
    """Brings what every grader imports into the machine's file cache, so that who comes first pays nothing more."""
    for python in (sys.executable, str(programs / "python")):
        libraries = "import torch, torchvision, sklearn.neighbors, matplotlib.pyplot, nbclient, ipykernel"
        subprocess.run([python, "-c", libraries], check=True)
    for program in ("nbgrader", "otter"):
        subprocess.run([str(programs / program), "--version"], check=True, stdout=subprocess.DEVNULL)


def _settings(programs: Path, folder: Path) -> dict[str, str]:
    """The peers' environment as if it were activated, and no settings of the user's."""
    (folder / "settings").mkdir(exist_ok=True)
    names = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "IPYTHONDIR")
    settings = {name: str(folder / "settings" / name.lower()) for name in names}
    return {**settings, "PATH": f"{programs}{os.pathsep}{os.environ.get('PATH', os.defpath)}"}


def _class_seconds(assignment: Assignment) -> float:
    return START_SECONDS + NOTEBOOK_SECONDS * len(assignment.entries)


# ---------------------------------------------------------------- ours


def ours(jobs: int) -> Contender:
    """`grader grade` with so many notebooks at once."""

    def grade(assignment: Assignment, folder: Path) -> None:
        command = [sys.executable, "-m", "grader", "grade", "class", "--rubric", "rubric/rubric.toml"]
        options = ["--out", "grades", "--jobs", str(jobs), "--quiet"]
        run_well([*command, *options], folder, _class_seconds(assignment))

    name = "grader grade" if jobs == 1 else f"grader grade, {jobs} at once"
    return Contender(name, write_ours, grade, _our_scores)


def _our_scores(_: Assignment, folder: Path) -> Scores:
    reports = [
        json.loads(path.read_text(encoding="utf-8")) for path in folder.glob("grades/students/*/report.json")
    ]
    return {
        report["student"]: {item["id"]: float(item["earned"]) for item in report["items"]}
        for report in reports
        if report["status"] != "not_graded"
    }


# ---------------------------------------------------------------- nbgrader


def nbgrader(programs: Path) -> Contender:
    """`nbgrader autograde` on the assignment: one notebook after the other, it has no other way."""
    program = str(programs / "nbgrader")

    def prepare(assignment: Assignment, folder: Path) -> None:
        write_nbgrader(assignment, folder)
        run_well(
            [program, "generate_assignment", ASSIGNMENT], folder, START_SECONDS, _settings(programs, folder)
        )

    def grade(assignment: Assignment, folder: Path) -> None:
        # It ends with 1 where a single notebook fails; who has no points shows in the scores.
        run(
            [program, "autograde", ASSIGNMENT],
            folder,
            _class_seconds(assignment),
            _settings(programs, folder),
        )

    def scores(assignment: Assignment, folder: Path) -> Scores:
        answer = subprocess.run(
            [str(programs / "python"), "-c", _READ_GRADEBOOK, ASSIGNMENT],
            cwd=folder,
            check=True,
            capture_output=True,
            text=True,
        )
        graded = {path.parent.name for path in folder.glob(f"autograded/*/{ASSIGNMENT}")}
        found: dict[str, dict[str, float]] = json.loads(answer.stdout)
        return {student: by_item(assignment, found[student]) for student in sorted(graded & set(found))}

    return Contender("nbgrader autograde", prepare, grade, scores)


# ---------------------------------------------------------------- Otter


def otter(programs: Path) -> Contender:
    """`otter run` for one notebook after the other (`otter grade` does the same in a container for each)."""

    def grade(assignment: Assignment, folder: Path) -> None:
        for entry in assignment.entries:
            out = folder / "results" / entry.student
            out.mkdir(parents=True)
            command = [str(programs / "otter"), "run", "-a", "autograder.zip", "-o", str(out), "--no-logo"]
            # Where it fails there are no results, which the scores show.
            run(
                [*command, f"class/{entry.student}.ipynb"],
                folder,
                START_SECONDS + NOTEBOOK_SECONDS,
                _settings(programs, folder),
            )

    def scores(assignment: Assignment, folder: Path) -> Scores:
        found = {}
        for path in sorted(folder.glob("results/*/results.json")):
            tests: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["tests"]
            found[path.parent.name] = by_item(
                assignment,
                {test["name"].split(" - ")[0]: float(test.get("score") or 0.0) for test in tests},
            )
        return found

    return Contender("otter run", write_otter, grade, scores)


def by_item(assignment: Assignment, of_tests: Points) -> dict[str, float]:
    """The points of tests, added up by item."""
    points = dict.fromkeys((test.item for test in assignment.tests), 0.0)
    for test in assignment.tests:
        points[test.item] += of_tests.get(test.name, 0.0)
    return points


def timed(contender: Contender, assignment: Assignment, folder: Path) -> tuple[float, Scores]:
    """Grades the class in a fresh folder; the seconds of the whole class, and the points."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    contender.prepare(assignment, folder)
    start = time.perf_counter()
    contender.grade(assignment, folder)
    seconds = time.perf_counter() - start
    return seconds, contender.scores(assignment, folder)
