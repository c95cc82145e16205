"""Answers the grader's calls, in the process with the student's code in it: a function or a variable, by its name."""

from __future__ import annotations

import contextlib
import io
import os
import socket
import sys
from collections.abc import Mapping
from typing import Any

from . import counting, frames, values
from .inside import receive, send
from .sentences import message_of, sentence


class _OutputLimit(BaseException):
    """A function prints without end."""


class _Counted(io.TextIOBase):
    """Takes what a function prints, counts it, keeps nothing."""

    def __init__(self, most: int) -> None:
        self.left = most

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        self.left -= len(text)
        if self.left < 0:
            raise _OutputLimit
        return len(text)


class Server:
    """Answers the grader's calls with the student's functions."""

    def __init__(
        self,
        line: socket.socket,
        names: dict[str, Any],
        cells: dict[str, tuple[int, list[str]]],
        output_bytes: int,
    ) -> None:
        self.line = line
        self.names = names
        self.cells = cells
        self.output_bytes = output_bytes

    def serve(self) -> None:
        """One answer for each request, until the line is closed."""
        process = os.getpid()
        send(self.line, {"event": "serving"})
        while True:
            frame = receive(self.line)
            blob = bytearray()
            try:
                answer = self.answer(frame, blob)
                data = frames.packed(frames.Frame({"answer": frame.header["id"], **answer}, blob))
            except (frames.TooLarge, values.BadValue, MemoryError) as error:
                problem = _problem("bad_value", f"the answer {error}")
                data = frames.packed(frames.Frame({"answer": frame.header["id"], **problem}))
            if os.getpid() != process:
                # The function forked and came back twice; only the first process speaks for it.
                os._exit(0)
            self.line.sendall(data)

    def answer(self, frame: frames.Frame, blob: bytearray) -> dict[str, Any]:
        """The header of the answer; array bytes go to `blob`."""
        header = frame.header
        name = header["name"]
        if name not in self.names:
            return {"problem": "missing", "says": "", "names": self.similar(name)}
        subject = "the output" if "arguments" in header else f"`{name}`"
        silent = _Counted(self.output_bytes)
        work = None
        with contextlib.redirect_stdout(silent), contextlib.redirect_stderr(silent):
            try:
                if "arguments" in header:
                    arguments, keywords = frames.decode(header["arguments"], frame.blob)
                    value, work = self.called(name, arguments, keywords, header)
                else:
                    value = self.names[name]
                    value = value if header["part"] is None else values.part_of(value, header["part"])
            except (values.BadValue, _NotAFunction) as error:
                return _problem("bad_value", f"`{name}` {error}")
            except _OutputLimit:
                return _problem("output_limit", "")
            except counting.Stopped as stopped:
                return {"value": None, "form": str(stopped), "work": stopped.work}
            except BaseException as error:  # noqa: BLE001 - SystemExit and KeyboardInterrupt are answers too
                return _problem(_kind(error), sentence(error, self.cells))
            if value is None:
                missing = ": is a `return` statement missing?" if "arguments" in header else ""
                return _problem("bad_value", f"{subject} is None{missing}")
            try:
                rows = header.get("rows")
                plain, form = values.exported(value, None if rows is None else tuple(rows))
                tree = frames.encode(plain, blob)
            except (values.BadValue, frames.TooLarge) as error:
                blob.clear()
                return _problem("bad_value", f"{subject} {error}")
            except BaseException as error:  # noqa: BLE001 - a student's object may raise whatever it likes
                blob.clear()
                kind = values.form_of_type(value)
                return _problem(
                    "bad_value", f"{subject} is {kind} that cannot be read: {sentence(error, {})}"
                )
        return {"value": tree, "form": form, "work": work}

    def called(
        self, name: str, arguments: Any, keywords: dict[str, Any], wanted: Mapping[str, Any]
    ) -> tuple[Any, int | None]:
        """The function's own value and, if asked for, its counted work."""
        function = self.names[name]
        if not callable(function):
            raise _NotAFunction(f"is {values.form(function)}, not a function")
        given = [values.argument(argument) for argument in arguments]
        named = {key: values.argument(argument) for key, argument in keywords.items()}
        with _as_for_evaluation(function) if wanted["evaluating"] else contextlib.nullcontext():
            if wanted["count_work"]:
                return counting.counted(function, given, named)
            return function(*given, **named), None

    def similar(self, name: str) -> list[str]:
        """Names of the notebook that look like the missing one."""
        import difflib

        own = [key for key in self.names if isinstance(key, str) and not key.startswith("_")]
        return difflib.get_close_matches(name, own, n=1, cutoff=0.75)


class _NotAFunction(Exception):
    """The name is bound to something that cannot be called."""


@contextlib.contextmanager
def _as_for_evaluation(function: Any) -> Any:
    """Without gradients and, if it is a network, in eval mode; it is left as it was."""
    torch = sys.modules.get("torch")
    if torch is None:
        yield
        return
    modules = list(function.modules()) if isinstance(function, torch.nn.Module) else []
    training = [(module, module.training) for module in modules]
    for module in modules:
        module.training = False
    try:
        with torch.no_grad():
            yield
    finally:
        for module, mode in training:
            module.training = mode


def _kind(error: BaseException) -> str:
    message = message_of(error)
    exhausted = isinstance(error, MemoryError) or "can't allocate memory" in message
    return "out_of_memory" if exhausted else "raised"


def _problem(kind: str, says: str) -> dict[str, Any]:
    return {"problem": kind, "says": says}
