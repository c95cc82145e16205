"""Runs Python code as an ordinary user, for whom nothing that it needs lies out of reach: `ordinary_user.py CODE`.

Root starts it. The interpreter and this checkout may lie below folders that are root's alone, so the user gets a view
of the machine with these at their own places, as a box does. Nothing that it starts outlives it.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from grader.box import syscalls
from grader.box.parent import folders_to_read
from grader.box.view import SHARED, WARM, View, make_view

USER = 23456
CHECKOUT = Path(__file__).parents[2]


def main(code: str) -> None:
    syscalls.unshare("making namespaces", syscalls.CLONE_NEWNS | syscalls.CLONE_NEWPID)
    child = os.fork()
    if child:
        os._exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) & 0xFF)
    make_view(View((*folders_to_read(), str(CHECKOUT)), (), tempfile.mkdtemp()))
    # Not /tmp, in which the checkout may lie.
    for path in (SHARED, WARM):
        syscalls.mount("tmpfs", path, "tmpfs", syscalls.MS_NOSUID | syscalls.MS_NODEV, "mode=1777")
    os.setgroups([])
    os.setresgid(USER, USER, USER)
    os.setresuid(USER, USER, USER)
    os.chdir(CHECKOUT)
    environment = {"PATH": os.environ["PATH"], "HOME": WARM, "TMPDIR": WARM, "PYTHONPATH": str(CHECKOUT)}
    os.execve(sys.executable, [sys.executable, "-c", code], environment)  # noqa: S606 - our own interpreter


if __name__ == "__main__":
    main(sys.argv[1])
