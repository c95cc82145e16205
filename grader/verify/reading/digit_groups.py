# ruff: noqa: E501 -- a pattern stays on one line
"""Numbers whose groups of three digits a text keeps apart by blanks: `8 388 608` is one number where it can be no list.

A blank also stands between the items of a list (`64 128 256 512`). A run of groups is one number where a group begins
with a zero, or where a sign, a word or a unit asks for one number and the groups are no regular list. Thin spaces and
LaTeX's `\\,` are read in `macros`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from grader.verify.reading.document import Block, Row, Text

GROUPS = re.compile(
    r"(?<![\w.,/^−-])(?<!\d[ \u00a0])[1-9]\d{0,2}(?:[ \u00a0]\d{3})+(?=(?:\.\d+)?(?!\w|[.,]\d|[ \u00a0]\d|\s*[×/^]))"
)
ONE_IS_ASKED = re.compile(
    r"(?:[=≈⇒]|\b(?:is|makes?|gives?|takes?|costs?|needs?|equals?|comes? to|adds? up to|sums? to|amounts? to|about|roughly|exactly|only|altogether|in total|instead of|less than|more than|uses?|requires?|saves?)|\b(?:sum|total|product|count|cost|memory|softmax|attention|multiplications|entries|bytes|exact(?:ly)?)\b[^.:\n]{0,30}:)\s*[`*$(]*$",
    re.I,
)
COUNTED = re.compile(
    r"[`*$)]*[ \u00a0](?:(?:scalar|more|fewer|index|valid|ordered|random|different|distinct|polynomial|float\w*) )?(?:entries|numbers|multiplications|operations|additions|products|bytes?|[kKMG]i?B|floats?|parameters|weights|values|elements|features|triplets?|triples|pairs|images|tokens|coordinates|components|dimensions|flops|terms|scores|exponentials)\b",
    re.I,
)
OF_SEVERAL = re.compile(
    r"\b(?:histograms?|lists?|vectors?|widths|channels|sizes|counts|rows?|columns?|bins|votes|labels|respectively|each of)\b|[\[({]\s*$",
    re.I,
)
SENTENCE_END = re.compile(r"[.;!?]\s")
NEAR = 80  # characters before a number that say what it is
FEW_GROUPS = 4  # 999 billion has four


def with_digit_groups(text: Text) -> Text:
    """The document with commas for the blanks within its numbers, character for character.

    >>> from grader.verify.reading.document import read_text
    >>> with_digit_groups(read_text("It takes 8 388 608 multiplications.")).blocks[0].text
    'It takes 8,388,608 multiplications.'
    """
    if GROUPS.search(text.source) is None:
        return text
    blocks = tuple(_of_block(block) for block in text.blocks)
    formulas = {number: tuple(_of_row(row) for row in rows) for number, rows in text.formulas.items()}
    return Text(text.name, grouped(text.source), blocks, formulas, text.cells)


def grouped(prose: str) -> str:
    """Prose with commas within the numbers that are certain.

    >>> grouped("The scores have 262 144 entries, 1 048 576 bytes, and the widths are 64 128 256 512.")
    'The scores have 262,144 entries, 1,048,576 bytes, and the widths are 64 128 256 512.'
    >>> grouped("Layers with D = 64 128 256; 2NRD = 8 388 608; depths 112 240 118")
    'Layers with D = 64 128 256; 2NRD = 8,388,608; depths 112 240 118'
    """
    return GROUPS.sub(_written, prose)


def _written(found: re.Match[str]) -> str:
    groups = re.split(r"[ \u00a0]", found.group())
    before = SENTENCE_END.split(found.string[max(0, found.start() - NEAR) : found.start()])[-1]
    counted = COUNTED.match(found.string, found.end()) is not None
    if any(group.startswith("0") for group in groups[1:]):
        certain = len(groups) <= FEW_GROUPS and not before.endswith(("[", "{"))
    elif len(groups) > FEW_GROUPS or OF_SEVERAL.search(before):
        certain = False
    else:
        certain = counted or (ONE_IS_ASKED.search(before) is not None and not _is_regular(groups))
    return ",".join(groups) if certain else found.group()


def _is_regular(groups: Sequence[str]) -> bool:
    """Whether the groups may be a list of sizes: powers of two, or numbers at equal steps."""
    numbers = [int(group) for group in groups]
    steps = {after - before for before, after in pairwise(numbers)}
    return all(number & (number - 1) == 0 for number in numbers) or (len(numbers) > 2 and len(steps) == 1)


def _of_block(block: Block) -> Block:
    if not block.cells:
        return replace(block, text=grouped(block.text))
    header = tuple(grouped(title) for title in block.header)
    titles = (*block.header, *([""] * len(block.cells)))
    cells = tuple(_of_cell(cell, title) for cell, title in zip(block.cells, titles, strict=False))
    return replace(block, text=" | ".join(cells), cells=cells, header=header)


def _of_cell(cell: str, title: str) -> str:
    """A table's cell; one that holds nothing else than groups is a number, unless its column is one of lists."""
    alone = GROUPS.fullmatch(cell.strip("`*$ "))
    if alone is None or OF_SEVERAL.search(title):
        return grouped(cell)
    groups = re.split(r"[ \u00a0]", alone.group())
    whole = len(groups) <= FEW_GROUPS and not _is_regular(groups)
    return cell.replace(alone.group(), ",".join(groups)) if whole else grouped(cell)


def _of_row(row: Row) -> Row:
    return replace(row, text=grouped(row.text))


__all__ = ["GROUPS", "grouped", "with_digit_groups"]
