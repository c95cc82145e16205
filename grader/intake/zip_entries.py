"""The entries of a zip archive, one at a time.

The standard library's `zipfile` builds the whole directory before it can be counted: a million entries take
600 MB. Here the directory is read as a stream, and an entry is unpacked only as far as somebody asks for.
"""

from __future__ import annotations

import os
import stat
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

_END = struct.Struct("<4s4H2LH")
_END_64 = struct.Struct("<4sQ2H2L4Q")
_LOCATOR_64 = struct.Struct("<4sLQL")
_DIRECTORY = struct.Struct("<4s6H3L5H2L")
_LOCAL = struct.Struct("<4s5H3L2H")
_LARGEST_END = 2**16 + _END.size
_ABSENT = 0xFFFFFFFF
_PIECE = 2**20

_STORED, _DEFLATED = 0, 8
_ENCRYPTED, _UTF8 = 0x1, 0x800


class BadZip(Exception):
    """The archive, or one entry of it, cannot be read; the message ends the sentence "NAME …"."""


@dataclass(frozen=True)
class ZipEntry:
    """One line of the archive's directory: sizes in bytes, `mode` as Unix has it or 0."""

    name: str
    mode: int
    flags: int
    method: int
    checksum: int
    packed: int
    size: int
    offset: int

    @property
    def is_folder(self) -> bool:
        """Whether the entry only announces a folder."""
        return self.name.endswith(("/", "\\")) or stat.S_ISDIR(self.mode)


def entries(file: IO[bytes]) -> Iterator[ZipEntry]:
    """Read the directory at the archive's end, entry by entry; raises `BadZip`."""
    begin, size, shift = _directory(file)
    while size >= _DIRECTORY.size:
        file.seek(begin)
        fields = _DIRECTORY.unpack(_exactly(file, _DIRECTORY.size))
        signature, made_by, _, flags, method, _, _, checksum = fields[:8]
        packed, full, name_length, extra_length, comment_length, _, _, attributes, offset = fields[8:]
        if signature != b"PK\x01\x02":
            raise BadZip("is a damaged zip archive: its directory breaks off")
        raw_name = _exactly(file, name_length)
        full, packed, offset = _long_sizes(_exactly(file, extra_length), full, packed, offset)
        length = _DIRECTORY.size + name_length + extra_length + comment_length
        begin, size = begin + length, size - length
        # The high half holds Unix's mode wherever the archive was made on Unix, and is 0 elsewhere.
        mode = attributes >> 16 if made_by >> 8 in (0, 3, 19) else 0
        yield ZipEntry(_name(raw_name, flags), mode, flags, method, checksum, packed, full, offset + shift)


def pieces(file: IO[bytes], entry: ZipEntry) -> Iterator[bytes]:
    """Unpack an entry in pieces of at most a megabyte; raises `BadZip`, at the latest after the last piece."""
    if entry.flags & _ENCRYPTED:
        raise BadZip("is encrypted")
    if entry.method not in (_STORED, _DEFLATED):
        raise BadZip(f"is packed by a method (number {entry.method}) that is not read here")
    file.seek(entry.offset)
    local = _LOCAL.unpack(_exactly(file, _LOCAL.size))
    if local[0] != b"PK\x03\x04":
        raise BadZip("is damaged: its place in the archive holds something else")
    file.seek(local[-1] + local[-2], os.SEEK_CUR)
    length = checksum = 0
    for piece in _unpacked(file, entry):
        length += len(piece)
        checksum = zlib.crc32(piece, checksum)
        yield piece
    if (length, checksum) != (entry.size, entry.checksum):
        raise BadZip("is damaged: its length or checksum does not agree")


def _unpacked(file: IO[bytes], entry: ZipEntry) -> Iterator[bytes]:
    position, end = file.tell(), file.tell() + entry.packed
    inflate = zlib.decompressobj(-zlib.MAX_WBITS) if entry.method == _DEFLATED else None
    while position < end:
        file.seek(position)  # whoever takes the pieces may have read something else in between
        raw = _exactly(file, min(end - position, 2**16))
        position += len(raw)
        if inflate is None:
            yield raw
            continue
        full = True
        while (raw or full) and not inflate.eof:
            try:
                piece = inflate.decompress(raw, _PIECE)
            except zlib.error as error:
                raise BadZip("is damaged: it cannot be unpacked") from error
            raw, full = inflate.unconsumed_tail, len(piece) == _PIECE
            yield piece


def _directory(file: IO[bytes]) -> tuple[int, int, int]:
    """Where the directory begins, its length, and by how much all offsets are shifted by a prefix."""
    length = file.seek(0, os.SEEK_END)
    start = max(0, length - _LARGEST_END)
    file.seek(start)
    tail = file.read(_LARGEST_END)
    found = tail.rfind(b"PK\x05\x06")
    if found < 0 or found + _END.size > len(tail):
        raise BadZip("is no zip archive, or one that is cut short")
    size, offset = _END.unpack_from(tail, found)[5:7]
    end = start + found
    if end >= _LOCATOR_64.size:
        file.seek(end - _LOCATOR_64.size)
        signature, _, place, _ = _LOCATOR_64.unpack(_exactly(file, _LOCATOR_64.size))
        if signature == b"PK\x06\x07":
            if place > length - _END_64.size:
                raise BadZip("is a damaged zip archive: its directory cannot be found")
            file.seek(place)
            large = _END_64.unpack(_exactly(file, _END_64.size))
            if large[0] == b"PK\x06\x06":
                size, offset, end = large[8], large[9], place
    begin = end - size
    if begin < 0 or begin < offset:
        raise BadZip("is a damaged zip archive: its directory cannot be found")
    return begin, size, begin - offset


def _long_sizes(extra: bytes, size: int, packed: int, offset: int) -> tuple[int, int, int]:
    """Sizes above 4 GiB stand in an extra field, only those that did not fit, in this order."""
    values = [size, packed, offset]
    while len(extra) >= 4:
        kind, length = struct.unpack_from("<2H", extra)
        body, extra = extra[4 : 4 + length], extra[4 + length :]
        if kind == 1:
            for number, value in enumerate(values):
                if value == _ABSENT and len(body) >= 8:
                    values[number] = int.from_bytes(body[:8], "little")
                    body = body[8:]
    return values[0], values[1], values[2]


def _name(raw: bytes, flags: int) -> str:
    if flags & _UTF8:
        return raw.decode("utf-8", "backslashreplace")
    try:
        # Many programs write UTF-8 without saying so.
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp437")


def _exactly(file: IO[bytes], length: int) -> bytes:
    raw = file.read(length)
    if len(raw) != length:
        raise BadZip("is a damaged zip archive: it breaks off")
    return raw
