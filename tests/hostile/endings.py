"""The corpus of hostile notebooks ends as it should and harms nobody: the tests that every tier's file runs.

After each case: nothing of its box is left, the grader has not grown, and the next, benign notebook gets its values.
A file for each tier, so that the tiers run side by side (`pytest -n 2 --dist loadfile tests/hostile`).
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import resource
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grader import model
from grader.box import Box, Pool, isolate, watch
from grader.model import Ended, GraderFault, StudentFailed
from tests.hostile.corpus import Case, cases

pytestmark = pytest.mark.box

CASES = cases()
BENIGN = model.Notebook(
    "benign.ipynb",
    "benign.ipynb",
    (
        model.Cell(
            "code",
            "import os, sys, torch\ndef f(x):\n    return torch.softmax(x, 0)\ny = sum(range(10))\n"
            "drawn = torch.rand(64)\nloaded = [name for name in sorted(sys.modules) if 'custom' in name]\n"
            "home = sorted(os.listdir(os.path.expanduser('~')))\nhere = sorted(os.listdir('.'))",
        ),
    ),
    "0" * 64,
)
PART = model.Part("benign.ipynb", model.Limits(cell_seconds=10.0, call_seconds=5.0))
GROWN_BYTES = 150 * 2**20
CLEARED_SECONDS = 20.0


@pytest.fixture(scope="module")
def pool(request: pytest.FixtureRequest) -> Iterator[Pool]:
    try:
        with pytest.MonkeyPatch.context() as own:
            own.setenv("SECRET_TOKEN", "of-the-graders-environment")
            with Pool(imports=("torch",), isolation=request.module.TIER) as pool:
                yield pool
    except GraderFault as fault:
        pytest.skip(f"this machine does not offer the tier: {fault}")


def get(box: Box, name: str, arguments: tuple[Any, ...] | None) -> Any:
    """The value, or the problem's name."""
    try:
        return (box.variable(name) if arguments is None else box.call(name, *arguments)).value
    except StudentFailed as failed:
        return failed.problem


def agrees(got: Any, wanted: Any) -> bool:
    if isinstance(got, model.Problem):
        return wanted == "failed" or got.value == wanted
    if isinstance(wanted, str):
        return bool(np.array_equal(got, wanted)) and isinstance(got, str)
    if isinstance(wanted, list) and isinstance(got, tuple):
        return list(got) == wanted
    got, wanted = np.asarray(got), np.asarray(wanted)
    return got.shape == wanted.shape and bool(np.array_equal(got, wanted, equal_nan=got.dtype.kind == "f"))


def benign(pool: Pool) -> str:
    """A digest of all that the benign notebook gives, which must not depend on who ran before it."""
    with pool.open(BENIGN, PART) as box:
        assert box.execution.ended is Ended.FINISHED, box.execution.says
        assert box.variable("y").value == 45
        answer = box.call("f", np.zeros(4, dtype="f4")).value
        np.testing.assert_allclose(answer, 0.25)
        values = [box.variable(name).value for name in ("drawn", "loaded", "home", "here")]
    told = (answer.tobytes(), *(one.tobytes() if isinstance(one, np.ndarray) else one for one in values))
    return hashlib.sha256(repr(told).encode()).hexdigest()


@pytest.fixture(scope="module")
def clean(pool: Pool) -> str:
    """What the benign notebook gives before anything hostile has run."""
    return benign(pool)


def left_behind(pool: Pool, before: set[int]) -> set[int]:
    return set(watch.family(pool.pid or 0)) - before


def resident_bytes() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_hostile_notebook_comes_to_what_it_deserves(pool: Pool, clean: str, case: Case) -> None:
    before, size, files = set(watch.family(pool.pid or 0)), resident_bytes(), surroundings()
    with pool.open(case.notebook, case.part) as box:
        assert box.execution.ended in case.ended, box.execution.says
        if case.cell is not None and box.execution.ended is not Ended.FINISHED:
            assert box.execution.cell == case.cell - 1, box.execution.says
        for name, wanted in case.variables.items():
            got = get(box, name, None)
            assert agrees(got, wanted), f"{name} is {got!r}, not {wanted!r}"
        for name, wanted in case.calls.items():
            got = get(box, name, (np.ones(2, dtype="f4"),))
            assert agrees(got, wanted), f"{name} gives {got!r}, not {wanted!r}"
    assert left_behind(pool, before) == set()
    assert resident_bytes() - size < GROWN_BYTES
    deadline = time.monotonic() + CLEARED_SECONDS
    # Another tier, which runs beside this one, may just be clearing up in a folder that all share.
    while surroundings() - files and time.monotonic() < deadline:
        time.sleep(0.1)
    assert surroundings() - files == set()
    assert benign(pool) == clean


def surroundings() -> set[str]:
    """Places where hostile code likes to leave things."""
    folders = ("/", "/tmp", "/dev/shm", "/var/tmp", str(Path.home()), str(Path(__file__).parents[2]))
    names = {str(path) for folder in folders if Path(folder).is_dir() for path in Path(folder).iterdir()}
    return {
        name
        for name in names
        if any(bait in name for bait in ("owned", "alive", "results.json", "score", "big0"))
    }


def test_nothing_is_left_for_the_next_notebook(pool: Pool) -> None:
    """H60: a listening socket, shared memory, files: the next box finds none of them."""
    leave = (
        "import os, socket\nopen('/dev/shm/left', 'w').write('x')\nopen('/tmp/left', 'w').write('x')\n"
        "open(os.path.expanduser('~/left'), 'w').write('x')\nline = socket.socket(socket.AF_UNIX)\n"
        "try:\n    line.bind('\\0left')\n    line.listen()\nexcept OSError: pass"
    )
    if pool.isolation == isolate.LANDLOCK:
        leave = leave.replace("open('/tmp/left', 'w').write('x')\n", "")
    look = (
        "import os, socket\nplaces = ('/dev/shm/left', '/tmp/left', os.path.expanduser('~/left'))\n"
        "found = [place for place in places if os.path.exists(place)]\n"
        "try:\n    socket.socket(socket.AF_UNIX).connect('\\0left')\n    found.append('socket')\nexcept OSError: pass"
    )

    def made(*cells: str) -> model.Notebook:
        return model.Notebook(
            "a.ipynb", "a.ipynb", tuple(model.Cell("code", cell) for cell in cells), "1" * 64
        )

    with pool.open(made(leave), PART) as first:
        assert first.execution.ended is Ended.FINISHED, first.execution.says
        with pool.open(made(look), PART) as beside:
            found = beside.variable("found").value
            expected = ["/dev/shm/left"] if pool.isolation == isolate.LANDLOCK else []
            assert [*found] == expected, "boxes that run at the same time do not see each other's"
    with pool.open(made(look), PART) as after:
        assert np.size(after.variable("found").value) == 0


def test_a_box_that_is_killed_from_outside_is_a_death_and_the_next_is_fine(pool: Pool) -> None:
    """H66: by the machine or by a person, and not by the grader."""
    before = set(watch.family(pool.pid or 0))
    with pool.open(BENIGN, PART) as box:
        for pid in left_behind(pool, before):
            # one may have ended with the one before it
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, 9)
        assert get(box, "f", (np.zeros(4, dtype="f4"),)) is model.Problem.DIED
        np.testing.assert_allclose(box.call("f", np.zeros(4, dtype="f4")).value, 0.25)
