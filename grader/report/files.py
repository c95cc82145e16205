"""Writing a file whole or not at all."""

from __future__ import annotations

import os
import re
from pathlib import Path

_leftover = re.compile(r"\..+\.(\d+)\.part")


def write_whole(path: Path, text: str) -> None:
    """Put `text` at `path`: whoever looks sees the old file or the new one, whenever the power fails.

    Raises `OSError` if it cannot be written; the old file is then untouched.
    """
    part = path.parent / f".{path.name}.{os.getpid()}.part"
    try:
        with part.open("w", encoding="utf-8", errors="replace", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def sweep(folder: Path) -> None:
    """Remove what writers that were killed left in `folder`; a living writer's file stays."""
    for path in folder.iterdir():
        match = _leftover.fullmatch(path.name)
        if match and not _lives(int(match[1])):
            path.unlink(missing_ok=True)


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return process != os.getpid()
