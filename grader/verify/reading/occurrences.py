"""Which of several assertions with the same text is meant: `1 + 1 = 3, and again 1 + 1 = 3` are two claims."""

from __future__ import annotations

from collections.abc import Sequence

from grader.verify.reading.document import PLACE, Block, Text
from grader.verify.reading.plain_signs import replaced

SLACK = 2  # a dollar or a blank before a formula


def spelled_places(text: Text, masked: str) -> tuple[str, list[int]]:
    """The text with its formulas put back, and for each character its place in the masked text."""
    return replaced(PLACE, masked, range(len(masked) + 1), lambda found: text.spelled(found.group()))


def occurrences(items: Sequence[tuple[int, str]], block: Block, text: Text) -> list[int]:
    """For each (offset, text) of a block, how many times its text stands before that place.

    >>> from grader.verify.reading.document import read_text
    >>> told = read_text("1 + 1 = 3 and 1 + 1 = 3")
    >>> occurrences([(0, "1 + 1 = 3"), (14, "1 + 1 = 3")], told.blocks[0], told)
    [0, 1]
    """
    spelled, places = spelled_places(text, block.text)
    out = []
    for offset, said in items:
        wanted = said.strip()
        starts: list[int] = []
        at = spelled.find(wanted) if wanted else -1
        while at >= 0:
            starts.append(places[at])
            at = spelled.find(wanted, at + len(wanted))
        out.append(max(sum(start <= offset + SLACK for start in dict.fromkeys(starts)) - 1, 0))
    return out


__all__ = ["occurrences", "spelled_places"]
