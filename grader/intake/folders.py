"""Walking a folder: no link is followed, nothing but regular files is opened, nothing is written."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from grader.intake.archives import from_nested_archive
from grader.intake.leaves import (
    IS_A_FOLDER,
    LARGEST_METADATA,
    METADATA,
    MOST_FILES,
    Leaf,
    Other,
    Quota,
    Refused,
    is_archive,
    is_ignored,
    is_notebook,
    read_draft,
    read_metadata,
)
from grader.intake.reading import LARGEST_FILE

DEEPEST_FOLDER = 5
"""Folders that are looked into, counted from the root; nobody hands a notebook in from deeper down."""


def from_folder(root: Path) -> Iterator[Leaf]:
    """Every file and folder below `root`, folders too, so that an empty one is not lost.

    Raises `OSError` only if `root` itself cannot be listed.
    """
    quota = Quota(depth=1)
    for name in _listed(root):
        yield from _found(root / name, (printable(name),), quota)


def printable(name: str) -> str:
    r"""A file's name as text: bytes that are no UTF-8 are written as escapes, all else stays as it is.

    >>> printable("a\udcff"), printable("Zoë\n")
    ('a\\xff', 'Zoë\n')
    """
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def open_regular(place: Path) -> IO[bytes]:
    """Open a regular file for reading; raises `OSError` for a link, and never waits for a pipe.

    What was looked at may have been swapped since, so the open file is looked at again.
    """
    descriptor = os.open(place, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(0, "it is not a regular file")
    return os.fdopen(descriptor, "rb")


def read_file(place: Path, path: tuple[str, ...]) -> Iterator[Leaf]:
    """The leaf of one regular file, and below it those of an archive; raises `OSError`."""
    if is_archive(path[-1]):
        with open_regular(place) as file:
            yield from from_nested_archive(_pieces(file), path)
    elif is_notebook(path[-1]):
        with open_regular(place) as file:
            yield Leaf(path, read_draft(file.read(LARGEST_FILE + 1)))
    elif path[-1] == METADATA:
        with open_regular(place) as file:
            yield Leaf(path, read_metadata(file.read(LARGEST_METADATA + 1)))
    else:
        yield Leaf(path, Other.FILE)


def _listed(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir() if not is_ignored([entry.name]))


def _found(place: Path, path: tuple[str, ...], quota: Quota) -> Iterator[Leaf]:
    turned_away = quota.turn_away(path)
    if turned_away is not None:
        yield from turned_away
        return
    try:
        sort = os.lstat(place).st_mode
        if stat.S_ISDIR(sort):
            yield Leaf(path, IS_A_FOLDER if is_notebook(path[-1]) else Other.FOLDER)
            names = _listed(place) if len(path) < DEEPEST_FOLDER else []
            # One more than is let through, so that the limit is told.
            for name in names[: MOST_FILES + 1]:
                yield from _found(place / name, (*path, printable(name)), quota)
        elif stat.S_ISLNK(sort):
            yield Leaf(path, Refused("is a link, and links are never followed"))
        elif not stat.S_ISREG(sort):
            yield Leaf(path, Refused("is not a file but a pipe, a socket or a device"))
        else:
            yield from read_file(place, path)
    except OSError as error:
        yield Leaf(path, Refused(f"cannot be read: {error.strerror or type(error).__name__}"))


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    while piece := file.read(2**20):
        yield piece
