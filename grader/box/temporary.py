"""Temporary folders that go with their process, even with one that was killed: the next one removes what it left.

A folder is in use while its lock is held, and the system lets go of a lock when its holder ends, however it ends. So
no process number is remembered, which another process might have by then.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

from grader.box.folders import remove_folder

LOCK = "in-use-by-grader"
_name = re.compile(r"grader-[a-z0-9_]{8}")


@contextlib.contextmanager
def own_folder(above: str | Path) -> Iterator[Path]:
    """A new folder in `above`, removed at the end; first, those that killed processes have left there."""
    sweep(Path(above))
    folder, lock = _made(above)
    try:
        yield folder
    finally:
        _remove(folder)
        os.close(lock)


def sweep(above: Path) -> None:
    """Removes the folders of ours in `above` whose processes have ended."""
    for folder in above.iterdir():
        if not _name.fullmatch(folder.name) or folder.is_symlink():
            continue
        # Of a process that was killed before it locked its folder, or is about to; nothing is in it.
        with contextlib.suppress(OSError):
            folder.rmdir()
        with contextlib.suppress(OSError):
            lock = os.open(folder / LOCK, os.O_RDWR | os.O_NOFOLLOW)
            try:
                if os.fstat(lock).st_uid == os.geteuid() and _taken(lock, folder):
                    _remove(folder)
            finally:
                os.close(lock)


def _made(above: str | Path) -> tuple[Path, int]:
    while True:
        folder = Path(tempfile.mkdtemp(prefix="grader-", dir=above))
        # Whoever sweeps just now may be quicker than the lock.
        with contextlib.suppress(FileNotFoundError):
            lock = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
            if _taken(lock, folder):
                return folder, lock
            os.close(lock)


def _taken(lock: int, folder: Path) -> bool:
    """Whether the lock is ours now, and still the folder's."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return os.path.samestat(os.fstat(lock), (folder / LOCK).stat())
    except OSError:
        return False


def _remove(folder: Path) -> None:
    """Removes the folder, its lock last: whoever is killed meanwhile leaves what can be swept."""
    with contextlib.suppress(OSError):
        for path in folder.iterdir():
            if path.name == LOCK:
                continue
            if path.is_dir() and not path.is_symlink():
                remove_folder(str(path))
            else:
                path.unlink()
        (folder / LOCK).unlink()
        folder.rmdir()
