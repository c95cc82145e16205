"""What the processes of a box use is seen from outside, and a busy one gives way."""

from __future__ import annotations

import os
import subprocess
import sys
import time

from grader.box import watch


def test_busy_processes_are_counted_and_give_way() -> None:
    # In a session of their own, as boxes are: giving way lowers the whole session's share.
    spin = [
        subprocess.Popen([sys.executable, "-c", "while True: pass"], start_new_session=True) for _ in range(2)
    ]
    sleep = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], start_new_session=True)
    everyone = [process.pid for process in (*spin, sleep)]
    try:
        deadline = time.monotonic() + 30
        # The sleeper, too, is busy while it starts.
        while (busy := watch.runnable(everyone)) != 2 and time.monotonic() < deadline:
            time.sleep(0.05)
        assert busy == 2
        watch.give_way([*everyone, 2**22 - 1])
        assert {os.sched_getscheduler(pid) for pid in everyone} == {os.SCHED_IDLE}
    finally:
        for process in (*spin, sleep):
            process.kill()
            process.wait()


def test_waiting_for_a_processor_is_counted_and_sleeping_is_not() -> None:
    pin = f"import os; os.sched_setaffinity(0, {{{min(os.sched_getaffinity(0))}}})\n"
    rivals = [subprocess.Popen([sys.executable, "-c", pin + "while True: pass"]) for _ in range(2)]
    sleeper = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    try:
        deadline = time.monotonic() + 30
        while watch.waited([rivals[0].pid]) < 1.0 and time.monotonic() < deadline:
            time.sleep(0.05)
        both = watch.waited([rival.pid for rival in rivals])
        assert both >= 1.0
        assert both >= watch.waited([rivals[1].pid])
        assert watch.waited([sleeper.pid, 2**22 - 1]) < 1.0
    finally:
        for process in (*rivals, sleeper):
            process.kill()
            process.wait()
