"""The cells of a table's row, read under the table's header."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import zip_longest

from grader.verify.claim import Judged, Kind, Ruling, unchecked
from grader.verify.costs.cost_tables import Table, cost_cells
from grader.verify.costs.grounds import ground_of
from grader.verify.costs.stated_values import Value
from grader.verify.grammar.syntax import Call, Product, Symbol, Transpose
from grader.verify.networks import fact_cells, facts, network_facts
from grader.verify.passage import Found, Passage, in_mood
from grader.verify.reading.document import Row
from grader.verify.reading.mood import Mood
from grader.verify.scope.formula_reading import read_formula
from grader.verify.shapes.dimensions import judge_shape
from grader.verify.shapes.shape_phrases import shape_of_text
from grader.verify.tables import sheets

PURE_SHAPE = re.compile(r"\(?\d?[A-Za-z](?:_\{?\w+\}?)?\s*(?:×|\\times)\s*\d?[A-Za-z](?:_\{?\w+\}?)?\)?")
SHAPE_HEADER = re.compile(r"shape|dimension|size", re.I)


def row_claims(
    passage: Passage,
) -> list[Found]:
    """The cells of a table row, read under the table's header."""
    out: list[Found] = []
    cells, header = passage.block.cells, passage.block.header
    subject = cells[0] if cells else ""
    offset = 0
    told = {column: (value, judged) for column, value, judged in costs_of_row(passage)}
    for index, cell in enumerate(cells):
        here, offset = offset, offset + len(cell) + 3
        title = header[index] if index < len(header) else ""
        if index == 0 or not cell.strip():
            continue
        spelled_title, spelled_subject = passage.text.spelled(title), passage.text.spelled(subject)
        body_text = passage.text.spelled(cell).strip().strip("$").strip()
        if index in told:
            value, judged = told[index]
            out.append(Found(here + value.start, value.source, judged))
        elif SHAPE_HEADER.search(spelled_title) or PURE_SHAPE.fullmatch(body_text):
            of_shape = judge_shape_cell(passage, body_text, spelled_subject)
            if of_shape is not None:
                out.append(Found(here, body_text, of_shape))
        out += fact_cell_claims(passage, spelled_subject, spelled_title, body_text, here)
        out += [Found(here, body_text, judged) for column, judged in passage.in_cells if column == index]
    plain = [sheets.plain_cell(passage.text, cell) for cell in cells]
    titles = [sheets.plain_cell(passage.text, cell) for cell in header]
    # a column of numbers under "wrong" counts wrong images and denies nothing
    named = " ".join(
        title
        for title, cell in zip_longest(titles, plain, fillvalue="")
        if not re.fullmatch(r"[\d.,\s]+", cell)
    )
    return [
        in_mood(
            item,
            Mood.DENIED
            if re.search(r"wrong|mistake|incorrect", passage.heading + named, re.I)
            else Mood.ASSERTED,
        )
        for item in out
    ]


def costs_of_row(passage: Passage) -> Iterator[tuple[int, Value, Judged]]:
    """The costs, sizes and shapes of a row, by what its label and the titles ask for."""
    blocks = passage.text.blocks
    place = next(number for number, one in enumerate(blocks) if one is passage.block)
    first, last = place, place
    while first and blocks[first - 1].kind == "row" and blocks[first - 1].header == passage.block.header:
        first -= 1
    while (
        last + 1 < len(blocks)
        and blocks[last + 1].kind == "row"
        and blocks[last + 1].header == passage.block.header
    ):
        last += 1
    spelled = [tuple(map(passage.text.spelled, block.cells)) for block in blocks[first : last + 1]]
    header = tuple(map(passage.text.spelled, passage.block.header))
    above = passage.text.spelled(blocks[first - 1].text) if first else ""
    announced = re.split(r"(?<=[.!?])\s+", above.strip())[-1]
    table = Table(header, tuple(spelled), f"{passage.heading}. {announced}")
    yield from cost_cells(table, place - first, ground_of(passage, len(passage.block.text)))


def judge_shape_cell(passage: Passage, body_text: str, subject: str) -> Judged | None:
    """A shape in a cell, of what its row names."""
    shape = shape_of_text(body_text)
    formula = read_formula(
        subject.strip().strip("$").strip("`"), Row(subject, passage.block.line, False, -1), passage.block
    )
    if shape is None or formula.chain is None or formula.chain.relations:
        return None
    tree = formula.chain.parts[0]
    if not isinstance(tree, (Symbol, Call, Product, Transpose)):
        return None
    judged = judge_shape(tree, shape, passage.context, passage.block.line)
    if isinstance(tree, Symbol) and judged.ruling is Ruling.REFUTED and tree.name not in {"Q", "K", "V"}:
        return unchecked(Kind.DIMENSION, "the table declares this shape")
    return judged


def fact_cell_claims(passage: Passage, subject: str, title: str, body: str, here: int) -> list[Found]:
    """What a cell says of the networks and papers that its row names."""
    plain = fact_cells.with_unit(body.replace("\\times", "×").replace("\\%", "%"), f"{title} {subject}")
    out: list[Found] = []
    for _, _, judged in network_facts.network_facts(f"{subject}: {plain} {title}"):
        out.append(Found(here, body, judged))
    about = f"{passage.heading} {passage.earlier} {' '.join(passage.block.header)}"
    if re.search(
        r"VAL|accuracy|rate|input|resolution|crop|image size|layers|dimension", f"{title} {subject}", re.I
    ):
        side = f" {title}" if re.search(r"input|resolution|crop|image size", title, re.I) else ""
        line = f"{subject}:{side} {plain}"
        for _, _, judged in facts.sentence_facts(line, f"{title} {line}", about):
            out.append(Found(here, body, judged))
    return out
