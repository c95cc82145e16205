"""H64: the grader is killed at any moment; the next run gives what one run without interruption would have given."""

from __future__ import annotations

import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.tiny_class import CLASS, Course, course_in, read

pytestmark = [pytest.mark.box, pytest.mark.skipif(sys.platform != "linux", reason="looks into Linux's /proc")]

ROUNDS = 4
MANY_ROUNDS = 100
CHANGES = 5
END_SECONDS = 20.0

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


@pytest.fixture
def short_folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="h64", dir="/tmp") as folder:
        yield Path(folder)


def _nothing_runs(course: Course) -> None:
    """All processes of the command end by themselves, soon after the grader."""
    deadline = time.monotonic() + END_SECONDS
    while course.running() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert [(pid, read(Path(f"/proc/{pid}/cmdline"))) for pid in course.running()] == []


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
        course = course_in(Path(folder, "whole"))
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
        course = course_in(folder / str(number))
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
    course, most = course_in(short_folder / "counted"), 10**6
    changes = most - int(course.grade("-c", SUICIDAL, str(short_folder), str(most)))
    offset = np.random.default_rng(64).random()
    for number in (1 + int(changes * (step + offset) / CHANGES) for step in range(CHANGES)):
        course = course_in(short_folder / str(number))
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
