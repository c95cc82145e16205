"""What a student's code raised, as a sentence with the line of the student's own that did."""

from __future__ import annotations

import linecache
import traceback
from types import TracebackType

LONGEST = 300


def sentence(error: BaseException, cells: dict[str, tuple[int, list[str]]]) -> str:
    """What was raised and on which line of the student's own code, for the student."""
    said = " ".join(message_of(error).split())
    said = said if len(said) <= LONGEST else said[: LONGEST - 3] + "..."
    name = type(error).__name__
    return f"{name}: {said}{_place(error, cells)}" if said else f"{name}{_place(error, cells)}"


def message_of(error: BaseException) -> str:
    if isinstance(error, SyntaxError):
        return str(error.msg)
    try:
        return str(error)
    except Exception:  # noqa: BLE001 - a student's exception may have a broken __str__
        return "(its text cannot be shown)"


def _place(error: BaseException, cells: dict[str, tuple[int, list[str]]]) -> str:
    if isinstance(error, SyntaxError) and error.filename in cells:
        return _located(cells, str(error.filename), error.lineno or 1)
    found = ""
    trace: TracebackType | None = error.__traceback__
    for frame, line in traceback.walk_tb(trace):
        name = frame.f_code.co_filename
        if name in cells:
            found = _located(cells, name, line)
    return found


def _located(cells: dict[str, tuple[int, list[str]]], name: str, line: int) -> str:
    index, lines = cells[name]
    # IPython counts from a cell's first line that is not blank.
    line += next((number for number, text in enumerate(lines) if text.strip()), 0)
    source = lines[line - 1].strip() if 0 < line <= len(lines) else linecache.getline(name, line).strip()
    shown = source if len(source) <= 80 else source[:77] + "..."
    return f" (cell {index + 1}, line {line}: `{shown}`)" if shown else f" (cell {index + 1}, line {line})"
