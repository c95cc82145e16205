# ruff: noqa: E501 -- a pattern stays on one line
"""A document's blocks in plain signs on one line, as the readers of counted data see them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from grader.verify.reading.document import Text
from grader.verify.reading.mood import sentences
from grader.verify.reading.numerals import in_digits
from grader.verify.reading.occurrences import spelled_places
from grader.verify.reading.plain_signs import readable, replaced

LONGEST = 6000  # what is longer is a log, and not read
SET = re.compile(
    r"\\[;:! ]|\\(?:text(?:tt|rm)?|math(?:rm|it|tt)|mbox|operatorname)\{([^{}]*)\}|\\(?:dots|ldots)\b|\\[{}]|\\to\b|\\(?:long)?rightarrow\b|\\[lL]eq?\b|\\[gG]eq?\b"
)
SIGNS = {"\\{": "{", "\\}": "}", "\\to": "→", "\\rightarrow": "→", "\\longrightarrow": "→", "\\dots": "…", "\\ldots": "…", "\\le": "≤", "\\leq": "≤", "\\ge": "≥", "\\geq": "≥"}  # fmt: skip


@dataclass(frozen=True)
class PlainBlock:
    """A block with numbers as digits and without signs for mathematics.

    `written` is its text with its formulas, `in_written` the place there of each character and of the end, and
    `in_masked` for each place of the written text the one in the block's masked text.
    """

    number: int
    kind: str
    text: str
    written: str
    in_written: tuple[int, ...]
    in_masked: tuple[int, ...]
    cells: tuple[str, ...]
    header: tuple[str, ...]
    section: int
    heading: str

    def sentences(self) -> list[tuple[int, str]]:
        """(start, sentence) of each sentence."""
        return sentences(self.text)


def plain_blocks(text: Text) -> tuple[PlainBlock, ...]:
    """Every block of a document, in its order."""
    out = []
    heading = ""
    for number, block in enumerate(text.blocks):
        spelled, in_masked = spelled_places(text, block.text[: 4 * LONGEST])
        plain, in_spelled = plainly(spelled)
        if block.kind == "heading":
            heading = plain
        cells = tuple(plain_cell(text.spelled(cell)) for cell in block.cells)
        header = tuple(plain_cell(text.spelled(cell)) for cell in block.header)
        if len(plain) > LONGEST:
            plain = ""
        out.append(PlainBlock(number, block.kind, plain, spelled, tuple(in_spelled), tuple(in_masked), cells, header, block.section, heading))  # fmt: skip
    return tuple(out)


def plainly(spelled: str) -> tuple[str, list[int]]:
    r"""A text in plain signs on one line, and for each character its place.

    >>> plainly("Three of\nthe $10\\,000$")[0]
    '3 of the 10000'
    """
    # "5\\,6\\,5" are three digits, "10\\,000" is one number
    plain, places = readable(re.sub(r"(?<=\d)\\,(?=\d(?!\d))", "  ", spelled))
    plain, places = replaced(
        SET, plain, places, lambda found: found.group(1) or SIGNS.get(found.group(), " ")
    )
    plain, places = in_digits(plain, places)
    # a line that begins with a list of digits stands by itself
    plain = re.sub(r"\n(?=\s*[\[(`{]?\d(?:[ ,]+\d(?!\d)){3})", ";", plain)
    return re.sub(r"[\n\t]", " ", plain), list(places)


def plain_cell(spelled: str) -> str:
    """A cell without signs for mathematics and code."""
    return re.sub(r"\s+", " ", re.sub(r"[`*]", "", plainly(spelled)[0])).strip()


__all__ = ["PlainBlock", "plain_blocks", "plain_cell", "plainly"]
