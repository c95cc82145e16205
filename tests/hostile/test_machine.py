"""H63, H65: what the machine lacks is nobody's mistake: exit code 3, no point lost, and the next run goes on."""

from __future__ import annotations

import ast
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.tiny_class import CLASS, Course, course_in

pytestmark = [pytest.mark.box, pytest.mark.skipif(sys.platform != "linux", reason="mounts as Linux does")]
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a disk of a size of its own")

# Grades with what `LACKS` takes away and then with it given back; what came of each stands on the last line.
DRIVER = """
import csv, os, sys
from pathlib import Path
from grader.box import syscalls
from grader.cli import main

def outcome(code):
    out = Path(sys.argv[sys.argv.index("--out") + 1])
    with open(os.devnull) if not (out / "scores.csv").exists() else (out / "scores.csv").open() as file:
        scores = {row["student"]: row["earned"] for row in csv.DictReader(file)}
    return {"code": code, "scores": scores, "students": sorted(path.name for path in out.glob("students/*"))}

def mounted(path, data, flags=0):
    syscalls.mount("tmpfs", path, "tmpfs", flags, data)

def privately():
    syscalls.unshare("making a mount namespace", syscalls.CLONE_NEWNS)
    syscalls.mount("none", "/", "", syscalls.MS_REC | syscalls.MS_PRIVATE)
"""
RIGHT = {"ada": "3", "bob": "1", "dan": "2", "eve": "2"}


@pytest.fixture
def course() -> Iterator[Course]:
    with tempfile.TemporaryDirectory(prefix="h65", dir="/tmp") as folder:
        yield course_in(Path(folder, "course"))


def outcomes(course: Course, steps: str, *after: str) -> list[dict[str, Any]]:
    """What the steps put into `found`; skips where the machine does not let them be prepared."""
    settings = f"out, tmp = {str(course.out)!r}, {str(course.temporary)!r}\nfound = []\n"
    script = DRIVER + settings + steps + "\nprint(found)\n"
    said = course.grade("-c", script, after=after)
    found: list[dict[str, Any]] = ast.literal_eval(said.splitlines()[-1])
    assert found, said
    if "refused" in found[0]:
        pytest.skip(f"this machine does not let it be tried: {found[0]['refused']}")
    return [one | {"said": said} for one in found]


@needs_root
@pytest.mark.parametrize("pages", [4, 30, 60])
def test_a_full_disk_costs_nobody_a_point(course: Course, pages: int) -> None:
    """The record's disk is full as it is made, while it is written, and as the reports are."""
    first, second = outcomes(
        course,
        "os.mkdir(out)\n"
        "try:\n    privately()\n"
        f"    mounted(out, 'size={4096 * pages}')\n"
        "except syscalls.Refused as refused:\n    found.append({'refused': str(refused)})\n"
        "else:\n"
        "    found.append(outcome(main(sys.argv[1:])))\n"
        "    mounted(out, 'size=64m', syscalls.MS_REMOUNT)\n"
        "    found.append(outcome(main(sys.argv[1:])))\n",
    )
    assert first["code"] == 3
    assert first["scores"].items() <= RIGHT.items()
    assert any(why in first["said"] for why in ("is full", "No space left", "disk I/O error"))
    assert (second["code"], second["scores"]) == (0, RIGHT)
    assert second["students"] == sorted(CLASS)


@needs_root
def test_a_read_only_record_costs_nobody_a_point(course: Course) -> None:
    first, second, third = outcomes(
        course,
        "os.mkdir(out)\n"
        "try:\n    privately()\n    mounted(out, 'size=64m')\n"
        "except syscalls.Refused as refused:\n    found.append({'refused': str(refused)})\n"
        "else:\n"
        "    found.append(outcome(main([*sys.argv[1:], '--only', 'ada'])))\n"
        "    mounted(out, '', syscalls.MS_REMOUNT | syscalls.MS_RDONLY)\n"
        "    found.append(outcome(main(sys.argv[1:])))\n"
        "    mounted(out, '', syscalls.MS_REMOUNT)\n"
        "    found.append(outcome(main(sys.argv[1:])))\n",
    )
    assert (first["code"], first["scores"]) == (0, {"ada": "3"})
    assert (second["code"], second["scores"]) == (3, {"ada": "3"})
    assert "grades.sqlite cannot be used" in second["said"]
    assert (third["code"], third["scores"]) == (0, RIGHT)


@needs_root
def test_a_disk_that_cannot_hold_a_box_costs_nobody_a_point(course: Course) -> None:
    """Where boxes write to the machine's own disk, a student's file that finds no room would look like a mistake."""
    first, second = outcomes(
        course,
        "try:\n    privately()\n"
        "    mounted(tmp, 'size=32m')\n"
        "except syscalls.Refused as refused:\n    found.append({'refused': str(refused)})\n"
        "else:\n"
        "    found.append(outcome(main(sys.argv[1:])))\n"
        "    mounted(tmp, 'size=512m', syscalls.MS_REMOUNT)\n"
        "    found.append(outcome(main(sys.argv[1:])))\n",
        "--isolation",
        "landlock",
    )
    if second["code"] == 3 and "proves itself" in second["said"]:
        pytest.skip("this machine does not offer the tier")
    assert first["code"] == 3
    assert "less room left" in first["said"]
    assert all(score == "" for score in first["scores"].values())
    assert (second["code"], second["scores"]) == (0, RIGHT)


def test_a_fault_at_one_submission_leaves_the_others_graded(course: Course) -> None:
    first, second = outcomes(
        course,
        "import grader.grade\n"
        "from grader.model import GraderFault\n"
        "real = grader.grade.grade_submission\n"
        "def faulty(submission, *rest):\n"
        "    if submission.student == 'bob':\n        raise GraderFault('no box for bob')\n"
        "    return real(submission, *rest)\n"
        "grader.grade.grade_submission = faulty\n"
        "found.append(outcome(main(sys.argv[1:])))\n"
        "grader.grade.grade_submission = real\n"
        "found.append(outcome(main(sys.argv[1:])))\n",
    )
    others = {student: score for student, score in RIGHT.items() if student != "bob"}
    assert (first["code"], first["scores"]) == (3, others)
    assert "no box for bob" in first["said"]
    assert (second["code"], second["scores"]) == (0, RIGHT)
    assert course.attempts() == [(student, 1, 2) for student in sorted(CLASS)]


def test_faults_without_end_stop_the_run(course: Course) -> None:
    for number in range(20):
        course.hand_in_as(f"more{number}", ["x = 1"])
    (first,) = outcomes(
        course,
        "import time\n"
        "import grader.grade\n"
        "from grader.model import GraderFault\n"
        "tries = []\n"
        "def faulty(submission, *rest):\n"
        "    tries.append(submission)\n    time.sleep(0.2)\n    raise GraderFault('no boxes')\n"
        "grader.grade.grade_submission = faulty\n"
        "found.append(outcome(main(sys.argv[1:])) | {'tries': len(tries)})\n",
    )
    assert (first["code"], first["scores"]) == (3, {})
    assert first["said"].count("no boxes") == 1
    assert 3 <= first["tries"] < 24
    assert course.attempts() == []


def test_where_nothing_can_be_sealed_nobody_is_graded(course: Course) -> None:
    (first,) = outcomes(
        course,
        "import grader.box.pool\n"
        "from grader.box.parent import TierRefused\n"
        "def refuse(tier, *rest):\n    raise TierRefused('not on this machine')\n"
        "grader.box.pool.Parent = refuse\n"
        "found.append(outcome(main(sys.argv[1:])))\n",
    )
    assert (first["code"], first["scores"], first["students"]) == (3, {}, [])
    assert "grader doctor" in first["said"]
    assert course.attempts() == []


def test_the_grader_opens_no_students_file_and_speaks_to_no_kernel(course: Course) -> None:
    """H43, H67: what a student saves is a matter of the box; the messages of a kernel never leave it."""
    plants = "import numpy\nnumpy.save('planted.npy', numpy.array([{}], dtype=object), allow_pickle=True)"
    course.hand_in_as("mal", [plants, "def doubled(x): return 2 * x", "total = 10"])
    (first,) = outcomes(
        course,
        "opened = []\n"
        "sys.addaudithook(lambda event, given: opened.append(str(given[0])) if event == 'open' else None)\n"
        "found.append(outcome(main(sys.argv[1:])))\n"
        "found[0]['planted'] = [name for name in opened if 'planted' in name]\n"
        "found[0]['modules'] = [name for name in ('zmq', 'nbclient', 'ipykernel') if name in sys.modules]\n"
        "found[0]['opened'] = len(opened)",
    )
    assert (first["code"], first["scores"]) == (0, {**RIGHT, "mal": "3"})
    assert (first["planted"], first["modules"]) == ([], [])
    assert first["opened"] > 10
