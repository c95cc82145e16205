"""Counts lines of Python by a trace function, and the sizes that scipy and other compiled libraries take and give."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

import numpy as np

from .counting_numpy import arrays_in
from .tally import Tally


@contextmanager
def python_counted(tally: Tally) -> Iterator[None]:
    """While it holds, the lines of Python that are the student's are counted."""
    quiet = tuple(
        os.path.dirname(str(module.__file__)) + os.sep  # noqa: PTH120 - called for prefixes only
        for module in (np, sys.modules.get("torch"))
        if module is not None
    )
    own = _library_prefixes.__code__.co_filename
    # Nothing of this package is the student's, wherever its modules come from.
    quiet += (own[: own.rindex("counting_python")],)
    libraries = _library_prefixes()

    def trace(frame: FrameType, event: str, argument: Any) -> Any:
        del event, argument
        name = frame.f_code.co_filename
        if tally.aside or name.startswith(quiet):
            return None
        if name.startswith("<frozen importlib"):
            # An import inside the function is a first use too; nothing below it is work on the input.
            tally.aside += 1
            return importing
        tally.step()
        if name.startswith(libraries):
            for value in frame.f_locals.values():
                if isinstance(value, np.ndarray):
                    tally.add(value.size)
            return library
        return line

    def importing(frame: FrameType, event: str, argument: Any) -> Any:
        del frame, argument
        if event == "return":
            tally.aside -= 1
        return importing

    def line(frame: FrameType, event: str, argument: Any) -> Any:
        del frame, argument
        if event == "line":
            tally.step()
        return line

    def library(frame: FrameType, event: str, argument: Any) -> Any:
        del frame
        if event == "line":
            tally.step()
        elif event == "return":
            for value in arrays_in(argument):
                tally.add(value.size)
        return library

    before = sys.gettrace()
    threading.settrace(trace)
    sys.settrace(trace)
    try:
        yield
    finally:
        sys.settrace(before)
        threading.settrace(before)


def _library_prefixes() -> tuple[str, ...]:
    """Where installed packages lie: their functions' array sizes are counted, for their insides are compiled."""
    return tuple(
        folder + os.sep for folder in sys.path if folder.endswith(("site-packages", "dist-packages"))
    )
