"""Reading what students or their learning platform packed into a zip or tar archive.

Nothing is unpacked to a disk: notebooks are read in place, everything else is only listed. So a path that leads
out of the archive can do no harm; it is refused all the same, by name, since nobody makes one by accident.
"""

from __future__ import annotations

import gzip
import io
import stat
import tarfile
import tempfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from typing import IO

from grader.intake import zip_entries
from grader.intake.leaves import (
    IS_A_FOLDER,
    LARGEST_METADATA,
    METADATA,
    MOST_ENTRIES,
    Leaf,
    Other,
    Quota,
    Refused,
    is_archive,
    is_ignored,
    is_notebook,
    read_draft,
    read_metadata,
    without_twins,
)
from grader.intake.reading import LARGEST_FILE
from grader.intake.zip_entries import BadZip

LARGEST_STREAM = 32 * 2**30
"""Unpacked bytes of a class's tar archive; a tar archive can only be read from front to back."""

LARGEST_NESTED_STREAM = 2**30
LARGEST_NESTED = 256 * 2**20
"""Bytes of an archive within an archive: it has to be copied to a temporary file first."""

LARGEST_TAR_HEADER = 2**20
DEEPEST_PATH = 20
LONGEST_PATH = 4096


class BadArchive(Exception):
    """The archive cannot be read to its end; the message ends the sentence "NAME …"."""


@dataclass(frozen=True)
class _Entry:
    """What both kinds of archive say of an entry; `pieces` unpacks it."""

    name: str
    refused: str | None
    is_folder: bool
    pieces: Callable[[], Iterator[bytes]]


def from_archive(file: IO[bytes], *, nested: bool = False) -> tuple[Leaf, ...]:
    """The leaves of a zip, tar or tar.gz archive, told apart by content; raises `BadArchive`.

    An archive within the archive is opened too, but not one within that: `nested` says that this is the inner one.
    """
    start = file.read(4)
    file.seek(0)
    # A class may lie in a folder of its own within the archive, so two parts of a path tell a student.
    quota = Quota(depth=0 if nested else 2)
    found: list[Leaf] = []
    try:
        if start[:2] == b"PK":
            entries = _zip_entries(file)
        else:
            entries = _tar_entries(file, LARGEST_NESTED_STREAM if nested else LARGEST_STREAM)
        for leaf in (leaf for entry in entries for leaf in _leaves(entry, nested, quota)):
            if len(found) < MOST_ENTRIES or is_notebook(leaf.name):
                found.append(leaf)
    except BadZip as error:
        raise BadArchive(str(error)) from error
    return without_twins(found)


def from_nested_archive(pieces: Iterator[bytes], path: tuple[str, ...]) -> Iterator[Leaf]:
    """The leaves of an archive that a student handed in, each below the archive's own path."""
    yield Leaf(path, Other.FILE)
    size = 0
    with tempfile.TemporaryFile() as copy:
        try:
            for piece in pieces:
                size += len(piece)
                if size > LARGEST_NESTED:
                    raise BadArchive(f"is an archive of more than {LARGEST_NESTED // 2**20} MiB")
                copy.write(piece)
            copy.seek(0)
            yield from (leaf.below(path) for leaf in from_archive(copy, nested=True))
        except (BadArchive, BadZip) as error:
            yield Leaf(path, Refused(str(error)))


def _leaves(entry: _Entry, nested: bool, quota: Quota) -> Iterator[Leaf]:
    path, escapes = _safe_path(entry.name)
    if not path or is_ignored(path):
        return
    refused = escapes or entry.refused
    turned_away = quota.turn_away(path)
    if turned_away is not None:
        yield from turned_away
    elif refused is not None:
        yield Leaf(path, Refused(refused))
    elif entry.is_folder:
        yield Leaf(path, IS_A_FOLDER if is_notebook(path[-1]) else Other.FOLDER)
    elif is_archive(path[-1]):
        if nested:
            yield Leaf(path, Refused("is an archive within an archive within an archive; unpack it"))
        else:
            yield from from_nested_archive(entry.pieces(), path)
    else:
        yield _file(entry, path)


def _file(entry: _Entry, path: tuple[str, ...]) -> Leaf:
    try:
        if is_notebook(path[-1]):
            return Leaf(path, read_draft(_joined(entry.pieces(), LARGEST_FILE)))
        if path[-1] == METADATA:
            return Leaf(path, read_metadata(_joined(entry.pieces(), LARGEST_METADATA)))
    except BadZip as error:
        return Leaf(path, Refused(str(error)))
    return Leaf(path, Other.FILE)


def _joined(pieces: Iterator[bytes], most: int) -> bytes:
    """All pieces, or one byte more than `most`, which tells the reader that there were too many."""
    whole = io.BytesIO()
    for piece in pieces:
        whole.write(piece)
        if whole.tell() > most:
            break
    return whole.getvalue()[: most + 1]


def _safe_path(name: str) -> tuple[tuple[str, ...], str | None]:
    """The parts of an entry's name; for one that must not be believed also the reason.

    Such an entry stays with the folder that its name begins with, if it begins with one.

    >>> _safe_path("ada/./attention.ipynb")
    (('ada', 'attention.ipynb'), None)
    >>> _safe_path("ada/../../attention.ipynb")[0]
    ('ada', 'ada/../../attention.ipynb')
    >>> _safe_path("/etc/passwd")
    (('/etc/passwd',), 'is refused: its path is absolute')
    """
    parts = tuple(part for part in name.split("/") if part not in ("", "."))
    if name.startswith("/") or name[1:2] == ":":
        return (name,), "is refused: its path is absolute"
    if "\0" in name or len(name) > LONGEST_PATH or len(parts) > DEEPEST_PATH:
        shown = name[:200].replace("\0", "\\0")
        return (
            *parts[:1][: "\0" not in name and len(parts[0]) < 200],
            shown,
        ), "is refused: its path is absurd"
    if ".." in parts:
        return (name,) if parts[0] == ".." else (
            parts[0],
            name,
        ), "is refused: its path leads out of the archive"
    return parts, None


def _refusal(mode: int) -> str | None:
    if mode == 0 or stat.S_IFMT(mode) in (0, stat.S_IFDIR):
        return None
    if stat.S_ISLNK(mode):
        return "is a link, and links are never followed"
    if not stat.S_ISREG(mode):
        return "is not a file but a pipe, a socket or a device"
    return "is refused: it asks for another user's rights" if mode & (stat.S_ISUID | stat.S_ISGID) else None


def _zip_entries(file: IO[bytes]) -> Iterator[_Entry]:
    for entry in zip_entries.entries(file):
        name = entry.name.replace("\\", "/")  # some programs on Windows write it so
        yield _Entry(name, _refusal(entry.mode), entry.is_folder, partial(zip_entries.pieces, file, entry))


class _CarefulHeader(tarfile.TarInfo):
    """A header whose own length is believed only within reason: `tarfile` reads it as a whole."""

    def _proc_member(self, archive: tarfile.TarFile) -> tarfile.TarInfo:
        extra = (tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK, *_PAX)
        if self.type in extra and self.size > LARGEST_TAR_HEADER:
            raise BadArchive("is a damaged tar archive: one of its headers is absurdly long")
        return super()._proc_member(archive)  # type: ignore[misc,no-any-return]  # made for overriding, but untyped


_TAR_ERRORS = (tarfile.TarError, OSError, EOFError, zlib.error, ValueError)
_PAX = (tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.SOLARIS_XHDTYPE)


class _Capped(io.RawIOBase):
    """A stream that refuses to give more than so many bytes."""

    def __init__(self, source: IO[bytes] | gzip.GzipFile, most: int) -> None:
        self._source = source
        self._left = most
        self._most = most

    def read(self, size: int = -1) -> bytes:
        piece = self._source.read(min(size, 2**20) if size >= 0 else 2**20)
        self._left -= len(piece)
        if self._left < 0:
            raise BadArchive(
                f"unpacks to more than {self._most // 2**30} GiB; unpack it and grade the folder"
            )
        return piece


def _tar_entries(file: IO[bytes], most: int) -> Iterator[_Entry]:
    packed = file.read(2) == b"\x1f\x8b"
    file.seek(0)
    stream = _Capped(gzip.GzipFile(fileobj=file) if packed else file, most)
    last = "its beginning"
    try:
        with closing(
            tarfile.open(fileobj=stream, mode="r|", tarinfo=_CarefulHeader, errorlevel=0)
        ) as archive:
            while (member := archive.next()) is not None:
                archive.members = []  # type: ignore[attr-defined]  # tarfile keeps every header it has seen
                name = member.name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
                last = f"its entry {name[:200]!r}"
                yield _Entry(
                    name,
                    _tar_refusal(member),
                    member.isdir(),
                    partial(_tar_pieces, archive, member),
                )
    except _TAR_ERRORS as error:
        raise BadArchive(
            f"is no zip or tar archive, or one that is damaged or cut short after {last}"
        ) from error


def _tar_refusal(member: tarfile.TarInfo) -> str | None:
    if member.islnk() or member.issym():
        return "is a link, and links are never followed"
    if not (member.isreg() or member.isdir()):
        return "is not a file but a pipe, a socket or a device"
    return _refusal(stat.S_IFREG | member.mode) if member.isreg() else None


def _tar_pieces(archive: tarfile.TarFile, member: tarfile.TarInfo) -> Iterator[bytes]:
    try:
        file = archive.extractfile(member)
        while file is not None and (piece := file.read(2**20)):
            yield piece
    except _TAR_ERRORS as error:
        raise BadArchive(f"is damaged or cut short within its entry {member.name[:200]!r}") from error
