"""Boxes of an ordinary user who runs many other processes: these neither starve a box nor let it out of its limit."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from grader.box import Pool, isolate
from grader.model import GraderFault
from tests.conftest import ROOT

pytestmark = [
    pytest.mark.box,
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="the tiers are Linux's"),
]

SLEEPERS = 300
MORE = 100
MOST = 40

# Prints what came of it: the tier's refusal, or how many processes a box could start, before and after others did.
CROWDED = """
import json, os, sys, time
from grader.box import Pool, watch
from grader.model import GraderFault, StudentFailed
from tests.box.conftest import notebook, part

def start_sleepers(count):
    starter = os.getpid()
    for _ in range(count):
        if os.fork() == 0:
            watch.end_with(starter)
            os.closerange(0, 3)
            time.sleep(600)
            os._exit(0)

FEW = '''
import os
def few():
    children = []
    for _ in range(5):
        child = os.fork()
        if child == 0:
            os._exit(0)
        children.append(child)
    return len([os.waitpid(child, 0) for child in children])
def many():
    import time
    started = []
    try:
        while len(started) < 400:
            child = os.fork()
            if child == 0:
                time.sleep(60)
                os._exit(0)
            started.append(child)
    except BlockingIOError:
        pass
    time.sleep(1)
    for child in started:
        os.kill(child, 9)
        os.waitpid(child, 0)
    return len(started)
'''
sys.stderr = sys.stdout
start_sleepers(SLEEPERS)
try:
    pool = Pool(isolation=TIER).__enter__()
except GraderFault as fault:
    print(json.dumps({"user": os.getuid(), "refused": str(fault)}))
    sys.exit(0)
with pool.open(notebook(FEW), part(processes=MOST, call_seconds=20.0)) as box:
    first = box.call("few").value
    start_sleepers(MORE)
    second = box.call("few").value
    try:
        many = box.call("many").value
    except StudentFailed as failed:
        many = failed.says
    print(json.dumps({"user": os.getuid(), "few": [first, second], "many": many, "after": box.call("few").value}))
pool.__exit__(None, None, None)
"""


def as_ordinary_user(code: str) -> dict[str, Any]:
    """What the code prints at the end, run by a user who has no rights: ourselves, if we are one."""
    script = Path(__file__).with_name("ordinary_user.py")
    command = [sys.executable, str(script), code] if os.geteuid() == 0 else [sys.executable, "-c", code]
    done = subprocess.run(
        command,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        start_new_session=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.mark.parametrize("tier", isolate.TIERS)
def test_a_user_with_many_processes_has_boxes_like_any_other(tier: str) -> None:
    """RLIMIT_NPROC counts all that a user runs: 300 sleepers before the box, 100 more beside it."""
    settings = f"TIER, SLEEPERS, MORE, MOST = {tier!r}, {SLEEPERS}, {MORE}, {MOST}\n"
    found = as_ordinary_user(settings + CROWDED)
    assert found["user"] != 0
    if "refused" in found and not _offered(tier):
        pytest.skip(f"this machine does not offer the tier: {found['refused']}")
    assert "refused" not in found, "root has this tier, so an ordinary user must have it"
    assert found["few"] == [5, 5]
    assert found["after"] == 5
    if isinstance(found["many"], str):
        assert found["many"] == f"started more than {MOST} processes"
    else:
        assert 5 <= found["many"] <= MOST


def _offered(tier: str) -> bool:
    try:
        with Pool(isolation=tier):
            return True
    except GraderFault:
        return False
