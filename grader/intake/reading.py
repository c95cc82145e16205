"""The bytes of a notebook file → its cells. Nothing a notebook holds is run, and its stored outputs are never built."""

from __future__ import annotations

import codecs
import hashlib
import io
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from grader.intake import json_extent
from grader.intake.json_extent import NotJson
from grader.model import Cell

LARGEST_FILE = 20 * 10**6
"""Bytes. A larger file is refused before it is parsed."""

MOST_CELLS = 10_000
MOST_TEXT = 10**6
"""Characters of all cells together, pictures pasted into markdown not counted."""

MOST_LINES = 200_000
MOST_TAGS = 100
LONGEST_TAG = 200

_TOP = ("nbformat", "cells", "worksheets")
_CELL = ("cell_type", "source", "input", "level", "metadata")
_LONGEST_ESCAPE = len(r"\ud83d\ude00")
_KINDS = ("code", "markdown", "raw")
_picture = re.compile(rb"data:[\w/+.;=-]{1,100};base64,[A-Za-z0-9+/=]{100,}+")
_lone_surrogate = re.compile("[\ud800-\udfff]")
_definition = re.compile(r"^[ \t]*+(?:async[ \t]++)?(?:def|class)[ \t]++(\w++)", re.MULTILINE)
_assignment = re.compile(r"^(\w++(?:[ \t]*+,[ \t]*+\w++)*+)[ \t]*+(?::[^=\n]*+)?=(?!=)", re.MULTILINE)
_word = re.compile(r"\w+")


class Unreadable(Exception):
    """The bytes are no notebook that can be graded; the message ends the sentence "FILE …"."""


@dataclass(frozen=True)
class Draft:
    """The cells of a notebook of which nobody has yet said which of the rubric's it is."""

    cells: tuple[Cell, ...]
    sha256: str

    @property
    def defines(self) -> frozenset[str]:
        """The names that the code cells define or assign, as far as plain reading shows them."""
        names: set[str] = set()
        for cell in self.cells:
            if cell.kind == "code":
                names.update(_definition.findall(cell.source))
                for targets in _assignment.findall(cell.source):
                    names.update(_word.findall(targets))
        return frozenset(names)


def read_notebook(raw: bytes) -> Draft:
    """Read a notebook of format 2, 3 or 4; the older ones are brought to format 4 by nbformat.

    Raises `Unreadable` with the end of a sentence that begins with the file's name.

    >>> read_notebook(b'{"nbformat": 4, "cells": [{"cell_type": "code", "source": ["a = 1"]}]}').cells
    (Cell(kind='code', source='a = 1', tags=()),)
    >>> read_notebook(b"[]")
    Traceback (most recent call last):
    ...
    grader.intake.reading.Unreadable: is a JSON list, not a notebook
    """
    if len(raw) > LARGEST_FILE:
        raise Unreadable(f"is larger than {LARGEST_FILE // 10**6} MB; clear its outputs and hand it in again")
    if not raw.strip():
        raise Unreadable("is empty")
    text = _utf8(raw)
    try:
        begin, _ = json_extent.whole(text)
        if text[begin] != ord("{"):
            raise Unreadable(f"is a JSON {_sort(text, begin)}, not a notebook")
        cells = tuple(_cells(text, json_extent.members(text, begin, _TOP)))
    except NotJson as error:
        raise Unreadable(f"is not a notebook: it {error}") from error
    if not any(cell.source.strip() for cell in cells):
        raise Unreadable("is a notebook without any text or code")
    return Draft(cells, _digest(cells))


def _utf8(raw: bytes) -> bytes:
    if raw.startswith(codecs.BOM_UTF8):
        raw = raw[len(codecs.BOM_UTF8) :]
    for beginnings, encoding in (
        ((codecs.BOM_UTF16_LE, b"{\0"), "utf-16-le"),
        ((codecs.BOM_UTF16_BE, b"\0{"), "utf-16-be"),
    ):
        if raw.startswith(beginnings):
            try:
                return raw.decode(encoding).removeprefix("\ufeff").encode()
            except UnicodeError as error:
                raise Unreadable("begins as UTF-16 text and does not go on so") from error
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        # In pieces, so that no second copy of a large file is built.
        for start in range(0, len(raw), 2**20):
            decoder.decode(raw[start : start + 2**20])
        decoder.decode(b"", final=True)
    except UnicodeError as error:
        raise Unreadable("is not UTF-8 text, which every notebook is") from error
    return raw


def _sort(text: bytes, begin: int) -> str:
    first = text[begin : begin + 1]
    return {b"[": "list", b'"': "string", b"n": "null", b"t": "boolean", b"f": "boolean"}.get(first, "number")


def _cells(text: bytes, fields: dict[str, tuple[int, int]]) -> Iterator[Cell]:
    if "nbformat" not in fields:
        raise Unreadable("is not a notebook: it does not say its nbformat")
    version = json_extent.decoded(text[slice(*fields["nbformat"])])
    if type(version) is not int:
        raise Unreadable("is not a notebook: its nbformat is no whole number")
    if version not in (2, 3, 4):
        raise Unreadable(f"is of notebook format {str(version)[:10]}; formats 2, 3 and 4 can be read")
    cells = _CellReader(text).cells(fields if version == 4 else _first_worksheets(text, fields))
    yield from map(_cell, cells) if version == 4 else _upgraded(version, list(cells))


def _first_worksheets(text: bytes, fields: dict[str, tuple[int, int]]) -> dict[str, tuple[int, int]]:
    """Formats 2 and 3 keep the cells in worksheets, of which no program ever wrote more than one."""
    if "worksheets" not in fields:
        return fields
    begin = fields["worksheets"][0]
    if text[begin] != ord("["):
        raise Unreadable("is not a notebook: its worksheets are no list")
    sheets = list(json_extent.elements(text, begin))
    if len(sheets) != 1 or text[sheets[0][0]] != ord("{"):
        raise Unreadable("is an old notebook with several worksheets; save it again with a current Jupyter")
    return json_extent.members(text, sheets[0][0], ("cells",))


class _CellReader:
    """Reads cells one by one and keeps count of their text over the whole notebook."""

    def __init__(self, text: bytes) -> None:
        self._text = text
        self._left = MOST_TEXT

    def cells(self, fields: dict[str, tuple[int, int]]) -> Iterator[dict[str, Any]]:
        if "cells" not in fields:
            raise Unreadable("is not a notebook: it has no cells")
        begin = fields["cells"][0]
        if self._text[begin] != ord("["):
            raise Unreadable("is not a notebook: its cells are no list")
        for number, where in enumerate(json_extent.elements(self._text, begin)):
            if number >= MOST_CELLS:
                raise Unreadable(f"has more than {MOST_CELLS:,} cells")
            if self._text[where[0]] != ord("{"):
                raise Unreadable(f"is not a notebook: its cell {number} is no object")
            yield self._fields(number, json_extent.members(self._text, where[0], _CELL))

    def _fields(self, number: int, fields: dict[str, tuple[int, int]]) -> dict[str, Any]:
        kind = self._small(fields.get("cell_type"))
        if not isinstance(kind, str):
            raise Unreadable(f"is not a notebook: its cell {number} has no cell_type")
        read: dict[str, Any] = {"cell_type": kind, "tags": self._tags(fields), "level": 1}
        level = self._small(fields.get("level"))
        if type(level) is int and 1 <= level <= 6:
            read["level"] = level
        for name in ("source", "input"):
            if name in fields:
                read[name] = self._source(number, fields[name], pasted=kind != "code")
        return read

    def _small(self, where: tuple[int, int] | None) -> Any:
        if where is None or where[1] - where[0] > 6 * LONGEST_TAG:
            return None
        return json_extent.decoded(self._text[slice(*where)])

    def _tags(self, fields: dict[str, tuple[int, int]]) -> tuple[str, ...]:
        where = fields.get("metadata", (0, 0))
        if where == (0, 0) or self._text[where[0]] != ord("{"):
            return ()
        where = json_extent.members(self._text, where[0], ("tags",)).get("tags", (0, 0))
        if where == (0, 0) or self._text[where[0]] != ord("["):
            return ()
        tags = []
        for number, tag in enumerate(json_extent.elements(self._text, where[0])):
            word = self._small(tag)
            if number < MOST_TAGS and isinstance(word, str):
                tags.append(_whole_characters(word)[:LONGEST_TAG])
        return tuple(tags)

    def _source(self, number: int, where: tuple[int, int], *, pasted: bool) -> str:
        lines: Iterable[tuple[int, int]] = [where]
        if self._text[where[0]] == ord("["):
            lines = json_extent.elements(self._text, where[0])
        source = io.StringIO()
        for count, line in enumerate(lines):
            if count >= MOST_LINES:
                raise Unreadable(f"has more than {MOST_LINES:,} lines in its cell {number}")
            if self._text[line[0]] != ord('"'):
                raise Unreadable(f"is not a notebook: the source of its cell {number} is no text")
            source.write(self._line(line, pasted=pasted))
        return _whole_characters(source.getvalue()).replace("\r\n", "\n")

    def _line(self, where: tuple[int, int], *, pasted: bool) -> str:
        raw = self._text[slice(*where)]
        if pasted:
            raw = _picture.sub(b"data:,", raw)
        # Before decoding: one letter outside the common planes makes all of a text four times as large.
        too_long = len(raw) > _LONGEST_ESCAPE * self._left + 2
        written = "" if too_long else str(json_extent.decoded(raw))
        self._left -= len(written)
        if too_long or self._left < 0:
            raise Unreadable(f"holds more than {MOST_TEXT:,} characters of code and text")
        return written


def _whole_characters(text: str) -> str:
    r"""Half a surrogate pair is no character: no kernel, database or page could take it.

    >>> _whole_characters("a\ud800")
    'a\ufffd'
    """
    return _lone_surrogate.sub("\ufffd", text)


def _cell(fields: dict[str, Any]) -> Cell:
    kind = fields["cell_type"] if fields["cell_type"] in _KINDS else "raw"
    return Cell(kind, fields.get("source", ""), fields["tags"])


def _upgraded(version: int, cells: list[dict[str, Any]]) -> Iterator[Cell]:
    import nbformat  # only a rare old notebook needs it, and importing it takes longer than reading fifty
    from nbformat.notebooknode import from_dict

    for cell in cells:
        cell["metadata"] = {"tags": list(cell.pop("tags"))}
        if cell["cell_type"] == "code":
            cell |= {"outputs": [], "language": "python", "collapsed": False}
    sheets = [{"cells": cells, "metadata": {}}]
    old = {"nbformat": version, "nbformat_minor": 0, "metadata": {}, "worksheets": sheets}
    try:
        new = nbformat.convert(from_dict(old), 4)
        for cell in new.cells:
            yield _cell(
                {
                    "cell_type": cell.cell_type,
                    "source": cell.get("source", ""),
                    "tags": tuple(cell.metadata.get("tags", ())),
                }
            )
    except Exception as error:  # nbformat raises AttributeError, KeyError and others on odd input
        raise Unreadable(
            f"is of the old notebook format {version} and cannot be converted; save it again with a current Jupyter"
        ) from error


def _digest(cells: tuple[Cell, ...]) -> str:
    """SHA-256 over kinds, sources and tags, each with its length in front by way of JSON.

    >>> _digest((Cell("code", "1"),)) == _digest((Cell("code", "1", ("a",)),))
    False
    """
    digest = hashlib.sha256()
    for cell in cells:
        digest.update(json.dumps([cell.kind, cell.source, cell.tags]).encode())
    return digest.hexdigest()
