"""Boxes for notebooks: a warm parent that forks them, and the grader's side of each.

    with Pool(imports=("torch",)) as pool, pool.open(notebook, part) as box:
        box.execution                                  # how the run went
        box.call("softmax_attention", q, k, v).value   # the student's function, on fresh arrays

The grader believes only what it sees itself: its own clock, its own kill, the end of the processes, and bytes that
decode. What a box says about cells and errors is shown to the student and decides nothing.
"""

from __future__ import annotations

import contextlib
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from grader import model
from grader.box import isolate
from grader.box.box import Box
from grader.box.line import Process
from grader.box.parent import Parent, TierRefused
from grader.box.temporary import own_folder, sweep
from grader.model import CallError, GraderFault

LONGEST_FOLDER = 40


class Pool:
    """A warm parent that has imported `imports` and forks a box for each notebook. Safe to use from many threads.

    `isolation` names a tier of `isolate.py`; without it the strongest that proves itself here is taken, and
    `Pool.isolation` says which. Nothing is ever run in a weaker one than was asked for. Raises `GraderFault` where no
    box can be had, so that no student pays for it. `warm` tells whether the parent imports before it forks; elsewhere
    than on Linux a process that has loaded numerical libraries can't be forked safely, and each box imports for itself.
    """

    def __init__(
        self,
        imports: Sequence[str] = (),
        isolation: str | None = None,
        *,
        warm: bool = sys.platform == "linux",
    ) -> None:
        self._imports = tuple(imports)
        self._tiers = isolate.TIERS if isolation is None else (_tier(isolation),)
        self._warm = warm
        self._lock = threading.Lock()
        self._parent: Parent | None = None
        self._stack = contextlib.ExitStack()
        self._folder: Path | None = None

    @property
    def isolation(self) -> str:
        """The tier in force; before the pool is open, the one asked for, if there is only one."""
        if self._parent is not None:
            return self._parent.tier
        return self._tiers[0] if len(self._tiers) == 1 else ""

    @property
    def pid(self) -> int | None:
        """The process id of the warm parent (or of what holds it), while the pool is open."""
        return None if self._parent is None else self._parent.pid

    def __enter__(self) -> Pool:
        isolate.keep_secrets()
        with contextlib.ExitStack() as stack:
            self._folder = stack.enter_context(own_folder(_short_folder()))
            # A box may run as another user; it can pass through to its own folder but not look around.
            self._folder.chmod(0o711)
            self._parent = self._start()
            self._stack = stack.pop_all()
        self._tiers = (self._parent.tier,)
        return self

    def __exit__(self, *_: object) -> None:
        with self._lock:
            if self._parent is not None:
                self._parent.stop()
                self._parent = None
        self._stack.close()

    @contextlib.contextmanager
    def open(self, notebook: model.Notebook, part: model.Part, seed: int | None = None) -> Iterator[Box]:
        """Runs a notebook to its end, or to its limits, and gives the box in which its names live on.

        `seed` is what the box's random generators start from; by default it follows from the notebook, so that a
        second run of the same notebook is the same run.
        """
        box = Box(self.fork, notebook, part, int(notebook.sha256[:12], 16) if seed is None else seed)
        try:
            box.run()
            yield box
        finally:
            box.close()

    def fork(self, request: dict[str, Any], files: Sequence[Path]) -> Process:
        """One new box, ready for its cells. A parent that has died is started again first, in the same tier."""
        with self._lock:
            if self._parent is None:
                raise GraderFault("The pool of boxes is not open: use it in a with statement.")
            if not self._parent.alive():
                self._parent.stop()
                self._parent = self._start()
            return self._parent.fork(request, files)

    def _start(self) -> Parent:
        if self._folder is None:
            raise GraderFault("The pool of boxes is not open: use it in a with statement.")
        refused: dict[str, str] = {}
        for tier in self._tiers:
            folder = Path(tempfile.mkdtemp(dir=self._folder))
            try:
                return Parent(tier, self._imports, folder, self._warm)
            except TierRefused as refusal:
                refused[tier] = str(refusal)
        raise GraderFault(unsealed(refused))


def unsealed(refused: Mapping[str, str]) -> str:
    """Why nothing is run on this machine, and what helps."""
    reasons = "; ".join(f"{tier}: {why}" for tier, why in refused.items())
    return (
        f"No isolation proves itself on this machine, so no notebook is run ({reasons}). `grader doctor` names the "
        f"line that helps; --isolation {isolate.NONE} runs code that you trust."
    )


def sweep_boxes() -> None:
    """Removes the folders of boxes whose grader was killed; opening a pool does so too."""
    sweep(Path(_short_folder()))


def _short_folder() -> str:
    """Where temporary files go: the usual place, unless its name leaves too little of a socket's 108 characters."""
    usual = tempfile.gettempdir()
    return usual if len(usual) <= LONGEST_FOLDER else "/tmp"  # noqa: S108 - a folder of its own is made in it


def _tier(name: str) -> str:
    if name in {"none", isolate.NONE}:
        return isolate.NONE
    if name not in isolate.TIERS:
        raise CallError(f"isolation {name!r} is none of {', '.join((*isolate.TIERS, isolate.NONE))}")
    return name
