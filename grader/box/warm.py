"""The warm parent: imports what notebooks import, once, then forks a box for each request.

Started by `parent.py`, which gives the text of this file to `python -I -S -` and the texts of its siblings with the
first message: so nothing of the surroundings is on its path, and nothing tells where they lie. It puts on the view of
its tier, imports while a first box proves that the tier holds, and serves, as `forking.py` says. It stays single
threaded and computes nothing: a process that has run an OpenMP region cannot be forked safely.
"""

from __future__ import annotations

import gc
import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import json
import os
import socket
import struct
import sys
import threading
import types
from collections.abc import Mapping, Sequence
from typing import NoReturn


class Hidden(importlib.abc.MetaPathFinder):
    """Refuses the grader's own packages where they are installed beside torch."""

    names = frozenset({"grader", "reference", "rubrics"})

    def find_spec(
        self,
        name: str,
        path: Sequence[str] | None = None,  # noqa: ARG002 - the import system's signature
        target: types.ModuleType | None = None,  # noqa: ARG002 - likewise
    ) -> importlib.machinery.ModuleSpec | None:
        """Nothing for other names, so that the search goes on; an ImportError for ours."""
        if name.partition(".")[0] in self.names:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return None


class InMemory(importlib.abc.MetaPathFinder, importlib.abc.InspectLoader):
    """Our modules that run in a box, by their names and texts."""

    def __init__(self, modules: Mapping[str, str]) -> None:
        self._sources = {f"box.{name}": text for name, text in modules.items()}

    def find_spec(
        self,
        name: str,
        path: Sequence[str] | None = None,  # noqa: ARG002 - the import system's signature
        target: types.ModuleType | None = None,  # noqa: ARG002 - likewise
    ) -> importlib.machinery.ModuleSpec | None:
        """The package `box` and its modules."""
        if name == "box" or name in self._sources:
            return importlib.machinery.ModuleSpec(name, self, is_package=name == "box")
        return None

    def get_source(self, fullname: str) -> str:
        """The text of a module; the package itself is empty."""
        return self._sources.get(fullname, "")

    def get_code(self, fullname: str) -> types.CodeType:
        """The module's code, which names no file."""
        return compile(self.get_source(fullname), f"<{fullname}>", "exec", dont_inherit=True)

    def is_package(self, fullname: str) -> bool:
        """Whether this is the package that the others belong to."""
        return fullname == "box"


def main() -> NoReturn:
    """Puts the view on, imports while a trial box proves it, says that it is ready, serves until the grader goes."""
    # Imports make objects that stay: looking for garbage among them takes a third of the time.
    gc.disable()
    # This text has been read; what it was read from would tell where it lies.
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    control = socket.socket(fileno=int(sys.argv[1]))
    with control.makefile("rb") as first:
        (length,) = struct.unpack("<I", first.read(4))
        wanted = json.loads(first.read(length))
    sys.argv[:] = [""]
    sys.path.extend(wanted["path"])
    sys.meta_path[:0] = [InMemory(wanted["modules"]), Hidden()]
    isolate = importlib.import_module("box.isolate")
    tell = importlib.import_module("box.messages").tell
    try:
        seal = isolate.entered(wanted["tier"], isolate.View(**wanted["view"]))
        forking = importlib.import_module("box.forking")
        parent = forking.Parent(control, wanted, seal)
        parent.settle()
        trial = parent.tried() if wanted["bait"] else None
    except (isolate.Refused, OSError) as error:
        tell(control, {"refused": str(error)})
        os._exit(1)
    wanted["bait"] = None
    failures = forking.preload(wanted["imports"]) if wanted["warm"] else {}
    breaches = [] if trial is None else parent.breaches(trial)
    if breaches:
        tell(control, {"refused": "; ".join(breaches)})
        os._exit(1)
    # What is here now is never collected, so that a child's collector does not touch, and so copy, it.
    gc.freeze()
    tell(control, {"ready": not failures, "failures": failures, "threads": threading.active_count()})
    try:
        parent.serve()
    finally:
        parent.end()
        os._exit(0)


if __name__ == "__main__":
    main()
