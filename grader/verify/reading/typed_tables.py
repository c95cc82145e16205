"""Lists and tables as people type them into plain text, in the signs of Markdown and of a TeX table."""

from __future__ import annotations

import re
from collections.abc import Sequence

from grader.verify.reading.tex_tables import CELL, ROW

BULLET = re.compile(r"^([ \t]*)[•‣◦▪▸●○◆■➢✓✔–—·∙][ \t\u00a0]+(?=\S)", re.MULTILINE)
STROKES = re.compile(r"\s+\|\s+")
COLUMNS = re.compile(r"(?<=\S)(?:[ ]{2,}|\t+)(?=\S)")
FEWEST_ROWS = 3
# "probes 0…5" and "L3" name a column as a word does
TITLE = re.compile(r"\D+|[A-Za-z][A-Za-z ]*_?\(?\d{1,2}(?:\s?(?:…|\.{2,3}|–|-|to)\s?\d{1,2})?\)?")
NUMBERED_LINE = re.compile(
    r"\s*(?P<label>[A-Za-z#][A-Za-z# ]*?)\s*[:|]?(?P<numbers>(?:\s+[\d.,]*\d%?){4,})\s*$"
)


def typed_bullets(text: str) -> str:
    """Signs that people type for list items as Markdown's own."""
    return BULLET.sub(r"\1- ", text)


def typed_tables(text: str) -> str:
    """Tables whose columns spaces alone keep apart, or strokes, with the signs of a TeX table's rows and cells.

    At least three lines in a row with the same number of columns, three or more; where spaces part them, under a first
    line of titles. Two lines are enough if both are a word with numbers behind it, counted from 0 or 1 in the first.
    Strokes over a line of dashes are Markdown's own.
    """
    lines = text.split("\n")
    cells = [_typed_cells(line) for line in lines]
    start = 0
    while start < len(lines):
        end = start
        while end < len(lines) and len(cells[end]) == len(cells[start]) >= 3 and not _listed(lines[end]):
            end += 1
        stroked = "|" in lines[start]
        titles = cells[start]
        named = all(
            re.search(r"[A-Za-z]", cell) if stroked else TITLE.fullmatch(cell) is not None for cell in titles
        )
        own = any(re.fullmatch(r"[\s|:+-]*-[\s|:+-]*", line) for line in lines[max(start - 1, 0) : end + 1])
        counted = not stroked and end - start >= 2 and all(map(NUMBERED_LINE.fullmatch, lines[start:end]))
        if ((counted and _counted_on(titles[1:])) or (end - start >= FEWEST_ROWS and named)) and not (
            stroked and own
        ):
            for place in range(start, end):
                lines[place] = ROW + CELL.join(cells[place])
        start = max(end, start + 1)
    return "\n".join(lines)


def _typed_cells(line: str) -> list[str]:
    """The columns of a line.

    >>> _typed_cells("images 4 6 2 3"), _typed_cells("b   yes, 2   no")
    (['images', '4', '6', '2', '3'], ['b', 'yes, 2', 'no'])
    """
    if "|" in line:
        return STROKES.split(line.strip(" \t|"))
    numbered = NUMBERED_LINE.fullmatch(line)
    if numbered is not None:
        return [numbered.group("label"), *numbered.group("numbers").split()]
    return COLUMNS.split(line.strip())


def _counted_on(titles: Sequence[str]) -> bool:
    """Whether titles are whole numbers one after the other from 0 or 1."""
    return titles[0] in {"0", "1"} and list(titles) == [
        str(number) for number in range(int(titles[0]), int(titles[0]) + len(titles))
    ]


def _listed(line: str) -> bool:
    return bool(re.match(r"\s*(?:[-*+>]|\d+[.)])\s", line))


__all__ = ["typed_bullets", "typed_tables"]
